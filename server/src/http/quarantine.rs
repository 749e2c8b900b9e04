//! What was set aside, and releasing it. Changes when setting aside does.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use ronde_model::id::Eid;

use super::asked::{Asked, Paging, id};
use super::problem::Problem;
use super::{Api, Caller, body};
use crate::shapes::{Done, Held, Page, Reasoning};

/// What was set aside, and what has waited for more than a day, newest first.
#[utoipa::path(get, path = "/v1/quarantine", tag = "quarantine", params(Paging), security(("token" = []), ("cookie" = [])), responses(
    (status = 200, description = "One page", body = Page<Held>),
    Problem,
))]
pub async fn held(
    State(api): State<Api>,
    who: Caller,
    Asked(paging): Asked<Paging>,
) -> Result<Json<Page<Held>>, Problem> {
    let lines = paging.lines()?;
    let after = paging.after.map(|key| key.0);
    let page = api.call_as(who, move |server, who| server.quarantine(who, after, lines)).await?;
    Ok(Json(Page::of(&page, Held::from)))
}

/// Releases an envelope: it is applied and reaches its readers.
#[utoipa::path(post, path = "/v1/quarantine/{eid}/release", tag = "quarantine", security(("token" = []), ("cookie" = [])),
    params(("eid" = String, Path, description = "The envelope, hexadecimal")), request_body = Reasoning,
    responses(
        (status = 201, description = "Stored", body = Done),
        Problem,
    ))]
pub async fn release(
    State(api): State<Api>,
    who: Caller,
    Path(eid): Path<String>,
    body::Json(sent): body::Json<Reasoning>,
) -> Result<(StatusCode, Json<Done>), Problem> {
    let eid: Eid = id(&eid)?;
    let done = api.call_as(who, move |server, who| server.release(who, eid, &sent.reason)).await?;
    Ok((StatusCode::CREATED, Json(Done::from(Some(done)))))
}
