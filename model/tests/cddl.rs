//! The normative grammar and the code say the same: every message drawn at random is one of
//! `ronde-sync.cddl`, and messages altered by hand are none.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod crew;
#[path = "laws/drawn.rs"]
#[allow(dead_code, reason = "each test file uses a part of it")]
mod drawn;

use std::sync::LazyLock;

use cddl_cat::cbor::validate_cbor;
use cddl_cat::context::BasicContext;
use cddl_cat::flatten::flatten_from_str;
use coset::CborSerializable;
use coset::cbor::Value;
use proptest::prelude::*;
use ronde_model::config::{Config, Order, OrderKind};
use ronde_model::id::{DeviceId, InvitationId};
use ronde_model::organisation::{Enrolled, Enrolment, Introduction};
use ronde_model::signing::{Context, Signed, sign};
use ronde_model::wire::{self, CDDL, Request, Response};

use crate::crew::{Organisation, Person};

static GRAMMAR: LazyLock<BasicContext> =
    LazyLock::new(|| BasicContext::new(flatten_from_str(CDDL).expect("the grammar")));

fn judge(rule: &str, value: &Value) -> Result<(), String> {
    let rule = GRAMMAR.rules.get(rule).unwrap_or_else(|| panic!("no rule {rule}"));
    validate_cbor(rule, value, &*GRAMMAR).map_err(|error| error.to_string())
}

fn read(bytes: &[u8]) -> Value {
    Value::from_slice(bytes).expect("CBOR")
}

#[track_caller]
fn is_a(rule: &str, bytes: &[u8]) {
    if let Err(error) = judge(rule, &read(bytes)) {
        panic!("no {rule}: {error}: {:?}", read(bytes));
    }
}

/// The message is signed as the grammar says, and its payload is what it should be.
#[track_caller]
fn signs_a(rule: &str, signed: &[u8]) {
    is_a("cose_sign1", signed);
    is_a(rule, Signed::parse(signed).unwrap().payload());
}

proptest! {
    #[test]
    fn every_request_is_one_of_the_grammar(request in drawn::request()) {
        is_a("request", &minicbor::to_vec(&request).unwrap());
    }

    #[test]
    fn every_answer_is_one_of_the_grammar(response in drawn::response()) {
        is_a("response", &minicbor::to_vec(&response).unwrap());
    }

    #[test]
    fn every_entry_is_one_of_the_grammar(entry in drawn::entry()) {
        is_a("entry", &minicbor::to_vec(&entry).unwrap());
    }

    #[test]
    fn everything_signed_is_one_of_the_grammar(
        envelope in drawn::envelope(),
        lease in drawn::lease(Person::new(&Organisation::new(), 11, "Inès", "pm", "officer").lease.lease.author_key),
        receipt in drawn::receipt(),
        request in drawn::request(),
    ) {
        let organisation = Organisation::new();
        let ines = Person::new(&organisation, 11, "Inès", "pm", "officer");
        let fingerprint = &organisation.fingerprint;
        signs_a("envelope_payload", &envelope.seal(fingerprint, &ines.key).unwrap().bytes);
        signs_a("lease_claims", &lease.sign(fingerprint, &organisation.key).unwrap().cwt);
        signs_a("receipt_payload", &receipt.sign(fingerprint, &organisation.server).unwrap());
        let payload = minicbor::to_vec(&request).unwrap();
        signs_a("request", &sign(Context::Request, fingerprint, &ines.key, payload).unwrap());
    }
}

#[test]
fn orders_configurations_and_enrolment_are_of_the_grammar() {
    let organisation = Organisation::new();
    let ines = Person::new(&organisation, 11, "Inès", "pm", "officer");
    let (fingerprint, server) = (&organisation.fingerprint, &organisation.server);
    for kind in [OrderKind::Lock, OrderKind::Wipe, OrderKind::Revoked] {
        let order = Order { device: DeviceId([4; 16]), kind, at_ms: -8 };
        signs_a("order_payload", &order.sign(fingerprint, server).unwrap());
    }
    let config = Config { name: "territory".into(), made_ms: 7, body: vec![1, 2, 3] };
    signs_a("config_payload", &config.sign(fingerprint, server).unwrap());
    let introduction = Introduction {
        organisation_key: organisation.key.verifying_key().to_bytes(),
        name: "Agglomération".into(),
        server_lease: ines.lease.cwt.clone(),
        nonce: [3; 16],
    };
    signs_a("introduction_payload", &introduction.sign(fingerprint, server).unwrap());
    let enrolment = Enrolment {
        invitation: InvitationId([1; 8]),
        author_key: [2; 32],
        vault_key: Vec::new(),
        nonce: [3; 16],
        mac: [4; 32],
    };
    is_a("enrolment", &minicbor::to_vec(&enrolment).unwrap());
    is_a("enrolled", &minicbor::to_vec(&Enrolled { lease: ines.lease.cwt }).unwrap());
}

