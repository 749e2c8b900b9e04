//! What a change waits for, whatever the order of arrival; what is late; what comes twice.

use ronde_model::document::{Document, Event, Reason, Waiting, grow_only_key, key::Prefix};
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::id::Eid;
use ronde_model::lease::DEFAULT_LIFE_S;
use ronde_model::wire::limits::MAX_REPLACES;

use crate::crew::{Desk, Facts, Parcel, Person, Verdict, brawl, fact};
use crate::scene::{POLICE, Scene};

/// Karim's desk beside the scene's: it holds nothing yet.
fn three_in_a_row(scene: &mut Scene) -> [Parcel; 3] {
    let (doc, home) = (scene.doc, scene.home.clone());
    let mut desk = scene.desk.clone();
    let mut next = |value: i64| {
        let puts = [fact("people_count", FactValue::Integer(value))];
        let parcel = scene.karim.correct(Kind::Report, doc, &home, desk.document(), &puts);
        assert_eq!(desk.take(&parcel), Verdict::GOOD);
        parcel
    };
    [next(10), next(11), next(12)]
}

#[test]
fn a_change_whose_parent_is_missing_waits_for_it() {
    let mut scene = Scene::new();
    let [first, second, third] = three_in_a_row(&mut scene);
    assert_eq!(scene.desk.take(&third), Verdict::Pending(Waiting::MissingParent));
    assert_eq!(scene.desk.take(&second), Verdict::Pending(Waiting::MissingParent));
    assert_eq!(scene.desk.waiting(), 2);
    assert_eq!(scene.desk.take(&first), Verdict::GOOD);
    assert_eq!(scene.desk.waiting(), 0);
    scene.everybody_works_on();
}

#[test]
fn a_change_takes_the_place_of_a_thousand_others_and_of_no_more() {
    for (count, expected) in [(MAX_REPLACES, Verdict::GOOD), (MAX_REPLACES + 1, Verdict::BAD)] {
        let mut scene = Scene::new();
        let (doc, home) = (scene.doc, scene.home.clone());
        let puts = [fact("people_count", FactValue::Integer(10))];
        let Parcel { sealed, lease } =
            scene.karim.correct(Kind::Report, doc, &home, scene.desk.document(), &puts);
        let mut envelope = sealed.envelope;
        envelope.replaces = (0..count as u64).map(|i| Eid::of(&i.to_be_bytes())).collect();
        let sealed = envelope.seal(&scene.organisation.fingerprint, &scene.karim.key).unwrap();
        assert_eq!(scene.desk.take(&Parcel { sealed, lease }), expected, "{count}");
    }
}

#[test]
fn a_change_of_a_report_waits_for_the_seal() {
    let mut scene = Scene::new();
    let parcels = three_in_a_row(&mut scene);
    let honest = scene.desk.clone();
    let mut desk = Desk::default();
    for parcel in &parcels {
        assert_eq!(desk.take(parcel), Verdict::Pending(Waiting::MissingSeal));
    }
    assert_eq!(desk.take(&scene.seal), Verdict::SEALED);
    assert_eq!(desk.waiting(), 3, "Bruno's correction, on which they were made, is still missing");
    assert!(honest.provenances.len() > desk.provenances.len());
}

#[test]
fn words_of_a_colleague_who_does_not_hold_the_report_wait_for_the_seal() {
    let mut scene = Scene::new();
    let (doc, home) = (scene.doc, scene.home.clone());
    let words = scene.driver.words("Le bus était à l'arrêt, j'ai appelé le poste.");
    let (_, change) = Document::start(scene.driver.actor(), &[words]).unwrap();
    let parcel = scene.driver.send(Kind::Report, doc, &home, change.raw);
    let mut desk = Desk::default();
    assert_eq!(desk.take(&parcel), Verdict::Pending(Waiting::MissingSeal));
    assert_eq!(desk.take(&scene.seal), Verdict::SEALED);
    assert_eq!(desk.waiting(), 0);
    assert_eq!(desk.document().contents().under("statement/").count(), 2);
}

