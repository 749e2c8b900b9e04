//! The inbox: one row per accepted report, by arrival, and what is held aside. Caches.

use ronde_model::id::{AgentId, DeviceId, DocId, Eid};
use ronde_model::instant::Instant;
use ronde_model::projection::Row;
use ronde_model::scope::Scope;

use super::{Handled, Stored};
use crate::access::Grants;
use crate::error::ArchiveError;
use crate::supervision::{Filter, Status};

type Result<T> = std::result::Result<T, ArchiveError>;

/// A report's row to keep.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportRow {
    /// Feed number of the seal's acceptance.
    pub place: u64,
    /// The projection.
    pub row: Row,
    /// Where it stands.
    pub status: Status,
    /// Folded words of it.
    pub words: String,
    /// What was done about it.
    pub handled: Handled,
}

/// A row of the inbox as read.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredReport {
    /// Feed number of the seal's acceptance.
    pub place: u64,
    /// The projection.
    pub row: Row,
    /// Where it stands.
    pub status: Status,
    /// The official number.
    pub number: Option<String>,
    /// When the seal was received, ms UTC.
    pub received_ms: i64,
    /// Envelopes set aside, of the report and of its handling.
    pub quarantined: u32,
    /// Envelopes that wait.
    pub pending: u32,
}

/// An envelope set aside, or waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldRow {
    /// The envelope.
    pub eid: Eid,
    /// What is known of it.
    pub stored: Stored,
    /// The report it belongs to, when known.
    pub report: Option<DocId>,
    /// The person who wrote it.
    pub agent: AgentId,
    /// Where it is readable while its report is not known here.
    pub home: Scope,
    /// The author's clocks.
    pub t: Instant,
}

/// Which rows to read.
#[derive(Debug, Clone)]
pub struct InboxQuery<'a> {
    /// What may be read.
    pub grants: &'a Grants,
    /// What is asked for; its text already folded.
    pub filter: &'a Filter,
    /// Rows before this place.
    pub before: u64,
    /// At most.
    pub limit: usize,
}

/// Reading the inbox.
pub trait ReportReads {
    /// Rows, newest arrival first.
    fn inbox(&self, query: &InboxQuery<'_>) -> Result<Vec<StoredReport>>;
    /// What is set aside, and what was received before `pending_before_ms` and still waits: by
    /// falling ledger number, before `before`.
    fn held(
        &self,
        grants: &Grants,
        before: u64,
        pending_before_ms: i64,
        limit: usize,
    ) -> Result<Vec<HeldRow>>;
    /// Everything held of one report and its handling, by rising ledger number.
    fn held_of(&self, doc: &DocId) -> Result<Vec<HeldRow>>;
    /// How many envelopes of a device are stored.
    fn deposited(&self, device: &DeviceId) -> Result<u64>;
}

/// Writing the inbox.
pub trait ReportWrites {
    /// Makes or replaces a row.
    fn put_report(&self, row: &ReportRow) -> Result<()>;
}
