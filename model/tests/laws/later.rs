//! S8: what a later version adds is ignored or kept, never a reason to misread the rest: unknown keys in
//! messages and records, longer and unknown entries of the feed, unknown kinds, schemas, prefixes, rights,
//! names and sources. So an old phone goes on with a new server, and a new phone with an old server.

use coset::CborSerializable;
use coset::cbor::Value;
use proptest::collection::vec;
use proptest::prelude::*;
use ronde_model::config::Config;
use ronde_model::document::key::{Key, Prefix};
use ronde_model::document::{
    Chosen, Comment, Decision, Document, Event, Link, Statement, Waiting, grow_only_key,
};
use ronde_model::envelope::{Kind, SCHEMA, SealedEnvelope};
use ronde_model::fact::FactValue;
use ronde_model::id::content_suffix;
use ronde_model::lease::SignedLease;
use ronde_model::organisation::{Enrolled, Enrolment, Introduction};
use ronde_model::signing::{Context, sign};
use ronde_model::wire::{self, AnswerCode, Entry, Raw, Request, Response};

use crate::crew::{Organisation, Person, Verdict, brawl};
use crate::drawn;
use crate::filing::pair;

/// Anything a later version may say.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::Text),
        vec(any::<u8>(), 0..12).prop_map(Value::Bytes),
        any::<bool>().prop_map(Value::Bool),
        Just(Value::Null),
        (-1e9_f64..1e9).prop_map(Value::Float),
        (100_u64..999).prop_map(|tag| Value::Tag(tag, Box::new(Value::Null))),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            vec((inner.clone(), inner), 0..4).prop_map(Value::Map),
        ]
    })
}

/// Keys of a later version (the decoders read keys up to 2^63 - 1) and what stands under them, each once.
fn later_keys(from: u64) -> impl Strategy<Value = Vec<(u64, Value)>> {
    let key = prop_oneof![from..from + 20, from..=i64::MAX.unsigned_abs()];
    proptest::collection::btree_map(key, anything(), 1..4).prop_map(|map| map.into_iter().collect())
}

fn read(bytes: &[u8]) -> Value {
    Value::from_slice(bytes).unwrap()
}

/// The map with more keys in it, at a place of their own.
fn with(bytes: &[u8], keys: &[(u64, Value)], first: bool) -> Vec<u8> {
    let Value::Map(mut map) = read(bytes) else { panic!("no map") };
    for (key, value) in keys {
        let place = if first { 0 } else { map.len() };
        map.insert(place, (Value::from(*key), value.clone()));
    }
    Value::Map(map).to_vec().unwrap()
}

/// The array with more behind its last element.
fn longer(bytes: &[u8], more: &[Value]) -> Vec<u8> {
    let Value::Array(mut array) = read(bytes) else { panic!("no array") };
    array.extend(more.iter().cloned());
    Value::Array(array).to_vec().unwrap()
}

