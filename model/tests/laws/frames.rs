//! The frame: small with the dictionary, never a bomb; and what the messages of a day cost.

use proptest::prelude::*;
use ronde_model::document::Document;
use ronde_model::envelope::Kind;
use ronde_model::fact::FactValue;
use ronde_model::id::{DocId, HistoryId};
use ronde_model::receipt::{Own, Receipt};
use ronde_model::signing::{Context, sign};
use ronde_model::wire::frame::{FrameError, pack, unpack};
use ronde_model::wire::limits::{
    DICTIONARY_BELOW_BYTES, FEED_BYTES, MAX_BODY_BYTES, MAX_FEED_ITEMS, MAX_INFLATED_BYTES, MAX_RATIO,
};
use ronde_model::wire::{Answer, AnswerCode, Entry, Next, Raw, Request, Response, Want};

use crate::crew::dice::Dice;
use crate::crew::{Organisation, Parcel, Person, brawl, fact};
use crate::drawn;

const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// Bytes that do not compress.
fn noise(length: usize) -> Vec<u8> {
    let mut dice = Dice::new(length as u64);
    (0..length).map(|_| (dice.throw() >> 32) as u8).collect()
}

/// Bytes that halve.
fn prose(length: usize) -> Vec<u8> {
    let mut dice = Dice::new(length as u64);
    (0..length).map(|_| b'a' + (dice.throw() >> 32) as u8 % 16).collect()
}

proptest! {
    #![proptest_config(crate::tried())]

    #[test]
    fn a_request_returns_from_its_frame(request in drawn::request()) {
        let message = minicbor::to_vec(&request).unwrap();
        let body = pack(&message).unwrap();
        prop_assert!(body.len() <= message.len());
        prop_assert_eq!(unpack(&body), Ok(message));
    }

    #[test]
    fn an_answer_returns_from_its_frame(response in drawn::response()) {
        let message = minicbor::to_vec(&response).unwrap();
        prop_assert_eq!(unpack(&pack(&message).unwrap()), Ok(message));
    }

    #[test]
    fn messages_of_any_size_return(length in 0_usize..200_000, compressible in any::<bool>()) {
        let mut message = if compressible { prose(length) } else { noise(length) };
        // No message begins like a frame: a message is a CBOR array or map.
        if let Some(first) = message.first_mut() { *first = 0x84; }
        prop_assert_eq!(unpack(&pack(&message).unwrap()), Ok(message));
    }

    #[test]
    fn any_frame_is_unpacked_within_the_limits(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let body = [&MAGIC[..], &bytes].concat();
        if let Ok(message) = unpack(&body) {
            prop_assert!(message.len() <= MAX_INFLATED_BYTES && message.len() <= body.len() * MAX_RATIO);
        }
    }

    #[test]
    fn a_frame_altered_anywhere_stays_within_the_limits(
        request in drawn::request(),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut body = pack(&minicbor::to_vec(&request).unwrap()).unwrap();
        for (place, value) in edits {
            let place = place.index(body.len());
            body[place] = value;
        }
        if let Ok(message) = unpack(&body) {
            prop_assert!(message.len() <= body.len() * MAX_RATIO);
        }
    }
}

#[test]
fn a_body_over_its_limit_is_not_looked_at() {
    let body = noise(MAX_BODY_BYTES + 1);
    assert_eq!(unpack(&body), Err(FrameError::TooLarge(body.len())));
    assert_eq!(pack(&body), Err(FrameError::TooLarge(body.len())));
    assert_eq!(unpack(&noise(MAX_BODY_BYTES)).map(|m| m.len()), Ok(MAX_BODY_BYTES));
}

#[test]
fn a_message_over_its_limit_is_not_packed() {
    assert_eq!(pack(&vec![0; MAX_INFLATED_BYTES + 1]), Err(FrameError::Bomb));
}

#[test]
fn what_compresses_too_well_goes_as_it_is() {
    let zeros = vec![0; 100_000];
    assert_eq!(pack(&zeros), Ok(zeros.clone()));
    assert_eq!(unpack(&zeros), Ok(zeros));
    let small = vec![0; 10_000];
    assert_eq!(unpack(&pack(&small).unwrap()), Ok(small));
}

