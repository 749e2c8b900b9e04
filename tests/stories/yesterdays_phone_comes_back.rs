//! A phone whose files are yesterday's, or of which there are two: what it lost comes back from the
//! server's ledger, what it writes is taken, and the conversations end.

#[path = "healing/everybody.rs"]
mod everybody;
#[path = "merging/shown.rs"]
mod shown;

use std::collections::BTreeSet;
use std::sync::Mutex;

use ronde_core::{Answering, Call, Cause, Error, Link};
use ronde_model::fact::FactValue;
use ronde_model::id::{DocId, Eid};
use ronde_model::signing::Signed;
use ronde_model::wire::limits::MAX_LEDGER_LINES;
use ronde_model::wire::{self, Entry, LedgerLine, Request, frame};
use ronde_tests::world::{EvilWire, HOUR, MINUTE, Phone, Wire, World, now};

use crate::everybody::{everybody_is_equal, ledger, settle, stored, until_complete};

const POLICE: &str = "pm-chartres";

/// Files, corrects and adds words, a minute apart.
fn work(world: &World, phone: &Phone, reports: &mut Vec<DocId>) {
    world.clock.pass(MINUTE);
    let doc = phone.file("youth.brawl", &[("title", "Rixe".into())], "Deux groupes.");
    world.clock.pass(MINUTE);
    phone.correct(doc, "people_count", FactValue::Integer(reports.len() as i64 + 2));
    phone.notebook.state(doc, "Ils partent.", None, None).unwrap();
    reports.push(doc);
}

#[test]
fn yesterdays_phone_comes_back() {
    let world = World::new(520);
    let mut ines = world.phone("Inès Benali", POLICE, "officer");
    let samir = world.phone("Samir Morel", POLICE, "officer");
    let mut reports = Vec::new();
    work(&world, &ines, &mut reports);
    settle(&[&ines, &samir]);
    let yesterday = ines.back_up();

    // Two days: her lease is renewed meanwhile, and what she wrote last names a lease the copy lacks.
    for day in 1..3 {
        world.clock.pass(24 * HOUR);
        work(&world, &ines, &mut reports);
        samir.correct(reports[0], "people_count", FactValue::Integer(30 + day));
        settle(&[&ines, &samir]);
    }
    let (before, lines) = (stored(&world), ledger(&ines));
    assert_eq!(lines.len(), 9);

    ines.restore(&yesterday);
    assert_eq!(ledger(&ines).len(), 3);
    assert_eq!(ines.notebook.read(reports[2]), Err(Error::NotFound(reports[2])));
    let report = ines.sync().unwrap();
    assert!(report.complete && report.pushed == 0, "{report:?}");
    assert_eq!(ledger(&ines), lines, "all of it is back after one conversation");
    everybody_is_equal(&world, &[&ines, &samir], &reports);
    let status = ines.notebook.sync_status().unwrap();
    assert_eq!((status.cause, status.received, status.written), (Cause::AllReceived, 9, 9));

    work(&world, &ines, &mut reports);
    settle(&[&ines, &samir]);
    assert!(before.is_subset(&stored(&world)));
    everybody_is_equal(&world, &[&ines, &samir], &reports);
}

#[test]
fn yesterdays_phone_meets_yesterdays_server() {
    let mut world = World::new(521);
    let mut ines = world.phone("Inès Benali", POLICE, "officer");
    let samir = world.phone("Samir Morel", POLICE, "officer");
    let mut reports = Vec::new();
    work(&world, &ines, &mut reports);
    settle(&[&ines, &samir]);
    let server = world.back_up_server();
    work(&world, &ines, &mut reports);
    settle(&[&ines, &samir]);
    let phone = ines.back_up();
    work(&world, &ines, &mut reports);
    settle(&[&ines, &samir]);
    let (before, lines) = (stored(&world), ledger(&ines));

    world.restore_server(&server);
    ines.restore(&phone);
    // She first: the third report is nowhere but with Samir, who only read it.
    until_complete(&ines);
    assert_eq!(ledger(&ines).len(), 6);
    settle(&[&samir, &ines]);
    assert_eq!(ledger(&ines), lines, "her own words came back by a colleague's phone");
    assert!(before.is_subset(&stored(&world)));
    everybody_is_equal(&world, &[&ines, &samir], &reports);
}

/// Answers without the bodies asked for, for ever.
fn without_bodies(phone: &Phone) -> EvilWire {
    EvilWire::answering(&phone.wire, |response| response.feed.retain(|entry| entry.seq().is_some()))
}

