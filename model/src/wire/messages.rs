//! The request and the response: integer keys, absent when empty; unknown positive keys are
//! ignored. Shapes only.

use minicbor::{Decode, Encode};

use super::answer::Answer;
use super::{Entry, Raw};
use crate::id::{ChainId, DeviceId, DocId, Eid, HistoryId, LeaseId};
use crate::instant::Instant;
use crate::receipt::Own;
use crate::scope::Scope;

/// What a device says: signed whole by its author key.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Request {
    /// [`super::VERSION`].
    #[n(0)]
    pub version: u8,
    /// The device.
    #[n(1)]
    pub device: DeviceId,
    /// The lease whose author key signs this request.
    #[n(2)]
    pub lease: LeaseId,
    /// The program's version.
    #[n(3)]
    pub app: String,
    /// Where the feed was left: history (zeros: first contact) and number.
    #[n(4)]
    pub cursor: (HistoryId, u64),
    /// Own envelopes covered by the receipt the device holds.
    #[n(5)]
    pub own: Own,
    /// Envelopes, verbatim.
    #[n(6)]
    pub push: Vec<Raw>,
    /// CWTs the server did not know.
    #[n(7)]
    pub leases: Option<Vec<Raw>>,
    /// What is asked for.
    #[n(8)]
    pub want: Want,
    /// Blobs to complete: (id, size, priority).
    #[n(9)]
    pub blobs: Option<Vec<(Raw, u64, u8)>>,
    /// How many envelopes wait on the device after this push.
    #[n(10)]
    pub waiting: u64,
    /// The device's clocks.
    #[n(11)]
    pub t: Instant,
}

/// What a device asks for.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Default)]
#[cbor(map)]
pub struct Want {
    /// Feed bytes at most, inflated.
    #[n(0)]
    pub max_bytes: u32,
    /// Feed entries at most.
    #[n(1)]
    pub max_items: u32,
    /// Wait this long for news, seconds (0: answer at once).
    #[n(2)]
    pub live_s: u8,
    /// Documents to send first.
    #[n(3)]
    pub first: Option<Vec<DocId>>,
    /// A scope newly entered, from a number on.
    #[n(4)]
    pub backfill: Option<Backfill>,
    /// Own ledger lines after this number.
    #[n(5)]
    pub ledger_after: Option<u64>,
    /// Bodies of own envelopes that the device lost.
    #[n(6)]
    pub bodies: Option<Vec<Eid>>,
}

/// Filling a scope that was newly entered.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Backfill {
    /// Which scope.
    #[n(0)]
    pub scope: Scope,
    /// After which number.
    #[n(1)]
    pub after: u64,
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
#[cbor(map)]
pub struct Response {
    /// [`super::VERSION`].
    #[n(0)]
    pub version: u8,
    /// The server's clock, ms UTC.
    #[n(1)]
    pub now_ms: i64,
    /// Where the feed stands after `feed`.
    #[n(2)]
    pub cursor: (HistoryId, u64),
    /// More entries wait: ask again at once.
    #[n(3)]
    pub more: bool,
    /// One per pushed envelope, in any order.
    #[n(4)]
    pub answers: Vec<Answer>,
    /// News, by rising number.
    #[n(5)]
    pub feed: Vec<Entry>,
    /// A fresh lease, past half the life of the one named.
    #[n(6)]
    pub lease: Option<Raw>,
    /// How far each blob is.
    #[n(7)]
    pub blobs: Option<Vec<BlobState>>,
    /// When to come again.
    #[n(8)]
    pub next: Next,
    /// What the server vouches for, when it differs from what the device said.
    #[n(9)]
    pub receipt: Option<Raw>,
    /// Histories and where they forked, until the device's cursor is on the new one.
    #[n(10)]
    pub forks: Option<Vec<Fork>>,
    /// Own ledger lines asked for, or newer than the cursor when `own` differs.
    #[n(11)]
    pub ledger: Option<Vec<LedgerLine>>,
}

/// When to come again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Default)]
#[cbor(array)]
pub struct Next {
    /// Not before, seconds.
    #[n(0)]
    pub after_s: u32,
    /// Plus up to, seconds.
    #[n(1)]
    pub jitter_s: u32,
}

/// How far a blob is.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct BlobState {
    /// The blob.
    #[n(0)]
    pub bid: Raw,
    /// Bytes held; `None`: complete.
    #[n(1)]
    pub offset: Option<u64>,
    /// Ticket to upload with.
    #[n(2)]
    pub ticket: Raw,
}

/// A history that began as a copy of another.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Fork {
    /// The new history.
    #[n(0)]
    pub history: HistoryId,
    /// The one it continues.
    #[n(1)]
    pub parent: HistoryId,
    /// The last number they share.
    #[n(2)]
    pub seq: u64,
}

/// One line of a device's ledger: kept for ever at both ends.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct LedgerLine {
    /// The chain.
    #[n(0)]
    pub chain: ChainId,
    /// Place in the chain.
    #[n(1)]
    pub n: u64,
    /// The envelope.
    #[n(2)]
    pub eid: Eid,
    /// Its ledger number.
    #[n(3)]
    pub seq: u64,
}

/// Decodes a message whose bytes were limited before.
///
/// # Errors
/// In words, for a log: never shown as an officer's problem.
pub fn decode<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, minicbor::decode::Error> {
    let mut decoder = minicbor::Decoder::new(bytes);
    let message = decoder.decode()?;
    if decoder.position() != bytes.len() {
        return Err(minicbor::decode::Error::message("bytes after the message"));
    }
    Ok(message)
}
