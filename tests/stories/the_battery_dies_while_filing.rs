//! Every operation of one filing is a power cut. What Déposer returned is there; what it had not
//! returned is there whole, or still a draft. Three careless ways of opening the database are caught,
//! without which this would prove nothing.

use std::collections::BTreeSet;

use ronde_core::{Error, Settings};
use ronde_model::id::DocId;
use ronde_tests::disk::{Disk, Fault, Ordering};
use ronde_tests::world::Wire;
use ronde_tests::world::{World, now};

/// Beyond the operations of one filing.
const FAULTS: usize = 45;
/// Beyond those of one opening.
const OPENING: usize = 12;

/// What a phone promised before the cut, and what the next start finds.
#[derive(Default, Debug)]
struct Findings {
    states: usize,
    lost: usize,
    torn: usize,
    unopened: BTreeSet<String>,
}

struct Life {
    world: World,
    directory: std::path::PathBuf,
    disk: Disk,
    before: Vec<DocId>,
    doc: DocId,
    draft_saved: usize,
    filed: usize,
}

/// A phone is enrolled, a draft saved, the report filed: on a disk in memory.
fn live(settings: &Settings) -> Life {
    let world = World::new(11);
    let disk = Disk::new(Ordering::Strict).unwrap();
    let directory = tempfile::TempDir::new().unwrap().keep();
    let settings = Settings { vfs: Some(disk.vfs().to_owned()), ..settings.clone() };
    let notebook = world.open_notebook(&directory, settings.clone()).unwrap();
    let code = world.code("Inès Benali", "pm-chartres", "officer", None);
    now(notebook.enrol_over(&Wire::new(world.server.clone()), "https://ronde.example", &code)).unwrap();
    // A week's reports, then the app is closed once: the database itself has grown by them.
    let before: Vec<DocId> = (0..12)
        .map(|day| {
            let mut draft = notebook.new_draft("waste.bulky").unwrap();
            draft.statement = format!("Jour {day}. {}", "Encombrants devant le porche. ".repeat(20));
            notebook.save_draft(&draft).unwrap();
            notebook.file(draft.id).unwrap().doc
        })
        .collect();
    drop(notebook);
    let notebook = world.open_notebook(&directory, settings).unwrap();
    let mut draft = notebook.new_draft("youth.brawl").unwrap();
    draft.facts.insert("title".into(), "Bagarre".into());
    draft.statement = "Constatons deux groupes.".into();
    notebook.save_draft(&draft).unwrap();
    let draft_saved = disk.operations();
    disk.mark("draft");
    notebook.file(draft.id).unwrap();
    disk.mark("filed");
    let filed = disk.operations();
    Life { world, directory, disk, before, doc: draft.id, draft_saved, filed }
}

fn examine(life: &Life, settings: &Settings) -> Findings {
    let mut findings = Findings::default();
    for cut in life.disk.cuts(5).filter(|cut| cut.index >= life.draft_saved) {
        findings.states += 1;
        let promised = cut.marks().iter().any(|mark| mark.label == "filed");
        let found = cut.power_on().unwrap();
        let settings = Settings { vfs: Some(found.vfs().to_owned()), ..settings.clone() };
        match life.world.open_notebook(&life.directory, settings) {
            Ok(notebook) => {
                if !life.before.iter().all(|doc| notebook.read(*doc).is_ok()) {
                    findings.lost += 1;
                    continue;
                }
                let report = notebook.read(life.doc);
                let draft = notebook.draft(life.doc);
                match (report, draft) {
                    (Ok(detail), Err(_)) => {
                        let whole = detail.statements.len() == 1
                            && notebook
                                .list(None, 99)
                                .is_ok_and(|page| page.items.len() == life.before.len() + 1)
                            && notebook.search("bagarre", 9).is_ok_and(|found| found.len() == 1)
                            && notebook
                                .own_ledger()
                                .is_ok_and(|ledger| ledger.len() == life.before.len() + 1);
                        findings.torn += usize::from(!whole);
                    }
                    (Err(Error::NotFound(_)), Ok(draft)) if !promised => {
                        findings.torn += usize::from(draft.statement != "Constatons deux groupes.");
                    }
                    _ => findings.lost += 1,
                }
            }
            Err(error) => {
                findings.lost += 1;
                findings.unopened.insert(error.to_string());
            }
        }
    }
    let _ = std::fs::remove_dir_all(&life.directory);
    findings
}

