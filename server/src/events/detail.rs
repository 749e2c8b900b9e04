//! One event in full: its reports side by side, what differs between them, what may belong to it.
//! Changes when the event's page shows more.

use ronde_model::id::DocId;

use super::board::Kept;
use super::difference::{COMPARED, Difference, differences};
use super::line::EventLine;
use super::suggestion::{Suggestion, suggestions};
use crate::error::ServerError;
use crate::ground::Ground;
use crate::people::Supervisor;
use crate::reading::report;
use crate::supervision::ReportDetail;

/// Everything a supervisor sees of one event.
#[derive(Debug, Clone, PartialEq)]
pub struct EventDetail {
    /// Its line.
    pub line: EventLine,
    /// Its reports, as they were filed.
    pub reports: Vec<ReportDetail>,
    /// Facts that differ between them.
    pub differences: Vec<Difference>,
    /// Reports that may be of the same event.
    pub suggestions: Vec<Suggestion>,
}

/// The event of a report; `None` when there is none or it may not be read.
///
/// # Errors
/// The archive's.
pub(crate) fn event(
    ground: &Ground,
    kept: &Kept,
    who: &Supervisor,
    doc: DocId,
) -> Result<Option<EventDetail>, ServerError> {
    let found = kept.look(ground, |board, _| {
        let event = board.event_of(&doc, who.grants());
        Ok(event.map(|event| (EventLine::from(&event), suggestions(board, &event, who.grants()))))
    })?;
    let Some((line, suggestions)) = found else { return Ok(None) };
    let mut reports = Vec::new();
    // `members` of the line names the others.
    for member in line.members.iter().take(COMPARED) {
        // One that left the reader's sight since the line was made is left out.
        reports.extend(report(ground, who, *member)?);
    }
    let differences = if reports.len() > 1 { differences(&reports) } else { Vec::new() };
    Ok(Some(EventDetail { line, reports, differences, suggestions }))
}
