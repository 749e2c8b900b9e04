//! Who may write what (S9a): a good form is not enough.

use ronde_model::document::{Document, Reason, Voiding, grow_only_key, key::Prefix};
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_model::scope::Scope;

use crate::crew::{Desk, Person, Verdict, brawl, fact};
use crate::order::{event, read_by};
use crate::scene::Scene;

const NO_RIGHT: Verdict = Verdict::Quarantined(Reason::NoRight);

/// What `who` puts on the report is judged so, and everybody works on.
#[track_caller]
fn puts(
    scene: &mut Scene,
    who: fn(&mut Scene) -> &mut Person,
    what: &[(String, FactValue)],
    expected: Verdict,
) {
    let (doc, home, document) = (scene.doc, scene.home.clone(), scene.report().clone());
    let parcel = who(scene).correct(Kind::Report, doc, &home, &document, what);
    assert_eq!(scene.desk.take(&parcel), expected);
}

#[test]
fn a_supervisor_writes_no_fact() {
    let mut scene = Scene::new();
    puts(&mut scene, |s| &mut s.helene, &[fact("title", "Rixe")], NO_RIGHT);
    let (_, filed) = scene.helene.file(DocId([6; 16]), &brawl());
    assert_eq!(Desk::default().take(&filed), NO_RIGHT);
    scene.everybody_works_on();
}

#[test]
fn an_agent_of_another_unit_corrects_no_fact_and_adds_words() {
    let mut scene = Scene::new();
    puts(&mut scene, |s| &mut s.driver, &[fact("title", "Rixe")], NO_RIGHT);
    scene.driver.restart();
    let words = scene.driver.words("J'étais au volant de la ligne 4.");
    puts(&mut scene, |s| &mut s.driver, &[words], Verdict::GOOD);
    scene.everybody_works_on();
}

#[test]
fn one_forbidden_put_refuses_the_whole_change() {
    let mut scene = Scene::new();
    let words = scene.driver.words("J'étais au volant de la ligne 4.");
    puts(&mut scene, |s| &mut s.driver, &[words, fact("title", "Rixe")], NO_RIGHT);
    scene.everybody_works_on();
}

#[test]
fn nobody_speaks_under_another_agents_id() {
    let mut scene = Scene::new();
    let as_ines = scene.ines.words("Je me suis trompée.");
    puts(&mut scene, |s| &mut s.bruno, &[as_ines], NO_RIGHT);
    scene.bruno.restart();
    // The key is Bruno's own; the record inside says Inès.
    let (key, value) = scene.ines.words("Je me suis trompée, encore.");
    let key = key.replace(&scene.ines.agent().to_string(), &scene.bruno.agent().to_string());
    puts(&mut scene, |s| &mut s.bruno, &[(key, value)], NO_RIGHT);
    scene.bruno.restart();
    // The key is Inès's; the record inside says Bruno.
    let (key, value) = scene.bruno.words("Elle s'est trompée.");
    let key = key.replace(&scene.bruno.agent().to_string(), &scene.ines.agent().to_string());
    puts(&mut scene, |s| &mut s.bruno, &[(key, value)], NO_RIGHT);
    scene.everybody_works_on();
}

#[test]
fn nobody_acts_in_the_handling_as_somebody_else() {
    let mut scene = Scene::new();
    let home = scene.home.clone();
    let mut desk = Desk::of_handling(&home, scene.ines.agent());
    let mut as_paul = Person::new(&scene.organisation, 21, "Paul", "pm-chartres", "unit_supervisor");
    for (entry, expected) in [(read_by(&mut as_paul), NO_RIGHT), (read_by(&mut scene.helene), Verdict::GOOD)]
    {
        scene.helene.restart();
        let (_, change) = Document::start(scene.helene.actor(), &[entry]).unwrap();
        let parcel = scene.helene.send(Kind::Handling, DocId::handling_of(scene.doc), &home, change.raw);
        assert_eq!(desk.take(&parcel), expected);
    }
}

