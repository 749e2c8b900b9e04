//! Two officers correct one fact of one brawl without coverage; nothing is overwritten, Hélène
//! decides, both phones see her decision, and the history says who wrote what when.

use ronde_core::Status;
use ronde_model::document::Chosen;
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_server::Deciding;
use ronde_tests::world::{HOUR, MINUTE, Phone, World};

const KEY: &str = "facts/people_count";

struct Scene {
    world: World,
    ines: Phone,
    samir: Phone,
    brawl: DocId,
}

/// Both phones hold the report; each then writes another number of people out of coverage.
fn apart(seed: u64) -> Scene {
    let world = World::new(seed);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let samir = world.phone("Samir Morel", "pm-chartres", "officer");
    let facts = [("title", "Bagarre place des Épars".into()), ("people_count", FactValue::Integer(4))];
    let brawl = ines.file("youth.brawl", &facts, "Quatre individus se battent.");
    ines.sync().unwrap();
    samir.sync().unwrap();
    assert_eq!(samir.notebook.read(brawl).unwrap().item.row.author_name, "Inès Benali");

    world.clock.pass(HOUR);
    ines.correct(brawl, "people_count", FactValue::Integer(5));
    world.clock.pass(10 * MINUTE);
    samir.correct(brawl, "people_count", FactValue::Integer(6));
    samir.notebook.state(brawl, "J’en compte six, deux partent en courant.", None, None).unwrap();
    Scene { world, ines, samir, brawl }
}

/// Everybody meets until nobody has news.
fn meet(scene: &Scene) {
    for _ in 0..2 {
        scene.ines.sync().unwrap();
        scene.samir.sync().unwrap();
    }
}

#[test]
fn both_values_stand_until_a_person_decides() {
    let scene = apart(2);
    meet(&scene);
    for phone in [&scene.ines, &scene.samir] {
        let detail = phone.notebook.read(scene.brawl).unwrap();
        let [divergence] = detail.divergences.as_slice() else {
            panic!("one divergence: {:?}", detail.divergences)
        };
        assert_eq!(divergence.key, KEY);
        assert!(divergence.open);
        let mut said: Vec<(i64, String)> = divergence
            .voices
            .iter()
            .map(|v| (v.value.as_integer().unwrap(), v.provenance.clone().unwrap().name))
            .collect();
        said.sort();
        assert_eq!(said, [(5, "Inès Benali".into()), (6, "Samir Morel".into())]);
        assert!(detail.facts[KEY].diverges);
        assert_eq!(detail.statements.len(), 2, "two authors, two statements, verbatim");
        assert_eq!(detail.first[KEY], FactValue::Integer(4), "version 1 stays");
    }

    let helene = scene.world.supervisor("Hélène Marchand");
    let seen = scene.world.server.divergences(&helene, scene.brawl).unwrap().unwrap();
    let [divergence] = seen.as_slice() else { panic!("{seen:?}") };
    let six = divergence.voices.iter().find(|v| v.value == FactValue::Integer(6)).unwrap();
    let deciding = Deciding {
        key: KEY.into(),
        chosen: Chosen::Change(six.change),
        saw: divergence.voices.iter().map(|v| v.change).collect(),
        saw_decisions: Vec::new(),
        reason: "Deux témoins en comptent six.".into(),
    };
    scene.world.server.decide(&helene, scene.brawl, deciding).unwrap();
    scene.world.server.close(&helene, scene.brawl, "rappel à l’ordre fait").unwrap();
    meet(&scene);
    for phone in [&scene.ines, &scene.samir] {
        let detail = phone.notebook.read(scene.brawl).unwrap();
        assert!(!detail.divergences[0].open);
        assert_eq!(detail.facts[KEY].value, FactValue::Integer(6));
        assert_eq!(detail.divergences[0].decisions[0].decision.reason, "Deux témoins en comptent six.");
        assert_eq!(detail.divergences[0].voices.len(), 2, "the value not chosen stays beside it");
        assert!(
            matches!(detail.item.status, Status::Closed { ref reason, .. } if reason == "rappel à l’ordre fait")
        );
    }
}

