//! What an older program could not understand, or set aside, is judged again by one that can.

use ronde_core::Notebook;
use ronde_model::fact::FactValue;
use ronde_model::id::{DocId, Eid};
use ronde_model::wire::{Entry, Raw};
use ronde_tests::world::{MINUTE, Phone, World};
use rusqlite::params;

use crate::{hands, listed};

const COUNT: &str = "facts/people_count";

fn count(notebook: &Notebook, doc: DocId) -> Option<FactValue> {
    notebook.read(doc).unwrap().facts.get(COUNT).map(|shown| shown.value.clone())
}

fn bytes_of(phone: &Phone, eid: &Eid) -> Vec<u8> {
    let query = "SELECT bytes FROM body JOIN envelope USING (id) WHERE eid = ?1";
    hands::notebook(phone).query_row(query, [eid.0], |row| row.get(0)).unwrap()
}

/// The notebook as a program left it that understood less.
fn knows_less(phone: &Phone) {
    hands::notebook(phone).execute("DELETE FROM setting WHERE name = 'knowledge'", []).unwrap();
}

#[test]
fn what_a_newer_app_wrote_is_understood_after_the_upgrade() {
    let world = World::new(71);
    let [ines, mut karim] =
        ["Inès Benali", "Karim Haddad"].map(|name| world.phone(name, "pm-chartres", "officer"));
    let doc = ines.file("youth.brawl", &[("title", "Rixe".into())], "Deux groupes.");
    ines.correct(doc, "people_count", FactValue::Integer(5));
    assert!(ines.sync().unwrap().complete);
    karim.sync().unwrap();
    karim.restart();
    assert_eq!(count(&karim.notebook, doc), Some(FactValue::Integer(5)));
    let correction = ines.notebook.receipt(doc).unwrap().envelopes[1].0;
    let mut unread = Vec::new();
    for word in ["Encombrants", "Épave"] {
        world.clock.pass(MINUTE);
        let doc = ines.file("waste.bulky", &[("title", word.into())], "");
        unread.push((doc, bytes_of(&ines, &ines.notebook.receipt(doc).unwrap().envelopes[0].0)));
    }
    let later =
        Entry::Change { seq: Some(99), envelope: Raw(unread[1].1.clone()), received_ms: 7, number: None };
    let later = minicbor::to_vec(&later).unwrap();

    // Karim's phone, had its program not known the prefix of the correction, nor the envelope of the
    // second report, nor the entry that brought the third.
    let hand = hands::notebook(&karim);
    let waits = "UPDATE envelope SET applied = 0, waiting = 'newer-app' WHERE eid = ?1";
    assert_eq!(hand.execute(waits, [correction.0]).unwrap(), 1);
    assert_eq!(hand.execute("DELETE FROM snapshot", []).unwrap(), 1);
    let aside = "INSERT INTO aside (seq, reason, bytes) VALUES (98, ?1, ?2)";
    hand.execute(aside, params!["malformed", unread[0].1]).unwrap();
    hand.execute(aside, params!["later", later]).unwrap();
    hand.execute(aside, params!["later", [1_u8, 2, 3]]).unwrap();
    drop(hand);
    karim.restart();
    assert_eq!(count(&karim.notebook, doc), None, "the same program does not look twice");
    assert_eq!(listed(&karim.notebook), [doc]);

    knows_less(&karim);
    karim.restart();
    assert_eq!(count(&karim.notebook, doc), Some(FactValue::Integer(5)));
    let mut all: Vec<DocId> = unread.iter().map(|(doc, _)| *doc).chain([doc]).collect();
    let mut shown = listed(&karim.notebook);
    all.sort();
    shown.sort();
    assert_eq!(shown, all);
    let aside = karim.notebook.set_aside().unwrap();
    assert_eq!(aside.iter().map(|one| one.reason.as_str()).collect::<Vec<_>>(), ["later"], "not yet");
}

#[test]
fn what_did_not_verify_is_judged_again_when_it_comes_again() {
    let world = World::new(72);
    let [ines, karim] =
        ["Inès Benali", "Karim Haddad"].map(|name| world.phone(name, "pm-chartres", "officer"));
    let doc = ines.file("youth.brawl", &[("title", "Rixe".into())], "Deux groupes.");
    let eid = ines.notebook.receipt(doc).unwrap().envelopes[0].0;
    assert!(ines.sync().unwrap().complete);
    let aside = "INSERT INTO aside (seq, eid, reason, bytes, digest) VALUES (1, ?1, 'signature', ?2, ?1)";
    hands::notebook(&karim).execute(aside, params![eid.0, bytes_of(&ines, &eid)]).unwrap();
    assert_eq!(karim.notebook.set_aside().unwrap().len(), 1);
    assert!(karim.sync().unwrap().complete);
    assert_eq!(listed(&karim.notebook), [doc]);
    assert_eq!(karim.notebook.set_aside().unwrap(), []);
}
