//! One byte of one message altered, both ways, over many seeds: never a panic, never a loss, and
//! never a word shown that nobody wrote.

use ronde_core::Error;
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_model::wire::frame;
use ronde_tests::world::{Dice, EvilWire, Phone, World};

use crate::town::reasons;

const SEEDS: u64 = 200;

struct Scene {
    world: World,
    ines: Phone,
    mine: DocId,
    theirs: DocId,
    /// What a screen says of the colleague's report.
    told: String,
    /// Every envelope there is.
    written: usize,
}

/// A phone with a report to send and one to receive.
fn scene() -> Scene {
    let world = World::new(150);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let samir = world.phone("Samir Morel", "pm-chartres", "officer");
    let facts = [("title", "Musique".into()), ("severity", FactValue::Integer(2))];
    let theirs = samir.file("nuisance.noise_night", &facts, "Musique forte.");
    samir.correct(theirs, "title", "Musique au 3".into());
    samir.sync().unwrap();
    let told = words(&samir, theirs).unwrap();
    let mine = ines.file("youth.brawl", &[("severity", FactValue::Integer(4))], "Deux groupes.");
    Scene { world, ines, mine, theirs, told, written: 3 }
}

/// What a screen says of a report and its authors, without what the server alone vouches for.
fn words(phone: &Phone, doc: DocId) -> Result<String, Error> {
    let detail = phone.notebook.read(doc)?;
    let statements: Vec<_> = detail
        .statements
        .iter()
        .map(|s| (&s.statement.text, s.provenance.as_ref().map(|p| (&p.name, p.t))))
        .collect();
    let facts: Vec<_> = detail.facts.iter().map(|(key, shown)| (key, &shown.value)).collect();
    Ok(format!("{facts:?} {statements:?} {:?} {:?}", detail.heads, detail.lifecycle.closed))
}

/// Alters one byte of the message inside a frame, or of the frame itself.
fn alter(body: Vec<u8>, dice: &Dice) -> Vec<u8> {
    let inside = dice.below(4) > 0;
    let mut bytes = if inside { frame::unpack(&body).unwrap() } else { body };
    let place = dice.below(bytes.len() as u64) as usize;
    bytes[place] = match dice.below(3) {
        0 => bytes[place] ^ (1 << dice.below(8)),
        1 => bytes[place].wrapping_add(1),
        _ => dice.below(256) as u8,
    };
    if inside { frame::pack(&bytes).unwrap() } else { bytes }
}

#[track_caller]
fn honesty_heals(scene: &Scene, world: &World, mut ines: Phone, seed: u64) {
    let says = |phone: &Phone| words(phone, scene.theirs);
    if let Ok(said) = says(&ines) {
        // A part may be missing while it waits; nothing may be there that nobody wrote.
        assert!(said == scene.told || !reasons(&ines).is_empty(), "seed {seed}: {said}");
    }
    assert!(ines.notebook.read(scene.mine).is_ok(), "seed {seed}: lost on the phone");
    ines.sync().unwrap();
    // What was called malformed is offered again by the next process.
    ines.restart();
    let report = ines.sync().unwrap_or_else(|error| panic!("seed {seed}: {error}"));
    assert!(report.complete, "seed {seed}: {report:?}");
    let mut stored: Vec<_> = world.server.stored().unwrap().iter().map(|e| e.eid).collect();
    stored.sort();
    stored.dedup();
    assert_eq!(stored.len(), scene.written, "seed {seed}: each envelope once");
    assert!(ines.notebook.receipt(scene.mine).unwrap().covered, "seed {seed}");
    match says(&ines) {
        Ok(said) if said == scene.told => (),
        other => assert!(!reasons(&ines).is_empty(), "seed {seed}: missed without a reason: {other:?}"),
    }
}

fn over_many_seeds(to_server: bool) {
    let scene = scene();
    let spoilt = std::sync::atomic::AtomicU64::new(0);
    std::thread::scope(|threads| {
        for half in 0..2 {
            let (scene, spoilt) = (&scene, &spoilt);
            threads.spawn(move || {
                for seed in (half..SEEDS).step_by(2) {
                    let world = scene.world.copy();
                    let ines = world.phone_of(&scene.ines);
                    let dice = Dice::new(seed);
                    let spoil = move |body: Vec<u8>| alter(body, &dice);
                    let evil = if to_server {
                        EvilWire::asking(&ines.wire, spoil)
                    } else {
                        EvilWire::answering_bytes(&ines.wire, spoil)
                    };
                    let outcome = ines.sync_over(&evil);
                    if !outcome.is_ok_and(|report| report.complete) || !reasons(&ines).is_empty() {
                        spoilt.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    }
                    honesty_heals(scene, &world, ines, seed);
                }
            });
        }
    });
    let spoilt = spoilt.into_inner();
    println!("{spoilt} of {SEEDS} conversations were spoilt");
    assert!(spoilt > SEEDS / 4, "the wire altered nothing that matters");
}

#[test]
fn any_byte_of_a_request_altered_loses_nothing() {
    over_many_seeds(true);
}

#[test]
fn any_byte_of_an_answer_altered_loses_nothing_and_shows_nothing_false() {
    over_many_seeds(false);
}
