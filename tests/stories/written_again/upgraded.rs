//! What an older program could not understand, or set aside, is judged again by one that can.

use ronde_core::{Error, Notebook, Settings};
use ronde_model::fact::FactValue;
use ronde_model::id::{DocId, Eid};
use ronde_model::projection::Row;
use ronde_model::wire::{Entry, Raw};
use ronde_tests::disk::{Disk, Fault, Ordering};
use ronde_tests::world::{MINUTE, Phone, Wire, World, now};
use rusqlite::{Connection, OpenFlags, params};

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

/// Has the list ask for words that no form asks for, as an older rule did.
fn asks_for_words(hand: &Connection, doc: DocId) {
    let body: Vec<u8> =
        hand.query_row("SELECT body FROM report WHERE doc = ?1", [doc.0], |row| row.get(0)).unwrap();
    let row = Row { to_complete: true, ..minicbor::decode(&body).unwrap() };
    let body = minicbor::to_vec(&row).unwrap();
    assert_eq!(hand.execute("UPDATE report SET body = ?2 WHERE doc = ?1", params![doc.0, body]).unwrap(), 1);
}

fn to_complete(notebook: &Notebook, doc: DocId) -> bool {
    notebook.item(doc).unwrap().expect("listed").row.to_complete
}

#[test]
fn what_an_older_rule_made_of_a_report_is_made_again_after_the_upgrade() {
    let world = World::new(76);
    let mut ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let [damaged, referral] = [(); 2].map(|()| ines.file("vigilance_referral", &[], ""));
    assert!(!to_complete(&ines.notebook, referral), "it keeps no words");
    let hand = hands::notebook(&ines);
    for doc in [damaged, referral] {
        asks_for_words(&hand, doc);
    }
    let spoilt = "UPDATE body SET bytes = x'00' WHERE id = (SELECT id FROM envelope WHERE doc = ?1)";
    assert_eq!(hand.execute(spoilt, [damaged.0]).unwrap(), 1);
    drop(hand);
    ines.restart();
    assert!(to_complete(&ines.notebook, referral), "the same program does not derive twice");

    knows_less(&ines);
    ines.restart();
    assert!(!to_complete(&ines.notebook, referral));
    assert_eq!(listed(&ines.notebook).len(), 2, "one that does not read back holds up no other");
}

#[test]
fn a_full_phone_opens_with_the_rows_of_the_older_rule_and_mends_them_once_there_is_room() {
    let world = World::new(77);
    let disk = Disk::new(Ordering::Strict).unwrap();
    let directory = tempfile::TempDir::new().unwrap();
    let open = |disk: &Disk| {
        let settings = Settings { vfs: Some(disk.vfs().to_owned()), ..Settings::default() };
        world.open_notebook(directory.path(), settings)
    };
    let notebook = open(&disk).unwrap();
    let code = world.code("Inès Benali", "pm-chartres", "officer", None);
    now(notebook.enrol_over(&Wire::new(world.server.clone()), "https://ronde.example", &code)).unwrap();
    let referral = notebook.file(notebook.new_draft("vigilance_referral").unwrap().id).unwrap().doc;
    drop(notebook);
    let hand = Connection::open_with_flags_and_vfs(
        directory.path().join("notebook.db"),
        OpenFlags::SQLITE_OPEN_READ_WRITE,
        disk.vfs(),
    );
    let hand = hands::unlocked(hand.unwrap(), directory.path());
    asks_for_words(&hand, referral);
    hand.execute("DELETE FROM setting WHERE name = 'knowledge'", []).unwrap();
    drop(hand);

    let sound = disk.copy().unwrap();
    drop(open(&sound).unwrap());
    let mut read = 0;
    for step in 0..sound.operations() {
        let full = disk.copy().unwrap();
        full.fail_within(step..usize::MAX, Fault::Full);
        match open(&full) {
            Ok(notebook) => read += usize::from(to_complete(&notebook, referral)),
            Err(Error::StorageFull | Error::Storage { .. }) => {}
            Err(other) => panic!("{step}: {other}"),
        }
        full.heal();
        assert!(!to_complete(&open(&full).unwrap(), referral), "{step}");
    }
    println!("{read} of {} openings read what could not be written", sound.operations());
    assert!(read > 0, "a full phone is not read");
}
