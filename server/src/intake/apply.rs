//! The plan carried out, inside one transaction: envelopes numbered and stored, feed rows and
//! scopes beside them, rows and snapshots made. Decides nothing.

use std::collections::{BTreeMap, HashMap};

use ronde_model::envelope::Kind;
use ronde_model::id::{DeviceId, DocId, Eid};
use ronde_model::receipt::Own;
use ronde_model::scope::Scope;
use ronde_model::wire::{Answer, AnswerCode};

use super::crowd::TOO_MANY_PENDING;
use super::plan::{AffairPlan, Plan};
use super::ruling::{AffairId, Outcome, Ruling};
use crate::archive::{DocumentRow, FeedKind, NewEnvelope, Settlement, Writes};
use crate::clock::year_of;
use crate::copies::Watch;
use crate::error::ServerError;
use crate::feed::Numbering;

/// What became of each new envelope.
pub type Answers = HashMap<Eid, Answer>;

/// Answers to envelopes that are not stored because too many of their device wait.
pub fn refusals(plan: &Plan) -> Answers {
    let refused = |eid: Eid| {
        let (code, reason) = (AnswerCode::TryLater, Some(TOO_MANY_PENDING.to_owned()));
        (eid, Answer { eid8: eid.short(), code, seq: None, reason })
    };
    plan.refused().map(refused).collect()
}

struct Application<'a> {
    archive: &'a dyn Writes,
    numbering: Numbering<'a>,
    now_ms: i64,
    own: BTreeMap<DeviceId, Own>,
    answers: Answers,
    watch: Watch,
}

/// Carries out a plan.
///
/// # Errors
/// The archive's: nothing was written then.
pub fn carry_out(archive: &dyn Writes, plan: &Plan) -> Result<Answers, ServerError> {
    let mut application = Application {
        archive,
        numbering: Numbering::begin(archive)?,
        now_ms: plan.now_ms,
        own: BTreeMap::new(),
        answers: HashMap::new(),
        watch: Watch::default(),
    };
    for affair in plan.affairs.iter().filter(|affair| !affair.is_empty()) {
        application.carry_out(affair)?;
    }
    application.answers.extend(refusals(plan));
    for (device, own) in &application.own {
        archive.put_own(device, own)?;
    }
    application.watch.close(archive, plan.now_ms)?;
    application.numbering.end()?;
    Ok(application.answers)
}

