//! What a server vouches for or commands, told falsely: receipts, orders, configurations, leases,
//! answers; and answers that are none. The outbox empties on an honest receipt alone.

use ed25519_dalek::SigningKey;
use ronde_core::{Error, Status};
use ronde_model::config::{Config, Order, OrderKind};
use ronde_model::id::{DeviceId, DocId, Eid, HistoryId};
use ronde_model::receipt::{Own, Receipt};
use ronde_model::territory::Territory;
use ronde_model::wire::{Answer, AnswerCode, Entry, Response};
use ronde_tests::world::EvilWire;

use crate::town::{Town, reasons, slip_in};

/// A report of Inès that no server has.
fn unsent(town: &Town) -> (DocId, Eid) {
    let doc = town.ines.file("waste.green", &[], "Branches sur la voie.");
    (doc, town.ines.notebook.receipt(doc).unwrap().envelopes[0].0)
}

/// A server that stores nothing of what Inès pushes, and answers what `alter` makes of a no-op.
fn deaf(town: &Town, cursor: u64, alter: impl FnMut(&mut Response) + Send + 'static) -> EvilWire {
    let request = town.bruno.request(&[]);
    let body = ronde_model::wire::frame::pack(&town.bruno.message(&request)).unwrap();
    let mut alter = alter;
    EvilWire::answering(&town.ines.wire, move |response| {
        response.feed.clear();
        response.ledger = None;
        response.receipt = None;
        response.cursor.1 = cursor;
        alter(response);
    })
    .and_asking(move |_| body.clone())
}

#[test]
fn a_receipt_counts_only_when_the_server_signed_it_for_exactly_what_this_device_sent() {
    let town = Town::new(140);
    let delivered = town.ines.file("waste.tyres", &[], "Pneus.");
    assert!(town.ines.sync().unwrap().complete);
    let (doc, eid) = unsent(&town);
    let head = town.world.server.stored().unwrap().len() as u64 + 100;
    town.numbers_pass(60);
    let server = town.world.server_key();
    let organisation = town.bruno.organisation;
    let identity = town.ines.notebook.identity().unwrap().unwrap();
    let covered = town.ines.notebook.own_ledger().unwrap();
    let told: Vec<Eid> = covered.iter().map(|(eid, _)| *eid).collect();
    let all = Own::of(&told);
    let history: HistoryId = town.bruno.push_bytes(&[]).cursor.0;
    let good = Receipt { device: identity.device, own: all, history, seq: head, now_ms: 0, numbers: vec![] };
    let mut too_much = good.clone();
    too_much.own.add(&Eid([7; 32]));
    let mut too_little = good.clone();
    too_little.own = Own::default();
    let lies = [
        ("forged", good.sign(&organisation, &SigningKey::from_bytes(&[4; 32])).unwrap(), true),
        ("by the author key", good.sign(&organisation, &town.bruno.key).unwrap(), true),
        (
            "of another device",
            Receipt { device: DeviceId([8; 16]), ..good.clone() }.sign(&organisation, &server).unwrap(),
            true,
        ),
        (
            "of another history",
            Receipt { history: HistoryId([9; 8]), ..good.clone() }.sign(&organisation, &server).unwrap(),
            true,
        ),
        (
            "beyond every number",
            Receipt { seq: u64::MAX, ..good.clone() }.sign(&organisation, &server).unwrap(),
            true,
        ),
        ("no receipt", vec![1, 2, 3], true),
        ("too much", too_much.sign(&organisation, &server).unwrap(), false),
        ("too little", too_little.sign(&organisation, &server).unwrap(), false),
        // The envelope was never numbered here: nobody can cover it.
        ("what was not taken", good.sign(&organisation, &server).unwrap(), false),
    ];
    let cursor = cursor_of(&town);
    for (story, receipt, unverified) in lies {
        let before = reasons(&town.ines).len();
        let evil = deaf(&town, cursor, move |response| response.receipt = Some(receipt.clone().into()));
        let report = town.ines.sync_over(&evil).unwrap();
        assert!(!report.complete, "{story}");
        assert_eq!(town.ines.notebook.sync_status().unwrap().waiting, 1, "{story}: still in the outbox");
        assert_eq!(town.ines.notebook.read(doc).unwrap().item.status, Status::Stored, "{story}");
        assert_eq!(town.ines.notebook.read(delivered).unwrap().item.status, Status::Delivered, "{story}");
        let said = &reasons(&town.ines)[before.min(reasons(&town.ines).len())..];
        assert_eq!(!said.is_empty(), unverified, "{story}: {said:?}");
    }
    assert!(reasons(&town.ines).iter().all(|reason| reason == "receipt-unverified"));
    town.everybody_agrees();
    assert_eq!(town.ines.notebook.read(doc).unwrap().item.status, Status::Delivered);
    assert!(town.world.server.stored().unwrap().iter().any(|envelope| envelope.eid == eid));
}

