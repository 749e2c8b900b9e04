//! The naive model: what Ronde means, in sets and maps, written again from the design and not from
//! the code. A put is one act of a person; who knows which puts must see exactly this. Knows no
//! Automerge, no envelope, no number. Changes when a rule of the product does.

use std::collections::{BTreeMap, BTreeSet};

use ronde_model::fact::FactValue;
use ronde_model::id::{AgentId, DocId, Eid};

/// One act on one report.
#[derive(Debug, Clone)]
pub struct Put {
    /// The report.
    pub doc: DocId,
    /// Who.
    pub agent: AgentId,
    /// Order among acts that did not see each other: (ms UTC, identity).
    pub at_ms: i64,
    /// Everything of the report that the writer's device knew or had on screen.
    pub saw: BTreeSet<Eid>,
    /// What.
    pub says: Says,
}

/// What an act says.
#[derive(Debug, Clone, PartialEq)]
pub enum Says {
    /// Version 1, filed in a unit.
    Seal {
        /// The unit.
        unit: String,
        /// By key, as in the document.
        facts: BTreeMap<String, FactValue>,
        /// The author's words.
        words: Option<String>,
    },
    /// Corrections by key.
    Facts(BTreeMap<String, FactValue>),
    /// Words.
    Words(String),
    /// The author takes it back.
    Void,
    /// A supervisor read it.
    Read,
    /// Somebody is put in charge.
    Assign(String),
    /// Closed with a reason.
    Close(String),
    /// Opened again.
    Reopen,
    /// A comment.
    Comment(String),
    /// An envelope is released from quarantine.
    Release(Eid),
    /// A divergence is settled.
    Decide {
        /// Under which key.
        key: String,
        /// What holds.
        value: FactValue,
        /// The puts whose values were on screen.
        values: BTreeSet<Eid>,
        /// The decisions that were on screen.
        decisions: BTreeSet<Eid>,
    },
}

/// What somebody who knows certain puts of a report must see.
#[derive(Debug, Default, PartialEq)]
pub struct View {
    /// By key, every present value and its author.
    pub present: BTreeMap<String, BTreeMap<Eid, (AgentId, FactValue)>>,
    /// By key, the decision that stands; `None`: people wrote apart and nothing settles it.
    pub apart: BTreeMap<String, Option<FactValue>>,
    /// Keys of which one person wrote several present values: which one speaks is not said here.
    pub several_of_one: BTreeSet<String>,
    /// Every statement.
    pub words: BTreeMap<Eid, String>,
    /// Taken back.
    pub voided: bool,
    /// Read by somebody.
    pub read: bool,
    /// To whom it is assigned.
    pub assigned: Option<String>,
    /// Why it is closed.
    pub closed: Option<String>,
    /// Comments.
    pub comments: BTreeMap<Eid, String>,
    /// Everybody who wrote a part of the report itself.
    pub authors: BTreeSet<AgentId>,
}

/// Every act ever done, whoever knows of it.
#[derive(Default)]
pub struct Model {
    puts: BTreeMap<Eid, Put>,
    by_doc: BTreeMap<DocId, BTreeSet<Eid>>,
}

impl Model {
    /// An act as it is done: putting the one value that its writer saw standing says nothing.
    pub fn as_done(&self, mut put: Put) -> Put {
        if let Says::Facts(facts) = &mut put.says {
            let seen = self.view(&put.saw);
            facts.retain(|key, value| {
                let standing = seen.present.get(key).map(|present| present.values().collect::<Vec<_>>());
                !standing.is_some_and(|values| matches!(values.as_slice(), [(_, only)] if only == value))
            });
        }
        put
    }

    /// An act was done.
    pub fn add(&mut self, eid: Eid, put: Put) {
        self.by_doc.entry(put.doc).or_default().insert(eid);
        self.puts.insert(eid, put);
    }

    /// An act.
    pub fn put(&self, eid: &Eid) -> Option<&Put> {
        self.puts.get(eid)
    }

    /// Every report ever filed.
    pub fn docs(&self) -> impl Iterator<Item = DocId> {
        self.by_doc.keys().copied()
    }

    /// The acts on a report.
    pub fn of(&self, doc: DocId) -> BTreeSet<Eid> {
        self.by_doc.get(&doc).cloned().unwrap_or_default()
    }

    /// The unit in which a report was filed, and by whom; `None` when its seal is not among those known.
    pub fn seal_of(&self, known: &BTreeSet<Eid>) -> Option<(&str, AgentId)> {
        known.iter().find_map(|eid| match self.puts.get(eid) {
            Some(Put { says: Says::Seal { unit, .. }, agent, .. }) => Some((unit.as_str(), *agent)),
            _ => None,
        })
    }

