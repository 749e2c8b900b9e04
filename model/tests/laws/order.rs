//! S9: what is accepted, set aside or waits does not depend on the order in which it arrived, nor on how
//! often: two judges of the same envelopes, a phone and a server, end with the same.

use std::collections::BTreeSet;

use proptest::prelude::*;
use ronde_model::document::{Document, Reason};
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::id::{DocId, Eid};

use crate::crew::dice::Dice;
use crate::crew::{Desk, Organisation, Parcel, Person, Verdict, brawl, fact};

/// What somebody sends about the report.
#[derive(Debug, Clone)]
enum Sent {
    /// A correction by a colleague of the unit on what this colleague holds.
    Correction { who: usize, fact: u8, value: i64 },
    /// The same after having heard everything good so far.
    Informed { who: usize, fact: u8, value: i64 },
    /// A correction by somebody of another unit.
    Foreign,
    /// Words of somebody of another unit.
    Words,
    /// A correction that names another home.
    Home,
    /// A colleague's correction written after the lease was over.
    Late,
    /// An entry of a later version.
    Later,
    /// A correction without its predecessors.
    Bad,
}

fn sent() -> impl Strategy<Value = Sent> {
    let correction = || (0_usize..2, 0_u8..3, 0_i64..4);
    prop_oneof![
        3 => correction().prop_map(|(who, fact, value)| Sent::Correction { who, fact, value }),
        3 => correction().prop_map(|(who, fact, value)| Sent::Informed { who, fact, value }),
        1 => Just(Sent::Foreign),
        1 => Just(Sent::Words),
        1 => Just(Sent::Home),
        1 => Just(Sent::Late),
        1 => Just(Sent::Later),
        1 => Just(Sent::Bad),
    ]
}

struct Crowd {
    organisation: Organisation,
    unit: [Person; 2],
    desks: [Desk; 2],
    good: Vec<Parcel>,
    all: Vec<Parcel>,
    strangers: u8,
}

const DOC: DocId = DocId([5; 16]);

impl Crowd {
    fn new() -> Crowd {
        let organisation = Organisation::new();
        let person = |seed, name| Person::new(&organisation, seed, name, "pm", "officer");
        let mut unit = [person(11, "Inès"), person(12, "Karim")];
        let (_, seal) = unit[0].file(DOC, &brawl());
        let mut desk = Desk::default();
        assert_eq!(desk.take(&seal), Verdict::SEALED);
        let desks = [desk.clone(), desk];
        Crowd { organisation, unit, desks, good: vec![seal.clone()], all: vec![seal], strangers: 20 }
    }

    /// Somebody nobody met, with a chain of his own.
    fn stranger(&mut self, unit: &str) -> Person {
        self.strangers += 1;
        Person::new(&self.organisation, self.strangers, "Bruno", unit, "officer")
    }

    fn send(&mut self, sent: &Sent) {
        let home = self.unit[0].home();
        let put = |value: i64| [fact("people_count", FactValue::Integer(value))];
        let seal = Document::load(&self.all[0].envelope().body).unwrap();
        let parcel = match sent {
            Sent::Correction { who, fact: name, value } | Sent::Informed { who, fact: name, value } => {
                if matches!(sent, Sent::Informed { .. }) {
                    for parcel in &self.good {
                        self.desks[*who].take(parcel);
                    }
                }
                let put = [fact(&format!("f{name}"), FactValue::Integer(*value))];
                let mut document = self.desks[*who].document().clone();
                let Some(made) = document.write(self.unit[*who].actor(), &put).unwrap() else { return };
                let parcel = self.unit[*who].send(Kind::Report, DOC, &home, made.raw);
                assert_eq!(self.desks[*who].take(&parcel), Verdict::GOOD);
                self.good.push(parcel.clone());
                parcel
            }
            Sent::Foreign => self.stranger("pm-nord").correct(Kind::Report, DOC, &home, &seal, &put(3)),
            Sent::Words => {
                let mut bruno = self.stranger("pm-nord");
                let words = bruno.words("J'y étais.");
                bruno.correct(Kind::Report, DOC, &home, &seal, &[words])
            }
            Sent::Home => {
                let mut bruno = self.stranger("pm");
                let elsewhere = ronde_model::scope::Scope::Unit("pm-nord".into());
                bruno.correct(Kind::Report, DOC, &elsewhere, &seal, &put(4))
            }
            Sent::Late => {
                let mut bruno = self.stranger("pm");
                bruno.clock_ms = bruno.lease.lease.expires_s * 1000 + 1;
                bruno.correct(Kind::Report, DOC, &home, &seal, &put(5))
            }
            Sent::Later => {
                let mut bruno = self.stranger("pm");
                let later = [("score/abcdefghijklmnopqrstuvwxyz".to_owned(), FactValue::Integer(1))];
                bruno.correct(Kind::Report, DOC, &home, &seal, &later)
            }
            Sent::Bad => {
                let mut bruno = self.stranger("pm");
                let made = bruno.draft(&seal, &put(16));
                let mut change = automerge::Change::from_bytes(made.raw).unwrap().decode();
                change.operations[0].pred = Vec::new().into();
                bruno.send(Kind::Report, DOC, &home, automerge::Change::from(change).raw_bytes().to_vec())
            }
        };
        self.all.push(parcel);
    }