#[test]
fn a_bomb_is_refused() {
    for size in [100_000, MAX_INFLATED_BYTES] {
        let bomb = zstd::bulk::compress(&vec![0; size], 19).unwrap();
        assert!(bomb.len() < size / MAX_RATIO);
        assert_eq!(unpack(&bomb), Err(FrameError::Bomb), "{size}");
    }
    // Too large for its window to be granted.
    let bomb = zstd::bulk::compress(&vec![0; 64 * 1024 * 1024], 19).unwrap();
    assert_eq!(unpack(&bomb), Err(FrameError::Malformed));
    // Just within the ratio: unpacked.
    let message: Vec<u8> = [vec![0; 60_000], noise(1_000)].concat();
    let frame = zstd::bulk::compress(&message, 19).unwrap();
    assert!(frame.len() * MAX_RATIO >= message.len());
    assert_eq!(unpack(&frame), Ok(message));
}

#[test]
fn a_frame_that_asks_for_much_memory_is_refused_before_it_gets_any() {
    // RFC 8878: descriptor without single segment, window of 2^27 bytes, one empty last raw block.
    let window = |log: u8| [&MAGIC[..], &[0x00, (log - 10) << 3, 0x01, 0x00, 0x00]].concat();
    assert_eq!(unpack(&window(20)), Ok(Vec::new()));
    assert_eq!(unpack(&window(27)), Err(FrameError::Malformed));
}

#[test]
fn one_frame_and_nothing_after_it() {
    let frame = pack(&prose(2_000)).unwrap();
    assert!(frame.starts_with(&MAGIC));
    assert!(unpack(&frame).is_ok());
    for rest in [&frame[..], &[0], b"more", &[0x50, 0x2a, 0x4d, 0x18, 0, 0, 0, 0]] {
        assert_eq!(unpack(&[&frame, rest].concat()), Err(FrameError::Malformed));
    }
    for cut in 4..frame.len() {
        assert_eq!(unpack(&frame[..cut]), Err(FrameError::Malformed), "cut at {cut}");
    }
}

#[test]
fn the_dictionary_serves_small_bodies_and_names_itself() {
    let dictionary_of =
        |message: &[u8]| zstd::zstd_safe::get_dict_id_from_frame(&pack(message).unwrap()).map(|id| id.get());
    assert_eq!(dictionary_of(&prose(DICTIONARY_BELOW_BYTES - 1)), Some(1));
    assert_eq!(dictionary_of(&prose(DICTIONARY_BELOW_BYTES)), None);
}

#[test]
fn a_frame_that_names_another_dictionary_is_refused() {
    let mut frame = pack(&prose(2_000)).unwrap();
    // The descriptor says one byte of dictionary id; no window byte: the content is one segment.
    assert_eq!((frame[4] & 0b11, frame[4] & 0b10_0000), (1, 0b10_0000));
    assert_eq!(frame[5], 1);
    frame[5] = 2;
    assert_eq!(unpack(&frame), Err(FrameError::Malformed));
}

/// A day of one officer, on the wire.
struct Day {
    organisation: Organisation,
    ines: Person,
    history: HistoryId,
    own: Own,
    seq: u64,
}

impl Day {
    fn new() -> Self {
        let organisation = Organisation::new();
        let mut dice = Dice::new(7);
        let mut ines = Person::new(&organisation, 11, "Inès Rabaté", "pm-chartres", "officer");
        // Ids as they are in life: nothing repeats inside them.
        ines.lease.lease.device = ronde_model::id::DeviceId::from_random(dice.bytes());
        ines.lease.lease.agent = ronde_model::id::AgentId::from_random(dice.bytes());
        ines.lease = ines.lease.lease.clone().sign(&organisation.fingerprint, &organisation.key).unwrap();
        ines.chain = ronde_model::id::ChainId::from_random(dice.bytes());
        Day {
            organisation,
            ines,
            history: HistoryId(dice.bytes()),
            own: Own { n: 40, d: u128::from_be_bytes(dice.bytes()) },
            seq: 4021,
        }
    }

    fn request(&self, push: &[&Parcel]) -> usize {
        let lease = &self.ines.lease;
        let request = Request {
            version: 1,
            device: lease.lease.device,
            lease: lease.id,
            app: "ronde 0.1.0".into(),
            cursor: (self.history, self.seq),
            own: self.own,
            push: push.iter().map(|parcel| Raw(parcel.sealed.bytes.clone())).collect(),
            leases: None,
            want: Want { max_bytes: FEED_BYTES, max_items: MAX_FEED_ITEMS, ..Want::default() },
            blobs: None,
            waiting: 0,
            t: ronde_model::instant::Instant { skew_ms: Some(-312), err_ms: Some(140), ..self.ines.now() },
        };
        let payload = minicbor::to_vec(&request).unwrap();
        let signed = sign(Context::Request, &self.organisation.fingerprint, &self.ines.key, payload).unwrap();
        pack(&signed).unwrap().len()
    }

