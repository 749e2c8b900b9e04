//! What this device writes: one change and one envelope a user action, judged by the same rules
//! the server will use, durable when the call returns.

use std::collections::BTreeMap;
use std::sync::Arc;

use ronde_model::catalogue::Catalogue;
use ronde_model::document::key::Prefix;
use ronde_model::document::{
    Admission, Document, NewChange, Salt, Standing, Statement, Voiding, WriteError, admit, grow_only_key,
};
use ronde_model::envelope::{Envelope, Kind, SCHEMA, SealedEnvelope, VERSION, actor_of};
use ronde_model::fact::FactValue;
use ronde_model::history::{Provenance, Provenances};
use ronde_model::id::{ChainId, ChangeHash, DocId, Eid};
use ronde_model::scope::Scope;

use super::projecting::Opened;
use super::{Filed, Inner, Notebook, Signer, lock};
use crate::capture::{Draft, MAX_STATEMENT_CHARS};
use crate::entropy;
use crate::error::Error;
use crate::store::{EnvelopeRow, Position, Tx};

/// A run of this writer: fresh at every process start, thrown away when a commit fails (S10).
#[derive(Debug, Clone)]
pub struct Chain {
    id: ChainId,
    actor: [u8; 16],
    next: u64,
    prev: Eid,
}

/// What changed, coarsely: read again what is on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// Drafts.
    Drafts,
    /// Reports, their divergences, their history.
    Reports,
    /// What waits, what was received.
    Status,
}

/// Hears of changes. Called on the thread that made them: return at once.
pub trait Observer: Send + Sync {
    /// Something changed.
    fn changed(&self, change: Change);
}

impl Inner {
    pub(super) fn tell(&self, change: Change) {
        let observer = lock(&self.observer).clone();
        if let Some(observer) = observer {
            observer.changed(change);
        }
    }
}

const PRIORITY_ALARM: u8 = 0;
const PRIORITY_CHANGE: u8 = 2;

/// Longest reason, characters.
const MAX_REASON_CHARS: usize = 2_000;

impl Notebook {
    /// Hears of changes from now on; `None` ends it.
    pub fn observe(&self, observer: Option<Arc<dyn Observer>>) {
        *lock(&self.inner.observer) = observer;
    }

    /// Déposer: seals version 1. Durable when it returns; a draft filed before answers its report.
    ///
    /// # Errors
    /// `NotEnrolled`, `NotFound`, `FixForm`, `NotAllowed`, or the store's own: the draft stays then.
    pub fn file(&self, draft: DocId) -> Result<Filed, Error> {
        let signer = self.signer()?;
        let filed = self.with_chain(&signer, |tx, chain| {
            if tx.document(draft)?.is_some() {
                let first = tx.own_of(draft)?.first().map(|(eid, _)| *eid);
                tx.delete_draft(draft)?;
                return first.map(|eid| Filed { doc: draft, eid, again: true }).ok_or(Error::Sealed);
            }
            let body = Draft::load(tx, draft)?.ok_or(Error::NotFound(draft))?;
            let position = tx.position()?;
            let values = self.seal_values(&signer, &body)?;
            let (_, change) = Document::seal(chain.actor, &values).map_err(refuse)?;
            let urgent = body.facts.get("urgent") == Some(&FactValue::Flag(true));
            let priority = if urgent { PRIORITY_ALARM } else { PRIORITY_CHANGE };
            let home = signer.lease.lease.home();
            let sealed = self.envelope(&signer, chain, &position, draft, home.clone(), priority, &change)?;
            let standing = Standing { document: None, home: None, author: None, sealed: false };
            let admitted = self.judge(standing, &sealed, &signer)?;
            let agent = signer.lease.lease.agent;
            tx.add_document(draft, Kind::Report, &home, Some(agent), None)?;
            self.store_own(tx, &sealed, change.hash, admitted.late)?;
            let provenances = self.provenance_of(&signer, &sealed, change.hash, admitted.late);
            let row = tx.document(draft)?.ok_or_else(|| Error::bug("file", "no row"))?;
            Opened { row, document: admitted.document, provenances, handling: None }.keep(tx)?;
            tx.delete_draft(draft)?;
            Ok(Filed { doc: draft, eid: sealed.eid, again: false })
        })?;
        self.inner.tell(Change::Drafts);
        self.inner.tell(Change::Reports);
        self.inner.tell(Change::Status);
        Ok(filed)
    }

    /// Corrects facts from the version on screen (`shown`: the detail's heads). When the report
    /// moved since, this becomes a divergence instead of overwriting what nobody saw.
    ///
    /// Keys as in the document: `facts/people_count`, `vehicle/<ulid>/plate`. `None`: nothing changed.
    ///
    /// # Errors
    /// `NotFound`, `FixForm`, `NotAllowed`, or the store's own.
    pub fn correct(
        &self,
        doc: DocId,
        shown: &[ChangeHash],
        puts: &BTreeMap<String, FactValue>,
    ) -> Result<Option<Eid>, Error> {
        check_puts(puts)?;
        let puts: Vec<(String, FactValue)> = puts.iter().map(|(k, v)| (k.clone(), v.clone())).collect();
        self.change(doc, Some(shown), |_| Ok(puts))
    }

