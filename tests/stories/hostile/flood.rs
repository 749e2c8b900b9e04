//! Too much at once: refused before it costs anything, and nothing of it is stored.

use std::sync::mpsc;
use std::time::Duration;

use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::id::DocId;
use ronde_model::wire::AnswerCode::{Accepted, Malformed};
use ronde_model::wire::frame;
use ronde_model::wire::limits::{MAX_BODY_BYTES, MAX_PUSH_ITEMS};
use ronde_server::error::SyncRefusal;

use crate::town::{Town, put};

/// Long for 300 changes, even on a busy machine: they take three seconds.
const A_BREATH: Duration = Duration::from_secs(120);

#[test]
fn too_much_at_once_is_refused_whole_and_stores_nothing() {
    let town = Town::new(120);
    let stored = town.world.server.stored().unwrap();
    let giant = vec![0xa5; MAX_BODY_BYTES + 1];
    let bomb = zstd::bulk::compress(&vec![0; 64 * 1024 * 1024], 3).unwrap();
    assert!(bomb.len() < 10_000, "{} bytes", bomb.len());
    // Another asks for more memory in its header than a message may have.
    let hungry = zstd::bulk::compress(&vec![0; 64 * 1024 * 1024], 19).unwrap();
    assert!(matches!(town.bruno.post(&hungry), Err(SyncRefusal::Malformed(_))));
    let signed_bomb = {
        let message = town.bruno.message(&town.bruno.request(&[vec![0; 3 * 1024 * 1024]]));
        zstd::bulk::compress(&message, 3).unwrap()
    };
    let many: Vec<Vec<u8>> = (0..5_000_u32).map(|n| n.to_be_bytes().to_vec()).collect();
    let many = frame::pack(&town.bruno.message(&town.bruno.request(&many))).unwrap();
    for body in [giant, bomb, signed_bomb, many] {
        let refused = town.bruno.post(&body).unwrap_err();
        assert!(matches!(refused, SyncRefusal::TooLarge), "{refused}");
    }
    assert_eq!(town.world.server.stored().unwrap(), stored);
    town.everybody_agrees();
}

#[test]
fn as_many_bad_ones_as_fit_do_not_hide_the_good_one() {
    let mut town = Town::new(121);
    let mut push: Vec<Vec<u8>> = (0..MAX_PUSH_ITEMS as u32 - 1).map(|n| n.to_be_bytes().to_vec()).collect();
    push.push(put(&mut town.bruno, town.report, "facts/people_count", FactValue::Integer(8)).bytes);
    let answers = town.bruno.push_bytes(&push).answers;
    assert_eq!(answers.len(), MAX_PUSH_ITEMS);
    let (good, bad) = answers.split_last().unwrap();
    assert!(bad.iter().all(|answer| answer.code == Malformed));
    assert_eq!(good.code, Accepted);
    town.everybody_agrees();
}

#[test]
fn an_envelope_over_the_grammars_limit_is_never_stored() {
    let mut town = Town::new(122);
    let stored = town.world.server.stored().unwrap().len();
    let mut noise = vec![0; 320_000];
    town.world.dice.roll(&mut noise);
    let large = town.bruno.envelope(Kind::Other(9), DocId([3; 16]), &town.bruno.home(), noise);
    let large = town.bruno.sign(large);
    assert_eq!(town.bruno.push(&[large])[0].code, Malformed);
    assert_eq!(town.world.server.stored().unwrap().len(), stored);
    town.everybody_agrees();
}

#[test]
fn three_hundred_changes_in_the_worst_order_are_judged_in_a_breath() {
    let mut town = Town::new(123);
    let mut document = town.document();
    let mut chain = Vec::new();
    for n in 0..300 {
        let puts = [("facts/people_count".to_owned(), FactValue::Integer(100 + n))];
        let change = document.write(town.bruno.actor(), &puts).unwrap().unwrap();
        chain.push(change.raw);
    }
    // Numbered backwards and pushed backwards: each waits for the next.
    chain.reverse();
    let push: Vec<_> = chain.into_iter().map(|body| town.bruno.seal(town.report, body)).collect();
    let (judged, heard) = mpsc::channel();
    std::thread::spawn(move || {
        let answers = town.bruno.push(&push);
        let _ = judged.send((town, answers));
    });
    let (town, answers) = heard.recv_timeout(A_BREATH).expect("judged before a phone gives up waiting");
    assert!(answers.iter().all(|answer| answer.code == Accepted));
    town.everybody_agrees();
}
