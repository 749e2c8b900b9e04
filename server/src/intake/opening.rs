//! A request before anything is believed of it: limits, frame, shape; then its lease and its
//! signature. Knows nothing of what it asks for.

use ronde_model::id::HistoryId;
use ronde_model::lease::LeaseError;
use ronde_model::signing::{Context, Signed};
use ronde_model::wire::frame::{FrameError, unpack};
use ronde_model::wire::limits::MAX_PUSH_ITEMS;
use ronde_model::wire::{Request, VERSION, decode};

use super::answer::Asked;
use crate::access::Grants;
use crate::archive::{Head, Reads};
use crate::error::SyncRefusal;
use crate::ground::Ground;

/// Leases presented with one request, at most.
const MAX_LEASES: usize = 64;
/// Bodies asked back with one request, at most.
const MAX_BODIES: usize = 1_000;
/// Longest name of a program's version, bytes.
const MAX_APP_BYTES: usize = 64;

/// Takes a body apart.
///
/// # Errors
/// `TooLarge`, `Malformed`, `Version`.
pub fn parse(body: &[u8]) -> Result<(Signed, Request), SyncRefusal> {
    let message = unpack(body).map_err(|error| match error {
        FrameError::TooLarge(_) | FrameError::Bomb => SyncRefusal::TooLarge,
        FrameError::Malformed => SyncRefusal::Malformed(error.to_string()),
    })?;
    let signed = Signed::parse(&message).map_err(|error| SyncRefusal::Malformed(error.to_string()))?;
    let request: Request =
        decode(signed.payload()).map_err(|error| SyncRefusal::Malformed(error.to_string()))?;
    if request.version != VERSION {
        return Err(SyncRefusal::Version(request.version));
    }
    let too_many = request.push.len() > MAX_PUSH_ITEMS
        || request.leases.as_ref().is_some_and(|leases| leases.len() > MAX_LEASES)
        || request.want.bodies.as_ref().is_some_and(|bodies| bodies.len() > MAX_BODIES);
    if too_many {
        return Err(SyncRefusal::TooLarge);
    }
    if request.app.len() > MAX_APP_BYTES {
        return Err(SyncRefusal::Malformed("the program's version is too long".to_owned()));
    }
    Ok((signed, request))
}

/// Finds the lease of a request and checks that its author key signed it.
///
/// # Errors
/// `WrongOrganisation`, `LeaseUnknown`, `Signature`, `HistoryUnknown`, `TryLater`.
pub fn recognise(
    ground: &Ground,
    archive: &dyn Reads,
    signed: &Signed,
    request: &Request,
) -> Result<Asked, SyncRefusal> {
    let mut foreign = false;
    for cwt in request.leases.iter().flatten() {
        foreign |= matches!(ground.organisation.recognise(cwt.0.clone()), Err(LeaseError::Signature));
    }
    let Some(lease) = ground.organisation.lease(&request.lease, archive)? else {
        return Err(if foreign { SyncRefusal::WrongOrganisation } else { SyncRefusal::LeaseUnknown });
    };
    if lease.lease.device != request.device {
        return Err(SyncRefusal::Signature);
    }
    let key = lease.lease.verifying_key().map_err(|_| SyncRefusal::Signature)?;
    signed
        .verify(Context::Request, &ground.organisation.fingerprint, &key)
        .map_err(|_| SyncRefusal::Signature)?;
    let device = archive.device(&request.device)?;
    let grants = Grants::of(&lease.lease);
    let after = after(request.cursor, archive.head()?)?;
    Ok(Asked { lease, device, grants, after })
}

/// Where the device left the feed. One history so far: any other is not of this server.
fn after((history, seq): (HistoryId, u64), head: Head) -> Result<u64, SyncRefusal> {
    if history == HistoryId::default() {
        Ok(0)
    } else if history != head.history || seq > head.seq {
        Err(SyncRefusal::HistoryUnknown)
    } else {
        Ok(seq)
    }
}