proptest! {
    #![proptest_config(crate::tried())]

    #[test]
    fn a_request_of_a_later_phone_is_read(request in drawn::request(), keys in later_keys(12), wants in later_keys(7), first in any::<bool>()) {
        let bytes = minicbor::to_vec(&request).unwrap();
        let mut later = read(&with(&bytes, &keys, first));
        for (key, value) in later.as_map_mut().unwrap() {
            if *key == Value::from(8) {
                *value = read(&with(&value.clone().to_vec().unwrap(), &wants, !first));
            }
        }
        prop_assert_eq!(wire::decode::<Request>(&later.to_vec().unwrap()).unwrap(), request);
    }

    #[test]
    fn an_answer_of_a_later_server_is_read(response in drawn::response(), keys in later_keys(12), more in vec(anything(), 1..3), first in any::<bool>()) {
        let bytes = minicbor::to_vec(&response).unwrap();
        let mut later = read(&with(&bytes, &keys, first));
        // Every entry of a kind known here is longer, and so is what became of each envelope.
        for (key, value) in later.as_map_mut().unwrap() {
            if *key == Value::from(4) || *key == Value::from(5) {
                for entry in value.as_array_mut().unwrap() {
                    let entry = entry.as_array_mut().unwrap();
                    let known = entry[0].as_integer().is_none_or(|kind| kind <= 10.into());
                    if known && (*key == Value::from(5) || entry.len() == 4) {
                        entry.extend(more.iter().cloned());
                    }
                }
            }
        }
        prop_assert_eq!(wire::decode::<Response>(&later.to_vec().unwrap()).unwrap(), response);
    }

    #[test]
    fn an_answer_code_of_a_later_version_leaves_the_rest_readable(
        response in drawn::response(),
        answer in drawn::answer(),
        code in 6_u8..,
    ) {
        let mut response = response;
        response.answers.insert(0, answer);
        let mut later = read(&minicbor::to_vec(&response).unwrap());
        for (key, value) in later.as_map_mut().unwrap() {
            if *key == Value::from(4) {
                value.as_array_mut().unwrap()[0].as_array_mut().unwrap()[1] = Value::from(code);
            }
        }
        let read = wire::decode::<Response>(&later.to_vec().unwrap()).unwrap();
        prop_assert_eq!((&read.feed, &read.answers[1..]), (&response.feed, &response.answers[1..]));
        prop_assert_eq!(read.answers[0].code, AnswerCode::Other(code));
        // Whether the server holds it is told by its number alone.
        prop_assert_eq!(read.answers[0].is_stored(), response.answers[0].seq.is_some());
    }

    #[test]
    fn an_entry_of_a_later_kind_is_kept_to_the_byte(kind in prop_oneof![11_u64..256, 11..=u64::MAX], seq in any::<u64>(), more in vec(anything(), 0..4)) {
        let entry = Value::Array([Value::from(kind), Value::from(seq)].into_iter().chain(more).collect());
        let bytes = entry.to_vec().unwrap();
        let kept = wire::decode::<Entry>(&bytes).unwrap();
        prop_assert_eq!(&kept, &Entry::Other { kind, seq, raw: bytes.clone() });
        prop_assert_eq!(kept.seq(), Some(seq));
        prop_assert_eq!(minicbor::to_vec(&kept).unwrap(), bytes);
    }

    #[test]
    fn an_entry_known_here_may_grow(entry in drawn::entry(), more in vec(anything(), 1..4)) {
        let known = !matches!(entry, Entry::Other { .. });
        let later = longer(&minicbor::to_vec(&entry).unwrap(), &more);
        if known {
            prop_assert_eq!(wire::decode::<Entry>(&later).unwrap(), entry);
        }
    }

    #[test]
    fn a_record_of_a_later_version_is_read_and_kept_to_the_byte(text in ".{0,40}", keys in later_keys(20), first in any::<bool>()) {
        let mut pair = pair(&brawl());
        let (_, known) = pair.karim.words(&text);
        let bytes = with(known.as_bytes().unwrap(), &keys, first);
        let key = format!("statement/{}/{}", pair.karim.agent(), content_suffix(&bytes));
        let value = FactValue::Bytes(bytes);
        let home = pair.ines.home();
        let parcel = pair.karim.correct(Kind::Report, pair.doc, &home, pair.desk.document(), &[(key.clone(), value.clone())]);
        prop_assert_eq!(pair.desk.take(&parcel), Verdict::GOOD);
        let kept = Document::load(&pair.desk.document().save()).unwrap().contents().values[&key][0].value.clone();
        prop_assert_eq!(&kept, &value);
        prop_assert_eq!(Statement::from_value(&kept), Statement::from_value(&known));
    }

    #[test]
    fn records_of_the_supervisors_side_may_grow(keys in later_keys(20), first in any::<bool>(), salt in any::<[u8; 8]>()) {
        let organisation = Organisation::new();
        let helene = Person::new(&organisation, 15, "Hélène", "pm", "unit_supervisor");
        let (by, at_ms, salt) = (helene.agent(), helene.clock_ms, ronde_model::document::Salt(salt));
        let event = Event { by, at_ms, salt, what: "archive".into(), role: "x".into(), heads: Vec::new(), reason: None, assignee: None, eid: None };
        let comment = Comment { by, at_ms, salt, text: "Vu.".into() };
        let link = Link { by, at_ms, salt, other: ronde_model::id::DocId([9; 16]), linked: true };
        let later = |value: &FactValue| FactValue::Bytes(with(value.as_bytes().unwrap(), &keys, first));
        let of = |entry: (String, FactValue)| entry.1;
        prop_assert_eq!(Event::from_value(&later(&of(grow_only_key(Prefix::Event, &event)))), Some(event));
        prop_assert_eq!(Comment::from_value(&later(&of(grow_only_key(Prefix::Comment, &comment)))), Some(comment));
        prop_assert_eq!(Link::from_value(&later(&of(grow_only_key(Prefix::Link, &link)))), Some(link));
        let decision = Decision {
            by, at_ms, salt, key: "facts/x".into(), chosen: Chosen::Value(FactValue::Flag(true)), saw: Vec::new(), saw_decisions: Vec::new(), reason: "x".into(),
        };
        prop_assert_eq!(Decision::from_value(&later(&of(grow_only_key(Prefix::Decision, &decision)))), Some(decision));
    }

    #[test]
    fn a_lease_of_a_later_version_says_what_it_said(lease in drawn::lease([3; 32]), keys in vec((70_000_i64..i64::MAX, anything()), 1..4), first in any::<bool>()) {
        let organisation = Organisation::new();
        let author_key = organisation.server.verifying_key().to_bytes();
        let lease = ronde_model::lease::Lease { author_key, ..lease };
        let signed = lease.clone().sign(&organisation.fingerprint, &organisation.key).unwrap();
        let payload = ronde_model::signing::Signed::parse(&signed.cwt).unwrap().payload().to_vec();
        let Value::Map(mut claims) = read(&payload) else { panic!("no map") };
        let mut seen = std::collections::BTreeSet::new();
        for (key, value) in keys.into_iter().filter(|(key, _)| seen.insert(*key)) {
            let place = if first { 0 } else { claims.len() };
            claims.insert(place, (Value::from(-key), value));
        }
        let payload = Value::Map(claims).to_vec().unwrap();
        let cwt = sign(Context::Lease, &organisation.fingerprint, &organisation.key, payload).unwrap();
        prop_assume!(cwt.len() <= ronde_model::lease::MAX_LEASE_BYTES);
        let opened = SignedLease::open(cwt, &organisation.fingerprint, &organisation.key.verifying_key());
        prop_assert_eq!(opened.map(|signed| signed.lease), Ok(lease));
    }

    #[test]
    fn enrolment_may_grow_on_both_sides(keys in later_keys(5), first in any::<bool>(), lease in vec(any::<u8>(), 0..40)) {
        let organisation = Organisation::new();
        let said = Introduction { organisation_key: [1; 32], name: "Essai".into(), server_lease: lease.clone(), nonce: [2; 16] };
        let payload = with(&minicbor::to_vec(&said).unwrap(), &keys, first);
        let signed = sign(Context::Organisation, &organisation.fingerprint, &organisation.server, payload).unwrap();
        prop_assert_eq!(Introduction::parse(&signed), Ok(said));
        let asked = Enrolment {
            invitation: ronde_model::id::InvitationId([1; 8]), author_key: [2; 32], vault_key: lease.clone(), nonce: [3; 16], mac: [4; 32],
        };
        let later = with(&minicbor::to_vec(&asked).unwrap(), &keys, first);
        prop_assert_eq!(minicbor::decode::<Enrolment>(&later).unwrap(), asked);
        let answered = Enrolled { lease };
        let later = with(&minicbor::to_vec(&answered).unwrap(), &keys, first);
        prop_assert_eq!(minicbor::decode::<Enrolled>(&later).unwrap(), answered);
    }

    #[test]
    fn a_configuration_of_a_later_name_is_kept(name in "[a-z_]{1,20}", body in vec(any::<u8>(), 0..80), made_ms in any::<i64>(), more in vec(anything(), 0..3)) {
        let organisation = Organisation::new();
        let config = Config { name, made_ms, body };
        let payload = longer(&minicbor::to_vec(&config).unwrap(), &more);
        let signed = sign(Context::Config, &organisation.fingerprint, &organisation.server, payload).unwrap();
        prop_assert_eq!(Config::open(&signed, &organisation.fingerprint, &organisation.server.verifying_key()), Ok(config));
    }

    #[test]
    fn an_envelope_of_a_later_kind_schema_or_prefix_waits_for_a_program_that_knows_it(
        kind in prop_oneof![Just(0_u64), Just(1), 2..6_u64, 6..=i64::MAX.unsigned_abs()], schema in SCHEMA..=u32::MAX, prefix in "[a-z]{3,12}", body in vec(any::<u8>(), 0..60),
    ) {
        let later = kind > 1 || schema > SCHEMA;
        let word_is_known = !matches!(Key::parse(&format!("{prefix}/abcdefghijklmnopqrstuvwxyz")), Some(Key::Unknown));
        prop_assume!(later || !word_is_known);
        let mut pair = pair(&brawl());
        let mut parcel = if later {
            let home = pair.ines.home();
            pair.karim.send(Kind::from_code(kind), pair.doc, &home, body.clone())
        } else {
            let home = pair.ines.home();
            let put = [(format!("{prefix}/abcdefghijklmnopqrstuvwxyz"), FactValue::Bytes(body.clone()))];
            pair.karim.correct(Kind::Report, pair.doc, &home, pair.desk.document(), &put)
        };
        if later {
            let mut envelope = parcel.sealed.envelope.clone();
            envelope.schema = schema;
            parcel.sealed = envelope.seal(&Organisation::new().fingerprint, &pair.karim.key).unwrap();
        }
        // It travels and is named like any other.
        let again = SealedEnvelope::parse(parcel.sealed.bytes.clone()).unwrap();
        prop_assert_eq!((again.eid, &again.envelope), (parcel.sealed.eid, &parcel.sealed.envelope));
        let entry = Entry::Change { seq: Some(1), envelope: Raw(parcel.sealed.bytes.clone()), received_ms: 0, number: None };
        prop_assert_eq!(wire::decode::<Entry>(&minicbor::to_vec(&entry).unwrap()).unwrap(), entry);
        let before = pair.desk.document().contents();
        prop_assert_eq!(pair.desk.take(&parcel), Verdict::Pending(Waiting::NewerApp));
        prop_assert_eq!(pair.desk.document().contents(), before);
    }

    #[test]
    fn a_fact_of_a_later_catalogue_is_kept(name in "[a-z_]{1,20}", value in drawn::value()) {
        let mut pair = pair(&brawl());
        let key = format!("facts/later_{name}");
        let home = pair.ines.home();
        let parcel = pair.karim.correct(Kind::Report, pair.doc, &home, pair.desk.document(), &[(key.clone(), value.clone())]);
        prop_assert_eq!(pair.desk.take(&parcel), Verdict::GOOD);
        let kept = Document::load(&pair.desk.document().save()).unwrap().contents();
        prop_assert_eq!(&kept.values[&key][0].value, &value);
        let view = ronde_model::projection::project(pair.doc, pair.desk.document(), None, &pair.desk.provenances).unwrap();
        prop_assert_eq!(&view.facts[&key].value, &value);
    }
}
