//! Admission of a change (S3, S9): the same pure judgement on the phone, for what it writes and is
//! fed, and on the server, for what it takes in. A hostile change never reaches the document.

use std::collections::{BTreeSet, HashSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::legacy::{Key as LegacyKey, ObjectId, OpType};
use automerge::{Automerge, Change, ROOT, ReadDoc};
use serde::{Deserialize, Serialize};

use super::key::Key;
use super::writing::{MAX_CHANGE_BYTES, fact};
use super::{Document, chunk};
use crate::envelope::{Envelope, Kind, SCHEMA, actor_of};
use crate::fact::FactValue;
use crate::id::{AgentId, ChangeHash, DocId};
use crate::lease::Lease;
use crate::rights::write::{self, Authority};
use crate::scope::Scope;
use crate::wire::limits::MAX_REPLACES;

/// What the judge already holds of the document.
#[derive(Debug, Clone, Copy)]
pub struct Standing<'a> {
    /// The document, when at least one change was accepted.
    pub document: Option<&'a Document>,
    /// The document's home: of the seal, or of the report for a handling. `None`: no seal stored.
    pub home: Option<&'a Scope>,
    /// Who sealed the report.
    pub author: Option<AgentId>,
    /// For a report: its seal is part of `document`. For a handling: its report's seal is stored,
    /// quarantined or not.
    pub sealed: bool,
}

/// The judgement.
#[derive(Debug)]
pub enum Admission {
    /// The change is good; here is the document with it.
    Accepted(Box<Admitted>),
    /// Keep it, retry when something of the document is accepted.
    Pending(Waiting),
    /// Keep it aside, for a person.
    Quarantined(Reason),
}

/// An accepted change.
#[derive(Debug)]
pub struct Admitted {
    /// The document with the change.
    pub document: Document,
    /// The change's hash.
    pub hash: ChangeHash,
    /// It is the seal of a report.
    pub is_seal: bool,
    /// Its lease was over when it was written: shown as late.
    pub late: bool,
    /// What it put.
    pub writes: Vec<(String, FactValue)>,
}

/// What a pending envelope waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Waiting {
    /// A change it was made on.
    MissingParent,
    /// The report's seal.
    MissingSeal,
    /// A version of this program that knows its kind, schema or prefix.
    NewerApp,
    /// The lease it names.
    MissingLease,
}

impl std::fmt::Display for Waiting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Waiting::MissingParent => "missing-parent",
            Waiting::MissingSeal => "missing-seal",
            Waiting::NewerApp => "newer-app",
            Waiting::MissingLease => "missing-lease",
        })
    }
}

/// Why an envelope was set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The lease does not allow this write.
    NoRight,
    /// The change breaks the form, or the document would not survive it. Never releasable.
    BadChange,
    /// A second filing of a sealed report. Never releasable.
    SecondSeal,
    /// The envelope names another home than the document's.
    ForeignHome,
    /// Written after the lease was over, on somebody else's report.
    ExpiredLease,
    /// Sent by a revoked device.
    Revoked,
    /// The document was erased at its term.
    Erased,
}

impl Reason {
    /// Whether a person with the right may release it.
    pub fn is_releasable(self) -> bool {
        !matches!(self, Reason::BadChange | Reason::SecondSeal | Reason::Erased)
    }

    /// From the code on the wire; unknown codes are `None`.
    pub fn from_code(code: &str) -> Option<Self> {
        [
            Reason::NoRight,
            Reason::BadChange,
            Reason::SecondSeal,
            Reason::ForeignHome,
            Reason::ExpiredLease,
            Reason::Revoked,
            Reason::Erased,
        ]
        .into_iter()
        .find(|reason| reason.to_string() == code)
    }
}

impl std::fmt::Display for Reason {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Reason::NoRight => "no-right",
            Reason::BadChange => "bad-change",
            Reason::SecondSeal => "second-seal",
            Reason::ForeignHome => "foreign-home",
            Reason::ExpiredLease => "expired-lease",
            Reason::Revoked => "revoked",
            Reason::Erased => "erased",
        })
    }
}

/// Judges one change of a report or a handling. The signature and the lease were verified before.
///
/// `released`: a person released this envelope, so rights, home and expiry are not asked again;
/// form and survival always are.
pub fn admit(standing: Standing<'_>, envelope: &Envelope, lease: &Lease, released: bool) -> Admission {
    match judge(standing, envelope, lease, released) {
        Ok(admitted) => Admission::Accepted(Box::new(admitted)),
        Err(refusal) => refusal,
    }
}

