//! What a phone writes: one change a user action, nothing for nothing, nobody's value overwritten
//! unseen, and always what its own judge and the server accept.

use proptest::prelude::*;
use ronde_model::divergence::{Comparison, find, same};
use ronde_model::document::{Document, Statement, WriteError};
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::id::{ChangeHash, content_suffix};

use crate::crew::{Facts, Verdict, brawl, fact};
use crate::drawn;
use crate::filing::pair;

fn key() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z_]{1,12}".prop_map(|name| format!("facts/{name}")),
        Just("person/01j9z3k4m5n6p7q8r9s0t1v2w3/role".to_owned()),
        Just("vehicle/01j9z3k4m5n6p7q8r9s0t1v2w3/plate".to_owned()),
    ]
}

proptest! {
    #![proptest_config(crate::tried())]

    #[test]
    fn whatever_is_filed_is_accepted_and_read_back(
        facts in proptest::collection::btree_map(key(), drawn::value(), 1..12),
    ) {
        let pair = pair(&facts);
        let contents = Document::load(&pair.desk.document().save()).unwrap().contents();
        prop_assert_eq!(contents.values.len(), facts.len());
        for (key, value) in &facts {
            prop_assert_eq!(contents.values[key].len(), 1);
            prop_assert_eq!(&contents.values[key][0].value, value);
        }
    }

    #[test]
    fn a_put_of_the_present_value_makes_no_change(
        facts in proptest::collection::btree_map(key(), drawn::value(), 1..8),
    ) {
        let mut pair = pair(&facts);
        let before = pair.desk.document().save();
        let puts: Vec<_> = facts.clone().into_iter().collect();
        let document = pair.desk.document.as_mut().unwrap();
        prop_assert_eq!(document.write(pair.karim.actor(), &puts), Ok(None));
        let heads = document.heads();
        prop_assert_eq!(document.write_at(&heads, pair.karim.actor(), &puts), Ok(None));
        prop_assert_eq!(document.save(), before);
    }

    #[test]
    fn any_correction_is_one_change_and_is_accepted(
        puts in proptest::collection::vec((key(), drawn::value()), 1..8),
    ) {
        let mut pair = pair(&brawl());
        let mut document = pair.desk.document().clone();
        let made = document.write(pair.karim.actor(), &puts).unwrap();
        prop_assert!(made.is_some());
        let home = pair.ines.home();
        let parcel = pair.karim.send(Kind::Report, pair.doc, &home, made.unwrap().raw);
        prop_assert_eq!(pair.desk.take(&parcel), Verdict::GOOD);
        prop_assert_eq!(pair.desk.document().heads(), document.heads());
        let contents = pair.desk.document().contents();
        for (key, value) in std::collections::BTreeMap::from_iter(puts) {
            // Said twice in one action: the last one holds.
            prop_assert_eq!(&contents.values[&key][0].value, &value);
        }
    }

    #[test]
    fn a_value_nobody_saw_is_never_overwritten(first in drawn::value(), second in drawn::value(), sealed in drawn::value()) {
        prop_assume!(!same("facts/title", &first, &second, Comparison::Normalised));
        prop_assume!(first != sealed && second != sealed);
        let mut facts = brawl();
        facts.insert("facts/title".into(), sealed);
        let mut pair = pair(&facts);
        let home = pair.ines.home();
        let shown = pair.desk.document().heads();
        // Karim's correction arrives while Inès has the form open.
        let karims = pair.karim.correct(Kind::Report, pair.doc, &home, pair.desk.document(), &[fact("title", first.clone())]);
        prop_assert_eq!(pair.desk.take(&karims), Verdict::GOOD);
        pair.ines.restart();
        let mut document = pair.desk.document().clone();
        let made = document.write_at(&shown, pair.ines.actor(), &[fact("title", second.clone())]).unwrap().unwrap();
        let parcel = pair.ines.send(Kind::Report, pair.doc, &home, made.raw);
        prop_assert_eq!(pair.desk.take(&parcel), Verdict::GOOD);
        prop_assert_eq!(pair.desk.document().heads(), document.heads());
        let contents = pair.desk.document().contents();
        let values: Vec<_> = contents.values["facts/title"].iter().map(|written| &written.value).collect();
        prop_assert!(values.len() == 2 && values.contains(&&first) && values.contains(&&second));
        let divergences = find(&contents, None, &pair.desk.provenances, Comparison::Normalised);
        prop_assert_eq!(divergences.len(), 1);
        prop_assert!(divergences[0].open && divergences[0].key == "facts/title" && divergences[0].voices.len() == 2);
        // The author's side settles it by a put over what is on screen now, even of one of the two.
        let settled = pair.karim.correct(Kind::Report, pair.doc, &home, pair.desk.document(), &[fact("title", second)]);
        prop_assert_eq!(pair.desk.take(&settled), Verdict::GOOD);
        prop_assert_eq!(find(&pair.desk.document().contents(), None, &pair.desk.provenances, Comparison::Raw), vec![]);
    }

    #[test]
    fn heads_of_another_document_are_named_so(head in any::<[u8; 32]>()) {
        let mut pair = pair(&brawl());
        let made = pair.desk.document.as_mut().unwrap().write_at(&[ChangeHash(head)], [7; 16], &[fact("title", "x")]);
        prop_assert_eq!(made, Err(WriteError::UnknownHeads));
    }
}

