//! Healing after an answer: what the server took in after all is shown again, what it refused is left
//! out and written again next door. Each report heals in a transaction of its own: one that cannot is
//! told to a person and holds up nothing else. Changes with what an answer can reveal.

use std::collections::BTreeMap;

use ronde_model::id::{AgentId, DocId, Eid};
use ronde_model::lifecycle;

use super::feed::Intake;
use super::projecting::Opened;
use super::unhealed::Unhealed;
use super::wound::Wound;
use super::writing::Chain;
use super::{Notebook, Signer};
use crate::error::Error;
use crate::store::{InDoubt, Tx};
use crate::sync::Applied;

/// Documents mended after one answer, at most: the next answer goes on.
const MOST_DOCUMENTS: usize = 256;

/// What there is to heal.
#[derive(Default)]
struct Ailing {
    /// By document: what the server took in, or refused on nobody's word, whatever was known before.
    misjudged: BTreeMap<DocId, Misjudged>,
    /// Something was replaced and does not say so yet.
    unmarked: bool,
    /// Everything that came was looked at.
    whole: bool,
}

/// Own envelopes of one document of which something else is true than what is kept.
#[derive(Default)]
struct Misjudged {
    /// Taken in by the server, whatever was known of them before.
    overruled: Vec<Eid>,
    /// Refusals that nobody but one answer spoke of.
    unfounded: Vec<Eid>,
    /// Replaced by others, and perhaps taken in before.
    doubtful: Vec<InDoubt>,
}

impl Notebook {
    /// Heals what the last answer showed, in transactions of its own. What it wrote waits to leave.
    pub(super) fn heal(&self, signer: &Signer, applied: Applied) -> Result<Applied, Error> {
        // A revoked device's envelopes are all set aside: it keeps them and shows them as they are.
        if signer.enrolment.revoked {
            return Ok(applied);
        }
        let agent = signer.lease.lease.agent;
        // Before that, what stands for a refused envelope may still be on its way here.
        let caught_up = !applied.more && !applied.repair;
        let (ailing, told) =
            self.inner.store.read(|tx| Ok((find(tx, &agent, caught_up)?, tx.unhealed()?)))?;
        let mut unhealed = Unhealed::new(told);
        for (doc, misjudged) in &ailing.misjudged {
            let settled = self.inner.store.write(|tx| settle(tx, signer, *doc, misjudged));
            unhealed.take(*doc, settled)?;
        }
        if ailing.unmarked {
            self.inner.store.write(|tx| tx.mark_replaced(&agent))?;
        }
        let refused = match ailing.whole {
            true => self.inner.store.read(|tx| tx.with_refused(&agent))?,
            false => Vec::new(),
        };
        let (mut mended, mut written) = (0, 0);
        for doc in refused {
            let wrote = unhealed.take(doc, self.mend_if_wounded(signer, doc))?.unwrap_or(0);
            written += wrote;
            mended += usize::from(wrote > 0);
            if mended >= MOST_DOCUMENTS {
                break;
            }
        }
        if let Some(told) = unhealed.close(ailing.whole && mended < MOST_DOCUMENTS) {
            self.inner.store.write(|tx| tx.set_unhealed(&told))?;
        }
        if written == 0 {
            return Ok(applied);
        }
        let waiting = self.inner.store.read(|tx| tx.waiting_count())?;
        // What was refused has left the outbox for good; what stands for it leaves at once.
        Ok(Applied { waiting, settled: applied.settled + written, moved: true, ..applied })
    }

    fn mend_if_wounded(&self, signer: &Signer, doc: DocId) -> Result<u64, Error> {
        match self.inner.store.read(|tx| Wound::examine(tx, doc))? {
            Some(_) => self.with_chain(signer, |tx, chain| self.mend(tx, chain, signer, doc)),
            None => Ok(0),
        }
    }

    /// Mends one document; how many envelopes that took.
    fn mend(&self, tx: &Tx<'_>, chain: &mut Chain, signer: &Signer, doc: DocId) -> Result<u64, Error> {
        let Some(wound) = Wound::examine(tx, doc)? else { return Ok(0) };
        if wound.is_in_the_document() {
            rebuild(tx, signer, doc)?;
        }
        let written = self.write_all_again(tx, chain, signer, doc, &wound)?;
        tx.mark_replaced(&signer.lease.lease.agent)?;
        Ok(written)
    }
}

