//! Inès files without coverage, comes back, and everything is received; Hélène reads one report.

use ronde_core::{Error, Status};
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
    assert_eq!(ines.notebook.sync_status().unwrap().sentence, "En attente de réseau depuis 22:00 · 2 envois");

    world.clock.pass(HOUR);
    ines.wire.plug();
    let report = ines.sync().expect("synchronised");
    assert!(report.complete, "{report:?}");
    assert_eq!((report.requests, report.pushed), (1, 2));

    let page = ines.notebook.list(None, 50).unwrap();
    assert!(page.items.iter().all(|item| item.status == Status::Delivered), "{:?}", page.items);
    assert_eq!(page.items[1].number.as_deref(), Some("2026-000001"));
    assert_eq!(ines.notebook.sync_status().unwrap().sentence, "Tout est reçu : 2 sur 2");
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
