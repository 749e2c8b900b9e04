//! Whatever the order of delivery, and however often, everybody ends with the same report, and
//! nothing anybody wrote is gone on the way.

use std::collections::BTreeSet;

use proptest::prelude::*;
use ronde_model::document::key::Prefix;
use ronde_model::document::{Chosen, Decision, Document, Event, grow_only_key};
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::id::{ChangeHash, DocId};
use ronde_model::projection::project;
use ronde_model::{history, lifecycle};

use crate::crew::dice::Dice;
use crate::crew::{Desk, Organisation, Parcel, Person, Verdict, brawl, fact, period, position};

/// One thing somebody does. Numbers choose among what there is.
#[derive(Debug, Clone)]
enum Act {
    /// Corrects a fact on what this person holds.
    Correct {
        who: usize,
        fact: usize,
        value: usize,
    },
    /// Corrects a fact on an older version that was on screen.
    CorrectShown {
        who: usize,
        fact: usize,
        value: usize,
        shown: usize,
    },
    /// Adds words.
    Say {
        who: usize,
    },
    /// Gets what another holds.
    Hear {
        who: usize,
        from: usize,
    },
    /// Starts the program again.
    Restart {
        who: usize,
    },
    /// The supervisor decides about a fact, reads or closes.
    Decide {
        fact: usize,
        saw: usize,
    },
    Close {
        what: usize,
    },
}

fn act() -> impl Strategy<Value = Act> {
    let n = || 0_usize..4;
    prop_oneof![
        4 => (0_usize..3, n(), n()).prop_map(|(who, fact, value)| Act::Correct { who, fact, value }),
        2 => (0_usize..3, n(), n(), 0_usize..9)
            .prop_map(|(who, fact, value, shown)| Act::CorrectShown { who, fact, value, shown }),
        1 => (0_usize..3).prop_map(|who| Act::Say { who }),
        3 => (0_usize..3, 0_usize..3).prop_map(|(who, from)| Act::Hear { who, from }),
        1 => (0_usize..3).prop_map(|who| Act::Restart { who }),
        1 => (n(), 1_usize..4).prop_map(|(fact, saw)| Act::Decide { fact, saw }),
        1 => n().prop_map(|what| Act::Close { what }),
    ]
}

const FACTS: [&str; 4] = ["title", "severity", "position", "occurred"];

fn value(fact: usize, value: usize) -> FactValue {
    match fact {
        0 => ["Rixe", "rixe ", "Rixe au lycée", "Bagarre"][value].into(),
        1 => FactValue::Integer(value as i64 + 1),
        2 => position(48.4469 + value as f64 * 0.00006, 1.4892, 10.0),
        _ => period(600 - value as i64, 620 + value as i64),
    }
}

/// Three officers, each with a phone; what they wrote so far; and a supervisor.
struct Story {
    people: Vec<Person>,
    desks: Vec<Desk>,
    shown: Vec<Vec<Vec<ChangeHash>>>,
    parcels: Vec<Parcel>,
    helene: Person,
    handling: Desk,
    handled: Vec<Parcel>,
    doc: DocId,
}

impl Story {
    fn new() -> Self {
        let organisation = Organisation::new();
        let mut people: Vec<Person> = (0..3)
            .map(|who| {
                Person::new(
                    &organisation,
                    11 + who,
                    ["Inès", "Karim", "Bruno"][usize::from(who)],
                    "pm",
                    "officer",
                )
            })
            .collect();
        // Bruno's second phone is Inès's: one agent, two devices.
        people[2] = Person::with_device(&organisation, 11, 13, "Inès", "pm", "officer");
        let doc = DocId([5; 16]);
        let (_, seal) = people[0].file(doc, &brawl());
        let mut desk = Desk::default();
        assert_eq!(desk.take(&seal), Verdict::SEALED);
        let helene = Person::new(&organisation, 15, "Hélène", "pm", "unit_supervisor");
        let handling = Desk::of_handling(&people[0].home(), people[0].agent());
        let heads = desk.document().heads();
        Story {
            people,
            desks: vec![desk; 3],
            shown: vec![vec![heads]; 3],
            parcels: vec![seal],
            helene,
            handling,
            handled: Vec::new(),
            doc,
        }
    }