#[test]
fn what_the_server_counts_and_cannot_give_back_is_a_line_of_the_ledger() {
    let world = World::new(522);
    let mut ines = world.phone("Inès Benali", POLICE, "officer");
    let mut reports = Vec::new();
    work(&world, &ines, &mut reports);
    until_complete(&ines);
    let copy = ines.back_up();
    work(&world, &ines, &mut reports);
    until_complete(&ines);
    let lines = ledger(&ines);
    ines.restore(&copy);

    let report = ines.sync_over(&without_bodies(&ines)).unwrap();
    assert!(report.complete && report.requests <= 3, "both ends agree on what there is: {report:?}");
    assert_eq!(ledger(&ines), lines);
    assert!(ines.notebook.own_ledger().unwrap().iter().all(|(_, seq)| seq.is_some()));
    assert_eq!(ines.notebook.read(reports[1]), Err(Error::NotFound(reports[1])));
    // Nothing is asked for again, whatever happens next.
    ines.restart();
    ines.wire.forget();
    assert!(ines.sync().unwrap().complete);
    assert_eq!(ines.wire.traffic().requests, 1);
    work(&world, &ines, &mut reports);
    assert!(until_complete(&ines).requests <= 2);
    assert_eq!(world.server.stored().unwrap().len(), 9);
    assert_eq!(ledger(&ines), stored(&world));
}

#[test]
fn a_page_of_the_ledger_voids_only_what_it_proves_absent() {
    let world = World::new(523);
    let ines = world.phone("Inès Benali", POLICE, "officer");
    let mut reports = Vec::new();
    for _ in 0..4 {
        work(&world, &ines, &mut reports);
    }
    until_complete(&ines);
    let own = ines.notebook.own_ledger().unwrap();
    let gone = own[5].0;
    let evil = EvilWire::answering_once(&ines.wire, |response| response.ledger = Some(Vec::new()));
    let report = ines.sync_over(&evil).unwrap();
    assert!(report.complete, "nobody asked for that page, it proves nothing: {report:?}");
    assert_eq!(ines.notebook.sync_status().unwrap().received, 12);

    // A server that lost one envelope of twelve, and says so when it is asked for its ledger.
    world.clock.pass(MINUTE);
    ines.notebook.state(reports[0], "Encore.", None, None).unwrap();
    let mut answers = 0;
    let evil = EvilWire::answering(&ines.wire, move |response| {
        answers += 1;
        if answers == 1 {
            // The receipt covers more than the phone was told of: a walk begins.
            response.answers.clear();
            response.ledger = None;
        } else if let Some(lines) = &mut response.ledger {
            lines.retain(|line| line.eid != gone);
            response.receipt = None;
        }
    });
    ines.wire.cut_after_calls(2);
    ines.sync_over(&evil).unwrap_err();
    let status = ines.notebook.sync_status().unwrap();
    assert_eq!((status.received, status.waiting), (11, 2), "one of twelve is absent, one is new: {status:?}");
    ines.wire.plug();
    settle(&[&ines]);
    everybody_is_equal(&world, &[&ines], &reports);
}

/// A phone and its copy write in turns.
fn two_of_one(seed: u64) -> (World, Phone, Phone, Vec<DocId>) {
    let world = World::new(seed);
    let ines = world.phone("Inès Benali", POLICE, "officer");
    let mut reports = Vec::new();
    work(&world, &ines, &mut reports);
    until_complete(&ines);
    let copy = ines.back_up();
    let again = ines.clone_from(&copy);
    (world, ines, again, reports)
}

#[test]
fn two_clones_of_one_phone_write_and_both_end_with_all() {
    let (world, ines, again, mut reports) = two_of_one(524);
    let samir = world.phone("Samir Morel", POLICE, "officer");
    for round in 0..4 {
        work(&world, &ines, &mut reports);
        work(&world, &again, &mut reports);
        // On what the other may not have seen yet.
        again.correct(reports[0], "people_count", FactValue::Integer(20 + round));
        ines.correct(reports[0], "people_count", FactValue::Integer(40 + round));
        let talks = [ines.sync().unwrap(), again.sync().unwrap()];
        assert!(talks.iter().all(|talk| talk.complete && talk.requests < 5), "{talks:?}");
    }
    settle(&[&ines, &again, &samir]);
    assert_eq!(ledger(&ines), ledger(&again));
    assert_eq!(ledger(&ines), stored(&world));
    everybody_is_equal(&world, &[&ines, &again, &samir], &reports);
}

#[test]
fn two_clones_send_what_both_had_not_sent() {
    let world = World::new(525);
    let ines = world.phone("Inès Benali", POLICE, "officer");
    let mut reports = Vec::new();
    work(&world, &ines, &mut reports);
    let again = ines.clone_from(&ines.back_up());
    work(&world, &ines, &mut reports);
    work(&world, &again, &mut reports);
    until_complete(&ines);
    until_complete(&again);
    settle(&[&ines, &again]);
    assert_eq!(ledger(&ines), stored(&world));
    everybody_is_equal(&world, &[&ines, &again], &reports);
}

#[test]
fn two_clones_and_a_server_from_yesterday() {
    let (mut world, ines, again, mut reports) = two_of_one(526);
    work(&world, &ines, &mut reports);
    settle(&[&ines, &again]);
    let copy = world.back_up_server();
    work(&world, &ines, &mut reports);
    work(&world, &again, &mut reports);
    settle(&[&ines, &again]);
    let before = stored(&world);
    world.restore_server(&copy);
    settle(&[&ines, &again]);
    assert!(before.is_subset(&stored(&world)));
    everybody_is_equal(&world, &[&ines, &again], &reports);
}