#[test]
fn a_record_names_the_agent_of_its_lease() {
    let mut scene = Scene::new();
    for prefix in [Prefix::Action, Prefix::Attachment] {
        scene.bruno.restart();
        let record =
            Voiding { by: scene.ines.agent(), at_ms: 0, salt: scene.ines.salt(), reason: "towed".into() };
        puts(&mut scene, |s| &mut s.bruno, &[grow_only_key(prefix, &record)], NO_RIGHT);
        let mine = Voiding { by: scene.bruno.agent(), ..record };
        puts(&mut scene, |s| &mut s.bruno, &[grow_only_key(prefix, &mine)], Verdict::GOOD);
    }
    scene.everybody_works_on();
}

#[test]
fn only_its_author_voids_a_report() {
    let mut scene = Scene::new();
    let void = |person: &mut Person| {
        let void = Voiding { by: person.agent(), at_ms: 0, salt: person.salt(), reason: "doublon".into() };
        grow_only_key(Prefix::Void, &void)
    };
    let (by_karim, by_ines) = (void(&mut scene.karim), void(&mut scene.ines));
    puts(&mut scene, |s| &mut s.karim, &[by_karim], NO_RIGHT);
    scene.karim.restart();
    puts(&mut scene, |s| &mut s.ines, &[by_ines], Verdict::GOOD);
    scene.everybody_works_on();
}

#[test]
fn the_supervisors_side_is_not_written_in_the_report() {
    let mut scene = Scene::new();
    for prefix in [Prefix::Event, Prefix::Decision, Prefix::Comment, Prefix::Answer, Prefix::Link] {
        scene.helene.restart();
        scene.bruno.restart();
        let by_helene =
            Voiding { by: scene.helene.agent(), at_ms: 0, salt: scene.helene.salt(), reason: "x".into() };
        let by_bruno = Voiding { by: scene.bruno.agent(), ..by_helene.clone() };
        puts(&mut scene, |s| &mut s.helene, &[grow_only_key(prefix, &by_helene)], NO_RIGHT);
        puts(&mut scene, |s| &mut s.bruno, &[grow_only_key(prefix, &by_bruno)], NO_RIGHT);
    }
    scene.everybody_works_on();
}

#[test]
fn field_content_is_not_written_in_a_handling() {
    let mut scene = Scene::new();
    let (handling, home) = (DocId::handling_of(scene.doc), scene.home.clone());
    let mut desk = Desk::of_handling(&home, scene.ines.agent());
    let read = read_by(&mut scene.helene);
    let (_, change) = Document::start(scene.helene.actor(), &[read]).unwrap();
    let parcel = scene.helene.send(Kind::Handling, handling, &home, change.raw);
    assert_eq!(desk.take(&parcel), Verdict::GOOD);
    let words = scene.helene.words("Je n'y étais pas.");
    for puts in [fact("title", "x"), words] {
        scene.helene.restart();
        let parcel = scene.helene.correct(Kind::Handling, handling, &home, desk.document(), &[puts]);
        assert_eq!(desk.take(&parcel), NO_RIGHT);
    }
    let (_, change) = Document::start(scene.ines.actor(), &[fact("title", "x")]).unwrap();
    let parcel = scene.ines.send(Kind::Handling, handling, &home, change.raw);
    assert_eq!(desk.take(&parcel), Verdict::BAD);
}

#[test]
fn field_agents_answer_and_link_but_decide_and_close_nothing() {
    let mut scene = Scene::new();
    let home = scene.home.clone();
    let mut desk = Desk::of_handling(&home, scene.ines.agent());
    for (prefix, expected) in [
        (Prefix::Answer, Verdict::GOOD),
        (Prefix::Link, NO_RIGHT), // no shipped field role links yet
        (Prefix::Decision, NO_RIGHT),
        (Prefix::Comment, NO_RIGHT),
    ] {
        scene.ines.restart();
        let record =
            Voiding { by: scene.ines.agent(), at_ms: 0, salt: scene.ines.salt(), reason: "x".into() };
        let (_, change) = Document::start(scene.ines.actor(), &[grow_only_key(prefix, &record)]).unwrap();
        let parcel = scene.ines.send(Kind::Handling, DocId::handling_of(scene.doc), &home, change.raw);
        assert_eq!(desk.take(&parcel), expected, "{prefix:?}");
    }
    scene.ines.restart();
    let close = event(&mut scene.ines, "close", None);
    let (_, change) = Document::start(scene.ines.actor(), &[close]).unwrap();
    let parcel = scene.ines.send(Kind::Handling, DocId::handling_of(scene.doc), &home, change.raw);
    assert_eq!(desk.take(&parcel), NO_RIGHT);
}

