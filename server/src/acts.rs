//! What a signed-in supervisor does: each act is one signed change of a handling, taken in by the
//! same road as a phone's. Changes when a supervisor may do something more.

mod meanwhile;

use std::cell::Cell;
use std::collections::BTreeSet;

use ronde_model::document::key::Prefix;
use ronde_model::document::{
    Comment, Decision, Document, Event, Link, NewChange, Salt, WriteError, grow_only_key,
};
use ronde_model::envelope::{Kind, SealedEnvelope};
use ronde_model::fact::FactValue;
use ronde_model::id::{ChangeHash, DocId, Eid};
use ronde_model::rights::Right;

pub use self::meanwhile::{Did, Meanwhile};
use self::meanwhile::{Doing, heads_of, meanwhile, there_at};
use crate::archive::Reads;
use crate::error::{ActError, Invalid, ServerError};
use crate::ground::Ground;
use crate::intake::{Affair, AffairId, Incoming, Mark, REPLACED, lifecycle_of, take_in_whole};
use crate::people::Supervisor;
use crate::server::Deciding;
use crate::session::Writing;
use crate::supervision::StoredState;

/// Longest words accepted in one act, bytes.
const MAX_WORDS: usize = 16 * 1024;

/// An event, but for who and when.
#[derive(Default)]
pub(crate) struct NewEvent<'a> {
    /// `read`, `assign`, `close`, `reopen`, `release`.
    pub what: &'a str,
    /// Why.
    pub reason: Option<&'a str>,
    /// To whom.
    pub assignee: Option<&'a str>,
    /// Which envelope.
    pub eid: Option<Eid>,
    /// The number up to which the person had the report on screen; `None`: as it stands.
    pub seen: Option<u64>,
}

impl NewEvent<'_> {
    /// What somebody else's acts may cross, and since which number.
    fn watched(&self) -> Option<Watched> {
        let doing = match self.what {
            "assign" => Doing::Assign,
            "close" => Doing::Close,
            "reopen" => Doing::Reopen,
            _ => return None,
        };
        self.seen.map(|seen| Watched { doing, seen })
    }
}

/// An act that is refused when somebody else's crossed it.
#[derive(Clone, Copy)]
struct Watched {
    doing: Doing,
    seen: u64,
}

/// Writes an event.
///
/// # Errors
/// [`ActError`].
pub(crate) fn event(
    ground: &Ground,
    who: &Supervisor,
    doc: DocId,
    event: &NewEvent<'_>,
) -> Result<Eid, ActError> {
    let right = if event.what == "release" { Right::Release } else { Right::Event };
    allow(who, &right)?;
    for words in [event.reason, event.assignee].into_iter().flatten() {
        check_words(words)?;
    }
    let says = |words: Option<&str>| words.is_some_and(|words| !words.trim().is_empty());
    if event.what == "close" && !says(event.reason) {
        return Err(Invalid::NoReason.into());
    }
    if event.what == "assign" && !says(event.assignee) {
        return Err(Invalid::NoAssignee.into());
    }
    let event = NewEvent { seen: seen_here(ground, event.seen)?, ..*event };
    act(ground, who, doc, event.watched(), |writing, affair| {
        Ok(event_entry(ground, who, writing, affair, &event)?)
    })
}

/// What a number on screen counts as: one that the present history has not given is of another, which
/// was read up to the fork.
fn seen_here(ground: &Ground, seen: Option<u64>) -> Result<Option<u64>, ServerError> {
    let Some(seen) = seen else { return Ok(None) };
    ground.read(|archive| {
        let head = archive.head()?;
        if seen <= head.seq {
            return Ok(Some(seen));
        }
        Ok(Some(archive.history(&head.history)?.map_or(0, |history| history.fork_seq)))
    })
}

