//! The plain records a screen receives. No behaviour: they change with what screens show.

use std::collections::BTreeMap;
use std::sync::Arc;

use ronde_model::divergence::{Divergence, Shown};
use ronde_model::fact::FactValue;
use ronde_model::history::Provenance;
use ronde_model::id::{AgentId, ChangeHash, DeviceId, DocId, Eid, OrgFingerprint};
use ronde_model::lifecycle::Lifecycle;
use ronde_model::projection::{Row, StatementView};
use serde::Serialize;

use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::keys::KeyVault;
use crate::status::Status;
pub use crate::store::{PageKey, Settings};

/// What a host gives the notebook.
#[derive(Clone)]
pub struct Ports {
    /// Wraps the database key; never gives it away.
    pub vault: Arc<dyn KeyVault>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Gives random bytes.
    pub entropy: Arc<dyn Entropy>,
}

/// Who this notebook writes as.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Identity {
    /// The organisation's name.
    pub organisation: String,
    /// Its fingerprint.
    pub fingerprint: OrgFingerprint,
    /// The server's address.
    pub server: String,
    /// This device.
    pub device: DeviceId,
    /// The person.
    pub agent: AgentId,
    /// The person's name in the service.
    pub name: String,
    /// The person's unit.
    pub unit: String,
    /// The role's label.
    pub role: String,
    /// End of the lease, ms UTC: reading others' reports ends then, writing never.
    pub lease_expires_ms: i64,
    /// The device was revoked.
    pub revoked: bool,
}

/// What Déposer answers once the report is durable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Filed {
    /// The report.
    pub doc: DocId,
    /// The filing envelope.
    pub eid: Eid,
    /// It had been filed before: the same report is answered.
    pub again: bool,
}

/// A report in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ListItem {
    /// What it says.
    #[serde(flatten)]
    pub row: Row,
    /// Where it stands.
    pub status: Status,
    /// The official number given by the server.
    pub number: Option<String>,
}

/// A page, newest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page {
    /// The reports.
    pub items: Vec<ListItem>,
    /// Where the next page begins; `None` after the last.
    pub next: Option<PageKey>,
}

/// A report, whole.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Detail {
    /// As in the list.
    #[serde(flatten)]
    pub item: ListItem,
    /// What is shown under each key.
    pub facts: BTreeMap<String, Shown>,
    /// Version 1: the facts as they were sealed.
    pub first: BTreeMap<String, FactValue>,
    /// Statements, verbatim, in causal order.
    pub statements: Vec<StatementView>,
    /// Where people wrote apart.
    pub divergences: Vec<Divergence>,
    /// What became of it.
    pub lifecycle: Lifecycle,
    /// Who wrote what is shown under each key: an agent, or the person whose decision holds.
    pub wrote: BTreeMap<String, Provenance>,
    /// What supervisors remarked, in causal order.
    pub comments: Vec<Remark>,
    /// The version on screen: given back when correcting.
    pub heads: Vec<ChangeHash>,
}

/// One remark of a supervisor.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Remark {
    /// The words.
    pub text: String,
    /// Who, when, from where.
    pub provenance: Option<Provenance>,
}

/// What proves that the server holds a report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReceiptView {
    /// The report.
    pub doc: DocId,
    /// The official number.
    pub number: Option<String>,
    /// Own envelopes of this report: (eid, ledger number when the server answered).
    pub envelopes: Vec<(Eid, Option<u64>)>,
    /// Every one of them is covered.
    pub covered: bool,
    /// When the receipt was signed, ms UTC by the server's clock.
    pub received_ms: Option<i64>,
    /// The server's signed receipt, verbatim (COSE_Sign1), hexadecimal.
    pub signed: Option<String>,
}

/// How far everything is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SyncStatus {
    /// Own envelopes ever written.
    pub written: u64,
    /// Own envelopes covered by the receipt held.
    pub received: u64,
    /// Own envelopes that wait.
    pub waiting: u64,
    /// Own envelopes that a person must look at.
    pub needs_you: u64,
    /// Reports this device wrote of.
    pub reports: u64,
    /// Those that the receipt covers whole.
    pub reports_received: u64,
    /// Those of which something waits.
    pub reports_waiting: u64,
    /// The oldest waiting one was written then, ms UTC.
    pub waiting_since_ms: Option<i64>,
    /// Last answer of the server, ms UTC.
    pub last_contact_ms: Option<i64>,
    /// Why it stands so.
    pub cause: Cause,
    /// What the person does about it, when there is anything to do.
    pub act: Option<PersonsAct>,
    /// The sentence the screen shows, in French.
    pub sentence: String,
    /// The same in English.
    pub sentence_en: String,
    /// What a person should know besides, the most pressing first.
    pub notes: Vec<Note>,
}

/// One more thing to know of how everything stands.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Note {
    /// Which.
    pub cause: Cause,
    /// What the person does about it.
    pub act: Option<PersonsAct>,
    /// The sentence the screen shows, in French.
    pub sentence: String,
    /// The same in English.
    pub sentence_en: String,
}

/// Why what was written stands where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Nothing was written yet.
    NothingWritten,
    /// The receipt covers everything.
    AllReceived,
    /// A synchronisation is under way.
    Sending,
    /// No server answers.
    NoNetwork,
    /// The server answered to try later.
    ServerBusy,
    /// The server refused, or what it says does not hold.
    ServerRefused,
    /// A person stopped it.
    Stopped,
    /// There is no room on this phone.
    StorageFull,
    /// The server wants a newer app.
    UpdateNeeded,
    /// The device was revoked.
    Revoked,
    /// The device is not enrolled.
    NotEnrolled,
    /// The phone's clock is far from the server's.
    ClockOff,
    /// The lease is over: others' reports are locked.
    ReadingLocked,
    /// Something is set aside.
    SetAside,
}

/// What a person does about a cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PersonsAct {
    /// Type the code of an invitation.
    Enrol,
    /// Send now.
    SendNow,
    /// Set the phone's clock.
    CheckClock,
    /// Free some space.
    FreeSpace,
    /// Update the app.
    Update,
    /// Call the service.
    CallService,
    /// See what is set aside.
    Review,
}

/// An envelope set aside: own, or fed and not verifiable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SetAside {
    /// The envelope, when it could be read that far.
    pub eid: Option<Eid>,
    /// Its report.
    pub doc: Option<DocId>,
    /// Why.
    pub reason: String,
    /// What a person reads, in French.
    pub sentence: String,
    /// The same in English.
    pub sentence_en: String,
    /// It was written on this device.
    pub own: bool,
}
