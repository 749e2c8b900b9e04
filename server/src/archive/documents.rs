//! Documents: the row of each report whose seal is stored, its scopes, and snapshots (caches).

use std::collections::BTreeSet;

use ronde_model::envelope::Kind;
use ronde_model::id::{AgentId, DocId, Eid};
use ronde_model::scope::Scope;

use crate::error::ArchiveError;

type Result<T> = std::result::Result<T, ArchiveError>;

/// A report whose seal is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRow {
    /// The report.
    pub doc: DocId,
    /// Its home: the unit of the seal's lease.
    pub home: Scope,
    /// Who sealed it.
    pub author: AgentId,
    /// The seal.
    pub seal: Eid,
    /// The seal was accepted.
    pub sealed: bool,
    /// Moves with every change of the report or its handling.
    pub rev: u64,
    /// The official number, with the seal's acceptance.
    pub number: Option<String>,
    /// When the seal was received, ms UTC.
    pub received_ms: i64,
    /// Feed number of the seal's acceptance, or its ledger number while it is set aside.
    pub place: u64,
}

/// Reading documents.
pub trait DocumentReads {
    /// A report whose seal is stored.
    fn document(&self, doc: &DocId) -> Result<Option<DocumentRow>>;
    /// The report of a handling.
    fn report_of(&self, handling: &DocId) -> Result<Option<DocId>>;
    /// Where a report stands.
    fn scopes(&self, doc: &DocId) -> Result<BTreeSet<Scope>>;
    /// A document's snapshot, if one was made.
    fn snapshot(&self, doc: &DocId, kind: Kind) -> Result<Option<Vec<u8>>>;
    /// Every report after one, in the order of their ids.
    fn documents_after(&self, after: Option<&DocId>, limit: usize) -> Result<Vec<DocumentRow>>;
}

/// Writing documents.
pub trait DocumentWrites {
    /// Makes or replaces a report's row.
    fn put_document(&self, row: &DocumentRow) -> Result<()>;
    /// Makes a report stand in a scope.
    fn put_scope(&self, doc: &DocId, scope: &Scope) -> Result<()>;
    /// Takes a report out of a scope.
    fn drop_scope(&self, doc: &DocId, scope: &Scope) -> Result<()>;
    /// Makes or replaces a snapshot.
    fn put_snapshot(&self, doc: &DocId, kind: Kind, bytes: &[u8]) -> Result<()>;
    /// The next official number of a year, from 1.
    fn next_official_number(&self, year: i64) -> Result<u64>;
    /// Leaves out as many official numbers, in every year that has any and in this one.
    fn leave_official_numbers_out(&self, year: i64, count: u64) -> Result<()>;
    /// Drops every snapshot and every row of the inbox.
    fn drop_caches(&self) -> Result<()>;
    /// Counts one more making of the caches: copies of what stood there before are old.
    fn count_making(&self) -> Result<()>;
}
