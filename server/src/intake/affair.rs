//! One affair: a report with its handling, as the archive holds them and as they become while
//! envelopes are judged one after another. Pure but for reading; writes nothing.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::sync::Arc;

use ronde_model::document::{
    Admission, Admitted, Event, Reason, Standing, Waiting, admit, looks_like_a_seal,
};
use ronde_model::envelope::{Kind, SealedEnvelope};
use ronde_model::history::Provenance;
use ronde_model::id::{AgentId, DeviceId, DocId, Eid};
use ronde_model::lease::SignedLease;
use ronde_model::projection::authors;
use ronde_model::rights::read::scopes_of_report;
use ronde_model::scope::Scope;

use super::incoming::Incoming;
use super::ruling::{AffairId, Item, Mark, Outcome, REPLACED, Ruling};
use super::side::Side;
use crate::archive::{DocumentRow, Reads};
use crate::error::{ArchiveError, ServerError};
use crate::ground::Ground;
use crate::supervision::StoredState;

/// An affair being judged.
pub struct Affair<'a> {
    ground: &'a Ground,
    archive: &'a dyn Reads,
    /// Which.
    pub id: AffairId,
    /// How it stood when it was read.
    pub mark: Mark,
    /// The report's row, as it becomes.
    pub row: Option<DocumentRow>,
    /// Where the report stood before.
    pub stood: BTreeSet<Scope>,
    /// Field content.
    pub report: Side,
    /// The supervisors' side.
    pub handling: Side,
    /// What was decided, in order.
    pub rulings: Vec<Ruling>,
    /// Envelopes that a person released.
    pub releases: Vec<Eid>,
    /// Envelopes whose place another took, with their agent.
    pub replacements: Vec<(Eid, AgentId)>,
    to_release: VecDeque<Item>,
    steps: u64,
}

impl<'a> Affair<'a> {
    /// Reads an affair.
    ///
    /// # Errors
    /// The archive's.
    pub fn open(ground: &'a Ground, archive: &'a dyn Reads, id: AffairId) -> Result<Self, ServerError> {
        let (mark, row) = Mark::of(archive, id)?;
        let (stood, report, handling) = match &row {
            Some(row) => {
                let report = Side::open(ground, archive, row.doc, Kind::Report)?;
                let handling = Side::open(ground, archive, DocId::handling_of(row.doc), Kind::Handling)?;
                (archive.scopes(&row.doc)?, report, handling)
            }
            None => Default::default(),
        };
        Ok(Affair {
            ground,
            archive,
            id,
            mark,
            row,
            stood,
            report,
            handling,
            rulings: Vec::new(),
            releases: Vec::new(),
            replacements: Vec::new(),
            to_release: VecDeque::new(),
            steps: 0,
        })
    }

    /// Judges new envelopes, then whatever waited for them, until nothing moves.
    ///
    /// # Errors
    /// The archive's.
    pub fn judge(
        &mut self,
        new: Vec<Item>,
        is_revoked: &dyn Fn(&DeviceId) -> Result<bool, ArchiveError>,
        replaced: &mut HashSet<(Eid, AgentId)>,
    ) -> Result<(), ServerError> {
        let mut queue = new;
        let mut retried = false;
        loop {
            let before = self.steps;
            let mut waiting = Vec::new();
            for item in queue {
                match self.outcome(&item, is_revoked, replaced)? {
                    Outcome::Pending(why) => waiting.push((item, why)),
                    outcome => self.rulings.push(Ruling { item, outcome }),
                }
            }
            if self.steps == before {
                // What was pending stays so; what is new, or was set aside and released, is so from now on.
                let was_pending = |item: &Item| matches!(item.held, Some((_, StoredState::Pending)));
                let unsettled = waiting.into_iter().filter(|(item, _)| !was_pending(item));
                self.rulings
                    .extend(unsettled.map(|(item, why)| Ruling { item, outcome: Outcome::Pending(why) }));
                return Ok(());
            }
            queue = waiting.into_iter().map(|(item, _)| item).collect();
            if !std::mem::replace(&mut retried, true) {
                queue.extend(self.held_items()?);
            }
            queue.sort_by_key(Item::order);
            queue.extend(self.to_release.drain(..));
        }
    }

