//! A change the server refuses, what was written behind it, and what a person does about it.

use ronde_core::Status;
use ronde_model::fact::FactValue;
use ronde_model::wire::AnswerCode;
use ronde_tests::world::{EvilWire, MINUTE, World};

use crate::{hands, is_at_rest, words};

const COUNT: &str = "facts/people_count";

#[test]
fn a_change_behind_a_refused_one_is_replayed() {
    let world = World::new(41);
    let [ines, karim] =
        ["Inès Benali", "Karim Haddad"].map(|name| world.phone(name, "pm-chartres", "officer"));
    let doc = ines.file("youth.brawl", &[("title", "Rixe".into())], "Deux groupes.");
    assert!(ines.sync().unwrap().complete);

    // The server takes somebody else for the author: it will refuse what only the author may do.
    hands::archive(&world).execute("UPDATE document SET author = zeroblob(16)", []).unwrap();
    world.clock.pass(MINUTE);
    let refused = ines.notebook.void(doc, "doublon").unwrap();
    ines.correct(doc, "people_count", FactValue::Integer(5));
    ines.notebook.state(doc, "Tout est calme.", None, None).unwrap();
    assert!(ines.notebook.read(doc).unwrap().item.row.voided);
    assert!(ines.sync().unwrap().complete);

    let status = ines.notebook.sync_status().unwrap();
    assert_eq!((status.waiting, status.needs_you), (0, 1), "the refused one alone asks for a person");
    let aside = ines.notebook.set_aside().unwrap();
    let of = |reason: &str| aside.iter().filter(|one| one.reason == reason).count();
    assert_eq!((of("no-right"), of("replaced"), aside.len()), (1, 2, 3), "{aside:?}");
    karim.sync().unwrap();
    for phone in [&ines, &karim] {
        let detail = phone.notebook.read(doc).unwrap();
        assert!(!detail.item.row.voided);
        assert_eq!(detail.facts[COUNT].value, FactValue::Integer(5));
        assert_eq!(words(&phone.notebook, doc), ["Deux groupes.", "Tout est calme."]);
    }
    assert!(matches!(ines.notebook.read(doc).unwrap().item.status, Status::NeedsYou { .. }));

    // Nothing is replaced twice, and writing goes on.
    let written = ines.notebook.own_ledger().unwrap().len();
    assert!(ines.sync().unwrap().complete);
    assert_eq!(ines.notebook.own_ledger().unwrap().len(), written);
    ines.correct(doc, "people_count", FactValue::Integer(6));
    assert!(ines.sync().unwrap().complete);

    // A person releases it: it is part of the report everywhere, once, and what was replayed stays.
    let helene = world.supervisor("Hélène Marchand");
    world.server.release(&helene, refused, "c’était bien l’auteur").unwrap();
    for phone in [&ines, &karim, &ines] {
        phone.sync().unwrap();
    }
    let console = world.server.report(&helene, doc).unwrap().unwrap();
    for phone in [&ines, &karim] {
        let detail = phone.notebook.read(doc).unwrap();
        assert!(detail.item.row.voided);
        assert_eq!(detail.facts[COUNT].value, FactValue::Integer(6));
        assert_eq!(words(&phone.notebook, doc), ["Deux groupes.", "Tout est calme."]);
        assert_eq!(detail.heads, console.heads);
    }
    assert_eq!(ines.notebook.sync_status().unwrap().needs_you, 0);
    is_at_rest(&ines);
}

#[test]
fn a_phone_restored_behind_a_refusal_replays_what_it_had_written() {
    let world = World::new(42);
    let mut ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let doc = ines.file("youth.brawl", &[("title", "Rixe".into())], "Deux groupes.");
    assert!(ines.sync().unwrap().complete);
    hands::archive(&world).execute("UPDATE document SET author = zeroblob(16)", []).unwrap();
    let backup = ines.back_up();
    ines.notebook.void(doc, "doublon").unwrap();
    ines.correct(doc, "people_count", FactValue::Integer(5));
    // The server holds both; the phone is lost before it hears of the refusal.
    ines.sync_over(&EvilWire::answering_bytes(&ines.wire, |_| Vec::new())).unwrap_err();
    ines.restore(&backup);

    assert!(ines.sync().unwrap().complete);
    assert!(ines.sync().unwrap().complete);
    let detail = ines.notebook.read(doc).unwrap();
    assert!(!detail.item.row.voided);
    assert_eq!(detail.facts[COUNT].value, FactValue::Integer(5), "what stood behind the refusal is back");
    let helene = world.supervisor("Hélène Marchand");
    let console = world.server.report(&helene, doc).unwrap().unwrap();
    assert_eq!(detail.heads, console.heads);
}

#[test]
fn an_unsigned_refusal_lasts_only_until_the_feed_says_otherwise() {
    for code in [AnswerCode::Quarantined, AnswerCode::Malformed] {
        let world = World::new(43);
        let ines = world.phone("Inès Benali", "pm-chartres", "officer");
        let doc = ines.file("youth.brawl", &[("title", "Rixe".into())], "Deux groupes.");
        let liar = EvilWire::answering_once(&ines.wire, move |response| {
            response.answers[0].code = code;
            response.answers[0].reason = Some("no-right".into());
            // Nor does a receipt tell.
            response.receipt = None;
        });
        ines.sync_over(&liar).unwrap();
        assert!(ines.sync().unwrap().complete, "{code:?}");
        is_at_rest(&ines);
        assert_eq!(ines.notebook.own_ledger().unwrap().len(), 1, "nothing was filed again: {code:?}");
        assert_eq!(ines.notebook.read(doc).unwrap().item.status, Status::Delivered);
    }
}
