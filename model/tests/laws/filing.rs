//! S2, S3 and S10: filing twice is one report, a report has one seal, and a phone that was started again
//! or restored goes on without touching what it had written.

use std::collections::BTreeSet;

use proptest::prelude::*;
use ronde_model::catalogue::Catalogue;
use ronde_model::document::{Document, Reason};
use ronde_model::envelope::{Kind, actor_of};
use ronde_model::fact::FactValue;
use ronde_model::id::{ChainId, DocId};
use ronde_model::projection::project;

use crate::crew::dice::Dice;
use crate::crew::{Desk, Facts, Organisation, Parcel, Person, Verdict, brawl, fact};
use crate::drawn;

/// Two officers of a unit, and a report of the first.
pub struct Pair {
    pub ines: Person,
    pub karim: Person,
    pub doc: DocId,
    pub desk: Desk,
}

pub fn pair(facts: &Facts) -> Pair {
    let organisation = Organisation::new();
    let mut ines = Person::new(&organisation, 11, "Inès", "pm", "officer");
    let karim = Person::new(&organisation, 12, "Karim", "pm", "officer");
    let (doc, mut desk) = (DocId([5; 16]), Desk::default());
    let (_, seal) = ines.file(doc, facts);
    assert_eq!(desk.take(&seal), Verdict::SEALED);
    Pair { ines, karim, doc, desk }
}

pub fn facts() -> impl Strategy<Value = Facts> {
    proptest::collection::btree_map("facts/[a-z_]{1,12}", drawn::value(), 1..8)
}

/// 1-product: "À compléter" until its author adds words or says that there are none. What may hold none
/// is complete as it was filed.
#[test]
fn a_report_is_to_be_completed_until_its_author_says_so_and_never_where_nothing_may_be_said() {
    for known in Catalogue::shipped().types() {
        for nothing_to_say in [None, Some(false), Some(true)] {
            let mut filed = Facts::from([fact("type", known.code.as_str())]);
            filed.extend(nothing_to_say.map(|said| fact("no_statement", FactValue::Flag(said))));
            let Pair { doc, desk, .. } = pair(&filed);
            let view = project(doc, desk.document(), None, &desk.provenances).unwrap();
            let to_complete = !known.no_content && nothing_to_say != Some(true);
            assert_eq!(view.row.to_complete, to_complete, "{} {nothing_to_say:?}", known.code);
        }
    }
    // A type of a later version is asked for words as every other.
    let Pair { doc, desk, .. } = pair(&Facts::from([fact("type", "later.thing")]));
    assert!(project(doc, desk.document(), None, &desk.provenances).unwrap().row.to_complete);
}

