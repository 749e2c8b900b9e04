//! A browser signs in with a one-time link, and out; who is signed in. Knows the cookie's rules;
//! what a link is worth is decided by the server. Changes when real sign-in comes.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::guard::Near;
use super::problem::{DEFECT, Problem};
use super::tongue::Tongue;
use super::{Api, Caller, body};
use crate::error::ServerError;
use crate::people::Credential;
use crate::shapes::{Assignees, Me, SigningIn};
use crate::sign_in::SESSION_MS;

/// Signs a browser in with the code of a one-time link.
#[utoipa::path(post, path = "/v1/session", tag = "session", request_body = SigningIn, responses(
    (status = 204, description = "Signed in: the cookie is set, for twelve hours"),
    Problem,
))]
pub async fn sign_in(
    _: Near,
    State(api): State<Api>,
    body::Json(sent): body::Json<SigningIn>,
) -> Result<Response, Problem> {
    let opened = api.call(move |server| server.open_session(&sent.code)).await?;
    set_cookie(&api, &opened.cookie, SESSION_MS / 1000)
}

/// Signs the browser out: the session is over everywhere.
#[utoipa::path(delete, path = "/v1/session", tag = "session", security(("cookie" = [])), responses(
    (status = 204, description = "Signed out"),
    Problem,
))]
pub async fn sign_out(State(api): State<Api>, who: Caller) -> Result<Response, Problem> {
    let Caller { credential, .. } = who.clone();
    api.call_as(who, move |server, _| match credential {
        Credential::Cookie(cookie) => server.end_session(&cookie),
        // A token signs in each request anew: there is nothing to end.
        Credential::Token(_) => Ok(()),
    })
    .await?;
    set_cookie(&api, "", 0)
}

fn set_cookie(
    Api { cookie: name, secure, .. }: &Api,
    value: &str,
    seconds: i64,
) -> Result<Response, Problem> {
    let only_tls = if *secure { " Secure;" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Max-Age={seconds};{only_tls} HttpOnly; SameSite=Strict");
    let mut cookie = HeaderValue::try_from(cookie)
        .map_err(|_| Problem::new(&DEFECT, "the cookie could not be written"))?;
    cookie.set_sensitive(true);
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}

/// Who is signed in, and what this person may do.
#[utoipa::path(get, path = "/v1/me", tag = "session", security(("token" = []), ("cookie" = [])), responses(
    (status = 200, description = "The person", body = Me),
    Problem,
))]
pub async fn me(State(api): State<Api>, who: Caller, Tongue(language): Tongue) -> Result<Json<Me>, Problem> {
    let me = api
        .call_as(who, move |server, who| Ok::<_, ServerError>(Me::of(who, server.name(), language)))
        .await?;
    Ok(Json(me))
}

/// Whom a report can be assigned to.
#[utoipa::path(get, path = "/v1/assignees", tag = "session", security(("token" = []), ("cookie" = [])), responses(
    (status = 200, description = "Units and people", body = Assignees),
    Problem,
))]
pub async fn assignees(
    State(api): State<Api>,
    who: Caller,
    Tongue(language): Tongue,
) -> Result<Json<Assignees>, Problem> {
    let found = api.call_as(who, |server, who| server.assignees(who)).await?;
    Ok(Json(Assignees::of(found, language)))
}