fn find(tx: &Tx<'_>, agent: &AgentId, caught_up: bool) -> Result<Ailing, Error> {
    let mut ailing = Ailing { unmarked: tx.replaced_unmarked(agent)?, ..Ailing::default() };
    for (eid, doc) in tx.overruled()? {
        ailing.misjudged.entry(doc).or_default().overruled.push(eid);
    }
    let position = tx.position()?;
    if !caught_up || tx.awaits_bodies()? {
        return Ok(ailing);
    }
    for (eid, doc) in tx.unfounded(position.seq)? {
        ailing.misjudged.entry(doc).or_default().unfounded.push(eid);
    }
    for doubt in tx.in_doubt(agent, position.seq)? {
        ailing.misjudged.entry(doubt.doc).or_default().doubtful.push(doubt);
    }
    ailing.whole = true;
    Ok(ailing)
}

/// Takes back what is void and tries those envelopes again.
fn settle(tx: &Tx<'_>, signer: &Signer, doc: DocId, misjudged: &Misjudged) -> Result<(), Error> {
    misjudged.overruled.iter().try_for_each(|eid| tx.put_verdict(eid, None))?;
    misjudged.unfounded.iter().try_for_each(|eid| tx.forget_answer(eid))?;
    if !(misjudged.overruled.is_empty() && misjudged.unfounded.is_empty()) {
        let mut intake = Intake::new(tx, signer);
        intake.retry(doc)?;
        intake.finish()?;
    }
    weigh(tx, signer, doc, &misjudged.doubtful)
}

/// Says of what others replaced whether the server took it in all the same: it did when it had it before
/// what replaces it, and all that it was made on.
fn weigh(tx: &Tx<'_>, signer: &Signer, doc: DocId, doubtful: &[InDoubt]) -> Result<(), Error> {
    let mut is_missing = false;
    for doubt in doubtful {
        if doubt.came_first && may_be_taken_in(tx, doubt)? {
            tx.mark_taken_in(&doubt.eid)?;
            is_missing |= !doubt.applied;
        } else {
            tx.mark_one_replaced(&doubt.eid)?;
        }
    }
    if is_missing {
        rebuild(tx, signer, doc)?;
    }
    // What could not be applied waits there too, and for ever: it is replaced.
    for doubt in doubtful.iter().filter(|doubt| doubt.came_first) {
        if !tx.is_applied(&doubt.eid)? {
            tx.mark_one_replaced(&doubt.eid)?;
        }
    }
    Ok(())
}

/// Whether nothing that is known here speaks against it: of a seal another one that holds, of anything
/// else a release, until which it may have waited.
fn may_be_taken_in(tx: &Tx<'_>, doubt: &InDoubt) -> Result<bool, Error> {
    if !tx.is_seal(&doubt.eid)? {
        return Ok(!was_released_in(tx, doubt.doc)?);
    }
    let Some(opened) = Opened::load(tx, doubt.doc)? else { return Ok(true) };
    let holds = opened.document.seal_hash().and_then(|seal| opened.provenances.get(&seal));
    match holds.filter(|holds| holds.eid != doubt.eid) {
        Some(holds) => Ok(tx.verdict(&holds.eid)?.is_some()),
        None => Ok(true),
    }
}

fn was_released_in(tx: &Tx<'_>, doc: DocId) -> Result<bool, Error> {
    let handling = DocId::handling_of(doc);
    let Some(row) = tx.document(handling)? else { return Ok(false) };
    let Some(document) = tx.load(&row)? else { return Ok(false) };
    Ok(!lifecycle::fold(&document, &tx.provenances(handling)?).released.is_empty())
}

/// Makes a document again of its envelopes, without those that are refused or replaced.
fn rebuild(tx: &Tx<'_>, signer: &Signer, doc: DocId) -> Result<(), Error> {
    let number = tx.report(doc)?.and_then(|row| row.number);
    if let Some(row) = tx.document(doc)? {
        tx.forget_document(&row)?;
    }
    tx.unapply(doc)?;
    let mut intake = Intake::new(tx, signer);
    intake.retry(doc)?;
    intake.finish()?;
    number.map_or(Ok(()), |number| tx.set_number(doc, &number))
}