fn event_entry(
    ground: &Ground,
    who: &Supervisor,
    writing: &Writing<'_>,
    affair: &Affair<'_>,
    event: &NewEvent<'_>,
) -> Result<(String, FactValue), ServerError> {
    let event = Event {
        by: who.agent(),
        at_ms: writing.now_ms(),
        salt: Salt(ground.random()?),
        what: event.what.to_owned(),
        role: who.role().to_owned(),
        heads: heads_of(&affair.report, &seen_of(affair, event.seen)),
        reason: event.reason.map(str::to_owned),
        assignee: event.assignee.map(str::to_owned),
        eid: event.eid,
    };
    Ok(grow_only_key(Prefix::Event, &event))
}

/// The changes of the report that were on screen: nobody looked at it before its seal was there.
fn seen_of(affair: &Affair<'_>, seen: Option<u64>) -> BTreeSet<ChangeHash> {
    let sealed = affair.row.as_ref().map_or(0, |row| row.place);
    there_at(&affair.report, seen.map_or(u64::MAX, |seen| seen.max(sealed)))
}

/// Marks read what stood there at a number; `None` when this person had already read that.
///
/// # Errors
/// [`ActError`].
pub(crate) fn mark_read(
    ground: &Ground,
    who: &Supervisor,
    doc: DocId,
    seen: Option<u64>,
) -> Result<Option<Eid>, ActError> {
    allow(who, &Right::Event)?;
    let seen = seen_here(ground, seen)?;
    let read = ground.read(|archive| {
        let affair = open(ground, archive, who, doc)?;
        Ok::<_, ActError>(has_read(&affair, who, &seen_of(&affair, seen)))
    })?;
    if read {
        return Ok(None);
    }
    event(ground, who, doc, &NewEvent { what: "read", seen, ..NewEvent::default() }).map(Some)
}

/// Whether this person read everything that was there, or more.
fn has_read(affair: &Affair<'_>, who: &Supervisor, there: &BTreeSet<ChangeHash>) -> bool {
    let Some(handling) = affair.handling.document.as_ref() else { return false };
    // What is there at a number is all that was accepted before: its last says which.
    let places = &affair.report.places;
    let last = there.iter().filter_map(|change| places.get(change)).max();
    let contents = handling.contents();
    let events = contents.under("event/").filter_map(|(_, written)| Event::from_value(&written.value));
    let mut own = events.filter(|event| event.what == "read" && event.by == who.agent());
    own.any(|event| event.heads.iter().filter_map(|head| places.get(head)).max() >= last)
}

/// Settles a divergence.
///
/// # Errors
/// [`ActError`].
pub(crate) fn decide(
    ground: &Ground,
    who: &Supervisor,
    doc: DocId,
    deciding: Deciding,
) -> Result<Eid, ActError> {
    allow(who, &Right::Decision)?;
    check_words(&deciding.reason)?;
    act(ground, who, doc, None, |writing, affair| {
        let report = affair.report.document.as_ref().ok_or(ActError::NotFound)?;
        if deciding.saw.is_empty() || deciding.saw.iter().any(|change| !report.holds(change)) {
            return Err(Invalid::NotOnScreen.into());
        }
        let decision = Decision {
            by: who.agent(),
            at_ms: writing.now_ms(),
            salt: Salt(ground.random()?),
            key: deciding.key,
            chosen: deciding.chosen,
            saw: deciding.saw,
            saw_decisions: deciding.saw_decisions,
            reason: deciding.reason,
        };
        Ok(grow_only_key(Prefix::Decision, &decision))
    })
}

/// Adds a comment.
///
/// # Errors
/// [`ActError`].
pub(crate) fn comment(ground: &Ground, who: &Supervisor, doc: DocId, text: &str) -> Result<Eid, ActError> {
    allow(who, &Right::Comment)?;
    check_words(text)?;
    if text.trim().is_empty() {
        return Err(Invalid::NoWords.into());
    }
    act(ground, who, doc, None, |writing, _| {
        let salt = Salt(ground.random()?);
        let comment = Comment { by: who.agent(), at_ms: writing.now_ms(), salt, text: text.to_owned() };
        Ok(grow_only_key(Prefix::Comment, &comment))
    })
}

