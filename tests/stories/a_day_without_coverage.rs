//! Inès files without coverage, comes back, and everything is received; Hélène reads one report.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use ronde_core::{Cause, Change, Error, Observer, PersonsAct, Status};
use ronde_model::fact::FactValue;
use ronde_server::supervision::Filter;
use ronde_tests::world::{HOUR, World};

#[test]
fn a_day_without_coverage() {
    let world = World::new(1);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    ines.wire.unplug();

    let brawl = ines.file(
        "youth.brawl",
        &[("title", "Bagarre devant le lycée".into()), ("severity", FactValue::Integer(4))],
        "Constatons deux groupes qui s’affrontent.",
    );
    world.clock.pass(HOUR);
    let dump = ines.file("waste.bulky", &[("title", "Encombrants rue de Sours".into())], "");

    let page = ines.notebook.list(None, 50).unwrap();
    assert_eq!(page.items.iter().map(|i| i.row.doc).collect::<Vec<_>>(), [dump, brawl], "newest first");
    assert!(page.items.iter().all(|item| item.status == Status::Stored));
    assert!(page.items[0].row.to_complete, "filed in three taps: its author has not added words");
    assert!(matches!(ines.sync(), Err(Error::Unreachable { .. })));
    assert_eq!(
        ines.notebook.sync_status().unwrap().sentence,
        "En attente de réseau depuis 22:00 · 2\u{a0}rapports"
    );

    world.clock.pass(HOUR);
    ines.wire.plug();
    let report = ines.sync().expect("synchronised");
    assert!(report.complete, "{report:?}");
    assert_eq!((report.requests, report.pushed), (1, 2));

    let page = ines.notebook.list(None, 50).unwrap();
    assert!(page.items.iter().all(|item| item.status == Status::Delivered), "{:?}", page.items);
    assert_eq!(page.items[1].number.as_deref(), Some("2026-000001"));
    assert_eq!(ines.notebook.sync_status().unwrap().sentence, "Tout est reçu\u{a0}: 2\u{a0}rapports sur 2");
    assert!(ines.notebook.receipt(brawl).unwrap().signed.is_some());

    let helene = world.supervisor("Hélène Marchand");
    let inbox = world.server.reports(&helene, &Filter::default(), None, 50).unwrap();
    assert_eq!(inbox.items.len(), 2);
    let detail = world.server.report(&helene, brawl).unwrap().expect("she may read it");
    let json = serde_json::to_string(&detail).unwrap();
    assert!(json.contains("Constatons deux groupes qui s’affrontent."), "verbatim: {json}");

    world.server.mark_read(&helene, brawl).unwrap();
    ines.sync().unwrap();
    let read = ines.notebook.read(brawl).unwrap();
    assert!(
        matches!(read.item.status, Status::Read { ref by, .. } if by == "Hélène Marchand"),
        "{:?}",
        read.item.status
    );
}

/// Everything a screen was told, in order.
#[derive(Default)]
struct Screen(Mutex<Vec<Change>>);

impl Screen {
    fn heard(&self) -> Vec<Change> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

impl Observer for Screen {
    fn changed(&self, change: Change) {
        self.0.lock().unwrap().push(change);
    }
}

#[test]
fn a_screen_hears_what_changed_and_why_it_waits() {
    let world = World::new(2);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let screen = Arc::new(Screen::default());
    ines.notebook.observe(Some(screen.clone()));
    let brawl = ines.file("youth.brawl", &[("title", "Bagarre".into())], "Constatons deux groupes.");
    let of_one = Change::Reports { docs: Some(vec![brawl]) };
    assert!(screen.heard().contains(&of_one), "which report it was");

    ines.wire.unplug();
    assert!(ines.sync().is_err());
    assert_eq!(screen.heard(), [Change::Status, Change::Status], "it began and ended, and no report changed");
    let waits = ines.notebook.sync_status().unwrap();
    assert_eq!((waits.cause, waits.act), (Cause::NoNetwork, Some(PersonsAct::SendNow)));
    assert_eq!((waits.reports, waits.reports_received, waits.reports_waiting), (1, 0, 1));
    assert_eq!(waits.sentence_en, "Waiting for network since 22:00 · 1\u{a0}report");

    ines.wire.plug();
    ines.sync().unwrap();
    assert!(
        screen.heard().contains(&Change::Reports { docs: None }),
        "whatever the server brought or settled"
    );
    let all = ines.notebook.sync_status().unwrap();
    assert_eq!((all.cause, all.act, all.reports_received), (Cause::AllReceived, None, 1));
    ines.sync().unwrap();
    assert_eq!(screen.heard(), [Change::Status, Change::Status], "a conversation that brought nothing");

    let title = BTreeMap::from([("facts/title".to_owned(), "Bagarre, fin".into())]);
    let shown = ines.notebook.read(brawl).unwrap();
    assert_eq!(shown.wrote["facts/title"].name, "Inès Benali");
    ines.notebook.correct(brawl, &shown.heads, &title).unwrap();
    assert!(screen.heard().contains(&of_one));
    assert_eq!(ines.notebook.item(brawl).unwrap().expect("one of the list").row.title, "Bagarre, fin");

    // Eight hours of a clock that somebody set forward: said at once, before anything is sent.
    ines.sync().unwrap();
    world.clock.mislead_phones(8 * HOUR);
    let off = ines.notebook.sync_status().unwrap();
    assert_eq!((off.cause, off.act), (Cause::ClockOff, Some(PersonsAct::CheckClock)));
    assert_eq!(off.sentence, "À revoir\u{a0}: l’heure du téléphone avance de 8\u{a0}h");
}
