//! Taking in what the server feeds: verified before anything of it is shown, judged by the rules
//! of the model, applied document by document. What does not verify is kept aside with its reason.

use std::collections::{BTreeMap, BTreeSet};

use ronde_model::document::{Admission, Document, Reason, Standing, Waiting, admit, looks_like_a_seal};
use ronde_model::envelope::{Envelope, Kind, SealedEnvelope};
use ronde_model::id::{AgentId, DocId, Eid, LeaseId};
use ronde_model::lease::SignedLease;
use ronde_model::lifecycle;
use ronde_model::scope::Scope;

use super::Signer;
use super::projecting::refresh;
use crate::error::Error;
use crate::store::{DocumentRow, EnvelopeRow, RefusedSeal, Tx};

/// Documents held open while one answer is applied.
const OPEN_DOCUMENTS: usize = 32;

/// One answer being applied.
pub struct Intake<'a, 't> {
    tx: &'a Tx<'t>,
    signer: &'a Signer,
    leases: BTreeMap<LeaseId, SignedLease>,
    open: BTreeMap<DocId, (DocumentRow, Document)>,
    /// Reports whose list row must be made again.
    touched: BTreeSet<DocId>,
    numbers: Vec<(DocId, String)>,
}

impl<'a, 't> Intake<'a, 't> {
    /// Begins with an answer.
    pub fn new(tx: &'a Tx<'t>, signer: &'a Signer) -> Self {
        Intake {
            tx,
            signer,
            leases: BTreeMap::new(),
            open: BTreeMap::new(),
            touched: BTreeSet::new(),
            numbers: Vec::new(),
        }
    }

    /// A lease: kept when the organisation signed it; what waited for it is tried again.
    pub fn lease(&mut self, seq: u64, cwt: Vec<u8>) -> Result<(), Error> {
        match SignedLease::open(cwt.clone(), &self.signer.organisation, &self.signer.organisation_key) {
            Ok(lease) => {
                self.tx.add_lease(&lease)?;
                self.tx.note_fed_lease(&lease.id, seq)?;
                let waiting = self.tx.waiting_for_lease(&lease.id)?;
                self.leases.insert(lease.id, lease);
                waiting.into_iter().try_for_each(|doc| self.retry(doc))
            }
            Err(_) => self.tx.set_aside(Some(seq), None, "lease-unverified", &cwt),
        }
    }

    /// An envelope.
    pub fn change(
        &mut self,
        seq: Option<u64>,
        bytes: Vec<u8>,
        received_ms: i64,
        number: Option<String>,
    ) -> Result<(), Error> {
        let Ok(sealed) = SealedEnvelope::parse(bytes.clone()) else {
            return self.tx.set_aside(seq, None, "malformed", &bytes);
        };
        let doc = sealed.envelope.doc;
        if let Some(number) = number {
            self.numbers.push((doc, number));
        }
        // The same bytes may have been set aside by a program that understood less.
        self.tx.take_from_aside(&sealed.eid)?;
        if self.tx.holds_envelope(&sealed.eid)? {
            if seq.is_some() {
                // Fed under a number, somebody else's is taken in, whatever another history said.
                self.tx.forget_foreign_verdict(&sealed.eid)?;
            }
            self.tx.mark_received(&sealed.eid, received_ms)?;
            self.tx.note_fed(&sealed.eid, seq)?;
            self.touch(&sealed);
            return self.retry(doc);
        }
        let lease = self.lease_of(&sealed.envelope.lease)?;
        // The key proves whose it is, not a lease that may come later.
        let own = sealed.verify(&self.signer.organisation, &self.signer.author.verifying_key()).is_ok();
        // An own one's number is the ledger's: it comes with an answer or a line.
        let seq_of = seq.filter(|_| !own);
        let row = EnvelopeRow { own, seq: seq_of, received_ms: Some(received_ms), ..EnvelopeRow::default() };
        let Some(lease) = lease else {
            let row = EnvelopeRow { waiting: Some(Waiting::MissingLease.to_string()), ..row };
            self.tx.add_envelope(&sealed, &row)?;
            return self.tx.forget_missing(&sealed.eid);
        };
        let key = lease.lease.verifying_key().map_err(|e| Error::bug("lease", e))?;
        if sealed.verify(&self.signer.organisation, &key).is_err() {
            return self.tx.set_aside(seq, Some(sealed.eid), "signature", &bytes);
        }
        self.tx.add_envelope(&sealed, &EnvelopeRow { waiting: Some("unread".into()), ..row })?;
        self.tx.forget_missing(&sealed.eid)?;
        if let (true, Some(reason)) = (own, self.tx.verdict(&sealed.eid)?) {
            self.tx.note_verdict(&sealed.eid, Some(&reason))?;
            return self.tx.mark_waiting(&sealed.eid, &reason);
        }
        if self.try_apply(&sealed, &lease)? {
            self.retry(doc)?;
            self.retry(DocId::handling_of(doc))?;
        }
        Ok(())
    }