#[test]
fn what_deposer_returned_is_there_after_any_power_cut() {
    let product = Settings::default();
    let life = live(&product);
    let findings = examine(&life, &product);
    println!("operations of one filing: {}; {findings:?}", life.filed - life.draft_saved);
    assert!(findings.states > 20, "{findings:?}");
    assert_eq!((findings.lost, findings.torn), (0, 0), "{findings:?}");
}

#[test]
fn control_synchronous_normal_is_caught() {
    let careless = Settings { synchronous: Some("NORMAL"), ..Settings::default() };
    let findings = examine(&live(&careless), &careless);
    println!("NORMAL: {findings:?}");
    assert!(findings.lost > 0, "the disk forgot nothing: it proves nothing");
}

#[test]
fn control_synchronous_off_is_caught() {
    let careless = Settings { synchronous: Some("OFF"), created_with: Some("OFF"), ..Settings::default() };
    let findings = examine(&live(&careless), &careless);
    println!("OFF: {findings:?}");
    assert!(findings.lost > 0, "the disk forgot nothing: it proves nothing");
}

#[test]
fn control_created_with_full_is_caught() {
    let careless = Settings { created_with: Some("FULL"), ..Settings::default() };
    let findings = examine(&live(&careless), &careless);
    println!("created with FULL: {findings:?}");
    assert!(findings.lost > 0, "the disk forgot nothing: it proves nothing");
}

/// The notebook is opened on what a kill left; each refusal of that opening, then the same again.
#[test]
fn an_opening_that_the_disk_refuses_is_told_and_goes_through_once_it_is_well() {
    let product = Settings::default();
    let life = live(&product);
    let mut met = 0;
    for fault in [Fault::Full, Fault::Io, Fault::SyncIo] {
        for step in 0..OPENING {
            let found = life.disk.copy().unwrap();
            let settings = Settings { vfs: Some(found.vfs().to_owned()), ..product.clone() };
            found.fail_at(step, fault);
            match life.world.open_notebook(&life.directory, settings.clone()) {
                Ok(_) => {}
                Err(Error::StorageFull | Error::Storage { .. }) => met += 1,
                Err(other) => panic!("{fault:?} at {step}: {other}"),
            }
            found.heal();
            let notebook = life.world.open_notebook(&life.directory, settings).unwrap();
            assert_eq!(notebook.read(life.doc).unwrap().statements.len(), 1, "{fault:?} at {step}");
        }
    }
    let _ = std::fs::remove_dir_all(&life.directory);
    println!("{met} openings refused");
    assert!(met > 0, "no opening was refused");
}

#[test]
fn a_full_disk_or_a_failed_sync_while_filing_keeps_the_draft_and_filing_works_afterwards() {
    for fault in [Fault::Full, Fault::Io, Fault::SyncIo] {
        let world = World::new(12);
        let disk = Disk::new(Ordering::Strict).unwrap();
        let directory = tempfile::TempDir::new().unwrap();
        let settings = Settings { vfs: Some(disk.vfs().to_owned()), ..Settings::default() };
        let notebook = world.open_notebook(directory.path(), settings).unwrap();
        let code = world.code("Inès Benali", "pm-chartres", "officer", None);
        let wire = Wire::new(world.server.clone());
        now(notebook.enrol_over(&wire, "https://ronde.example", &code)).unwrap();
        let first = notebook.new_draft("waste.tyres").unwrap();
        notebook.file(first.id).unwrap();
        let mut met = 0;
        for step in 0..FAULTS {
            let mut draft = notebook.new_draft("youth.brawl").unwrap();
            draft.statement = format!("Essai {step}.");
            notebook.save_draft(&draft).unwrap();
            disk.fail_at(disk.operations() + step, fault);
            let outcome = notebook.file(draft.id);
            disk.heal();
            match outcome {
                Ok(_) => {}
                Err(Error::StorageFull | Error::Storage { .. }) => {
                    met += 1;
                    let kept = notebook.draft(draft.id).is_ok() != notebook.read(draft.id).is_ok();
                    assert!(kept, "{fault:?} at {step}: a draft or a report, never both, never neither");
                    assert_eq!(notebook.file(draft.id).unwrap().doc, draft.id, "{fault:?} at {step}");
                }
                Err(other) => panic!("{fault:?} at {step}: {other}"),
            }
        }
        assert!(met > 0, "{fault:?} never struck");
        assert!(now(notebook.sync_over(&wire)).unwrap().complete, "{fault:?}");
        assert_eq!(world.server.stored().unwrap().len(), FAULTS + 1, "{fault:?}: each filing once");
    }
}
