//! The outbox is a difference, not a queue: own envelopes neither covered by a receipt nor answered
//! malformed (nobody signed that answer: those are offered once more by each process). It composes
//! what a request carries; it remembers nothing.

use std::collections::BTreeSet;

use ronde_model::id::{Eid, LeaseId};
use ronde_model::wire::Raw;
use ronde_model::wire::limits::MAX_PUSH_ITEMS;

use crate::error::Error;
use crate::store::Tx;

/// What one request carries.
#[derive(Debug, Clone, Default)]
pub struct Parcel {
    /// The envelopes, verbatim.
    pub envelopes: Vec<Raw>,
    /// Their identities, in the same order.
    pub eids: Vec<Eid>,
    /// CWTs to send along.
    pub leases: Option<Vec<Raw>>,
    /// Own envelopes that wait once these have left.
    pub waiting: u64,
}

/// Takes what is most pressing, up to a budget of bytes but at least one envelope.
pub fn take(
    tx: &Tx<'_>,
    budget: usize,
    with_leases: bool,
    with_malformed: bool,
    own_lease: &LeaseId,
) -> Result<Parcel, Error> {
    let outgoing = tx.outgoing(budget, MAX_PUSH_ITEMS, with_malformed)?;
    let leases = if with_leases {
        let named: BTreeSet<LeaseId> = outgoing.iter().map(|o| o.lease).chain([*own_lease]).collect();
        let cwts: Vec<Raw> = named
            .iter()
            .filter_map(|id| tx.lease(id).transpose())
            .map(|cwt| cwt.map(Raw))
            .collect::<Result<_, _>>()?;
        Some(cwts)
    } else {
        None
    };
    let waiting = tx.waiting_count()?.saturating_sub(outgoing.len() as u64);
    let eids = outgoing.iter().map(|o| o.eid).collect();
    let envelopes = outgoing.into_iter().map(|o| Raw(o.bytes)).collect();
    Ok(Parcel { envelopes, eids, leases, waiting })
}