    fn judged(&self, dice: &mut Dice) -> Desk {
        let mut order: Vec<&Parcel> =
            self.all.iter().chain(self.all.iter().filter(|_| dice.chance(0.3))).collect();
        dice.shuffle(&mut order);
        let mut desk = Desk::default();
        for parcel in order {
            desk.take(parcel);
        }
        desk
    }
}

fn accepted(desk: &Desk) -> BTreeSet<Eid> {
    desk.provenances.values().map(|provenance| provenance.eid).collect()
}

fn aside(desk: &Desk) -> BTreeSet<(Eid, Reason)> {
    desk.aside.iter().map(|(parcel, reason)| (parcel.sealed.eid, *reason)).collect()
}

proptest! {
    #![proptest_config(crate::told())]

    #[test]
    fn two_judges_end_with_the_same_whatever_came_first(sent in proptest::collection::vec(sent(), 1..8), seed in any::<u64>()) {
        let mut crowd = Crowd::new();
        sent.iter().for_each(|sent| crowd.send(sent));
        let mut dice = Dice::new(seed);
        let (phone, server) = (crowd.judged(&mut dice), crowd.judged(&mut dice));
        prop_assert_eq!(accepted(&phone), accepted(&server));
        prop_assert_eq!(aside(&phone), aside(&server));
        prop_assert_eq!(phone.waiting(), server.waiting());
        prop_assert_eq!(phone.document().heads(), server.document().heads());
        prop_assert_eq!(phone.document().contents(), server.document().contents());
        // And what an honest phone wrote by the same rules is never refused.
        let good: BTreeSet<Eid> = crowd.good.iter().map(|parcel| parcel.sealed.eid).collect();
        prop_assert!(accepted(&server).is_superset(&good));
        let of = |wanted: fn(&Sent) -> bool| sent.iter().filter(|sent| wanted(sent)).count();
        prop_assert_eq!(accepted(&server).len(), good.len() + of(|sent| matches!(sent, Sent::Words)));
        prop_assert_eq!(server.waiting(), of(|sent| matches!(sent, Sent::Later)));
        let reasons = |reason: Reason| aside(&server).into_iter().filter(|(_, r)| *r == reason).count();
        prop_assert_eq!(reasons(Reason::NoRight), of(|sent| matches!(sent, Sent::Foreign)));
        prop_assert_eq!(reasons(Reason::ForeignHome), of(|sent| matches!(sent, Sent::Home)));
        prop_assert_eq!(reasons(Reason::ExpiredLease), of(|sent| matches!(sent, Sent::Late)));
        prop_assert_eq!(reasons(Reason::BadChange), of(|sent| matches!(sent, Sent::Bad)));
    }

    #[test]
    fn without_the_seal_everything_waits_and_nothing_is_judged_for_ever(sent in proptest::collection::vec(sent(), 1..6), seed in any::<u64>()) {
        let mut crowd = Crowd::new();
        sent.iter().for_each(|sent| crowd.send(sent));
        let seal = crowd.all.remove(0);
        let mut desk = crowd.judged(&mut Dice::new(seed));
        prop_assert!(desk.document.is_none());
        let bad = desk.aside.iter().all(|(_, reason)| *reason == Reason::BadChange);
        prop_assert!(bad, "only what can never be good is set aside before the seal is there");
        prop_assert_eq!(desk.waiting() + desk.aside.len(), crowd.all.len());
        prop_assert_eq!(desk.take(&seal), Verdict::SEALED);
        crowd.all.insert(0, seal);
        let whole = crowd.judged(&mut Dice::new(seed.wrapping_add(1)));
        prop_assert_eq!(accepted(&desk), accepted(&whole));
        prop_assert_eq!(aside(&desk), aside(&whole));
    }
}
