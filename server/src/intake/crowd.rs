//! How much of one device may wait: what would wait beyond it is not stored, and the device keeps
//! it. So nobody makes the archive try a crowd again with each accepted change.

use std::collections::HashMap;

use ronde_model::id::DeviceId;

use super::plan::AffairPlan;
use super::ruling::{Outcome, REPLACED};
use crate::archive::Reads;
use crate::error::ArchiveError;

/// Envelopes of one device that may wait here together. An honest phone has a handful: what was
/// made on a change that was refused, or by a newer program.
pub const MAX_PENDING: u64 = 512;

/// Why an envelope is not stored now (code 4): the device sends it again later.
pub const TOO_MANY_PENDING: &str = "too-many-pending";

/// Takes new envelopes that would wait beyond the limit of their device out of a plan.
///
/// # Errors
/// The archive's.
pub fn leave_out(archive: &dyn Reads, affairs: &mut [AffairPlan]) -> Result<(), ArchiveError> {
    let mut waiting: HashMap<DeviceId, u64> = HashMap::new();
    for affair in affairs {
        let mut kept = Vec::with_capacity(affair.rulings.len());
        for ruling in affair.rulings.drain(..) {
            let waits = matches!(&ruling.outcome, Outcome::Pending(why) if why != REPLACED);
            if waits && ruling.item.held.is_none() {
                let device = ruling.item.lease().device;
                let count = match waiting.get(&device) {
                    Some(count) => *count,
                    None => archive.pending_of(&device, MAX_PENDING)?,
                };
                waiting.insert(device, count + 1);
                if count >= MAX_PENDING {
                    affair.refused.push(ruling.item.eid());
                    continue;
                }
            }
            kept.push(ruling);
        }
        affair.rulings = kept;
    }
    Ok(())
}
