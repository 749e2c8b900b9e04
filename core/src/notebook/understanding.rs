//! A newer program opens an older notebook: what its predecessor could not judge or read is judged
//! and read again, and every row of the list derived again, page by page, so that a kill in between
//! loses nothing. Changes with what this program understands.

use ronde_model::config::Order;
use ronde_model::envelope::SealedEnvelope;
use ronde_model::id::{DocId, Eid};
use ronde_model::wire::{self, Entry, Raw};

use super::feed::Intake;
use super::projecting::refresh;
use super::syncing::take_entry;
use super::{Notebook, Signer};
use crate::error::Error;
use crate::store::{Kept, Tx};

/// What this program understands of kinds, schemas, prefixes and entries, and the rules that rows and
/// words are derived by: raised with each of them.
pub(super) const KNOWLEDGE: u32 = 2;

/// Documents, or entries kept aside, in one transaction.
const PAGE: usize = 64;

impl Notebook {
    /// Judges again what a program that understood less left waiting.
    pub(super) fn understand(&self) -> Result<(), Error> {
        match self.judge_all_again() {
            // Not even what waits can be counted through: told where it is met, and the database that a
            // rescue makes is judged anew. A report that does not read back closes no notebook.
            Err(Error::Corrupt { .. }) => Ok(()),
            // The next opening goes on: what is here can be read without room.
            Err(Error::StorageFull | Error::Busy) => Ok(()),
            other => other,
        }
    }

    fn judge_all_again(&self) -> Result<(), Error> {
        let store = &self.inner.store;
        let (known, signer) = store.read(|tx| {
            let signer = match self.signer_within(tx) {
                Ok(signer) => Some(signer),
                Err(Error::NotEnrolled) => None,
                Err(other) => return Err(other),
            };
            Ok((tx.knowledge()?, signer))
        })?;
        // Before enrolment nothing was fed.
        let Some(signer) = signer.filter(|_| known < KNOWLEDGE) else { return Ok(()) };
        let mut after = Some(DocId::default());
        while let Some(last) = after {
            let page = store.read(|tx| tx.documents_waiting(last, PAGE))?;
            each_that_reads(
                &page,
                |some| store.write(|tx| judge_page(tx, &signer, some)),
                |doc| store.write(|tx| tx.set_aside(None, None, "unreadable", &doc.0)),
            )?;
            after = page.last().copied().filter(|_| page.len() == PAGE);
        }
        let until = store.read(|tx| tx.last_aside())?;
        let mut after = Some(0);
        while let Some(last) = after {
            let page = store.read(|tx| tx.unread_aside(last, until, PAGE))?;
            // What does not read back stays where it is noted already.
            each_that_reads(&page, |some| store.write(|tx| read_page(tx, &signer, some)), |_| Ok(()))?;
            after = page.last().map(|kept| kept.id).filter(|_| page.len() == PAGE);
        }
        self.derive_again()?;
        store.write(|tx| tx.set_knowledge(KNOWLEDGE))
    }

    /// Rows do not move by themselves: what an older rule made of a report would stay until it does.
    fn derive_again(&self) -> Result<(), Error> {
        let store = &self.inner.store;
        let mut after = Some(DocId::default());
        while let Some(last) = after {
            let page = store.read(|tx| tx.reports_after(last, PAGE))?;
            // One that does not read back keeps its row, and is told when it is opened.
            each_that_reads(
                &page,
                |some| store.write(|tx| some.iter().try_for_each(|doc| refresh(tx, *doc))),
                |_| Ok(()),
            )?;
            after = page.last().copied().filter(|_| page.len() == PAGE);
        }
        Ok(())
    }
}

/// Takes a page in one transaction. When something of it does not read back, one by one: what does not
/// is noted and passed over, so that it holds up nothing else, now or at the next opening.
pub(super) fn each_that_reads<T>(
    page: &[T],
    take: impl Fn(&[T]) -> Result<(), Error>,
    note: impl Fn(&T) -> Result<(), Error>,
) -> Result<(), Error> {
    let unread = |taken: &Result<(), Error>| matches!(taken, Err(Error::Corrupt { .. } | Error::Bug { .. }));
    let all = take(page);
    if !unread(&all) {
        return all;
    }
    for one in page {
        let taken = take(std::slice::from_ref(one));
        if unread(&taken) { note(one)? } else { taken? }
    }
    Ok(())
}

/// Documents in which something waits.
fn judge_page(tx: &Tx<'_>, signer: &Signer, page: &[DocId]) -> Result<(), Error> {
    let mut intake = Intake::new(tx, signer);
    page.iter().try_for_each(|doc| intake.retry(*doc))?;
    intake.finish()
}

/// What could not be read.
fn read_page(tx: &Tx<'_>, signer: &Signer, page: &[Kept]) -> Result<(), Error> {
    let received_ms = tx.position()?.contact_ms.unwrap_or_default();
    let mut intake = Intake::new(tx, signer);
    for kept in page {
        read_again(tx, signer, &mut intake, kept, received_ms)?;
    }
    intake.finish()
}

/// What is understood now takes its place; what is not is kept aside as before.
fn read_again(
    tx: &Tx<'_>,
    signer: &Signer,
    intake: &mut Intake<'_, '_>,
    kept: &Kept,
    received_ms: i64,
) -> Result<(), Error> {
    // Kept before the same bytes were kept once only.
    tx.note_digest(kept.id, &Eid::of(&kept.bytes))?;
    if kept.reason == "malformed" {
        if SealedEnvelope::parse(kept.bytes.clone()).is_err() {
            return Ok(());
        }
        tx.forget_aside(kept.id)?;
        return intake.change(None, kept.bytes.clone(), received_ms, None);
    }
    let order = || Order::open(&kept.bytes, &signer.organisation, &signer.server_key).is_ok();
    let entry = match wire::decode::<Entry>(&kept.bytes) {
        Ok(entry) => entry,
        Err(_) if order() => Entry::Order { seq: 0, signed: Raw(kept.bytes.clone()) },
        Err(_) => return Ok(()),
    };
    tx.forget_aside(kept.id)?;
    take_entry(tx, signer, intake, entry).map(|_| ())
}
