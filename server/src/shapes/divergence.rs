//! Where people wrote apart, side by side. Changes when a divergence says more.

use ronde_model::catalogue::Language;
use ronde_model::divergence::{self, Decided};
use ronde_model::id::ChangeHash;
use serde::Serialize;
use utoipa::ToSchema;

use super::label::{label_of, words_of};
use super::{Fact, Who};

/// Every divergence of a report.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Divergences {
    /// The report, hexadecimal.
    pub report: String,
    /// By key. A decided one stays in the list, with `open` false.
    pub items: Vec<Divergence>,
}

/// A key under which people wrote apart.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Divergence {
    /// The key.
    #[schema(example = "facts/severity")]
    pub key: String,
    /// The key's field, in words.
    pub label: String,
    /// No single decision holds.
    pub open: bool,
    /// One per author and distinct value; no value leads.
    pub voices: Vec<Voice>,
    /// The decisions that cover the present values.
    pub decisions: Vec<Decision>,
    /// Every change that stands under the key, hexadecimal: give it back as `saw`.
    pub saw: Vec<String>,
    /// Give it back as `saw_decisions`.
    pub saw_decisions: Vec<String>,
}

/// One value of a divergence, with its author.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Voice {
    /// The value.
    pub value: Fact,
    /// The value as a person reads it.
    pub words: String,
    /// The change that wrote it, hexadecimal: give it back as `chosen.change`.
    pub change: String,
    /// Who, when, from which device.
    pub who: Option<Who>,
}

/// A decision.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Decision {
    /// Its id.
    pub id: String,
    /// The value that holds; null when the change it names is not known here.
    pub value: Option<Fact>,
    /// The value as a person reads it.
    pub words: Option<String>,
    /// Why.
    pub reason: String,
    /// Who decided, when.
    pub who: Option<Who>,
}

impl Divergence {
    /// Of one divergence, with words of a language.
    pub fn of(found: &divergence::Divergence, language: Language) -> Self {
        let key = found.key.as_str();
        Divergence {
            key: found.key.clone(),
            label: label_of(key, language),
            open: found.open,
            voices: found.voices.iter().map(|voice| Voice::of(key, voice, language)).collect(),
            decisions: found.decisions.iter().map(|decided| Decision::of(key, decided, language)).collect(),
            saw: found.present.iter().map(ChangeHash::to_string).collect(),
            saw_decisions: found.decisions.iter().map(|decided| decided.id.clone()).collect(),
        }
    }
}

impl Voice {
    fn of(key: &str, voice: &divergence::Voice, language: Language) -> Self {
        Voice {
            words: words_of(key, &voice.value, language),
            value: Fact::from(&voice.value),
            change: voice.change.to_string(),
            who: voice.provenance.as_ref().map(|who| Who::of(who, language)),
        }
    }
}

impl Decision {
    fn of(key: &str, decided: &Decided, language: Language) -> Self {
        Decision {
            words: decided.value.as_ref().map(|value| words_of(key, value, language)),
            id: decided.id.clone(),
            value: decided.value.as_ref().map(Fact::from),
            reason: decided.decision.reason.clone(),
            who: decided.provenance.as_ref().map(|who| Who::of(who, language)),
        }
    }
}
