//! Taking in what devices send: opened and verified, planned outside the transaction, carried out
//! inside one, answered from the same state. The one road by which anything enters the archive.

mod affair;
mod again;
mod answer;
mod apply;
mod causal;
mod crowd;
mod drafting;
mod inbox;
mod incoming;
mod judging;
mod opening;
mod plan;
mod rebuild;
mod ruling;
mod side;

use std::collections::HashSet;

use ronde_model::envelope::Kind;
use ronde_model::id::{DeviceId, DocId, Eid};
use ronde_model::wire::{Answer, AnswerCode, Response};

use self::answer::{Answering, Asked};
use self::apply::Answers;
use self::incoming::{Arrival, examine};
use self::plan::Plan;
use crate::archive::{Reads, Stored};
use crate::error::{ArchiveError, ServerError, SyncRefusal};
use crate::ground::Ground;

pub use self::affair::Affair;
pub use self::again::{judge_again, known};
pub use self::inbox::{lifecycle_of, view_of};
pub use self::incoming::Incoming;
pub use self::rebuild::{complete, rebuild};
pub use self::ruling::{AffairId, Mark, REPLACED};
pub use self::side::{Side, body_of};

/// What a push turned out to be before it was carried out.
struct Batch {
    /// In the order pushed, each eid once.
    pushed: Vec<Pushed>,
    plan: Plan,
}

/// One envelope of a push.
enum Pushed {
    /// Answered already.
    Answered(Answered),
    /// The plan says.
    Planned(Eid, Of),
}

/// What an envelope is of.
#[derive(Debug, Clone, Copy)]
pub struct Of {
    /// Its kind.
    pub kind: Kind,
    /// Its document.
    pub doc: DocId,
    /// The device that signed it.
    pub device: DeviceId,
}

/// An envelope of a push with its answer.
pub struct Answered {
    /// Its identity.
    pub eid: Eid,
    /// What it is of, when it is stored.
    pub of: Option<Of>,
    /// What became of it.
    pub answer: Answer,
}

/// Takes a framed request and answers a framed response.
///
/// # Errors
/// [`SyncRefusal`]: nothing was stored then.
pub fn synchronise(ground: &Ground, body: &[u8]) -> Result<Vec<u8>, SyncRefusal> {
    let (signed, mut request) = opening::parse(body)?;
    let push = std::mem::take(&mut request.push);
    let now_ms = ground.now_ms();
    // One consistent state for everything that is looked at before the transaction; when nothing
    // is to be written, the answer comes from it too.
    let first: First = ground.read(|archive| {
        let asked = opening::recognise(ground, archive, &signed, &request)?;
        let batch = receive(ground, archive, push.into_iter().map(|raw| raw.0), now_ms)?;
        if batch.plan.is_empty() && !asked.returns {
            let pushed = answered(batch.pushed, &mut apply::refusals(&batch.plan));
            let answering = Answering { ground, archive, asked: &asked, request: &request, now_ms };
            return Ok(First::Answered(answering.respond(&pushed)?, asked));
        }
        Ok::<_, SyncRefusal>(First::ToWrite(batch, asked))
    })?;
    let (response, asked) = match first {
        First::Answered(response, asked) => (response, asked),
        First::ToWrite(batch, asked) => {
            let response = ground.write(|archive| {
                opening::keep_returned(archive, &asked)?;
                let plan = plan::renew(ground, archive, batch.plan)?;
                let mut answers = apply::carry_out(archive, &plan)?;
                let pushed = settled(archive, batch.pushed, &mut answers)?;
                let answering = Answering { ground, archive, asked: &asked, request: &request, now_ms };
                match answering.respond(&pushed) {
                    // What came is kept: only the answer cannot be made.
                    Err(
                        error @ (ServerError::Defect(_) | ServerError::Archive(ArchiveError::Corrupt(_))),
                    ) => Ok(Err(error)),
                    made => made.map(Ok),
                }
            })??;
            (response, asked)
        }
    };
    log(&asked, &response);
    answer::pack(ground, &asked, &request, response, now_ms)
}

/// Counts and identities of devices, never contents.
fn log(asked: &Asked, response: &Response) {
    let count = |code| response.answers.iter().filter(|answer| answer.code == code).count();
    tracing::info!(
        device = %asked.lease.lease.device,
        accepted = count(AnswerCode::Accepted),
        duplicate = count(AnswerCode::Duplicate),
        quarantined = count(AnswerCode::Quarantined),
        pending = count(AnswerCode::Pending),
        refused = count(AnswerCode::TryLater) + count(AnswerCode::Malformed),
        fed = response.feed.len(),
        seq = response.cursor.1,
        more = response.more,
        "synchronised"
    );
}

enum First {
    Answered(Response, Asked),
    ToWrite(Batch, Asked),
}

