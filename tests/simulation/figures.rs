//! What is counted over all seeds, and the object printed at the end. Changes when something more
//! is worth counting.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

/// Counts by name.
#[derive(Debug, Clone, Default)]
pub struct Figures(BTreeMap<&'static str, u64>);

impl Figures {
    /// One more.
    pub fn count(&mut self, what: &'static str) {
        self.add(what, 1);
    }

    /// So many more.
    pub fn add(&mut self, what: &'static str, many: u64) {
        *self.0.entry(what).or_default() += many;
    }

    /// How many.
    pub fn of(&self, what: &str) -> u64 {
        self.0.get(what).copied().unwrap_or(0)
    }

    /// Everything of another run too.
    pub fn merge(&mut self, other: &Figures) {
        other.0.iter().for_each(|(what, many)| self.add(what, *many));
    }

    /// As an object; names hold a dot where they belong to a group (`faults.lost_request`).
    pub fn json(&self) -> Map<String, Value> {
        let mut object = Map::new();
        for (name, many) in &self.0 {
            match name.split_once('.') {
                Some((group, name)) => {
                    let group = object.entry(group).or_insert_with(|| json!({}));
                    group[name] = json!(many);
                }
                None => {
                    object.insert((*name).to_owned(), json!(many));
                }
            }
        }
        object
    }
}
