//! Who wrote what when, on both sides of a report. Changes when a step says more.

use ronde_model::catalogue::Language;
use ronde_model::document::key::Key;
use ronde_model::history;
use serde::Serialize;
use utoipa::ToSchema;

use super::label::{label_of, words_of};
use super::{Entry, Fact, Who};
use crate::supervision;

/// The history of a report and of its handling, each change after what it was made on.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct History {
    /// Field content: agents.
    pub report: Vec<Step>,
    /// What was done about it: supervisors.
    pub handling: Vec<Step>,
}

/// One change.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Step {
    /// Its hash, hexadecimal.
    pub change: String,
    /// Nothing was there before: version 1.
    pub is_first: bool,
    /// Who, when, from where.
    pub who: Option<Who>,
    /// What was put.
    pub writes: Vec<Write>,
}

/// One key put by a change.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Write {
    /// The key.
    #[schema(example = "facts/severity")]
    pub key: String,
    /// The key's field, in words.
    pub label: String,
    /// A fact's value as a person reads it.
    pub words: Option<String>,
    /// What was put.
    #[serde(flatten)]
    pub entry: Entry,
    /// What its author had on screen under this key.
    pub replaced: Vec<Fact>,
}

impl History {
    /// Of the server's history, with words of a language.
    pub fn of(history: &supervision::History, language: Language) -> Self {
        let steps = |steps: &[history::Step]| steps.iter().map(|step| Step::of(step, language)).collect();
        History { report: steps(&history.report), handling: steps(&history.handling) }
    }
}

impl Step {
    /// Of one step, with words of a language.
    pub fn of(step: &history::Step, language: Language) -> Self {
        Step {
            change: step.change.to_string(),
            is_first: step.is_first,
            who: step.provenance.as_ref().map(|who| Who::of(who, language)),
            writes: step.writes.iter().map(|write| Write::of(write, language)).collect(),
        }
    }
}

impl Write {
    fn of(write: &history::Write, language: Language) -> Self {
        Write {
            key: write.key.clone(),
            label: label_of(&write.key, language),
            words: matches!(Key::parse(&write.key), Some(Key::Fact(_) | Key::Involved(..)))
                .then(|| words_of(&write.key, &write.value, language)),
            entry: Entry::of(&write.key, &write.value),
            replaced: write.replaced.iter().map(Fact::from).collect(),
        }
    }
}