    /// An own envelope was set aside, held here or not.
    pub fn quarantined(&mut self, eid: &Eid, reason: &str) -> Result<(), Error> {
        self.tx.put_verdict(eid, Some(reason))?;
        self.tx.note_verdict(eid, Some(reason))
    }

    /// An own envelope that the server had set aside or left pending was accepted.
    pub fn released(&mut self, eid: &Eid, number: Option<String>) -> Result<(), Error> {
        self.tx.put_verdict(eid, None)?;
        self.tx.note_verdict(eid, None)?;
        let Some(doc) = self.tx.doc_of(eid)? else { return Ok(()) };
        self.numbers.extend(number.map(|number| (doc, number)));
        self.retry(doc)
    }

    /// Writes what is still open, the list rows and the numbers.
    pub fn finish(mut self) -> Result<(), Error> {
        self.close()?;
        for report in std::mem::take(&mut self.touched) {
            refresh(self.tx, report)?;
        }
        for (doc, number) in &self.numbers {
            self.tx.set_number(*doc, number)?;
        }
        Ok(())
    }

    /// Judges one envelope whose signature was checked; whether it is part of its document now.
    fn try_apply(&mut self, sealed: &SealedEnvelope, lease: &SignedLease) -> Result<bool, Error> {
        let envelope = &sealed.envelope;
        // Others' are fed because the server took them in; of own ones it may only say that it holds them.
        let own = lease.lease.author_key == self.signer.lease.lease.author_key;
        if own && self.tx.is_replaced(&sealed.eid, &lease.lease.agent)? {
            self.tx.mark_waiting(&sealed.eid, "replaced")?;
            return Ok(false);
        }
        let place = self.place_of(envelope.doc, envelope.kind)?;
        let held = self.document(envelope.doc)?;
        let standing = Standing {
            document: held.as_ref().map(|(_, document)| document),
            home: place.home.as_ref(),
            author: place.author,
            sealed: place.sealed,
        };
        let mut verdict = admit(standing, envelope, &lease.lease, false);
        if let Admission::Quarantined(reason) = &verdict
            && reason.is_releasable()
            && self.is_released(&sealed.eid, envelope.doc, held.as_ref())?
        {
            verdict = admit(standing, envelope, &lease.lease, true);
        }
        let why = match verdict {
            Admission::Accepted(admitted) => {
                let row = match held {
                    Some((row, _)) => row,
                    None => self.add_row(sealed, lease, admitted.is_seal, place)?,
                };
                self.tx.mark_applied(&sealed.eid, admitted.hash, admitted.late)?;
                self.tx.put_replaced(&envelope.replaces, &sealed.eid, &lease.lease.agent)?;
                let report = row.report;
                self.open.insert(envelope.doc, (row, admitted.document));
                self.touch(sealed);
                if let Some(report) = report {
                    // A release named in the handling may let an envelope of the report in.
                    self.retry(report)?;
                }
                return Ok(true);
            }
            Admission::Pending(waiting) => waiting.to_string(),
            Admission::Quarantined(reason) => {
                if let (Reason::SecondSeal, false, Some((_, document))) = (reason, own, &held) {
                    self.note_other_seal(envelope.doc, document)?;
                }
                reason.to_string()
            }
        };
        self.tx.mark_waiting(&sealed.eid, &why)?;
        match held {
            Some((row, document)) => {
                self.open.insert(row.doc, (row, document));
            }
            None => self.note_refused_seal(sealed, lease, &why)?,
        }
        Ok(false)
    }

    /// The server took in another seal than the one held, which a restored server forgot.
    fn note_other_seal(&self, doc: DocId, document: &Document) -> Result<(), Error> {
        let Some(seal) = document.seal_hash() else { return Ok(()) };
        match self.tx.provenances(doc)?.get(&seal) {
            Some(first) => self.tx.put_foreign_verdict(&first.eid, &Reason::SecondSeal.to_string()),
            None => Ok(()),
        }
    }

    /// A handling stands on its report's seal though that stands aside, and may release it (S3).
    fn note_refused_seal(
        &mut self,
        sealed: &SealedEnvelope,
        lease: &SignedLease,
        why: &str,
    ) -> Result<(), Error> {
        let Envelope { kind, doc, body, .. } = &sealed.envelope;
        let releasable = Reason::from_code(why).is_some_and(Reason::is_releasable);
        if *kind != Kind::Report || !releasable || !looks_like_a_seal(body) {
            return Ok(());
        }
        let seal = RefusedSeal { report: *doc, home: lease.lease.home(), author: lease.lease.agent };
        if self.tx.put_refused_seal(&seal)? { self.retry(DocId::handling_of(*doc)) } else { Ok(()) }
    }

    /// Tries again what waits in a document, until nothing moves.
    pub fn retry(&mut self, doc: DocId) -> Result<(), Error> {
        loop {
            let mut moved = false;
            for (sealed, _) in self.tx.waiting_of(doc)? {
                let Some(lease) = self.lease_of(&sealed.envelope.lease)? else { continue };
                let key = lease.lease.verifying_key().map_err(|e| Error::bug("lease", e))?;
                if sealed.verify(&self.signer.organisation, &key).is_err() {
                    self.tx.mark_waiting(&sealed.eid, "signature")?;
                    continue;
                }
                moved |= self.try_apply(&sealed, &lease)?;
            }
            if !moved {
                return Ok(());
            }
        }
    }

