//! Whole conversations, cut at every byte of them, both ways, twice each: once the cut is heard,
//! once the half that came is taken for the whole. Whatever the byte, the next try ends with
//! everything there exactly once.

#[path = "cut/scenes.rs"]
mod scenes;

use std::collections::BTreeSet;

use ronde_core::Status;
use ronde_tests::world::{Phone, Traffic, World};

use scenes::{Doing, Scene};

/// What a phone does, to its end or to the cut.
fn attempt(phone: &Phone, doing: &Doing) -> bool {
    match doing {
        Doing::Synchronise => phone.sync().is_ok(),
        Doing::Enrol { code } => phone.enrol(code).is_ok(),
    }
}

/// The scene once more, broken off twice at one byte, then repaired. Answers what went over the
/// wire at the first attempt.
fn broken_off_at(scene: &Scene, cut: Option<u64>) -> Traffic {
    let world = scene.world.copy();
    let mut phone = world.phone_of(&scene.phone);
    if let Some(bytes) = cut {
        phone.wire.cut_after(bytes);
    }
    let done = attempt(&phone, &scene.doing);
    assert_eq!(done, cut.is_none(), "cut at {cut:?}");
    let traffic = phone.wire.traffic();
    if let Some(bytes) = cut {
        phone.wire.half_close_after(bytes);
        // Either end may find the half unreadable, or find that there is nothing left to lose.
        attempt(&phone, &scene.doing);
    }
    phone.wire.plug();
    if let Doing::Enrol { .. } = scene.doing
        && phone.notebook.identity().unwrap().is_none()
    {
        assert!(attempt(&phone, &scene.doing), "cut at {cut:?}: enrolment does not go on");
    }
    let repaired = phone.sync().unwrap_or_else(|error| panic!("cut at {cut:?}: {error}"));
    assert!(repaired.complete, "cut at {cut:?}: {repaired:?}");
    check(&world, &phone, scene, cut);
    // Nothing is left to say.
    phone.wire.forget();
    assert!(phone.sync().unwrap().complete, "cut at {cut:?}");
    assert_eq!(phone.wire.traffic().requests, 1, "cut at {cut:?}");
    traffic
}

fn check(world: &World, phone: &Phone, scene: &Scene, cut: Option<u64>) {
    let stored = world.server.stored().unwrap();
    let numbers: BTreeSet<u64> = stored.iter().map(|envelope| envelope.seq).collect();
    let identities: BTreeSet<_> = stored.iter().map(|envelope| envelope.eid).collect();
    assert_eq!(identities.len(), stored.len(), "cut at {cut:?}: an envelope is stored once");
    assert_eq!(numbers.len(), stored.len(), "cut at {cut:?}: each under a number of its own");
    assert_eq!(stored.len(), scene.envelopes, "cut at {cut:?}: envelopes at the server");
    for (eid, _) in phone.notebook.own_ledger().unwrap() {
        assert!(identities.contains(&eid), "cut at {cut:?}: {eid} is not at the server");
    }
    let items = phone.notebook.list(None, 50).unwrap().items;
    assert_eq!(items.len(), scene.reports, "cut at {cut:?}: reports on the phone");
    let kept_back = items.iter().find(|item| item.status == Status::Stored).map(|item| item.row.doc);
    assert_eq!(kept_back, None, "cut at {cut:?}: never received");
    assert_eq!(world.server.devices().unwrap().len(), scene.devices, "cut at {cut:?}: devices");
    (scene.check)(world, phone);
}

/// Every byte of a scene, on two threads.
fn every_byte_of(scene: &Scene) {
    let whole = broken_off_at(scene, None);
    let offsets = whole.up + whole.down;
    assert!(offsets > 100, "a conversation of {offsets} bytes says nothing");
    std::thread::scope(|threads| {
        for half in 0..2 {
            threads.spawn(move || {
                for cut in (half..offsets).step_by(2) {
                    let passed = broken_off_at(scene, Some(cut));
                    assert_eq!(passed.up + passed.down, cut, "the same bytes each time");
                }
            });
        }
    });
    println!(
        "{} requests, bytes up {}, bytes down {}, offsets {offsets}",
        whole.requests, whole.up, whole.down
    );
}

#[test]
fn a_report_leaves_while_another_arrives() {
    every_byte_of(&scenes::a_report_up_and_one_down());
}

#[test]
fn a_phone_is_enrolled() {
    every_byte_of(&scenes::enrolment());
}

#[test]
fn two_corrections_cross() {
    every_byte_of(&scenes::crossing_corrections());
}

#[test]
fn a_decision_comes_down() {
    every_byte_of(&scenes::a_decision());
}

#[test]
fn what_is_set_aside_is_released() {
    every_byte_of(&scenes::a_release());
}

#[test]
fn the_device_is_revoked() {
    every_byte_of(&scenes::a_revocation());
}

#[test]
fn yesterdays_phone_gets_its_reports_back() {
    every_byte_of(&scenes::a_restored_phone());
}

#[test]
fn the_server_is_restored_from_yesterday() {
    every_byte_of(&scenes::a_restored_server());
}
