//! Everything signed and everything said: it re-encodes to itself, and no bit of it can be changed.

use std::fmt::Debug;

use minicbor::{Decode, Encode};
use proptest::prelude::*;
use ronde_model::config::{Config, Order, OrderKind};
use ronde_model::envelope::{EnvelopeError, SealedEnvelope};
use ronde_model::id::{Eid, OrgFingerprint};
use ronde_model::lease::{LeaseError, SignedLease};
use ronde_model::receipt::{Own, Receipt};
use ronde_model::signing::{self, Context, Signed, SigningError};
use ronde_model::wire;

use crate::crew::dice::Dice;
use crate::crew::{Organisation, Person};
use crate::drawn;

fn returns<T: Encode<()> + for<'b> Decode<'b, ()> + PartialEq + Debug>(message: &T) {
    let bytes = minicbor::to_vec(message).unwrap();
    let read: T = wire::decode(&bytes).unwrap();
    assert_eq!(&read, message);
    assert_eq!(minicbor::to_vec(&read).unwrap(), bytes);
    let longer = [bytes.as_slice(), &[0]].concat();
    assert!(wire::decode::<T>(&longer).is_err(), "bytes after the message");
    assert!(wire::decode::<T>(&bytes[..bytes.len() - 1]).is_err(), "a message cut short");
}

/// One bit another way.
fn flipped(bytes: &[u8], place: prop::sample::Index, bit: u8) -> Vec<u8> {
    let mut altered = bytes.to_vec();
    altered[place.index(bytes.len())] ^= 1 << bit;
    altered
}

fn person() -> (Organisation, Person) {
    let organisation = Organisation::new();
    let ines = Person::new(&organisation, 11, "Inès", "pm", "officer");
    (organisation, ines)
}