    /// Whether somebody of these units, or this person, may read a report of which these acts are known.
    pub fn may_read(&self, known: &BTreeSet<Eid>, units: &BTreeSet<String>, agent: AgentId) -> bool {
        let of_unit = self.seal_of(known).is_some_and(|(unit, _)| units.contains(unit));
        of_unit || known.iter().filter_map(|eid| self.puts.get(eid)).any(|p| p.agent == agent && p.is_field())
    }

    /// What whoever knows these acts of a report must see.
    pub fn view(&self, known: &BTreeSet<Eid>) -> View {
        let acts: Vec<(&Eid, &Put)> = known.iter().filter_map(|e| self.puts.get_key_value(e)).collect();
        let mut view = View::default();
        for (eid, put) in &acts {
            if put.is_field() {
                view.authors.insert(put.agent);
            }
            for (key, value) in put.facts() {
                // A value stands until somebody who saw it wrote another.
                let over = |(_, later): &(&Eid, &Put)| {
                    later.saw.contains(*eid) && later.facts().any(|(k, _)| k == key)
                };
                if !acts.iter().any(over) {
                    let present = view.present.entry(key.clone()).or_default();
                    present.insert(**eid, (put.agent, value.clone()));
                }
            }
            match &put.says {
                Says::Seal { words: Some(words), .. } | Says::Words(words) => {
                    view.words.insert(**eid, words.clone());
                }
                Says::Void => view.voided = true,
                Says::Comment(words) => {
                    view.comments.insert(**eid, words.clone());
                }
                _ => {}
            }
        }
        self.find_apart(&acts, &mut view);
        for (_, put) in in_order(acts) {
            match &put.says {
                Says::Read => view.read = true,
                Says::Assign(to) => view.assigned = Some(to.clone()),
                Says::Close(reason) => view.closed = Some(reason.clone()),
                Says::Reopen => view.closed = None,
                _ => {}
            }
        }
        view
    }

    /// No silent winner: two people, two different values, neither of whom saw the other's.
    fn find_apart(&self, acts: &[(&Eid, &Put)], view: &mut View) {
        for (key, present) in &view.present {
            let agents: BTreeSet<AgentId> = present.values().map(|(agent, _)| *agent).collect();
            if agents.len() < present.len() {
                view.several_of_one.insert(key.clone());
            }
            let (_, first) = present.first_key_value().map(|(_, one)| one).cloned().unzip();
            let differ = present.values().any(|(_, value)| Some(value) != first.as_ref());
            if agents.len() > 1 && differ {
                let standing = standing(acts, key, &present.keys().copied().collect());
                let agree = standing.windows(2).all(|pair| pair[0] == pair[1]);
                let settled = standing.first().filter(|_| agree).cloned();
                view.apart.insert(key.clone(), settled);
            }
        }
    }
}

/// The decisions on a key that saw every present value, but for those that another such one saw.
fn standing(acts: &[(&Eid, &Put)], key: &str, present: &BTreeSet<Eid>) -> Vec<FactValue> {
    let mut covering: BTreeMap<&Eid, (&FactValue, &BTreeSet<Eid>)> = BTreeMap::new();
    for (eid, put) in acts {
        if let Says::Decide { key: of, value, values, decisions } = &put.says
            && of == key
            && present.is_subset(values)
        {
            covering.insert(eid, (value, decisions));
        }
    }
    let seen: BTreeSet<Eid> =
        covering.values().flat_map(|(_, decisions)| decisions.iter().copied()).collect();
    covering.iter().filter(|(eid, _)| !seen.contains(eid)).map(|(_, (value, _))| (*value).clone()).collect()
}

/// What was seen comes before who saw it; otherwise by time, then identity.
fn in_order<'a>(acts: Vec<(&'a Eid, &'a Put)>) -> Vec<(&'a Eid, &'a Put)> {
    let mut left: Vec<(&Eid, &Put)> = acts.into_iter().filter(|(_, put)| !put.is_field()).collect();
    left.sort_by_key(|(eid, put)| (put.at_ms, **eid));
    let mut ordered = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let free = left.iter().position(|(_, put)| !left.iter().any(|(other, _)| put.saw.contains(other)));
        ordered.push(left.remove(free.unwrap_or(0)));
    }
    ordered
}

impl Put {
    /// Part of the report itself, not of its handling.
    pub fn is_field(&self) -> bool {
        matches!(self.says, Says::Seal { .. } | Says::Facts(_) | Says::Words(_) | Says::Void)
    }

    /// What it puts.
    fn facts(&self) -> impl Iterator<Item = (&String, &FactValue)> {
        match &self.says {
            Says::Seal { facts, .. } | Says::Facts(facts) => Some(facts.iter()),
            _ => None,
        }
        .into_iter()
        .flatten()
    }
}