fn judge(
    standing: Standing<'_>,
    envelope: &Envelope,
    lease: &Lease,
    released: bool,
) -> Result<Admitted, Admission> {
    let bad = || Admission::Quarantined(Reason::BadChange);
    if !matches!(envelope.kind, Kind::Report | Kind::Handling) || envelope.schema > SCHEMA {
        return Err(Admission::Pending(Waiting::NewerApp));
    }
    if envelope.kind == Kind::Report && is_like_a_handling(&envelope.doc) {
        return Err(bad());
    }
    // Kept, and never applied: no phone replaces more than it wrote, one envelope for each.
    if envelope.replaces.len() > MAX_REPLACES {
        return Err(bad());
    }
    let change = parse(&envelope.body).ok_or_else(bad)?;
    let writes = read_form(&change, envelope, lease).ok_or_else(bad)?;
    let keys: Vec<Key<'_>> =
        writes.iter().map(|(key, _)| Key::parse(key)).collect::<Option<_>>().ok_or_else(bad)?;
    if keys.contains(&Key::Unknown) {
        return Err(Admission::Pending(Waiting::NewerApp));
    }
    let is_seal = place(standing, envelope.kind, &change, &keys)?;
    let own_home = lease.home();
    let home = if is_seal { &own_home } else { standing.home.unwrap_or(&own_home) };
    let author = if is_seal { Some(lease.agent) } else { standing.author };
    // The kinder of the two clocks: a skew measured before the clock was set right must not make an
    // honest phone late, and time is self-declared, so strictness would stop no hostile one.
    let late = lease.is_expired_at(envelope.t.wall_ms.min(envelope.t.corrected_ms()));
    if !released {
        if &envelope.home != home {
            return Err(Admission::Quarantined(Reason::ForeignHome));
        }
        let authority = Authority { lease, home, author, is_seal };
        if !keys
            .iter()
            .zip(&writes)
            .all(|(key, (_, value))| write::allows(&authority, envelope.kind, key, value))
        {
            return Err(Admission::Quarantined(Reason::NoRight));
        }
        if late && author != Some(lease.agent) {
            return Err(Admission::Quarantined(Reason::ExpiredLease));
        }
    }
    if !fits(standing.document, &change, &writes) {
        return Err(bad());
    }
    let hash = ChangeHash(change.hash().0);
    let document = survive(standing.document, change).ok_or_else(bad)?;
    Ok(Admitted { document, hash, is_seal, late, writes })
}

/// A UUIDv8, as the id of every handling: a report under it would take the place of the handling
/// of somebody's report. The id of an honest report is a UUIDv7.
fn is_like_a_handling(doc: &DocId) -> bool {
    doc.0[6] >> 4 == 8
}

/// The raw chunk, equal to its own raw bytes: never the deflated form, which has the same hash.
fn parse(body: &[u8]) -> Option<Change> {
    if body.len() > MAX_CHANGE_BYTES || !chunk::is_bounded(body) {
        return None;
    }
    let change = catch_unwind(|| Change::from_bytes(body.to_vec())).ok()?.ok()?;
    (change.raw_bytes() == body).then_some(change)
}

/// S9b, what needs no document: actor, no message, no extra bytes, time 0; only puts of the
/// scalars we know, on the root, one a key; a grow-only key matches its value and has no predecessor.
fn read_form(change: &Change, envelope: &Envelope, lease: &Lease) -> Option<Vec<(String, FactValue)>> {
    let actor = actor_of(&lease.verifying_key().ok()?, &envelope.chain);
    let plain = change.actor_id().to_bytes() == actor
        && change.message().is_none()
        && change.extra_bytes().is_empty()
        && change.timestamp() == 0;
    if !plain || change.is_empty() {
        return None;
    }
    let decoded = catch_unwind(AssertUnwindSafe(|| change.decode())).ok()?;
    let mut seen = HashSet::new();
    let mut writes = Vec::with_capacity(decoded.operations.len());
    for op in decoded.operations {
        let (LegacyKey::Map(key), OpType::Put(value)) = (op.key, op.action) else { return None };
        let value = fact(&value)?;
        // Equal to nothing, not even to itself: two people could never agree on it.
        if matches!(value, FactValue::Decimal(number) if !number.is_finite()) {
            return None;
        }
        if op.obj != ObjectId::Root || op.insert || !seen.insert(key.clone()) {
            return None;
        }
        if let Some(suffix) = Key::parse(&key)?.suffix() {
            let matches = value.as_bytes().is_some_and(|bytes| crate::id::content_suffix(bytes) == suffix);
            if !matches || !op.pred.is_empty() {
                return None;
            }
        }
        writes.push((key.to_string(), value));
    }
    Some(writes)
}

