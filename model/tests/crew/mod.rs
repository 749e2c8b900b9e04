//! The people of these tests: their keys, leases and signed changes, and a desk that judges what
//! it is handed. Knows no transport and no disk. Changes when envelopes or judgements do.
#![allow(dead_code, reason = "each test file uses a part of it")]

mod desk;
pub mod dice;

#[allow(unused_imports, reason = "each test file uses a part of it")]
pub use desk::{Desk, Verdict};

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use ronde_model::document::{Document, NewChange, Salt, Statement};
use ronde_model::envelope::{Envelope, Kind, SCHEMA, SealedEnvelope, VERSION, actor_of};
use ronde_model::fact::{FactValue, Period, Position};
use ronde_model::history::Provenance;
use ronde_model::id::{AgentId, BootId, ChainId, DeviceId, DocId, Eid, OrgFingerprint};
use ronde_model::instant::{Instant, TimeSource};
use ronde_model::lease::{DEFAULT_LIFE_S, Lease, SignedLease};
use ronde_model::organisation::fingerprint_of;
use ronde_model::rights::Roles;
use ronde_model::scope::Scope;

/// 2026-03-02 08:00:00 UTC, a Monday.
pub const MONDAY_MS: i64 = 1_772_438_400_000;

/// Facts by key.
pub type Facts = BTreeMap<String, FactValue>;

/// An agglomeration with its keys.
pub struct Organisation {
    pub key: SigningKey,
    pub server: SigningKey,
    pub fingerprint: OrgFingerprint,
}

impl Organisation {
    pub fn new() -> Self {
        let key = SigningKey::from_bytes(&[1; 32]);
        let fingerprint = fingerprint_of(&key.verifying_key());
        Organisation { key, server: SigningKey::from_bytes(&[2; 32]), fingerprint }
    }
}

/// A signed change with the lease it names, as a judge is handed it.
#[derive(Debug, Clone)]
pub struct Parcel {
    pub sealed: SealedEnvelope,
    pub lease: Lease,
}

impl Parcel {
    pub fn envelope(&self) -> &Envelope {
        &self.sealed.envelope
    }

    pub fn provenance(&self, late: bool) -> Provenance {
        Provenance {
            eid: self.sealed.eid,
            agent: self.lease.agent,
            name: self.lease.name.clone(),
            unit: self.lease.unit.clone(),
            role: self.lease.role.clone(),
            device: self.lease.device,
            t: self.sealed.envelope.t,
            received_ms: None,
            late,
        }
    }
}

/// A person with one phone.
pub struct Person {
    pub lease: SignedLease,
    pub key: SigningKey,
    pub chain: ChainId,
    pub clock_ms: i64,
    organisation: OrgFingerprint,
    n: u64,
    prev: Eid,
    salts: u64,
}

impl Person {
    /// A person with the rights of a shipped role; `seed` makes keys and ids.
    pub fn new(organisation: &Organisation, seed: u8, name: &str, unit: &str, role: &str) -> Self {
        Person::with_device(organisation, seed, seed, name, unit, role)
    }

    /// The same person (`seed`) on another phone (`device`).
    pub fn with_device(
        organisation: &Organisation,
        seed: u8,
        device: u8,
        name: &str,
        unit: &str,
        role: &str,
    ) -> Self {
        let key = SigningKey::from_bytes(&[device.wrapping_add(100); 32]);
        let agent = AgentId([seed; 16]);
        let rights = Roles::shipped().get(role).map(|role| role.rights.clone()).unwrap_or_default();
        let lease = Lease {
            device: DeviceId([device; 16]),
            agent,
            name: name.to_owned(),
            unit: unit.to_owned(),
            role: role.to_owned(),
            rights,
            scopes: vec![Scope::Unit(unit.to_owned()), Scope::Author(agent)],
            not_before_s: MONDAY_MS / 1000 - 3600,
            expires_s: MONDAY_MS / 1000 + DEFAULT_LIFE_S as i64,
            author_key: key.verifying_key().to_bytes(),
        };
        let lease = lease.sign(&organisation.fingerprint, &organisation.key).expect("a lease");
        Person {
            lease,
            key,
            chain: ChainId([device; 16]),
            clock_ms: MONDAY_MS,
            organisation: organisation.fingerprint,
            n: 0,
            prev: Eid::default(),
            salts: 0,
        }
    }

    pub fn agent(&self) -> AgentId {
        self.lease.lease.agent
    }

