//! One entry of the feed. Kinds of a later version are kept raw and move the cursor on.

use minicbor::{Decode, Decoder, Encode, Encoder};

use super::Raw;
use crate::id::{DocId, Eid};
use crate::scope::Scope;

/// News for a device. `seq` is the feed number; `None` only for a body asked for.
#[derive(Debug, Clone, PartialEq)]
pub enum Entry {
    /// An accepted envelope.
    Change {
        /// Feed number; `None`: a requested body, moves no cursor.
        seq: Option<u64>,
        /// Verbatim.
        envelope: Raw,
        /// When the server received it, ms UTC.
        received_ms: i64,
        /// The report's official number, with its seal.
        number: Option<String>,
    },
    /// A lease, just before the first envelope that names it.
    Lease {
        /// Feed number.
        seq: u64,
        /// CWT.
        cwt: Raw,
    },
    /// An own envelope was set aside.
    Quarantine {
        /// Feed number.
        seq: u64,
        /// Which.
        eid: Eid,
        /// Why.
        reason: String,
    },
    /// An own envelope set aside or pending was accepted.
    Released {
        /// Feed number.
        seq: u64,
        /// Which.
        eid: Eid,
        /// The report's official number, if it was its seal.
        number: Option<String>,
    },
    /// A scope was entered; complete at `until`.
    ScopeAdd {
        /// Feed number.
        seq: u64,
        /// Which.
        scope: Scope,
        /// Complete when the backfill reaches this number.
        until: u64,
    },
    /// A scope was left.
    ScopeDrop {
        /// Feed number.
        seq: u64,
        /// Which.
        scope: Scope,
    },
    /// A document left a scope.
    DocDrop {
        /// Feed number.
        seq: u64,
        /// Which.
        doc: DocId,
        /// The scope left.
        scope: Scope,
    },
    /// A document is erased at its term.
    Erase {
        /// Feed number.
        seq: u64,
        /// Which.
        doc: DocId,
    },
    /// The server wants a blob at once.
    BlobWanted {
        /// Feed number.
        seq: u64,
        /// Which.
        bid: Raw,
    },
    /// A configuration (COSE_Sign1 by the server key).
    Config {
        /// Feed number.
        seq: u64,
        /// `territory`, `catalogue`, `roles`, `people`.
        name: String,
        /// SHA-256 of `signed`.
        sha256: Raw,
        /// Verbatim.
        signed: Raw,
    },
    /// An order to this device (COSE_Sign1 by the server key).
    Order {
        /// Feed number.
        seq: u64,
        /// Verbatim.
        signed: Raw,
    },
    /// A kind of a later version: kept.
    Other {
        /// Its code.
        kind: u64,
        /// Feed number.
        seq: u64,
        /// The whole entry, verbatim.
        raw: Vec<u8>,
    },
}

impl Entry {
    /// The feed number; `None` for a body asked for.
    pub fn seq(&self) -> Option<u64> {
        match self {
            Entry::Change { seq, .. } => *seq,
            Entry::Lease { seq, .. }
            | Entry::Quarantine { seq, .. }
            | Entry::Released { seq, .. }
            | Entry::ScopeAdd { seq, .. }
            | Entry::ScopeDrop { seq, .. }
            | Entry::DocDrop { seq, .. }
            | Entry::Erase { seq, .. }
            | Entry::BlobWanted { seq, .. }
            | Entry::Config { seq, .. }
            | Entry::Order { seq, .. }
            | Entry::Other { seq, .. } => Some(*seq),
        }
    }
}

