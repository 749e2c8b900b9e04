//! The plan: what would be written for a batch of envelopes, affair by affair. Made before the
//! transaction begins; inside it, only an affair that moved meanwhile is planned again.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use ronde_model::document::Reason;
use ronde_model::envelope::Kind;
use ronde_model::id::{AgentId, DocId, Eid};
use ronde_model::scope::Scope;

use super::crowd;
use super::drafting::plan_safely;
use super::incoming::Incoming;
use super::ruling::{AffairId, Item, Mark, Outcome, REPLACED, Ruling};
use crate::archive::{DocumentRow, Head, Reads, ReportRow};
use crate::error::{ArchiveError, ServerError};
use crate::ground::Ground;

/// What would be written of one affair.
#[derive(Debug)]
pub struct AffairPlan {
    /// Which.
    pub id: AffairId,
    /// How it stood when it was read.
    pub mark: Mark,
    /// Its envelopes, to plan again if it moved.
    pub new: Vec<Item>,
    /// What was decided, in the order of numbering.
    pub rulings: Vec<Ruling>,
    /// What goes on waiting, for something else than before, by ledger number.
    pub reworded: BTreeMap<u64, String>,
    /// New envelopes that would wait beside too many others of their device: not stored.
    pub refused: Vec<Eid>,
    /// The report's row, when a seal is stored.
    pub row: Option<DocumentRow>,
    /// Where the report stands afterwards.
    pub scopes: BTreeSet<Scope>,
    /// The scopes it enters: what was numbered before is numbered again there.
    pub entered: Vec<Scope>,
    /// The scopes it leaves: those of a seal set aside, once another seal is accepted.
    pub left: Vec<Scope>,
    /// Snapshots to keep.
    pub snapshots: Vec<(DocId, Kind, Vec<u8>)>,
    /// The row of the inbox; its place is set with its number.
    pub report: Option<ReportRow>,
    /// Envelopes that a person released.
    pub releases: Vec<Eid>,
    /// Envelopes whose place another took, with their agent.
    pub replacements: BTreeSet<(Eid, AgentId)>,
}

/// What would be written of a batch.
#[derive(Debug)]
pub struct Plan {
    /// The head when the plan was made: the same head means that nothing moved.
    pub head: Head,
    /// When the batch was received, ms UTC.
    pub now_ms: i64,
    /// By affair, in order of first appearance.
    pub affairs: Vec<AffairPlan>,
}

impl Plan {
    /// Nothing would be written.
    pub fn is_empty(&self) -> bool {
        self.affairs.iter().all(AffairPlan::is_empty)
    }

    /// Every envelope that is not stored because too many of its device wait.
    pub fn refused(&self) -> impl Iterator<Item = Eid> {
        self.affairs.iter().flat_map(|affair| affair.refused.iter().copied())
    }
}

impl AffairPlan {
    /// Nothing would be written.
    pub fn is_empty(&self) -> bool {
        self.rulings.is_empty() && self.reworded.is_empty()
    }
}

/// Plans a batch.
///
/// # Errors
/// The archive's.
pub fn make(
    ground: &Ground,
    archive: &dyn Reads,
    batch: Vec<Incoming>,
    now_ms: i64,
) -> Result<Plan, ServerError> {
    let head = archive.head()?;
    let mut replaced = HashSet::new();
    let mut affairs = Vec::new();
    for (id, new) in grouped(archive, batch, now_ms)? {
        affairs.push(plan_safely(ground, archive, id, new, &mut replaced)?);
    }
    crowd::leave_out(archive, &mut affairs)?;
    Ok(Plan { head, now_ms, affairs })
}

/// Plans to judge again everything that waits in the affairs of some documents.
///
/// # Errors
/// The archive's.
pub fn make_again(
    ground: &Ground,
    archive: &dyn Reads,
    documents: impl Iterator<Item = (Kind, DocId)>,
    now_ms: i64,
) -> Result<Plan, ServerError> {
    let (mut seen, mut replaced) = (HashSet::new(), HashSet::new());
    let mut affairs = Vec::new();
    for (kind, doc) in documents {
        let id = affair_of(archive, kind, doc, &HashMap::new())?;
        if seen.insert(id) {
            affairs.push(plan_safely(ground, archive, id, Vec::new(), &mut replaced)?);
        }
    }
    Ok(Plan { head: archive.head()?, now_ms, affairs })
}