#[test]
fn the_history_says_who_wrote_what_when_and_whether_offline() {
    let scene = apart(3);
    scene.world.clock.pass(HOUR);
    meet(&scene);
    for phone in [&scene.ines, &scene.samir] {
        let history = phone.notebook.history(scene.brawl).unwrap();
        let told: Vec<(String, Option<bool>, i64)> = history
            .iter()
            .map(|step| {
                let p = step.provenance.as_ref().unwrap();
                (p.name.clone(), step.offline, step.writes.len() as i64)
            })
            .collect();
        let names: Vec<&str> = told.iter().map(|(name, ..)| name.as_str()).collect();
        assert_eq!(names, ["Inès Benali", "Inès Benali", "Samir Morel", "Samir Morel"]);
        assert_eq!(told[0].1, Some(false), "filed with coverage");
        assert_eq!(told[1].1, Some(true), "corrected without");
        let corrected = &history[1].writes[0];
        assert_eq!(
            (corrected.value.clone(), corrected.replaced.clone()),
            (FactValue::Integer(5), vec![FactValue::Integer(4)])
        );
    }
}

#[test]
fn the_same_words_typed_apart_are_no_divergence() {
    let world = World::new(4);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let samir = world.phone("Samir Morel", "pm-chartres", "officer");
    let doc = ines.file("waste.bulky", &[("title", "Dépôt".into())], "");
    ines.sync().unwrap();
    samir.sync().unwrap();
    ines.correct(doc, "address", "12 rue de la République".into());
    samir.correct(doc, "address", "12  Rue de la Republique.".into());
    for phone in [&ines, &samir, &ines] {
        phone.sync().unwrap();
    }
    assert!(ines.notebook.read(doc).unwrap().divergences.is_empty());
    assert_eq!(ines.notebook.read(doc).unwrap().facts, samir.notebook.read(doc).unwrap().facts);
}

#[test]
fn a_correction_from_an_old_screen_becomes_a_divergence_and_overwrites_nothing() {
    let scene = apart(5);
    let shown = scene.ines.notebook.read(scene.brawl).unwrap().heads;
    meet(&scene);
    // The screen still shows Inès' own five; she types eight over it.
    let puts = [(KEY.to_owned(), FactValue::Integer(8))].into();
    scene.ines.notebook.correct(scene.brawl, &shown, &puts).unwrap().unwrap();
    let divergence = &scene.ines.notebook.divergences(scene.brawl).unwrap()[0];
    let said: Vec<i64> = divergence.voices.iter().filter_map(|v| v.value.as_integer()).collect();
    assert!(said.contains(&6) && said.contains(&8), "Samir's six was on no screen of hers: {said:?}");
    meet(&scene);
    assert_eq!(
        scene.samir.notebook.divergences(scene.brawl).unwrap(),
        scene.ines.notebook.divergences(scene.brawl).unwrap()
    );
}

#[test]
fn the_authors_settle_it_themselves_with_a_put_over_both() {
    let scene = apart(6);
    meet(&scene);
    let shown = scene.samir.notebook.read(scene.brawl).unwrap().heads;
    scene.samir.notebook.decide(scene.brawl, &shown, KEY, FactValue::Integer(6)).unwrap().unwrap();
    meet(&scene);
    for phone in [&scene.ines, &scene.samir] {
        assert!(phone.notebook.divergences(scene.brawl).unwrap().is_empty());
        assert_eq!(phone.notebook.read(scene.brawl).unwrap().facts[KEY].value, FactValue::Integer(6));
    }
}

#[test]
fn a_value_that_came_while_somebody_decided_is_not_overwritten() {
    let scene = apart(7);
    let third = scene.world.phone("Lea Petit", "pm-chartres", "officer");
    third.sync().unwrap();
    third.correct(scene.brawl, "people_count", FactValue::Integer(7));
    meet(&scene);
    let shown = scene.samir.notebook.read(scene.brawl).unwrap().heads;
    // Her seven arrives while his screen still shows five and six.
    third.sync().unwrap();
    scene.samir.sync().unwrap();
    scene.samir.notebook.decide(scene.brawl, &shown, KEY, FactValue::Integer(6)).unwrap().unwrap();
    let divergence = &scene.samir.notebook.divergences(scene.brawl).unwrap()[0];
    let mut said: Vec<i64> = divergence.voices.iter().filter_map(|v| v.value.as_integer()).collect();
    said.sort_unstable();
    assert_eq!((said, divergence.open), (vec![6, 7], true));
}