/// Says in both handlings, in one transaction, that two reports are one event, or no longer.
///
/// # Errors
/// [`ActError`].
pub(crate) fn link(
    ground: &Ground,
    who: &Supervisor,
    doc: DocId,
    other: DocId,
    linked: bool,
) -> Result<(), ActError> {
    allow(who, &Right::Link)?;
    if doc == other {
        return Err(Invalid::LinkedToItself.into());
    }
    let mut writing = who.pen().take(ground)?;
    let mut batch = Vec::new();
    for (doc, other) in [(doc, other), (other, doc)] {
        let salt = Salt(ground.random()?);
        let link = Link { by: who.agent(), at_ms: writing.now_ms(), salt, other, linked };
        batch.push(write(ground, who, &mut writing, doc, |_, _| Ok(grow_only_key(Prefix::Link, &link)))?);
    }
    store(ground, who, writing, batch, |_| Ok(()))
}

/// Releases a quarantined envelope.
///
/// # Errors
/// [`ActError`].
pub(crate) fn release(ground: &Ground, who: &Supervisor, eid: Eid, reason: &str) -> Result<Eid, ActError> {
    allow(who, &Right::Release)?;
    let (state, why, report) = ground.read(|archive| {
        let stored = archive.stored(&eid)?.ok_or(ActError::NotFound)?;
        let report = match stored.kind {
            Kind::Handling => archive.report_of(&stored.doc)?,
            _ => Some(stored.doc),
        };
        let report = report.ok_or(ActError::NotFound)?;
        // What may not be read is not there, whatever became of the envelope.
        open(ground, archive, who, report)?;
        let author = ground.organisation.lease(&stored.lease, archive)?.map(|lease| lease.lease.agent);
        let is_replaced = author.map_or(Ok(false), |agent| archive.is_replaced(&eid, &agent))?;
        let why = if is_replaced { Some(REPLACED.to_owned()) } else { stored.reason };
        Ok::<_, ActError>((stored.state, why, report))
    })?;
    let is_releasable =
        |code: &str| ronde_model::document::Reason::from_code(code).is_some_and(|r| r.is_releasable());
    if state != StoredState::Quarantined || !why.as_deref().is_some_and(is_releasable) {
        return Err(ActError::NotReleasable(why.unwrap_or_else(|| "accepted".to_owned())));
    }
    let released = NewEvent { what: "release", reason: Some(reason), eid: Some(eid), ..NewEvent::default() };
    event(ground, who, report, &released)
}

/// Reopens only what is closed, and so on: the lifecycle as it stands.
///
/// # Errors
/// [`ActError`].
pub(crate) fn reopen(
    ground: &Ground,
    who: &Supervisor,
    doc: DocId,
    reason: &str,
    seen: Option<u64>,
) -> Result<Eid, ActError> {
    let seen = seen_here(ground, seen)?;
    let reopening = NewEvent { what: "reopen", reason: Some(reason), seen, ..NewEvent::default() };
    let closed = ground.read(|archive| {
        let affair = open(ground, archive, who, doc)?;
        check_uncrossed(&affair, who, reopening.watched())?;
        Ok::<_, ActError>(lifecycle_of(&affair).closed.is_some())
    })?;
    if !closed {
        return Err(Invalid::NotClosed.into());
    }
    event(ground, who, doc, &reopening)
}

fn allow(who: &Supervisor, right: &Right) -> Result<(), ActError> {
    if who.lease().lease.allows(right.clone()) {
        Ok(())
    } else {
        Err(ActError::NotAllowed(format!("the role {} does not hold {right}", who.role())))
    }
}

fn check_words(words: &str) -> Result<(), ActError> {
    if words.len() > MAX_WORDS {
        return Err(Invalid::TooLong { bytes: words.len(), limit: MAX_WORDS }.into());
    }
    Ok(())
}