/// Where Inès' feed stands: what she tells an honest server.
fn cursor_of(town: &Town) -> u64 {
    let seen = std::sync::Arc::new(std::sync::Mutex::new(0));
    let note = seen.clone();
    let evil = EvilWire::asking(&town.ines.wire, move |body| {
        let message = ronde_model::wire::frame::unpack(&body).unwrap();
        let signed = ronde_model::signing::Signed::parse(&message).unwrap();
        let request: ronde_model::wire::Request = ronde_model::wire::decode(signed.payload()).unwrap();
        *note.lock().unwrap() = request.cursor.1;
        Vec::new()
    });
    town.ines.sync_over(&evil).unwrap_err();
    *seen.lock().unwrap()
}

#[test]
fn a_server_that_says_taken_and_never_vouches_is_not_believed_nor_talked_to_for_ever() {
    let town = Town::new(141);
    let (doc, eid) = unsent(&town);
    let cursor = cursor_of(&town);
    for code in [AnswerCode::Accepted, AnswerCode::Duplicate, AnswerCode::Quarantined, AnswerCode::Pending] {
        let evil = deaf(&town, cursor, move |response| {
            let reason = Some("no-right".to_owned());
            response.answers = vec![Answer { eid8: eid.short(), code, seq: Some(1), reason }];
        });
        let report = town.ines.sync_over(&evil).unwrap();
        assert!(report.requests < 20, "{code:?}: {} requests", report.requests);
        assert!(!report.complete);
        assert_eq!(town.ines.notebook.sync_status().unwrap().waiting, 1, "{code:?}");
        assert_ne!(town.ines.notebook.read(doc).unwrap().item.status, Status::Delivered, "{code:?}");
    }
    town.everybody_agrees();
    assert_eq!(town.ines.notebook.read(doc).unwrap().item.status, Status::Delivered);
}

#[test]
fn what_was_called_malformed_is_kept_shown_and_offered_again_after_a_restart() {
    let mut town = Town::new(142);
    let (doc, eid) = unsent(&town);
    let cursor = cursor_of(&town);
    let evil = deaf(&town, cursor, move |response| {
        let (seq, reason) = (None, Some("malformed".to_owned()));
        response.answers = vec![Answer { eid8: eid.short(), code: AnswerCode::Malformed, seq, reason }];
    });
    town.ines.sync_over(&evil).unwrap();
    let status = Status::NeedsYou { reason: "malformed".into() };
    assert_eq!(town.ines.notebook.read(doc).unwrap().item.status, status);
    assert_eq!(reasons(&town.ines), ["malformed"]);
    // Not at every synchronisation: it may be large, and the server may mean it.
    town.ines.wire.forget();
    town.ines.sync().unwrap();
    assert!(!town.world.server.stored().unwrap().iter().any(|envelope| envelope.eid == eid));
    town.ines.restart();
    town.everybody_agrees();
    assert_eq!(town.ines.notebook.read(doc).unwrap().item.status, Status::Delivered);
    assert_eq!(reasons(&town.ines), Vec::<String>::new());
}

