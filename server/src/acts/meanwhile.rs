//! What somebody else did on a report since a person looked at it: the numbers of its changes against
//! the number that was on screen. Pure. Changes when another act can cross one.

use std::collections::{BTreeMap, BTreeSet};

use ronde_model::document::key::{Key, Prefix};
use ronde_model::document::{ChangeView, Event};
use ronde_model::fact::FactValue;
use ronde_model::history::Provenance;
use ronde_model::id::{AgentId, ChangeHash, Eid};

use crate::intake::{Affair, Side};

/// What a person is about to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doing {
    /// Put somebody in charge.
    Assign,
    /// Close.
    Close,
    /// Open again.
    Reopen,
}

/// What somebody else did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Did {
    /// Wrote on the report itself, or answered a question about it.
    Write,
    /// Settled a divergence.
    Decide,
    /// Commented.
    Comment,
    /// Put somebody in charge.
    Assign,
    /// Opened it again.
    Reopen,
    /// Closed it.
    Close,
}

/// Somebody else did something that crosses what a person is about to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Meanwhile {
    /// That person's name in the service.
    pub by: String,
    /// What was done: what weighs most, and of that the last.
    pub did: Did,
    /// When the server received it, ms UTC.
    pub at_ms: i64,
    /// How much else crosses the act.
    pub others: usize,
    /// Some of that is not this person's.
    pub of_others: bool,
    /// The last number of the report and of its handling now.
    pub now: u64,
}

impl Did {
    /// The code, as in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Did::Write => "write",
            Did::Decide => "decide",
            Did::Comment => "comment",
            Did::Assign => "assign",
            Did::Reopen => "reopen",
            Did::Close => "close",
        }
    }
}

impl Doing {
    fn is_crossed_by(self, did: Did) -> bool {
        match self {
            Doing::Close => true,
            Doing::Assign => matches!(did, Did::Assign | Did::Close | Did::Reopen),
            Doing::Reopen => matches!(did, Did::Close | Did::Reopen),
        }
    }
}

/// What crosses an act of a person who looked at the report at a number; `None`: nothing does. One's
/// own acts never do.
pub fn meanwhile(affair: &Affair<'_>, who: AgentId, doing: Doing, seen: u64) -> Option<Meanwhile> {
    // Nobody looked at a report before it was there.
    let seen = seen.max(affair.row.as_ref().map_or(0, |row| row.place));
    let of_report = since(&affair.report, seen).into_iter().map(|(place, change)| (place, change, true));
    let of_handling = since(&affair.handling, seen).into_iter().map(|(place, change)| (place, change, false));
    let released = released(&affair.handling);
    let mut crossing = Vec::new();
    for (place, change, is_report) in of_report.chain(of_handling) {
        let side = if is_report { &affair.report } else { &affair.handling };
        // What was set aside came to be there by the act of whoever released it.
        let author = side.provenances.get(&change.hash);
        let author = author.map(|author| released.get(&author.eid).copied().unwrap_or(author));
        let author = author.filter(|author| author.agent != who);
        let did = if is_report { Some(Did::Write) } else { done(&change) };
        if let (Some(author), Some(did)) = (author, did.filter(|did| doing.is_crossed_by(*did))) {
            crossing.push((did, place, author));
        }
    }
    let now = affair.report.places.values().chain(affair.handling.places.values()).copied().max()?;
    let (did, _, author) = crossing.iter().max_by_key(|(did, place, _)| (*did, *place))?;
    Some(Meanwhile {
        by: author.name.clone(),
        did: *did,
        at_ms: author.received_ms.unwrap_or_else(|| author.t.corrected_ms()),
        others: crossing.len() - 1,
        of_others: crossing.iter().any(|(_, _, other)| other.agent != author.agent),
        now,
    })
}

/// Who released which envelope, the first of them.
fn released(handling: &Side) -> BTreeMap<Eid, &Provenance> {
    let Some(document) = &handling.document else { return BTreeMap::new() };
    let mut released: BTreeMap<Eid, (u64, &Provenance)> = BTreeMap::new();
    for change in document.changes() {
        let place = handling.places.get(&change.hash);
        let (Some(place), Some(author)) = (place, handling.provenances.get(&change.hash)) else { continue };
        for eid in change.writes.iter().filter_map(released_by) {
            let first = released.entry(eid).or_insert((*place, author));
            if *place < first.0 {
                *first = (*place, author);
            }
        }
    }
    released.into_iter().map(|(eid, (_, author))| (eid, author)).collect()
}

/// The envelope that an entry releases.
fn released_by((key, value): &(String, FactValue)) -> Option<Eid> {
    match Key::parse(key)? {
        Key::Entry(Prefix::Event, _) => {
            Event::from_value(value).filter(|event| event.what == "release").and_then(|event| event.eid)
        }
        _ => None,
    }
}

/// The changes accepted after a number, with theirs.
fn since(side: &Side, seen: u64) -> Vec<(u64, ChangeView)> {
    let news: BTreeMap<ChangeHash, u64> = side
        .places
        .iter()
        .filter(|(_, place)| **place > seen)
        .map(|(change, place)| (*change, *place))
        .collect();
    match &side.document {
        Some(document) if !news.is_empty() => {
            let changes = document.changes().into_iter();
            changes.filter_map(|change| Some((*news.get(&change.hash)?, change))).collect()
        }
        _ => Vec::new(),
    }
}

/// What a change of a handling amounts to; `None` for what crosses nobody's act.
fn done(change: &ChangeView) -> Option<Did> {
    let of = |(key, value): &(String, _)| match Key::parse(key)? {
        Key::Entry(Prefix::Decision, _) => Some(Did::Decide),
        Key::Entry(Prefix::Comment, _) => Some(Did::Comment),
        Key::Entry(Prefix::Answer, _) => Some(Did::Write),
        Key::Entry(Prefix::Event, _) => match Event::from_value(value)?.what.as_str() {
            "assign" => Some(Did::Assign),
            "close" => Some(Did::Close),
            "reopen" => Some(Did::Reopen),
            _ => None,
        },
        _ => None,
    };
    change.writes.iter().filter_map(of).max()
}

/// The changes of a side that were there at a number: what whoever looked then has read.
pub fn there_at(side: &Side, seen: u64) -> BTreeSet<ChangeHash> {
    side.places.iter().filter(|(_, place)| **place <= seen).map(|(change, _)| *change).collect()
}

/// The heads that a side had when only some of its changes were there, sorted.
pub fn heads_of(side: &Side, there: &BTreeSet<ChangeHash>) -> Vec<ChangeHash> {
    let Some(document) = &side.document else { return Vec::new() };
    let changes: Vec<ChangeView> =
        document.changes().into_iter().filter(|change| there.contains(&change.hash)).collect();
    let built_on: BTreeSet<ChangeHash> =
        changes.iter().flat_map(|change| change.deps.iter().copied()).collect();
    let mut heads: Vec<ChangeHash> =
        changes.iter().map(|change| change.hash).filter(|hash| !built_on.contains(hash)).collect();
    heads.sort_unstable();
    heads
}
