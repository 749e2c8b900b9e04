//! Writing again what was refused or replaced, where it belongs now: a second seal under a new id, what
//! stood on a refused change without it, each envelope naming the one it replaces. Decides from what is
//! kept alone, so that running twice replaces nothing twice. Changes with what may be written again.

use std::collections::BTreeMap;

use ronde_model::document::key::Key;
use ronde_model::document::{Document, Reason};
use ronde_model::fact::FactValue;
use ronde_model::id::{AgentId, ChangeHash, DocId, Eid};
use ronde_model::lease::SignedLease;
use sha2::{Digest, Sha256};

use super::following::follow;
use super::projecting::Opened;
use super::wound::{Fate, KeptWrite, Wound, says_the_same};
use super::writing::{Chain, refuse};
use super::{Notebook, Signer};
use crate::error::Error;
use crate::store::Tx;

impl Notebook {
    /// Writes again what one document lost; how many envelopes that took.
    pub(super) fn write_all_again(
        &self,
        tx: &Tx<'_>,
        chain: &mut Chain,
        signer: &Signer,
        doc: DocId,
        wound: &Wound,
    ) -> Result<u64, Error> {
        let mut mending = Mending { tx, signer, wound, stands: BTreeMap::new(), begun: false, last: None };
        let mut written = 0;
        let mut homes: BTreeMap<Eid, DocId> = BTreeMap::new();
        for root in &wound.roots {
            let (home, wrote) = self.stand_in(&mut mending, chain, doc, root)?;
            written += wrote;
            let Some(home) = home else { continue };
            homes.insert(root.eid, home);
            let stand = match &root.fate {
                _ if root.is_seal => Opened::load(tx, home)?.and_then(|opened| opened.document.seal_hash()),
                Fate::Replaced(by) => tx.said_again(&root.eid, by)?,
                _ => None,
            };
            mending.stands.extend(stand.map(|stand| (root.view.hash, stand)));
        }
        for (root, write) in &wound.dependents {
            let Some(home) = homes.get(root) else { continue };
            written += u64::from(self.write_again(&mut mending, chain, *home, write)?);
        }
        follow(tx, doc, wound, &homes, &mending.stands)?;
        Ok(written)
    }

    /// Where what depends on a refused or replaced envelope belongs now, and how many envelopes were
    /// written for it.
    fn stand_in(
        &self,
        mending: &mut Mending<'_, '_>,
        chain: &mut Chain,
        doc: DocId,
        root: &KeptWrite,
    ) -> Result<(Option<DocId>, u64), Error> {
        let (tx, signer) = (mending.tx, mending.signer);
        let agent = signer.lease.lease.agent;
        match &root.fate {
            Fate::Replaced(by) => Ok((held_document(tx, by)?, 0)),
            Fate::SecondSeal => {
                if let Some(twin) = twin_of(tx, &agent, doc, root)? {
                    conclude(tx, &root.eid, &twin, &agent)?;
                    return Ok((held_document(tx, &twin)?, 0));
                }
                let values = root.view.writes.iter().cloned().collect();
                let home = free_id(tx, doc, &root.eid)?;
                *chain = self.fresh_chain(signer)?;
                mending.begun = true;
                self.put_seal(tx, chain, signer, home, &values, root.priority, vec![root.eid])?;
                tx.mark_one_replaced(&root.eid)?;
                mending.last = Opened::load(tx, home)?.and_then(|opened| opened.document.seal_hash());
                Ok((Some(home), 1))
            }
            Fate::PushedOut(Some(by)) => Ok((held_document(tx, by)?, 0)),
            // Perhaps both said the same, and nothing will stand for it.
            Fate::PushedOut(None) => Ok((same_seal(tx, doc, root)?.map(|_| doc), 0)),
            Fate::Sound | Fate::Refused | Fate::Left | Fate::Foreign => Ok((Some(doc), 0)),
        }
    }

    /// Writes one change again where it belongs now, on what its author saw: what others said meanwhile
    /// stands beside it. Whether that took an envelope; what needs none, or may have none, is closed.
    fn write_again(
        &self,
        mending: &mut Mending<'_, '_>,
        chain: &mut Chain,
        home: DocId,
        write: &KeptWrite,
    ) -> Result<bool, Error> {
        let (tx, signer) = (mending.tx, mending.signer);
        let agent = signer.lease.lease.agent;
        let Some(opened) = Opened::load(tx, home)? else { return Ok(false) };
        // A new lease makes nobody's late words good on another's report.
        if opened.row.author != Some(agent) && is_late(tx, signer, write)? {
            set_aside(tx, &write.eid, Reason::ExpiredLease)?;
            return Ok(false);
        }
        let seen = mending.wound.seen_by(&write.view.deps, &opened.document, &mending.stands);
        let puts = unsaid(&opened.document, &write.view.writes);
        let on_top = seen == opened.document.heads();
        // Its actor must have written nothing that the author did not see.
        if !mending.begun || !on_top && mending.last.is_some_and(|last| !seen.contains(&last)) {
            *chain = self.fresh_chain(signer)?;
            (mending.begun, mending.last) = (true, None);
        }
        let mut next = opened.document.clone();
        let change = match on_top {
            true => next.write(chain.actor(), &puts),
            false => next.write_at(&seen, chain.actor(), &puts),
        };
        let Some(change) = change.map_err(refuse)? else {
            // It stands there already: nobody needs to hear of it.
            let by = seen.iter().find_map(|hash| opened.provenances.get(hash));
            let by = by.ok_or_else(|| Error::bug("heal", "a change without an envelope"))?;
            conclude(tx, &write.eid, &by.eid, &agent)?;
            return Ok(false);
        };
        let before = chain.clone();
        match self.put_change(tx, chain, signer, opened, &change, write.priority, vec![write.eid]) {
            Ok(_) => {
                tx.mark_one_replaced(&write.eid)?;
                mending.stands.insert(write.view.hash, change.hash);
                mending.last = Some(change.hash);
                Ok(true)
            }
            // No longer allowed: a person must look at it.
            Err(Error::NotAllowed { reason }) => {
                *chain = before;
                set_aside(tx, &write.eid, reason)?;
                Ok(false)
            }
            Err(other) => Err(other),
        }
    }
}