    fn touch(&mut self, sealed: &SealedEnvelope) {
        match sealed.envelope.kind {
            Kind::Handling => {
                if let Some((DocumentRow { report: Some(report), .. }, _)) =
                    self.open.get(&sealed.envelope.doc)
                {
                    self.touched.insert(*report);
                }
            }
            _ => {
                self.touched.insert(sealed.envelope.doc);
            }
        }
    }

    fn add_row(
        &self,
        sealed: &SealedEnvelope,
        lease: &SignedLease,
        is_seal: bool,
        place: Place,
    ) -> Result<DocumentRow, Error> {
        let envelope = &sealed.envelope;
        let author = is_seal.then_some(lease.lease.agent);
        // A released seal may name a foreign home: the report is at home where its author is.
        let home = if is_seal { lease.lease.home() } else { place.home.unwrap_or(envelope.home.clone()) };
        let (doc, kind, report) = (envelope.doc, envelope.kind, place.report);
        let id = self.tx.add_document(doc, kind, &home, author, report)?;
        Ok(DocumentRow { id, doc, kind, home, author, report })
    }

    /// What is known of a document's standing: its own row, or its report's for a handling.
    fn place_of(&mut self, doc: DocId, kind: Kind) -> Result<Place, Error> {
        if kind == Kind::Handling {
            let Some(report) = self.tx.report_of_handling(doc)? else {
                let seal = self.tx.refused_seal(doc)?;
                return Ok(seal.map_or(Place::default(), |seal| Place {
                    home: Some(seal.home),
                    author: Some(seal.author),
                    sealed: true,
                    report: Some(seal.report),
                }));
            };
            let row = self.row(report)?;
            return Ok(Place {
                sealed: row.is_some(),
                home: row.as_ref().map(|r| r.home.clone()),
                author: row.and_then(|r| r.author),
                report: Some(report),
            });
        }
        let row = self.row(doc)?;
        Ok(Place {
            sealed: row.is_some(),
            home: row.as_ref().map(|r| r.home.clone()),
            author: row.and_then(|r| r.author),
            report: None,
        })
    }

    fn row(&self, doc: DocId) -> Result<Option<DocumentRow>, Error> {
        match self.open.get(&doc) {
            Some((row, _)) => Ok(Some(row.clone())),
            None => self.tx.document(doc),
        }
    }

    /// Takes a document into memory; the caller puts it back.
    fn document(&mut self, doc: DocId) -> Result<Option<(DocumentRow, Document)>, Error> {
        if let Some(open) = self.open.remove(&doc) {
            return Ok(Some(open));
        }
        if self.open.len() >= OPEN_DOCUMENTS {
            self.close()?;
        }
        let Some(row) = self.tx.document(doc)? else { return Ok(None) };
        Ok(self.tx.load(&row)?.map(|document| (row, document)))
    }

    fn close(&mut self) -> Result<(), Error> {
        for (_, (row, document)) in std::mem::take(&mut self.open) {
            self.tx.save(row.id, &document)?;
        }
        Ok(())
    }

    /// Whether the handling names this envelope as released by a right of that name. `held`: the
    /// document the envelope is of, taken into memory.
    fn is_released(
        &self,
        eid: &Eid,
        doc: DocId,
        held: Option<&(DocumentRow, Document)>,
    ) -> Result<bool, Error> {
        let handling = match held {
            Some((DocumentRow { kind: Kind::Handling, .. }, _)) => doc,
            _ => DocId::handling_of(doc),
        };
        let open = held.filter(|(row, _)| row.doc == handling).or_else(|| self.open.get(&handling));
        let loaded = match open {
            Some(_) => None,
            None => match self.tx.document(handling)? {
                Some(row) => self.tx.load(&row)?,
                None => None,
            },
        };
        let Some(document) = open.map(|(_, document)| document).or(loaded.as_ref()) else {
            return Ok(false);
        };
        Ok(lifecycle::fold(document, &self.tx.provenances(handling)?).released.contains(eid))
    }

    fn lease_of(&mut self, id: &LeaseId) -> Result<Option<SignedLease>, Error> {
        if let Some(lease) = self.leases.get(id) {
            return Ok(Some(lease.clone()));
        }
        let Some(cwt) = self.tx.lease(id)? else { return Ok(None) };
        let lease = SignedLease::open(cwt, &self.signer.organisation, &self.signer.organisation_key);
        let lease = lease.map_err(|_| Error::Corrupt { detail: "a kept lease does not verify".into() })?;
        self.leases.insert(*id, lease.clone());
        Ok(Some(lease))
    }
}

#[derive(Default)]
struct Place {
    home: Option<Scope>,
    author: Option<AgentId>,
    sealed: bool,
    report: Option<DocId>,
}
