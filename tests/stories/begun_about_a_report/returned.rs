//! A draft comes back after its words were added: from a backup, out of a damaged database. They are
//! never added twice, and what was typed since is never thrown away.

use std::collections::BTreeSet;
use std::sync::Arc;

use ronde_core::{Adding, Draft, Notebook, Ports, Settings};
use ronde_model::id::{BootId, DocId};
use ronde_tests::world::{MINUTE, Phone, World, WorldVault};
use rusqlite::params;

use crate::{WORDS, begin, hands, types};

fn words(notebook: &Notebook, doc: DocId) -> Vec<String> {
    notebook.read(doc).unwrap().statements.into_iter().map(|view| view.statement.text).collect()
}

/// Inès adds words and a reason; then her phone is the one of before.
fn comes_back(world: &World) -> (Phone, DocId, [Draft; 2]) {
    let mut ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let brawl = ines.file("youth.brawl", &[("title", "Rixe".into())], "Constatons.");
    assert!(ines.sync().unwrap().complete);
    let statement = types(&ines.notebook, brawl, Adding::Statement, "Un homme part");
    let backup = ines.back_up();
    world.clock.pass(MINUTE);
    let statement = Draft { statement: WORDS.into(), ..statement };
    ines.notebook.save_draft(&statement).unwrap();
    let void = types(&ines.notebook, brawl, Adding::Void, "Déposé deux fois");
    let both = ines.back_up();
    world.clock.pass(MINUTE);
    for draft in [&statement, &void] {
        assert!(ines.notebook.add(draft.id).unwrap().is_some());
    }
    assert!(ines.sync().unwrap().complete);
    // Half typed in the one copy, whole in the other: neither is typed by anybody again.
    for copy in [&backup, &both] {
        ines.restore(copy);
        world.clock.pass(MINUTE);
        assert!(!ines.notebook.begun().unwrap().is_empty(), "nobody knows yet");
        assert!(ines.sync().unwrap().complete);
        assert_eq!(ines.notebook.begun().unwrap(), []);
        assert_eq!(hands::notebook(&ines).query_row("SELECT count(*) FROM draft", [], |r| r.get(0)), Ok(0));
    }
    ines.restore(&both);
    assert!(ines.sync().unwrap().complete);
    (ines, brawl, [statement, void])
}

#[test]
fn a_restored_phone_adds_nothing_twice() {
    let world = World::new(71);
    let (ines, brawl, drafts) = comes_back(&world);
    let written = ines.notebook.own_ledger().unwrap().len();
    for draft in &drafts {
        assert_eq!(ines.notebook.add(draft.id), Ok(None), "a sheet that was open when it came");
        assert_eq!(ines.notebook.add(draft.id), Ok(None), "and once more");
    }
    assert_eq!(ines.notebook.own_ledger().unwrap().len(), written);
    assert_eq!(words(&ines.notebook, brawl), ["Constatons.", WORDS]);
    let fresh = begin(&ines.notebook, brawl, Adding::Statement);
    assert!(fresh.id != drafts[0].id && fresh.statement.is_empty());
}

#[test]
fn copies_that_know_nothing_of_each_other_add_the_same_words_once() {
    let world = World::new(75);
    let mut ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let samir = world.phone("Samir Morel", "pm-chartres", "officer");
    let brawl = ines.file("youth.brawl", &[("title", "Rixe".into())], "Constatons.");
    assert!(ines.sync().unwrap().complete);
    let drafts = [(Adding::Statement, WORDS), (Adding::Void, "Déposé deux fois")]
        .map(|(adding, words)| types(&ines.notebook, brawl, adding, words));
    let backup = ines.back_up();
    for again in [false, true] {
        world.clock.pass(MINUTE);
        if again {
            ines.restore(&backup);
        }
        for draft in &drafts {
            // The sheet saves what it shows when it is left.
            ines.notebook.save_draft(draft).unwrap();
            assert!(ines.notebook.add(draft.id).unwrap().is_some(), "nobody knows of the other: {again}");
        }
        assert!(ines.sync().unwrap().complete);
    }
    samir.sync().unwrap();
    for notebook in [&ines.notebook, &samir.notebook] {
        assert_eq!(words(notebook, brawl), ["Constatons.", WORDS]);
        let seen = notebook.read(brawl).unwrap();
        assert!(seen.item.row.voided && seen.divergences.is_empty(), "{seen:?}");
        let written = notebook.history(brawl).unwrap().into_iter().flat_map(|step| step.writes);
        let keys: BTreeSet<String> = written.map(|write| write.key).collect();
        assert_eq!(keys.iter().filter(|key| key.starts_with("void/")).count(), 1, "{keys:?}");
    }
    assert!(ines.notebook.begun().unwrap().is_empty());
    let sheet = types(&ines.notebook, brawl, Adding::Statement, WORDS);
    assert!(ines.notebook.add(sheet.id).unwrap().is_some(), "the same words, said anew, are others");
    assert_eq!(words(&ines.notebook, brawl), ["Constatons.", WORDS, WORDS]);
}

