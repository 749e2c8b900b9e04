//! A request before anything is believed of it: limits, frame, shape; then its lease and its
//! signature. Knows nothing of what it asks for.

use ronde_model::lease::LeaseError;
use ronde_model::rights::Right;
use ronde_model::signing::{Context, Signed};
use ronde_model::wire::frame::{FrameError, unpack};
use ronde_model::wire::limits::MAX_PUSH_ITEMS;
use ronde_model::wire::{Request, VERSION, decode};

use super::answer::Asked;
use crate::access::Grants;
use crate::archive::{Reads, Writes};
use crate::error::{ServerError, SyncRefusal};
use crate::ground::Ground;
use crate::{enrolment, histories};

/// Leases presented with one request, at most.
const MAX_LEASES: usize = 64;
/// Bodies asked back with one request, at most.
const MAX_BODIES: usize = 1_000;
/// Documents asked for first in one request, at most.
const MAX_FIRST: usize = 1_000;
/// Blobs named in one request, at most.
const MAX_BLOBS: usize = 1_000;
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
        || request.want.bodies.as_ref().is_some_and(|bodies| bodies.len() > MAX_BODIES)
        || request.want.first.as_ref().is_some_and(|first| first.len() > MAX_FIRST)
        || request.blobs.as_ref().is_some_and(|blobs| blobs.len() > MAX_BLOBS);
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
    let place = histories::place(archive, request.cursor)?;
    let device = archive.device(&request.device)?;
    // One that the backup did not know: its lease says what its row said.
    let returns = device.is_none() && !lease.lease.allows(Right::Server) && histories::was_restored(archive)?;
    let device = if returns { Some(enrolment::row_of(&lease.lease)) } else { device };
    let grants = device.as_ref().map_or_else(|| Grants::of(&lease.lease), Grants::of_device);
    Ok(Asked { lease, device, returns, grants, place })
}

/// Keeps the row of a device that the restored archive did not know, so that its lease is renewed.
///
/// # Errors
/// The archive's.
pub fn keep_returned(archive: &dyn Writes, asked: &Asked) -> Result<(), ServerError> {
    let Some(row) = asked.device.as_ref().filter(|_| asked.returns) else { return Ok(()) };
    if archive.device(&row.device)?.is_none() {
        tracing::warn!(device = %row.device, "a device enrolled after the backup is known again by its lease");
        archive.put_device(row)?;
        archive.put_lease(&asked.lease.id, &asked.lease.cwt)?;
    }
    Ok(())
}
