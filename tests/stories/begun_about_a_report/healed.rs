//! Healing makes a report anew, or files it elsewhere: what was begun about it goes along.

use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_tests::world::{MINUTE, Phone, World};

use crate::{WORDS, begin, hands, people, types};
use ronde_core::{Adding, Draft, Notebook};

const COUNT: &str = "facts/people_count";

fn count(notebook: &Notebook, doc: DocId) -> FactValue {
    notebook.read(doc).unwrap().facts[COUNT].value.clone()
}

fn types_count(notebook: &Notebook, begun: &Draft, people: i64) {
    let facts = [("people_count".to_owned(), FactValue::Integer(people))].into();
    notebook.save_draft(&Draft { facts, ..begun.clone() }).unwrap();
}

/// A report of Inès that Samir corrected to six, all of which she has seen; the server will refuse what
/// only its author may do.
fn seen(world: &World) -> (Phone, DocId) {
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let samir = world.phone("Samir Morel", "pm-chartres", "officer");
    let facts = [("title", "Rixe".into()), ("people_count", FactValue::Integer(4))];
    let brawl = ines.file("youth.brawl", &facts, "Constatons.");
    ines.sync().unwrap();
    samir.sync().unwrap();
    samir.correct(brawl, "people_count", FactValue::Integer(6));
    samir.sync().unwrap();
    ines.sync().unwrap();
    hands::archive(world).execute("UPDATE document SET author = zeroblob(16)", []).unwrap();
    world.clock.pass(MINUTE);
    (ines, brawl)
}

#[test]
fn a_correction_begun_on_a_change_that_was_refused_is_added_on_what_its_author_saw_beneath() {
    let world = World::new(65);
    let (ines, brawl) = seen(&world);
    let notebook = &ines.notebook;
    notebook.void(brawl, "doublon").unwrap();
    let begun = begin(notebook, brawl, people());
    types_count(notebook, &begun, 5);
    assert!(ines.sync().unwrap().complete);
    assert!(!notebook.read(brawl).unwrap().item.row.voided, "refused");

    let held = begin(notebook, brawl, people());
    assert_eq!(held.id, begun.id);
    notebook.add(held.id).unwrap().expect("a change");
    let detail = notebook.read(brawl).unwrap();
    assert!(detail.divergences.is_empty(), "she had seen the six: {:?}", detail.divergences);
    assert_eq!(count(notebook, brawl), FactValue::Integer(5));
}

#[test]
fn a_correction_begun_on_own_words_that_were_written_again_overwrites_them() {
    let world = World::new(66);
    let (ines, brawl) = seen(&world);
    let notebook = &ines.notebook;
    notebook.void(brawl, "doublon").unwrap();
    ines.correct(brawl, "people_count", FactValue::Integer(7));
    let begun = begin(notebook, brawl, people());
    types_count(notebook, &begun, 5);
    assert!(ines.sync().unwrap().complete);
    notebook.add(begun.id).unwrap().expect("a change");
    assert!(notebook.read(brawl).unwrap().divergences.is_empty(), "the seven were her own");
    assert_eq!(count(notebook, brawl), FactValue::Integer(5));
}

#[test]
fn a_screen_that_shows_what_healing_left_out_begins_what_can_still_be_added() {
    let world = World::new(67);
    let (ines, brawl) = seen(&world);
    let notebook = &ines.notebook;
    notebook.void(brawl, "doublon").unwrap();
    let on_screen = notebook.read(brawl).unwrap().heads;
    assert!(ines.sync().unwrap().complete);
    let begun = notebook.begin(brawl, people(), &on_screen).unwrap();
    types_count(notebook, &begun, 5);
    notebook.add(begun.id).unwrap().expect("a change");
    let detail = notebook.read(brawl).unwrap();
    assert_eq!(detail.divergences.len(), 1, "nobody knows that she saw the six: both stand");
}

#[test]
fn what_is_begun_about_a_report_that_is_filed_elsewhere_goes_there() {
    let world = World::new(68);
    let mut ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let draft = ines.draft("youth.brawl", &[("title", "Bagarre".into())], "Deux groupes.");
    let backup = ines.back_up();
    let first = ines.notebook.file(draft.id).unwrap().doc;
    assert!(ines.sync().unwrap().complete);

    // Filed again, in other words, by the phone that knows nothing of it.
    ines.restore(&backup);
    world.clock.pass(MINUTE);
    let again = ines.notebook.draft(draft.id).unwrap();
    ines.notebook.save_draft(&Draft { statement: "Trois blessés.".into(), ..again }).unwrap();
    assert_eq!(ines.notebook.file(draft.id).unwrap().doc, first);
    let begun = types(&ines.notebook, first, Adding::Statement, WORDS);
    let correction = begin(&ines.notebook, first, people());
    types_count(&ines.notebook, &correction, 9);
    assert!(ines.sync().unwrap().complete);

    let notebook = &ines.notebook;
    let listed = notebook.list(None, 9).unwrap().items;
    let second = listed.iter().map(|item| item.row.doc).find(|doc| *doc != first).expect("two reports");
    // The sheet that was open all the time saves once more.
    notebook.save_draft(&begun).unwrap();
    assert_eq!(begin(notebook, second, Adding::Statement).id, begun.id);
    for one in [begun, correction] {
        notebook.add(one.id).unwrap().expect("a change");
    }
    let words = |doc| -> Vec<String> {
        notebook.read(doc).unwrap().statements.into_iter().map(|view| view.statement.text).collect()
    };
    assert_eq!(words(first), ["Deux groupes."]);
    assert_eq!(words(second), ["Trois blessés.", WORDS]);
    assert_eq!(count(notebook, second), FactValue::Integer(9));
    assert!(notebook.begun().unwrap().is_empty());
    assert!(ines.sync().unwrap().complete);
}

#[test]
fn what_is_begun_about_the_report_that_stayed_stays_there() {
    let world = World::new(69);
    let (ines, brawl) = seen(&world);
    let notebook = &ines.notebook;
    let begun = types(notebook, brawl, Adding::Statement, WORDS);
    notebook.void(brawl, "doublon").unwrap();
    assert!(ines.sync().unwrap().complete);
    assert_eq!(begin(notebook, brawl, Adding::Statement), notebook.draft(begun.id).unwrap());
    assert_eq!(notebook.draft(begun.id).unwrap().about.unwrap().doc, brawl);
    assert!(notebook.add(begun.id).unwrap().is_some());
}
