//! Acting on a report: each act becomes a signed envelope of the supervisor's session.
//! Whether it is allowed is decided by the server. Changes when a person can do something more.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use ronde_model::id::{DocId, Eid};

use super::asked::{Asked, id};
use super::body::Json;
use super::crossing::{Seen, refused};
use super::problem::{Problem, REFUSED};
use super::tongue::Tongue;
use super::{Api, Caller};
use crate::error::ActError;
use crate::people::Supervisor;
use crate::server::{self, Server};
use crate::shapes::{Assigning, Commenting, Deciding, Divergence, Done, Linking, Reasoning, Settled};

type Answer = Result<(StatusCode, axum::Json<Done>), Problem>;

/// Who acts on which report, and what they had on screen.
type OnScreen = (State<Api>, Caller, Tongue, Path<String>, Asked<Seen>);

async fn act<T, F>(api: Api, who: Caller, Tongue(language): Tongue, doc: &str, act: F) -> Answer
where
    T: Into<Option<Eid>> + Send + 'static,
    F: FnOnce(&Server, &Supervisor, DocId) -> Result<T, ActError> + Send + 'static,
{
    let doc = id(doc)?;
    let eid = api
        .call_as(who, move |server, who| act(server, who, doc).map_err(|error| refused(error, language)))
        .await?
        .into();
    let status = if eid.is_some() { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, axum::Json(Done::from(eid))))
}

async fn act_as_seen<T, F>(on_screen: OnScreen, act_on: F) -> Answer
where
    T: Into<Option<Eid>> + Send + 'static,
    F: FnOnce(&Server, &Supervisor, DocId, Option<u64>) -> Result<T, ActError> + Send + 'static,
{
    let (State(api), who, tongue, Path(doc), Asked(Seen { seen })) = on_screen;
    act(api, who, tongue, &doc, move |server, who, doc| act_on(server, who, doc, seen)).await
}

/// Settles a divergence, beside what others decided; the answer shows what stands. It holds while `saw` covers what stands under the key.
#[utoipa::path(post, path = "/v1/reports/{id}/decisions", tag = "reports", security(("token" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "The report, hexadecimal")), request_body = Deciding,
    responses(
        (status = 201, description = "Stored; and the divergence as it stands now", body = Settled),
        Problem,
    ))]
pub async fn decide(
    State(api): State<Api>,
    who: Caller,
    Tongue(language): Tongue,
    Path(doc): Path<String>,
    Json(sent): Json<Deciding>,
) -> Result<(StatusCode, axum::Json<Settled>), Problem> {
    let doc: DocId = id(&doc)?;
    let decision = server::Deciding::try_from(sent)
        .map_err(|wrong| Problem::new(&REFUSED, wrong).because("unreadable-value"))?;
    let settled = api
        .call_as(who, move |server, who| {
            let key = decision.key.clone();
            let eid = server.decide(who, doc, decision)?;
            let standing = server.divergences(who, doc)?.unwrap_or_default();
            let divergence = standing.iter().find(|divergence| divergence.key == key);
            Ok::<_, ActError>(Settled {
                eid: eid.to_string(),
                divergence: divergence.map(|divergence| Divergence::of(divergence, language)),
            })
        })
        .await?;
    Ok((StatusCode::CREATED, axum::Json(settled)))
}

/// Marks the report read, as it stood at `seen`: what came since is not read.
#[utoipa::path(post, path = "/v1/reports/{id}/read", tag = "reports", security(("token" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "The report, hexadecimal"), Seen),
    responses(
        (status = 201, description = "Stored", body = Done),
        (status = 200, description = "This person had already read what stood there: nothing was written", body = Done),
        Problem,
    ))]
pub async fn read(on_screen: OnScreen) -> Answer {
    act_as_seen(on_screen, Server::mark_read_as_seen).await
}

/// Puts somebody in charge. 409 `changed-meanwhile` when somebody else assigned, closed or opened it again after `seen`.
#[utoipa::path(post, path = "/v1/reports/{id}/assign", tag = "reports", security(("token" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "The report, hexadecimal"), Seen), request_body = Assigning,
    responses(
        (status = 201, description = "Stored", body = Done),
        Problem,
    ))]
pub async fn assign(on_screen: OnScreen, Json(sent): Json<Assigning>) -> Answer {
    act_as_seen(on_screen, move |server, who, doc, seen| {
        let assigned = (sent.to.as_str(), sent.reason.as_deref());
        server.assign_as_seen(who, doc, assigned, seen)
    })
    .await
}

/// Closes the report. 409 `changed-meanwhile` when somebody else acted, commented, decided or wrote after `seen`.
#[utoipa::path(post, path = "/v1/reports/{id}/close", tag = "reports", security(("token" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "The report, hexadecimal"), Seen), request_body = Reasoning,
    responses(
        (status = 201, description = "Stored", body = Done),
        Problem,
    ))]
pub async fn close(on_screen: OnScreen, Json(sent): Json<Reasoning>) -> Answer {
    act_as_seen(on_screen, move |server, who, doc, seen| server.close_as_seen(who, doc, &sent.reason, seen))
        .await
}

/// Opens a closed report again. 409 `changed-meanwhile` when somebody else closed or opened it again after `seen`.
#[utoipa::path(post, path = "/v1/reports/{id}/reopen", tag = "reports", security(("token" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "The report, hexadecimal"), Seen), request_body = Reasoning,
    responses(
        (status = 201, description = "Stored", body = Done),
        Problem,
    ))]
pub async fn reopen(on_screen: OnScreen, Json(sent): Json<Reasoning>) -> Answer {
    act_as_seen(on_screen, move |server, who, doc, seen| server.reopen_as_seen(who, doc, &sent.reason, seen))
        .await
}

/// Adds a comment.
#[utoipa::path(post, path = "/v1/reports/{id}/comments", tag = "reports", security(("token" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "The report, hexadecimal")), request_body = Commenting,
    responses(
        (status = 201, description = "Stored", body = Done),
        Problem,
    ))]
pub async fn comment(
    State(api): State<Api>,
    who: Caller,
    tongue: Tongue,
    Path(doc): Path<String>,
    Json(sent): Json<Commenting>,
) -> Answer {
    act(api, who, tongue, &doc, move |server, who, doc| server.comment(who, doc, &sent.text)).await
}

/// Says that two reports are one event, or no longer.
#[utoipa::path(post, path = "/v1/reports/{id}/links", tag = "reports", security(("token" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "The report, hexadecimal")), request_body = Linking,
    responses(
        (status = 204, description = "Stored in both"),
        Problem,
    ))]
pub async fn link(
    State(api): State<Api>,
    who: Caller,
    Path(doc): Path<String>,
    Json(sent): Json<Linking>,
) -> Result<StatusCode, Problem> {
    let doc: DocId = id(&doc)?;
    api.call_as(who, move |server, who| server.link(who, doc, sent.other, sent.linked)).await?;
    Ok(StatusCode::NO_CONTENT)
}