/// The affair, when this person may read it: the same answer for what is not there.
fn open<'a>(
    ground: &'a Ground,
    archive: &'a dyn Reads,
    who: &Supervisor,
    doc: DocId,
) -> Result<Affair<'a>, ActError> {
    let affair = Affair::open(ground, archive, AffairId::Report(doc))?;
    if affair.row.is_some() && who.grants().cover(&affair.stood) {
        Ok(affair)
    } else {
        Err(ActError::NotFound)
    }
}

fn check_uncrossed(affair: &Affair<'_>, who: &Supervisor, watched: Option<Watched>) -> Result<(), ActError> {
    let crossed = watched.and_then(|watched| meanwhile(affair, who.agent(), watched.doing, watched.seen));
    crossed.map_or(Ok(()), |crossed| Err(ActError::ChangedMeanwhile(crossed)))
}

fn act(
    ground: &Ground,
    who: &Supervisor,
    doc: DocId,
    watched: Option<Watched>,
    entry: impl FnOnce(&Writing<'_>, &Affair<'_>) -> Result<(String, FactValue), ActError>,
) -> Result<Eid, ActError> {
    let mut writing = who.pen().take(ground)?;
    let looked = Cell::new(None);
    let sealed = write(ground, who, &mut writing, doc, |writing, affair| {
        looked.set(Some(affair.mark));
        check_uncrossed(affair, who, watched)?;
        entry(writing, affair)
    })?;
    let eid = sealed.eid;
    // Asked again where nobody else writes: two who press at once are one after the other there.
    store(ground, who, writing, vec![sealed], |archive| {
        if watched.is_none() || looked.get() == Some(Mark::of(archive, AffairId::Report(doc))?.0) {
            return Ok(());
        }
        check_uncrossed(&open(ground, archive, who, doc)?, who, watched)
    })?;
    Ok(eid)
}

/// One signed change of a handling, made on what stands there now.
fn write(
    ground: &Ground,
    who: &Supervisor,
    writing: &mut Writing<'_>,
    doc: DocId,
    entry: impl FnOnce(&Writing<'_>, &Affair<'_>) -> Result<(String, FactValue), ActError>,
) -> Result<SealedEnvelope, ActError> {
    let (change, home) = ground.read(|archive| {
        let affair = open(ground, archive, who, doc)?;
        let entry = entry(writing, &affair)?;
        let home = affair.row.as_ref().map(|row| row.home.clone()).ok_or(ActError::NotFound)?;
        Ok::<_, ActError>((change_of(affair.handling.document, writing.actor(), entry)?, home))
    })?;
    let fingerprint = &ground.organisation.fingerprint;
    Ok(writing.sign(fingerprint, who.lease().id, DocId::handling_of(doc), home, change.raw)?)
}

fn change_of(
    handling: Option<Document>,
    actor: [u8; 16],
    entry: (String, FactValue),
) -> Result<NewChange, ActError> {
    let made = match handling {
        None => Document::start(actor, &[entry]).map(|(_, change)| change),
        Some(mut document) => match document.write(actor, &[entry]) {
            Ok(Some(change)) => Ok(change),
            // Eight random bytes make every entry new.
            Ok(None) => Err(WriteError::Automerge("an entry made no change".to_owned())),
            Err(error) => Err(error),
        },
    };
    made.map_err(|error| match error {
        WriteError::TooLarge { .. } => Invalid::Full(error.to_string()).into(),
        _ => ActError::Server(ServerError::Defect(error.to_string())),
    })
}

fn store(
    ground: &Ground,
    who: &Supervisor,
    writing: Writing<'_>,
    batch: Vec<SealedEnvelope>,
    check: impl FnOnce(&dyn Reads) -> Result<(), ActError>,
) -> Result<(), ActError> {
    let lease = who.lease();
    let batch = batch.into_iter().map(|sealed| Incoming { sealed, lease: lease.clone() }).collect();
    match take_in_whole(ground, batch, check)? {
        Ok(()) => {
            writing.keep();
            Ok(())
        }
        Err(answer) => Err(ActError::NotAllowed(answer.reason.unwrap_or_else(|| "refused".to_owned()))),
    }
}
