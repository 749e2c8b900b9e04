//! What a supervisor is shown: shapes of lists and details. Says nothing about how they are found
//! or who may see them. Changes with the console's needs.

use std::collections::{BTreeMap, BTreeSet};

use ronde_model::divergence::Divergence;
use ronde_model::history::{Provenance, Step};
use ronde_model::id::{AgentId, ChainId, ChangeHash, DeviceId, DocId, Eid};
use ronde_model::lifecycle::Lifecycle;
use ronde_model::projection::{Row, View};
use ronde_model::scope::Scope;
use serde::{Deserialize, Serialize};

/// Where a report stands for a supervisor, from the least advanced on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Received, nobody opened it.
    Delivered,
    /// Read by a person with a supervisory role.
    Read,
    /// Somebody took charge of it.
    Assigned,
    /// Closed, with a reason.
    Closed,
}

impl Status {
    /// The code, as in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Status::Delivered => "delivered",
            Status::Read => "read",
            Status::Assigned => "assigned",
            Status::Closed => "closed",
        }
    }

    /// From the code.
    pub fn from_code(code: &str) -> Option<Self> {
        [Status::Delivered, Status::Read, Status::Assigned, Status::Closed]
            .into_iter()
            .find(|s| s.code() == code)
    }

    /// What a lifecycle amounts to.
    pub fn of(lifecycle: &Lifecycle) -> Self {
        if lifecycle.closed.is_some() {
            Status::Closed
        } else if lifecycle.assigned.is_some() {
            Status::Assigned
        } else if lifecycle.read.is_some() {
            Status::Read
        } else {
            Status::Delivered
        }
    }
}

/// Which reports a list shows. Every part given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// INSEE code of the commune.
    pub commune: Option<String>,
    /// Code of the report type.
    pub report_type: Option<String>,
    /// Severity of at least this, 1 to 5.
    pub severity_min: Option<u8>,
    /// Where it stands.
    pub status: Option<Status>,
    /// The unit of the author.
    pub unit: Option<String>,
    /// With (`true`) or without an open divergence.
    pub divergence: Option<bool>,
    /// With (`true`) or without a quarantined envelope.
    pub quarantine: Option<bool>,
    /// A run of words of the title, the facts, the people and vehicles or the statements; accents and case do not matter.
    pub text: Option<String>,
}

/// A place in a list, newest first: give it back to get the next page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PageKey(pub u64);

/// Most lines of one page.
pub const MAX_PAGE: usize = 200;

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page<T> {
    /// The lines.
    pub items: Vec<T>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<PageKey>,
}

/// One line of the inbox, in the order of arrival, newest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportLine {
    /// The row that phones show too.
    #[serde(flatten)]
    pub row: Row,
    /// The official number.
    pub number: Option<String>,
    /// Where it stands.
    pub status: Status,
    /// When the seal was received, ms UTC.
    pub received_ms: i64,
    /// Envelopes of the report set aside.
    pub quarantined: u32,
    /// Envelopes of the report that wait for something.
    pub pending: u32,
}

/// Everything a supervisor sees of one report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportDetail {
    /// Facts, divergences, statements; `None` while the seal itself is set aside.
    pub view: Option<View>,
    /// The report.
    pub doc: DocId,
    /// Its home.
    pub home: Scope,
    /// What became of it.
    pub lifecycle: Lifecycle,
    /// Where it stands.
    pub status: Status,
    /// The official number.
    pub number: Option<String>,
    /// When the seal was received, ms UTC.
    pub received_ms: i64,
    /// Everybody who may read it, as scopes.
    pub scopes: BTreeSet<Scope>,
    /// The report's heads: what an event or a decision made now has on screen.
    pub heads: Vec<ChangeHash>,
    /// Who wrote the value shown under each key.
    pub wrote: BTreeMap<String, Provenance>,
    /// Version 1, as its author sealed it.
    pub first_version: Option<Step>,
    /// Comments, in causal order.
    pub comments: Vec<CommentLine>,
    /// Envelopes set aside or waiting.
    pub held: Vec<QuarantineLine>,
}

/// A word in the handling.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CommentLine {
    /// The suffix of its key.
    pub id: String,
    /// Verbatim.
    pub text: String,
    /// Who, when, from which device.
    pub provenance: Option<Provenance>,
}

/// The history of a report and of its handling, in causal order.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct History {
    /// Field content.
    pub report: Vec<Step>,
    /// The supervisors' side.
    pub handling: Vec<Step>,
}

/// An envelope set aside, or waiting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuarantineLine {
    /// The envelope.
    pub eid: Eid,
    /// Its ledger number.
    pub seq: u64,
    /// The report it belongs to, when that is known here.
    pub report: Option<DocId>,
    /// The document it names.
    pub doc: DocId,
    /// `quarantined` or `pending`.
    pub state: StoredState,
    /// Why.
    pub reason: String,
    /// Whether a person with the right may release it.
    pub releasable: bool,
    /// The person who wrote it.
    pub agent: AgentId,
    /// That person's name.
    pub agent_name: String,
    /// That person's unit.
    pub unit: String,
    /// The device.
    pub device: DeviceId,
    /// When it was received, ms UTC.
    pub received_ms: i64,
    /// When its author wrote it, ms UTC, by the corrected clock.
    pub written_ms: i64,
}

/// What became of a stored envelope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StoredState {
    /// Applied.
    Accepted,
    /// Set aside.
    Quarantined,
    /// Waits for something.
    Pending,
}

/// One stored envelope, as the ledger knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StoredEnvelope {
    /// The envelope.
    pub eid: Eid,
    /// The device that signed it.
    pub device: DeviceId,
    /// Its chain.
    pub chain: ChainId,
    /// Its place there.
    pub n: u64,
    /// Its ledger number.
    pub seq: u64,
    /// What became of it.
    pub state: StoredState,
}

/// Where people wrote apart, in one report.
pub type Divergences = Vec<Divergence>;
