//! A phone whose files go back in time, as backups do: what it lost comes back, what it writes on
//! the old copy is taken, nothing is refused and nothing is lost.

use std::collections::BTreeSet;

use ronde_core::{Status, SyncReport};
use ronde_model::fact::FactValue;
use ronde_model::id::{DocId, Eid};
use ronde_tests::world::{MINUTE, Phone, World};

use crate::day::POLICE;
use crate::shown::{of_console, of_phone};

/// Synchronises until the phone says that everything is received.
#[track_caller]
fn until_complete(phone: &Phone) -> SyncReport {
    for _ in 0..4 {
        let report = phone.sync().unwrap();
        if report.complete {
            return report;
        }
    }
    panic!("not complete after four conversations: {:?}", phone.notebook.sync_status().unwrap())
}

fn ledger(phone: &Phone) -> Vec<Eid> {
    let mut ledger: Vec<_> = phone.notebook.own_ledger().unwrap().into_iter().map(|(eid, _)| eid).collect();
    ledger.sort();
    ledger
}

#[track_caller]
fn same_everywhere(world: &World, phones: &[&Phone], reports: &[DocId]) {
    let helene = world.supervisor("Hélène Marchand");
    for doc in reports {
        let console = of_console(&world.server.report(&helene, *doc).unwrap().unwrap());
        for phone in phones {
            let detail = phone.notebook.read(*doc).unwrap();
            assert_eq!(of_phone(&detail), console);
            assert_eq!(detail.item.status, Status::Delivered);
        }
    }
    let stored = world.server.stored().unwrap();
    assert!(stored.iter().all(|e| e.state == ronde_server::supervision::StoredState::Accepted), "{stored:?}");
}

#[test]
fn an_old_copy_put_back_gets_again_what_it_lost_and_goes_on_writing() {
    let world = World::new(230);
    let mut ines = world.phone("Inès Benali", POLICE, "officer");
    let samir = world.phone("Samir Morel", POLICE, "officer");
    let first = ines.file("youth.brawl", &[("title", "Rixe".into())], "Deux groupes.");
    until_complete(&ines);
    let yesterday = ines.back_up();

    world.clock.pass(600 * MINUTE);
    ines.correct(first, "people_count", FactValue::Integer(5));
    let second = ines.file("waste.tyres", &[("title", "Pneus".into())], "Huit pneus.");
    ines.notebook.state(second, "Neuf, en fait.", None, None).unwrap();
    until_complete(&ines);
    until_complete(&samir);
    samir.correct(first, "injuries", "light".into());
    until_complete(&samir);
    let before = ledger(&ines);
    assert_eq!(before.len(), 4);

    ines.restore(&yesterday);
    assert_eq!(ledger(&ines).len(), 1, "the copy is from before");
    // She writes on what she sees, not knowing.
    ines.correct(first, "people_count", FactValue::Integer(6));
    let third = ines.file("waste.green", &[], "Branches.");
    until_complete(&ines);
    let after = ledger(&ines);
    assert_eq!(after.len(), 6, "what was lost is back beside what is new");
    assert!(before.iter().all(|eid| after.contains(eid)));
    until_complete(&samir);
    until_complete(&ines);
    same_everywhere(&world, &[&ines, &samir], &[first, second, third]);
    let divergence = &ines.notebook.read(first).unwrap().divergences;
    assert!(divergence.is_empty(), "one agent's own successive values are no divergence: {divergence:?}");
    ines.wire.forget();
    until_complete(&ines);
    assert_eq!(ines.wire.traffic().requests, 1, "nothing is left to repair");
}

#[test]
fn a_copy_from_before_anything_was_sent_sends_it_once() {
    let world = World::new(231);
    let mut ines = world.phone("Inès Benali", POLICE, "officer");
    let report = ines.file("youth.brawl", &[], "Deux groupes.");
    ines.correct(report, "people_count", FactValue::Integer(5));
    let copy = ines.back_up();
    until_complete(&ines);
    for _ in 0..3 {
        ines.restore(&copy);
        assert_eq!(ines.notebook.sync_status().unwrap().waiting, 2);
        until_complete(&ines);
    }
    assert_eq!(world.server.stored().unwrap().len(), 2);
    same_everywhere(&world, &[&ines], &[report]);
}

#[test]
fn many_lost_envelopes_come_back() {
    let world = World::new(232);
    let mut ines = world.phone("Inès Benali", POLICE, "officer");
    let report = ines.file("youth.brawl", &[], "Deux groupes.");
    until_complete(&ines);
    let copy = ines.back_up();
    let mut reports = vec![report];
    for n in 0..300 {
        world.clock.pass(MINUTE);
        if n % 10 == 0 {
            reports.push(ines.file("waste.tyres", &[], "Pneus."));
        }
        ines.correct(*reports.last().unwrap(), "people_count", FactValue::Integer(n));
    }
    until_complete(&ines);
    let before = ledger(&ines);
    ines.restore(&copy);
    until_complete(&ines);
    ines.sync().unwrap();
    assert_eq!(ledger(&ines), before);
    same_everywhere(&world, &[&ines], &reports);
}

#[test]
fn a_draft_filed_again_on_an_old_copy_becomes_a_report_of_its_own() {
    let world = World::new(233);
    let mut ines = world.phone("Inès Benali", POLICE, "officer");
    let draft = ines.draft("youth.brawl", &[("title", "Rixe".into())], "Deux groupes.");
    let copy = ines.back_up();
    ines.notebook.file(draft.id).unwrap();
    until_complete(&ines);
    ines.restore(&copy);
    let mut changed = ines.notebook.draft(draft.id).unwrap();
    changed.statement = "Trois groupes.".into();
    ines.notebook.save_draft(&changed).unwrap();
    let again = ines.notebook.file(draft.id).unwrap();
    ines.sync().unwrap();
    ines.sync().unwrap();
    let stored = world.server.stored().unwrap();
    assert_eq!(stored.len(), 3, "both seals are in the archive, and what stands for the second");
    assert!(stored.iter().any(|envelope| envelope.eid == again.eid));
    assert_eq!(ines.notebook.sync_status().unwrap().waiting, 0);
    let items = ines.notebook.list(None, 9).unwrap().items;
    let words = items
        .iter()
        .map(|item| ines.notebook.read(item.row.doc).unwrap().statements[0].statement.text.clone());
    assert_eq!(words.collect::<BTreeSet<_>>(), ["Deux groupes.", "Trois groupes."].map(str::to_owned).into());
    assert_eq!(ines.notebook.sync_status().unwrap().needs_you, 0);
    let aside = ines.notebook.set_aside().unwrap();
    assert!(aside.len() == 1 && aside[0].reason == "replaced", "{aside:?}");
}
