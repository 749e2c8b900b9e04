//! What one step of a history says when it is no fact: an act, words, a decision, a link. Reads the
//! model's records for a screen, and judges nothing. Changes when a kind of record joins.

use ronde_model::document::key::{Key, Prefix};
use ronde_model::document::{Answer, Comment, Decision, Event, Link, Statement, Voiding};
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use serde::Serialize;

/// A record of a history, as a screen tells it.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Entry {
    /// `read`, `assign`, `close`, `reopen`, `approve`, `release`, or another word of a later version;
    /// `state`, `void`, `decide`, `comment`, `answer`, `link`, `unlink`.
    pub what: String,
    /// The words: a statement, a remark, a reason.
    pub text: Option<String>,
    /// Assigned: to whom.
    pub assignee: Option<String>,
    /// Decided: the key.
    pub key: Option<String>,
    /// Linked, unlinked: the other report.
    pub other: Option<DocId>,
    /// When the author's clock said so, ms UTC.
    pub at_ms: i64,
}

impl Entry {
    /// The record under a key of a history's write; `None` for a fact and for what does not read back.
    pub fn of(key: &str, value: &FactValue) -> Option<Entry> {
        let said = |what: &str, at_ms: i64, text: String| Entry {
            what: what.to_owned(),
            text: Some(text),
            at_ms,
            ..Entry::default()
        };
        let prefix = match Key::parse(key)? {
            Key::Entry(prefix, _) => prefix,
            Key::Statement(..) => {
                return Statement::from_value(value).map(|one| said("state", one.at_ms, one.text));
            }
            Key::Fact(_) | Key::Involved(..) | Key::Unknown => return None,
        };
        Some(match prefix {
            Prefix::Void => Voiding::from_value(value).map(|one| said("void", one.at_ms, one.reason))?,
            Prefix::Comment => Comment::from_value(value).map(|one| said("comment", one.at_ms, one.text))?,
            Prefix::Answer => Answer::from_value(value).map(|one| said("answer", one.at_ms, one.text))?,
            Prefix::Decision => {
                let one = Decision::from_value(value)?;
                Entry { key: Some(one.key), ..said("decide", one.at_ms, one.reason) }
            }
            Prefix::Event => {
                let Event { what, at_ms, reason, assignee, .. } = Event::from_value(value)?;
                Entry { what, text: reason, assignee, at_ms, ..Entry::default() }
            }
            Prefix::Link => {
                let Link { other, linked, at_ms, .. } = Link::from_value(value)?;
                let what = if linked { "link" } else { "unlink" }.to_owned();
                Entry { what, other: Some(other), at_ms, ..Entry::default() }
            }
            Prefix::Attachment | Prefix::Action => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use ronde_model::document::{Salt, grow_only_key};
    use ronde_model::id::AgentId;

    use super::*;

    #[test]
    fn a_record_is_told_and_a_fact_or_nonsense_is_not() {
        let (by, salt) = (AgentId([1; 16]), Salt([2; 8]));
        let (key, value) =
            grow_only_key(Prefix::Void, &Voiding { by, at_ms: 7, salt, reason: "Déposé deux fois".into() });
        let told = Entry::of(&key, &value).expect("a voiding");
        assert_eq!(
            (told.what.as_str(), told.text.as_deref(), told.at_ms),
            ("void", Some("Déposé deux fois"), 7)
        );
        let link = Link { by, at_ms: 8, salt, other: DocId([3; 16]), linked: false };
        let (key, value) = grow_only_key(Prefix::Link, &link);
        let told = Entry::of(&key, &value).expect("a link");
        assert_eq!((told.what.as_str(), told.other), ("unlink", Some(DocId([3; 16]))));
        assert_eq!(Entry::of("facts/title", &"Rixe".into()), None);
        assert_eq!(Entry::of("event/abc", &FactValue::Bytes(vec![0xff])), None);
        assert_eq!(Entry::of("", &FactValue::Flag(true)), None);
    }
}
