//! The plan: what would be written for a batch of envelopes, affair by affair. Made before the
//! transaction begins; inside it, only an affair that moved meanwhile is planned again.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use ronde_model::document::{Reason, Waiting};
use ronde_model::envelope::Kind;
use ronde_model::id::{AgentId, DeviceId, DocId, Eid};
use ronde_model::scope::Scope;

use super::affair::Affair;
use super::inbox;
use super::incoming::Incoming;
use super::ruling::{AffairId, Item, Mark, Outcome, Ruling};
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
    pub replacements: Vec<(Eid, AgentId)>,
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
        self.affairs.iter().all(|affair| affair.rulings.is_empty())
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
    Ok(Plan { head, now_ms, affairs })
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
        if known || has_moved(archive, &affair)? {
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
            affairs.push(affair);
        }
    }
    Ok(Plan { affairs, ..plan })
}

/// Besides the affair itself: a device revoked, or an envelope replaced from another affair.
fn has_moved(archive: &dyn Reads, affair: &AffairPlan) -> Result<bool, ServerError> {
    if Mark::of(archive, affair.id)?.0 != affair.mark {
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
        if archive.is_replaced(&ruling.item.eid(), &lease.agent)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn is_own_line(kind: Kind) -> bool {
    matches!(kind, Kind::Journal | Kind::Device)
}

/// The batch by affair, each in the order pushed.
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

/// A defect met by one affair must not keep the others, or the phone, waiting for ever: its
/// envelopes are stored, pending, until a program without that defect judges them.
fn plan_safely(
    ground: &Ground,
    archive: &dyn Reads,
    id: AffairId,
    new: Vec<Item>,
    replaced: &mut HashSet<(Eid, AgentId)>,
) -> Result<AffairPlan, ServerError> {
    let spare = new.clone();
    match catch_unwind(AssertUnwindSafe(|| plan_affair(ground, archive, id, new, replaced))) {
        // One damaged report must not hold up everything else that its authors have to send.
        Ok(Err(ServerError::Archive(ArchiveError::Corrupt(why)))) => {
            tracing::error!(?id, why, "the report is damaged here: the envelopes are kept, pending");
            keep_pending(archive, id, spare)
        }
        Ok(planned) => planned,
        Err(_) => {
            tracing::error!(?id, "judging panicked: the envelopes are kept, pending");
            keep_pending(archive, id, spare)
        }
    }
}

/// Stores what came and judges nothing.
fn keep_pending(archive: &dyn Reads, id: AffairId, new: Vec<Item>) -> Result<AffairPlan, ServerError> {
    let waiting = Outcome::Pending(Waiting::NewerApp.to_string());
    let ruling = |item: &Item| Ruling { item: item.clone(), outcome: waiting.clone() };
    Ok(AffairPlan {
        id,
        mark: Mark::of(archive, id)?.0,
        rulings: new.iter().map(ruling).collect(),
        new,
        row: None,
        scopes: BTreeSet::new(),
        entered: Vec::new(),
        left: Vec::new(),
        snapshots: Vec::new(),
        report: None,
        releases: Vec::new(),
        replacements: Vec::new(),
    })
}

fn plan_affair(
    ground: &Ground,
    archive: &dyn Reads,
    id: AffairId,
    new: Vec<Item>,
    replaced: &mut HashSet<(Eid, AgentId)>,
) -> Result<AffairPlan, ServerError> {
    let mut affair = Affair::open(ground, archive, id)?;
    let revoked: RefCell<HashMap<DeviceId, bool>> = RefCell::default();
    let is_revoked = |device: &DeviceId| -> Result<bool, ArchiveError> {
        if let Some(known) = revoked.borrow().get(device) {
            return Ok(*known);
        }
        let is = archive.device(device)?.is_some_and(|device| device.revoked_ms.is_some());
        revoked.borrow_mut().insert(*device, is);
        Ok(is)
    };
    if let AffairId::Loose(Kind::Journal | Kind::Device, _) = id {
        affair.rulings = new.iter().cloned().map(own_line).collect();
    } else {
        affair.judge(new.clone(), &is_revoked, replaced)?;
    }
    let scopes = affair.stands();
    let entered = scopes.difference(&affair.stood).cloned().collect();
    let left = affair.stood.difference(&scopes).cloned().collect();
    let report = inbox::row_of(&affair);
    let snapshots = snapshots_of(&affair);
    Ok(AffairPlan {
        id,
        mark: affair.mark,
        new,
        rulings: affair.rulings,
        row: affair.row,
        scopes,
        entered,
        left,
        snapshots,
        report,
        releases: affair.releases,
        replacements: affair.replacements,
    })
}

/// A journal line or a device's proof: stored and counted, judged by no document rule, never fed.
fn own_line(item: Item) -> Ruling {
    let (envelope, lease) = (item.envelope(), item.lease());
    let outcome = if envelope.home != lease.home() || envelope.doc.0 != lease.device.0 {
        Outcome::Quarantined(Reason::ForeignHome)
    } else {
        Outcome::Accepted { change: None, late: false, is_seal: false }
    };
    Ruling { item, outcome }
}

/// A document of one change is its envelope: a snapshot is worth its place from the second on.
fn snapshots_of(affair: &Affair<'_>) -> Vec<(DocId, Kind, Vec<u8>)> {
    let AffairId::Report(doc) = affair.id else { return Vec::new() };
    let sides =
        [(doc, Kind::Report, &affair.report), (DocId::handling_of(doc), Kind::Handling, &affair.handling)];
    sides
        .into_iter()
        .filter(|(_, _, side)| side.moved && side.changes() > 1)
        .filter_map(|(doc, kind, side)| Some((doc, kind, side.document.as_ref()?.save())))
        .collect()
}
