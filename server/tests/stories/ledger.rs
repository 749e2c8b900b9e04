//! What both ends hold of a device's own: the digest, the receipt, the ledger and the bodies.

use ronde_model::envelope::SealedEnvelope;
use ronde_model::fact::FactValue;
use ronde_model::id::Eid;
use ronde_model::receipt::Own;
use ronde_model::wire::{Entry, Response, Want};

use crate::phone::{Phone, changes, codes};
use crate::town::Town;

fn some_reports(town: &Town, phone: &mut Phone, count: usize) -> Vec<SealedEnvelope> {
    (0..count).map(|_| phone.file_dumping(town).seal).collect()
}

#[test]
fn the_receipt_covers_what_was_accepted_set_aside_and_left_pending() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut held = ines.file_dumping(&town);
    let words = ines.state(&mut held, "Un.");
    let mut draft = held.seal.envelope.clone();
    draft.home = crate::phone::unit("bus");
    let aside = ines.sign(draft);
    let response = ines.push(&[&words, &aside]);
    let receipt = ines.receipt(&response).unwrap();
    assert_eq!(receipt.own, Own::of([&words.eid, &aside.eid]));
    assert_eq!(receipt.device, ines.lease.lease.device);
    assert_eq!(response.ledger, None, "what this push left stored explains the difference");
    assert_eq!(ines.push(&[]).receipt, None, "both agree: no receipt");
}

#[test]
fn a_lost_answer_is_repaired_by_the_next_request_even_without_the_push() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let sealed = some_reports(&town, &mut ines, 3);
    let push = sealed.iter().map(|sealed| sealed.bytes.clone()).collect();
    ines.ask(&ines.request(push)).unwrap();

    // Restarted from before the push: it remembers nothing of it.
    let response = ines.push(&[]);

    let receipt = ines.receipt(&response).unwrap();
    assert_eq!(receipt.own.n, 3);
    let ledger = response.ledger.unwrap();
    let eids: Vec<Eid> = ledger.iter().map(|line| line.eid).collect();
    assert_eq!(eids, sealed.iter().map(|sealed| sealed.eid).collect::<Vec<_>>());
    assert!(ledger.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    assert!(ledger.iter().zip(&sealed).all(|(line, sealed)| line.chain == sealed.envelope.chain));
}

#[test]
fn a_phone_that_forgot_its_own_asks_the_ledger_page_by_page_and_the_bodies() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let sealed = some_reports(&town, &mut ines, 5);
    let others = some_reports(&town, &mut karim, 1);
    karim.push(&[&others[0]]);
    ines.push(&sealed.iter().collect::<Vec<_>>());
    ines.own = Own::default();

    let mut request = ines.request(Vec::new());
    let third = ines.push(&[]).ledger;
    assert_eq!(third, Some(Vec::new()), "nothing is newer than the cursor: the loss is older");
    ines.own = Own::default();
    request.want.ledger_after = Some(0);
    let response = ines.ask(&request).unwrap();
    let lines = response.ledger.unwrap();
    assert_eq!(lines.len(), 5);
    request.want.ledger_after = Some(lines[3].seq);
    assert_eq!(ines.ask(&request).unwrap().ledger.unwrap(), lines[4..]);

    let mut request = ines.request(Vec::new());
    let bodies = vec![sealed[1].eid, others[0].eid, Eid([9; 32]), sealed[4].eid];
    request.want = Want { bodies: Some(bodies), ..request.want };
    let response = ines.ask(&request).unwrap();
    assert_eq!(changes(&response.feed), [sealed[1].eid, sealed[4].eid], "own envelopes only");
    assert!(
        response.feed.iter().all(|entry| matches!(entry, Entry::Change { seq: None, number: Some(_), .. }))
    );
    assert_eq!(response.cursor, ines.cursor, "bodies move no cursor");
}

#[test]
fn a_phone_that_holds_what_the_server_lost_is_told_by_the_digest() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let sealed = some_reports(&town, &mut ines, 2);
    ines.push(&[&sealed[0]]);
    // The phone believes that both are covered.
    ines.own.add(&sealed[1].eid);
    let response = ines.push(&[]);
    assert_eq!(ines.receipt(&response).unwrap().own, Own::of([&sealed[0].eid]));
    assert!(response.ledger.is_some());
    assert_eq!(codes(&ines.push(&[&sealed[1]])).len(), 1);
    assert_eq!(ines.own.n, 2);
}

