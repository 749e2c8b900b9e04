//! One synchronisation of one phone, cut at every byte of it, both ways: whatever the byte, the next
//! try ends with everything received exactly once.

use ronde_core::Status;
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_tests::world::{Phone, Traffic, World};

/// A phone with a report to send and one to receive.
struct Scene {
    world: World,
    ines: Phone,
    mine: DocId,
    theirs: DocId,
}

fn scene() -> Scene {
    let world = World::new(7);
    let ines = world.phone("Inès Benali", "pm-chartres", "officer");
    let samir = world.phone("Samir Morel", "pm-chartres", "officer");
    let theirs = samir.file("nuisance.noise_night", &[("title", "Musique".into())], "Musique forte.");
    samir.sync().unwrap();
    let mine = ines.file("youth.brawl", &[("severity", FactValue::Integer(4))], "Deux groupes.");
    Scene { world, ines, mine, theirs }
}

/// The scene once more, its one synchronisation cut after `cut` bytes, then repaired. Answers what
/// went over the wire before the repair.
fn one_sync_cut_at(scene: &Scene, cut: Option<u64>) -> Traffic {
    let world = scene.world.copy();
    let mut ines = world.phone_of(&scene.ines);
    if let Some(bytes) = cut {
        ines.wire.cut_after(bytes);
    }
    let outcome = ines.sync();
    let traffic = ines.wire.traffic();
    assert_eq!(outcome.is_ok(), cut.is_none(), "cut at {cut:?}: {outcome:?}");

    ines.wire.plug();
    let repaired = ines.sync().unwrap();
    assert!(repaired.complete, "cut at {cut:?}: {repaired:?}");
    let item = ines.notebook.read(scene.mine).unwrap().item;
    assert_eq!(item.status, Status::Delivered, "cut at {cut:?}");
    assert!(item.number.is_some(), "cut at {cut:?}: no official number");
    assert_eq!(ines.notebook.read(scene.theirs).unwrap().statements.len(), 1, "cut at {cut:?}");
    assert_eq!(ines.notebook.list(None, 50).unwrap().items.len(), 2, "cut at {cut:?}");
    let mut numbers: Vec<u64> = world.server.stored().unwrap().iter().map(|envelope| envelope.seq).collect();
    assert_eq!(numbers.len(), 2, "cut at {cut:?}: each envelope once");
    numbers.dedup();
    assert_eq!(numbers.len(), 2, "cut at {cut:?}: each under a number of its own");
    // Nothing is left to say.
    ines.wire.forget();
    assert!(ines.sync().unwrap().complete);
    assert_eq!(ines.wire.traffic().requests, 1);
    traffic
}

#[test]
fn the_link_is_cut_at_every_byte_of_one_synchronisation() {
    let scene = scene();
    let whole = one_sync_cut_at(&scene, None);
    assert_eq!(whole.requests, 1);
    let offsets = whole.up + whole.down;
    std::thread::scope(|threads| {
        for half in 0..2 {
            let scene = &scene;
            threads.spawn(move || {
                for cut in (half..offsets).step_by(2) {
                    let passed = one_sync_cut_at(scene, Some(cut));
                    assert_eq!(passed.up + passed.down, cut, "the same bytes each time");
                }
            });
        }
    });
    println!("bytes up {}, bytes down {}, offsets {offsets}", whole.up, whole.down);
}
