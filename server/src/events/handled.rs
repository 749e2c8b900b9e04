//! What was done about a report, folded from its handling for the inbox. Pure.
//! Changes with what the inbox shows of a handling.

use std::collections::BTreeMap;

use ronde_model::document::key::{Key, Prefix};
use ronde_model::document::{Event, Link};
use ronde_model::history::in_order;
use ronde_model::id::DocId;
use ronde_model::lifecycle::Lifecycle;
use ronde_model::projection::View;

use crate::archive::{Handled, Reader};
use crate::intake::Affair;

/// What was done about a report, as its handling stands.
pub fn handled_of(affair: &Affair<'_>, lifecycle: &Lifecycle, view: &View) -> Handled {
    let mut handled = Handled {
        closed_ms: lifecycle.closed.as_ref().map(|act| act.at_ms),
        assignee: lifecycle.assigned.as_ref().and_then(|act| act.assignee.clone()),
        ..Handled::default()
    };
    let Some((document, provenances)) = affair.handling.pair() else { return handled };
    for change in in_order(document.changes(), provenances) {
        let who = provenances.get(&change.hash);
        for (key, value) in &change.writes {
            match Key::parse(key) {
                Some(Key::Entry(Prefix::Link, _)) => {
                    if let Some(link) = Link::from_value(value) {
                        keep(&mut handled.links, &link);
                    }
                }
                Some(Key::Entry(Prefix::Event, _)) => {
                    let read = Event::from_value(value).filter(|event| event.what == "read");
                    if let (Some(event), Some(who)) = (read, who) {
                        handled.reader = Some(Reader { name: who.name.clone(), at_ms: event.at_ms });
                    }
                }
                _ => {}
            }
        }
    }
    if handled.links.values().any(|linked| *linked) {
        let facts = view.facts.iter().filter(|(key, _)| matches!(Key::parse(key), Some(Key::Fact(_))));
        handled.facts = facts.map(|(key, shown)| (key.clone(), shown.value.clone())).collect();
    }
    handled
}

/// A link undone is as if it had not been made; of two that were not linked, somebody says that they never are.
fn keep(links: &mut BTreeMap<DocId, bool>, link: &Link) {
    if !link.linked && links.get(&link.other) == Some(&true) {
        links.remove(&link.other);
    } else {
        links.insert(link.other, link.linked);
    }
}
