//! Who wrote what, when, from which device: the changes of a document joined to the envelopes that
//! carried them. Knows envelopes only by what a reader needs of them.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::document::{ChangeView, Document};
use crate::fact::FactValue;
use crate::id::{AgentId, ChangeHash, DeviceId, Eid};
use crate::instant::Instant;

/// Where a change came from: its envelope and the lease it names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Provenance {
    /// The envelope.
    pub eid: Eid,
    /// The person.
    pub agent: AgentId,
    /// The person's name in the service.
    pub name: String,
    /// The person's unit.
    pub unit: String,
    /// The role's label.
    pub role: String,
    /// The device.
    pub device: DeviceId,
    /// The author's clocks.
    pub t: Instant,
    /// When the server received it, ms UTC; unknown to the phone that wrote it until a receipt.
    pub received_ms: Option<i64>,
    /// Its lease was over when it was written.
    pub late: bool,
}

/// Written more than this before it was received: written offline, ms.
const OFFLINE_AFTER_MS: i64 = 2 * 60 * 1000;

impl Provenance {
    /// Whether it was written without coverage; `None` when it was not received yet.
    pub fn offline(&self) -> Option<bool> {
        self.received_ms.map(|received| received.saturating_sub(self.t.corrected_ms()) > OFFLINE_AFTER_MS)
    }

    /// The order of display among concurrent changes: envelope time, then eid.
    pub fn order(&self) -> (i64, Eid) {
        (self.t.corrected_ms(), self.eid)
    }
}

/// By change.
pub type Provenances = BTreeMap<ChangeHash, Provenance>;

/// One step of a document's history.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Step {
    /// The change.
    pub change: ChangeHash,
    /// Who, when, from where. `None` only if the envelope is not held.
    pub provenance: Option<Provenance>,
    /// Written offline; unknown until received.
    pub offline: Option<bool>,
    /// Nothing was there before: version 1.
    pub is_first: bool,
    /// What was put: (key, value), with the values it replaced.
    pub writes: Vec<Write>,
}

/// One put of a step.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Write {
    /// The key.
    pub key: String,
    /// The value put.
    pub value: FactValue,
    /// What the author had on screen under this key.
    pub replaced: Vec<FactValue>,
}

/// The history of a document, each change after what it was made on; concurrent ones by envelope
/// time, then eid.
pub fn tell(document: &Document, provenances: &Provenances) -> Vec<Step> {
    let changes = in_order(document.changes(), provenances);
    // The values standing under each key as seen by each change, by change: (key → writes).
    let mut seen: BTreeMap<ChangeHash, BTreeSet<ChangeHash>> = BTreeMap::new();
    let mut told: Vec<Step> = Vec::with_capacity(changes.len());
    for change in changes {
        let mut ancestors: BTreeSet<ChangeHash> = change.deps.iter().copied().collect();
        for dep in &change.deps {
            ancestors.extend(seen.get(dep).into_iter().flatten().copied());
        }
        let writes = change
            .writes
            .into_iter()
            .map(|(key, value)| Write {
                replaced: standing_before(&told, &ancestors, &seen, &key),
                key,
                value,
            })
            .collect();
        let provenance = provenances.get(&change.hash).cloned();
        let offline = provenance.as_ref().and_then(Provenance::offline);
        told.push(Step {
            change: change.hash,
            provenance,
            offline,
            is_first: change.deps.is_empty(),
            writes,
        });
        seen.insert(change.hash, ancestors);
    }
    told
}

/// The values of `key` written by ancestors and not overwritten by another ancestor.
fn standing_before(
    told: &[Step],
    ancestors: &BTreeSet<ChangeHash>,
    seen: &BTreeMap<ChangeHash, BTreeSet<ChangeHash>>,
    key: &str,
) -> Vec<FactValue> {
    let writers: Vec<(&Step, &Write)> = told
        .iter()
        .filter(|step| ancestors.contains(&step.change))
        .flat_map(|step| step.writes.iter().filter(|w| w.key == key).map(move |w| (step, w)))
        .collect();
    let overwritten = |step: &Step| {
        writers.iter().any(|(later, _)| seen.get(&later.change).is_some_and(|s| s.contains(&step.change)))
    };
    writers.iter().filter(|(step, _)| !overwritten(step)).map(|(_, write)| write.value.clone()).collect()
}

/// Causal order with ties by envelope time, then eid (S6).
pub fn in_order(changes: Vec<ChangeView>, provenances: &Provenances) -> Vec<ChangeView> {
    let rank = |hash: &ChangeHash| provenances.get(hash).map_or((i64::MAX, Eid(hash.0)), Provenance::order);
    let mut waiting: BTreeMap<ChangeHash, ChangeView> = changes.into_iter().map(|c| (c.hash, c)).collect();
    let mut blocked: BTreeMap<ChangeHash, usize> = BTreeMap::new();
    let mut unblocks: BTreeMap<ChangeHash, Vec<ChangeHash>> = BTreeMap::new();
    let mut ready: BTreeSet<((i64, Eid), ChangeHash)> = BTreeSet::new();
    for change in waiting.values() {
        let deps = change.deps.iter().filter(|dep| waiting.contains_key(dep));
        let mut count = 0;
        for dep in deps {
            unblocks.entry(*dep).or_default().push(change.hash);
            count += 1;
        }
        if count == 0 {
            ready.insert((rank(&change.hash), change.hash));
        }
        blocked.insert(change.hash, count);
    }
    let mut ordered = Vec::with_capacity(waiting.len());
    while let Some((_, hash)) = ready.pop_first() {
        ordered.extend(waiting.remove(&hash));
        for next in unblocks.remove(&hash).unwrap_or_default() {
            if let Some(count) = blocked.get_mut(&next) {
                *count -= 1;
                if *count == 0 {
                    ready.insert((rank(&next), next));
                }
            }
        }
    }
    ordered
}
