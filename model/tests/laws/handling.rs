//! S6 and S7: the lifecycle and the links of a report are a fold of what was done, the same in any order of
//! delivery; what was reached stays reached.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use ronde_model::document::key::Prefix;
use ronde_model::document::{Document, Event, Link, grow_only_key};
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::id::{DocId, Eid};
use ronde_model::lifecycle::{Lifecycle, fold};

use crate::crew::dice::Dice;
use crate::crew::{Desk, Organisation, Parcel, Person, Verdict};

const EVENTS: [&str; 7] = ["read", "assign", "close", "reopen", "approve", "release", "later-version"];

/// What one of two supervisors does; `hears`: after having got all that the other did.
#[derive(Debug, Clone)]
struct Act {
    who: usize,
    hears: bool,
    what: What,
    minutes: i64,
}

#[derive(Debug, Clone)]
enum What {
    Event(usize, u8),
    Link(u8, bool),
}

fn act() -> impl Strategy<Value = Act> {
    let what = prop_oneof![
        2 => (0_usize..EVENTS.len(), any::<u8>()).prop_map(|(what, eid)| What::Event(what, eid)),
        1 => (0_u8..3, any::<bool>()).prop_map(|(other, linked)| What::Link(other, linked)),
    ];
    (0_usize..2, any::<bool>(), what, -30_i64..30).prop_map(|(who, hears, what, minutes)| Act {
        who,
        hears,
        what,
        minutes,
    })
}

/// Two supervisors and all they did.
struct Office {
    people: [Person; 2],
    desks: [Desk; 2],
    parcels: Vec<Parcel>,
}

impl Office {
    fn new() -> Office {
        let organisation = Organisation::new();
        let person = |seed, name| Person::new(&organisation, seed, name, "pm", "unit_supervisor");
        let people = [person(15, "Hélène"), person(16, "Paul")];
        let desk = || Desk::of_handling(&people[0].home(), people[0].agent());
        Office { desks: [desk(), desk()], people, parcels: Vec::new() }
    }

    fn act(&mut self, act: &Act) {
        let person = &mut self.people[act.who];
        if act.hears {
            for parcel in &self.parcels {
                self.desks[act.who].take(parcel);
            }
        }
        person.clock_ms += act.minutes * 60_000;
        let (by, at_ms, salt) = (person.agent(), person.clock_ms, person.salt());
        let entry: (String, FactValue) = match act.what {
            What::Event(what, eid) => grow_only_key(
                Prefix::Event,
                &Event {
                    by,
                    at_ms,
                    salt,
                    what: EVENTS[what].into(),
                    role: "unit_supervisor".into(),
                    heads: Vec::new(),
                    reason: Some(format!("motif {eid}")),
                    assignee: (what == 1).then(|| "Karim".into()),
                    eid: (what == 5).then_some(Eid([eid; 32])),
                },
            ),
            What::Link(other, linked) => {
                grow_only_key(Prefix::Link, &Link { by, at_ms, salt, other: DocId([other; 16]), linked })
            }
        };
        let change = match &self.desks[act.who].document {
            None => Document::start(person.actor(), &[entry]).unwrap().1,
            Some(document) => person.draft(document, &[entry]),
        };
        let home = person.home();
        let parcel = person.send(Kind::Handling, DocId::handling_of(DocId([5; 16])), &home, change.raw);
        assert_eq!(self.desks[act.who].take(&parcel), Verdict::GOOD);
        self.parcels.push(parcel);
    }

    /// Delivered in some order, some of it twice; what each step showed, or only the last.
    fn deliver(&self, dice: &mut Dice, each: bool) -> Vec<Lifecycle> {
        let mut desk = Desk::of_handling(&self.people[0].home(), self.people[0].agent());
        let mut order: Vec<&Parcel> =
            self.parcels.iter().chain(self.parcels.iter().filter(|_| dice.chance(0.3))).collect();
        dice.shuffle(&mut order);
        let mut shown = Vec::new();
        let last = order.len() - 1;
        for (place, parcel) in order.into_iter().enumerate() {
            let verdict = desk.take(parcel);
            assert!(!matches!(verdict, Verdict::Quarantined(_)), "{verdict:?}");
            if let Some(document) = desk.document.as_ref().filter(|_| each || place == last) {
                shown.push(fold(document, &desk.provenances));
            }
        }
        assert_eq!((desk.waiting(), desk.provenances.len()), (0, self.parcels.len()));
        shown
    }
}

proptest! {
    #![proptest_config(crate::told())]

    #[test]
    fn what_was_done_is_the_same_in_any_order_of_delivery(acts in proptest::collection::vec(act(), 1..8), seed in any::<u64>()) {
        let mut office = Office::new();
        acts.iter().for_each(|act| office.act(act));
        let mut dice = Dice::new(seed);
        let (one, other) = (office.deliver(&mut dice, true), office.deliver(&mut dice, false));
        prop_assert_eq!(one.last(), other.last());
        // What was reached stays reached, whatever arrives later; a release is never taken back.
        for pair in one.windows(2) {
            let [before, after] = pair else { continue };
            let reached = |life: &Lifecycle| [&life.read, &life.assigned, &life.approved].map(Option::is_some);
            prop_assert!(reached(before).iter().zip(reached(after)).all(|(before, after)| !before || after));
            let released = |life: &Lifecycle| life.released.iter().copied().collect::<BTreeSet<_>>();
            prop_assert!(released(after).is_superset(&released(before)));
        }
        let last = one.last().unwrap();
        let did = |wanted: &str| acts.iter().any(|act| matches!(act.what, What::Event(what, _) if EVENTS[what] == wanted));
        let shown = [last.read.is_some(), last.assigned.is_some(), last.approved.is_some()];
        prop_assert_eq!(shown, ["read", "assign", "approve"].map(did));
        prop_assert!(last.closed.is_none() || did("close"));
        prop_assert!(last.closed.is_some() || !did("close") || did("reopen"));
        let released = acts.iter().filter_map(|act| match act.what {
            What::Event(5, eid) => Some(Eid([eid; 32])),
            _ => None,
        });
        prop_assert_eq!(last.released.iter().copied().collect::<BTreeSet<_>>(), released.collect());
    }

    #[test]
    fn one_after_the_other_the_last_word_counts(acts in proptest::collection::vec(act(), 1..7)) {
        let mut office = Office::new();
        let (mut links, mut closed, mut assigned) = (BTreeMap::new(), None, None);
        for act in &acts {
            // Each knows all that was done, whatever the clocks say.
            office.act(&Act { hears: true, ..act.clone() });
            match act.what {
                What::Link(other, linked) => {
                    links.insert(DocId([other; 16]), linked);
                }
                What::Event(1, eid) => assigned = Some(format!("motif {eid}")),
                What::Event(2, eid) => closed = Some(format!("motif {eid}")),
                What::Event(3, _) => closed = None,
                What::Event(..) => {}
            }
        }
        let shown = office.deliver(&mut Dice::new(1), false).pop().unwrap();
        let linked: BTreeSet<DocId> = links.into_iter().filter(|(_, linked)| *linked).map(|(other, _)| other).collect();
        prop_assert_eq!(shown.linked.len(), linked.len(), "a report is linked once");
        prop_assert_eq!(shown.linked.into_iter().collect::<BTreeSet<_>>(), linked);
        prop_assert_eq!(shown.closed.and_then(|act| act.reason), closed);
        prop_assert_eq!(shown.assigned.and_then(|act| act.reason), assigned);
    }
}
