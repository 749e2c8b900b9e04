//! What is begun about a report waits in the notebook until it is added, from the version that was on
//! screen; it is never a report itself, and a cut leaves it begun or added, never both, never neither.

#[path = "written_again/hands.rs"]
mod hands;
#[path = "begun_about_a_report/healed.rs"]
mod healed;
#[path = "begun_about_a_report/returned.rs"]
mod returned;

use ronde_core::{Adding, Draft, Error, Notebook, Settings};
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_tests::disk::{Disk, Ordering};
use ronde_tests::world::{HOUR, Wire, World, now};

const WORDS: &str = "Un homme part en courant vers la gare.";

fn people() -> Adding {
    Adding::Correction { key: "facts/people_count".into() }
}

fn begin(notebook: &Notebook, doc: DocId, adding: Adding) -> Draft {
    let shown = notebook.read(doc).unwrap().heads;
    notebook.begin(doc, adding, &shown).unwrap()
}

fn types(notebook: &Notebook, doc: DocId, adding: Adding, words: &str) -> Draft {
    let begun = Draft { statement: words.into(), ..begin(notebook, doc, adding) };
    notebook.save_draft(&begun).unwrap();
    begun
}

#[test]
fn it_waits_through_a_reboot_and_is_added_once() {
    let world = World::new(61);
    let mut ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let brawl = ines.file("youth.brawl", &[("title", "Rixe".into())], "Constatons.");
    let begun = types(&ines.notebook, brawl, Adding::Statement, WORDS);
    types(&ines.notebook, brawl, Adding::Void, "Déposé deux fois");
    ines.restart();

    let notebook = &ines.notebook;
    assert_eq!(notebook.begun().unwrap().len(), 2);
    assert!(notebook.drafts().unwrap().is_empty(), "no report to be");
    let held = begin(notebook, brawl, Adding::Statement);
    assert_eq!((held.id, held.statement.as_str()), (begun.id, WORDS));
    assert!(matches!(notebook.file(begun.id), Err(Error::NotFound(_))), "it is added, never filed");

    assert!(notebook.add(begun.id).unwrap().is_some());
    assert_eq!(notebook.add(begun.id), Ok(None), "once");
    let texts: Vec<_> =
        notebook.read(brawl).unwrap().statements.into_iter().map(|s| s.statement.text).collect();
    assert_eq!(texts, ["Constatons.", WORDS]);
    let [void] = &notebook.begun().unwrap()[..] else { panic!("the other waits") };
    notebook.add(void.id).unwrap();
    assert!(notebook.read(brawl).unwrap().item.row.voided);
}

#[test]
fn what_is_emptied_or_refused_is_not_kept_or_stays() {
    let world = World::new(62);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let notebook = &ines.notebook;
    let brawl = ines.file("youth.brawl", &[("title", "Rixe".into())], "Constatons.");
    begin(notebook, brawl, people());
    assert!(notebook.begun().unwrap().is_empty(), "nothing was typed");
    let begun = types(notebook, brawl, Adding::Statement, WORDS);
    notebook.save_draft(&Draft { statement: " ".into(), ..begun }).unwrap();
    assert!(notebook.begun().unwrap().is_empty(), "everything was taken back");

    let reason = types(notebook, brawl, Adding::Void, &"a".repeat(2_001));
    assert!(matches!(notebook.add(reason.id), Err(Error::FixForm(_))));
    assert_eq!(notebook.begun().unwrap()[0].statement.len(), 2_001, "it stays, to be mended");
}

#[test]
fn a_correction_resumed_later_does_not_overwrite_what_nobody_saw() {
    let world = World::new(63);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let samir = world.phone("Samir Morel", "pm-chartres", "officer");
    let facts = [("title", "Rixe".into()), ("people_count", FactValue::Integer(4))];
    let brawl = ines.file("youth.brawl", &facts, "Constatons.");
    ines.sync().unwrap();
    samir.sync().unwrap();
    let mut begun = begin(&ines.notebook, brawl, people());
    begun.facts.insert("people_count".into(), FactValue::Integer(5));
    ines.notebook.save_draft(&begun).unwrap();

    world.clock.pass(HOUR);
    samir.correct(brawl, "people_count", FactValue::Integer(6));
    samir.sync().unwrap();
    ines.sync().unwrap();
    let resumed = begin(&ines.notebook, brawl, people());
    ines.notebook.add(resumed.id).unwrap().expect("a change");
    let detail = ines.notebook.read(brawl).unwrap();
    assert_eq!(detail.divergences.len(), 1, "5 and 6 stand beside each other");
    assert!(detail.divergences[0].open);
}

#[test]
fn a_cut_while_it_is_added_leaves_it_begun_or_added() {
    let world = World::new(64);
    let disk = Disk::new(Ordering::Strict).unwrap();
    let directory = tempfile::TempDir::new().unwrap();
    let settings = |disk: &Disk| Settings { vfs: Some(disk.vfs().to_owned()), ..Settings::default() };
    let notebook = world.open_notebook(directory.path(), settings(&disk)).unwrap();
    let code = world.code("Inès Benali", "pm-chartres", "officer", None);
    now(notebook.enrol_over(&Wire::new(world.server.clone()), "https://ronde.example", &code)).unwrap();
    let brawl = notebook.file(notebook.new_draft("youth.brawl").unwrap().id).unwrap().doc;
    let begun = types(&notebook, brawl, Adding::Statement, WORDS);
    let saved = disk.operations();
    notebook.add(begun.id).unwrap();
    disk.mark("added");

    let mut seen = [0, 0];
    for cut in disk.cuts(7).filter(|cut| cut.index >= saved) {
        let promised = cut.marks().iter().any(|mark| mark.label == "added");
        let found = cut.power_on().unwrap();
        let notebook = world.open_notebook(directory.path(), settings(&found)).unwrap();
        let added = notebook.read(brawl).unwrap().statements.len();
        let waiting = notebook.begun().unwrap().len();
        assert_eq!(added + waiting, 1, "cut {}", cut.index);
        assert!(added == 1 || !promised, "cut {}", cut.index);
        seen[added] += 1;
    }
    assert!(seen.iter().all(|count| *count > 0), "cuts before and after: {seen:?}");
}
