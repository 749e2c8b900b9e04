//! Keys are paths. Facts, persons and vehicles can be corrected; under the other prefixes a key
//! ends in the hash of its value, so rewriting is impossible. Changes when a prefix appears.

use crate::id::AgentId;

/// Longest key accepted, bytes.
pub const MAX_KEY_BYTES: usize = 160;

/// A grow-only prefix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Prefix {
    /// `attachment/<h>` in a report.
    Attachment,
    /// `action/<h>` in a report.
    Action,
    /// `void/<h>` in a report.
    Void,
    /// `event/<h>` in a handling.
    Event,
    /// `decision/<h>` in a handling.
    Decision,
    /// `comment/<h>` in a handling.
    Comment,
    /// `answer/<h>` in a handling.
    Answer,
    /// `link/<h>` in a handling.
    Link,
}

impl Prefix {
    const ALL: [(Prefix, &'static str); 8] = [
        (Prefix::Attachment, "attachment"),
        (Prefix::Action, "action"),
        (Prefix::Void, "void"),
        (Prefix::Event, "event"),
        (Prefix::Decision, "decision"),
        (Prefix::Comment, "comment"),
        (Prefix::Answer, "answer"),
        (Prefix::Link, "link"),
    ];

    /// The word before the slash.
    pub fn word(self) -> &'static str {
        Self::ALL.iter().find(|(prefix, _)| *prefix == self).map_or("", |(_, word)| word)
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, w)| *w == word).map(|(prefix, _)| *prefix)
    }
}

/// A key taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key<'a> {
    /// `facts/<name>`.
    Fact(&'a str),
    /// `person/<ulid>/<field>` or `vehicle/<ulid>/<field>`: (the whole group, the field).
    Involved(&'a str, &'a str),
    /// `statement/<agent>/<h>`.
    Statement(AgentId, &'a str),
    /// `<prefix>/<h>`.
    Entry(Prefix, &'a str),
    /// A prefix of a later version: kept, carried, pending on the server.
    Unknown,
}

impl<'a> Key<'a> {
    /// Takes a key apart. A known prefix in a wrong form is `None`: nobody may write it.
    pub fn parse(key: &'a str) -> Option<Key<'a>> {
        if key.len() > MAX_KEY_BYTES || key.chars().any(char::is_control) {
            return None;
        }
        let (word, rest) = key.split_once('/')?;
        match word {
            "facts" => (!rest.is_empty()).then_some(Key::Fact(rest)),
            "person" | "vehicle" => {
                let (id, field) = rest.split_once('/')?;
                let group = &key[..word.len() + 1 + id.len()];
                (is_ulid(id) && !field.is_empty()).then_some(Key::Involved(group, field))
            }
            "statement" => {
                let (agent, h) = rest.split_once('/')?;
                let lower = !agent.bytes().any(|b| b.is_ascii_uppercase());
                (is_suffix(h) && lower).then_some(Key::Statement(agent.parse().ok()?, h))
            }
            _ => match Prefix::from_word(word) {
                Some(prefix) => is_suffix(rest).then_some(Key::Entry(prefix, rest)),
                None => Some(Key::Unknown),
            },
        }
    }

    /// The content suffix of a grow-only key.
    pub fn suffix(&self) -> Option<&'a str> {
        match self {
            Key::Statement(_, h) | Key::Entry(_, h) => Some(h),
            _ => None,
        }
    }
}

fn is_suffix(h: &str) -> bool {
    h.len() == 26 && h.bytes().all(|b| b.is_ascii_lowercase() || (b'2'..=b'7').contains(&b))
}

/// A ULID in lower case: 26 characters of Crockford's alphabet.
fn is_ulid(id: &str) -> bool {
    id.len() == 26
        && id.bytes().all(|b| b.is_ascii_digit() || (b.is_ascii_lowercase() && !b"ilou".contains(&b)))
}