impl<C> Encode<C> for Entry {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        match self {
            Entry::Change { seq, envelope, received_ms, number } => {
                e.array(5)?.u8(0)?.encode(seq)?.bytes(&envelope.0)?.i64(*received_ms)?.encode(number)?
            }
            Entry::Lease { seq, cwt } => e.array(3)?.u8(1)?.u64(*seq)?.bytes(&cwt.0)?,
            Entry::Quarantine { seq, eid, reason } => {
                e.array(4)?.u8(2)?.u64(*seq)?.encode(eid)?.str(reason)?
            }
            Entry::Released { seq, eid, number } => {
                e.array(4)?.u8(3)?.u64(*seq)?.encode(eid)?.encode(number)?
            }
            Entry::ScopeAdd { seq, scope, until } => {
                e.array(4)?.u8(4)?.u64(*seq)?.encode(scope)?.u64(*until)?
            }
            Entry::ScopeDrop { seq, scope } => e.array(3)?.u8(5)?.u64(*seq)?.encode(scope)?,
            Entry::DocDrop { seq, doc, scope } => e.array(4)?.u8(6)?.u64(*seq)?.encode(doc)?.encode(scope)?,
            Entry::Erase { seq, doc } => e.array(3)?.u8(7)?.u64(*seq)?.encode(doc)?,
            Entry::BlobWanted { seq, bid } => e.array(3)?.u8(8)?.u64(*seq)?.bytes(&bid.0)?,
            Entry::Config { seq, name, sha256, signed } => {
                e.array(5)?.u8(9)?.u64(*seq)?.str(name)?.bytes(&sha256.0)?.bytes(&signed.0)?
            }
            Entry::Order { seq, signed } => e.array(3)?.u8(10)?.u64(*seq)?.bytes(&signed.0)?,
            Entry::Other { raw, .. } => {
                e.writer_mut().write_all(raw).map_err(minicbor::encode::Error::write)?;
                e
            }
        };
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for Entry {
    fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        let start = d.position();
        let Some(length) = d.array()? else {
            return Err(minicbor::decode::Error::message("an entry has a definite length"));
        };
        let kind = d.u64()?;
        if kind > 10 {
            let seq = d.u64()?;
            for _ in 2..length {
                d.skip()?;
            }
            let raw = d.input().get(start..d.position()).unwrap_or_default().to_vec();
            return Ok(Entry::Other { kind, seq, raw });
        }
        let (entry, read) = known(kind, d)?;
        // A later version may add to the end of an entry it shares with this one.
        for _ in read..length {
            d.skip()?;
        }
        if length < read {
            return Err(minicbor::decode::Error::message("entry too short"));
        }
        Ok(entry)
    }
}

fn known(kind: u64, d: &mut Decoder<'_>) -> Result<(Entry, u64), minicbor::decode::Error> {
    let raw = |d: &mut Decoder<'_>| Ok::<_, minicbor::decode::Error>(Raw(d.bytes()?.to_vec()));
    Ok(match kind {
        0 => {
            let (seq, envelope) = (d.decode()?, raw(d)?);
            (Entry::Change { seq, envelope, received_ms: d.i64()?, number: d.decode()? }, 5)
        }
        1 => (Entry::Lease { seq: d.u64()?, cwt: raw(d)? }, 3),
        2 => (Entry::Quarantine { seq: d.u64()?, eid: d.decode()?, reason: d.str()?.to_owned() }, 4),
        3 => (Entry::Released { seq: d.u64()?, eid: d.decode()?, number: d.decode()? }, 4),
        4 => (Entry::ScopeAdd { seq: d.u64()?, scope: d.decode()?, until: d.u64()? }, 4),
        5 => (Entry::ScopeDrop { seq: d.u64()?, scope: d.decode()? }, 3),
        6 => (Entry::DocDrop { seq: d.u64()?, doc: d.decode()?, scope: d.decode()? }, 4),
        7 => (Entry::Erase { seq: d.u64()?, doc: d.decode()? }, 3),
        8 => (Entry::BlobWanted { seq: d.u64()?, bid: raw(d)? }, 3),
        9 => {
            let (seq, name) = (d.u64()?, d.str()?.to_owned());
            (Entry::Config { seq, name, sha256: raw(d)?, signed: raw(d)? }, 5)
        }
        _ => (Entry::Order { seq: d.u64()?, signed: raw(d)? }, 3),
    })
}