#[test]
fn a_ledger_that_lies_makes_the_phone_send_again_and_lose_nothing() {
    let mut town = Town::new(143);
    let mine = town.ines.file("waste.tyres", &[], "Pneus.");
    assert!(town.ines.sync().unwrap().complete);
    let (doc, _) = unsent(&town);
    for story in ["empty", "invented"] {
        let evil = EvilWire::answering(&town.ines.wire, move |response| {
            let invented = (0..900_u16).map(|n| {
                let mut eid = Eid([0xee; 32]);
                eid.0[..2].copy_from_slice(&n.to_be_bytes());
                let seq = u64::from(n) + 1;
                ronde_model::wire::LedgerLine { chain: Default::default(), n: 0, eid, seq }
            });
            response.receipt = None;
            response.ledger = Some(if story == "empty" { Vec::new() } else { invented.collect() });
        });
        let report = town.ines.sync_over(&evil).unwrap();
        assert!(report.requests < 1_100, "{story}: {}", report.requests);
        assert!(town.ines.notebook.read(mine).is_ok() && town.ines.notebook.read(doc).is_ok(), "{story}");
    }
    town.everybody_agrees();
    for _ in 0..8 {
        assert!(town.ines.sync().unwrap().complete);
    }
    assert_eq!(town.ines.notebook.sync_status().unwrap().waiting, 0);
    town.ines.wire.forget();
    assert!(town.ines.sync().unwrap().complete);
    let traffic = town.ines.wire.traffic();
    assert_eq!(traffic.requests, 1);
    assert!(traffic.up < 400, "bodies nobody has are asked for no longer: {} bytes up", traffic.up);
}

#[test]
fn an_order_is_obeyed_when_the_server_signed_it_for_this_device() {
    let town = Town::new(144);
    let server = town.world.server_key();
    let organisation = town.bruno.organisation;
    let device = town.ines.notebook.identity().unwrap().unwrap().device;
    let order = |device, key: &SigningKey| {
        Order { device, kind: OrderKind::Revoked, at_ms: 0 }.sign(&organisation, key).unwrap()
    };
    let orders = [
        order(device, &SigningKey::from_bytes(&[5; 32])),
        order(device, &town.bruno.key),
        order(town.bruno.lease.lease.device, &server),
        vec![0; 40],
    ];
    town.numbers_pass(20);
    let evil = EvilWire::answering_once(&town.ines.wire, move |response| {
        let entries = orders.map(|signed| -> crate::town::Raising {
            Box::new(move |seq| Entry::Order { seq, signed: signed.into() })
        });
        slip_in(response, 0, entries);
    });
    assert!(town.ines.sync_over(&evil).unwrap().complete);
    assert!(!town.ines.notebook.identity().unwrap().unwrap().revoked);
    assert_eq!(
        reasons(&town.ines),
        ["order-of-another", "order-unverified", "order-unverified", "order-unverified"]
    );
    assert!(town.ines.notebook.read(town.report).is_ok(), "reading goes on");
    town.everybody_agrees();

    let true_one = order(device, &server);
    town.numbers_pass(2);
    let evil = EvilWire::answering_once(&town.ines.wire, move |response| {
        let signed = true_one.into();
        response.feed.push(Entry::Order { seq: response.cursor.1, signed });
    });
    town.ines.sync_over(&evil).unwrap();
    assert!(town.ines.notebook.identity().unwrap().unwrap().revoked, "the control");
}

#[test]
fn a_configuration_is_the_newest_the_server_signed() {
    let town = Town::new(145);
    let server = town.world.server_key();
    let organisation = town.bruno.organisation;
    let drawn = Territory::drawn();
    town.world.clock.pass(1_000);
    town.world.server.put_territory(&drawn).unwrap();
    assert!(town.ines.sync().unwrap().complete);
    assert_eq!(town.ines.notebook.territory().unwrap().as_ref(), Some(&drawn));

    let (other, _) =
        Territory::new("Ailleurs".into(), None, "personne".into(), drawn.communes()[..1].to_vec()).unwrap();
    let config = |name: &str, made_ms, key: &SigningKey| {
        let body = other.to_bytes().unwrap();
        Config { name: name.into(), made_ms, body }.sign(&organisation, key).unwrap()
    };
    let configs = [
        ("territory", config("territory", i64::MAX, &SigningKey::from_bytes(&[6; 32]))),
        ("territory", config("territory", i64::MAX, &town.bruno.key)),
        ("territory", config("catalogue", i64::MAX, &server)),
        ("territory", vec![0; 9]),
        // Signed by the server, and older than what is in force.
        ("territory", config("territory", 1, &server)),
    ];
    town.numbers_pass(20);
    let evil = EvilWire::answering_once(&town.ines.wire, move |response| {
        let entries = configs.map(|(name, signed)| -> crate::town::Raising {
            let name = name.to_owned();
            Box::new(move |seq| Entry::Config {
                seq,
                name,
                sha256: vec![0; 32].into(),
                signed: signed.into(),
            })
        });
        slip_in(response, 0, entries);
    });
    assert!(town.ines.sync_over(&evil).unwrap().complete);
    assert_eq!(town.ines.notebook.territory().unwrap().as_ref(), Some(&drawn));
    assert_eq!(reasons(&town.ines), ["config-unverified"; 4]);
    town.everybody_agrees();
}

