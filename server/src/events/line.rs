//! An event as one line of the inbox. Changes when the inbox shows more.

use ronde_model::id::DocId;

use super::difference::count_differences;
use super::event::Event;
use crate::archive::Reader;
use crate::reading::line_of;
use crate::supervision::{ReportLine, Status};

/// One line of the inbox.
#[derive(Debug, Clone, PartialEq)]
pub struct EventLine {
    /// The leading report's line; its commune and position are those of the first report that has any.
    pub lead: ReportLine,
    /// Its reports, as they were filed.
    pub members: Vec<DocId>,
    /// The gravest, 1 to 5.
    pub severity: u8,
    /// The least advanced.
    pub status: Status,
    /// Open divergences inside its reports.
    pub divergences: u32,
    /// Facts that differ between its first hundred reports.
    pub differences: u32,
    /// Envelopes set aside.
    pub quarantined: u32,
    /// Envelopes that wait.
    pub pending: u32,
    /// Statements.
    pub statements: u32,
    /// One of its reports has an urgent mark.
    pub urgent: bool,
    /// The units of its authors.
    pub units: Vec<String>,
    /// When its newest report was received, ms UTC.
    pub newest_ms: i64,
    /// The greatest feed number with which something of its reports moved: what its reader has seen.
    pub moved: u64,
    /// Who opened it last.
    pub opened_by: Option<Reader>,
    /// Who, or which unit, is in charge; `None` when it stands elsewhere, or several are.
    pub assigned_to: Option<String>,
}

impl From<&Event<'_>> for EventLine {
    fn from(event: &Event<'_>) -> Self {
        let mut lead = line_of(event.lead.report.clone());
        lead.row.place = event.position();
        lead.row.commune = event.members().find_map(|member| member.report.row.commune.clone());
        EventLine {
            lead,
            members: event.members().map(|member| member.report.row.doc).collect(),
            severity: event.severity(),
            status: event.status(),
            divergences: event.sum(|member| member.report.row.divergences),
            differences: count_differences(event),
            quarantined: event.sum(|member| member.report.quarantined),
            pending: event.sum(|member| member.report.pending),
            statements: event.sum(|member| member.report.row.statements),
            urgent: event.members().any(|member| member.report.row.urgent),
            units: event.units(),
            newest_ms: event.newest_ms(),
            moved: event.moved(),
            opened_by: event.reader().cloned(),
            assigned_to: event.assignee().map(str::to_owned),
        }
    }
}
