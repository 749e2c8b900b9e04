//! What this device writes: one change and one envelope a user action, judged by the same rules
//! the server will use, durable when the call returns.

use std::collections::BTreeMap;
use std::sync::Arc;

use ronde_model::document::key::Prefix;
use ronde_model::document::{
    Admission, Admitted, Document, NewChange, Salt, Standing, Statement, Voiding, WriteError, admit,
    grow_only_key,
};
use ronde_model::envelope::{Envelope, Kind, SCHEMA, SealedEnvelope, VERSION, actor_of};
use ronde_model::fact::FactValue;
use ronde_model::history::{Provenance, Provenances};
use ronde_model::id::{ChainId, ChangeHash, DocId, Eid};
use ronde_model::scope::Scope;

use super::form::{MAX_REASON_CHARS, check_puts, check_text};
use super::projecting::Opened;
use super::{Inner, Notebook, Signer, lock};
use crate::capture::MAX_STATEMENT_CHARS;
use crate::entropy;
use crate::error::Error;
use crate::store::{EnvelopeRow, Tx};

/// A run of this writer: fresh at every process start, thrown away when a commit fails (S10).
#[derive(Debug, Clone)]
pub struct Chain {
    id: ChainId,
    actor: [u8; 16],
    next: u64,
    prev: Eid,
}

impl Chain {
    /// Its Automerge actor.
    pub fn actor(&self) -> [u8; 16] {
        self.actor
    }
}

/// What changed, coarsely: read again what is on screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Drafts.
    Drafts,
    /// Reports, their divergences, their history.
    Reports {
        /// Which; `None`: any of them.
        docs: Option<Vec<DocId>>,
    },
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

pub(super) const PRIORITY_ALARM: u8 = 0;
pub(super) const PRIORITY_CHANGE: u8 = 2;

impl Notebook {
    /// Hears of changes from now on; `None` ends it.
    pub fn observe(&self, observer: Option<Arc<dyn Observer>>) {
        *lock(&self.inner.observer) = observer;
    }

    /// Makes a report of its first values: one change, one envelope, judged and kept.
    pub(super) fn put_seal(
        &self,
        tx: &Tx<'_>,
        chain: &mut Chain,
        signer: &Signer,
        doc: DocId,
        values: &BTreeMap<String, FactValue>,
        priority: u8,
        replaces: Vec<Eid>,
    ) -> Result<Eid, Error> {
        let (_, change) = Document::seal(chain.actor, values).map_err(refuse)?;
        let home = signer.lease.lease.home();
        let letter = Letter { doc, home: &home, priority, replaces, change: &change };
        let sealed = self.envelope(tx, signer, chain, letter)?;
        let standing = Standing { document: None, home: None, author: None, sealed: false };
        let admitted = judge(standing, &sealed, signer)?;
        tx.add_document(doc, Kind::Report, &home, Some(signer.lease.lease.agent), None)?;
        store_own(tx, signer, &sealed, change.hash, admitted.late)?;
        let provenances = provenance_of(signer, &sealed, change.hash, admitted.late);
        let row = tx.document(doc)?.ok_or_else(|| Error::bug("seal", "no row"))?;
        Opened { row, document: admitted.document, provenances, handling: None }.keep(tx)?;
        Ok(sealed.eid)
    }

    /// Adds a change to a report held here: one envelope, judged and kept.
    pub(super) fn put_change(
        &self,
        tx: &Tx<'_>,
        chain: &mut Chain,
        signer: &Signer,
        mut opened: Opened,
        change: &NewChange,
        priority: u8,
        replaces: Vec<Eid>,
    ) -> Result<Eid, Error> {
        let home = opened.row.home.clone();
        let letter = Letter { doc: opened.row.doc, home: &home, priority, replaces, change };
        let sealed = self.envelope(tx, signer, chain, letter)?;
        let standing = Standing {
            document: Some(&opened.document),
            home: Some(&home),
            author: opened.row.author,
            sealed: true,
        };
        let admitted = judge(standing, &sealed, signer)?;
        tx.save(opened.row.id, &admitted.document)?;
        store_own(tx, signer, &sealed, change.hash, admitted.late)?;
        opened.document = admitted.document;
        opened.provenances.extend(provenance_of(signer, &sealed, change.hash, admitted.late));
        opened.keep(tx)?;
        Ok(sealed.eid)
    }

