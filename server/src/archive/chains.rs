//! When each chain of a device was written, as far as its envelopes say: what tells two copies of
//! one device from one.

use ronde_model::id::{BootId, ChainId, DeviceId};

use crate::error::ArchiveError;

type Result<T> = std::result::Result<T, ArchiveError>;

/// The span of one chain. Times by the corrected clock of its envelopes, ms UTC, unless said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainRow {
    /// The device.
    pub device: DeviceId,
    /// The chain.
    pub chain: ChainId,
    /// The boot of its first envelope stored; what other boots wrote is left out.
    pub boot: BootId,
    /// Time of its first envelope stored.
    pub anchor_ms: i64,
    /// Monotonic clock of that envelope, ms since `boot`.
    pub anchor_mono_ms: u64,
    /// The earliest.
    pub first_ms: i64,
    /// The latest.
    pub last_ms: i64,
    /// When the server first received one of it, by its own clock.
    pub received_ms: i64,
}

/// Reading chains.
pub trait ChainReads {
    /// A chain's span.
    fn chain(&self, device: &DeviceId, chain: &ChainId) -> Result<Option<ChainRow>>;
    /// Whether another chain of the device, of another boot, interleaves with this one: it begins
    /// within it, was received, and this one went on `sure_ms` after that; or the other way round.
    /// The chains written last are looked at, and no more than a few thousand.
    fn is_interleaved(&self, row: &ChainRow, sure_ms: i64) -> Result<bool>;
}

/// Writing chains.
pub trait ChainWrites {
    /// Makes or replaces a chain's span.
    fn put_chain(&self, row: &ChainRow) -> Result<()>;
    /// Keeps when two copies of a device were noticed.
    fn put_copied(&self, device: &DeviceId, at_ms: i64) -> Result<()>;
}
