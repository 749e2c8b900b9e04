//! The feed: numbered rows, the scopes in which each stands, and the configurations they carry.

use ronde_model::id::{ChangeHash, DocId, HistoryId, LeaseId};
use ronde_model::scope::Scope;

use crate::error::ArchiveError;

type Result<T> = std::result::Result<T, ArchiveError>;

/// The history, the last number given in it, and the state of the caches: the same head reads the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The history.
    pub history: HistoryId,
    /// The last number.
    pub seq: u64,
    /// How often the caches were made again.
    pub made: u64,
}

/// A run of numbers between two restores of the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HistoryRow {
    /// The history.
    pub history: HistoryId,
    /// The one it continues; `None`: the first.
    pub parent: Option<HistoryId>,
    /// The last number it shares with its parent.
    pub fork_seq: u64,
    /// When it was opened, ms UTC; 0: not known.
    pub opened_ms: i64,
}

/// What a feed row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FeedKind {
    /// An accepted envelope.
    Change,
    /// A lease.
    Lease,
    /// An envelope was set aside.
    Quarantine,
    /// An envelope set aside or pending was accepted.
    Released,
    /// A configuration.
    Config,
    /// An order to a device.
    Order,
    /// A number that nobody reads: a pending envelope, one replaced, a journal line, a configuration
    /// replaced.
    Kept,
}

impl FeedKind {
    /// The code stored: the entry's on the wire, 255 for a number nobody reads.
    pub fn code(self) -> u8 {
        match self {
            FeedKind::Change => 0,
            FeedKind::Lease => 1,
            FeedKind::Quarantine => 2,
            FeedKind::Released => 3,
            FeedKind::Config => 9,
            FeedKind::Order => 10,
            FeedKind::Kept => 255,
        }
    }

    /// From the code stored.
    pub fn from_code(code: u8) -> Option<Self> {
        [
            FeedKind::Change,
            FeedKind::Lease,
            FeedKind::Quarantine,
            FeedKind::Released,
            FeedKind::Config,
            FeedKind::Order,
            FeedKind::Kept,
        ]
        .into_iter()
        .find(|kind| kind.code() == code)
    }
}

/// A feed row to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFeedRow<'a> {
    /// Its number.
    pub seq: u64,
    /// What it is.
    pub kind: FeedKind,
    /// The ledger number of its envelope.
    pub envelope: Option<u64>,
    /// A lease's id, a configuration's name, an order's bytes.
    pub item: Option<&'a [u8]>,
    /// The envelope was numbered before; its document entered a scope.
    pub again: bool,
    /// Where it stands.
    pub scopes: &'a [Scope],
}

/// A feed row with what its entry needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedRow {
    /// Its number.
    pub seq: u64,
    /// What it is.
    pub kind: FeedKind,
    /// The envelope was numbered before; its document entered a scope.
    pub again: bool,
    /// A lease's id, a configuration's name, an order's bytes.
    pub item: Option<Vec<u8>>,
    /// Its envelope.
    pub envelope: Option<FeedEnvelope>,
}

/// What an entry needs of an envelope, beside its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedEnvelope {
    /// Its ledger number.
    pub seq: u64,
    /// Its identity.
    pub eid: ronde_model::id::Eid,
    /// Who signed it.
    pub device: ronde_model::id::DeviceId,
    /// The report it belongs to.
    pub report: Option<DocId>,
    /// Feed number of its acceptance.
    pub place: Option<u64>,
    /// Why it is not accepted.
    pub reason: Option<String>,
    /// When it was received, ms UTC.
    pub received_ms: i64,
    /// The change.
    pub change: Option<ChangeHash>,
}

/// A configuration in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredConfig {
    /// `territory`.
    pub name: String,
    /// Its feed number.
    pub seq: u64,
    /// When it was made, ms UTC.
    pub made_ms: i64,
    /// Its content.
    pub body: Vec<u8>,
    /// Signed by the server key.
    pub signed: Vec<u8>,
}

/// Reading the feed.
pub trait FeedReads {
    /// The history and its last number.
    fn head(&self) -> Result<Head>;
    /// A history that this archive had, or has.
    fn history(&self, history: &HistoryId) -> Result<Option<HistoryRow>>;
    /// The highest number that has a row; 0: none has.
    fn last_row(&self) -> Result<u64>;
    /// Numbers of a scope after one, rising.
    fn numbers_in(&self, scope: &str, after: u64, limit: usize) -> Result<Vec<u64>>;
    /// Numbers of everything that is not for one device alone, after one, rising.
    fn numbers_of_everyone(&self, after: u64, limit: usize) -> Result<Vec<u64>>;
    /// Whether a number stands in a scope.
    fn stands_in(&self, scope: &str, seq: u64) -> Result<bool>;
    /// A row.
    fn feed_row(&self, seq: u64) -> Result<Option<FeedRow>>;
    /// A configuration in force.
    fn config(&self, name: &str) -> Result<Option<StoredConfig>>;
    /// A lease named by an envelope, or enrolled.
    fn lease(&self, id: &LeaseId) -> Result<Option<Vec<u8>>>;
    /// Whether a lease was numbered in a scope.
    fn lease_stands_in(&self, id: &LeaseId, scope: &Scope) -> Result<bool>;
}

/// Writing the feed.
pub trait FeedWrites {
    /// The head, held until the end of the transaction: nobody else gives numbers meanwhile.
    fn lock_head(&self) -> Result<Head>;
    /// Keeps the last number given.
    fn move_head(&self, seq: u64) -> Result<()>;
    /// Begins a history: numbers go on in it.
    fn open_history(&self, row: &HistoryRow) -> Result<()>;
    /// Writes a row and its scopes.
    fn put_feed(&self, row: &NewFeedRow<'_>) -> Result<()>;
    /// Takes a row away from every reader; its number stays given.
    fn hide_feed(&self, seq: u64, scope: &Scope) -> Result<()>;
    /// Takes a report, with its handling, away from the readers of a scope that it left. Its rows
    /// there stand after a number.
    fn hide_report(&self, report: &DocId, scope: &Scope, after: u64) -> Result<()>;
    /// Makes or replaces a configuration.
    fn put_config(&self, config: &StoredConfig) -> Result<()>;
    /// Keeps a lease.
    fn put_lease(&self, id: &LeaseId, cwt: &[u8]) -> Result<()>;
    /// Keeps that a lease was numbered in a scope.
    fn put_lease_scope(&self, id: &LeaseId, scope: &Scope) -> Result<()>;
}