#[test]
fn the_same_files_opened_twice_lose_nothing() {
    let world = World::new(527);
    let ines = world.phone("Inès Benali", POLICE, "officer");
    let beside = ines.opened_again();
    let mut reports = Vec::new();
    for _ in 0..3 {
        work(&world, &ines, &mut reports);
        work(&world, &beside, &mut reports);
        assert!(ines.sync().unwrap().complete);
        assert!(beside.sync().unwrap().complete);
    }
    assert_eq!(ledger(&ines), stored(&world));
    everybody_is_equal(&world, &[&ines, &beside], &reports);
}

/// While one program's request is on its way, another program of the same phone speaks.
struct Meanwhile<'a> {
    wire: &'a Wire,
    other: &'a Phone,
    turns: Mutex<u32>,
}

impl Link for Meanwhile<'_> {
    fn exchange(&self, call: Call) -> Answering<'_> {
        let answer = now(self.wire.exchange(call));
        let mut turns = self.turns.lock().unwrap();
        if *turns > 0 {
            *turns -= 1;
            self.other.sync().unwrap();
        }
        Box::pin(std::future::ready(answer))
    }
}

#[test]
fn two_programs_that_speak_at_once_do_not_undo_each_other() {
    let world = World::new(529);
    let ines = world.phone("Inès Benali", POLICE, "officer");
    let samir = world.phone("Samir Morel", POLICE, "officer");
    let beside = ines.opened_again();
    let mut reports = Vec::new();
    work(&world, &ines, &mut reports);
    for _ in 0..3 {
        work(&world, &samir, &mut reports);
        until_complete(&samir);
        work(&world, &ines, &mut reports);
        let link = Meanwhile { wire: &ines.wire, other: &beside, turns: Mutex::new(2) };
        let report = ines.sync_over(&link).unwrap();
        assert!(report.complete && report.requests < 5, "{report:?}");
        // The answer that came too late is taken for lost, and everything stands as it stood.
        let status = ines.notebook.sync_status().unwrap();
        assert_eq!((status.waiting, status.received), (0, status.written));
    }
    settle(&[&samir, &ines, &beside]);
    everybody_is_equal(&world, &[&samir, &ines, &beside], &reports);
}

/// Lines of a ledger that no server holds.
fn invented(first: u64, count: usize) -> Vec<LedgerLine> {
    (0..count as u64)
        .map(|n| {
            let mut eid = Eid([0xab; 32]);
            eid.0[..8].copy_from_slice(&(first + n).to_be_bytes());
            LedgerLine { chain: Default::default(), n, eid, seq: first + n }
        })
        .collect()
}

/// How many pages of the ledger a phone asked for.
fn pages_asked_for(phone: &Phone) -> usize {
    let asks = |(body, _): &(Vec<u8>, Vec<u8>)| {
        let signed = Signed::parse(&frame::unpack(body).unwrap()).unwrap();
        wire::decode::<Request>(signed.payload()).unwrap().want.ledger_after.is_some()
    };
    phone.wire.exchanges().iter().filter(|exchange| asks(exchange)).count()
}

#[test]
fn a_server_that_never_agrees_is_talked_to_for_a_while_and_heals_later() {
    let world = World::new(528);
    let ines = world.phone("Inès Benali", POLICE, "officer");
    let mut reports = Vec::new();
    work(&world, &ines, &mut reports);
    until_complete(&ines);
    let copy = ines.back_up();
    let mut ines = ines;
    work(&world, &ines, &mut reports);
    until_complete(&ines);
    ines.restore(&copy);
    // Receipts are true, the ledger is not: a full page of lies and one more, and none of the truth.
    let evil = EvilWire::answering(&ines.wire, |response| {
        response.feed.retain(|entry| !matches!(entry, Entry::Change { seq: None, .. }));
        if let Some(lines) = &mut response.ledger {
            *lines = invented(1, MAX_LEDGER_LINES - 1);
        }
    });
    let mut walks = Vec::new();
    for _ in 0..4 {
        ines.wire.forget();
        let report = ines.sync_over(&evil).unwrap();
        assert!(!report.complete, "they do not agree: {report:?}");
        assert!(report.requests < 20, "{report:?}");
        walks.push(pages_asked_for(&ines));
    }
    assert!(walks.iter().all(|pages| (1..=2).contains(pages)), "two walks of a page, at most: {walks:?}");
    for _ in 0..3 {
        ines.sync().unwrap();
    }
    settle(&[&ines]);
    let lines: BTreeSet<Eid> = ledger(&ines);
    assert_eq!(lines, stored(&world), "what was invented is forgotten");
    everybody_is_equal(&world, &[&ines], &reports);
}
