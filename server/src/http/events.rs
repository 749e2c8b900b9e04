//! The inbox of the console: events, one event, points of the map, figures.
//! What may be seen is decided by the server. Changes when events can be read in another way.

use axum::Json;
use axum::extract::{Path, State};
use ronde_model::id::DocId;

use super::asked::{Asked, id};
use super::problem::{NOT_FOUND, Problem};
use super::tongue::Tongue;
use super::wanted::Wanted;
use super::{Api, Caller};
use crate::error::ServerError;
use crate::shapes::{Event, EventPage, Points, Summary};

/// The inbox: reports linked as one event are one line.
#[utoipa::path(get, path = "/v1/events", tag = "events", params(Wanted), security(("token" = []), ("cookie" = [])),
    responses(
        (status = 200, description = "One page", body = EventPage),
        Problem,
    ))]
pub async fn events(
    State(api): State<Api>,
    who: Caller,
    Tongue(language): Tongue,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<EventPage>, Problem> {
    let asked = wanted.read()?;
    let after = asked.after.map(|key| key.0);
    let page = api
        .call_as(who, move |server, who| {
            let page = server.events(who, &asked.filter, asked.order, after, asked.lines)?;
            Ok::<_, ServerError>(EventPage::of(&page, language, server.territory()?.as_deref()))
        })
        .await?;
    Ok(Json(page))
}

/// One event: its reports side by side, what differs, what may belong to it.
#[utoipa::path(get, path = "/v1/events/{id}", tag = "events", security(("token" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "Any of its reports, hexadecimal")),
    responses(
        (status = 200, description = "The event", body = Event),
        Problem,
    ))]
pub async fn event(
    State(api): State<Api>,
    who: Caller,
    Tongue(language): Tongue,
    Path(doc): Path<String>,
) -> Result<Json<Event>, Problem> {
    let doc: DocId = id(&doc)?;
    let event = api
        .call_as(who, move |server, who| {
            let Some(detail) = server.event(who, doc)? else { return Ok(None) };
            Ok::<_, ServerError>(Some(Event::of(&detail, language, server.territory()?.as_deref())))
        })
        .await?;
    event.map(Json).ok_or_else(|| {
        Problem::new(&NOT_FOUND, "there is no such event, or none of its reports may be read here")
    })
}

/// What there is to do.
#[utoipa::path(get, path = "/v1/summary", tag = "events", security(("token" = []), ("cookie" = [])), responses(
    (status = 200, description = "Figures", body = Summary),
    Problem,
))]
pub async fn summary(State(api): State<Api>, who: Caller) -> Result<Json<Summary>, Problem> {
    let summary = api.call_as(who, |server, who| server.summary(who)).await?;
    Ok(Json(summary.into()))
}

/// Where events are. Order and page do not matter here.
#[utoipa::path(get, path = "/v1/points", tag = "events", params(Wanted), security(("token" = []), ("cookie" = [])),
    responses(
        (status = 200, description = "At most 50,000 points", body = Points),
        Problem,
    ))]
pub async fn points(
    State(api): State<Api>,
    who: Caller,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<Points>, Problem> {
    let asked = wanted.read()?;
    let points = api
        .call_as(who, move |server, who| {
            Ok::<_, ServerError>(Points::from(&server.points(who, &asked.filter)?))
        })
        .await?;
    Ok(Json(points))
}