    fn sent(&mut self, who: usize, body: Vec<u8>) {
        let home = self.people[0].home();
        let parcel = self.people[who].send(Kind::Report, self.doc, &home, body);
        assert_eq!(self.desks[who].take(&parcel), Verdict::GOOD);
        self.shown[who].push(self.desks[who].document().heads());
        self.parcels.push(parcel);
    }

    fn act(&mut self, act: &Act) {
        match *act {
            Act::Correct { who, fact: f, value: v } => {
                let mut document = self.desks[who].document().clone();
                if let Some(change) =
                    document.write(self.people[who].actor(), &[fact(FACTS[f], value(f, v))]).unwrap()
                {
                    self.sent(who, change.raw);
                }
            }
            Act::CorrectShown { who, fact: f, value: v, shown } => {
                self.people[who].restart();
                let heads = self.shown[who][shown % self.shown[who].len()].clone();
                let mut document = self.desks[who].document().clone();
                let puts = [fact(FACTS[f], value(f, v))];
                if let Some(change) = document.write_at(&heads, self.people[who].actor(), &puts).unwrap() {
                    self.sent(who, change.raw);
                }
                self.people[who].restart();
            }
            Act::Say { who } => {
                let words = self.people[who].words("J'ajoute ceci.");
                let change = self.people[who].draft(self.desks[who].document(), &[words]);
                self.sent(who, change.raw);
            }
            Act::Hear { who, from } => {
                let held = self.desks[from].document().clone();
                for parcel in self.parcels.clone() {
                    let change = automerge::Change::from_bytes(parcel.envelope().body.clone()).unwrap();
                    if held.holds(&ChangeHash(change.hash().0)) {
                        self.desks[who].take(&parcel);
                    }
                }
                self.shown[who].push(self.desks[who].document().heads());
            }
            Act::Restart { who } => self.people[who].restart(),
            Act::Decide { fact: f, saw } => self.decide(&format!("facts/{}", FACTS[f]), saw),
            Act::Close { what } => {
                let helene = &mut self.helene;
                let event = Event {
                    by: helene.agent(),
                    at_ms: helene.clock_ms,
                    salt: helene.salt(),
                    what: ["read", "assign", "close", "reopen"][what].into(),
                    role: "unit_supervisor".into(),
                    heads: self.desks[0].document().heads(),
                    reason: None,
                    assignee: (what == 1).then(|| "Karim".into()),
                    eid: None,
                };
                self.handles(grow_only_key(Prefix::Event, &event));
            }
        }
    }

    fn decide(&mut self, key: &str, saw: usize) {
        let contents = self.desks[saw % 3].document().contents();
        let saw: Vec<ChangeHash> = contents.values[key].iter().map(|written| written.change).collect();
        let helene = &mut self.helene;
        let decision = Decision {
            by: helene.agent(),
            at_ms: helene.clock_ms,
            salt: helene.salt(),
            key: key.to_owned(),
            chosen: Chosen::Change(saw[0]),
            saw,
            saw_decisions: Vec::new(),
            reason: "vu les deux".into(),
        };
        self.handles(grow_only_key(Prefix::Decision, &decision));
    }

    fn handles(&mut self, entry: (String, FactValue)) {
        let change = match &self.handling.document {
            None => Document::start(self.helene.actor(), &[entry]).unwrap().1,
            Some(document) => self.helene.draft(document, &[entry]),
        };
        let home = self.people[0].home();
        let parcel = self.helene.send(Kind::Handling, DocId::handling_of(self.doc), &home, change.raw);
        assert_eq!(self.handling.take(&parcel), Verdict::GOOD);
        self.handled.push(parcel);
    }

    /// Delivers everything to somebody who holds nothing, some of it twice.
    fn deliver(&self, dice: &mut Dice) -> (Desk, Desk) {
        let mut report = Desk::default();
        let mut handling = Desk::of_handling(&self.people[0].home(), self.people[0].agent());
        for (desk, parcels) in [(&mut report, &self.parcels), (&mut handling, &self.handled)] {
            let mut order: Vec<&Parcel> =
                parcels.iter().chain(parcels.iter().filter(|_| dice.chance(0.3))).collect();
            dice.shuffle(&mut order);
            let mut kept = BTreeSet::new();
            for parcel in order {
                let verdict = desk.take(parcel);
                assert!(!matches!(verdict, Verdict::Quarantined(_)), "{verdict:?}");
                let holds = grow_only(desk);
                assert!(holds.is_superset(&kept), "an entry is gone");
                kept = holds;
            }
            assert_eq!(desk.waiting(), 0);
            assert_eq!(desk.provenances.len(), parcels.len(), "a change is gone");
        }
        (report, handling)
    }
}