    pub fn home(&self) -> Scope {
        self.lease.lease.home()
    }

    /// The Automerge actor of the present chain.
    pub fn actor(&self) -> [u8; 16] {
        actor_of(&self.key.verifying_key(), &self.chain)
    }

    /// The program was started again: a fresh chain, so a fresh actor (S10).
    pub fn restart(&mut self) {
        for byte in self.chain.0.iter_mut() {
            *byte = byte.wrapping_add(37);
        }
        self.n = 0;
        self.prev = Eid::default();
    }

    pub fn now(&self) -> Instant {
        Instant {
            wall_ms: self.clock_ms,
            mono_ms: (self.clock_ms - MONDAY_MS).unsigned_abs(),
            boot: BootId([7; 8]),
            source: TimeSource::Network,
            zone_min: 60,
            skew_ms: None,
            err_ms: None,
        }
    }

    /// Puts a body in the next envelope of the chain.
    pub fn send(&mut self, kind: Kind, doc: DocId, home: &Scope, body: Vec<u8>) -> Parcel {
        let envelope = Envelope {
            version: VERSION,
            kind,
            doc,
            home: home.clone(),
            lease: self.lease.id,
            chain: self.chain,
            n: self.n,
            prev: self.prev,
            t: self.now(),
            schema: SCHEMA,
            priority: 2,
            replaces: Vec::new(),
            body,
        };
        let sealed = envelope.seal(&self.organisation, &self.key).expect("an envelope");
        self.n += 1;
        self.prev = sealed.eid;
        self.clock_ms += 60_000;
        Parcel { sealed, lease: self.lease.lease.clone() }
    }

    /// Déposer.
    pub fn file(&mut self, doc: DocId, facts: &Facts) -> (Document, Parcel) {
        let (document, change) = Document::seal(self.actor(), facts).expect("a seal");
        let home = self.home();
        (document, self.send(Kind::Report, doc, &home, change.raw))
    }

    /// The next record's random bytes.
    pub fn salt(&mut self) -> Salt {
        self.salts += 1;
        Salt((self.salts + u64::from(self.chain.0[0]) * 1000).to_be_bytes())
    }

    /// The key and value of a new statement of this person.
    pub fn words(&mut self, text: &str) -> (String, FactValue) {
        let (by, at_ms, salt) = (self.agent(), self.clock_ms, self.salt());
        Statement {
            by,
            at_ms,
            salt,
            text: text.to_owned(),
            role: self.lease.lease.role.clone(),
            source_author: None,
            supersedes: None,
        }
        .entry()
    }

    /// A change this person makes on a document held, without sending it.
    pub fn draft(&self, document: &Document, puts: &[(String, FactValue)]) -> NewChange {
        document.clone().write(self.actor(), puts).expect("a change fits").expect("something changes")
    }

    /// A change on a document held, sent.
    pub fn correct(
        &mut self,
        kind: Kind,
        doc: DocId,
        home: &Scope,
        document: &Document,
        puts: &[(String, FactValue)],
    ) -> Parcel {
        let raw = self.draft(document, puts).raw;
        self.send(kind, doc, home, raw)
    }
}

/// One fact.
pub fn fact(name: &str, value: impl Into<FactValue>) -> (String, FactValue) {
    (format!("facts/{name}"), value.into())
}

/// A position in degrees, accuracy in metres.
pub fn position(lat: f64, lon: f64, accuracy_m: f64) -> FactValue {
    FactValue::Bytes(Position::from_degrees(lat, lon, accuracy_m).expect("on earth").to_bytes())
}

/// A period, minutes after Monday 8:00.
pub fn period(from_min: i64, to_min: i64) -> FactValue {
    let at = |min: i64| MONDAY_MS + min * 60_000;
    let period = Period { from_ms: at(from_min), to_ms: at(to_min), zone_min: 60, observed_ms: None };
    FactValue::Bytes(period.to_bytes())
}

/// What an officer files about a brawl.
pub fn brawl() -> Facts {
    Facts::from([
        fact("type", "youth.brawl"),
        fact("template", "1"),
        fact("title", "Rixe devant le lycée"),
        fact("severity", FactValue::Integer(3)),
        fact("commune", "28085"),
        fact("occurred", period(600, 620)),
        fact("position", position(48.4469, 1.4892, 12.0)),
        fact("people_count", FactValue::Integer(6)),
        fact("injuries", "none"),
    ])
}
