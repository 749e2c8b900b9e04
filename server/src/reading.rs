//! What a supervisor reads: the inbox, one report, its history, its divergences, what is held aside.
//! Every road goes through the supervisor's grants. Changes with what is shown.

use std::collections::BTreeMap;

use ronde_model::divergence::Divergence;
use ronde_model::document::{Comment, Document, Reason};
use ronde_model::fact::FactValue;
use ronde_model::history::{Provenance, Step, in_order, tell};
use ronde_model::id::DocId;
use ronde_model::projection::View;
use ronde_model::words::fold;

use crate::archive::{HeldRow, InboxQuery, Reads, StoredReport};
use crate::error::{ArchiveError, ServerError};
use crate::ground::Ground;
use crate::intake::{Affair, AffairId, REPLACED, Side, lifecycle_of, view_of};
use crate::people::Supervisor;
use crate::supervision::{
    CommentLine, Filter, History, MAX_PAGE, Page, PageKey, QuarantineLine, ReportDetail, ReportLine, Status,
    StoredEnvelope, StoredState,
};

/// What waits is shown after a day, ms.
const PENDING_SHOWN_AFTER_MS: i64 = 24 * 3600 * 1000;

/// Envelopes read together.
const CHUNK: usize = 5_000;

/// The inbox.
///
/// # Errors
/// The archive's.
pub(crate) fn reports(
    ground: &Ground,
    who: &Supervisor,
    filter: &Filter,
    after: Option<PageKey>,
    limit: usize,
) -> Result<Page<ReportLine>, ServerError> {
    let limit = limit.clamp(1, MAX_PAGE);
    let folded = Filter { text: filter.text.as_deref().map(fold), ..filter.clone() };
    let query = InboxQuery { grants: who.grants(), filter: &folded, before: before(after), limit: limit + 1 };
    let rows = ground.read(|archive| Ok::<_, ServerError>(archive.inbox(&query)?))?;
    Ok(page_of(rows, limit, |row| row.place, line_of))
}

/// The largest number a column holds: a page without key begins after everything.
fn before(after: Option<PageKey>) -> u64 {
    after.map_or(i64::MAX.unsigned_abs(), |key| key.0.min(i64::MAX.unsigned_abs()))
}

fn page_of<R, T>(
    mut rows: Vec<R>,
    limit: usize,
    place: impl Fn(&R) -> u64,
    line: impl Fn(R) -> T,
) -> Page<T> {
    let more = rows.len() > limit;
    rows.truncate(limit);
    let next = rows.last().filter(|_| more).map(|row| PageKey(place(row)));
    Page { items: rows.into_iter().map(line).collect(), next }
}

/// A line of a list, of a row as stored.
pub(crate) fn line_of(stored: StoredReport) -> ReportLine {
    ReportLine {
        row: stored.row,
        number: stored.number,
        status: stored.status,
        received_ms: stored.received_ms,
        quarantined: stored.quarantined,
        pending: stored.pending,
    }
}

