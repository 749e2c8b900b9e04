//! Déposer: a draft becomes a report, once. Knows drafts and what became of them; how a change is
//! written is known next door. Changes with what filing means.

use std::collections::BTreeMap;

use ronde_model::catalogue::Catalogue;
use ronde_model::document::Document;
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;

use super::form::{check_text, check_values};
use super::wound::says_the_same;
use super::writing::{Chain, Change, PRIORITY_ALARM, PRIORITY_CHANGE};
use super::{Filed, Notebook, Signer};
use crate::capture::{Draft, MAX_STATEMENT_CHARS};
use crate::entropy;
use crate::error::Error;
use crate::store::Tx;

impl Notebook {
    /// Déposer: seals version 1. Durable when it returns; a draft filed before answers its report.
    ///
    /// # Errors
    /// `NotEnrolled`, `NotFound`, `FixForm`, `NotAllowed`, or the store's own: the draft stays then.
    pub fn file(&self, draft: DocId) -> Result<Filed, Error> {
        let signer = self.signer()?;
        self.filing(&signer, |tx, chain| match (tx.document(draft)?, Draft::load(tx, draft)?) {
            (None, None) => Err(Error::NotFound(draft)),
            // Words about a report are added to it; they never become one.
            (_, Some(body)) if body.about.is_some() => Err(Error::NotFound(draft)),
            (None, Some(body)) => self.seal_draft(tx, chain, &signer, draft, &body),
            (Some(_), None) => filed_before(tx, draft),
            // A copy of this phone filed the draft in its own words: these are a report of their own.
            (Some(row), Some(body)) => {
                let first = tx.load(&row)?.as_ref().and_then(Document::sealing);
                let values: Vec<_> = self.seal_values(&signer, &body)?.into_iter().collect();
                if first.is_some_and(|first| says_the_same(&first.writes, &values)) {
                    tx.delete_draft(draft)?;
                    return filed_before(tx, draft);
                }
                let now = self.inner.ports.clock.now();
                let doc = entropy::new_doc_id(&*self.inner.ports.entropy, now.wall_ms)?;
                let filed = self.seal_draft(tx, chain, &signer, doc, &body)?;
                tx.delete_draft(draft)?;
                Ok(filed)
            }
        })
    }

    /// The same for a draft that was never saved, in one transaction: an import.
    ///
    /// # Errors
    /// `NotEnrolled`, `FixForm`, `NotAllowed`, or the store's own: nothing is kept then.
    pub fn file_new(&self, draft: &Draft) -> Result<Filed, Error> {
        let signer = self.signer()?;
        self.filing(&signer, |tx, chain| match tx.document(draft.id)? {
            Some(_) => filed_before(tx, draft.id),
            None => self.seal_draft(tx, chain, &signer, draft.id, draft),
        })
    }

    fn filing(
        &self,
        signer: &Signer,
        work: impl FnOnce(&Tx<'_>, &mut Chain) -> Result<Filed, Error>,
    ) -> Result<Filed, Error> {
        let filed = self.with_chain(signer, work)?;
        self.inner.tell(Change::Drafts);
        self.inner.tell(Change::Reports { docs: Some(vec![filed.doc]) });
        self.inner.tell(Change::Status);
        Ok(filed)
    }

    fn seal_draft(
        &self,
        tx: &Tx<'_>,
        chain: &mut Chain,
        signer: &Signer,
        doc: DocId,
        draft: &Draft,
    ) -> Result<Filed, Error> {
        let values = self.seal_values(signer, draft)?;
        let urgent = draft.facts.get("urgent") == Some(&FactValue::Flag(true));
        let priority = if urgent { PRIORITY_ALARM } else { PRIORITY_CHANGE };
        let eid = self.put_seal(tx, chain, signer, doc, &values, priority, Vec::new())?;
        tx.delete_draft(doc)?;
        Ok(Filed { doc, eid, again: false })
    }

    fn seal_values(&self, signer: &Signer, draft: &Draft) -> Result<BTreeMap<String, FactValue>, Error> {
        let mut values = draft.values()?;
        if !draft.statement.trim().is_empty() {
            check_text("statement", &draft.statement, MAX_STATEMENT_CHARS)?;
            let statement = self.statement(signer, &draft.statement, draft.source_author.as_deref(), None)?;
            values.extend([statement.entry()]);
        }
        check_values(&values)?;
        let no_content = Catalogue::shipped().report_type(&draft.report_type).is_some_and(|t| t.no_content);
        if no_content && values.keys().any(|key| !key.starts_with("facts/")) {
            return Err(Error::no_content());
        }
        Ok(values)
    }
}

/// The report that was filed under an id, when this device filed it.
fn filed_before(tx: &Tx<'_>, doc: DocId) -> Result<Filed, Error> {
    let row = tx.document(doc)?.ok_or(Error::NotFound(doc))?;
    let seal = tx.load(&row)?.and_then(|document| document.seal_hash());
    let provenances = tx.provenances(doc)?;
    let eid = seal.and_then(|seal| provenances.get(&seal)).map(|provenance| provenance.eid);
    let own = tx.own_of(doc)?;
    let eid = eid.filter(|eid| own.iter().any(|(one, _)| one == eid)).ok_or(Error::Sealed)?;
    Ok(Filed { doc, eid, again: true })
}
