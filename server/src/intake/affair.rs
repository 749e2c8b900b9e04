//! One affair: a report with its handling, as the archive holds them and as they become while
//! envelopes are judged one after another. Pure but for reading; writes nothing.

use std::collections::{BTreeSet, HashSet, VecDeque};
use std::sync::Arc;

use ronde_model::document::{
    Admission, Admitted, Event, Reason, Standing, Waiting, admit, looks_like_a_seal,
};
use ronde_model::envelope::{Envelope, Kind, SealedEnvelope};
use ronde_model::history::Provenance;
use ronde_model::id::{AgentId, ChainId, ChangeHash, DeviceId, DocId, Eid};
use ronde_model::lease::{Lease, SignedLease};
use ronde_model::projection::authors;
use ronde_model::rights::read::scopes_of_report;
use ronde_model::scope::Scope;

use super::incoming::Incoming;
use super::side::Side;
use crate::archive::{DocumentRow, Reads};
use crate::error::{ArchiveError, ServerError};
use crate::ground::Ground;
use crate::supervision::StoredState;

/// Which affair an envelope belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AffairId {
    /// A report, with its handling.
    Report(DocId),
    /// A document that belongs to no report known here: a handling that came first, a kind of a
    /// later version.
    Loose(Kind, DocId),
}

/// What tells whether an affair moved since it was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    rev: Option<u64>,
    report_held: (u64, u64),
    handling_held: (u64, u64),
}

impl Mark {
    /// Nothing of the affair waits or is set aside.
    pub fn holds_nothing(&self) -> bool {
        self.report_held.0 == 0 && self.handling_held.0 == 0
    }

    /// The affair's mark now.
    ///
    /// # Errors
    /// The archive's.
    pub fn of(archive: &dyn Reads, id: AffairId) -> Result<Mark, ArchiveError> {
        match id {
            AffairId::Report(doc) => Ok(Mark {
                rev: archive.document(&doc)?.map(|row| row.rev),
                report_held: archive.held_mark(&doc, Kind::Report)?,
                handling_held: archive.held_mark(&DocId::handling_of(doc), Kind::Handling)?,
            }),
            AffairId::Loose(kind, doc) => {
                let report = if kind == Kind::Handling { archive.report_of(&doc)? } else { None };
                Ok(Mark {
                    // A report that appeared meanwhile is a move.
                    rev: report.map(|_| 0),
                    report_held: (0, 0),
                    handling_held: archive.held_mark(&doc, kind)?,
                })
            }
        }
    }
}

/// An envelope to judge.
#[derive(Debug, Clone)]
pub struct Item {
    /// The envelope and its lease.
    pub incoming: Incoming,
    /// Ledger number and state, when it was stored before.
    pub held: Option<(u64, StoredState)>,
    /// When it was received, ms UTC.
    pub received_ms: i64,
}

impl Item {
    /// What it says.
    pub fn envelope(&self) -> &Envelope {
        &self.incoming.sealed.envelope
    }

    /// Its identity.
    pub fn eid(&self) -> Eid {
        self.incoming.sealed.eid
    }

    /// Its lease.
    pub fn lease(&self) -> &Lease {
        &self.incoming.lease.lease
    }

    fn order(&self) -> (ChainId, u64) {
        (self.envelope().chain, self.envelope().n)
    }
}

/// What is decided of an envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Applied.
    Accepted {
        /// The change; `None` for kinds 4 and 5.
        change: Option<ChangeHash>,
        /// Its lease was over when it was written.
        late: bool,
        /// It is the report's seal.
        is_seal: bool,
    },
    /// Waits, for this.
    Pending(String),
    /// Set aside, for this.
    Quarantined(Reason),
}

/// A decision, in the order in which they are numbered.
#[derive(Debug, Clone)]
pub struct Ruling {
    /// The envelope.
    pub item: Item,
    /// What is decided of it.
    pub outcome: Outcome,
}

/// What an envelope waits for when another takes its place: it is never applied.
pub const REPLACED: &str = "replaced";

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
        let mark = Mark::of(archive, id)?;
        let (row, stood, report, handling) = match id {
            AffairId::Report(_) if mark.rev.is_none() => Default::default(),
            AffairId::Report(doc) => {
                let row = archive.document(&doc)?;
                let known = row.is_some();
                let stood = if known { archive.scopes(&doc)? } else { BTreeSet::new() };
                let side = |doc, kind| {
                    if known { Side::open(ground, archive, doc, kind) } else { Ok(Side::default()) }
                };
                (row, stood, side(doc, Kind::Report)?, side(DocId::handling_of(doc), Kind::Handling)?)
            }
            AffairId::Loose(..) => (None, BTreeSet::new(), Side::default(), Side::default()),
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
