//! What was written under one key, read by the key's prefix: a fact, words, a step, a decision.
//! Changes when a prefix appears.

use ronde_model::document::key::{Key, Prefix};
use ronde_model::document::{Action, Answer, Chosen, Comment, Decision, Event, Link, Statement, Voiding};
use ronde_model::fact::FactValue;
use serde::Serialize;
use utoipa::ToSchema;

use super::Fact;

/// What was written, by kind of entry.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(tag = "entry", rename_all = "snake_case")]
pub enum Entry {
    /// A fact, or an attribute of a person or vehicle involved.
    Fact {
        /// The value put.
        value: Fact,
    },
    /// An agent's words.
    Statement {
        /// Verbatim.
        text: String,
        /// A named author outside the service.
        source_author: Option<String>,
        /// The id of an earlier statement of the same agent.
        supersedes: Option<String>,
    },
    /// Something done.
    Action {
        /// A code, or words.
        what: String,
        /// More.
        note: Option<String>,
    },
    /// The author voided the report.
    Void {
        /// Why.
        reason: String,
    },
    /// A step of the lifecycle.
    Event {
        /// `read`, `assign`, `close`, `reopen`, `approve`, `release`, or what a later version knows.
        what: String,
        /// Why.
        reason: Option<String>,
        /// Assigned to whom.
        assignee: Option<String>,
        /// The envelope released, hexadecimal.
        eid: Option<String>,
    },
    /// A divergence settled.
    Decision {
        /// The key that diverged.
        about: String,
        /// The change whose value holds, hexadecimal; null for a third value.
        change: Option<String>,
        /// The third value.
        value: Option<Fact>,
        /// Why.
        reason: String,
    },
    /// A supervisor's word.
    Comment {
        /// Verbatim.
        text: String,
    },
    /// An answer to a comment.
    Answer {
        /// Verbatim.
        text: String,
        /// The id of the comment.
        to: Option<String>,
    },
    /// Two reports are one event, or no longer.
    Link {
        /// The other report, hexadecimal.
        other: String,
        /// Linked, or unlinked.
        linked: bool,
    },
    /// An entry that this version shows as it is.
    Other {
        /// Its value.
        value: Fact,
    },
}

impl Entry {
    /// Reads what stands under a key.
    pub fn of(key: &str, value: &FactValue) -> Self {
        let read = match Key::parse(key) {
            Some(Key::Fact(_) | Key::Involved(..)) => Some(Entry::Fact { value: Fact::from(value) }),
            Some(Key::Statement(..)) => Statement::from_value(value).map(statement),
            Some(Key::Entry(prefix, _)) => record(prefix, value),
            Some(Key::Unknown) | None => None,
        };
        read.unwrap_or_else(|| Entry::Other { value: Fact::from(value) })
    }
}

fn statement(said: Statement) -> Entry {
    Entry::Statement { text: said.text, source_author: said.source_author, supersedes: said.supersedes }
}

fn record(prefix: Prefix, value: &FactValue) -> Option<Entry> {
    Some(match prefix {
        Prefix::Attachment => return None,
        Prefix::Action => {
            let Action { what, note, .. } = Action::from_value(value)?;
            Entry::Action { what, note }
        }
        Prefix::Void => Entry::Void { reason: Voiding::from_value(value)?.reason },
        Prefix::Event => {
            let Event { what, reason, assignee, eid, .. } = Event::from_value(value)?;
            Entry::Event { what, reason, assignee, eid: eid.map(|eid| eid.to_string()) }
        }
        Prefix::Decision => decision(Decision::from_value(value)?),
        Prefix::Comment => Entry::Comment { text: Comment::from_value(value)?.text },
        Prefix::Answer => {
            let Answer { text, to, .. } = Answer::from_value(value)?;
            Entry::Answer { text, to }
        }
        Prefix::Link => {
            let Link { other, linked, .. } = Link::from_value(value)?;
            Entry::Link { other: other.to_string(), linked }
        }
    })
}

fn decision(made: Decision) -> Entry {
    let (change, value) = match &made.chosen {
        Chosen::Change(change) => (Some(change.to_string()), None),
        Chosen::Value(value) => (None, Some(Fact::from(value))),
    };
    Entry::Decision { about: made.key, change, value, reason: made.reason }
}
