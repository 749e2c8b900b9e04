//! The network between phones and server: what is lost, delayed, doubled or replayed, and what an
//! ear on the line hears. Decides by the story's chance; knows no document.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use ronde_core::{Answering, Call, Link, LinkFault};
use ronde_model::envelope::SealedEnvelope;
use ronde_model::id::{DocId, Eid, HistoryId};
use ronde_model::signing::Signed;
use ronde_model::wire::{Entry, Request, Response, decode, frame};
use ronde_tests::disk::Disk;

use crate::chance::Chance;
use crate::figures::Figures;
use crate::office::{Door, enter};

/// Requests kept for a later replay.
const KEPT: usize = 64;

/// Calls of one conversation, at most: beyond, it never ends.
const ENDLESS: u32 = 300;

/// How bad a link is, percent of each exchange.
#[derive(Debug, Clone, Copy, Default)]
pub struct Weather {
    /// The request never arrives.
    pub request_lost: u64,
    /// The server did everything, and the phone does not hear of it.
    pub answer_lost: u64,
    /// The request arrives much later, and its answer nowhere.
    pub delayed: u64,
    /// The request arrives twice.
    pub doubled: u64,
}

/// An envelope seen on the line that takes the place of others.
pub struct Replacement {
    /// The envelope.
    pub eid: Eid,
    /// Its document.
    pub doc: DocId,
    /// Whose place it takes.
    pub replaces: Vec<Eid>,
}

/// What the line remembers.
#[derive(Default)]
pub struct Line {
    /// Requests that went by: who sent them.
    pub captured: Vec<(usize, Vec<u8>)>,
    /// Requests on their way.
    pub delayed: Vec<(usize, Vec<u8>)>,
    /// Envelopes that take another's place, not looked at yet.
    pub replacements: Vec<Replacement>,
    /// By phone and envelope, under which number it was fed.
    fed: BTreeMap<(usize, Eid), (HistoryId, u64)>,
    /// Reports fed in the present step: to whom.
    pub fed_now: Vec<(usize, DocId)>,
    /// Fed twice under two numbers of one history.
    pub twice: Vec<(usize, Eid)>,
    /// What happened, in numbers.
    pub figures: Figures,
}

/// The line, shared by every road.
pub type Shared = Arc<Mutex<Line>>;

/// Nobody panics inside: one thread a story.
pub fn listen(line: &Shared) -> MutexGuard<'_, Line> {
    line.lock().expect("one thread")
}

/// One phone's way to the server in one conversation.
pub struct Road {
    door: Door,
    line: Shared,
    chance: Chance,
    who: usize,
    weather: Weather,
    /// The phone's disk, and the operation at which its power goes.
    dies: Option<(Arc<Disk>, usize)>,
    state: Mutex<Journey>,
}

/// What became of one conversation on its road.
#[derive(Debug, Clone, Copy, Default)]
pub struct Journey {
    /// Calls.
    pub calls: u32,
    /// Something was done to one of them.
    pub troubled: bool,
    /// It never ends.
    pub endless: bool,
}

impl Road {
    /// A road for one conversation.
    pub fn new(
        door: &Door,
        line: &Shared,
        chance: &Chance,
        who: usize,
        weather: Weather,
        dies: Option<(Arc<Disk>, usize)>,
    ) -> Self {
        let (door, line, chance) = (door.clone(), line.clone(), chance.clone());
        Road { door, line, chance, who, weather, dies, state: Mutex::default() }
    }

    /// What became of it.
    pub fn journey(&self) -> Journey {
        *self.state.lock().expect("one thread")
    }

    fn cut(&self, what: &'static str) -> Result<Vec<u8>, LinkFault> {
        self.state.lock().expect("one thread").troubled = true;
        listen(&self.line).figures.count(what);
        Err(LinkFault::Cut(what.into()))
    }

    fn go(&self, call: Call) -> Result<Vec<u8>, LinkFault> {
        let calls = {
            let mut state = self.state.lock().expect("one thread");
            state.calls += 1;
            state.endless |= state.calls > ENDLESS;
            state.calls
        };
        if calls > ENDLESS {
            return self.cut("endless");
        }
        if self.dies.as_ref().is_some_and(|(disk, index)| disk.operations() > *index) {
            return self.cut("faults.died_before_request");
        }
        let Weather { request_lost, answer_lost, delayed, doubled } = self.weather;
        if self.chance.percent(request_lost) {
            return self.cut("faults.request_lost");
        }
        let body = match &call {
            Call::Sync(body) => Some(body.clone()),
            _ => None,
        };
        if let Some(body) = &body {
            let mut line = listen(&self.line);
            line.hear_request(self.who, body);
            if self.chance.percent(delayed) {
                line.delayed.push((self.who, body.clone()));
                drop(line);
                return self.cut("faults.request_delayed");
            }
        }
        let starts = enter(&self.door).starts;
        let mut answer = enter(&self.door).serve(call.clone());
        if answer.is_ok() && self.chance.percent(doubled) {
            listen(&self.line).figures.count("faults.request_doubled");
            let second = enter(&self.door).serve(call);
            if self.chance.percent(50) {
                answer = second;
            }
        }
        if enter(&self.door).starts != starts {
            self.state.lock().expect("one thread").troubled = true;
        }
        if answer.is_ok() && self.chance.percent(answer_lost) {
            return self.cut("faults.answer_lost");
        }
        if let (Some(_), Ok(answer)) = (&body, &answer) {
            listen(&self.line).hear_answer(self.who, answer);
        }
        answer
    }
}

impl Link for Road {
    fn exchange(&self, call: Call) -> Answering<'_> {
        let answer = self.go(call);
        Box::pin(std::future::ready(answer))
    }
}

impl Line {
    /// Under which number a phone was last fed an envelope.
    pub fn last_fed(&self, who: usize, eid: Eid) -> Option<(HistoryId, u64)> {
        self.fed.get(&(who, eid)).copied()
    }

    fn hear_request(&mut self, who: usize, body: &[u8]) {
        self.figures.count("requests");
        if self.captured.len() >= KEPT {
            self.captured.remove(0);
        }
        self.captured.push((who, body.to_vec()));
        let Some(request) = read_request(body) else { return };
        for raw in request.push {
            let Ok(sealed) = SealedEnvelope::parse(raw.0) else { continue };
            if !sealed.envelope.replaces.is_empty() {
                let (doc, replaces) = (sealed.envelope.doc, sealed.envelope.replaces);
                self.replacements.push(Replacement { eid: sealed.eid, doc, replaces });
            }
        }
    }

    fn hear_answer(&mut self, who: usize, answer: &[u8]) {
        let Ok(message) = frame::unpack(answer) else { return };
        let Ok(response) = decode::<Response>(&message) else { return };
        for entry in response.feed {
            let Entry::Change { seq: Some(seq), envelope, .. } = entry else { continue };
            let Ok(sealed) = SealedEnvelope::parse(envelope.0) else { continue };
            self.fed_now.push((who, sealed.envelope.doc));
            let number = (response.cursor.0, seq);
            let before = self.fed.insert((who, sealed.eid), number);
            if before.is_some_and(|before| before.0 == number.0 && before.1 != number.1) {
                self.twice.push((who, sealed.eid));
            }
        }
    }
}

/// A framed request, unverified.
fn read_request(body: &[u8]) -> Option<Request> {
    let message = frame::unpack(body).ok()?;
    let signed = Signed::parse(&message).ok()?;
    decode(signed.payload()).ok()
}