/// Where the change stands: is it the seal, and is everything there that it was made on?
fn place(standing: Standing<'_>, kind: Kind, change: &Change, keys: &[Key<'_>]) -> Result<bool, Admission> {
    let grow_only = keys.iter().all(|key| key.suffix().is_some());
    if change.deps().is_empty() {
        return match (kind, grow_only) {
            (Kind::Report, false) if standing.sealed => Err(Admission::Quarantined(Reason::SecondSeal)),
            (Kind::Report, false) => Ok(true),
            _ if !standing.sealed => Err(Admission::Pending(Waiting::MissingSeal)),
            (_, true) => Ok(false),
            (_, false) => Err(Admission::Quarantined(Reason::BadChange)),
        };
    }
    if !standing.sealed {
        return Err(Admission::Pending(Waiting::MissingSeal));
    }
    let held =
        |hash| standing.document.is_some_and(|document| document.inner.get_change_by_hash(hash).is_some());
    if change.deps().iter().all(held) { Ok(false) } else { Err(Admission::Pending(Waiting::MissingParent)) }
}

/// S9b, what needs the document: the next sequence number of its actor, the operation counter that
/// follows what it was made on, and as predecessors exactly the values that stood there. Measured:
/// changes made of allowed puts with a foreign predecessor, a wrong sequence or a huge counter
/// panic Automerge 0.12 or leave a document that saves and never loads again.
fn fits(document: Option<&Document>, change: &Change, writes: &[(String, FactValue)]) -> bool {
    let Some(document) = document else {
        let no_pred = change.decode().operations.iter().all(|op| op.pred.is_empty());
        return change.seq() == 1 && change.start_op().get() == 1 && no_pred && change.deps().is_empty();
    };
    let doc = &document.inner;
    let all = doc.get_changes(&[]);
    let ancestors = ancestors(&all, change.deps());
    // On another branch its actor would count again from there: two operations of one name.
    let own: Vec<&Change> = all.iter().filter(|c| c.actor_id() == change.actor_id()).collect();
    if own.iter().any(|c| !ancestors.contains(&c.hash())) {
        return false;
    }
    let highest = all.iter().filter(|c| ancestors.contains(&c.hash())).map(Change::max_op).max().unwrap_or(0);
    if change.seq() != own.len() as u64 + 1 || change.start_op().get() != highest + 1 {
        return false;
    }
    if change.max_op() > u64::from(u32::MAX) {
        return false;
    }
    let decoded = change.decode();
    decoded.operations.iter().zip(writes).all(|(op, (key, _))| {
        let given: BTreeSet<(u64, Vec<u8>)> =
            op.pred.iter().map(|id| (id.counter(), id.actor().to_bytes().to_vec())).collect();
        let stood: Option<BTreeSet<(u64, Vec<u8>)>> =
            doc.get_all_at(ROOT, key.as_str(), change.deps()).ok().map(|values| {
                values
                    .into_iter()
                    .filter_map(|(_, id)| match id {
                        automerge::ObjId::Id(counter, actor, _) => Some((counter, actor.to_bytes().to_vec())),
                        automerge::ObjId::Root => None,
                    })
                    .collect()
            });
        // Said twice, a predecessor would count twice.
        stood.is_some_and(|stood| stood == given && given.len() == op.pred.len())
    })
}

fn ancestors(all: &[Change], deps: &[automerge::ChangeHash]) -> HashSet<automerge::ChangeHash> {
    let mut found: HashSet<_> = deps.iter().copied().collect();
    // Changes come in causal order, so one pass from the newest finds every ancestor.
    for change in all.iter().rev() {
        if found.contains(&change.hash()) {
            found.extend(change.deps().iter().copied());
        }
    }
    found
}

/// S9c: applied alone to a copy, saved and loaded again, with panics caught.
fn survive(document: Option<&Document>, change: Change) -> Option<Document> {
    let hash = change.hash();
    let before = document.map(|document| document.inner.clone());
    catch_unwind(AssertUnwindSafe(move || {
        let mut doc = before.unwrap_or_default();
        doc.apply_changes([change]).ok()?;
        // Applied alone, it is a head; queued for a parent, it is none.
        doc.get_heads().contains(&hash).then_some(())?;
        let again = Automerge::load(&doc.save_nocompress()).ok()?;
        (again.get_heads() == doc.get_heads()).then_some(Document { inner: again })
    }))
    .ok()
    .flatten()
}
