//! An opening that judges again what waits meets what does not read back.

use ronde_core::Notebook;
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_tests::world::{MINUTE, Phone, World};
use rusqlite::Connection;

use super::phones::raw_key;

fn hand(phone: &Phone) -> Connection {
    let key = raw_key(&std::fs::read(phone.directory().join("notebook.key")).unwrap());
    let connection = Connection::open(phone.directory().join("notebook.db")).unwrap();
    connection.pragma_update(None, "key", key).unwrap();
    connection
}

fn count(notebook: &Notebook, doc: DocId) -> Option<FactValue> {
    notebook.read(doc).unwrap().facts.get("facts/people_count").map(|shown| shown.value.clone())
}

fn unreadable(notebook: &Notebook) -> usize {
    notebook.set_aside().unwrap().iter().filter(|one| one.reason == "unreadable").count()
}

#[test]
fn one_report_that_does_not_read_back_is_noted_once_and_holds_up_no_other() {
    let world = World::new(421);
    let mut ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let docs = ["Rixe", "Attroupement"].map(|title| {
        world.clock.pass(MINUTE);
        let doc = ines.file("youth.brawl", &[("title", title.into())], "Deux groupes.");
        ines.correct(doc, "people_count", FactValue::Integer(5));
        doc
    });
    assert!(docs[0] < docs[1], "the spoilt one is judged first");
    let by_hand = hand(&ines);
    for doc in docs {
        let correction = ines.notebook.receipt(doc).unwrap().envelopes[1].0;
        let waits = "UPDATE envelope SET applied = 0, waiting = 'newer-app' WHERE eid = ?1";
        assert_eq!(by_hand.execute(waits, [correction.0]).unwrap(), 1);
        if doc == docs[0] {
            let spoil = "UPDATE body SET bytes = x'00' WHERE id = (SELECT id FROM envelope WHERE eid = ?1)";
            assert_eq!(by_hand.execute(spoil, [correction.0]).unwrap(), 1);
        }
    }
    by_hand.execute_batch("DELETE FROM snapshot; DELETE FROM setting WHERE name = 'knowledge'").unwrap();
    drop(by_hand);

    for opening in ["first", "second"] {
        ines.restart();
        assert_eq!(count(&ines.notebook, docs[1]), Some(FactValue::Integer(5)), "{opening}");
        assert_eq!(unreadable(&ines.notebook), 1, "{opening}");
        let known = "SELECT count(*) FROM setting WHERE name = 'knowledge'";
        let known: i64 = hand(&ines).query_row(known, [], |row| row.get(0)).unwrap();
        assert_eq!(known, 1, "{opening}: it does not begin again");
    }
}
