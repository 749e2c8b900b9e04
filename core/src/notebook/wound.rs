//! What is wrong with a document: changes that the server refused or that others replaced, and the
//! own changes that stand on them. Reads and sorts; writes nothing. Changes with what can be healed.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use ronde_model::document::{ChangeView, Document, Reason, Statement, looks_like_a_seal, read_change};
use ronde_model::envelope::{Kind, SealedEnvelope};
use ronde_model::fact::FactValue;
use ronde_model::id::{ChangeHash, DocId, Eid, LeaseId};
use ronde_model::instant::Instant;

use crate::error::Error;
use crate::store::{KeptChange, Tx};

/// What became of an own change.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// Nothing said against it.
    Sound,
    /// Refused: what stands on it waits for ever.
    Refused,
    /// Refused, because another change filed the report first.
    SecondSeal,
    /// Another envelope stands for it.
    Replaced(Eid),
    /// Somebody else's seal, which another seal pushed out; what stands for it, once that is here.
    PushedOut(Option<Eid>),
    /// Refused for what writing again would not mend.
    Left,
    /// Somebody else's, sound or not.
    Foreign,
}

/// A change of a report.
#[derive(Debug)]
pub struct KeptWrite {
    /// Its envelope.
    pub eid: Eid,
    /// Order of sending.
    pub priority: u8,
    /// What its envelope replaces.
    pub replaces: Vec<Eid>,
    /// What became of it.
    pub fate: Fate,
    /// What it says.
    pub view: ChangeView,
    /// Whether it filed a report.
    pub is_seal: bool,
    /// The lease it was written under.
    pub lease: LeaseId,
    /// When it was written.
    pub t: Instant,
    applied: bool,
}

/// Changes of a document that were refused or replaced, and the own ones that stand on them.
#[derive(Debug)]
pub struct Wound {
    /// Refused or replaced, in causal order.
    pub roots: Vec<KeptWrite>,
    /// What stands on one of them and is to be written again, in causal order: (the root, the change).
    pub dependents: Vec<(Eid, KeptWrite)>,
    /// What every change of the report kept here was made on.
    made_on: BTreeMap<ChangeHash, Vec<ChangeHash>>,
}

impl Wound {
    /// Looks at a document; `None` when there is nothing to do.
    pub fn examine(tx: &Tx<'_>, doc: DocId) -> Result<Option<Wound>, Error> {
        let kept = tx.kept_changes(doc)?;
        let writes: Vec<KeptWrite> =
            kept.into_iter().map(read).filter_map(Result::transpose).collect::<Result<_, _>>()?;
        // A report that was refused whole is left to a person: all of it is shown as it is.
        if writes.iter().any(|write| write.is_seal && matches!(write.fate, Fate::Refused | Fate::Left)) {
            return Ok(None);
        }
        let mut under: BTreeMap<ChangeHash, Eid> = BTreeMap::new();
        let made_on = writes.iter().map(|write| (write.view.hash, write.view.deps.clone())).collect();
        let mut wound = Wound { roots: Vec::new(), dependents: Vec::new(), made_on };
        for write in in_causal_order(writes) {
            let beneath = write.view.deps.iter().find_map(|dep| under.get(dep).copied());
            match (&write.fate, beneath) {
                (Fate::Refused | Fate::SecondSeal | Fate::Replaced(_) | Fate::PushedOut(_), _) => {
                    under.insert(write.view.hash, write.eid);
                    wound.roots.push(write);
                }
                (fate, Some(root)) => {
                    under.insert(write.view.hash, root);
                    if *fate == Fate::Sound {
                        wound.dependents.push((root, write));
                    }
                }
                (_, None) => {}
            }
        }
        let to_file_again = wound.roots.iter().any(|root| root.fate == Fate::SecondSeal);
        let work = to_file_again || wound.is_in_the_document() || !wound.dependents.is_empty();
        Ok(work.then_some(wound))
    }

    /// Whether the document here still holds any of it.
    pub fn is_in_the_document(&self) -> bool {
        let dependents = self.dependents.iter().map(|(_, write)| write);
        self.roots.iter().chain(dependents).any(|write| write.applied)
    }

    /// Whether any of these changes is this one, or was made on it.
    pub fn stand_on(&self, changes: &[ChangeHash], beneath: &ChangeHash) -> bool {
        let mut met = BTreeSet::new();
        let mut left = changes.to_vec();
        while let Some(change) = left.pop() {
            if change == *beneath {
                return true;
            }
            if met.insert(change) {
                left.extend(self.made_on.get(&change).into_iter().flatten());
            }
        }
        false
    }