/// One document being mended.
struct Mending<'a, 't> {
    tx: &'a Tx<'t>,
    signer: &'a Signer,
    wound: &'a Wound,
    /// What stands for changes that were replaced.
    stands: BTreeMap<ChangeHash, ChangeHash>,
    /// The chain is one of its own: the actor of the one before may have written what left the document.
    begun: bool,
    /// The last change of that chain.
    last: Option<ChangeHash>,
}

/// Another envelope says already what this one says. No envelope tells so on the wire: it holds as long
/// as the history in which this one was refused.
fn conclude(tx: &Tx<'_>, eid: &Eid, by: &Eid, agent: &AgentId) -> Result<(), Error> {
    tx.put_replaced(&[*eid], by, agent)?;
    tx.mark_one_replaced(eid)
}

/// A person must look at an own envelope.
fn set_aside(tx: &Tx<'_>, eid: &Eid, reason: Reason) -> Result<(), Error> {
    let reason = reason.to_string();
    tx.put_verdict(eid, Some(&reason))?;
    tx.note_verdict(eid, Some(&reason))
}

/// Whether a change was written after the end of the lease it names, by the kinder of its two clocks.
fn is_late(tx: &Tx<'_>, signer: &Signer, write: &KeptWrite) -> Result<bool, Error> {
    let Some(cwt) = tx.lease(&write.lease)? else { return Ok(false) };
    let lease = SignedLease::open(cwt, &signer.organisation, &signer.organisation_key);
    let lease = lease.map_err(|_| Error::Corrupt { detail: "a kept lease does not verify".into() })?;
    Ok(lease.lease.is_expired_at(write.t.wall_ms.min(write.t.corrected_ms())))
}

/// What a change says, but for the entries of their own that the document holds already.
fn unsaid(document: &Document, writes: &[(String, FactValue)]) -> Vec<(String, FactValue)> {
    let held = document.contents().values;
    let is_entry = |key: &str| Key::parse(key).is_some_and(|key| key.suffix().is_some());
    writes.iter().filter(|(key, _)| !(is_entry(key) && held.contains_key(key))).cloned().collect()
}

/// The document of an envelope, when it is held here.
fn held_document(tx: &Tx<'_>, eid: &Eid) -> Result<Option<DocId>, Error> {
    let Some(doc) = tx.doc_of(eid)? else { return Ok(None) };
    Ok(tx.document(doc)?.map(|row| row.doc))
}

/// An envelope that says already all that a second seal says: another copy of this phone filed it
/// again, or both filed the same.
fn twin_of(tx: &Tx<'_>, agent: &AgentId, doc: DocId, second: &KeptWrite) -> Result<Option<Eid>, Error> {
    let mut twin = None;
    for eid in &second.replaces {
        twin = tx.replaced_by(eid, agent, Some(&second.eid))?;
        if twin.is_none() {
            break;
        }
    }
    if twin.is_some() {
        return Ok(twin);
    }
    same_seal(tx, doc, second)
}

/// The envelope that sealed a report now, when it says what another seal said.
fn same_seal(tx: &Tx<'_>, doc: DocId, other: &KeptWrite) -> Result<Option<Eid>, Error> {
    let Some(row) = tx.document(doc)? else { return Ok(None) };
    let Some(first) = tx.load(&row)?.as_ref().and_then(Document::sealing) else { return Ok(None) };
    let eid = tx.provenances(doc)?.get(&first.hash).map(|provenance| provenance.eid);
    Ok(eid.filter(|_| says_the_same(&first.writes, &other.view.writes)))
}

/// The id under which a second seal is filed again: the same on every copy of this phone, so that
/// two of them never file it twice.
fn free_id(tx: &Tx<'_>, doc: DocId, second: &Eid) -> Result<DocId, Error> {
    let mut tries = 0_u8;
    loop {
        let digest = Sha256::new()
            .chain_update(b"ronde filed again")
            .chain_update(second.0)
            .chain_update([tries])
            .finalize();
        // A UUIDv7 of the same moment as the first.
        let mut id = doc;
        id.0[6..].copy_from_slice(&digest[..10]);
        id.0[6] = (id.0[6] & 0x0f) | 0x70;
        id.0[8] = (id.0[8] & 0x3f) | 0x80;
        if tx.document(id)?.is_none() {
            return Ok(id);
        }
        tries = tries.checked_add(1).ok_or_else(|| Error::bug("heal", "every id is taken"))?;
    }
}
