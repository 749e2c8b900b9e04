//! One affair: a report with its handling, as the archive holds them and as they become while
//! envelopes are judged one after another (`judging`). Reads; writes nothing.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::sync::Arc;

use ronde_model::envelope::{Kind, SealedEnvelope};
use ronde_model::history::Provenance;
use ronde_model::id::{AgentId, DocId, Eid};
use ronde_model::lease::SignedLease;
use ronde_model::projection::authors;
use ronde_model::rights::read::scopes_of_report;
use ronde_model::scope::Scope;

use super::incoming::Incoming;
use super::ruling::{AffairId, Held, Item, Mark, Ruling};
use super::side::{Side, altered};
use crate::archive::{DocumentRow, Reads, Stored};
use crate::error::{ArchiveError, ServerError};
use crate::ground::Ground;

/// An affair being judged.
pub struct Affair<'a> {
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
    pub replacements: BTreeSet<(Eid, AgentId)>,
    /// What waits for something else than before, by ledger number.
    pub reworded: BTreeMap<u64, String>,
    /// Ledger numbers of what was held and is decided now.
    pub(super) settled: HashSet<u64>,
    pub(super) to_release: VecDeque<Item>,
    /// How often something was accepted, or a seal noted.
    pub(super) steps: u64,
    pub(super) archive: &'a dyn Reads,
    ground: &'a Ground,
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
            id,
            mark,
            row,
            stood,
            report,
            handling,
            rulings: Vec::new(),
            releases: Vec::new(),
            replacements: BTreeSet::new(),
            reworded: BTreeMap::new(),
            settled: HashSet::new(),
            to_release: VecDeque::new(),
            steps: 0,
            archive,
            ground,
        })
    }

    /// A stored envelope, to be judged. Its bytes are what its identity says, or the archive is damaged.
    ///
    /// # Errors
    /// `Corrupt`, or the archive's.
    pub(super) fn item(&self, stored: Stored, eid: &Eid, bytes: Vec<u8>) -> Result<Item, ServerError> {
        let unreadable =
            || ArchiveError::Corrupt(format!("the stored envelope {} is unreadable", stored.seq));
        let sealed = SealedEnvelope::parse(bytes).map_err(|_| unreadable())?;
        if sealed.eid != *eid {
            return Err(altered(stored.seq).into());
        }
        let lease = lease_of(self.ground, self.archive, &sealed)?;
        let Stored { seq, state, reason, received_ms, .. } = stored;
        Ok(Item {
            incoming: Incoming { sealed, lease },
            held: Some(Held { seq, state, reason }),
            received_ms,
        })
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

/// Who wrote what an item says.
pub(super) fn provenance(item: &Item, late: bool) -> Provenance {
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
