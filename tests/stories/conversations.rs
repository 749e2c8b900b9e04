//! What one conversation says and takes: how much waits is said truly, an answer that no honest
//! server gives is refused whole.

use ronde_core::Error;
use ronde_model::id::{Eid, HistoryId};
use ronde_model::signing::Signed;
use ronde_model::wire::limits::{MAX_FEED_ITEMS, MAX_LEDGER_LINES};
use ronde_model::wire::{self, Answer, AnswerCode, Entry, Fork, LedgerLine, Request, Response, frame};
use ronde_tests::world::{EvilWire, Phone, World};

const POLICE: &str = "pm-chartres";

/// (envelopes pushed, said to wait behind them) of each request, oldest first.
fn said(phone: &mut Phone) -> Vec<(usize, u64)> {
    let of = |(body, _): (Vec<u8>, Vec<u8>)| {
        let signed = Signed::parse(&frame::unpack(&body).unwrap()).unwrap();
        let request: Request = wire::decode(signed.payload()).unwrap();
        (request.push.len(), request.waiting)
    };
    let said = phone.wire.exchanges().into_iter().map(of).collect();
    phone.wire.forget();
    said
}

#[test]
fn what_waits_behind_a_push_is_counted() {
    let world = World::new(540);
    let mut ines = world.phone("Inès Benali", POLICE, "officer");
    let words = "Pneus. ".repeat(8_000);
    for _ in 0..5 {
        ines.file("waste.tyres", &[], &words);
    }
    ines.sync().unwrap();
    assert_eq!(said(&mut ines), [(2, 3), (2, 1), (1, 0)]);

    // What no server could read waits for a person, not for the network.
    let draft = ines.file("waste.tyres", &[], &words);
    let eid = ines.notebook.receipt(draft).unwrap().envelopes[0].0;
    let evil = EvilWire::answering(&ines.wire, move |response| {
        response.receipt = None;
        response.ledger = None;
        let (code, reason) = (AnswerCode::Malformed, Some("malformed".to_owned()));
        response.answers = vec![Answer { eid8: eid.short(), code, seq: None, reason }];
    });
    ines.sync_over(&evil).unwrap();
    ines.restart();
    ines.wire.forget();
    for _ in 0..3 {
        ines.file("waste.tyres", &[], &words);
    }
    ines.wire.cut_after_calls(1);
    ines.sync().unwrap_err();
    // The malformed one leads and one follows it; two of the three wait.
    assert_eq!(said(&mut ines), [(2, 2)]);
}

#[test]
fn an_answer_with_more_than_was_asked_for_is_refused_whole() {
    let world = World::new(541);
    let ines = world.phone("Inès Benali", POLICE, "officer");
    let doc = ines.file("waste.green", &[], "Branches.");
    type Lie = fn(&mut Response);
    let lies: [(&str, Lie); 6] = [
        ("answers to nothing", |r| {
            let one = Answer { eid8: [9; 8], code: AnswerCode::Accepted, seq: Some(1), reason: None };
            r.answers = vec![one; 2];
        }),
        ("entries without end", |r| {
            let one = Entry::Lease { seq: 1, cwt: vec![1].into() };
            r.feed = vec![one; MAX_FEED_ITEMS as usize + 300];
        }),
        ("a page of the ledger without end", |r| {
            let line = |seq| LedgerLine { chain: Default::default(), n: 0, eid: Eid([1; 32]), seq };
            r.ledger = Some((1..=MAX_LEDGER_LINES as u64 + 1).map(line).collect());
        }),
        ("restores without end", |r| {
            let history = r.cursor.0;
            r.forks = Some(vec![Fork { history, parent: HistoryId([1; 8]), seq: 1 }; 300]);
        }),
        ("a fork of 64 bits", |r| {
            let history = r.cursor.0;
            r.forks = Some(vec![Fork { history, parent: HistoryId([1; 8]), seq: u64::MAX }]);
        }),
        ("a history without a name", |r| r.cursor.0 = HistoryId::default()),
    ];
    for (story, lie) in lies {
        let error = ines.sync_over(&EvilWire::answering(&ines.wire, lie)).unwrap_err();
        assert!(matches!(error, Error::ServerAstray { .. }), "{story}: {error}");
        assert_eq!(ines.notebook.sync_status().unwrap().waiting, 1, "{story}");
        assert_eq!(ines.notebook.sync_status().unwrap().last_contact_ms, None, "{story}: nothing was kept");
    }
    assert!(ines.sync().unwrap().complete);
    assert!(ines.notebook.receipt(doc).unwrap().covered);
}

/// A fork that leads elsewhere is none: the answer is not applied as if it were of our history.
#[test]
fn a_history_that_nothing_leads_to_is_read_from_its_beginning() {
    let world = World::new(542);
    let ines = world.phone("Inès Benali", POLICE, "officer");
    let samir = world.phone("Samir Morel", POLICE, "officer");
    let mine = ines.file("waste.green", &[], "Branches.");
    assert!(ines.sync().unwrap().complete);
    let theirs = samir.file("waste.tyres", &[], "Pneus.");
    assert!(samir.sync().unwrap().complete);
    let evil = EvilWire::answering_once(&ines.wire, |response| {
        response.cursor = (HistoryId([0x55; 8]), 900_000);
        response.feed.clear();
        let (history, parent) = (HistoryId([0x55; 8]), HistoryId([0x44; 8]));
        response.forks = Some(vec![Fork { history, parent, seq: 0 }]);
    });
    let report = ines.sync_over(&evil).unwrap();
    assert!(report.complete && report.requests < 6, "{report:?}");
    assert!(ines.notebook.read(theirs).is_ok(), "read from the beginning, nothing is missed");
    assert!(ines.notebook.receipt(mine).unwrap().covered);
    assert_eq!(world.server.stored().unwrap().len(), 2);
}
