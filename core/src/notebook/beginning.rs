//! What is begun about a report and not in it yet: a statement, a correction, why it is void. A draft
//! like another, until it is added. Knows what each adds; how a change is written is known next door.
//! Changes with what may be added to a report.

use ronde_model::document::key::Prefix;
use ronde_model::document::{Statement, Voiding, grow_only_key};
use ronde_model::fact::FactValue;
use ronde_model::id::{ChangeHash, DocId, Eid};

use super::added::{forget_done, is_done, salt_of};
use super::form::{MAX_REASON_CHARS, check_puts, check_text};
use super::writing::Change;
use super::{Notebook, Signer};
use crate::capture::{About, Adding, Draft, MAX_STATEMENT_CHARS};
use crate::entropy;
use crate::error::Error;
use crate::store::Tx;

impl Notebook {
    /// What was begun of this about a report, as it was saved; else a blank one, saved when something
    /// is in it. `shown`: the detail's heads on screen now, which one begun before does not take over.
    ///
    /// # Errors
    /// `NotFound`, or the store's own.
    pub fn begin(&self, doc: DocId, adding: Adding, shown: &[ChangeHash]) -> Result<Draft, Error> {
        let is_this = |about: &About| about.doc == doc && about.adding == adding;
        let held = self.begun()?.into_iter().find(|draft| draft.about.as_ref().is_some_and(is_this));
        if let Some(held) = held {
            return Ok(held);
        }
        let row = self.inner.store.read(|tx| tx.report(doc))?.ok_or(Error::NotFound(doc))?;
        let now_ms = self.inner.ports.clock.now().wall_ms;
        Ok(Draft {
            id: entropy::new_doc_id(&*self.inner.ports.entropy, now_ms)?,
            report_type: row.row.report_type,
            facts: Default::default(),
            involved: Vec::new(),
            statement: String::new(),
            source_author: None,
            saved_ms: now_ms,
            focus: None,
            about: Some(About { doc, adding, shown: shown.to_vec(), begun_ms: now_ms }),
        })
    }

    /// Everything begun about reports, latest saved first.
    ///
    /// # Errors
    /// The store's own.
    pub fn begun(&self) -> Result<Vec<Draft>, Error> {
        let agent = match self.signer() {
            Ok(signer) => Some(signer.lease.lease.agent),
            Err(Error::NotEnrolled) => None,
            Err(other) => return Err(other),
        };
        let store = &self.inner.store;
        let (mut begun, mut some_done) = (Vec::new(), false);
        store.read(|tx| {
            for draft in Draft::load_all(tx)?.into_iter().filter(|draft| draft.about.is_some()) {
                match &agent {
                    Some(agent) if is_done(tx, agent, &draft)? => some_done = true,
                    _ => begun.push(draft),
                }
            }
            Ok(())
        })?;
        if let Some(agent) = agent.filter(|_| some_done) {
            match store.write(|tx| forget_done(tx, &agent)) {
                // They are passed over again the next time.
                Err(Error::StorageFull | Error::Busy) => {}
                other => drop(other?),
            }
        }
        Ok(begun)
    }

    /// Adds what was begun to its report and forgets it, both or neither; `None`: it changes nothing,
    /// or was added before.
    ///
    /// # Errors
    /// As [`Self::state`], [`Self::correct`] or [`Self::void`]; what was begun stays then.
    pub fn add(&self, draft: DocId) -> Result<Option<Eid>, Error> {
        let signer = self.signer()?;
        let added = self.with_chain(&signer, |tx, chain| {
            let Some(begun) = Draft::load(tx, draft)? else { return Ok(None) };
            let about = begun.about.as_ref().ok_or(Error::NotFound(draft))?;
            if is_done(tx, &signer.lease.lease.agent, &begun)? {
                tx.delete_draft(draft)?;
                return Ok(None);
            }
            let shown = match about.adding {
                Adding::Correction { .. } => Some(still_held(tx, about)?),
                _ => None,
            };
            let puts = self.puts_of(&signer, &about.adding, &begun)?;
            let made = self.change_within(tx, chain, &signer, about.doc, shown.as_deref(), &puts)?;
            tx.delete_draft(draft)?;
            Ok(made.map(|eid| (about.doc, eid)))
        })?;
        self.inner.tell(Change::Drafts);
        Ok(added.map(|(doc, eid)| {
            self.tell_of_change(doc, Some(&eid));
            eid
        }))
    }

    fn puts_of(
        &self,
        signer: &Signer,
        adding: &Adding,
        begun: &Draft,
    ) -> Result<Vec<(String, FactValue)>, Error> {
        let (salt, at_ms) = (salt_of(begun.id), begun.saved_ms);
        match adding {
            Adding::Statement => {
                check_text("statement", &begun.statement, MAX_STATEMENT_CHARS)?;
                let source = begun.source_author.as_deref();
                let statement = self.statement(signer, &begun.statement, source, None)?;
                Ok(vec![Statement { salt, at_ms, ..statement }.entry()])
            }
            Adding::Void => {
                check_text("reason", &begun.statement, MAX_REASON_CHARS)?;
                let voiding = Voiding { salt, at_ms, ..self.voiding(signer, &begun.statement)? };
                Ok(vec![grow_only_key(Prefix::Void, &voiding)])
            }
            Adding::Correction { .. } => {
                let puts = begun.facts.iter().map(|(name, value)| (format!("facts/{name}"), value.clone()));
                let puts = puts.collect();
                check_puts(&puts)?;
                Ok(puts.into_iter().collect())
            }
        }
    }
}

/// What of the version on screen the report still holds: healing may have left out the rest. When that
/// is nothing, its first version, so that nothing is overwritten that nobody saw.
fn still_held(tx: &Tx<'_>, about: &About) -> Result<Vec<ChangeHash>, Error> {
    let row = tx.document(about.doc)?.ok_or(Error::NotFound(about.doc))?;
    let document = tx.load(&row)?.ok_or(Error::NotFound(about.doc))?;
    let held: Vec<_> = about.shown.iter().copied().filter(|hash| document.holds(hash)).collect();
    match held.is_empty() {
        true => Ok(document.seal_hash().map_or_else(|| about.shown.clone(), |seal| vec![seal])),
        false => Ok(held),
    }
}