    fn outcome(
        &mut self,
        item: &Item,
        is_revoked: &dyn Fn(&DeviceId) -> Result<bool, ArchiveError>,
        replaced: &mut HashSet<(Eid, AgentId)>,
    ) -> Result<Outcome, ServerError> {
        let (eid, agent) = (item.eid(), item.lease().agent);
        if replaced.contains(&(eid, agent)) || self.archive.is_replaced(&eid, &agent)? {
            return Ok(Outcome::Pending(REPLACED.to_owned()));
        }
        let released = self.is_released(&eid)?;
        if item.held.is_none() && !released && is_revoked(&item.lease().device)? {
            self.note_refused_seal(item);
            return Ok(Outcome::Quarantined(Reason::Revoked));
        }
        match admit(self.standing(item.envelope().kind), item.envelope(), item.lease(), released) {
            Admission::Pending(Waiting::MissingLease) => {
                Ok(Outcome::Pending(Waiting::MissingLease.to_string()))
            }
            Admission::Pending(waiting) => Ok(Outcome::Pending(waiting.to_string())),
            Admission::Quarantined(reason) => {
                self.note_refused_seal(item);
                Ok(Outcome::Quarantined(reason))
            }
            Admission::Accepted(admitted) => {
                for eid in &item.envelope().replaces {
                    replaced.insert((*eid, agent));
                    self.replacements.push((*eid, agent));
                }
                self.accept(item, *admitted)
            }
        }
    }