fn request() -> Value {
    let text = Value::Text("unit:pm".into());
    let id = |size: usize| Value::Bytes(vec![7; size]);
    let n = |value: i64| Value::from(value);
    let instant = Value::Array(vec![n(1), n(2), id(8), n(1), n(60)]);
    Value::Map(vec![
        (n(0), n(1)),
        (n(1), id(16)),
        (n(2), id(16)),
        (n(3), Value::Text("ronde 0.1.0".into())),
        (n(4), Value::Array(vec![id(8), n(0)])),
        (n(5), Value::Array(vec![n(0), id(16)])),
        (n(6), Value::Array(vec![id(90)])),
        (
            n(8),
            Value::Map(vec![
                (n(0), n(9)),
                (n(1), n(9)),
                (n(2), n(0)),
                (n(4), Value::Array(vec![text, n(3)])),
            ]),
        ),
        (n(10), n(0)),
        (n(11), instant),
    ])
}

fn response() -> Value {
    let id = |size: usize| Value::Bytes(vec![7; size]);
    let n = |value: i64| Value::from(value);
    Value::Map(vec![
        (n(0), n(1)),
        (n(1), n(5)),
        (n(2), Value::Array(vec![id(8), n(0)])),
        (n(3), Value::Bool(false)),
        (n(4), Value::Array(vec![Value::Array(vec![id(8), n(0), n(3)])])),
        (n(5), Value::Array(vec![Value::Array(vec![n(2), n(4), id(32), Value::Text("no-right".into())])])),
        (n(8), Value::Array(vec![n(60), n(30)])),
    ])
}

/// What a map holds under a key.
fn under(map: &mut Value, key: i64) -> &mut Value {
    let entries = map.as_map_mut().unwrap();
    &mut entries.iter_mut().find(|(k, _)| *k == Value::from(key)).unwrap().1
}

fn at(array: &mut Value, place: usize) -> &mut Value {
    &mut array.as_array_mut().unwrap()[place]
}

fn drop_key(map: &mut Value, key: i64) {
    map.as_map_mut().unwrap().retain(|(k, _)| *k != Value::from(key));
}

