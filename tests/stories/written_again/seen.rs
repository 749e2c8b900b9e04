//! A change is written again on what its author saw: what a colleague said meanwhile stays beside it.

use std::sync::{Arc, Mutex};

use ronde_core::Notebook;
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_model::lease::SignedLease;
use ronde_model::organisation::fingerprint_of;
use ronde_tests::world::{EvilWire, HOUR, MINUTE, Phone, World};
use rusqlite::params;

use crate::{hands, is_at_rest, listed, title};

const COUNT: &str = "facts/people_count";
const TITLE: &str = "facts/title";

/// What the voices of the only divergence say, sorted.
fn voices(notebook: &Notebook, doc: DocId, key: &str) -> Vec<String> {
    let divergences = notebook.divergences(doc).unwrap();
    let [divergence] = divergences.as_slice() else { panic!("one divergence: {divergences:?}") };
    assert_eq!((divergence.key.as_str(), divergence.open), (key, true));
    let mut said: Vec<_> = divergence.voices.iter().map(|voice| format!("{:?}", voice.value)).collect();
    said.sort();
    said
}

fn said(values: [FactValue; 2]) -> Vec<String> {
    values.iter().map(|value| format!("{value:?}")).collect()
}

fn two_officers(world: &World) -> [Phone; 2] {
    ["Inès Benali", "Karim Haddad"].map(|name| world.phone(name, "pm-chartres", "officer"))
}

#[test]
fn what_a_colleague_said_of_the_first_filing_stands_beside_what_was_said_of_the_second() {
    let world = World::new(91);
    let [mut ines, karim] = two_officers(&world);
    let draft = ines.draft("youth.brawl", &[("title", "Rixe".into())], "Deux groupes.");
    let backup = ines.back_up();
    let doc = ines.notebook.file(draft.id).unwrap().doc;
    assert!(ines.sync().unwrap().complete);
    karim.sync().unwrap();

    // She files it again from the backup and corrects it twice, having seen nothing of Karim's word.
    ines.restore(&backup);
    world.clock.pass(MINUTE);
    assert_eq!(ines.notebook.file(draft.id).unwrap().doc, doc);
    ines.correct(doc, "title", "Bagarre".into());
    ines.correct(doc, "title", "Titre 4".into());
    karim.correct(doc, "title", "Titre 39".into());
    assert!(karim.sync().unwrap().complete);
    assert!(ines.sync().unwrap().complete);
    assert!(karim.sync().unwrap().complete);
    for phone in [&ines, &karim] {
        assert_eq!(listed(&phone.notebook), [doc]);
        assert_eq!(voices(&phone.notebook, doc, TITLE), said(["Titre 39".into(), "Titre 4".into()]));
        is_at_rest(phone);
    }
    assert_eq!(ines.notebook.read(doc).unwrap().heads, karim.notebook.read(doc).unwrap().heads);
}

#[test]
fn what_a_colleague_said_beside_a_refused_change_stands_beside_what_was_written_behind_it() {
    let world = World::new(92);
    let [ines, karim] = two_officers(&world);
    let doc = ines.file("youth.brawl", &[("title", "Rixe".into())], "Deux groupes.");
    assert!(ines.sync().unwrap().complete);
    karim.sync().unwrap();
    hands::archive(&world).execute("UPDATE document SET author = zeroblob(16)", []).unwrap();

    world.clock.pass(MINUTE);
    ines.notebook.void(doc, "doublon").unwrap();
    ines.correct(doc, "people_count", FactValue::Integer(3));
    ines.correct(doc, "people_count", FactValue::Integer(5));
    karim.correct(doc, "people_count", FactValue::Integer(7));
    assert!(karim.sync().unwrap().complete);
    assert!(ines.sync().unwrap().complete);
    assert!(karim.sync().unwrap().complete);
    for phone in [&ines, &karim] {
        let both = said([FactValue::Integer(5), FactValue::Integer(7)]);
        assert_eq!(voices(&phone.notebook, doc, COUNT), both);
    }
    assert_eq!(ines.notebook.read(doc).unwrap().heads, karim.notebook.read(doc).unwrap().heads);
}

/// Corrects the count to six: refused, and she has not heard of it.
fn correct_in_vain(world: &World, phone: &Phone, doc: DocId) {
    let archive = hands::archive(world);
    let home: String = archive.query_row("SELECT home FROM document", [], |row| row.get(0)).unwrap();
    archive.execute("UPDATE document SET home = 'unit:transport'", []).unwrap();
    phone.correct(doc, "people_count", FactValue::Integer(6));
    phone.sync_over(&EvilWire::answering_bytes(&phone.wire, |_| Vec::new())).unwrap_err();
    archive.execute("UPDATE document SET home = ?1", [home]).unwrap();
}

#[test]
fn a_change_that_says_nothing_new_elsewhere_is_replaced_once_and_for_all() {
    let world = World::new(93);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let doc = ines.file("youth.brawl", &[("people_count", FactValue::Integer(2))], "Deux groupes.");
    assert!(ines.sync().unwrap().complete);
    correct_in_vain(&world, &ines, doc);
    ines.correct(doc, "people_count", FactValue::Integer(2));
    assert!(ines.sync().unwrap().complete);
    assert_eq!(ines.notebook.read(doc).unwrap().facts[COUNT].value, FactValue::Integer(2));
    let aside = ines.notebook.set_aside().unwrap();
    let mut reasons: Vec<_> = aside.iter().map(|one| one.reason.as_str()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["foreign-home", "replaced"]);

    // Nothing is left to heal: one chain goes on from answer to answer.
    for count in [3, 4, 5] {
        ines.correct(doc, "people_count", FactValue::Integer(count));
        assert!(ines.sync().unwrap().complete);
    }
    let chains = "SELECT count(DISTINCT chain) FROM (SELECT chain FROM envelope ORDER BY id DESC LIMIT 3)";
    let chains: u64 = hands::notebook(&ines).query_row(chains, [], |row| row.get(0)).unwrap();
    assert_eq!(chains, 1, "healed after every answer");
}

