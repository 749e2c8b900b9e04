//! What would be written of one affair, and what is made of one that a defect, or damage, keeps from
//! being judged. Changes with what an affair's plan holds.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use ronde_model::document::{Reason, Waiting};
use ronde_model::envelope::Kind;
use ronde_model::id::{AgentId, DeviceId, DocId, Eid};

use super::affair::Affair;
use super::inbox;
use super::judging::Asking;
use super::plan::AffairPlan;
use super::ruling::{AffairId, Item, Mark, Outcome, Ruling};
use crate::archive::Reads;
use crate::error::{ArchiveError, ServerError};
use crate::ground::Ground;

/// A defect met by one affair must not keep the others, or the phone, waiting for ever: its
/// envelopes are stored, pending, until a program without that defect judges them. `replaced`: what
/// affairs before it took the place of; its own is added once it is planned, never half of it.
///
/// # Errors
/// The archive's, but for damage.
pub fn plan_safely(
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
        Ok(planned) => {
            let planned = planned?;
            replaced.extend(planned.replacements.iter().copied());
            Ok(planned)
        }
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
        reworded: BTreeMap::new(),
        refused: Vec::new(),
        new,
        row: None,
        scopes: BTreeSet::new(),
        entered: Vec::new(),
        left: Vec::new(),
        snapshots: Vec::new(),
        report: None,
        releases: Vec::new(),
        replacements: BTreeSet::new(),
    })
}

fn plan_affair(
    ground: &Ground,
    archive: &dyn Reads,
    id: AffairId,
    new: Vec<Item>,
    replaced: &HashSet<(Eid, AgentId)>,
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
        affair.judge(new.clone(), &Asking { is_revoked: &is_revoked, replaced })?;
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
        reworded: affair.reworded,
        refused: Vec::new(),
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