type Alteration = (&'static str, fn(&mut Value));

const NO_REQUESTS: [Alteration; 12] = [
    ("another version", |m| *under(m, 0) = Value::from(2)),
    ("a device of 15 bytes", |m| *under(m, 1) = Value::Bytes(vec![7; 15])),
    ("a lease in words", |m| *under(m, 2) = Value::Text("lease".into())),
    ("a program without a version", |m| *under(m, 3) = Value::Text(String::new())),
    ("a history of 9 bytes", |m| *at(under(m, 4), 0) = Value::Bytes(vec![7; 9])),
    ("a cursor before the beginning", |m| *at(under(m, 4), 1) = Value::from(-1)),
    ("no digest of what is covered", |m| drop_key(m, 5)),
    ("an envelope that is an array of numbers", |m| *at(under(m, 6), 0) = Value::Array(vec![Value::from(1)])),
    ("longer waiting than allowed", |m| *under(under(m, 8), 2) = Value::from(51)),
    ("no count of what waits", |m| drop_key(m, 10)),
    ("a source of time beyond a byte", |m| *at(under(m, 11), 3) = Value::from(256)),
    ("a time without a zone", |m| drop(under(m, 11).as_array_mut().unwrap().pop())),
];

const NO_RESPONSES: [Alteration; 10] = [
    ("another version", |m| *under(m, 0) = Value::from(0)),
    ("no clock", |m| drop_key(m, 1)),
    ("a cursor that is a number", |m| *under(m, 2) = Value::from(7)),
    ("more in words", |m| *under(m, 3) = Value::Text("yes".into())),
    ("an answer to no envelope", |m| *at(at(under(m, 4), 0), 0) = Value::Bytes(vec![7; 7])),
    ("an answer that is not known", |m| *at(at(under(m, 4), 0), 1) = Value::from(256)),
    ("an entry cut short", |m| drop(at(under(m, 5), 0).as_array_mut().unwrap().pop())),
    ("an entry without a number", |m| *at(at(under(m, 5), 0), 1) = Value::Null),
    ("an entry of another's shape", |m| *at(at(under(m, 5), 0), 0) = Value::from(9)),
    ("no next time", |m| drop_key(m, 8)),
];

/// What the grammar refuses and the decoder leaves to whoever reads it: versions, words, bounds.
const JUDGED_LATER: [&str; 3] =
    ["another version", "a program without a version", "longer waiting than allowed"];

#[test]
fn altered_requests_are_refused() {
    assert_eq!(judge("request", &request()), Ok(()));
    assert!(wire::decode::<Request>(&request().to_vec().unwrap()).is_ok());
    for (what, alter) in NO_REQUESTS {
        let mut message = request();
        alter(&mut message);
        assert!(judge("request", &message).is_err(), "the grammar takes {what}");
        let read = wire::decode::<Request>(&message.to_vec().unwrap());
        assert_eq!(read.is_ok(), JUDGED_LATER.contains(&what), "the decoder, given {what}");
    }
}

#[test]
fn altered_answers_are_refused() {
    assert_eq!(judge("response", &response()), Ok(()));
    assert!(wire::decode::<Response>(&response().to_vec().unwrap()).is_ok());
    for (what, alter) in NO_RESPONSES {
        let mut message = response();
        alter(&mut message);
        assert!(judge("response", &message).is_err(), "the grammar takes {what}");
        let read = wire::decode::<Response>(&message.to_vec().unwrap());
        assert_eq!(read.is_ok(), JUDGED_LATER.contains(&what), "the decoder, given {what}");
    }
}

#[test]
fn what_is_signed_another_way_is_refused() {
    let organisation = Organisation::new();
    let ines = Person::new(&organisation, 11, "Inès", "pm", "officer");
    let alterations: [Alteration; 4] = [
        // ES256, and a key id nobody asked for.
        ("another algorithm", |m| *at(m, 0) = Value::Bytes(vec![0xa1, 0x01, 0x26])),
        ("one more word in the header", |m| {
            *at(m, 0) = Value::Bytes(vec![0xa2, 0x01, 0x27, 0x04, 0x41, 0x07])
        }),
        ("an unprotected header", |m| *at(m, 1) = Value::Map(vec![(Value::from(4), Value::Bytes(vec![7]))])),
        ("a signature cut short", |m| at(m, 3).as_bytes_mut().unwrap().truncate(63)),
    ];
    for (what, alter) in alterations {
        let mut altered = read(&ines.lease.cwt);
        assert_eq!(judge("cose_sign1", &altered), Ok(()));
        alter(&mut altered);
        assert!(judge("cose_sign1", &altered).is_err(), "the grammar takes {what}");
        let opened = ronde_model::lease::SignedLease::open(
            altered.to_vec().unwrap(),
            &organisation.fingerprint,
            &organisation.key.verifying_key(),
        );
        assert!(opened.is_err(), "the decoder takes {what}");
    }
}

#[test]
fn unknown_positive_keys_are_taken_by_both_and_others_by_none() {
    for (key, taken) in [(12, true), (4000, true), (-1, false)] {
        let (mut up, mut down) = (request(), response());
        for message in [&mut up, &mut down] {
            message.as_map_mut().unwrap().push((Value::from(key), Value::Array(vec![Value::Null])));
        }
        assert_eq!(judge("request", &up).is_ok(), taken, "{key}");
        assert_eq!(judge("response", &down).is_ok(), taken, "{key}");
        if taken {
            assert!(wire::decode::<Request>(&up.to_vec().unwrap()).is_ok());
            assert!(wire::decode::<Response>(&down.to_vec().unwrap()).is_ok());
        }
    }
}

#[test]
fn an_altered_envelope_is_refused() {
    let organisation = Organisation::new();
    let mut ines = Person::new(&organisation, 11, "Inès", "pm", "officer");
    let home = ines.home();
    let parcel =
        ines.send(ronde_model::envelope::Kind::Report, ronde_model::id::DocId([5; 16]), &home, vec![1]);
    let payload = Signed::parse(&parcel.sealed.bytes).unwrap().payload().to_vec();
    assert_eq!(judge("envelope_payload", &read(&payload)), Ok(()));
    let alterations: [Alteration; 6] = [
        ("a number no database holds", |m| *at(m, 6) = Value::from(1_u64 << 63)),
        ("a priority beyond video", |m| *at(m, 10) = Value::from(7)),
        ("a digest of 31 bytes", |m| *at(m, 7) = Value::Bytes(vec![0; 31])),
        ("a home without a name", |m| *at(m, 3) = Value::Text(String::new())),
        ("a body in words", |m| *at(m, 12) = Value::Text("x".into())),
        ("one element more", |m| m.as_array_mut().unwrap().push(Value::Null)),
    ];
    for (what, alter) in alterations {
        let mut altered = read(&payload);
        alter(&mut altered);
        assert!(judge("envelope_payload", &altered).is_err(), "the grammar takes {what}");
        let bytes =
            sign(Context::Envelope, &organisation.fingerprint, &ines.key, altered.to_vec().unwrap()).unwrap();
        let parsed = ronde_model::envelope::SealedEnvelope::parse(bytes);
        assert!(parsed.is_err(), "the decoder takes {what}");
    }
}
