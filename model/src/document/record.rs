//! The records under grow-only keys. Each carries who, when and 8 random bytes, so that closing
//! twice is two events. Integer keys; unknown keys survive because bytes are kept verbatim.

use minicbor::{Decode, Encode};
use serde::Serialize;

use super::key::Prefix;
use crate::fact::FactValue;
use crate::id::{AgentId, ChangeHash, DocId, Eid, content_suffix};

/// Eight random bytes that make a record unlike any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Default)]
#[cbor(transparent)]
pub struct Salt(#[cbor(n(0), with = "minicbor::bytes")] pub [u8; 8]);

/// What every record begins with.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct EntryHead {
    /// The agent of the lease.
    #[n(0)]
    pub by: AgentId,
    /// When it was written, ms UTC by the author's clock.
    #[n(1)]
    pub at_ms: i64,
    /// See [`Salt`].
    #[n(2)]
    pub salt: Salt,
}

macro_rules! records {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $n:literal $field:ident: $kind:ty,)* })*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize)]
            #[cbor(map)]
            pub struct $name {
                /// The agent who wrote it.
                #[n(0)]
                pub by: AgentId,
                /// When, ms UTC by the author's clock.
                #[n(1)]
                pub at_ms: i64,
                /// See [`Salt`].
                #[n(2)]
                #[serde(skip)]
                pub salt: Salt,
                $($(#[$field_doc])* #[n($n)] pub $field: $kind,)*
            }

            impl $name {
                /// Reads the record; `None` when it is not one. Unknown keys are ignored.
                pub fn from_value(value: &FactValue) -> Option<Self> {
                    minicbor::decode(value.as_bytes()?).ok()
                }
            }
        )*
    };
}

records! {
    /// The words of one agent, never blended with another's.
    Statement {
        /// Verbatim.
        3 text: String,
        /// The role's label at the time.
        4 role: String,
        /// A named author outside the service, when the words were taken over from elsewhere.
        5 source_author: Option<String>,
        /// The suffix of an earlier statement of the same agent; both stay shown.
        6 supersedes: Option<String>,
    }
    /// Something done: warned, identity taken, OPJ told, tow, fine number.
    Action {
        /// A code, or words.
        3 what: String,
        /// More.
        4 note: Option<String>,
    }
    /// A mistaken filing is voided, never deleted.
    Voiding {
        /// Why.
        3 reason: String,
    }
    /// A step of the lifecycle.
    Event {
        /// `read`, `assign`, `close`, `reopen`, `approve`, `release`. Open.
        3 what: String,
        /// The role's label at the time.
        4 role: String,
        /// The report's heads the person had on screen.
        5 heads: Vec<ChangeHash>,
        /// Why, in words.
        6 reason: Option<String>,
        /// Assign: to whom.
        7 assignee: Option<String>,
        /// Release: which envelope.
        8 eid: Option<Eid>,
    }
    /// A person settles a divergence.
    Decision {
        /// The key that diverged.
        3 key: String,
        /// What holds.
        4 chosen: Chosen,
        /// The changes whose values were on screen.
        5 saw: Vec<ChangeHash>,
        /// The decisions on screen, by suffix.
        6 saw_decisions: Vec<String>,
        /// Why.
        7 reason: String,
    }
    /// A word in the handling.
    Comment {
        /// Verbatim.
        3 text: String,
    }
    /// An answer to a supervisor's question.
    Answer {
        /// Verbatim.
        3 text: String,
        /// The suffix of the comment answered.
        4 to: Option<String>,
    }
    /// Two reports are one event, or no longer.
    Link {
        /// The other report.
        3 other: DocId,
        /// Linked, or unlinked.
        4 linked: bool,
    }
}

/// What a decision holds for true.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Chosen {
    /// The value written by this change.
    #[n(0)]
    Change(#[n(0)] ChangeHash),
    /// A third value.
    #[n(1)]
    Value(#[n(0)] FactValue),
}

/// Deterministic bytes of a record: integer keys ascending, shortest lengths.
pub fn record_bytes<T: Encode<()>>(record: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to a Vec cannot fail: its error type has no value.
    match minicbor::encode(record, &mut bytes) {
        Ok(()) => bytes,
        Err(_) => Vec::new(),
    }
}

/// The key and value of a new grow-only entry.
pub fn grow_only_key<T: Encode<()>>(prefix: Prefix, record: &T) -> (String, FactValue) {
    let bytes = record_bytes(record);
    (format!("{}/{}", prefix.word(), content_suffix(&bytes)), FactValue::Bytes(bytes))
}

impl Statement {
    /// The key and value of a new statement.
    pub fn entry(&self) -> (String, FactValue) {
        let bytes = record_bytes(self);
        (format!("statement/{}/{}", self.by, content_suffix(&bytes)), FactValue::Bytes(bytes))
    }
}
