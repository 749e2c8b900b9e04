//! The envelope: one signed change, the unit of truth and the idempotency key. Bytes are kept as
//! received; the identity is their SHA-256. Knows no database and no right.

use ed25519_dalek::{SigningKey, VerifyingKey};
use minicbor::{Decode, Encode};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::id::{ChainId, DocId, Eid, LeaseId, OrgFingerprint};
use crate::instant::Instant;
use crate::scope::Scope;
use crate::signing::{self, Context, Signed, SigningError};

/// The version of the payload's array.
pub const VERSION: u8 = 1;

/// The document rules a change was written under (S8).
pub const SCHEMA: u32 = 1;

/// Longest envelope, bytes: the largest change with everything around it, and room to spare.
pub const MAX_ENVELOPE_BYTES: usize = 300_000;

/// What an envelope's body belongs to. Unknown kinds are kept, pending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A report: field content.
    Report,
    /// The supervisor's side of a report.
    Handling,
    /// A patrol.
    Patrol,
    /// A case.
    Case,
    /// A line of a phone's journal of consultations.
    Journal,
    /// A device's proof: purge, wipe.
    Device,
    /// A kind of a later version.
    Other(u64),
}

impl Kind {
    /// The code on the wire.
    pub fn code(self) -> u64 {
        match self {
            Kind::Report => 0,
            Kind::Handling => 1,
            Kind::Patrol => 2,
            Kind::Case => 3,
            Kind::Journal => 4,
            Kind::Device => 5,
            Kind::Other(code) => code,
        }
    }

    /// From the code on the wire.
    pub fn from_code(code: u64) -> Self {
        match code {
            0 => Kind::Report,
            1 => Kind::Handling,
            2 => Kind::Patrol,
            3 => Kind::Case,
            4 => Kind::Journal,
            5 => Kind::Device,
            other => Kind::Other(other),
        }
    }
}

impl<C> Encode<C> for Kind {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.u64(self.code())?.ok()
    }
}

impl<'b, C> Decode<'b, C> for Kind {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Ok(Kind::from_code(d.u64()?))
    }
}

/// What the author signs.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(array)]
pub struct Envelope {
    /// Version of this array, always [`VERSION`].
    #[n(0)]
    pub version: u8,
    /// What the body belongs to.
    #[n(1)]
    pub kind: Kind,
    /// The document.
    #[n(2)]
    pub doc: DocId,
    /// The unit of the document's first envelope: never moves.
    #[n(3)]
    pub home: Scope,
    /// The lease that binds the author key.
    #[n(4)]
    pub lease: LeaseId,
    /// The run of the writer.
    #[n(5)]
    pub chain: ChainId,
    /// Place in the chain, from 0.
    #[n(6)]
    pub n: u64,
    /// The envelope before it in the chain; zeros for the first.
    #[n(7)]
    pub prev: Eid,
    /// The author's clocks.
    #[n(8)]
    pub t: Instant,
    /// Document rules, [`SCHEMA`] today.
    #[n(9)]
    pub schema: u32,
    /// 0 alarm … 6 video (order of sending).
    #[n(10)]
    pub priority: u8,
    /// Envelopes this one takes the place of.
    #[n(11)]
    pub replaces: Vec<Eid>,
    /// Raw Automerge change, or a CBOR record for kinds 4 and 5.
    #[cbor(n(12), with = "minicbor::bytes")]
    pub body: Vec<u8>,
}

/// An envelope with the bytes that prove it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedEnvelope {
    /// SHA-256 of `bytes`.
    pub eid: Eid,
    /// COSE_Sign1, as received.
    pub bytes: Vec<u8>,
    /// What was signed.
    pub envelope: Envelope,
}

/// Why bytes are not an envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// Not a signed message in its shortest encoding, or not this payload.
    #[error("malformed envelope: keep it, mark it for a person, go on with a new chain")]
    Malformed,
    /// Signed by another key, or for another organisation or purpose.
    #[error("the envelope's signature does not verify: show nothing of it")]
    Signature,
    /// A defect of ours.
    #[error("the envelope could not be encoded")]
    Encoding,
}

impl From<SigningError> for EnvelopeError {
    fn from(error: SigningError) -> Self {
        match error {
            SigningError::Malformed => EnvelopeError::Malformed,
            SigningError::Signature => EnvelopeError::Signature,
            SigningError::Encoding => EnvelopeError::Encoding,
        }
    }
}

impl Envelope {
    /// Signs the envelope.
    ///
    /// # Errors
    /// `Encoding` only.
    pub fn seal(
        self,
        organisation: &OrgFingerprint,
        author: &SigningKey,
    ) -> Result<SealedEnvelope, EnvelopeError> {
        let payload = minicbor::to_vec(&self).map_err(|_| EnvelopeError::Encoding)?;
        let bytes = signing::sign(Context::Envelope, organisation, author, payload)?;
        Ok(SealedEnvelope { eid: Eid::of(&bytes), bytes, envelope: self })
    }
}

impl SealedEnvelope {
    /// Takes received bytes apart; the signature is checked by [`SealedEnvelope::verify`].
    ///
    /// # Errors
    /// `Malformed`, also when the bytes do not re-encode to themselves.
    pub fn parse(bytes: Vec<u8>) -> Result<Self, EnvelopeError> {
        if bytes.len() > MAX_ENVELOPE_BYTES {
            return Err(EnvelopeError::Malformed);
        }
        let signed = Signed::parse(&bytes)?;
        let envelope: Envelope = minicbor::decode(signed.payload()).map_err(|_| EnvelopeError::Malformed)?;
        let again = minicbor::to_vec(&envelope).map_err(|_| EnvelopeError::Malformed)?;
        // Numbers that a database column does not hold: no honest device comes near.
        let counts = i64::try_from(envelope.n).is_ok() && i64::try_from(envelope.kind.code()).is_ok();
        let ours = envelope.version == VERSION && envelope.priority <= 6 && counts;
        if again != signed.payload() || !ours {
            return Err(EnvelopeError::Malformed);
        }
        Ok(SealedEnvelope { eid: Eid::of(&bytes), bytes, envelope })
    }

    /// Checks the author's signature.
    ///
    /// # Errors
    /// `Signature`.
    pub fn verify(&self, organisation: &OrgFingerprint, author: &VerifyingKey) -> Result<(), EnvelopeError> {
        Ok(Signed::parse(&self.bytes)?.verify(Context::Envelope, organisation, author)?)
    }
}

/// The Automerge actor of a chain: first 16 bytes of SHA-256(author key ‖ chain), so that nobody
/// can take another's next sequence number (S9b).
pub fn actor_of(author: &VerifyingKey, chain: &ChainId) -> [u8; 16] {
    let digest = Sha256::new().chain_update(author.as_bytes()).chain_update(chain.0).finalize();
    let mut actor = [0; 16];
    actor.copy_from_slice(&digest[..16]);
    actor
}