fn grow_only(desk: &Desk) -> BTreeSet<(String, String)> {
    let Some(document) = &desk.document else { return BTreeSet::new() };
    let entries = document.contents().values.into_iter().filter(|(key, _)| !key.starts_with("facts/"));
    entries.map(|(key, values)| (key, format!("{:?}", values[0].value))).collect()
}

/// All that people see of a report.
fn seen(doc: DocId, report: &Desk, handling: &Desk) -> String {
    let handled = handling.document.as_ref().map(|document| (document, &handling.provenances));
    let view = project(doc, report.document(), handled, &report.provenances).unwrap();
    let told = history::tell(report.document(), &report.provenances);
    let state = handled.map(|(document, provenances)| lifecycle::fold(document, provenances));
    serde_json::to_string(&(view, told, state)).unwrap()
}

/// The bytes of a list's row, as a notebook and an archive keep it.
fn row(doc: DocId, report: &Desk, handling: &Desk) -> Vec<u8> {
    let handled = handling.document.as_ref().map(|document| (document, &handling.provenances));
    minicbor::to_vec(project(doc, report.document(), handled, &report.provenances).unwrap().row).unwrap()
}

proptest! {
    #![proptest_config(crate::told())]

    #[test]
    fn any_delivery_gives_the_same_report(acts in proptest::collection::vec(act(), 1..11), seed in any::<u64>()) {
        let mut story = Story::new();
        acts.iter().for_each(|act| story.act(act));
        let mut dice = Dice::new(seed);
        let (report, handling) = story.deliver(&mut dice);
        let (other, other_handling) = story.deliver(&mut dice);
        prop_assert_eq!(report.document().heads(), other.document().heads());
        prop_assert_eq!(report.document().contents(), other.document().contents());
        prop_assert_eq!(seen(story.doc, &report, &handling), seen(story.doc, &other, &other_handling));
        prop_assert_eq!(row(story.doc, &report, &handling), row(story.doc, &other, &other_handling));
        // Kept and read again, it is the same.
        let mut kept = report.clone();
        kept.document = Some(Document::load(&report.document().save()).unwrap());
        prop_assert_eq!(seen(story.doc, &kept, &handling), seen(story.doc, &report, &handling));
    }

    #[test]
    fn nothing_shown_is_invented_and_no_value_is_hidden(acts in proptest::collection::vec(act(), 1..9)) {
        let mut story = Story::new();
        acts.iter().for_each(|act| story.act(act));
        let (report, handling) = story.deliver(&mut Dice::new(1));
        let contents = report.document().contents();
        let handled = handling.document.as_ref().map(|document| (document, &handling.provenances));
        let view = project(story.doc, report.document(), handled, &report.provenances).unwrap();
        prop_assert_eq!(view.facts.len(), contents.values.keys().filter(|key| key.starts_with("facts/")).count());
        for divergence in &view.divergences {
            let standing = &contents.values[&divergence.key];
            prop_assert!(divergence.voices.len() > 1 && divergence.voices.len() <= standing.len());
            for voice in &divergence.voices {
                prop_assert!(standing.iter().any(|written| written.value == voice.value && written.change == voice.change));
            }
            prop_assert_eq!(view.facts[&divergence.key].diverges, divergence.open);
        }
        prop_assert_eq!(view.row.divergences as usize, view.divergences.iter().filter(|d| d.open).count());
        let said = acts.iter().filter(|act| matches!(act, Act::Say { .. })).count();
        prop_assert_eq!(view.statements.len(), said);
    }

    #[test]
    fn a_history_tells_every_change_after_what_it_was_made_on(acts in proptest::collection::vec(act(), 1..9)) {
        let mut story = Story::new();
        acts.iter().for_each(|act| story.act(act));
        let (report, _) = story.deliver(&mut Dice::new(2));
        let told = history::tell(report.document(), &report.provenances);
        prop_assert_eq!(told.len(), story.parcels.len());
        let changes = report.document().changes();
        let mut before = BTreeSet::new();
        for step in &told {
            let change = changes.iter().find(|change| change.hash == step.change).unwrap();
            prop_assert!(change.deps.iter().all(|dep| before.contains(dep)));
            before.insert(step.change);
            prop_assert_eq!(step.is_first, before.len() == 1);
            prop_assert!(step.provenance.is_some());
        }
    }
}

