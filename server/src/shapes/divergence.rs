//! Where people wrote apart, side by side. Changes when a divergence says more.

use ronde_model::divergence::{self, Decided};
use ronde_model::id::ChangeHash;
use serde::Serialize;
use utoipa::ToSchema;

use super::label::label_of;
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
    /// The key's field, in French.
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
    /// Why.
    pub reason: String,
    /// Who decided, when.
    pub who: Option<Who>,
}

impl From<&divergence::Divergence> for Divergence {
    fn from(found: &divergence::Divergence) -> Self {
        Divergence {
            key: found.key.clone(),
            label: label_of(&found.key),
            open: found.open,
            voices: found.voices.iter().map(Voice::from).collect(),
            decisions: found.decisions.iter().map(Decision::from).collect(),
            saw: found.present.iter().map(ChangeHash::to_string).collect(),
            saw_decisions: found.decisions.iter().map(|decided| decided.id.clone()).collect(),
        }
    }
}

impl From<&divergence::Voice> for Voice {
    fn from(voice: &divergence::Voice) -> Self {
        Voice {
            value: Fact::from(&voice.value),
            change: voice.change.to_string(),
            who: voice.provenance.as_ref().map(Who::from),
        }
    }
}

impl From<&Decided> for Decision {
    fn from(decided: &Decided) -> Self {
        Decision {
            id: decided.id.clone(),
            value: decided.value.as_ref().map(Fact::from),
            reason: decided.decision.reason.clone(),
            who: decided.provenance.as_ref().map(Who::from),
        }
    }
}
