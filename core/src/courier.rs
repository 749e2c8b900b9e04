//! The only loop: carries out what `sync` decides, over any link, on the store. Sends nothing it
//! was not told to send and applies an answer in one transaction.

use std::future::Future;
use std::time::Duration;

use ronde_model::id::Eid;
use ronde_model::wire::frame;
use serde::Serialize;
use tokio::sync::watch;

use crate::error::Error;
use crate::link::{Call, Link, LinkFault};
use crate::store::Position;
use crate::sync::{Applied, Effect, Event, Outcome, Sync};

/// What a synchronisation did.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct SyncReport {
    /// Requests answered or not.
    pub requests: u32,
    /// Bytes of bodies sent.
    pub bytes_up: u64,
    /// Bytes of bodies received.
    pub bytes_down: u64,
    /// Envelopes sent, others' offered to a restored server too.
    pub pushed: u64,
    /// Entries of the feed applied.
    pub fed: u64,
    /// Own envelopes the server set aside or could not read.
    pub refused: u64,
    /// Own envelopes that still wait.
    pub waiting: u64,
    /// Everything of this device is receipted and the feed is read to its end.
    pub complete: bool,
}

/// What the notebook does for the courier.
pub trait Desk {
    /// A framed request with what the outbox holds.
    fn compose(&self, budget: usize, with_leases: bool, may_walk: bool) -> Result<Composed, Error>;
    /// Applies an answer in one transaction.
    fn apply(&self, composed: &Composed, answer: &[u8]) -> Result<(Applied, Counts), Error>;
    /// Takes the place in the feed back to the history before the present one, or to the beginning;
    /// whether it stood anywhere else before.
    fn step_back(&self) -> Result<bool, Error>;
    /// A number in 0..1.
    fn jitter(&self) -> Result<f64, Error>;
}

/// A request ready to leave.
pub struct Composed {
    /// The framed body.
    pub body: Vec<u8>,
    /// The own envelopes in it.
    pub eids: Vec<Eid>,
    /// The envelopes of others in it.
    pub offers: Vec<Eid>,
    /// When it left, by this device's wall clock, ms UTC.
    pub sent_ms: i64,
    /// Where synchronisation stood when it was composed.
    pub position: Position,
    /// The lost bodies asked for.
    pub bodies: Vec<Eid>,
    /// When the ledgers differ, a walk through the server's may begin.
    pub may_walk: bool,
    /// Envelopes once answered malformed are in it, or there are none.
    pub with_malformed: bool,
}

/// What an answer brought.
#[derive(Debug, Clone, Copy, Default)]
pub struct Counts {
    /// Entries of the feed.
    pub fed: u64,
    /// Own envelopes refused.
    pub refused: u64,
}

/// Carries out one conversation.
///
/// # Errors
/// `Unreachable`, `ServerRefused`, `Revoked`, `Cancelled`, or the store's own; everything applied
/// until then stays applied.
pub async fn run(
    desk: &(dyn Desk + Send + std::marker::Sync),
    link: &dyn Link,
    attempts: u32,
    cancelled: &mut Cancelled,
) -> Result<SyncReport, Error> {
    let mut sync = Sync::new(attempts);
    let mut report = SyncReport::default();
    let mut last_fault = None;
    let mut effect = sync.step(Event::Begin, 0.0);
    loop {
        let event = match effect {
            Effect::Done(outcome) => return finish(outcome, report, last_fault),
            _ if *cancelled.borrow() => Event::Cancelled,
            Effect::StepBack => Event::SteppedBack(desk.step_back()?),
            Effect::Exchange { budget, with_leases, may_walk } => {
                let composed = desk.compose(budget, with_leases, may_walk)?;
                report.requests += 1;
                report.bytes_up += composed.body.len() as u64;
                report.pushed += (composed.eids.len() + composed.offers.len()) as u64;
                let exchanged = unless(cancelled, link.exchange(Call::Sync(composed.body.clone()))).await;
                match exchanged {
                    None => Event::Cancelled,
                    Some(Ok(answer)) => match frame::unpack(&answer) {
                        Ok(message) => {
                            report.bytes_down += answer.len() as u64;
                            let (applied, counts) = desk.apply(&composed, &message)?;
                            report.fed += counts.fed;
                            report.refused += counts.refused;
                            report.waiting = applied.waiting;
                            Event::Applied(applied)
                        }
                        Err(error) => fault(LinkFault::Cut(error.to_string()), &mut last_fault),
                    },
                    Some(Err(link_fault)) => fault(link_fault, &mut last_fault),
                }
            }
            Effect::Wait { ms } => {
                let waited = unless(cancelled, tokio::time::sleep(Duration::from_millis(ms))).await;
                waited.map_or(Event::Cancelled, |()| Event::Begin)
            }
        };
        effect = sync.step(event, desk.jitter()?);
    }
}

fn finish(outcome: Outcome, mut report: SyncReport, last: Option<LinkFault>) -> Result<SyncReport, Error> {
    match outcome {
        Outcome::Complete => {
            report.complete = true;
            Ok(report)
        }
        Outcome::Waiting => Ok(report),
        Outcome::Cancelled => Err(Error::Cancelled),
        Outcome::Offline | Outcome::Refused => {
            Err(last.map_or(Error::Unreachable { detail: "no answer".into() }, Error::from))
        }
    }
}

fn fault(fault: LinkFault, last: &mut Option<LinkFault>) -> Event {
    let event = match &fault {
        LinkFault::Cut(_) => Event::Cut,
        LinkFault::Refused { code, .. } if code == "lease-unknown" => Event::LeaseUnknown,
        LinkFault::Refused { code, .. } if code == "history-unknown" => Event::CursorUnknown,
        LinkFault::Refused { class, status, .. } => match class.as_str() {
            "split" => Event::TooLarge,
            "retry" => Event::Busy { after_ms: 0 },
            "wait" => Event::Busy { after_ms: 1_000 },
            "" if *status == 413 => Event::TooLarge,
            // No problem of ours: a proxy or a portal stands between.
            "" => Event::Cut,
            _ => Event::Refused,
        },
    };
    *last = Some(fault);
    event
}

/// Whether a person stopped it: true from the moment they did.
pub type Cancelled = watch::Receiver<bool>;

/// Does the work, unless a person stops it first: what was on its way is dropped then, and said
/// again next time.
async fn unless<T>(cancelled: &mut Cancelled, work: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        done = work => Some(done),
        Ok(_) = cancelled.wait_for(|stopped| *stopped) => None,
    }
}