    fn standing(&self, kind: Kind) -> Standing<'_> {
        let row = self.row.as_ref();
        let (home, author) = (row.map(|row| &row.home), row.map(|row| row.author));
        if kind == Kind::Handling {
            Standing { document: self.handling.document.as_ref(), home, author, sealed: row.is_some() }
        } else {
            Standing {
                document: self.report.document.as_ref(),
                home,
                author,
                sealed: row.is_some_and(|row| row.sealed),
            }
        }
    }

    fn accept(&mut self, item: &Item, admitted: Admitted) -> Result<Outcome, ServerError> {
        self.steps += 1;
        let Admitted { document, hash, is_seal, late, writes } = admitted;
        if is_seal {
            self.row = Some(self.row_of(item, true));
        }
        let provenance = provenance(item, late);
        if item.envelope().kind == Kind::Handling {
            self.handling.take(document, hash, provenance);
            for event in writes.iter().filter_map(|(_, value)| Event::from_value(value)) {
                if let (true, Some(eid)) = (event.what == "release", event.eid) {
                    self.release(eid)?;
                }
            }
        } else {
            self.report.take(document, hash, provenance);
        }
        Ok(Outcome::Accepted { change: Some(hash), late, is_seal })
    }

    /// A handling waits only until its report's seal is stored, even set aside (S3).
    fn note_refused_seal(&mut self, item: &Item) {
        let is_report = matches!(self.id, AffairId::Report(_)) && item.envelope().kind == Kind::Report;
        if self.row.is_none() && is_report && looks_like_a_seal(&item.envelope().body) {
            self.row = Some(self.row_of(item, false));
            self.steps += 1;
        }
    }

    fn row_of(&self, item: &Item, sealed: bool) -> DocumentRow {
        DocumentRow {
            doc: item.envelope().doc,
            home: item.lease().home(),
            author: item.lease().agent,
            seal: item.eid(),
            sealed,
            rev: self.row.as_ref().map_or(0, |row| row.rev),
            number: None,
            received_ms: item.received_ms,
            place: 0,
        }
    }

    fn is_released(&self, eid: &Eid) -> Result<bool, ServerError> {
        // A release is a change of the handling, which waits for the report's seal.
        let (AffairId::Report(doc), Some(_)) = (self.id, &self.row) else { return Ok(false) };
        Ok(self.releases.contains(eid) || self.archive.released_in(eid)? == Some(DocId::handling_of(doc)))
    }

    fn release(&mut self, eid: Eid) -> Result<(), ServerError> {
        self.releases.push(eid);
        let mine = |kind: Kind, doc: DocId| {
            matches!(self.id, AffairId::Report(report) if (kind == Kind::Report && doc == report)
                || (kind == Kind::Handling && doc == DocId::handling_of(report)))
        };
        // Set aside a moment ago, in this very push.
        if let Some(place) = self.rulings.iter().position(|ruling| ruling.item.eid() == eid) {
            if matches!(&self.rulings[place].outcome, Outcome::Quarantined(reason) if reason.is_releasable())
            {
                self.to_release.push_back(self.rulings.remove(place).item);
            }
            return Ok(());
        }
        let Some(stored) = self.archive.stored(&eid)? else { return Ok(()) };
        let releasable =
            stored.reason.as_deref().and_then(Reason::from_code).is_some_and(Reason::is_releasable);
        if stored.state == StoredState::Quarantined && releasable && mine(stored.kind, stored.doc) {
            let bytes = super::side::body_of(self.archive, stored.seq, &eid)?;
            self.to_release.push_back(self.item(stored.seq, stored.state, stored.received_ms, bytes)?);
        }
        Ok(())
    }

    fn held_items(&self) -> Result<Vec<Item>, ServerError> {
        let AffairId::Report(doc) = self.id else { return Ok(Vec::new()) };
        if self.mark.holds_nothing() {
            return Ok(Vec::new());
        }
        let mut held = self.archive.pending(&doc, Kind::Report)?;
        held.extend(self.archive.pending(&DocId::handling_of(doc), Kind::Handling)?);
        held.into_iter()
            .map(|held| self.item(held.stored.seq, held.stored.state, held.stored.received_ms, held.bytes))
            .collect()
    }

    fn item(
        &self,
        seq: u64,
        state: StoredState,
        received_ms: i64,
        bytes: Vec<u8>,
    ) -> Result<Item, ServerError> {
        let sealed = SealedEnvelope::parse(bytes)
            .map_err(|_| ArchiveError::Corrupt(format!("the stored envelope {seq} is unreadable")))?;
        let lease = lease_of(self.ground, self.archive, &sealed)?;
        Ok(Item { incoming: Incoming { sealed, lease }, held: Some((seq, state)), received_ms })
    }

    /// Where the report stands now: its home, and everybody who wrote a part of it.
    pub fn stands(&self) -> BTreeSet<Scope> {
        match &self.row {
            Some(row) => {
                let mut authors = authors(&self.report.provenances);
                authors.insert(row.author);
                scopes_of_report(&row.home, authors)
            }
            None => BTreeSet::new(),
        }
    }
}

fn lease_of(
    ground: &Ground,
    archive: &dyn Reads,
    sealed: &SealedEnvelope,
) -> Result<Arc<SignedLease>, ServerError> {
    let unknown = || {
        ArchiveError::Corrupt(format!("the lease {} of a stored envelope is missing", sealed.envelope.lease))
    };
    Ok(ground.organisation.lease(&sealed.envelope.lease, archive)?.ok_or_else(unknown)?)
}

fn provenance(item: &Item, late: bool) -> Provenance {
    let lease = item.lease();
    Provenance {
        eid: item.eid(),
        agent: lease.agent,
        name: lease.name.clone(),
        unit: lease.unit.clone(),
        role: lease.role.clone(),
        device: lease.device,
        t: item.envelope().t,
        received_ms: Some(item.received_ms),
        late,
    }
}