    /// Adds a statement: the agent's own words, or words taken over whose author is named.
    ///
    /// # Errors
    /// `NotFound`, `FixForm`, `NotAllowed`, or the store's own.
    pub fn state(
        &self,
        doc: DocId,
        text: &str,
        source_author: Option<&str>,
        supersedes: Option<&str>,
    ) -> Result<Eid, Error> {
        check_text("statement", text, MAX_STATEMENT_CHARS)?;
        let made = self.change(doc, None, |signer| {
            let statement = self.statement(signer, text, source_author, supersedes)?;
            Ok(vec![statement.entry()])
        })?;
        made.ok_or_else(|| Error::bug("state", "a new statement changed nothing"))
    }

    /// Voids a mistaken filing, with a reason: never deleted.
    ///
    /// # Errors
    /// `NotFound`, `FixForm`, `NotAllowed`, or the store's own.
    pub fn void(&self, doc: DocId, reason: &str) -> Result<Eid, Error> {
        check_text("reason", reason, MAX_REASON_CHARS)?;
        let made = self.change(doc, None, |signer| {
            let salt = Salt(entropy::random(&*self.inner.ports.entropy)?);
            let at_ms = self.inner.ports.clock.now().wall_ms;
            let voiding = Voiding { by: signer.lease.lease.agent, at_ms, salt, reason: reason.to_owned() };
            Ok(vec![grow_only_key(Prefix::Void, &voiding)])
        })?;
        made.ok_or_else(|| Error::bug("void", "a new voiding changed nothing"))
    }

    /// The author's side settles a divergence by a put over every value on screen (`shown`: the
    /// detail's heads). A value that came meanwhile, which nobody saw, stays beside it.
    ///
    /// # Errors
    /// `NotFound`, `FixForm`, `NotAllowed`, or the store's own.
    pub fn decide(
        &self,
        doc: DocId,
        shown: &[ChangeHash],
        key: &str,
        value: FactValue,
    ) -> Result<Option<Eid>, Error> {
        check_puts(&BTreeMap::from([(key.to_owned(), value.clone())]))?;
        self.change(doc, Some(shown), |_| Ok(vec![(key.to_owned(), value)]))
    }

    /// One change of a document held here, from the heads shown or from the present ones.
    fn change(
        &self,
        doc: DocId,
        shown: Option<&[ChangeHash]>,
        puts: impl FnOnce(&Signer) -> Result<Vec<(String, FactValue)>, Error>,
    ) -> Result<Option<Eid>, Error> {
        let signer = self.signer()?;
        let made = self.with_chain(&signer, |tx, chain| {
            let mut opened = Opened::load(tx, doc)?.ok_or(Error::NotFound(doc))?;
            let position = tx.position()?;
            let puts = puts(&signer)?;
            let moved = shown.is_some_and(|shown| shown != opened.document.heads());
            if moved {
                // This chain's actor may have written beyond the version shown.
                *chain = self.fresh_chain(&signer)?;
            }
            let mut next = opened.document.clone();
            let change = match shown {
                Some(shown) if moved => next.write_at(shown, chain.actor, &puts),
                _ => next.write(chain.actor, &puts),
            };
            let Some(change) = change.map_err(refuse)? else { return Ok(None) };
            let home = opened.row.home.clone();
            let sealed =
                self.envelope(&signer, chain, &position, doc, home.clone(), PRIORITY_CHANGE, &change)?;
            let standing = Standing {
                document: Some(&opened.document),
                home: Some(&home),
                author: opened.row.author,
                sealed: true,
            };
            let admitted = self.judge(standing, &sealed, &signer)?;
            tx.save(opened.row.id, &admitted.document)?;
            self.store_own(tx, &sealed, change.hash, admitted.late)?;
            opened.document = admitted.document;
            opened.provenances.extend(self.provenance_of(&signer, &sealed, change.hash, admitted.late));
            opened.keep(tx)?;
            Ok(Some(sealed.eid))
        })?;
        if made.is_some() {
            self.inner.tell(Change::Reports);
            self.inner.tell(Change::Status);
        }
        Ok(made)
    }

