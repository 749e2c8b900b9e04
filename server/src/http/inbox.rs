//! Reading: the inbox, one report, its history, its divergences.
//! What may be seen is decided by the server. Changes when reports can be read in another way.

use axum::Json;
use axum::extract::{Path, State};
use ronde_model::id::DocId;

use super::asked::{Asked, Selection, id};
use super::problem::{NOT_FOUND, Problem};
use super::tongue::Tongue;
use super::{Api, Caller};
use crate::shapes::{Divergence, Divergences, History, Page, Report, ReportLine};

fn none() -> Problem {
    Problem::new(&NOT_FOUND, "there is no such report, or it may not be read here")
}

/// The inbox, newest arrival first.
#[utoipa::path(get, path = "/v1/reports", tag = "reports", params(Selection), security(("token" = []), ("cookie" = [])), responses(
    (status = 200, description = "One page", body = Page<ReportLine>),
    Problem,
))]
pub async fn reports(
    State(api): State<Api>,
    who: Caller,
    Tongue(language): Tongue,
    Asked(asked): Asked<Selection>,
) -> Result<Json<Page<ReportLine>>, Problem> {
    let (filter, paging) = asked.read()?;
    let lines = paging.lines()?;
    let after = paging.after.map(|key| key.0);
    let page = api.call_as(who, move |server, who| server.reports(who, &filter, after, lines)).await?;
    Ok(Json(Page::of(&page, |line| ReportLine::of(line, language))))
}

/// One report, merged: what is shown, what diverges, who said what.
#[utoipa::path(get, path = "/v1/reports/{id}", tag = "reports", security(("token" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "The report, hexadecimal")),
    responses(
        (status = 200, description = "The report", body = Report),
        Problem,
    ))]
pub async fn report(
    State(api): State<Api>,
    who: Caller,
    Tongue(language): Tongue,
    Path(doc): Path<String>,
) -> Result<Json<Report>, Problem> {
    let doc: DocId = id(&doc)?;
    let detail = api.call_as(who, move |server, who| server.report(who, doc)).await?;
    detail.as_ref().map(|detail| Json(Report::of(detail, language))).ok_or_else(none)
}

/// Who wrote what when, on both sides of a report.
#[utoipa::path(get, path = "/v1/reports/{id}/history", tag = "reports", security(("token" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "The report, hexadecimal")),
    responses(
        (status = 200, description = "Its history, each change after what it was made on", body = History),
        Problem,
    ))]
pub async fn history(
    State(api): State<Api>,
    who: Caller,
    Tongue(language): Tongue,
    Path(doc): Path<String>,
) -> Result<Json<History>, Problem> {
    let doc: DocId = id(&doc)?;
    let history = api.call_as(who, move |server, who| server.history(who, doc)).await?;
    history.as_ref().map(|history| Json(History::of(history, language))).ok_or_else(none)
}

/// Where people wrote apart, decided or not.
#[utoipa::path(get, path = "/v1/reports/{id}/divergences", tag = "reports", security(("token" = []), ("cookie" = [])),
    params(("id" = String, Path, description = "The report, hexadecimal")),
    responses(
        (status = 200, description = "Every divergence, values side by side", body = Divergences),
        Problem,
    ))]
pub async fn divergences(
    State(api): State<Api>,
    who: Caller,
    Tongue(language): Tongue,
    Path(doc): Path<String>,
) -> Result<Json<Divergences>, Problem> {
    let doc: DocId = id(&doc)?;
    let found = api.call_as(who, move |server, who| server.divergences(who, doc)).await?.ok_or_else(none)?;
    Ok(Json(Divergences {
        report: doc.to_string(),
        items: found.iter().map(|found| Divergence::of(found, language)).collect(),
    }))
}