#[test]
fn a_handling_waits_until_its_report_is_sealed() {
    let mut scene = Scene::new();
    let (key, value) = read_by(&mut scene.helene);
    let (_, change) = Document::start(scene.helene.actor(), &[(key, value)]).unwrap();
    let home = scene.home.clone();
    let parcel =
        scene.helene.send(Kind::Handling, ronde_model::id::DocId::handling_of(scene.doc), &home, change.raw);
    assert_eq!(Desk::default().take(&parcel), Verdict::Pending(Waiting::MissingSeal));
    let mut desk = Desk::of_handling(&scene.home, scene.ines.agent());
    assert_eq!(desk.take(&parcel), Verdict::GOOD);
}

pub fn read_by(person: &mut Person) -> (String, FactValue) {
    event(person, "read", None)
}

pub fn event(person: &mut Person, what: &str, eid: Option<ronde_model::id::Eid>) -> (String, FactValue) {
    let event = Event {
        by: person.agent(),
        at_ms: person.clock_ms,
        salt: person.salt(),
        what: what.to_owned(),
        role: person.lease.lease.role.clone(),
        heads: Vec::new(),
        reason: None,
        assignee: None,
        eid,
    };
    grow_only_key(Prefix::Event, &event)
}

#[test]
fn the_same_envelope_twice_counts_once() {
    let mut scene = Scene::new();
    let before = scene.report().save();
    let seal = scene.seal.clone();
    assert_eq!(scene.desk.take(&seal), Verdict::Duplicate);
    assert_eq!(scene.report().save(), before);
    scene.everybody_works_on();
}

#[test]
fn the_same_change_in_another_envelope_does_not_pass() {
    let mut scene = Scene::new();
    let (doc, home) = (scene.doc, scene.home.clone());
    let [first, ..] = three_in_a_row(&mut scene);
    assert_eq!(scene.desk.take(&first), Verdict::GOOD);
    let again = scene.karim.send(Kind::Report, doc, &home, first.envelope().body.clone());
    assert_eq!(scene.desk.take(&again), Verdict::BAD);
    scene.karim.restart();
    scene.everybody_works_on();
}

#[test]
fn a_second_seal_is_set_aside_for_ever() {
    let mut scene = Scene::new();
    let doc = scene.doc;
    scene.ines.restart();
    let (_, restored) = scene.ines.file(doc, &brawl());
    assert_eq!(scene.desk.take(&restored), Verdict::Quarantined(Reason::SecondSeal));
    assert!(!Reason::SecondSeal.is_releasable());
    let (_, stolen) = scene.driver.file(doc, &Facts::from([fact("type", "other")]));
    assert_eq!(scene.desk.take(&stolen), Verdict::Quarantined(Reason::SecondSeal));
    scene.everybody_works_on();
}

#[test]
fn a_fact_added_without_dependency_is_a_second_seal_even_beside_good_words() {
    let mut scene = Scene::new();
    let words = scene.bruno.words("Rien à signaler.");
    scene.bruno.restart();
    let (_, change) = Document::start(scene.bruno.actor(), &[words, fact("title", "x")]).unwrap();
    scene.answers(change.raw, Verdict::Quarantined(Reason::SecondSeal));
}

#[test]
fn a_report_does_not_take_the_place_of_a_handling() {
    let mut scene = Scene::new();
    let handling = ronde_model::id::DocId::handling_of(scene.doc);
    let (_, filed) = scene.bruno.file(handling, &brawl());
    assert_eq!(Desk::default().take(&filed), Verdict::BAD);
    scene.bruno.restart();
    scene.everybody_works_on();
}

#[test]
fn what_a_newer_program_wrote_waits_for_it() {
    let mut scene = Scene::new();
    let (doc, home) = (scene.doc, scene.home.clone());
    let newer = Verdict::Pending(Waiting::NewerApp);
    let unknown = scene.karim.draft(scene.report(), &[("witness/1".to_owned(), "Mme L.".into())]).raw;
    let prefix = scene.karim.send(Kind::Report, doc, &home, unknown);
    assert_eq!(scene.desk.take(&prefix), newer);
    let kind = scene.karim.send(Kind::Other(17), doc, &home, b"whatever".to_vec());
    assert_eq!(scene.desk.take(&kind), newer);
    let patrol = scene.karim.send(Kind::Patrol, doc, &home, b"whatever".to_vec());
    assert_eq!(scene.desk.take(&patrol), newer);
    let body = scene.karim.draft(scene.report(), &[fact("filmed", FactValue::Flag(true))]).raw;
    let mut schema = scene.karim.send(Kind::Report, doc, &home, body);
    schema.sealed.envelope.schema = 99;
    assert_eq!(scene.desk.take(&schema), newer);
    scene.everybody_works_on();
}

