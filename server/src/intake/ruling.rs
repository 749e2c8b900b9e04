//! Which affair an envelope belongs to, what is judged and what is decided of it: the words that
//! judging, planning and carrying out share. Decides nothing.

use ronde_model::document::Reason;
use ronde_model::envelope::{Envelope, Kind};
use ronde_model::id::{ChainId, ChangeHash, DocId, Eid};
use ronde_model::lease::Lease;

use super::incoming::Incoming;
use crate::archive::{DocumentRow, Reads};
use crate::error::ArchiveError;
use crate::supervision::StoredState;

/// Which affair an envelope belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AffairId {
    /// A report, with its handling.
    Report(DocId),
    /// A document that belongs to no report known here: a handling that came first, a kind of a
    /// later version.
    Loose(Kind, DocId),
}

/// What tells whether an affair moved since it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    rev: Option<u64>,
    /// The last one that waits or is set aside: what is settled since moves `rev`.
    held: u64,
}

impl Mark {
    /// Nothing of the affair waits or is set aside.
    pub fn holds_nothing(&self) -> bool {
        self.held == 0
    }

    /// The affair's mark now, with the row of its report.
    ///
    /// # Errors
    /// The archive's.
    pub fn of(archive: &dyn Reads, id: AffairId) -> Result<(Mark, Option<DocumentRow>), ArchiveError> {
        match id {
            AffairId::Report(doc) => {
                let row = archive.document(&doc)?;
                let handling = archive.last_held(&DocId::handling_of(doc), Kind::Handling)?;
                let held = archive.last_held(&doc, Kind::Report)?.max(handling);
                Ok((Mark { rev: row.as_ref().map(|row| row.rev), held }, row))
            }
            AffairId::Loose(kind, doc) => {
                let report = if kind == Kind::Handling { archive.report_of(&doc)? } else { None };
                let held = archive.last_held(&doc, kind)?;
                // A report that appeared meanwhile is a move.
                Ok((Mark { rev: report.map(|_| 0), held }, None))
            }
        }
    }
}

/// An envelope that was stored before, and not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The ledger number.
    pub seq: u64,
    /// What became of it.
    pub state: StoredState,
    /// Why.
    pub reason: Option<String>,
}

/// An envelope to judge.
#[derive(Debug, Clone)]
pub struct Item {
    /// The envelope and its lease.
    pub incoming: Incoming,
    /// What is known of it, when it was stored before.
    pub held: Option<Held>,
    /// When it was received, ms UTC.
    pub received_ms: i64,
}

impl Item {
    /// What it says.
    pub fn envelope(&self) -> &Envelope {
        &self.incoming.sealed.envelope
    }

    /// Its identity.
    pub fn eid(&self) -> Eid {
        self.incoming.sealed.eid
    }

    /// Its lease.
    pub fn lease(&self) -> &Lease {
        &self.incoming.lease.lease
    }

    /// It is stored, and waits.
    pub fn is_pending(&self) -> bool {
        self.held.as_ref().is_some_and(|held| held.state == StoredState::Pending)
    }

    /// Chain and place in it: the order in which what waits is tried again.
    pub fn order(&self) -> (ChainId, u64) {
        (self.envelope().chain, self.envelope().n)
    }
}

/// What is decided of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Applied.
    Accepted {
        /// The change; `None` for kinds 4 and 5.
        change: Option<ChangeHash>,
        /// Its lease was over when it was written.
        late: bool,
        /// It is the report's seal.
        is_seal: bool,
    },
    /// Waits, for this.
    Pending(String),
    /// Set aside, for this.
    Quarantined(Reason),
}

/// A decision, in the order in which they are numbered.
#[derive(Debug, Clone)]
pub struct Ruling {
    /// The envelope.
    pub item: Item,
    /// What is decided of it.
    pub outcome: Outcome,
}

/// What an envelope waits for when another takes its place: it is never applied.
pub const REPLACED: &str = "replaced";