impl Application<'_> {
    fn carry_out(&mut self, affair: &AffairPlan) -> Result<(), ServerError> {
        let scopes: Vec<Scope> = affair.scopes.iter().cloned().collect();
        let report = match affair.id {
            AffairId::Report(doc) => Some(doc),
            AffairId::Loose(..) => None,
        };
        self.number_again(affair, report)?;
        for (seq, why) in &affair.reworded {
            self.archive.settle(*seq, report.as_ref(), &Settlement::Pending(why.clone()))?;
        }
        let mut row = affair.row.clone();
        for ruling in &affair.rulings {
            let place = self.carry_out_ruling(ruling, report, &scopes, &mut row)?;
            let is_seal = row.as_ref().is_some_and(|row| row.seal == ruling.item.eid());
            if let (Some(row), true) = (row.as_mut(), is_seal) {
                row.place = place;
            }
        }
        let Some(mut row) = row else { return Ok(()) };
        row.rev += 1;
        self.leave(&row.doc, &affair.left)?;
        self.archive.put_document(&row)?;
        for scope in &affair.entered {
            self.archive.put_scope(&row.doc, scope)?;
        }
        for (doc, kind, bytes) in &affair.snapshots {
            self.archive.put_snapshot(doc, *kind, bytes)?;
        }
        if let Some(report) = &affair.report {
            let mut report = report.clone();
            report.place = row.place;
            self.archive.put_report(&report)?;
        }
        for eid in &affair.releases {
            self.archive.put_release(eid, &DocId::handling_of(row.doc))?;
        }
        for (eid, agent) in &affair.replacements {
            let held = self.archive.put_replacement(eid, agent)?;
            // Another report's line loses a mark: whoever watches that one hears.
            if let Some((seq, _)) = held.filter(|(_, report)| *report != row.doc) {
                self.numbering.row(FeedKind::Kept, Some(seq), None, false, &[])?;
            }
        }
        Ok(())
    }

    /// A report that leaves scopes: it is taken away from who read it there. That began with the
    /// seal that was set aside.
    fn leave(&self, doc: &DocId, left: &[Scope]) -> Result<(), ServerError> {
        if left.is_empty() {
            return Ok(());
        }
        let began = self.archive.document(doc)?.map_or(0, |before| before.place);
        for scope in left {
            self.archive.drop_scope(doc, scope)?;
            self.archive.hide_report(doc, scope, began)?;
        }
        Ok(())
    }

    /// A document that enters a scope: everything numbered before gets new numbers there.
    fn number_again(&mut self, affair: &AffairPlan, report: Option<DocId>) -> Result<(), ServerError> {
        let is_new = affair.row.as_ref().is_none_or(|row| row.rev == 0);
        let (Some(doc), false) = (report, is_new || affair.entered.is_empty()) else { return Ok(()) };
        let reads: &dyn Writes = self.archive;
        let mut before = reads.accepted(&doc, Kind::Report)?;
        before.extend(reads.accepted(&DocId::handling_of(doc), Kind::Handling)?);
        for line in before {
            self.numbering.lease(&line.lease, None, &affair.entered)?;
            self.numbering.row(FeedKind::Change, Some(line.seq), None, true, &affair.entered)?;
        }
        Ok(())
    }

    /// Answers the number under which the envelope now stands.
    fn carry_out_ruling(
        &mut self,
        ruling: &Ruling,
        report: Option<DocId>,
        scopes: &[Scope],
        row: &mut Option<DocumentRow>,
    ) -> Result<u64, ServerError> {
        let item = &ruling.item;
        let lease = &item.incoming.lease;
        let own_device = [Scope::Device(item.lease().device)];
        let accepted_document = matches!(ruling.outcome, Outcome::Accepted { change: Some(_), .. });
        if accepted_document {
            self.numbering.lease(&lease.id, Some(&lease.cwt), scopes)?;
        } else {
            self.archive.put_lease(&lease.id, &lease.cwt)?;
        }
        if let (Outcome::Accepted { is_seal: true, .. }, Some(row)) = (&ruling.outcome, row.as_mut()) {
            let year = year_of(self.now_ms);
            row.number = Some(format!("{year}-{:06}", self.archive.next_official_number(year)?));
        }
        let place = self.numbering.next();
        let settlement = settlement_of(&ruling.outcome, place);
        let seq = match &item.held {
            Some(held) => {
                self.archive.settle(held.seq, report.as_ref(), &settlement)?;
                held.seq
            }
            None => {
                self.store(ruling, report, place, &settlement)?;
                place
            }
        };
        match &ruling.outcome {
            Outcome::Accepted { change: Some(_), .. } => {
                self.numbering.row_at(place, FeedKind::Change, Some(seq), None, false, scopes)?;
            }
            Outcome::Quarantined(_) => {
                self.numbering.row_at(place, FeedKind::Quarantine, Some(seq), None, false, &own_device)?;
            }
            Outcome::Accepted { change: None, .. } | Outcome::Pending(_) => {
                self.numbering.row_at(place, FeedKind::Kept, Some(seq), None, false, &[])?;
            }
        }
        if item.held.is_some() && accepted_document {
            self.numbering.row(FeedKind::Released, Some(seq), None, false, &own_device)?;
        }
        Ok(place)
    }

    fn store(
        &mut self,
        ruling: &Ruling,
        report: Option<DocId>,
        seq: u64,
        settlement: &Settlement,
    ) -> Result<(), ServerError> {
        let item = &ruling.item;
        let (eid, lease) = (item.eid(), item.lease());
        let home = match &item.envelope().home {
            home @ Scope::Unit(_) => home.clone(),
            _ => lease.home(),
        };
        let new = NewEnvelope {
            seq,
            sealed: &item.incoming.sealed,
            report,
            device: lease.device,
            agent: lease.agent,
            home: &home,
            received_ms: item.received_ms,
            settlement,
        };
        if !self.archive.put_envelope(&new)? {
            return Err(ServerError::Defect("an envelope was stored twice in one plan".to_owned()));
        }
        let envelope = item.envelope();
        self.watch.note(lease.device, envelope.chain, envelope.t, item.received_ms);
        let own = match self.own.get(&lease.device) {
            Some(own) => *own,
            None => self.archive.own(&lease.device)?,
        };
        let own = self.own.entry(lease.device).or_insert(own);
        own.add(&eid);
        let (code, reason) = match settlement {
            Settlement::Accepted { .. } => (AnswerCode::Accepted, None),
            Settlement::Quarantined(reason) => (AnswerCode::Quarantined, Some(reason.clone())),
            Settlement::Pending(reason) => (AnswerCode::Pending, Some(reason.clone())),
        };
        self.answers.insert(eid, Answer { eid8: eid.short(), code, seq: Some(seq), reason });
        Ok(())
    }
}

fn settlement_of(outcome: &Outcome, place: u64) -> Settlement {
    match outcome {
        Outcome::Accepted { change, late, .. } => {
            Settlement::Accepted { place, change: *change, late: *late }
        }
        Outcome::Quarantined(reason) => Settlement::Quarantined(reason.to_string()),
        Outcome::Pending(reason) => Settlement::Pending(reason.clone()),
    }
}
