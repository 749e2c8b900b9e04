//! What became of a report: the fold of the handling's events in causal order (S6), ties by
//! envelope time, then eid. Pure; a status a person reads is made of this, receipts and drafts.

use serde::Serialize;

use crate::document::{Document, Event, Link};
use crate::fact::FactValue;
use crate::history::{Provenance, Provenances, in_order};
use crate::id::{ChangeHash, DocId, Eid};

/// One act of a person on a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Act {
    /// What: `read`, `assign`, `close`, `reopen`, `approve`, `release`.
    pub what: String,
    /// Who, when, from where.
    pub provenance: Option<Provenance>,
    /// When the author's clock said so, ms UTC.
    pub at_ms: i64,
    /// Why, in words.
    pub reason: Option<String>,
    /// To whom.
    pub assignee: Option<String>,
    /// The report's heads on screen then.
    pub heads: Vec<ChangeHash>,
}

/// Where a report stands.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Lifecycle {
    /// First reading by a person with a supervisory role.
    pub read: Option<Act>,
    /// Latest assignment still in force.
    pub assigned: Option<Act>,
    /// Closing still in force.
    pub closed: Option<Act>,
    /// Latest approval: it names heads, so a later change shows "approved v1, modified since".
    pub approved: Option<Act>,
    /// Envelopes released from quarantine.
    pub released: Vec<Eid>,
    /// Reports of the same event.
    pub linked: Vec<DocId>,
}

/// Folds a handling's events and links.
pub fn fold(handling: &Document, provenances: &Provenances) -> Lifecycle {
    let mut state = Lifecycle::default();
    for change in in_order(handling.changes(), provenances) {
        let provenance = provenances.get(&change.hash);
        for (key, value) in &change.writes {
            if key.starts_with("event/") {
                apply(&mut state, value, provenance);
            } else if key.starts_with("link/")
                && let Some(link) = Link::from_value(value)
            {
                state.linked.retain(|other| *other != link.other);
                if link.linked {
                    state.linked.push(link.other);
                }
            }
        }
    }
    state
}

fn apply(state: &mut Lifecycle, value: &FactValue, provenance: Option<&Provenance>) {
    let Some(event) = Event::from_value(value) else { return };
    let act = Act {
        what: event.what.clone(),
        provenance: provenance.cloned(),
        at_ms: event.at_ms,
        reason: event.reason,
        assignee: event.assignee,
        heads: event.heads,
    };
    match event.what.as_str() {
        "read" => {
            state.read.get_or_insert(act);
        }
        "assign" => state.assigned = Some(act),
        "close" => state.closed = Some(act),
        "reopen" => state.closed = None,
        "approve" => state.approved = Some(act),
        "release" => state.released.extend(event.eid),
        // An event of a later version is kept in the history and changes nothing here (S8).
        _ => {}
    }
}
