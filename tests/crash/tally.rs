//! What was examined and what was found, in counts and in words. Changes when another figure is told.

use std::collections::BTreeMap;

use ronde_tests::disk::Fault;
use serde_json::{Value, json};

use crate::examine::Wrong;
use crate::trouble::Trouble;

/// Findings whose words are kept; all are counted.
const KEPT: usize = 40;

/// Counts of one part of a run.
#[derive(Debug, Default, Clone)]
pub struct Tally {
    /// Disks found after a power cut, opened and examined.
    pub states: usize,
    /// Of these, found after a cut of what followed another cut.
    pub repeated: usize,
    /// Stories played.
    pub lives: usize,
    /// Wrong disks by kind.
    pub wrong: BTreeMap<Wrong, usize>,
    /// The words of the first of them.
    pub findings: Vec<String>,
    /// Disks on which a whole synchronisation went through afterwards.
    pub meetings: usize,
    /// Refusals tried.
    pub faults: usize,
    /// Refused steps that went through once the disk was healed.
    pub healed: usize,
    /// What a refused step was told as, by fault.
    pub told: BTreeMap<String, usize>,
    /// By scenario: states, faults.
    pub scenarios: BTreeMap<&'static str, (usize, usize)>,
}

impl Tally {
    pub fn find(&mut self, wrong: Wrong, words: String) {
        *self.wrong.entry(wrong).or_default() += 1;
        if self.findings.len() < KEPT {
            self.findings.push(format!("{wrong:?}: {words}"));
        }
    }

    pub fn told(&mut self, fault: Fault, trouble: &Trouble) {
        *self.told.entry(format!("{fault:?} → {}", trouble.name())).or_default() += 1;
    }

    pub fn count(&self, wrong: Wrong) -> usize {
        self.wrong.get(&wrong).copied().unwrap_or_default()
    }

    pub fn is_clean(&self) -> bool {
        self.wrong.is_empty()
    }

    pub fn add(&mut self, other: Tally) {
        self.states += other.states;
        self.repeated += other.repeated;
        self.lives += other.lives;
        self.meetings += other.meetings;
        self.faults += other.faults;
        self.healed += other.healed;
        other.wrong.into_iter().for_each(|(wrong, count)| *self.wrong.entry(wrong).or_default() += count);
        other.told.into_iter().for_each(|(name, count)| *self.told.entry(name).or_default() += count);
        for (name, (states, faults)) in other.scenarios {
            let mine = self.scenarios.entry(name).or_default();
            *mine = (mine.0 + states, mine.1 + faults);
        }
        let room = KEPT.saturating_sub(self.findings.len());
        self.findings.extend(other.findings.into_iter().take(room));
    }

    /// The keys of 5-proof 5.4, and more.
    pub fn json(&self) -> Value {
        let scenarios: BTreeMap<_, _> = self
            .scenarios
            .iter()
            .map(|(name, (states, faults))| (*name, json!({ "states": states, "faults": faults })))
            .collect();
        json!({
            "states": self.states,
            "lost_acknowledged": self.count(Wrong::Lost),
            "corrupt": self.count(Wrong::Corrupt),
            "torn": self.count(Wrong::Torn),
            "unusable": self.count(Wrong::Unusable),
            "repeated_cuts": self.repeated,
            "stories_played": self.lives,
            "synchronised_after": self.meetings,
            "faults": { "tried": self.faults, "usable_after": self.healed, "told": self.told },
            "scenarios": scenarios,
            "findings": self.findings,
        })
    }
}
