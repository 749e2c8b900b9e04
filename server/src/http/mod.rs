//! Every route of the server on one screen. Knows paths, and what stands before every route;
//! what an answer says is in the file of its resource. Changes when a route is born.

mod acts;
mod asked;
mod blocking;
mod body;
mod catalogue;
mod crossing;
mod description;
mod devices;
mod events;
mod guard;
mod health;
mod inbox;
mod listener;
mod live;
mod map;
mod pages;
pub mod problem;
mod quarantine;
mod refusal;
mod session;
pub(crate) mod tls;
mod tongue;
mod wanted;

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use tokio::sync::watch;
use tower_http::timeout::RequestBodyTimeoutLayer;
use tower_http::trace::{DefaultOnResponse, TraceLayer};
use tracing::{Level, Span};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use blocking::Blocking;
pub use guard::Caller;
pub use listener::{Bound, ListenError};

use crate::error::ServerError;
use crate::people::Supervisor;
use crate::server::Server;
use problem::{NOT_SIGNED_IN, Problem, WRONG_METHOD};

/// A body that sends nothing for so long is given up: longer than any gap of a 2G-like link.
const BODY_SILENCE: Duration = Duration::from_secs(30);

/// What every route is given.
#[derive(Clone)]
pub struct Api {
    server: Server,
    blocking: Blocking,
    pulses: live::Pulses,
    /// It is reached over TLS.
    secure: bool,
    /// The name of its sessions' cookie.
    cookie: Arc<str>,
    /// The server was told to stop: what never ends by itself ends now.
    closing: watch::Receiver<bool>,
}

/// Every route, with its description.
fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::with_openapi(description::Interface::openapi())
        .routes(routes!(health::alive))
        .routes(routes!(health::ready))
        .routes(routes!(description::openapi))
        // Phones: each message is signed, no token.
        .routes(routes!(devices::organisation))
        .routes(routes!(devices::enrol))
        .routes(routes!(devices::sync))
        // Supervisors: a bearer token, or a browser's session; from this machine only.
        .routes(routes!(session::sign_in, session::sign_out))
        .routes(routes!(session::me))
        .routes(routes!(session::assignees))
        .routes(routes!(events::events))
        .routes(routes!(events::event))
        .routes(routes!(events::summary))
        .routes(routes!(events::points))
        .routes(routes!(live::live))
        .routes(routes!(catalogue::catalogue))
        .routes(routes!(inbox::reports))
        .routes(routes!(inbox::report))
        .routes(routes!(inbox::history))
        .routes(routes!(inbox::divergences))
        .routes(routes!(acts::decide))
        .routes(routes!(acts::read))
        .routes(routes!(acts::assign))
        .routes(routes!(acts::close))
        .routes(routes!(acts::reopen))
        .routes(routes!(acts::comment))
        .routes(routes!(acts::link))
        .routes(routes!(quarantine::held))
        .routes(routes!(quarantine::release))
        .routes(routes!(map::territory))
}

/// The whole interface over a server. The peer's address must be given as `ConnectInfo`
/// ([`Bound::serve`] does): without it no supervisor is answered. `secure`: reached over TLS.
/// `closing`: becomes true when the server is told to stop.
///
/// # Errors
/// The archive's.
pub fn router(server: Server, secure: bool, closing: watch::Receiver<bool>) -> Result<Router, ServerError> {
    let cookie = guard::cookie_name(secure, server.head()?.history).into();
    let (routes, _) = routes().split_for_parts();
    let routes = routes
        .fallback(pages::serve)
        .method_not_allowed_fallback(wrong_method)
        .layer(map_response(private))
        .layer(RequestBodyTimeoutLayer::new(BODY_SILENCE))
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(span)
                .on_response(DefaultOnResponse::new().level(Level::INFO)),
        )
        .with_state(Api {
            server,
            blocking: Blocking::default(),
            pulses: live::Pulses::default(),
            secure,
            cookie,
            closing,
        });
    Ok(routes)
}

/// The interface's description, OpenAPI 3.1.
pub fn openapi() -> utoipa::openapi::OpenApi {
    routes().into_openapi()
}

/// The log names the route, never the address asked: that holds ids and searched words.
fn span(request: &Request) -> Span {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
    tracing::info_span!("request", method = %request.method(), route)
}

/// What people read about people stays in no cache, and nothing is taken for what it is not.
async fn private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    let is_json = |value: &HeaderValue| value.to_str().is_ok_and(|value| value.contains("json"));
    let decided = response.headers().contains_key(header::CACHE_CONTROL);
    if !decided && response.headers().get(header::CONTENT_TYPE).is_some_and(is_json) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

async fn wrong_method() -> Problem {
    Problem::new(&WRONG_METHOD, "this route has other methods: see /v1/openapi.json")
}

impl Api {
    /// Runs a call of the server on the bounded pool.
    async fn call<T, E, F>(&self, call: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
        F: FnOnce(&Server) -> Result<T, E> + Send + 'static,
    {
        let server = self.server.clone();
        self.blocking.run(move || call(&server)).await?.map_err(E::into)
    }

    /// Runs a call for the supervisor whom the token or the cookie signs in.
    async fn call_as<T, E, F>(&self, Caller { credential, meant }: Caller, call: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        E: Into<Problem> + Send + 'static,
        F: FnOnce(&Server, &Supervisor) -> Result<T, E> + Send + 'static,
    {
        self.call(move |server| {
            let who = server.sign_in_with(&credential).map_err(Problem::from)?;
            if meant.is_some_and(|meant| meant != who.agent().to_string()) {
                return Err(Problem::new(
                    &NOT_SIGNED_IN,
                    "somebody else signed in in this browser meanwhile",
                ));
            }
            call(server, &who).map_err(E::into)
        })
        .await
    }
}
