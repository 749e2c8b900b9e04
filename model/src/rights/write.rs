//! Who may put which key (S9a). Pure: the lease, the document's home and author, the key, the value.
//! The same function judges what a phone writes and what a server takes in.

use crate::document::key::{Key, Prefix};
use crate::document::{EntryHead, Event};
use crate::envelope::Kind;
use crate::fact::FactValue;
use crate::id::AgentId;
use crate::lease::Lease;
use crate::rights::Right;
use crate::scope::Scope;

/// Under what a change was made.
#[derive(Debug, Clone, Copy)]
pub struct Authority<'a> {
    /// The lease the envelope names.
    pub lease: &'a Lease,
    /// The document's home.
    pub home: &'a Scope,
    /// Who sealed the report.
    pub author: Option<AgentId>,
    /// The change is the seal.
    pub is_seal: bool,
}

/// Whether the lease allows one put. Unknown prefixes are judged by a later version.
pub fn allows(authority: &Authority<'_>, kind: Kind, key: &Key<'_>, value: &FactValue) -> bool {
    let lease = authority.lease;
    match (kind, key) {
        (Kind::Report, Key::Fact(_) | Key::Involved(..)) => may_write_facts(authority),
        (Kind::Report, Key::Statement(agent, _)) => {
            *agent == lease.agent && lease.allows(Right::Statement) && is_by(lease, value)
        }
        (Kind::Report, Key::Entry(prefix, _)) => {
            let right = match prefix {
                Prefix::Attachment => Right::Attachment,
                Prefix::Action => Right::Action,
                Prefix::Void => Right::Void,
                _ => return false,
            };
            let own = *prefix != Prefix::Void || authority.author == Some(lease.agent);
            own && lease.allows(right) && is_by(lease, value)
        }
        (Kind::Handling, Key::Entry(prefix, _)) => {
            let right = match prefix {
                Prefix::Event if is_release(value) => Right::Release,
                Prefix::Event => Right::Event,
                Prefix::Decision => Right::Decision,
                Prefix::Comment => Right::Comment,
                Prefix::Answer => Right::Answer,
                Prefix::Link => Right::Link,
                _ => return false,
            };
            lease.allows(right) && is_by(lease, value)
        }
        _ => false,
    }
}

/// The author, or the author's unit for a correction. Never a supervisor.
fn may_write_facts(authority: &Authority<'_>) -> bool {
    let lease = authority.lease;
    if authority.is_seal {
        return lease.allows(Right::File);
    }
    let own = authority.author == Some(lease.agent) && lease.allows(Right::File);
    let unit = *authority.home == lease.home() && lease.allows(Right::Correct);
    own || unit
}

fn is_by(lease: &Lease, value: &FactValue) -> bool {
    let head = value.as_bytes().and_then(|bytes| minicbor::decode::<EntryHead>(bytes).ok());
    head.is_some_and(|head| head.by == lease.agent)
}

fn is_release(value: &FactValue) -> bool {
    Event::from_value(value).is_some_and(|event| event.what == "release")
}
