//! Stored envelopes: the log that is the truth, and the ledger of each device.

use ronde_model::envelope::{Kind, SealedEnvelope};
use ronde_model::id::{AgentId, ChangeHash, DeviceId, DocId, Eid, LeaseId};
use ronde_model::instant::Instant;
use ronde_model::receipt::Own;
use ronde_model::scope::Scope;
use ronde_model::wire::LedgerLine;

use crate::error::ArchiveError;
use crate::supervision::{StoredEnvelope, StoredState};

type Result<T> = std::result::Result<T, ArchiveError>;

/// What is known of a stored envelope beside its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The ledger number.
    pub seq: u64,
    /// What it belongs to.
    pub kind: Kind,
    /// The document it names.
    pub doc: DocId,
    /// The lease it names.
    pub lease: LeaseId,
    /// Who signed it.
    pub device: DeviceId,
    /// What became of it.
    pub state: StoredState,
    /// Why, when it was not accepted.
    pub reason: Option<String>,
    /// When it was received, ms UTC.
    pub received_ms: i64,
}

/// An accepted change, as far as its provenance goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AcceptedEnvelope {
    /// The ledger number.
    pub seq: u64,
    /// The envelope.
    pub eid: Eid,
    /// The lease it names.
    pub lease: LeaseId,
    /// The author's clocks.
    pub t: Instant,
    /// The change.
    pub change: ChangeHash,
    /// Feed number of its acceptance.
    pub place: u64,
    /// When it was received, ms UTC.
    pub received_ms: i64,
    /// Its lease was over when it was written.
    pub late: bool,
}

/// An envelope to store.
#[derive(Debug)]
pub struct NewEnvelope<'a> {
    /// Its ledger number.
    pub seq: u64,
    /// The envelope.
    pub sealed: &'a SealedEnvelope,
    /// The report it belongs to, when known.
    pub report: Option<DocId>,
    /// Device of its lease.
    pub device: DeviceId,
    /// Agent of its lease.
    pub agent: AgentId,
    /// Where it is readable while its report is not known here: the unit it names as home, or
    /// its lease's.
    pub home: &'a Scope,
    /// When it was received, ms UTC.
    pub received_ms: i64,
    /// What becomes of it.
    pub settlement: &'a Settlement,
}

/// What becomes of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// Applied.
    Accepted {
        /// Feed number of the acceptance.
        place: u64,
        /// The change; `None` for kinds 4 and 5.
        change: Option<ChangeHash>,
        /// Its lease was over when it was written.
        late: bool,
    },
    /// Set aside, for this reason.
    Quarantined(String),
    /// Waits, for this.
    Pending(String),
}

impl Settlement {
    /// The state it amounts to.
    pub fn state(&self) -> StoredState {
        match self {
            Settlement::Accepted { .. } => StoredState::Accepted,
            Settlement::Quarantined(_) => StoredState::Quarantined,
            Settlement::Pending(_) => StoredState::Pending,
        }
    }
}

/// Reading stored envelopes.
pub trait EnvelopeReads {
    /// What is known of an envelope; `None` when it is not stored.
    fn stored(&self, eid: &Eid) -> Result<Option<Stored>>;
    /// An envelope's bytes by ledger number.
    fn body(&self, seq: u64) -> Result<Option<Vec<u8>>>;
    /// The accepted changes of a document, in the order of acceptance.
    fn accepted(&self, doc: &DocId, kind: Kind) -> Result<Vec<AcceptedEnvelope>>;
    /// The handling in which an envelope was released.
    fn released_in(&self, eid: &Eid) -> Result<Option<DocId>>;
    /// Whether another envelope of this agent takes the place of this one.
    fn is_replaced(&self, eid: &Eid, agent: &AgentId) -> Result<bool>;
    /// The digest of everything a device deposited.
    fn own(&self, device: &DeviceId) -> Result<Own>;
    /// A device's ledger after a number, rising.
    fn ledger_after(&self, device: &DeviceId, after: u64, limit: usize) -> Result<Vec<LedgerLine>>;
    /// Every stored envelope after a number, rising.
    fn stored_after(&self, after: u64, limit: usize) -> Result<Vec<StoredEnvelope>>;
}

/// Writing envelopes.
pub trait EnvelopeWrites {
    /// Stores an envelope, unless its eid is stored already (`false`).
    fn put_envelope(&self, envelope: &NewEnvelope<'_>) -> Result<bool>;
    /// Changes what became of a stored envelope.
    fn settle(&self, seq: u64, report: Option<&DocId>, settlement: &Settlement) -> Result<()>;
    /// Keeps that a person released an envelope.
    fn put_release(&self, eid: &Eid, handling: &DocId) -> Result<()>;
    /// Keeps that an agent's envelope takes the place of another; one that is pending says so. Answers
    /// the replaced envelope's ledger number and report when that is news and it is held in one.
    fn put_replacement(&self, eid: &Eid, agent: &AgentId) -> Result<Option<(u64, DocId)>>;
    /// Keeps a device's digest.
    fn put_own(&self, device: &DeviceId, own: &Own) -> Result<()>;
}
