//! One pushed envelope before it is judged: parsed, known or new, its lease found, its signature
//! checked. Whatever is wrong with one never touches the others.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use ronde_model::envelope::{EnvelopeError, SealedEnvelope};
use ronde_model::id::Eid;
use ronde_model::lease::SignedLease;

use crate::archive::{Reads, Stored};
use crate::error::ServerError;
use crate::ground::Ground;

/// An envelope that may be judged: its signature is its lease's author's.
#[derive(Debug, Clone)]
pub struct Incoming {
    /// The envelope, as received.
    pub sealed: SealedEnvelope,
    /// The lease it names.
    pub lease: Arc<SignedLease>,
}

/// What a pushed envelope turned out to be.
#[derive(Debug)]
pub enum Arrival {
    /// New, and signed as it says.
    Sound(Incoming),
    /// Stored before.
    Known(Eid, Stored),
    /// Not an envelope, or not signed by whom it says: never stored.
    Malformed(Eid, &'static str),
    /// Its lease is not known here: the device sends it.
    LeaseUnknown(Eid),
}

/// Looks at one pushed envelope.
///
/// # Errors
/// The archive's only.
pub fn examine(ground: &Ground, archive: &dyn Reads, bytes: Vec<u8>) -> Result<Arrival, ServerError> {
    let eid = Eid::of(&bytes);
    if let Some(stored) = archive.stored(&eid)? {
        return Ok(Arrival::Known(eid, stored));
    }
    // A decoder that panics on hostile bytes must not take the other envelopes with it.
    let parsed = catch_unwind(|| SealedEnvelope::parse(bytes));
    let Ok(Ok(sealed)) = parsed else { return Ok(Arrival::Malformed(eid, "malformed")) };
    let Some(lease) = ground.organisation.lease(&sealed.envelope.lease, archive)? else {
        return Ok(Arrival::LeaseUnknown(eid));
    };
    let verified = catch_unwind(AssertUnwindSafe(|| {
        let key = lease.lease.verifying_key().map_err(|_| EnvelopeError::Signature)?;
        sealed.verify(&ground.organisation.fingerprint, &key)
    }));
    match verified {
        Ok(Ok(())) => Ok(Arrival::Sound(Incoming { sealed, lease })),
        _ => Ok(Arrival::Malformed(eid, "signature")),
    }
}