#[test]
fn an_unknown_fact_is_no_newer_program_and_is_kept() {
    let mut scene = Scene::new();
    let (doc, home) = (scene.doc, scene.home.clone());
    let parcel = scene.karim.correct(
        Kind::Report,
        doc,
        &home,
        scene.desk.document(),
        &[fact("drone_altitude", FactValue::Decimal(41.5))],
    );
    assert_eq!(scene.desk.take(&parcel), Verdict::GOOD);
    let loaded = Document::load(&scene.report().save()).unwrap();
    assert_eq!(loaded.contents().values["facts/drone_altitude"][0].value, FactValue::Decimal(41.5));
    scene.everybody_works_on();
}

#[test]
fn after_its_lease_an_officer_still_files_and_completes_and_corrects_own_reports_only() {
    let mut scene = Scene::new();
    let (doc, home) = (scene.doc, scene.home.clone());
    let late = Verdict::Accepted { late: true, is_seal: false };
    let after = scene.ines.clock_ms + (DEFAULT_LIFE_S as i64 + 1) * 1000;
    (scene.ines.clock_ms, scene.karim.clock_ms) = (after, after);
    let words = scene.ines.words("Je complète après ma garde.");
    let own = scene.ines.correct(Kind::Report, doc, &home, scene.desk.document(), &[words]);
    assert_eq!(scene.desk.take(&own), late);
    let fixed = scene.ines.correct(
        Kind::Report,
        doc,
        &home,
        scene.desk.document(),
        &[fact("severity", FactValue::Integer(4))],
    );
    assert_eq!(scene.desk.take(&fixed), late);
    let (_, filed) = scene.ines.file(ronde_model::id::DocId([6; 16]), &brawl());
    assert_eq!(Desk::default().take(&filed), Verdict::Accepted { late: true, is_seal: true });
    let others = scene.karim.correct(
        Kind::Report,
        doc,
        &home,
        scene.desk.document(),
        &[fact("minors", FactValue::Flag(true))],
    );
    assert_eq!(scene.desk.take(&others), Verdict::Quarantined(Reason::ExpiredLease));
    // A person looks at it and lets it in: it is late for ever, and it is in.
    assert!(Reason::ExpiredLease.is_releasable());
    assert_eq!(scene.desk.release(&others), late);
    scene.karim.clock_ms = scene.ines.clock_ms - DEFAULT_LIFE_S as i64 * 1000;
    scene.ines.clock_ms = scene.karim.clock_ms;
    scene.everybody_works_on();
}

#[test]
fn the_last_second_of_a_lease_is_good_and_the_next_is_late() {
    let mut scene = Scene::new();
    let end_ms = scene.karim.lease.lease.expires_s * 1000;
    for (at_ms, late) in [(end_ms - 1, false), (end_ms, true)] {
        scene.ines.clock_ms = at_ms;
        let (_, filed) = scene.ines.file(ronde_model::id::DocId([6; 16]), &brawl());
        assert_eq!(Desk::default().take(&filed), Verdict::Accepted { late, is_seal: true });
    }
}

#[test]
fn a_clock_at_the_end_of_time_is_judged_like_any_other() {
    let mut scene = Scene::new();
    for (clock, late) in [(i64::MAX, true), (i64::MIN, false)] {
        let mut ines = Person::new(&scene.organisation, 11, "Inès", POLICE, "officer");
        ines.clock_ms = clock;
        let change = Document::seal(ines.actor(), &brawl()).unwrap().1;
        let mut t = scene.ines.now();
        (t.wall_ms, t.skew_ms) = (clock, Some(-clock.saturating_neg().saturating_neg()));
        let home = scene.home.clone();
        let mut parcel = scene.ines.send(Kind::Report, scene.doc, &home, change.raw);
        parcel.sealed.envelope.t = t;
        parcel.sealed.envelope.chain = ines.chain;
        let verdict = Desk::default().take(&parcel);
        assert_eq!(verdict, Verdict::Accepted { late, is_seal: true });
        assert!(parcel.provenance(late).offline().is_none());
        let received = ronde_model::history::Provenance { received_ms: Some(0), ..parcel.provenance(late) };
        assert_eq!(received.offline(), Some(!late));
    }
}
