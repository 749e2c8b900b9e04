//! S4: nobody wins silently, whatever the order in which it is heard; and a decision holds while it saw
//! everything that stands, and nobody decided otherwise beside it. Told beside a naive reading of the rule.

use std::collections::BTreeSet;

use proptest::prelude::*;
use ronde_model::divergence::{Comparison, Divergence, find, same, show};
use ronde_model::document::key::Prefix;
use ronde_model::document::{Chosen, Decision, Document, grow_only_key};
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::id::{ChangeHash, DocId};

use crate::crew::dice::Dice;
use crate::crew::{Desk, Organisation, Parcel, Person, Verdict, brawl, position};

const NAMES: [&str; 4] = ["Inès", "Karim", "Bruno", "Léa"];

/// Officers who each wrote under one key on the filed version.
struct Apart {
    seal: Parcel,
    parcels: Vec<Parcel>,
    changes: Vec<ChangeHash>,
}

fn apart(key: &str, values: &[FactValue]) -> Apart {
    let organisation = Organisation::new();
    let mut people: Vec<Person> = (0..values.len() as u8)
        .map(|who| Person::new(&organisation, 11 + who, NAMES[usize::from(who)], "pm", "officer"))
        .collect();
    let doc = DocId([5; 16]);
    let mut facts = brawl();
    facts.remove(key);
    let (filed, seal) = people[0].file(doc, &facts);
    let home = people[0].home();
    let mut changes = Vec::new();
    let parcels = people.iter_mut().zip(values).map(|(person, value)| {
        person.restart();
        let made = person.draft(&filed, &[(key.to_owned(), value.clone())]);
        changes.push(made.hash);
        person.send(Kind::Report, doc, &home, made.raw)
    });
    let parcels = parcels.collect();
    Apart { seal, parcels, changes }
}

impl Apart {
    /// Heard in some order by somebody who holds nothing.
    fn heard(&self, dice: &mut Dice) -> Desk {
        let mut order: Vec<&Parcel> = std::iter::once(&self.seal).chain(&self.parcels).collect();
        dice.shuffle(&mut order);
        let mut desk = Desk::default();
        for parcel in order {
            let verdict = desk.take(parcel);
            assert!(!matches!(verdict, Verdict::Quarantined(_)), "{verdict:?}");
        }
        desk
    }
}

fn value() -> impl Strategy<Value = FactValue> {
    prop_oneof![
        3 => prop::sample::select(vec!["Rixe", "rixe ", "RIXE.", "Bagarre", "Échauffourée", "echauffouree"])
            .prop_map(FactValue::from),
        2 => (0_i64..4).prop_map(FactValue::Integer),
        1 => (0_i64..4).prop_map(|n| FactValue::Decimal(n as f64)),
        1 => (0_u8..5).prop_map(|n| position(48.4469 + f64::from(n) * 0.00006, 1.4892, 10.0)),
    ]
}

fn divergences(desk: &Desk, handling: Option<&Desk>) -> Vec<Divergence> {
    let handling = handling.and_then(|desk| desk.document.as_ref().map(|d| (d, &desk.provenances)));
    find(&desk.document().contents(), handling, &desk.provenances, Comparison::Normalised)
}

/// One decision: which of the changes it saw, which decisions, what it chose.
#[derive(Debug, Clone)]
struct Drawn {
    saw: Vec<bool>,
    saw_decisions: Vec<bool>,
    chosen: Choice,
}

#[derive(Debug, Clone)]
enum Choice {
    Present(prop::sample::Index),
    Absent,
    Value(FactValue),
}

fn decision() -> impl Strategy<Value = Drawn> {
    let saw = proptest::collection::vec(proptest::bool::weighted(0.85), 4);
    let chosen = prop_oneof![
        4 => any::<prop::sample::Index>().prop_map(Choice::Present),
        1 => Just(Choice::Absent),
        2 => value().prop_map(Choice::Value),
    ];
    (saw, proptest::collection::vec(any::<bool>(), 3), chosen)
        .prop_map(|(saw, saw_decisions, chosen)| Drawn { saw, saw_decisions, chosen })
}