proptest! {
    #![proptest_config(crate::told())]

    #[test]
    fn filing_twice_is_one_report(facts in facts(), again in 1_usize..4) {
        let organisation = Organisation::new();
        let filed = || Person::new(&organisation, 11, "Inès", "pm", "officer").file(DocId([5; 16]), &facts);
        let (document, seal) = filed();
        let mut desk = Desk::default();
        prop_assert_eq!(desk.take(&seal), Verdict::SEALED);
        for _ in 0..again {
            let (_, same) = filed();
            prop_assert_eq!(&same.sealed.bytes, &seal.sealed.bytes);
            prop_assert_eq!(desk.take(&same), Verdict::Duplicate);
        }
        prop_assert_eq!(desk.document().heads(), document.heads());
        prop_assert_eq!(desk.provenances.len(), 1);
    }

    #[test]
    fn a_report_has_one_seal(
        drafts in proptest::collection::vec((0_u8..3, facts()), 2..5),
        seed in any::<u64>(),
    ) {
        // A phone, its clone, and somebody who takes the id for his own; each corrects what it filed.
        let organisation = Organisation::new();
        let doc = DocId([5; 16]);
        let mut parcels = Vec::new();
        for (place, (who, facts)) in drafts.iter().enumerate() {
            let agent = if *who == 2 { 12 } else { 11 };
            let device = 30 + place as u8;
            let mut person = Person::with_device(&organisation, agent, device, "Inès", "pm", "officer");
            let (document, seal) = person.file(doc, facts);
            let home = person.home();
            let put = [("facts/corrected".to_owned(), FactValue::Integer(place as i64))];
            let correction = person.correct(Kind::Report, doc, &home, &document, &put);
            parcels.push([seal, correction]);
        }
        let mut order: Vec<&Parcel> = parcels.iter().flatten().collect();
        Dice::new(seed).shuffle(&mut order);
        let mut desk = Desk::default();
        for parcel in &order {
            desk.take(parcel);
        }
        let first = order.iter().find(|p| parcels.iter().any(|pair| pair[0].sealed.eid == p.sealed.eid)).unwrap();
        let held = parcels.iter().position(|pair| pair[0].sealed.eid == first.sealed.eid).unwrap();
        let sealed = Document::load(&parcels[held][0].envelope().body).unwrap();
        prop_assert_eq!(desk.document().seal_hash(), sealed.heads().first().copied());
        prop_assert_eq!(desk.document().changes().len(), 2, "its own correction, and nobody else's");
        let aside: BTreeSet<_> = desk.aside.iter().map(|(parcel, reason)| (parcel.sealed.eid, *reason)).collect();
        let losers = parcels.iter().enumerate().filter(|(place, _)| *place != held);
        let losers: BTreeSet<_> = losers.map(|(_, pair)| (pair[0].sealed.eid, Reason::SecondSeal)).collect();
        prop_assert_eq!(aside, losers);
        prop_assert_eq!(desk.waiting(), drafts.len() - 1, "what was made on another seal waits");
    }

    #[test]
    fn a_chain_is_an_actor_of_its_own(chain in any::<[u8; 16]>(), bit in 0_usize..128, key in 1_u8..255) {
        let actor = |key: u8, chain: [u8; 16]| {
            actor_of(&ed25519_dalek::SigningKey::from_bytes(&[key; 32]).verifying_key(), &ChainId(chain))
        };
        let mut other = chain;
        other[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(actor(key, chain), actor(key, chain));
        prop_assert_ne!(actor(key, chain), actor(key, other));
        prop_assert_ne!(actor(key, chain), actor(key + 1, chain));
    }

    #[test]
    fn a_restored_phone_goes_on_in_a_fresh_chain_and_nothing_is_lost(
        before in proptest::collection::vec((0_u8..4, 0_i64..5), 1..5),
        backup in any::<prop::sample::Index>(),
        after in proptest::collection::vec((0_u8..4, 0_i64..5), 1..4),
        fresh in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let Pair { mut ines, doc, desk, .. } = pair(&brawl());
        let home = ines.home();
        let mut parcels = Vec::new();
        let mut copies = vec![desk.clone()];
        let mut held = desk.clone();
        let write = |ines: &mut Person, held: &mut Desk, (name, value): (u8, i64)| {
            let put = [fact(&format!("f{name}"), FactValue::Integer(value))];
            let made = held.document().clone().write(ines.actor(), &put).unwrap()?;
            let parcel = ines.send(Kind::Report, doc, &home, made.raw);
            Some((held.take(&parcel), parcel))
        };
        for act in before {
            if let Some((verdict, parcel)) = write(&mut ines, &mut held, act) {
                prop_assert_eq!(verdict, Verdict::GOOD);
                parcels.push(parcel);
            }
            copies.push(held.clone());
        }
        // The files of an earlier moment come back; the program starts.
        let mut held = copies[backup.index(copies.len())].clone();
        if fresh {
            ines.restart();
        }
        for act in after {
            if let Some((verdict, parcel)) = write(&mut ines, &mut held, act) {
                prop_assert_eq!(verdict, Verdict::GOOD);
                parcels.push(parcel);
            }
        }
        Dice::new(seed).shuffle(&mut parcels);
        let mut other = desk;
        for parcel in &parcels {
            let verdict = other.take(parcel);
            // In the chain of before, two changes may bear one number: the second is refused, not merged.
            prop_assert!(!fresh || !matches!(verdict, Verdict::Quarantined(_)), "{:?}", verdict);
        }
        if fresh {
            prop_assert_eq!((other.waiting(), other.provenances.len()), (0, parcels.len() + 1));
        }
        let document = other.document();
        prop_assert_eq!(Document::load(&document.save()).unwrap().contents(), document.contents());
        prop_assert_eq!(document.changes().len(), other.provenances.len());
    }
}