    fn answer(&mut self, stored: Option<&Parcel>, sealed: Option<DocId>, feed: Vec<Entry>) -> usize {
        let now_ms = self.ines.clock_ms + 700;
        self.seq += 1;
        let answers = stored.map(|parcel| Answer {
            eid8: parcel.sealed.eid.short(),
            code: AnswerCode::Accepted,
            seq: Some(self.seq),
            reason: None,
        });
        let receipt = stored.map(|parcel| {
            self.own.add(&parcel.sealed.eid);
            Receipt {
                device: self.ines.lease.lease.device,
                own: self.own,
                history: self.history,
                seq: self.seq,
                now_ms,
                numbers: sealed.iter().map(|doc| (*doc, "2026-000417".to_owned())).collect(),
            }
        });
        let receipt =
            receipt.map(|r| Raw(r.sign(&self.organisation.fingerprint, &self.organisation.server).unwrap()));
        let response = Response {
            version: 1,
            now_ms,
            cursor: (self.history, self.seq),
            more: false,
            answers: answers.into_iter().collect(),
            feed,
            lease: None,
            blobs: None,
            next: Next { after_s: 60, jitter_s: 30 },
            receipt,
            forks: None,
            ledger: None,
        };
        pack(&minicbor::to_vec(&response).unwrap()).unwrap().len()
    }
}

#[test]
fn nothing_new_costs_250_bytes_each_way_at_most() {
    let mut day = Day::new();
    let (up, down) = (day.request(&[]), day.answer(None, None, Vec::new()));
    println!("nothing new: {up} B up, {down} B down");
    assert!(up <= 250 && down <= 250);
}

#[test]
fn a_new_report_costs_800_bytes_in_all_at_most() {
    let mut day = Day::new();
    let doc = DocId(Dice::new(8).bytes());
    let mut facts = brawl();
    facts.extend([
        fact("address", "12 rue des Grenets"),
        fact("weapons", "none"),
        fact("minors", FactValue::Flag(true)),
        day.ines.words(
            "Appelée par le CPE, j'ai trouvé six élèves qui se tapaient dessus près de l'arrêt. Deux ont filé par la \
             passerelle. Le plus grand saignait du nez ; il n'a pas voulu de pompiers. Retour au calme vers 18 h 20.",
        ),
    ]);
    // The second of a chain carries the digest of the first: 32 bytes that nothing compresses.
    for (place, most) in [("first", 800), ("second", 840)] {
        let (_, parcel) = day.ines.file(doc, &facts);
        let (up, down) = (day.request(&[&parcel]), day.answer(Some(&parcel), Some(doc), Vec::new()));
        println!("a new report, {place} of its chain: {up} B up, {down} B down, {} B in all", up + down);
        assert!(up + down <= most, "{}", up + down);
    }
}

#[test]
fn a_small_change_costs_900_bytes_in_all_at_most() {
    let mut day = Day::new();
    let doc = DocId(Dice::new(8).bytes());
    let (document, _) = day.ines.file(doc, &brawl());
    let home = day.ines.home();
    let parcel =
        day.ines.correct(Kind::Report, doc, &home, &document, &[fact("people_count", FactValue::Integer(9))]);
    let (up, down) = (day.request(&[&parcel]), day.answer(Some(&parcel), None, Vec::new()));
    println!("a small change sent: {up} B up, {down} B down");
    assert!(up + down <= 900);
    let lease = Entry::Lease { seq: 4030, cwt: Raw(day.ines.lease.cwt.clone()) };
    let envelope = Raw(parcel.sealed.bytes.clone());
    let change =
        Entry::Change { seq: Some(4031), envelope, received_ms: parcel.envelope().t.wall_ms, number: None };
    let (up, down) = (day.request(&[]), day.answer(None, None, vec![lease, change]));
    println!("a small change heard, with its lease: {up} B up, {down} B down");
    assert!(up + down <= 900);
    assert!(Document::load(&document.save()).is_ok());
}