#[test]
fn what_is_typed_on_in_a_draft_that_came_back_is_added() {
    let world = World::new(72);
    let (mut ines, brawl, [statement, _]) = comes_back(&world);
    let more = format!("{WORDS} Il porte un sac.");
    ines.notebook.save_draft(&Draft { statement: more.clone(), ..statement.clone() }).unwrap();
    assert_eq!(begin(&ines.notebook, brawl, Adding::Statement).id, statement.id);
    let backup = ines.back_up();
    assert!(ines.notebook.add(statement.id).unwrap().is_some());
    assert_eq!(words(&ines.notebook, brawl), ["Constatons.", WORDS, &more]);
    assert!(ines.sync().unwrap().complete);
    ines.restore(&backup);
    assert!(ines.sync().unwrap().complete);
    assert_eq!(ines.notebook.begun().unwrap(), [], "that came back as well");
}

#[test]
fn a_rescue_hands_back_no_draft_that_its_report_holds() {
    let world = World::new(73);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let brawl = ines.file("youth.brawl", &[("title", "Rixe".into())], "Constatons.");
    let done = types(&ines.notebook, brawl, Adding::Statement, WORDS);
    let row = |connection: &rusqlite::Connection| -> (Vec<u8>, i64, Vec<u8>) {
        let one = "SELECT doc, saved_ms, body FROM draft";
        connection.query_row(one, [], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).unwrap()
    };
    let (doc, saved_ms, body) = row(&hands::notebook(&ines));
    ines.notebook.add(done.id).unwrap().expect("added");
    types(&ines.notebook, brawl, Adding::Void, "Déposé deux fois");
    // A page of before the commit, as holes bring it back.
    let put = "INSERT INTO draft (doc, saved_ms, body) VALUES (?1, ?2, ?3)";
    hands::notebook(&ines).execute(put, params![doc, saved_ms, body]).unwrap();

    let copy = ines.back_up();
    let ports = Ports {
        vault: Arc::new(WorldVault),
        clock: Arc::new(world.clock.booted(BootId([9; 8]))),
        entropy: Arc::new(world.dice.clone()),
    };
    let rescued = Notebook::rescue(copy.path(), &ports, &|_| {}).unwrap();
    assert_eq!(rescued.drafts, 1, "the reason alone: {rescued:?}");
    let notebook = world.open_notebook(copy.path(), Settings::default()).unwrap();
    assert_eq!(notebook.begun().unwrap().len(), 1);
    assert_eq!(notebook.add(done.id), Ok(None));
    assert_eq!(words(&notebook, brawl), ["Constatons.", WORDS]);
}

#[test]
fn a_draft_of_a_later_program_hides_no_other_and_stays() {
    let world = World::new(74);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let brawl = ines.file("youth.brawl", &[("title", "Rixe".into())], "Constatons.");
    types(&ines.notebook, brawl, Adding::Statement, WORDS);
    let draft = ines.draft("waste.bulky", &[], "Un canapé.");
    let put = "INSERT INTO draft (doc, saved_ms, body) VALUES (zeroblob(16), 9, x'8101')";
    hands::notebook(&ines).execute(put, []).unwrap();
    assert_eq!(ines.notebook.begun().unwrap().len(), 1);
    assert_eq!(ines.notebook.drafts().unwrap(), [ines.notebook.draft(draft.id).unwrap()]);
    assert!(ines.notebook.add(ines.notebook.begun().unwrap()[0].id).unwrap().is_some());
    let kept = hands::notebook(&ines).query_row("SELECT count(*) FROM draft", [], |r| r.get(0));
    assert_eq!(kept, Ok(2));
}