#[test]
fn too_much_at_once_changes_nothing() {
    let mut pair = pair(&brawl());
    let before = pair.desk.document().save();
    let much = [fact("title", FactValue::Text("x".repeat(300 * 1024)))];
    let document = pair.desk.document.as_mut().unwrap();
    let heads = document.heads();
    assert!(matches!(document.write([7; 16], &much), Err(WriteError::TooLarge { .. })));
    assert!(matches!(document.write_at(&heads, [8; 16], &much), Err(WriteError::TooLarge { .. })));
    assert!(matches!(Document::seal([9; 16], &Facts::from(much)), Err(WriteError::TooLarge { .. })));
    assert_eq!(document.save(), before);
}

#[test]
fn the_same_seal_is_the_same_bytes() {
    let made = || Document::seal([3; 16], &brawl()).unwrap().1;
    assert_eq!(made(), made());
}

#[test]
fn a_snapshot_that_is_none_is_said_so() {
    let pair = pair(&brawl());
    let snapshot = pair.desk.document().save();
    for cut in [0, 1, 8, snapshot.len() / 2, snapshot.len() - 1] {
        let loaded = Document::load(&snapshot[..cut]);
        assert!(
            loaded.is_err() || loaded.is_ok_and(|empty| cut == 0 && empty.heads().is_empty()),
            "{cut} bytes"
        );
    }
}

#[test]
fn a_record_of_a_later_version_is_read_and_kept_to_the_byte() {
    let mut pair = pair(&brawl());
    let (_, known) = pair.karim.words("J'y étais.");
    // The same record with one key more: { … 99: "later" }.
    let mut bytes = known.as_bytes().unwrap().to_vec();
    assert_eq!(bytes[0] & 0xe0, 0xa0, "a small map");
    bytes[0] += 1;
    bytes.extend([0x18, 99, 0x65]);
    bytes.extend(b"later");
    let key = format!("statement/{}/{}", pair.karim.agent(), content_suffix(&bytes));
    let home = pair.ines.home();
    let value = FactValue::Bytes(bytes);
    let put = [(key.clone(), value.clone())];
    let parcel = pair.karim.correct(Kind::Report, pair.doc, &home, pair.desk.document(), &put);
    assert_eq!(pair.desk.take(&parcel), Verdict::GOOD);
    let kept = Document::load(&pair.desk.document().save()).unwrap().contents().values[&key][0].value.clone();
    assert_eq!(kept, value);
    assert_eq!(Statement::from_value(&kept).map(|statement| statement.text), Some("J'y étais.".to_owned()));
}
