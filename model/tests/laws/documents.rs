//! S1 and S5: under a grow-only prefix a key ends in the hash of its value, so nothing there is ever
//! rewritten; nothing is deleted; and what was written once stays in the history.

use automerge::legacy::OpType;
use automerge::{Change, ExpandedChange};
use proptest::prelude::*;
use ronde_model::document::key::Prefix;
use ronde_model::document::{Action, grow_only_key};
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::history;

use crate::crew::{Verdict, brawl, fact};
use crate::drawn;
use crate::filing::{Pair, pair};

/// How a key and its value are told apart from honest ones.
#[derive(Debug, Clone)]
enum Forgery {
    None,
    /// Another letter at a place of the suffix.
    Letter(usize),
    /// Another byte at a place of the value.
    Byte(prop::sample::Index, u8),
    /// A value that is no record.
    NoRecord,
    /// The suffix in capitals.
    Capitals,
}

fn forgery() -> impl Strategy<Value = Forgery> {
    prop_oneof![
        2 => Just(Forgery::None),
        3 => (0_usize..26).prop_map(Forgery::Letter),
        3 => (any::<prop::sample::Index>(), 1_u8..).prop_map(|(place, by)| Forgery::Byte(place, by)),
        1 => Just(Forgery::NoRecord),
        1 => Just(Forgery::Capitals),
    ]
}

fn forged((key, value): (String, FactValue), forgery: &Forgery) -> (String, FactValue) {
    let place = key.len() - 26;
    let mut bytes = value.as_bytes().unwrap().to_vec();
    match forgery {
        Forgery::None => (key, value),
        Forgery::Letter(at) => {
            let mut letters = key.into_bytes();
            letters[place + at] = if letters[place + at] == b'a' { b'b' } else { b'a' };
            (String::from_utf8(letters).unwrap(), value)
        }
        Forgery::Byte(at, by) => {
            let at = at.index(bytes.len());
            bytes[at] = bytes[at].wrapping_add(*by);
            (key, FactValue::Bytes(bytes))
        }
        Forgery::NoRecord => (key, FactValue::Text("mots".into())),
        Forgery::Capitals => (key.to_uppercase().replace("ACTION/", "action/"), value),
    }
}

impl Pair {
    /// Karim sends a body about the report.
    fn karim_sends(&mut self, body: Vec<u8>) -> Verdict {
        let home = self.ines.home();
        let parcel = self.karim.send(Kind::Report, self.doc, &home, body);
        self.desk.take(&parcel)
    }

    fn action(&mut self, what: &str) -> (String, FactValue) {
        let (by, at_ms, salt) = (self.karim.agent(), self.karim.clock_ms, self.karim.salt());
        grow_only_key(Prefix::Action, &Action { by, at_ms, salt, what: what.into(), note: None })
    }
}

proptest! {
    #![proptest_config(crate::tried())]

    #[test]
    fn an_entry_stands_only_under_the_hash_of_what_it_says(what in ".{0,30}", forgery in forgery()) {
        let mut pair = pair(&brawl());
        let entry = forged(pair.action(&what), &forgery);
        let made = pair.karim.draft(pair.desk.document(), std::slice::from_ref(&entry));
        let honest = matches!(forgery, Forgery::None);
        prop_assert_eq!(pair.karim_sends(made.raw), if honest { Verdict::GOOD } else { Verdict::BAD });
        prop_assert_eq!(pair.desk.document().contents().values.contains_key(&entry.0), honest);
    }

    #[test]
    fn an_entry_is_never_rewritten(what in ".{0,30}", other in drawn::value(), beside in any::<bool>()) {
        let mut pair = pair(&brawl());
        let filed = pair.desk.document().heads();
        let (key, value) = pair.action(&what);
        prop_assume!(other != value);
        let made = pair.karim.draft(pair.desk.document(), &[(key.clone(), value.clone())]);
        prop_assert_eq!(pair.karim_sends(made.raw), Verdict::GOOD);
        // On top of it, or from before it was there.
        pair.karim.restart();
        let heads = if beside { filed } else { pair.desk.document().heads() };
        let mut document = pair.desk.document().clone();
        let made = document.write_at(&heads, pair.karim.actor(), &[(key.clone(), other)]).unwrap().unwrap();
        prop_assert_eq!(pair.karim_sends(made.raw), Verdict::BAD);
        let contents = pair.desk.document().contents();
        prop_assert_eq!(contents.values[&key].iter().map(|written| &written.value).collect::<Vec<_>>(), [&value]);
    }

    #[test]
    fn nothing_is_deleted(
        puts in proptest::collection::btree_map("facts/(title|people_count|[a-z]{1,6})", drawn::value(), 1..6),
        which in any::<prop::sample::Index>(),
    ) {
        let mut pair = pair(&brawl());
        let puts: Vec<_> = puts.into_iter().collect();
        let made = pair.karim.draft(pair.desk.document(), &puts);
        let mut change: ExpandedChange = Change::from_bytes(made.raw).unwrap().decode();
        let place = which.index(change.operations.len());
        change.operations[place].action = OpType::Delete;
        let before = pair.desk.document().contents();
        prop_assert_eq!(pair.karim_sends(Change::from(change).raw_bytes().to_vec()), Verdict::BAD);
        prop_assert_eq!(pair.desk.document().contents(), before);
    }

    #[test]
    fn a_value_replaced_stays_in_the_history(values in proptest::collection::vec(drawn::value(), 1..6)) {
        let mut pair = pair(&brawl());
        let mut written = vec![brawl()["facts/title"].clone()];
        for value in values {
            if written.last() == Some(&value) {
                continue;
            }
            let made = pair.karim.draft(pair.desk.document(), &[fact("title", value.clone())]);
            prop_assert_eq!(pair.karim_sends(made.raw), Verdict::GOOD);
            written.push(value);
        }
        let told = history::tell(pair.desk.document(), &pair.desk.provenances);
        let writes = told.iter().flat_map(|step| step.writes.iter().filter(|write| write.key == "facts/title"));
        let told: Vec<_> = writes.map(|write| (write.value.clone(), write.replaced.clone())).collect();
        prop_assert_eq!(told.iter().map(|(value, _)| value.clone()).collect::<Vec<_>>(), written.clone());
        for (place, (_, replaced)) in told.iter().enumerate().skip(1) {
            prop_assert_eq!(replaced, &written[place - 1..place]);
        }
    }
}
