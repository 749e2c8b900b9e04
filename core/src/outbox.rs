//! The outbox is a difference, not a queue: own envelopes neither covered by a receipt nor answered
//! malformed (nobody signed that answer: those are offered once more by each process). Behind them
//! goes what a restored server may lack of others. It composes what a request carries; it remembers
//! nothing.

use std::collections::BTreeSet;

use ronde_model::id::{Eid, LeaseId};
use ronde_model::wire::Raw;
use ronde_model::wire::limits::MAX_PUSH_ITEMS;

use crate::error::Error;
use crate::store::{Outgoing, Tx};

/// Leases that one request names or carries, at most: a server takes 64.
const MOST_LEASES: usize = 32;

/// What a request is composed of.
#[derive(Debug, Clone, Copy)]
pub struct Terms<'a> {
    /// Bytes of envelopes, at most; at least one goes.
    pub budget: usize,
    /// The CWTs of all leases named go along.
    pub with_leases: bool,
    /// Envelopes once answered malformed go along.
    pub with_malformed: bool,
    /// Others' envelopes that the server may lack go along when nothing of one's own is left.
    pub with_offers: bool,
    /// The lease that the request names.
    pub lease: &'a LeaseId,
}

/// What one request carries.
#[derive(Debug, Clone, Default)]
pub struct Parcel {
    /// The envelopes, verbatim.
    pub envelopes: Vec<Raw>,
    /// The identities of own ones.
    pub eids: Vec<Eid>,
    /// The identities of others' ones.
    pub offers: Vec<Eid>,
    /// CWTs to send along.
    pub leases: Option<Vec<Raw>>,
    /// Own envelopes that wait once these have left. (An attachment that waits is none yet.)
    pub waiting: u64,
}

/// Takes what is most pressing, up to a budget of bytes but at least one envelope.
///
/// # Errors
/// The store's own.
pub fn take(tx: &Tx<'_>, terms: Terms<'_>) -> Result<Parcel, Error> {
    let mut named = BTreeSet::from([*terms.lease]);
    let mut own = tx.outgoing(terms.budget, MAX_PUSH_ITEMS, terms.with_malformed)?;
    keep_few_leases(&mut own, &mut named);
    let counted = own.iter().filter(|envelope| !envelope.malformed).count() as u64;
    let waiting = tx.waiting_count()?.saturating_sub(counted);
    let left = terms.budget.saturating_sub(own.iter().map(|envelope| envelope.bytes.len()).sum());
    let mut others = if terms.with_offers && waiting == 0 && (left > 0 || own.is_empty()) {
        tx.offers(left, MAX_PUSH_ITEMS.saturating_sub(own.len()))?
    } else {
        Vec::new()
    };
    keep_few_leases(&mut others, &mut named);
    own.iter().chain(&others).try_for_each(is_itself)?;
    let mut cwts = Vec::new();
    for id in &named {
        // The server that is offered an envelope may have lost its lease with it.
        let void = others.iter().any(|envelope| envelope.lease == *id) && tx.lease_is_void(id)?;
        if terms.with_leases || void {
            cwts.extend(tx.lease(id)?.map(Raw));
        }
    }
    Ok(Parcel {
        eids: own.iter().map(|envelope| envelope.eid).collect(),
        offers: others.iter().map(|envelope| envelope.eid).collect(),
        envelopes: own.into_iter().chain(others).map(|envelope| Raw(envelope.bytes)).collect(),
        leases: (terms.with_leases || !cwts.is_empty()).then_some(cwts),
        waiting,
    })
}

/// What is not what its identity says is never sent.
fn is_itself(envelope: &Outgoing) -> Result<(), Error> {
    if Eid::of(&envelope.bytes) == envelope.eid {
        return Ok(());
    }
    Err(Error::Corrupt { detail: format!("envelope {} is not what its identity says", envelope.eid) })
}

/// Cuts a push before the envelope that would name one lease too many.
fn keep_few_leases(envelopes: &mut Vec<Outgoing>, named: &mut BTreeSet<LeaseId>) {
    let fits = |envelope: &Outgoing| {
        let one_more = named.len() < MOST_LEASES || named.contains(&envelope.lease);
        named.insert(envelope.lease);
        one_more
    };
    let kept = envelopes.iter().map(fits).take_while(|fits| *fits).count();
    envelopes.truncate(kept);
}