    /// Corrects facts from the version on screen (`shown`: the detail's heads). When the report
    /// moved since, this becomes a divergence instead of overwriting what nobody saw.
    ///
    /// Keys as in the document: `facts/people_count`, `vehicle/<ulid>/plate`. `None`: nothing changed.
    ///
    /// # Errors
    /// `NotFound`, `Outdated`, `FixForm`, `NotAllowed`, or the store's own.
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
            Ok(vec![grow_only_key(Prefix::Void, &self.voiding(signer, reason)?)])
        })?;
        made.ok_or_else(|| Error::bug("void", "a new voiding changed nothing"))
    }

    /// The author's side settles a divergence by a put over every value on screen (`shown`: the
    /// detail's heads). A value that came meanwhile, which nobody saw, stays beside it.
    ///
    /// # Errors
    /// `NotFound`, `Outdated`, `FixForm`, `NotAllowed`, or the store's own.
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
            let puts = puts(&signer)?;
            self.change_within(tx, chain, &signer, doc, shown, &puts)
        })?;
        self.tell_of_change(doc, made.as_ref());
        Ok(made)
    }

    /// The same inside a transaction.
    pub(super) fn change_within(
        &self,
        tx: &Tx<'_>,
        chain: &mut Chain,
        signer: &Signer,
        doc: DocId,
        shown: Option<&[ChangeHash]>,
        puts: &[(String, FactValue)],
    ) -> Result<Option<Eid>, Error> {
        let opened = Opened::load(tx, doc)?.ok_or(Error::NotFound(doc))?;
        let moved = shown.is_some_and(|shown| shown != opened.document.heads());
        if moved {
            // This chain's actor may have written beyond the version shown.
            *chain = self.fresh_chain(signer)?;
        }
        let mut next = opened.document.clone();
        let change = match shown {
            Some(shown) if moved => next.write_at(shown, chain.actor, puts),
            _ => next.write(chain.actor, puts),
        };
        let change = change.map_err(|error| match error {
            // Healing made the document anew of what the server took in.
            WriteError::UnknownHeads => Error::Outdated(doc),
            other => refuse(other),
        })?;
        let Some(change) = change else { return Ok(None) };
        self.put_change(tx, chain, signer, opened, &change, PRIORITY_CHANGE, Vec::new()).map(Some)
    }

    pub(super) fn tell_of_change(&self, doc: DocId, made: Option<&Eid>) {
        if made.is_some() {
            self.inner.tell(Change::Reports { docs: Some(vec![doc]) });
            self.inner.tell(Change::Status);
        }
    }

    /// Runs one write with this process's chain; a failed commit throws the chain away (S10).
    pub(super) fn with_chain<T>(
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

    pub(super) fn fresh_chain(&self, signer: &Signer) -> Result<Chain, Error> {
        let id = ChainId::from_random(entropy::random(&*self.inner.ports.entropy)?);
        let actor = actor_of(&signer.author.verifying_key(), &id);
        Ok(Chain { id, actor, next: 0, prev: Eid::default() })
    }

    pub(super) fn statement(
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

    pub(super) fn voiding(&self, signer: &Signer, reason: &str) -> Result<Voiding, Error> {
        let salt = Salt(entropy::random(&*self.inner.ports.entropy)?);
        let at_ms = self.inner.ports.clock.now().wall_ms;
        Ok(Voiding { by: signer.lease.lease.agent, at_ms, salt, reason: reason.to_owned() })
    }

    fn envelope(
        &self,
        tx: &Tx<'_>,
        signer: &Signer,
        chain: &mut Chain,
        letter: Letter<'_>,
    ) -> Result<SealedEnvelope, Error> {
        let envelope = Envelope {
            version: VERSION,
            kind: Kind::Report,
            doc: letter.doc,
            home: letter.home.clone(),
            lease: signer.lease.id,
            chain: chain.id,
            n: chain.next,
            prev: chain.prev,
            t: self.now(&tx.position()?),
            schema: SCHEMA,
            priority: letter.priority,
            replaces: letter.replaces,
            body: letter.change.raw.clone(),
        };
        let sealed =
            envelope.seal(&signer.organisation, &signer.author).map_err(|e| Error::bug("envelope", e))?;
        chain.next += 1;
        chain.prev = sealed.eid;
        Ok(sealed)
    }
}

/// What an envelope says beside who writes it, and when.
struct Letter<'a> {
    doc: DocId,
    home: &'a Scope,
    priority: u8,
    replaces: Vec<Eid>,
    change: &'a NewChange,
}

/// The server's own judgement, before anything is kept: an honest phone is never refused.
fn judge(standing: Standing<'_>, sealed: &SealedEnvelope, signer: &Signer) -> Result<Box<Admitted>, Error> {
    match admit(standing, &sealed.envelope, &signer.lease.lease, false) {
        Admission::Accepted(admitted) => Ok(admitted),
        Admission::Quarantined(reason) => Err(Error::NotAllowed { reason }),
        Admission::Pending(waiting) => Err(Error::bug("own change", waiting)),
    }
}

fn store_own(
    tx: &Tx<'_>,
    signer: &Signer,
    sealed: &SealedEnvelope,
    change: ChangeHash,
    late: bool,
) -> Result<(), Error> {
    let row = EnvelopeRow { change: Some(change), own: true, applied: true, late, ..EnvelopeRow::default() };
    if !tx.add_envelope(sealed, &row)? {
        return Err(Error::bug("own envelope", "stored before"));
    }
    tx.put_replaced(&sealed.envelope.replaces, &sealed.eid, &signer.lease.lease.agent)
}

fn provenance_of(signer: &Signer, sealed: &SealedEnvelope, change: ChangeHash, late: bool) -> Provenances {
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

pub(super) fn refuse(error: WriteError) -> Error {
    match error {
        WriteError::TooLarge { bytes } => {
            Error::too_long("report", bytes, ronde_model::document::MAX_CHANGE_BYTES)
        }
        other => Error::bug("document", other),
    }
}