#[test]
fn a_fresh_lease_is_this_devices_own_and_newer() {
    let town = Town::new(146);
    let before = town.ines.notebook.identity().unwrap().unwrap();
    let key = town.world.organisation_key();
    let organisation = town.bruno.organisation;
    let mut forged = town.bruno.lease.lease.clone();
    forged.device = before.device;
    let brunos = town.bruno.lease.cwt.clone();
    // Signed by the organisation for this very device, over another key.
    let other_key = forged.clone().sign(&organisation, &key).unwrap().cwt;
    let forged = forged.sign(&organisation, &SigningKey::from_bytes(&[7; 32])).unwrap().cwt;
    for cwt in [forged, brunos, other_key, vec![0; 12]] {
        let evil =
            EvilWire::answering_once(&town.ines.wire, move |response| response.lease = Some(cwt.into()));
        assert!(town.ines.sync_over(&evil).unwrap().complete);
        assert_eq!(town.ines.notebook.identity().unwrap().unwrap(), before);
    }
    assert_eq!(reasons(&town.ines), ["lease-unverified"; 4]);

    // The honest one comes past half the life of the first, and the first is replayed.
    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    town.world.clock.pass(40 * ronde_tests::world::HOUR);
    let ear = heard.clone();
    let evil = EvilWire::answering(&town.ines.wire, move |response| {
        ear.lock().unwrap().extend(response.lease.clone());
    });
    assert!(town.ines.sync_over(&evil).unwrap().complete);
    let fresh = town.ines.notebook.identity().unwrap().unwrap();
    assert!(fresh.lease_expires_ms > before.lease_expires_ms);
    town.world.clock.pass(40 * ronde_tests::world::HOUR);
    assert!(town.ines.sync().unwrap().complete);
    let fresher = town.ines.notebook.identity().unwrap().unwrap();
    let older = heard.lock().unwrap()[0].clone();
    let evil = EvilWire::answering_once(&town.ines.wire, move |response| response.lease = Some(older));
    assert!(town.ines.sync_over(&evil).unwrap().complete);
    assert_eq!(town.ines.notebook.identity().unwrap().unwrap(), fresher);
    town.everybody_agrees();
}

#[test]
fn an_answer_that_is_none_changes_nothing() {
    let town = Town::new(147);
    let good = town.samir.file("waste.tyres", &[("title", "Pneus".into())], "Huit pneus.");
    assert!(town.samir.sync().unwrap().complete);
    let (doc, _) = unsent(&town);
    let noise: Vec<u8> = (0..700).map(|_| town.world.dice.below(256) as u8).collect();
    let html = b"<!doctype html><title>Connexion au portail</title>".to_vec();
    let bomb = zstd::bulk::compress(&vec![0; 64 * 1024 * 1024], 3).unwrap();
    let giant = vec![0; 600 * 1024];
    let answers = [html, noise, Vec::new(), bomb, giant, vec![0xa0], vec![0x9f; 5_000], vec![0x81; 100_000]];
    for answer in answers {
        let evil = EvilWire::answering_bytes(&town.ines.wire, move |_| answer.clone());
        let error = town.ines.sync_over(&evil).unwrap_err();
        assert!(matches!(error, Error::Unreachable { .. }), "{error}");
    }
    for sixteenth in 0..16 {
        let evil = EvilWire::answering_bytes(&town.ines.wire, move |mut answer| {
            answer.truncate(answer.len() * sixteenth / 16);
            answer
        });
        let error = town.ines.sync_over(&evil).unwrap_err();
        assert!(matches!(error, Error::Unreachable { .. }), "{sixteenth}/16: {error}");
    }
    let evil = EvilWire::answering(&town.ines.wire, |response| response.version = 2);
    assert!(matches!(town.ines.sync_over(&evil), Err(Error::Unreachable { .. })), "a later protocol");
    assert_eq!(town.ines.notebook.sync_status().unwrap().waiting, 1);
    assert_eq!(town.ines.notebook.read(good), Err(Error::NotFound(good)));
    assert_eq!(reasons(&town.ines), Vec::<String>::new());
    town.everybody_agrees();
    assert!(town.ines.notebook.receipt(doc).unwrap().covered);
}