#[test]
fn a_release_asks_for_its_own_right() {
    let mut scene = Scene::new();
    let home = scene.home.clone();
    let mut desk = Desk::of_handling(&home, scene.ines.agent());
    scene.helene.lease.lease.rights.retain(|right| right.to_string() != "release");
    for (what, expected) in [("read", Verdict::GOOD), ("release", NO_RIGHT)] {
        scene.helene.restart();
        let entry = event(&mut scene.helene, what, Some(scene.seal.sealed.eid));
        let (_, change) = Document::start(scene.helene.actor(), &[entry]).unwrap();
        let parcel = scene.helene.send(Kind::Handling, DocId::handling_of(scene.doc), &home, change.raw);
        assert_eq!(desk.take(&parcel), expected, "{what}");
    }
}

#[test]
fn the_right_of_that_name_alone_says_who_may_handle() {
    // Who may reach which report is the server's to say, and may change; what phones judge may not.
    let mut scene = Scene::new();
    let home = scene.home.clone();
    let mut desk = Desk::of_handling(&home, scene.ines.agent());
    let mut other = Person::new(&scene.organisation, 21, "Paul", "transport", "unit_supervisor");
    let mut all = Person::new(&scene.organisation, 22, "Anne", "agglo", "agglomeration_supervisor");
    for person in [&mut other, &mut all] {
        let read = read_by(person);
        let (_, change) = Document::start(person.actor(), &[read]).unwrap();
        let parcel = person.send(Kind::Handling, DocId::handling_of(scene.doc), &home, change.raw);
        assert_eq!(desk.take(&parcel), Verdict::GOOD, "{}", person.lease.lease.name);
    }
    scene.everybody_works_on();
}

#[test]
fn a_report_has_the_home_of_its_authors_lease_and_keeps_it() {
    let mut scene = Scene::new();
    let foreign = Verdict::Quarantined(Reason::ForeignHome);
    let elsewhere = Scope::Unit("transport".into());
    let change = Document::seal(scene.ines.actor(), &brawl()).unwrap().1;
    scene.ines.restart();
    let body = Document::seal(scene.ines.actor(), &brawl()).unwrap().1.raw;
    let filed = scene.ines.send(Kind::Report, DocId([6; 16]), &elsewhere, body);
    assert_eq!(Desk::default().take(&filed), foreign);
    assert!(!change.raw.is_empty());
    let moved = scene.karim.correct(
        Kind::Report,
        scene.doc,
        &elsewhere,
        scene.desk.document(),
        &[fact("title", "x")],
    );
    assert_eq!(scene.desk.take(&moved), foreign);
    // A person with the right looks at it and lets it in.
    let mut desk = scene.desk.clone();
    assert_eq!(desk.release(&moved), Verdict::GOOD);
    scene.karim.restart();
    scene.everybody_works_on();
}

#[test]
fn a_lease_without_rights_writes_nothing() {
    let mut scene = Scene::new();
    scene.bruno.lease.lease.rights.clear();
    puts(&mut scene, |s| &mut s.bruno, &[fact("title", "x")], NO_RIGHT);
    let words = scene.bruno.words("x");
    puts(&mut scene, |s| &mut s.bruno, &[words], NO_RIGHT);
    let (_, filed) = scene.bruno.file(DocId([6; 16]), &brawl());
    assert_eq!(Desk::default().take(&filed), NO_RIGHT);
}