fn receive(
    ground: &Ground,
    archive: &dyn Reads,
    push: impl Iterator<Item = Vec<u8>>,
    now_ms: i64,
) -> Result<Batch, ServerError> {
    let mut seen = HashSet::new();
    let (mut pushed, mut sound) = (Vec::new(), Vec::new());
    for bytes in push {
        if !seen.insert(Eid::of(&bytes)) {
            continue;
        }
        match examine(ground, archive, bytes)? {
            Arrival::Sound(incoming) => {
                let envelope = &incoming.sealed.envelope;
                let device = incoming.lease.lease.device;
                let of = Of { kind: envelope.kind, doc: envelope.doc, device };
                pushed.push(Pushed::Planned(incoming.sealed.eid, of));
                sound.push(incoming);
            }
            Arrival::Known(eid, stored) => {
                pushed.push(Pushed::Answered(duplicate(eid, &stored)));
            }
            Arrival::Malformed(eid, why) => {
                pushed.push(Pushed::Answered(not_stored(eid, AnswerCode::Malformed, why)));
            }
            Arrival::LeaseUnknown(eid) => {
                pushed.push(Pushed::Answered(not_stored(eid, AnswerCode::TryLater, "lease-unknown")));
            }
        }
    }
    Ok(Batch { pushed, plan: plan::make(ground, archive, sound, now_ms)? })
}

fn duplicate(eid: Eid, stored: &Stored) -> Answered {
    let answer =
        Answer { eid8: eid.short(), code: AnswerCode::Duplicate, seq: Some(stored.seq), reason: None };
    Answered { eid, of: Some(Of { kind: stored.kind, doc: stored.doc, device: stored.device }), answer }
}

fn not_stored(eid: Eid, code: AnswerCode, reason: &str) -> Answered {
    let answer = Answer { eid8: eid.short(), code, seq: None, reason: Some(reason.to_owned()) };
    Answered { eid, of: None, answer }
}

/// Answers of a push of which nothing was new.
fn answered(pushed: Vec<Pushed>, answers: &mut Answers) -> Vec<Answered> {
    pushed
        .into_iter()
        .filter_map(|pushed| match pushed {
            Pushed::Answered(answered) => Some(answered),
            Pushed::Planned(eid, of) => {
                answers.remove(&eid).map(|answer| Answered { eid, of: Some(of), answer })
            }
        })
        .collect()
}

/// Answers of a push that was carried out. What another request stored meanwhile is a duplicate.
fn settled(
    archive: &dyn Reads,
    pushed: Vec<Pushed>,
    answers: &mut Answers,
) -> Result<Vec<Answered>, ServerError> {
    let mut settled = Vec::with_capacity(pushed.len());
    for pushed in pushed {
        settled.push(match pushed {
            Pushed::Answered(answered) => answered,
            Pushed::Planned(eid, of) => match answers.remove(&eid) {
                Some(answer) => Answered { eid, of: Some(of), answer },
                None => match archive.stored(&eid)? {
                    Some(stored) => duplicate(eid, &stored),
                    None => not_stored(eid, AnswerCode::TryLater, "try-later"),
                },
            },
        });
    }
    Ok(settled)
}

/// Takes in envelopes of this server's own sessions: every one is accepted, or nothing is stored
/// and the answers say why. `check` looks first, in the same transaction: its error stores nothing.
///
/// # Errors
/// The check's, or the archive's.
pub fn take_in_whole<E: From<ServerError>>(
    ground: &Ground,
    batch: Vec<Incoming>,
    check: impl FnOnce(&dyn Reads) -> Result<(), E>,
) -> Result<Result<(), Answer>, E> {
    let now_ms = ground.now_ms();
    let plan = ground.read(|archive| plan::make(ground, archive, batch, now_ms))?;
    let outcome = ground.write(|archive| {
        check(archive).map_err(Whole::Checked)?;
        let plan = plan::renew(ground, archive, plan).map_err(Whole::Failed)?;
        let new: HashSet<Eid> =
            plan.affairs.iter().flat_map(|affair| &affair.new).map(ruling::Item::eid).collect();
        let answers = apply::carry_out(archive, &plan).map_err(Whole::Failed)?;
        match answers
            .into_iter()
            .find(|(eid, answer)| new.contains(eid) && answer.code != AnswerCode::Accepted)
        {
            Some((_, refused)) => Err(Whole::Refused(refused)),
            None => Ok(()),
        }
    });
    match outcome {
        Ok(()) => Ok(Ok(())),
        Err(Whole::Refused(answer)) => Ok(Err(answer)),
        Err(Whole::Checked(error)) => Err(error),
        Err(Whole::Failed(error)) => Err(error.into()),
    }
}

enum Whole<E> {
    Refused(Answer),
    Checked(E),
    Failed(ServerError),
}

impl<E> From<ArchiveError> for Whole<E> {
    fn from(error: ArchiveError) -> Self {
        Whole::Failed(error.into())
    }
}