    /// Runs one write with this process's chain; a failed commit throws the chain away (S10).
    fn with_chain<T>(
        &self,
        signer: &Signer,
        work: impl FnOnce(&Tx<'_>, &mut Chain) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut held = lock(&self.inner.chain);
        let mut chain = match held.take() {
            Some(chain) => chain,
            None => self.fresh_chain(signer)?,
        };
        let done = self.inner.store.write(|tx| work(tx, &mut chain))?;
        *held = Some(chain);
        Ok(done)
    }

    fn fresh_chain(&self, signer: &Signer) -> Result<Chain, Error> {
        let id = ChainId::from_random(entropy::random(&*self.inner.ports.entropy)?);
        let actor = actor_of(&signer.author.verifying_key(), &id);
        Ok(Chain { id, actor, next: 0, prev: Eid::default() })
    }

    fn seal_values(&self, signer: &Signer, draft: &Draft) -> Result<BTreeMap<String, FactValue>, Error> {
        let mut values = draft.values()?;
        if !draft.statement.trim().is_empty() {
            check_text("statement", &draft.statement, MAX_STATEMENT_CHARS)?;
            let statement = self.statement(signer, &draft.statement, draft.source_author.as_deref(), None)?;
            values.extend([statement.entry()]);
        }
        let no_content = Catalogue::shipped().report_type(&draft.report_type).is_some_and(|t| t.no_content);
        if no_content && values.keys().any(|key| !key.starts_with("facts/")) {
            return Err(Error::no_content());
        }
        Ok(values)
    }

    fn statement(
        &self,
        signer: &Signer,
        text: &str,
        source_author: Option<&str>,
        supersedes: Option<&str>,
    ) -> Result<Statement, Error> {
        let lease = &signer.lease.lease;
        Ok(Statement {
            by: lease.agent,
            at_ms: self.inner.ports.clock.now().wall_ms,
            salt: Salt(entropy::random(&*self.inner.ports.entropy)?),
            text: text.to_owned(),
            role: lease.role.clone(),
            source_author: source_author.map(str::to_owned),
            supersedes: supersedes.map(str::to_owned),
        })
    }

    fn envelope(
        &self,
        signer: &Signer,
        chain: &mut Chain,
        position: &Position,
        doc: DocId,
        home: Scope,
        priority: u8,
        change: &NewChange,
    ) -> Result<SealedEnvelope, Error> {
        let envelope = Envelope {
            version: VERSION,
            kind: Kind::Report,
            doc,
            home,
            lease: signer.lease.id,
            chain: chain.id,
            n: chain.next,
            prev: chain.prev,
            t: self.now(position),
            schema: SCHEMA,
            priority,
            replaces: Vec::new(),
            body: change.raw.clone(),
        };
        let sealed =
            envelope.seal(&signer.organisation, &signer.author).map_err(|e| Error::bug("envelope", e))?;
        chain.next += 1;
        chain.prev = sealed.eid;
        Ok(sealed)
    }

    /// The server's own judgement, before anything is kept: an honest phone is never refused.
    fn judge(
        &self,
        standing: Standing<'_>,
        sealed: &SealedEnvelope,
        signer: &Signer,
    ) -> Result<Box<ronde_model::document::Admitted>, Error> {
        match admit(standing, &sealed.envelope, &signer.lease.lease, false) {
            Admission::Accepted(admitted) => Ok(admitted),
            Admission::Quarantined(reason) => Err(Error::NotAllowed { reason }),
            Admission::Pending(waiting) => Err(Error::bug("own change", waiting)),
        }
    }

    fn store_own(
        &self,
        tx: &Tx<'_>,
        sealed: &SealedEnvelope,
        change: ChangeHash,
        late: bool,
    ) -> Result<(), Error> {
        let row =
            EnvelopeRow { change: Some(change), own: true, applied: true, late, ..EnvelopeRow::default() };
        match tx.add_envelope(sealed, &row)? {
            true => Ok(()),
            false => Err(Error::bug("own envelope", "stored before")),
        }
    }

    fn provenance_of(
        &self,
        signer: &Signer,
        sealed: &SealedEnvelope,
        change: ChangeHash,
        late: bool,
    ) -> Provenances {
        let lease = &signer.lease.lease;
        let provenance = Provenance {
            eid: sealed.eid,
            agent: lease.agent,
            name: lease.name.clone(),
            unit: lease.unit.clone(),
            role: lease.role.clone(),
            device: lease.device,
            t: sealed.envelope.t,
            received_ms: None,
            late,
        };
        Provenances::from([(change, provenance)])
    }
}

fn refuse(error: WriteError) -> Error {
    match error {
        WriteError::TooLarge { bytes } => {
            Error::too_long("report", bytes, ronde_model::document::MAX_CHANGE_BYTES)
        }
        other => Error::bug("document", other),
    }
}

fn check_text(field: &str, text: &str, limit: usize) -> Result<(), Error> {
    let length = text.chars().count();
    if text.trim().is_empty() {
        return Err(Error::missing(field));
    }
    if length > limit { Err(Error::too_long(field, length, limit)) } else { Ok(()) }
}

/// Facts are judged by the catalogue when a report is filed; a correction is held to the same limits.
fn check_puts(puts: &BTreeMap<String, FactValue>) -> Result<(), Error> {
    for (key, value) in puts {
        if !["facts/", "person/", "vehicle/"].iter().any(|prefix| key.starts_with(prefix))
            || key == "facts/type"
        {
            return Err(Error::Sealed);
        }
        if let FactValue::Text(text) = value
            && text.chars().count() > MAX_REASON_CHARS
        {
            return Err(Error::too_long(key, text.chars().count(), MAX_REASON_CHARS));
        }
    }
    Ok(())
}