proptest! {
    #![proptest_config(crate::tried())]

    #[test]
    fn a_request_returns_as_it_was_said(request in drawn::request()) {
        returns(&request);
    }

    #[test]
    fn an_answer_returns_as_it_was_said(response in drawn::response()) {
        returns(&response);
    }

    #[test]
    fn an_envelope_returns_as_it_was_sealed(envelope in drawn::envelope()) {
        let (organisation, ines) = person();
        let sealed = envelope.clone().seal(&organisation.fingerprint, &ines.key).unwrap();
        let read = SealedEnvelope::parse(sealed.bytes.clone()).unwrap();
        prop_assert_eq!(&read, &sealed);
        prop_assert_eq!(&read.envelope, &envelope);
        prop_assert_eq!(read.eid, Eid::of(&sealed.bytes));
        prop_assert!(read.verify(&organisation.fingerprint, &ines.key.verifying_key()).is_ok());
        let again = read.envelope.seal(&organisation.fingerprint, &ines.key).unwrap();
        prop_assert_eq!(again.bytes, sealed.bytes);
    }

    #[test]
    fn no_bit_of_an_envelope_can_be_changed(
        envelope in drawn::envelope(),
        place in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let (organisation, ines) = person();
        let sealed = envelope.seal(&organisation.fingerprint, &ines.key).unwrap();
        let altered = flipped(&sealed.bytes, place, bit);
        let judged = SealedEnvelope::parse(altered)
            .and_then(|read| read.verify(&organisation.fingerprint, &ines.key.verifying_key()));
        prop_assert!(judged.is_err());
    }

    #[test]
    fn an_envelope_said_in_longer_bytes_is_malformed(envelope in drawn::envelope(), place in 0_usize..13) {
        let (organisation, ines) = person();
        let payload = minicbor::to_vec(&envelope).unwrap();
        for longer in [
            // An array of 13 in two bytes of head; one element more; no length at all.
            [&[0x98, 13], &payload[1..]].concat(),
            [&[0x8e], &payload[1..], &[0]].concat(),
            [&[0x9f], &payload[1..], &[0xff]].concat(),
            [payload.as_slice(), &[0]].concat(),
            // The version as a number of two bytes.
            [&[0x8d, 0x18, 1], &payload[2..]].concat(),
            payload[..payload.len() - 1 - place].to_vec(),
        ] {
            let bytes = signing::sign(Context::Envelope, &organisation.fingerprint, &ines.key, longer).unwrap();
            prop_assert_eq!(SealedEnvelope::parse(bytes), Err(EnvelopeError::Malformed));
        }
    }

    #[test]
    fn an_envelope_of_numbers_no_database_holds_is_malformed(mut envelope in drawn::envelope(), much in i64::MAX.unsigned_abs() + 1..) {
        let (organisation, ines) = person();
        let kind = std::mem::replace(&mut envelope.kind, ronde_model::envelope::Kind::Other(much));
        let sealed = envelope.clone().seal(&organisation.fingerprint, &ines.key).unwrap();
        prop_assert_eq!(SealedEnvelope::parse(sealed.bytes), Err(EnvelopeError::Malformed));
        (envelope.kind, envelope.n) = (kind, much);
        let sealed = envelope.seal(&organisation.fingerprint, &ines.key).unwrap();
        prop_assert_eq!(SealedEnvelope::parse(sealed.bytes), Err(EnvelopeError::Malformed));
    }

    #[test]
    fn a_lease_returns_as_it_was_granted(lease in drawn::lease(person().1.key.verifying_key().to_bytes())) {
        let (organisation, _) = person();
        let signed = lease.clone().sign(&organisation.fingerprint, &organisation.key).unwrap();
        let read = SignedLease::open(signed.cwt.clone(), &organisation.fingerprint, &organisation.key.verifying_key());
        prop_assert_eq!(read.as_ref(), Ok(&signed));
        prop_assert_eq!(read.unwrap().lease.sign(&organisation.fingerprint, &organisation.key).unwrap().cwt, signed.cwt);
    }

    #[test]
    fn no_bit_of_a_lease_can_be_changed(
        lease in drawn::lease(person().1.key.verifying_key().to_bytes()),
        place in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let (organisation, _) = person();
        let signed = lease.sign(&organisation.fingerprint, &organisation.key).unwrap();
        let altered = flipped(&signed.cwt, place, bit);
        let key = organisation.key.verifying_key();
        prop_assert!(SignedLease::open(altered, &organisation.fingerprint, &key).is_err());
    }

    #[test]
    fn no_bit_of_a_receipt_can_be_changed(
        receipt in drawn::receipt(),
        place in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        let (organisation, _) = person();
        let key = organisation.server.verifying_key();
        let signed = receipt.sign(&organisation.fingerprint, &organisation.server).unwrap();
        let read = Receipt::open(&signed, &organisation.fingerprint, &key);
        prop_assert_eq!(read.as_ref(), Ok(&receipt));
        prop_assert_eq!(read.unwrap().sign(&organisation.fingerprint, &organisation.server).unwrap(), signed.clone());
        prop_assert!(Receipt::open(&flipped(&signed, place, bit), &organisation.fingerprint, &key).is_err());
    }

    #[test]
    fn any_bytes_are_read_without_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let (organisation, ines) = person();
        let key = ines.key.verifying_key();
        prop_assert_eq!(SealedEnvelope::parse(bytes.clone()), Err(EnvelopeError::Malformed));
        prop_assert_eq!(SignedLease::open(bytes.clone(), &organisation.fingerprint, &key), Err(LeaseError::Malformed));
        prop_assert!(Receipt::open(&bytes, &organisation.fingerprint, &key).is_err());
        let _ = wire::decode::<wire::Request>(&bytes);
        let _ = wire::decode::<wire::Response>(&bytes);
    }

    #[test]
    fn a_message_altered_anywhere_is_read_without_panic(
        request in drawn::request(),
        response in drawn::response(),
        places in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut bytes = [minicbor::to_vec(&request).unwrap(), minicbor::to_vec(&response).unwrap()];
        for (place, value) in places {
            bytes.iter_mut().for_each(|bytes| {
                let place = place.index(bytes.len());
                bytes[place] = value;
            });
        }
        let _ = wire::decode::<wire::Request>(&bytes[0]);
        let _ = wire::decode::<wire::Response>(&bytes[1]);
    }

    #[test]
    fn own_does_not_depend_on_order(mut eids in proptest::collection::vec(drawn::eid(), 0..40), seed in any::<u64>()) {
        let own = Own::of(&eids);
        prop_assert_eq!(own.n, eids.len() as u64);
        Dice::new(seed).shuffle(&mut eids);
        prop_assert_eq!(Own::of(&eids), own);
        let half = eids.len() / 2;
        let mut later = Own::of(&eids[..half]);
        eids[half..].iter().for_each(|eid| later.add(eid));
        prop_assert_eq!(later, own);
        returns(&own);
    }

    #[test]
    fn own_tells_two_sets_apart(eids in proptest::collection::btree_set(drawn::eid(), 1..40), other in drawn::eid()) {
        prop_assume!(!eids.contains(&other));
        let whole = Own::of(&eids);
        prop_assert_ne!(Own::of(eids.iter().skip(1)), whole);
        let exchanged: Vec<_> = eids.iter().skip(1).chain([&other]).collect();
        prop_assert_ne!(Own::of(exchanged), whole);
    }
}