#[test]
fn a_report_filed_without_its_type_is_still_shown() {
    let organisation = Organisation::new();
    let mut ines = Person::new(&organisation, 11, "Inès", "pm", "officer");
    let doc = DocId([5; 16]);
    let mut desk = Desk::default();
    let (_, seal) = ines.file(doc, &[fact("people_count", FactValue::Integer(3))].into());
    assert_eq!(desk.take(&seal), Verdict::SEALED);
    let view = project(doc, desk.document(), None, &desk.provenances).unwrap();
    assert_eq!((view.row.report_type.as_str(), view.row.author), ("other", ines.agent()));
}

#[test]
fn a_report_of_which_only_a_colleagues_words_came_is_not_shown_yet() {
    let organisation = Organisation::new();
    let mut karim = Person::new(&organisation, 12, "Karim", "pm", "officer");
    let words = karim.words("J'y étais.");
    let (document, change) = Document::start(karim.actor(), &[words]).unwrap();
    let home = karim.home();
    let parcel = karim.send(Kind::Report, DocId([5; 16]), &home, change.raw);
    let provenances = [(change.hash, parcel.provenance(false))].into();
    assert_eq!(project(DocId([5; 16]), &document, None, &provenances), None);
}

#[test]
fn a_history_says_what_each_correction_replaced_and_tells_what_was_apart_by_the_clock() {
    for minutes in [-9, -5, -2, 2, 5, 9] {
        let mut story = Story::new();
        story.people[1].clock_ms = story.people[0].clock_ms + minutes * 60_000;
        story.act(&Act::Correct { who: 0, fact: 1, value: 0 });
        story.act(&Act::Correct { who: 1, fact: 1, value: 1 });
        story.act(&Act::Hear { who: 0, from: 1 });
        story.act(&Act::Say { who: 0 });
        story.act(&Act::Correct { who: 0, fact: 1, value: 3 });
        let (report, _) = story.deliver(&mut Dice::new(3));
        let told = history::tell(report.document(), &report.provenances);
        let severity =
            |place: usize| told[place].writes.iter().find(|write| write.key == "facts/severity").unwrap();
        let n = FactValue::Integer;
        let apart = [severity(1).value.clone(), severity(2).value.clone()];
        assert_eq!(apart, if minutes > 0 { [n(1), n(2)] } else { [n(2), n(1)] }, "{minutes}");
        assert!(severity(0).replaced.is_empty());
        // Each was made on the filed version: the other was not on screen.
        assert_eq!((severity(1).replaced.clone(), severity(2).replaced.clone()), (vec![n(3)], vec![n(3)]));
        let mut settled = severity(4).replaced.clone();
        settled.sort_by_key(|value| value.as_integer());
        assert_eq!((severity(4).value.clone(), settled), (n(4), vec![n(1), n(2)]));
    }
}

#[test]
fn closing_and_opening_again_are_told_in_the_order_they_were_done() {
    let mut story = Story::new();
    let state = |story: &Story| lifecycle::fold(story.handling.document(), &story.handling.provenances);
    story.act(&Act::Close { what: 0 });
    story.act(&Act::Close { what: 1 });
    let first_read = state(&story).read.unwrap().at_ms;
    story.act(&Act::Close { what: 2 });
    story.act(&Act::Close { what: 0 });
    assert!(state(&story).closed.is_some());
    story.act(&Act::Close { what: 3 });
    let state = state(&story);
    assert!(state.closed.is_none() && state.approved.is_none());
    assert_eq!(state.assigned.unwrap().assignee.as_deref(), Some("Karim"));
    assert_eq!(state.read.unwrap().at_ms, first_read, "the first reading counts");
}