#[test]
fn an_envelope_carried_by_another_device_counts_for_its_author_alone() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let sealed = some_reports(&town, &mut ines, 1);
    let response = karim.push(&[&sealed[0]]);
    assert_eq!(codes(&response), [ronde_model::wire::AnswerCode::Accepted]);
    assert_eq!((karim.own.n, response.receipt, response.ledger), (0, None, None));
    ines.push(&[]);
    assert_eq!(ines.own.n, 1, "authority is in the signature, not in the carrier");
}

#[test]
fn every_stored_envelope_has_one_number_of_its_own() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let sealed = some_reports(&town, &mut ines, 4);
    ines.push(&sealed.iter().collect::<Vec<_>>());
    let stored = town.server.stored().unwrap();
    assert_eq!(stored.len(), 4);
    assert!(stored.windows(2).all(|pair| pair[0].seq < pair[1].seq));
    assert_eq!(Own::of(stored.iter().map(|line| &line.eid)), ines.own);
}

/// Noise does not compress: seven of them do not fit one answer.
fn noisy_reports(town: &Town, phone: &mut Phone, count: usize) -> Vec<SealedEnvelope> {
    (0..count)
        .map(|_| {
            let noise = (0..120).flat_map(|_| town.chance.draw::<1024>()).collect();
            let facts = [("type", FactValue::from("other")), ("noise", FactValue::Bytes(noise))];
            phone.file(town, &facts).seal
        })
        .collect()
}

/// The requested bodies of an answer, and its news.
fn parted(response: &Response) -> (Vec<Eid>, Vec<Eid>) {
    let (bodies, news): (Vec<Entry>, Vec<Entry>) =
        response.feed.iter().cloned().partition(|entry| entry.seq().is_none());
    (changes(&bodies), changes(&news))
}

#[test]
fn bodies_asked_for_come_before_news_when_not_everything_fits() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let mut karim = town.officer("Karim", "pm");
    let own = noisy_reports(&town, &mut ines, 3);
    let theirs = noisy_reports(&town, &mut karim, 6);
    own.iter().for_each(|sealed| drop(ines.push(&[sealed])));
    theirs.iter().for_each(|sealed| drop(karim.push(&[sealed])));
    ines.cursor = Default::default();

    let mut request = ines.request(Vec::new());
    request.want.bodies = Some(own.iter().map(|sealed| sealed.eid).collect());
    let response = ines.ask(&request).unwrap();
    ines.take(&response);

    let (bodies, news) = parted(&response);
    assert_eq!(bodies, own.iter().map(|sealed| sealed.eid).collect::<Vec<_>>());
    assert!(news.len() < 6 && response.more, "{news:?}");
    let rest = changes(&ines.pull());
    assert_eq!([news, rest].concat(), theirs.iter().map(|sealed| sealed.eid).collect::<Vec<_>>());
}

#[test]
fn bodies_that_do_not_fit_are_asked_for_again_until_none_comes() {
    let town = Town::found();
    let mut ines = town.officer("Inès", "pm");
    let own = noisy_reports(&town, &mut ines, 6);
    own.iter().for_each(|sealed| drop(ines.push(&[sealed])));
    let mut missing: Vec<Eid> = own.iter().map(|sealed| sealed.eid).collect();
    missing.push(Eid([9; 32]));
    let mut turns = 0;
    loop {
        let mut request = ines.request(Vec::new());
        request.want.bodies = Some(missing.clone());
        let response = ines.ask(&request).unwrap();
        let (bodies, _) = parted(&response);
        if bodies.is_empty() {
            break;
        }
        assert_eq!(response.more, bodies.len() + 1 < missing.len(), "more of them wait");
        missing.retain(|eid| !bodies.contains(eid));
        turns += 1;
    }
    assert_eq!(missing, [Eid([9; 32])], "what is not held is simply not there");
    assert!((2..=6).contains(&turns), "{turns}");
}