fn with_affair<T>(
    ground: &Ground,
    who: &Supervisor,
    doc: DocId,
    show: impl FnOnce(&dyn Reads, &Affair<'_>) -> Result<T, ServerError>,
) -> Result<Option<T>, ServerError> {
    ground.read(|archive| {
        let affair = Affair::open(ground, archive, AffairId::Report(doc))?;
        if affair.row.is_none() || !who.grants().cover(&affair.stood) {
            return Ok(None);
        }
        show(archive, &affair).map(Some)
    })
}

/// One report.
///
/// # Errors
/// The archive's.
pub(crate) fn report(
    ground: &Ground,
    who: &Supervisor,
    doc: DocId,
) -> Result<Option<ReportDetail>, ServerError> {
    let detail = with_affair(ground, who, doc, |archive, affair| {
        let Some(row) = affair.row.as_ref() else { return Ok(None) };
        let (lifecycle, view) = (lifecycle_of(affair), view_of(affair));
        let held = archive.held_of(&doc)?;
        Ok(Some(ReportDetail {
            wrote: wrote(affair, view.as_ref()),
            first_version: first_version(&affair.report),
            view,
            doc,
            home: row.home.clone(),
            status: Status::of(&lifecycle),
            lifecycle,
            number: row.number.clone(),
            received_ms: row.received_ms,
            scopes: affair.stood.clone(),
            heads: affair.report.document.as_ref().map(Document::heads).unwrap_or_default(),
            comments: comments_of(&affair.handling),
            held: held.into_iter().map(|row| held_line(ground, archive, row)).collect::<Result<_, _>>()?,
        }))
    })?;
    Ok(detail.flatten())
}

/// Who wrote what is shown under each key: an agent, or the person whose decision holds.
fn wrote(affair: &Affair<'_>, view: Option<&View>) -> BTreeMap<String, Provenance> {
    let (Some(view), Some((document, provenances))) = (view, affair.report.pair()) else {
        return BTreeMap::new();
    };
    let contents = document.contents();
    let decided = |key: &str, value: &FactValue| {
        let divergence = view.divergences.iter().find(|divergence| divergence.key == key)?;
        divergence.decisions.iter().find(|decided| decided.value.as_ref() == Some(value))?.provenance.clone()
    };
    let written = |key: &str, value: &FactValue| {
        let standing = contents.values.get(key)?.iter().filter(|written| written.value == *value);
        standing.filter_map(|written| provenances.get(&written.change)).max_by_key(|who| who.order()).cloned()
    };
    view.facts
        .iter()
        .filter_map(|(key, shown)| {
            let who = written(key, &shown.value).or_else(|| decided(key, &shown.value))?;
            Some((key.clone(), who))
        })
        .collect()
}

fn first_version(report: &Side) -> Option<Step> {
    let (document, provenances) = report.pair()?;
    let seal = document.seal_hash()?;
    tell(document, provenances).into_iter().find(|step| step.change == seal)
}

fn comments_of(handling: &Side) -> Vec<CommentLine> {
    let Some((document, provenances)) = handling.pair() else { return Vec::new() };
    let mut lines = Vec::new();
    for change in in_order(document.changes(), provenances) {
        for (key, value) in &change.writes {
            if let (Some(id), Some(comment)) = (key.strip_prefix("comment/"), Comment::from_value(value)) {
                let provenance = provenances.get(&change.hash).cloned();
                lines.push(CommentLine { id: id.to_owned(), text: comment.text, provenance });
            }
        }
    }
    lines
}

/// Who wrote what when.
///
/// # Errors
/// The archive's.
pub(crate) fn history(ground: &Ground, who: &Supervisor, doc: DocId) -> Result<Option<History>, ServerError> {
    let steps = |side: &Side| -> Vec<Step> {
        side.pair().map(|(document, provenances)| tell(document, provenances)).unwrap_or_default()
    };
    with_affair(ground, who, doc, |_, affair| {
        Ok(History { report: steps(&affair.report), handling: steps(&affair.handling) })
    })
}

/// Where people wrote apart.
///
/// # Errors
/// The archive's.
pub(crate) fn divergences(
    ground: &Ground,
    who: &Supervisor,
    doc: DocId,
) -> Result<Option<Vec<Divergence>>, ServerError> {
    with_affair(ground, who, doc, |_, affair| {
        Ok(view_of(affair).map(|view| view.divergences).unwrap_or_default())
    })
}

/// What is set aside, and what has waited for more than a day.
///
/// # Errors
/// The archive's.
pub(crate) fn quarantine(
    ground: &Ground,
    who: &Supervisor,
    after: Option<PageKey>,
    limit: usize,
) -> Result<Page<QuarantineLine>, ServerError> {
    let limit = limit.clamp(1, MAX_PAGE);
    let pending_before_ms = ground.now_ms().saturating_sub(PENDING_SHOWN_AFTER_MS);
    ground.read(|archive| {
        let rows = archive.held(who.grants(), before(after), pending_before_ms, limit + 1)?;
        let page = page_of(rows, limit, |row| row.stored.seq, |row| held_line(ground, archive, row));
        let Page { items, next } = page;
        Ok(Page { items: items.into_iter().collect::<Result<_, ServerError>>()?, next })
    })
}

fn held_line(ground: &Ground, archive: &dyn Reads, row: HeldRow) -> Result<QuarantineLine, ServerError> {
    let lease = ground.organisation.lease(&row.stored.lease, archive)?.ok_or_else(|| {
        ArchiveError::Corrupt(format!("the lease of envelope {} is missing", row.stored.seq))
    })?;
    let is_replaced = archive.is_replaced(&row.eid, &row.agent)?;
    let reason = if is_replaced { REPLACED.to_owned() } else { row.stored.reason.unwrap_or_default() };
    let may_be_released = Reason::from_code(&reason).is_some_and(Reason::is_releasable);
    Ok(QuarantineLine {
        eid: row.eid,
        seq: row.stored.seq,
        report: row.report,
        doc: row.stored.doc,
        state: row.stored.state,
        releasable: row.stored.state == StoredState::Quarantined && may_be_released,
        reason,
        agent: row.agent,
        agent_name: lease.lease.name.clone(),
        unit: lease.lease.unit.clone(),
        device: row.stored.device,
        received_ms: row.stored.received_ms,
        written_ms: row.t.corrected_ms(),
    })
}

/// Every stored envelope.
///
/// # Errors
/// The archive's.
pub(crate) fn stored(ground: &Ground) -> Result<Vec<StoredEnvelope>, ServerError> {
    ground.read(|archive| {
        let mut all: Vec<StoredEnvelope> = Vec::new();
        loop {
            let after = all.last().map_or(0, |line| line.seq);
            let chunk = archive.stored_after(after, CHUNK)?;
            let done = chunk.len() < CHUNK;
            all.extend(chunk);
            if done {
                return Ok(all);
            }
        }
    })
}
