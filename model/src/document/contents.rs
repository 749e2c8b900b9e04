//! Reading a document: every value that stands under a key, with the change that wrote it, and
//! the changes in causal order. Hides nothing; who wrote a change is known from its envelope.

use std::collections::BTreeMap;

use automerge::legacy::{Key as LegacyKey, OpType};
use automerge::{ROOT, ReadDoc};

use super::Document;
use super::key::Key;
use super::writing::fact;
use crate::fact::FactValue;
use crate::id::ChangeHash;

/// One value standing under a key.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The value.
    pub value: FactValue,
    /// The change that wrote it.
    pub change: ChangeHash,
}

/// Every value of a document.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Contents {
    /// By key; more than one value means that people wrote apart. Ordered by change hash.
    pub values: BTreeMap<String, Vec<Written>>,
}

impl Contents {
    /// The entries under a prefix such as `event/`, in key order.
    pub fn under<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a Written)> {
        self.values
            .range(prefix.to_owned()..)
            .take_while(move |(key, _)| key.starts_with(prefix))
            .filter_map(|(key, values)| Some((key.as_str(), values.first()?)))
    }
}

/// One change, read without judging it.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangeView {
    /// Its hash.
    pub hash: ChangeHash,
    /// What it was made on.
    pub deps: Vec<ChangeHash>,
    /// What it put.
    pub writes: Vec<(String, FactValue)>,
}

impl Document {
    /// Every value under every key.
    pub fn contents(&self) -> Contents {
        let mut values = BTreeMap::new();
        for item in self.inner.map_range(ROOT, ..) {
            // Most keys hold one value: the range gives it without a look-up.
            let standing = if item.conflict {
                let Ok(all) = self.inner.get_all(ROOT, item.key.as_ref()) else { continue };
                all
            } else {
                vec![(item.value.clone().into_value(), item.id())]
            };
            let mut standing: Vec<Written> = standing
                .into_iter()
                .filter_map(|(value, opid)| {
                    let change = self.inner.hash_for_opid(&opid)?;
                    Some(Written { value: fact(value.as_scalar()?)?, change: ChangeHash(change.0) })
                })
                .collect();
            standing.sort_by_key(|value| value.change);
            if !standing.is_empty() {
                values.insert(item.key.into_owned(), standing);
            }
        }
        Contents { values }
    }

    /// The change that filed the report: the one without dependency that holds facts. `None` while
    /// only colleagues' statements are there, which may be without dependency too.
    pub fn seal_hash(&self) -> Option<ChangeHash> {
        let is_fact = |key: &str| Key::parse(key).is_some_and(|key| key.suffix().is_none());
        if !self.inner.keys(ROOT).any(|key| is_fact(&key)) {
            return None;
        }
        let metadata = self.inner.get_changes_meta(&[]);
        let roots: Vec<_> = metadata.iter().filter(|change| change.deps.is_empty()).map(|c| c.hash).collect();
        let holds_facts = |hash: &automerge::ChangeHash| {
            let change = self.inner.get_change_by_hash(hash);
            change.is_some_and(|change| view(&change).writes.iter().any(|(key, _)| is_fact(key)))
        };
        let seal = match roots.as_slice() {
            [only] => Some(*only),
            several => several.iter().copied().find(|hash| holds_facts(hash)),
        };
        seal.map(|hash| ChangeHash(hash.0))
    }

    /// The change that filed the report, read.
    pub fn sealing(&self) -> Option<ChangeView> {
        let hash = self.seal_hash()?;
        self.inner.get_change_by_hash(&automerge::ChangeHash(hash.0)).map(|change| view(&change))
    }

    /// Every change, each after what it was made on.
    pub fn changes(&self) -> Vec<ChangeView> {
        self.inner.get_changes(&[]).iter().map(view).collect()
    }
}

pub(super) fn view(change: &automerge::Change) -> ChangeView {
    let writes = change
        .decode()
        .operations
        .into_iter()
        .filter_map(|op| match (op.key, op.action) {
            (LegacyKey::Map(key), OpType::Put(value)) => Some((key.to_string(), fact(&value)?)),
            _ => None,
        })
        .collect();
    ChangeView {
        hash: ChangeHash(change.hash().0),
        deps: change.deps().iter().map(|h| ChangeHash(h.0)).collect(),
        writes,
    }
}