/// Plans again, inside the transaction, what moved since the plan was made.
///
/// # Errors
/// The archive's.
pub fn renew(ground: &Ground, archive: &dyn Reads, plan: Plan) -> Result<Plan, ServerError> {
    if archive.head()? == plan.head {
        return Ok(plan);
    }
    let mut replaced = HashSet::new();
    let mut affairs = Vec::new();
    for affair in plan.affairs {
        let known = affair.new.iter().try_fold(false, |known, item| {
            Ok::<_, ArchiveError>(known || archive.stored(&item.eid())?.is_some())
        })?;
        if known || has_moved(archive, &affair, &replaced)? {
            let mut new = Vec::new();
            for item in affair.new {
                if archive.stored(&item.eid())?.is_none() {
                    new.push(item);
                }
            }
            let id = match affair.id {
                AffairId::Loose(kind, doc) => affair_of(archive, kind, doc, &HashMap::new())?,
                id @ AffairId::Report(_) => id,
            };
            affairs.push(plan_safely(ground, archive, id, new, &mut replaced)?);
        } else {
            replaced.extend(affair.replacements.iter().copied());
            affairs.push(affair);
        }
    }
    crowd::leave_out(archive, &mut affairs)?;
    Ok(Plan { affairs, ..plan })
}

/// Besides the affair itself: a device revoked, or an envelope replaced from another affair.
fn has_moved(
    archive: &dyn Reads,
    affair: &AffairPlan,
    replaced: &HashSet<(Eid, AgentId)>,
) -> Result<bool, ServerError> {
    // What replaces a held one may itself be judged otherwise now.
    let was_replaced = affair.reworded.values().any(|why| why == REPLACED);
    if was_replaced || Mark::of(archive, affair.id)?.0 != affair.mark {
        return Ok(true);
    }
    for ruling in &affair.rulings {
        let lease = ruling.item.lease();
        let revoked = archive.device(&lease.device)?.is_some_and(|device| device.revoked_ms.is_some());
        let said_revoked = ruling.outcome == Outcome::Quarantined(Reason::Revoked);
        if ruling.item.held.is_none() && revoked != said_revoked && !is_own_line(ruling.item.envelope().kind)
        {
            return Ok(true);
        }
        let (eid, agent) = (ruling.item.eid(), lease.agent);
        let is_replaced = replaced.contains(&(eid, agent)) || archive.is_replaced(&eid, &agent)?;
        if is_replaced != (ruling.outcome == Outcome::Pending(REPLACED.to_owned())) {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_own_line(kind: Kind) -> bool {
    matches!(kind, Kind::Journal | Kind::Device)
}

/// The batch by affair, each in the order pushed. Those that take the place of others come first:
/// what is replaced may be of any affair, and must not be accepted before that is known.
fn grouped(
    archive: &dyn Reads,
    batch: Vec<Incoming>,
    now_ms: i64,
) -> Result<Vec<(AffairId, Vec<Item>)>, ServerError> {
    let reports = batch.iter().map(|incoming| &incoming.sealed.envelope).filter(|e| e.kind == Kind::Report);
    let handlings: HashMap<DocId, DocId> = reports.map(|e| (DocId::handling_of(e.doc), e.doc)).collect();
    let mut places: HashMap<AffairId, usize> = HashMap::new();
    let mut groups: Vec<(AffairId, Vec<Item>)> = Vec::new();
    for incoming in batch {
        let envelope = &incoming.sealed.envelope;
        let id = affair_of(archive, envelope.kind, envelope.doc, &handlings)?;
        let place = *places.entry(id).or_insert_with(|| {
            groups.push((id, Vec::new()));
            groups.len() - 1
        });
        if let Some((_, items)) = groups.get_mut(place) {
            items.push(Item { incoming, held: None, received_ms: now_ms });
        }
    }
    let replaces = |items: &[Item]| items.iter().any(|item| !item.envelope().replaces.is_empty());
    groups.sort_by_key(|(_, items)| !replaces(items));
    Ok(groups)
}

fn affair_of(
    archive: &dyn Reads,
    kind: Kind,
    doc: DocId,
    handlings: &HashMap<DocId, DocId>,
) -> Result<AffairId, ArchiveError> {
    Ok(match kind {
        Kind::Report => AffairId::Report(doc),
        Kind::Handling => {
            let report = match handlings.get(&doc) {
                Some(report) => Some(*report),
                None => archive.report_of(&doc)?,
            };
            report.map_or(AffairId::Loose(kind, doc), AffairId::Report)
        }
        other => AffairId::Loose(other, doc),
    })
}
