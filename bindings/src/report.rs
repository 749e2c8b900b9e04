//! Reports as screens show them: the row, the page, the whole, its history and its divergences.
//! Changes with what screens show of a report.

use ronde_core::model::catalogue::Language;
use ronde_core::model::divergence::{Decided, Divergence, Shown, Voice};
use ronde_core::model::document::{Chosen, Decision, Salt, Statement};
use ronde_core::model::fact::FactValue;
use ronde_core::model::history::{Provenance, Step, Write};
use ronde_core::model::id::{AgentId, BootId, ChangeHash, DeviceId, DocId, Eid};
use ronde_core::model::instant::{Instant, TimeSource};
use ronde_core::model::lifecycle::{Act, Lifecycle};
use ronde_core::model::projection::{Row, StatementView};
use ronde_core::{Detail, Entry, ListItem, Page, PageKey, Reader, Remark, Status};

use crate::value::{Authors, Facts, ShownFacts};

enums! {
    /// Where a wall-clock time came from.
    TimeSource { Unknown, System, Network, Gnss, Server, Other(u8) }
    /// What a decision holds for true: the value of a change, or a third one.
    Chosen { Change(ChangeHash), Value(FactValue) }
    /// Where a report stands.
    Status {
        Draft, Stored, Delivered, Read { by: String, at_ms: i64 }, Assigned { to: String, taken: bool, at_ms: i64 },
        Closed { reason: String, at_ms: i64 }, NeedsYou { reason: String },
    }
}

records! {
    /// One reading of a device's clocks, ms; zone in minutes.
    Instant {
        wall_ms: i64, mono_ms: u64, boot: BootId, source: TimeSource, zone_min: i16,
        skew_ms: Option<i64>, err_ms: Option<u32>,
    }
    /// Who wrote it, when, from which device; `received_ms` by the server's clock.
    Provenance {
        eid: Eid, agent: AgentId, name: String, unit: String, role: String, device: DeviceId,
        t: Instant, received_ms: Option<i64>, late: bool,
    }
    /// What a list shows of a report; times in ms UTC, place in 1e-7 degree.
    Row {
        doc: DocId, report_type: String, title: String, severity: u8, commune: Option<String>,
        occurred_ms: i64, recorded_ms: i64, author: AgentId, author_name: String, unit: String,
        statements: u32, divergences: u32, voided: bool, to_complete: bool, doubtful_time: bool,
        place: Option<Place>, urgent: bool,
    }
    /// A report in a list, with its official number once the server gave one.
    ListItem { row: Row, status: Status, number: Option<String> }
    /// Where a page ends: the next one begins after it.
    PageKey { recorded_ms: i64, doc: DocId }
    /// A page, newest first; no `next` after the last.
    Page { items: Vec<ListItem>, next: Option<PageKey> }
    /// What is shown under a key, the other pins, and the mark of an open divergence.
    Shown { value: FactValue, also: Vec<FactValue>, diverges: bool }
    /// The words of one agent, verbatim; `supersedes` names an earlier one, and both stay shown.
    Statement {
        by: AgentId, at_ms: i64, salt: Salt, text: String, role: String,
        source_author: Option<String>, supersedes: Option<String>,
    }
    /// A statement, under the id that a later one may name.
    StatementView { id: String, statement: Statement, provenance: Option<Provenance> }
    /// One value of a divergence, with its author.
    Voice { value: FactValue, change: ChangeHash, provenance: Option<Provenance> }
    /// How a person settled a divergence, and what was on screen then.
    Decision {
        by: AgentId, at_ms: i64, salt: Salt, key: String, chosen: Chosen, saw: Vec<ChangeHash>,
        saw_decisions: Vec<String>, reason: String,
    }
    /// A decision, with the value that it makes hold.
    Decided { id: String, value: Option<FactValue>, decision: Decision, provenance: Option<Provenance> }
    /// A key under which people wrote apart: no value leads; open until one decision holds.
    Divergence {
        key: String, voices: Vec<Voice>, present: Vec<ChangeHash>, decisions: Vec<Decided>, open: bool,
    }
    /// One put, with what its author had on screen.
    Write { key: String, value: FactValue, replaced: Vec<FactValue> }
    /// One step of a report's history.
    Step {
        change: ChangeHash, provenance: Option<Provenance>, offline: Option<bool>, is_first: bool,
        writes: Vec<Write>,
    }
    /// One act of a person on a report.
    Act {
        what: String, provenance: Option<Provenance>, at_ms: i64, reason: Option<String>,
        assignee: Option<String>, heads: Vec<ChangeHash>,
    }
    /// What became of a report.
    Lifecycle {
        read: Option<Act>, assigned: Option<Act>, closed: Option<Act>, approved: Option<Act>,
        released: Vec<Eid>, linked: Vec<DocId>,
    }
    /// One remark of a supervisor.
    Remark { text: String, provenance: Option<Provenance> }
    /// A report, whole; `first` is version 1, `wrote` says who wrote what is shown under each key,
    /// `heads` is given back when correcting.
    Detail {
        item: ListItem, facts: ShownFacts, first: Facts, statements: Vec<StatementView>,
        divergences: Vec<Divergence>, lifecycle: Lifecycle, wrote: Authors, comments: Vec<Remark>,
        heads: Vec<ChangeHash>,
    }
    /// A record of a history: an act by its word, or `state`, `void`, `decide`, `comment`, `answer`,
    /// `link`, `unlink`.
    Entry {
        what: String, text: Option<String>, assignee: Option<String>, key: Option<String>,
        other: Option<DocId>, at_ms: i64,
    }
    /// Who reads, when and where: ms UTC, offset of local time from UTC in minutes.
    Reader { language: Language, now_ms: i64, zone_min: i16 }
}

type Place = (i32, i32);

/// A place, 1e-7 degree.
#[derive(uniffi::Record)]
#[allow(missing_docs)]
pub struct Point {
    pub lat_e7: i32,
    pub lon_e7: i32,
}

carried! {
    Place as Point, |(lat_e7, lon_e7): Place| Point { lat_e7, lon_e7 }, |at: Point| Ok((at.lat_e7, at.lon_e7));
}

/// The words of the ladder, with their local hour.
#[uniffi::export]
pub fn status_words(status: Status, reader: Reader) -> String {
    status.tell(&reader)
}

/// What a write of a history says when it is no fact: who did what is told by its step.
#[uniffi::export]
pub fn entry_of(write: Write) -> Option<Entry> {
    Entry::of(&write.key, &write.value)
}

/// A moment, ms UTC, as a person says it: `14:02`; another day: `22 nov., 14:02`.
#[uniffi::export]
pub fn moment_words(ms: i64, reader: Reader) -> String {
    reader.moment(ms)
}
