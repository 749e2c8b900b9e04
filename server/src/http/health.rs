//! Whether the process runs, and whether it can serve. Tells nothing else to anybody.
//! Changes when readiness needs something more.

use axum::extract::State;
use axum::http::StatusCode;

use super::Api;
use super::problem::Problem;

/// The process runs.
#[utoipa::path(get, path = "/healthz", tag = "health", responses((status = 204, description = "The process runs")))]
pub async fn alive() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// The archive can be read and takes a write, and its disk has room left. A disk that is full or
/// read-only is said so; phones wait meanwhile, and lose nothing.
#[utoipa::path(get, path = "/readyz", tag = "health", responses(
    (status = 204, description = "Ready to serve"),
    Problem,
))]
pub async fn ready(State(api): State<Api>) -> Result<StatusCode, Problem> {
    api.call(|server| server.is_ready()).await?;
    Ok(StatusCode::NO_CONTENT)
}