#[test]
fn what_was_written_after_the_end_of_a_lease_is_not_made_good_by_the_next_one() {
    let world = World::new(96);
    let [mut ines, karim] = two_officers(&world);
    let doc = karim.file("youth.brawl", &[("title", "Rixe".into())], "Deux groupes.");
    assert!(karim.sync().unwrap().complete);
    let stood = Arc::new(Mutex::new(None));
    let last = Arc::clone(&stood);
    let noting =
        EvilWire::answering(&ines.wire, move |response| *last.lock().unwrap() = Some(response.cursor));
    assert!(ines.sync_over(&noting).unwrap().complete);
    let stood = stood.lock().unwrap().unwrap();

    // A change that is refused, and one behind it; all she hears of the server is her next lease.
    world.clock.pass(40 * HOUR);
    let archive = hands::archive(&world);
    let home: String = archive.query_row("SELECT home FROM document", [], |row| row.get(0)).unwrap();
    archive.execute("UPDATE document SET home = 'unit:transport'", []).unwrap();
    ines.correct(doc, "people_count", FactValue::Integer(6));
    ines.correct(doc, "title", "Bagarre".into());
    let curt = EvilWire::answering(&ines.wire, move |response| {
        (response.cursor, response.receipt, response.ledger) = (stood, None, None);
        response.answers.clear();
        response.feed.clear();
    });
    drop(ines.sync_over(&curt));
    archive.execute("UPDATE document SET home = ?1", [home]).unwrap();

    // As if she had written both an hour after the end of the lease they name.
    let hand = hands::notebook(&ines);
    let query = "SELECT DISTINCT lease, cwt FROM envelope JOIN lease USING (lease) WHERE own = 1";
    let (id, cwt): (Vec<u8>, Vec<u8>) =
        hand.query_row(query, [], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let key = world.organisation_key();
    let organisation = fingerprint_of(&key.verifying_key());
    let mut lease = SignedLease::open(cwt, &organisation, &key.verifying_key()).unwrap().lease;
    lease.expires_s = (world.clock.true_ms() - HOUR) / 1_000;
    let over = lease.sign(&organisation, &key).unwrap().cwt;
    hand.execute("UPDATE lease SET cwt = ?2 WHERE lease = ?1", params![id, over]).unwrap();
    drop(hand);
    ines.restart();

    assert!(ines.sync().unwrap().complete);
    let aside = ines.notebook.set_aside().unwrap();
    let mut reasons: Vec<_> = aside.iter().map(|one| one.reason.as_str()).collect();
    reasons.sort_unstable();
    assert_eq!(reasons, ["expired-lease", "foreign-home"]);
    assert!(karim.sync().unwrap().complete);
    for phone in [&ines, &karim] {
        assert_eq!(title(&phone.notebook, doc), "Rixe");
    }
}

#[test]
fn a_refusal_that_the_server_forgot_hides_nothing() {
    let mut world = World::new(95);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let doc = ines.file("youth.brawl", &[("title", "Rixe".into())], "Deux groupes.");
    assert!(ines.sync().unwrap().complete);
    let backup = world.back_up_server();
    correct_in_vain(&world, &ines, doc);
    assert!(ines.sync().unwrap().complete);
    assert_eq!(ines.notebook.sync_status().unwrap().needs_you, 1);

    // Restored, it takes the same change in; its answer is lost on the way.
    world.restore_server(&backup);
    let mut calls = 0;
    let forgetful = EvilWire::answering_bytes(&ines.wire, move |answer| {
        calls += 1;
        if calls == 1 { answer } else { Vec::new() }
    });
    ines.sync_over(&forgetful).unwrap_err();
    assert_eq!(world.server.stored().unwrap().len(), 2);
    assert!(ines.sync().unwrap().complete);
    is_at_rest(&ines);
    assert_eq!(ines.notebook.read(doc).unwrap().facts[COUNT].value, FactValue::Integer(6));
    let helene = world.supervisor("Hélène Marchand");
    let console = world.server.report(&helene, doc).unwrap().unwrap();
    assert_eq!(ines.notebook.read(doc).unwrap().heads, console.heads);
}

#[test]
fn a_report_that_came_back_answers_with_its_seal() {
    let world = World::new(94);
    let mut ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let draft = ines.draft("youth.brawl", &[("title", "Rixe".into())], "Deux groupes.");
    let backup = ines.back_up();
    let filed = ines.notebook.file(draft.id).unwrap();
    ines.correct(filed.doc, "people_count", FactValue::Integer(4));
    assert!(ines.sync().unwrap().complete);

    ines.restore(&backup);
    assert!(ines.sync().unwrap().complete);
    // However the two came back.
    let hand = hands::notebook(&ines);
    hand.pragma_update(None, "foreign_keys", false).unwrap();
    for table in ["body", "envelope"] {
        let query =
            format!("UPDATE {table} SET id = 1000 WHERE id = (SELECT id FROM envelope WHERE eid = ?1)");
        hand.execute(&query, params![filed.eid.0]).unwrap();
    }
    drop(hand);
    ines.restart();
    let again = ines.notebook.file(draft.id).unwrap();
    assert_eq!((again.doc, again.eid, again.again), (filed.doc, filed.eid, true));
}
