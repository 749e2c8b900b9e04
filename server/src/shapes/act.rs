//! What a supervisor's program sends to act on a report, and what it is answered.
//! Changes when a person can do something more.

use ronde_model::document::Chosen;
use ronde_model::id::{ChangeHash, DocId, Eid};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Divergence, Fact, UnreadableFact};
use crate::server;

/// Settles a divergence.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Deciding {
    /// The key that diverges.
    #[schema(example = "facts/severity")]
    key: String,
    /// What holds.
    chosen: Giving,
    /// Every change whose value was on screen, as the divergence's `saw` names them.
    #[schema(value_type = Vec<String>)]
    saw: Vec<ChangeHash>,
    /// The decisions on screen, as the divergence's `saw_decisions` names them.
    #[serde(default)]
    saw_decisions: Vec<String>,
    /// Why.
    reason: String,
}

/// What a decision holds for true: one of the two.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Giving {
    /// The value written by this change, hexadecimal.
    #[schema(value_type = String)]
    Change(ChangeHash),
    /// A third value.
    Value(Fact),
}

impl TryFrom<Deciding> for server::Deciding {
    type Error = UnreadableFact;

    fn try_from(sent: Deciding) -> Result<Self, UnreadableFact> {
        let chosen = match sent.chosen {
            Giving::Change(change) => Chosen::Change(change),
            Giving::Value(fact) => Chosen::Value(fact.try_into()?),
        };
        Ok(server::Deciding {
            key: sent.key,
            chosen,
            saw: sent.saw,
            saw_decisions: sent.saw_decisions,
            reason: sent.reason,
        })
    }
}

/// Puts somebody in charge.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Assigning {
    /// Who, or which unit, takes charge.
    pub to: String,
    /// Why.
    pub reason: Option<String>,
}

/// An act that is done with its reason.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reasoning {
    /// Why.
    pub reason: String,
}

/// A comment.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Commenting {
    /// Verbatim.
    pub text: String,
}

/// Says that two reports are one event, or no longer.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Linking {
    /// The other report, hexadecimal.
    #[schema(value_type = String)]
    pub other: DocId,
    /// One event (true), or no longer (false).
    pub linked: bool,
}

/// A decision is stored, and this is what stands now.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Settled {
    /// The envelope, hexadecimal.
    pub eid: String,
    /// The divergence as it stands with this decision: still `open`, with several `decisions`, when
    /// somebody decided otherwise meanwhile; null when nothing diverges under the key any more.
    pub divergence: Option<Divergence>,
}

/// The act is stored as a signed envelope.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Done {
    /// The envelope, hexadecimal; null when there was nothing left to write.
    pub eid: Option<String>,
}

impl From<Option<Eid>> for Done {
    fn from(eid: Option<Eid>) -> Self {
        Done { eid: eid.map(|eid| eid.to_string()) }
    }
}
