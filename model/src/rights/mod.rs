//! Rights and roles. A right is a code in a lease; a role is data (a named set of rights).
//! `write` judges operations (S9a), `read` says what a person may see.

pub mod read;
mod roles;
pub mod write;

pub use roles::{Role, Roles};

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! rights {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)*) => {
        /// What a lease may allow.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Right {
            $($(#[$doc])* $name,)*
            /// A right of a later version: kept, allows nothing here.
            Unknown(String),
        }

        impl Right {
            /// From the code in a lease.
            pub fn from_code(code: &str) -> Self {
                match code {
                    $($code => Right::$name,)*
                    other => Right::Unknown(other.to_owned()),
                }
            }
        }

        impl fmt::Display for Right {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(match self {
                    $(Right::$name => $code,)*
                    Right::Unknown(code) => code,
                })
            }
        }
    };
}

rights! {
    /// File a report.
    File = "file",
    /// Correct the facts of a report of one's own unit.
    Correct = "correct",
    /// Add a statement of one's own.
    Statement = "statement",
    /// Add an attachment.
    Attachment = "attachment",
    /// Record an action taken.
    Action = "action",
    /// Void one's own report, with a reason.
    Void = "void",
    /// Write lifecycle events (read, assign, close, approve).
    Event = "event",
    /// Decide a divergence for others.
    Decision = "decision",
    /// Comment in the handling.
    Comment = "comment",
    /// Answer a supervisor's question.
    Answer = "answer",
    /// Link reports of one event.
    Link = "link",
    /// Release a quarantined envelope.
    Release = "release",
    /// Read the whole agglomeration, not one's unit alone (console).
    ReadAll = "read-all",
    /// Sign as the server (receipts, orders, configurations).
    Server = "server",
    /// Enrol, revoke, import.
    Administer = "administer",
}

impl Serialize for Right {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Right {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        Ok(Right::from_code(&String::deserialize(from)?))
    }
}
