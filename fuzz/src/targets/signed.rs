//! What is signed: read as it came, and read as the payload of a good signature, so that what stands
//! behind the signature is reached too.

use ronde_model::config::{Config, Order};
use ronde_model::envelope::SealedEnvelope;
use ronde_model::id::Eid;
use ronde_model::lease::SignedLease;
use ronde_model::organisation::{Enrolled, Enrolment, Introduction, enrolment_mac_input};
use ronde_model::receipt::Receipt;
use ronde_model::signing::{Context, sign};
use ronde_model::territory::Territory;

use crate::scene::{author, fingerprint, organisation, server};

/// The bytes as they came, and signed for a purpose.
fn both(input: &[u8], context: Context, read: impl Fn(&[u8])) {
    read(input);
    let key = match context {
        Context::Lease => organisation(),
        _ => server(),
    };
    if let Ok(signed) = sign(context, &fingerprint(), key, input.to_vec()) {
        read(&signed);
    }
}

/// An envelope: kept to the byte, whatever it says.
pub fn envelope(input: &[u8]) {
    both(input, Context::Envelope, |bytes| {
        let Ok(sealed) = SealedEnvelope::parse(bytes.to_vec()) else { return };
        assert_eq!(sealed.bytes, bytes);
        assert_eq!(sealed.eid, Eid::of(bytes));
        let again = sealed.envelope.clone().seal(&fingerprint(), server());
        let again = again.ok().map(|again| again.envelope);
        assert_eq!(again.as_ref(), Some(&sealed.envelope), "signed again it reads otherwise");
        let own = sealed.verify(&fingerprint(), &server().verifying_key()).is_ok();
        assert!(!own || sealed.verify(&fingerprint(), &author()).is_err(), "one signature by two keys");
    });
}

/// A lease: what it says is said again by a lease made of it.
pub fn lease(input: &[u8]) {
    let key = organisation();
    both(input, Context::Lease, |bytes| {
        let open = |bytes: Vec<u8>| SignedLease::open(bytes, &fingerprint(), &key.verifying_key());
        let Ok(read) = open(bytes.to_vec()) else { return };
        let again = read.lease.clone().sign(&fingerprint(), key).map(|again| open(again.cwt));
        // A lease may be longer written our way than it came.
        if let Ok(Ok(again)) = again {
            assert_eq!(again.lease, read.lease);
        }
    });
}

/// A receipt.
pub fn receipt(input: &[u8]) {
    both(input, Context::Receipt, |bytes| {
        let open = |bytes: &[u8]| Receipt::open(bytes, &fingerprint(), &server().verifying_key());
        let Ok(read) = open(bytes) else { return };
        let again = read.sign(&fingerprint(), server());
        assert_eq!(again.and_then(|again| open(&again)), Ok(read));
    });
}

/// A configuration, with the territory in it, or an order.
pub fn config(input: &[u8]) {
    let public = server().verifying_key();
    both(input, Context::Config, |bytes| {
        let Ok(config) = Config::open(bytes, &fingerprint(), &public) else { return };
        // A body that is no territory is kept as it came.
        let _unread = Territory::from_bytes(&config.body);
    });
    both(input, Context::Order, |bytes| {
        let Ok(order) = Order::open(bytes, &fingerprint(), &public) else { return };
        let again = order.sign(&fingerprint(), server());
        assert_eq!(again.and_then(|again| Order::open(&again, &fingerprint(), &public)), Ok(order));
    });
}

/// The messages of enrolment.
pub fn enrolment(input: &[u8]) {
    both(input, Context::Organisation, |bytes| {
        let Ok(read) = Introduction::parse(bytes) else { return };
        let _judged = Introduction::verify(bytes, &fingerprint(), &server().verifying_key());
        let again = read.sign(&fingerprint(), server());
        assert_eq!(again.and_then(|again| Introduction::parse(&again)), Ok(read));
    });
    if let Ok(enrolment) = minicbor::decode::<Enrolment>(input) {
        let covered = enrolment_mac_input(&enrolment.nonce, &enrolment.author_key, &enrolment.vault_key);
        assert!(covered.len() > enrolment.vault_key.len());
    }
    if let Ok(enrolled) = minicbor::decode::<Enrolled>(input) {
        let _judged = SignedLease::open(enrolled.lease, &fingerprint(), &organisation().verifying_key());
    }
}
