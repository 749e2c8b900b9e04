//! Every report at once, as the inbox groups and filters them, and what moved since a number.
//! Changes when an event needs more of its reports.

use ronde_model::id::DocId;
use ronde_model::scope::Scope;

use super::{Handled, StoredReport};
use crate::access::Grants;
use crate::error::ArchiveError;

type Result<T> = std::result::Result<T, ArchiveError>;

/// A report of the inbox, with who may read it and what was done about it.
#[derive(Debug, Clone, PartialEq)]
pub struct BoardRow {
    /// The row.
    pub report: StoredReport,
    /// Where it stands.
    pub scopes: Vec<Scope>,
    /// What was done about it.
    pub handled: Handled,
    /// The greatest feed number with which something of it, or of its handling, was accepted or set
    /// aside.
    pub moved: u64,
    /// Its folded words; `None` when there are many: then ask [`BoardReads::says`].
    pub words: Option<String>,
}

/// Reading every report, and what moved.
pub trait BoardReads {
    /// Rows of the inbox after a place, by rising place.
    fn board(&self, after: u64, limit: usize) -> Result<Vec<BoardRow>>;
    /// One row of the inbox; `None` while no seal of the report is accepted.
    fn board_row(&self, doc: &DocId) -> Result<Option<BoardRow>>;
    /// Reports of which something was numbered after a number; at most `limit`.
    fn moved_after(&self, seq: u64, limit: usize) -> Result<Vec<DocId>>;
    /// Reports that left a scope of the reader after a number, whether or not they stand in another.
    fn left_after(&self, grants: &Grants, seq: u64) -> Result<Vec<DocId>>;
    /// Whether the words of the report at a place hold a folded text.
    fn says(&self, place: u64, text: &str) -> Result<bool>;
    /// How many envelopes set aside the reader may release or refuse.
    fn count_held(&self, grants: &Grants) -> Result<u64>;
    /// Reports whose row an older program wrote, without what was done about them or in a way that is
    /// not the present one, by id.
    fn stale_after(&self, after: Option<&DocId>, limit: usize) -> Result<Vec<DocId>>;
}