#[test]
fn own_wraps_instead_of_stopping() {
    let top = Eid([0xff; 32]);
    let one = Eid(std::array::from_fn(|place| u8::from(place == 31)));
    assert_eq!(Own::of(&[top, one]), Own { n: 2, d: 0 });
}

#[test]
fn bytes_signed_for_one_purpose_prove_nothing_for_another() {
    let organisation = Organisation::new();
    let other = OrgFingerprint([9; 32]);
    let contexts = [
        Context::Request,
        Context::Envelope,
        Context::Lease,
        Context::Receipt,
        Context::Order,
        Context::Config,
        Context::Organisation,
    ];
    let (key, public) = (&organisation.server, organisation.server.verifying_key());
    for signed_for in contexts {
        let bytes = signing::sign(signed_for, &organisation.fingerprint, key, b"payload".to_vec()).unwrap();
        for read_as in contexts {
            let judged = Signed::parse(&bytes).unwrap().verify(read_as, &organisation.fingerprint, &public);
            assert_eq!(judged.is_ok(), signed_for == read_as, "{signed_for:?} read as {read_as:?}");
        }
        let elsewhere = Signed::parse(&bytes).unwrap().verify(signed_for, &other, &public);
        assert_eq!(elsewhere, Err(SigningError::Signature));
    }
}

#[test]
fn a_configuration_and_an_order_are_the_servers_alone() {
    let organisation = Organisation::new();
    let (fingerprint, public) = (&organisation.fingerprint, organisation.server.verifying_key());
    let config = Config { name: "territory".into(), made_ms: 7, body: vec![1, 2, 3] };
    let order = Order { device: ronde_model::id::DeviceId([4; 16]), kind: OrderKind::Revoked, at_ms: 8 };
    let (c, o) = (
        config.sign(fingerprint, &organisation.server).unwrap(),
        order.sign(fingerprint, &organisation.server).unwrap(),
    );
    assert_eq!(Config::open(&c, fingerprint, &public), Ok(config.clone()));
    assert_eq!(Order::open(&o, fingerprint, &public), Ok(order.clone()));
    assert!(Config::open(&o, fingerprint, &public).is_err());
    assert!(Order::open(&c, fingerprint, &public).is_err());
    let forged = order.sign(fingerprint, &organisation.key).unwrap();
    assert_eq!(Order::open(&forged, fingerprint, &public), Err(SigningError::Signature));
}

#[test]
fn a_lease_of_another_organisation_opens_nothing() {
    let (organisation, ines) = person();
    let stranger =
        Organisation { key: ed25519_dalek::SigningKey::from_bytes(&[77; 32]), ..Organisation::new() };
    let lease = ines.lease.lease.clone().sign(&organisation.fingerprint, &stranger.key).unwrap();
    let judged = SignedLease::open(lease.cwt, &organisation.fingerprint, &organisation.key.verifying_key());
    assert_eq!(judged, Err(LeaseError::Signature));
}

#[test]
fn keys_of_a_later_version_are_ignored() {
    let request = wire::Want { max_bytes: 5, max_items: 6, ..wire::Want::default() };
    let mut bytes = minicbor::to_vec(&request).unwrap();
    assert_eq!(bytes[0], 0xa3, "a map of three");
    bytes[0] = 0xa4;
    bytes.extend([0x18, 99, 0x82, 1, 0x61, b'x']);
    assert_eq!(wire::decode::<wire::Want>(&bytes).unwrap(), request);
}