proptest! {
    #![proptest_config(crate::told())]

    #[test]
    fn whoever_wrote_apart_is_heard_whatever_came_first(
        values in proptest::collection::vec(value(), 2..=4), seed in any::<u64>(),
    ) {
        let key = "facts/title";
        let apart = apart(key, &values);
        let mut dice = Dice::new(seed);
        let (one, other) = (apart.heard(&mut dice), apart.heard(&mut dice));
        let found = divergences(&one, None);
        prop_assert_eq!(&found, &divergences(&other, None));
        let shown = |desk: &Desk| show(&desk.document().contents(), &divergences(desk, None), &desk.provenances);
        prop_assert_eq!(shown(&one), shown(&other));
        let alike = |a: &FactValue, b: &FactValue| same(key, a, b, Comparison::Normalised);
        let differ = values.iter().any(|a| values.iter().any(|b| !alike(a, b)));
        prop_assert_eq!(found.len(), usize::from(differ));
        let shown = &shown(&one)[key];
        prop_assert_eq!(shown.diverges, differ);
        if let Some(divergence) = found.first() {
            prop_assert_eq!(divergence.present.iter().collect::<BTreeSet<_>>(), apart.changes.iter().collect());
            for value in &values {
                prop_assert!(divergence.voices.iter().any(|voice| alike(&voice.value, value)), "{:?} is not heard", value);
            }
        }
        prop_assert!(values.contains(&shown.value), "nothing is shown that nobody wrote");
    }

    #[test]
    fn a_decision_holds_as_far_as_it_saw(
        values in proptest::collection::vec(value(), 2..=4),
        decisions in proptest::collection::vec(decision(), 1..4),
        seed in any::<u64>(),
    ) {
        let key = "facts/title";
        let alike = |a: &FactValue, b: &FactValue| same(key, a, b, Comparison::Normalised);
        prop_assume!(values.iter().any(|a| values.iter().any(|b| !alike(a, b))));
        let apart = apart(key, &values);
        let mut dice = Dice::new(seed);
        let desk = apart.heard(&mut dice);
        let mut helene = Person::new(&Organisation::new(), 15, "Hélène", "pm", "unit_supervisor");
        let home = helene.home();
        // Each decision without having the others before it: what it saw of them it names.
        let (mut parcels, mut ids, mut naive) = (Vec::new(), Vec::<String>::new(), Vec::new());
        for drawn in &decisions {
            let saw: Vec<ChangeHash> =
                apart.changes.iter().zip(&drawn.saw).filter(|(_, saw)| **saw).map(|(c, _)| *c).collect();
            let saw_decisions: Vec<String> =
                ids.iter().zip(&drawn.saw_decisions).filter(|(_, saw)| **saw).map(|(id, _)| id.clone()).collect();
            let (chosen, value) = match &drawn.chosen {
                Choice::Present(which) => {
                    let which = which.index(values.len());
                    (Chosen::Change(apart.changes[which]), Some(values[which].clone()))
                }
                Choice::Absent => (Chosen::Change(ChangeHash([9; 32])), None),
                Choice::Value(value) => (Chosen::Value(value.clone()), Some(value.clone())),
            };
            let covers = saw.len() == apart.changes.len();
            helene.restart();
            let (by, at_ms, salt) = (helene.agent(), helene.clock_ms, helene.salt());
            let reason = "vu".to_owned();
            let record = Decision { by, at_ms, salt, key: key.into(), chosen, saw, saw_decisions: saw_decisions.clone(), reason };
            let entry = grow_only_key(Prefix::Decision, &record);
            let id = entry.0.strip_prefix("decision/").unwrap().to_owned();
            let made = Document::start(helene.actor(), &[entry]).unwrap().1;
            parcels.push(helene.send(Kind::Handling, DocId::handling_of(DocId([5; 16])), &home, made.raw));
            naive.push((id.clone(), covers, saw_decisions, value));
            ids.push(id);
        }
        let heard = |dice: &mut Dice| {
            let mut handling = Desk::of_handling(&home, Person::new(&Organisation::new(), 11, "Inès", "pm", "officer").agent());
            let mut order: Vec<&Parcel> = parcels.iter().collect();
            dice.shuffle(&mut order);
            for parcel in order {
                assert_eq!(handling.take(parcel), Verdict::GOOD);
            }
            handling
        };
        let found = divergences(&desk, Some(&heard(&mut dice)));
        prop_assert_eq!(&found, &divergences(&desk, Some(&heard(&mut dice))), "heard in another order");
        prop_assert_eq!(found.len(), 1);
        // The rule, read naively: of the decisions that saw everything, those no other of them names.
        let covering: Vec<_> = naive.iter().filter(|(_, covers, _, _)| *covers).collect();
        let standing: Vec<_> =
            covering.iter().filter(|(id, ..)| !covering.iter().any(|(_, _, named, _)| named.contains(id))).collect();
        let holds = standing.first().is_some_and(|(_, _, _, first)| {
            let agree = |value: &Option<FactValue>| matches!((first, value), (Some(a), Some(b)) if alike(a, b));
            standing.iter().all(|(_, _, _, value)| agree(value))
        });
        prop_assert_eq!(found[0].open, !holds);
        let shown = show(&desk.document().contents(), &found, &desk.provenances)[key].clone();
        prop_assert_eq!(shown.diverges, !holds);
        if holds {
            prop_assert!(standing.iter().any(|(_, _, _, value)| value.as_ref() == Some(&shown.value)));
        } else {
            prop_assert_eq!(found[0].decisions.len(), standing.len(), "all that stand are shown");
        }
    }
}
