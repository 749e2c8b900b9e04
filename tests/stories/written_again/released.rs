//! What a person released reaches the phones: an act in a handling, and the seal of a report.

use ronde_model::document::key::Prefix;
use ronde_model::document::{Document, Event, Salt, grow_only_key};
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_model::scope::Scope;
use ronde_model::wire::AnswerCode;
use ronde_tests::world::{MINUTE, World};

use crate::{listed, words};

const POLICE: &str = "pm-chartres";

#[test]
fn a_released_act_of_a_handling_reaches_phones() {
    let world = World::new(61);
    let ines = world.phone("Inès Benali", POLICE, "officer");
    let mut bruno = world.forger("Bruno Petit", POLICE, "officer");
    let helene = world.supervisor("Hélène Marchand");
    let doc = ines.file("youth.brawl", &[("title", "Rixe".into())], "Deux groupes.");
    assert!(ines.sync().unwrap().complete);

    // Bruno closes the report though his lease does not allow it.
    let event = Event {
        by: bruno.lease.lease.agent,
        at_ms: world.clock.true_ms(),
        salt: Salt([1; 8]),
        what: "close".into(),
        role: "officer".into(),
        heads: vec![],
        reason: Some("réglé sur place".into()),
        assignee: None,
        eid: None,
    };
    let (_, closing) = Document::start(bruno.actor(), &[grow_only_key(Prefix::Event, &event)]).unwrap();
    let closing = bruno.envelope(Kind::Handling, DocId::handling_of(doc), &bruno.home(), closing.raw);
    let closing = bruno.sign(closing);
    let answer = bruno.push(std::slice::from_ref(&closing));
    assert_eq!((answer[0].code, answer[0].reason.as_deref()), (AnswerCode::Quarantined, Some("no-right")));
    ines.sync().unwrap();
    assert_eq!(ines.notebook.read(doc).unwrap().lifecycle.closed, None);

    world.clock.pass(MINUTE);
    world.server.release(&helene, closing.eid, "il avait raison").unwrap();
    assert!(ines.sync().unwrap().complete);
    let closed = ines.notebook.read(doc).unwrap().lifecycle.closed.expect("closed here too");
    assert_eq!(closed.reason.as_deref(), Some("réglé sur place"));
    let console = world.server.report(&helene, doc).unwrap().unwrap();
    assert_eq!(ines.notebook.read(doc).unwrap().lifecycle, console.lifecycle);
}

#[test]
fn a_released_report_reaches_phones_and_is_written_on() {
    let world = World::new(62);
    let ines = world.phone("Inès Benali", POLICE, "officer");
    let mut bruno = world.forger("Bruno Petit", POLICE, "officer");
    let helene = world.supervisor("Hélène Marchand");
    let mut doc = DocId([0x0b; 16]);
    (doc.0[6], doc.0[8]) = (0x7b, 0x8b);

    // Bruno's phone names another unit's home: the report is set aside.
    let values = [
        ("facts/type".to_owned(), FactValue::from("waste.bulky")),
        ("facts/title".to_owned(), "Encombrants rue de Sours".into()),
    ];
    let (_, seal) = Document::seal(bruno.actor(), &values.into()).unwrap();
    let elsewhere = Scope::Unit("transport".into());
    let seal = bruno.envelope(Kind::Report, doc, &elsewhere, seal.raw);
    let seal = bruno.sign(seal);
    let answer = bruno.push(std::slice::from_ref(&seal));
    assert_eq!(answer[0].reason.as_deref(), Some("foreign-home"));
    ines.sync().unwrap();
    assert_eq!(listed(&ines.notebook), []);

    world.server.release(&helene, seal.eid, "unité mal réglée").unwrap();
    assert!(ines.sync().unwrap().complete);
    assert_eq!(listed(&ines.notebook), [doc]);

    // It is at home in its author's unit, there as here: what is written on it is taken in.
    ines.correct(doc, "volume_m3", FactValue::Integer(2));
    ines.notebook.state(doc, "Deux matelas.", None, None).unwrap();
    assert!(ines.sync().unwrap().complete);
    assert_eq!(ines.notebook.sync_status().unwrap().needs_you, 0);
    let console = world.server.report(&helene, doc).unwrap().unwrap();
    assert_eq!(ines.notebook.read(doc).unwrap().heads, console.heads);
    assert_eq!(words(&ines.notebook, doc), ["Deux matelas."]);
}
