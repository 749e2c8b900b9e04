//! The interface's description as served and as printed by `ronde-server openapi`.
//! Knows what holds for every route; each route describes itself. Changes with the interface.

use axum::Json;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, Http, HttpAuthScheme, SecurityScheme};
use utoipa::{Modify, OpenApi};

use super::live::{Changed, ChangedEvent, Gone, Hello};
use super::problem::Problem;

/// What holds for every route.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Ronde, the agglomeration server",
        description = "Phones synchronise signed documents (`application/vnd.ronde.sync+cbor`). Supervisors' programs read \
            merged reports and act on them, with a bearer token or a browser's session and, until real sign-in comes, from the server's own machine \
            only. Every error is an RFC 9457 problem whose `retry` says what the caller does now.",
        license(name = "EUPL-1.2", identifier = "EUPL-1.2"),
    ),
    tags(
        (name = "health", description = "For whoever keeps the server running"),
        (name = "devices", description = "Phones: every message is signed, no token"),
        (name = "reports", description = "Supervisors: the inbox, reports and what is done about them"),
        (name = "session", description = "Supervisors: signing in and out, who is there"),
        (name = "events", description = "Supervisors: the console's inbox, reports linked as one event being one line"),
        (name = "words", description = "Codes in words"),
        (name = "quarantine", description = "Supervisors: what was set aside"),
        (name = "territory", description = "The map"),
    ),
    components(schemas(Problem, Hello, Changed, ChangedEvent, Gone)),
    modifiers(&Token),
)]
pub struct Interface;

struct Token;

impl Modify for Token {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let mut bearer = Http::new(HttpAuthScheme::Bearer);
        bearer.description = Some(
            "Printed once by `ronde-server supervisor add`. Accepted from the server's own machine only."
                .to_owned(),
        );
        let components = openapi.components.get_or_insert_default();
        components.add_security_scheme("token", SecurityScheme::Http(bearer));
        let cookie = ApiKeyValue::with_description(
            "__Host-ronde-HISTORY",
            "Set by POST /v1/session for browsers; HISTORY is that of the archive, hexadecimal (`ronde-HISTORY` over plain HTTP on this \
             machine). What changes something needs \
             `Origin` equal to the host asked, or `Sec-Fetch-Site: same-origin`.",
        );
        components.add_security_scheme("cookie", SecurityScheme::ApiKey(ApiKey::Cookie(cookie)));
    }
}

/// This description.
#[utoipa::path(get, path = "/v1/openapi.json", tag = "health", responses(
    (status = 200, description = "OpenAPI 3.1", body = Object, content_type = "application/json"),
))]
pub async fn openapi() -> Json<utoipa::openapi::OpenApi> {
    Json(super::openapi())
}
