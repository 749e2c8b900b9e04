//! Taking in what the server feeds: verified before anything of it is shown, judged by the rules
//! of the model, applied document by document. What does not verify is kept aside with its reason.

use std::collections::{BTreeMap, BTreeSet};

use ronde_model::document::{Admission, Document, Standing, Waiting, admit};
use ronde_model::envelope::{Kind, SealedEnvelope};
use ronde_model::id::{AgentId, DocId, Eid, LeaseId};
use ronde_model::lease::SignedLease;
use ronde_model::scope::Scope;

use super::Signer;
use super::projecting::{Opened, refresh};
use crate::error::Error;
use crate::store::{DocumentRow, EnvelopeRow, Tx};

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
        if self.tx.holds_envelope(&sealed.eid)? {
            self.tx.mark_received(&sealed.eid, received_ms)?;
            self.touch(&sealed);
            return self.retry(doc);
        }
        let lease = self.lease_of(&sealed.envelope.lease)?;
        // The key proves whose it is, not a lease that may come later.
        let own = sealed.verify(&self.signer.organisation, &self.signer.author.verifying_key()).is_ok();
        let row = EnvelopeRow { own, received_ms: Some(received_ms), ..EnvelopeRow::default() };
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
        if self.try_apply(&sealed, &lease)? {
            self.retry(doc)?;
            self.retry(DocId::handling_of(doc))?;
        }
        Ok(())
    }

    /// An own envelope that the server had set aside or left pending was accepted.
    pub fn released(&mut self, eid: &Eid, number: Option<String>) -> Result<(), Error> {
        self.tx.note_verdict(eid, None)?;
        if let (Some(number), Some(doc)) = (number, self.tx.doc_of(eid)?) {
            self.numbers.push((doc, number));
        }
        Ok(())
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
            && envelope.kind == Kind::Report
            && self.is_released(envelope.doc, &sealed.eid)?
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
            Admission::Quarantined(reason) => reason.to_string(),
        };
        self.tx.mark_waiting(&sealed.eid, &why)?;
        if let Some((row, document)) = held {
            self.open.insert(row.doc, (row, document));
        }
        Ok(false)
    }

    /// Tries again what waits in a document, until nothing moves.
    fn retry(&mut self, doc: DocId) -> Result<(), Error> {
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
        let report = place.report;
        let id = self.tx.add_document(envelope.doc, envelope.kind, &envelope.home, author, report)?;
        Ok(DocumentRow {
            id,
            doc: envelope.doc,
            kind: envelope.kind,
            home: envelope.home.clone(),
            author,
            report,
        })
    }

    /// What is known of a document's standing: its own row, or its report's for a handling.
    fn place_of(&mut self, doc: DocId, kind: Kind) -> Result<Place, Error> {
        if kind == Kind::Handling {
            let Some(report) = self.tx.report_of_handling(doc)? else { return Ok(Place::default()) };
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

    /// Whether the handling names this envelope as released by a right of that name.
    fn is_released(&mut self, report: DocId, eid: &Eid) -> Result<bool, Error> {
        let handling = DocId::handling_of(report);
        if let Some((row, document)) = self.open.get(&handling) {
            self.tx.save(row.id, document)?;
        }
        if self.tx.document(handling)?.is_none() {
            return Ok(false);
        }
        let life = Opened::load(self.tx, report)?.map(|opened| opened.lifecycle());
        Ok(life.is_some_and(|life| life.released.contains(eid)))
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