    /// What the author of a change saw (`made_on`), told in the changes of the document it is written
    /// again in: sorted. `stands`: what stands there for changes that were replaced. For one that is gone and
    /// that nothing stands for, what it was made on.
    pub fn seen_by(
        &self,
        made_on: &[ChangeHash],
        document: &Document,
        stands: &BTreeMap<ChangeHash, ChangeHash>,
    ) -> Vec<ChangeHash> {
        let (mut seen, mut met) = (BTreeSet::new(), BTreeSet::new());
        let mut left = made_on.to_vec();
        while let Some(dep) = left.pop() {
            if !met.insert(dep) {
                continue;
            }
            let here = stands.get(&dep).into_iter().chain([&dep]).find(|hash| document.holds(hash));
            match here {
                Some(hash) => {
                    seen.insert(*hash);
                }
                None => left.extend(self.made_on.get(&dep).into_iter().flatten()),
            }
        }
        if seen.is_empty() {
            seen.extend(document.seal_hash());
        }
        seen.into_iter().collect()
    }
}

fn read(kept: KeptChange) -> Result<Option<KeptWrite>, Error> {
    let damaged = || Error::Corrupt { detail: "envelope does not read back".into() };
    let envelope = SealedEnvelope::parse(kept.bytes).map_err(|_| damaged())?.envelope;
    if envelope.kind != Kind::Report {
        return Ok(None);
    }
    let is_seal = looks_like_a_seal(&envelope.body);
    let second = Reason::SecondSeal.to_string();
    let revoked = Reason::Revoked.to_string();
    let fate = match (kept.replaced_by, kept.refused) {
        (by, Some(_)) if !kept.own && is_seal => Fate::PushedOut(by),
        _ if !kept.own => Fate::Foreign,
        (Some(by), _) => Fate::Replaced(by),
        (None, None) => Fate::Sound,
        (None, Some(reason)) if reason == second && is_seal => Fate::SecondSeal,
        (None, Some(reason)) if reason == revoked => Fate::Left,
        (None, Some(_)) => Fate::Refused,
    };
    Ok(read_change(&envelope.body).map(|view| KeptWrite {
        eid: kept.eid,
        priority: kept.priority,
        replaces: envelope.replaces,
        fate,
        view,
        is_seal,
        lease: envelope.lease,
        t: envelope.t,
        applied: kept.applied,
    }))
}

/// Each after those it was made on, as far as they are here.
fn in_causal_order(writes: Vec<KeptWrite>) -> Vec<KeptWrite> {
    let here: BTreeSet<ChangeHash> = writes.iter().map(|write| write.view.hash).collect();
    let mut ready = VecDeque::new();
    let mut waiting: BTreeMap<ChangeHash, (usize, KeptWrite)> = BTreeMap::new();
    let mut next: BTreeMap<ChangeHash, Vec<ChangeHash>> = BTreeMap::new();
    for write in writes {
        let before: BTreeSet<ChangeHash> =
            write.view.deps.iter().copied().filter(|dep| here.contains(dep)).collect();
        if before.is_empty() {
            ready.push_back(write);
            continue;
        }
        before.iter().for_each(|dep| next.entry(*dep).or_default().push(write.view.hash));
        waiting.insert(write.view.hash, (before.len(), write));
    }
    let mut ordered = Vec::with_capacity(here.len());
    while let Some(write) = ready.pop_front() {
        for after in next.remove(&write.view.hash).unwrap_or_default() {
            let Some((left, _)) = waiting.get_mut(&after) else { continue };
            *left -= 1;
            if *left == 0 {
                ready.extend(waiting.remove(&after).map(|(_, write)| write));
            }
        }
        ordered.push(write);
    }
    ordered
}

/// Whether two seals say the same: the same facts, the same words of the same people.
pub fn says_the_same(one: &[(String, FactValue)], other: &[(String, FactValue)]) -> bool {
    told(one).is_some_and(|one| Some(one) == told(other))
}

type Told<'a> = (BTreeMap<&'a str, &'a FactValue>, BTreeSet<(String, Option<String>)>);

/// Facts and words; `None` for what holds more than that.
fn told(writes: &[(String, FactValue)]) -> Option<Told<'_>> {
    let (mut facts, mut words) = (BTreeMap::new(), BTreeSet::new());
    for (key, value) in writes {
        match key.split('/').next()? {
            "facts" | "person" | "vehicle" => {
                facts.insert(key.as_str(), value);
            }
            "statement" => {
                let statement = Statement::from_value(value)?;
                words.insert((statement.text, statement.source_author));
            }
            _ => return None,
        }
    }
    Some((facts, words))
}
