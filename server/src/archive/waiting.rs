//! What waits: pending envelopes in the order in which they are tried again, how many a device has,
//! and what the program that judged last knew.

use ronde_model::envelope::Kind;
use ronde_model::id::{ChainId, DeviceId, DocId, Eid};

use super::Stored;
use crate::error::ArchiveError;

type Result<T> = std::result::Result<T, ArchiveError>;

/// Where an envelope waits among those of its document: chain, place in it, ledger number.
pub type WaitingPlace = (ChainId, u64, u64);

/// How many waiting envelopes are read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Portion {
    /// Envelopes at most.
    pub items: usize,
    /// Bytes at most; one envelope always fits.
    pub bytes: usize,
}

/// A stored envelope with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldEnvelope {
    /// What is known of it.
    pub stored: Stored,
    /// Its identity.
    pub eid: Eid,
    /// Where it waits.
    pub place: WaitingPlace,
    /// As received.
    pub bytes: Vec<u8>,
}

/// What the program that judged last knew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Knowledge {
    /// Its number; 0: nobody judged yet.
    pub number: u64,
    /// While a program that knows more judges again: everything up to this ledger number is done.
    pub reached: u64,
}

/// Reading what waits.
pub trait WaitingReads {
    /// Pending envelopes of a document after a place, by chain and place in it; replaced ones left
    /// out. Fewer than asked for only at the end, or when their bytes reach the portion's.
    fn pending(
        &self,
        doc: &DocId,
        kind: Kind,
        after: Option<WaitingPlace>,
        portion: Portion,
    ) -> Result<Vec<HeldEnvelope>>;
    /// The last envelope of a document that is pending or set aside; 0: there is none.
    fn last_held(&self, doc: &DocId, kind: Kind) -> Result<u64>;
    /// How many envelopes of a device are pending and not replaced, counted up to a limit.
    fn pending_of(&self, device: &DeviceId, limit: u64) -> Result<u64>;
    /// Documents with an envelope that waits for a newer program, by the ledger number of the first
    /// one after a number.
    fn waiting_for_newer(&self, after: u64, limit: usize) -> Result<Vec<(u64, Kind, DocId)>>;
    /// What the program that judged last knew.
    fn knowledge(&self) -> Result<Knowledge>;
}

/// Writing what waiting depends on.
pub trait WaitingWrites {
    /// Keeps what the program that judges knows.
    fn put_knowledge(&self, knowledge: Knowledge) -> Result<()>;
}
