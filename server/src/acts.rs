//! What a signed-in supervisor does: each act is one signed change of a handling, taken in by the
//! same road as a phone's. Changes when a supervisor may do something more.

use ronde_model::document::key::Prefix;
use ronde_model::document::{
    Comment, Decision, Document, Event, Link, NewChange, Salt, WriteError, grow_only_key,
};
use ronde_model::envelope::{Kind, SealedEnvelope};
use ronde_model::fact::FactValue;
use ronde_model::id::{ChangeHash, DocId, Eid};
use ronde_model::rights::Right;

use crate::error::{ActError, ServerError};
use crate::ground::Ground;
use crate::intake::{Affair, AffairId, Incoming, REPLACED, lifecycle_of, take_in_whole};
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
        return Err(ActError::Invalid("a report is closed with a reason".to_owned()));
    }
    if event.what == "assign" && !says(event.assignee) {
        return Err(ActError::Invalid("a report is assigned to somebody".to_owned()));
    }
    act(ground, who, doc, |writing, affair| Ok(event_entry(ground, who, writing, affair, event)?))
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
        heads: heads_of(affair),
        reason: event.reason.map(str::to_owned),
        assignee: event.assignee.map(str::to_owned),
        eid: event.eid,
    };
    Ok(grow_only_key(Prefix::Event, &event))
}

fn heads_of(affair: &Affair<'_>) -> Vec<ChangeHash> {
    affair.report.document.as_ref().map(Document::heads).unwrap_or_default()
}

/// Marks read; `None` when this person had already read what stands there now.
///
/// # Errors
/// [`ActError`].
pub(crate) fn mark_read(ground: &Ground, who: &Supervisor, doc: DocId) -> Result<Option<Eid>, ActError> {
    allow(who, &Right::Event)?;
    let read = ground.read(|archive| {
        let affair = open(ground, archive, who, doc)?;
        Ok::<_, ActError>(has_read(&affair, who))
    })?;
    if read {
        return Ok(None);
    }
    event(ground, who, doc, &NewEvent { what: "read", ..NewEvent::default() }).map(Some)
}

fn has_read(affair: &Affair<'_>, who: &Supervisor) -> bool {
    let heads = heads_of(affair);
    let Some(handling) = affair.handling.document.as_ref() else { return false };
    let contents = handling.contents();
    let events = contents.under("event/").filter_map(|(_, written)| Event::from_value(&written.value));
    events.into_iter().any(|event| event.what == "read" && event.by == who.agent() && event.heads == heads)
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
    act(ground, who, doc, |writing, affair| {
        let report = affair.report.document.as_ref().ok_or(ActError::NotFound)?;
        if deciding.saw.is_empty() || deciding.saw.iter().any(|change| !report.holds(change)) {
            return Err(ActError::Invalid(
                "name the changes on screen: they are those of the divergence".to_owned(),
            ));
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
        return Err(ActError::Invalid("a comment has words".to_owned()));
    }
    act(ground, who, doc, |writing, _| {
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
        return Err(ActError::Invalid("a report is not linked to itself".to_owned()));
    }
    let mut writing = who.pen().take(ground)?;
    let mut batch = Vec::new();
    for (doc, other) in [(doc, other), (other, doc)] {
        let salt = Salt(ground.random()?);
        let link = Link { by: who.agent(), at_ms: writing.now_ms(), salt, other, linked };
        batch.push(write(ground, who, &mut writing, doc, |_, _| Ok(grow_only_key(Prefix::Link, &link)))?);
    }
    store(ground, who, writing, batch)
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
        return Err(ActError::NotReleasable(why.unwrap_or_else(|| "it was accepted".to_owned())));
    }
    let released = NewEvent { what: "release", reason: Some(reason), eid: Some(eid), ..NewEvent::default() };
    event(ground, who, report, &released)
}

/// Reopens only what is closed, and so on: the lifecycle as it stands.
///
/// # Errors
/// [`ActError`].
pub(crate) fn reopen(ground: &Ground, who: &Supervisor, doc: DocId, reason: &str) -> Result<Eid, ActError> {
    let closed = ground.read(|archive| {
        let affair = open(ground, archive, who, doc)?;
        Ok::<_, ActError>(lifecycle_of(&affair).closed.is_some())
    })?;
    if !closed {
        return Err(ActError::Invalid("the report is not closed".to_owned()));
    }
    event(ground, who, doc, &NewEvent { what: "reopen", reason: Some(reason), ..NewEvent::default() })
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
        return Err(ActError::Invalid(format!("{} bytes of text: at most {MAX_WORDS}", words.len())));
    }
    Ok(())
}

/// The affair, when this person may read it: the same answer for what is not there.
fn open<'a>(
    ground: &'a Ground,
    archive: &'a dyn crate::archive::Reads,
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

fn act(
    ground: &Ground,
    who: &Supervisor,
    doc: DocId,
    entry: impl FnOnce(&Writing<'_>, &Affair<'_>) -> Result<(String, FactValue), ActError>,
) -> Result<Eid, ActError> {
    let mut writing = who.pen().take(ground)?;
    let sealed = write(ground, who, &mut writing, doc, entry)?;
    let eid = sealed.eid;
    store(ground, who, writing, vec![sealed])?;
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
        WriteError::TooLarge { .. } => ActError::Invalid(error.to_string()),
        _ => ActError::Server(ServerError::Defect(error.to_string())),
    })
}

fn store(
    ground: &Ground,
    who: &Supervisor,
    writing: Writing<'_>,
    batch: Vec<SealedEnvelope>,
) -> Result<(), ActError> {
    let lease = who.lease();
    let batch = batch.into_iter().map(|sealed| Incoming { sealed, lease: lease.clone() }).collect();
    match take_in_whole(ground, batch)? {
        Ok(()) => {
            writing.keep();
            Ok(())
        }
        Err(answer) => Err(ActError::NotAllowed(answer.reason.unwrap_or_else(|| "refused".to_owned()))),
    }
}
