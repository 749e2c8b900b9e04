//! A phone that speaks the real protocol and keeps the little it needs: keys, chain, cursor, own.
//! It judges nothing it is fed; the core does, in its own tests.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use hmac::{Hmac, KeyInit, Mac};
use ronde_model::document::{Document, NewChange, Salt, Statement};
use ronde_model::envelope::{Envelope, Kind, SCHEMA, SealedEnvelope, VERSION, actor_of};
use ronde_model::fact::FactValue;
use ronde_model::id::{BootId, ChainId, DocId, Eid, HistoryId, OrgFingerprint};
use ronde_model::instant::{Instant, TimeSource};
use ronde_model::lease::SignedLease;
use ronde_model::organisation::{Enrolled, Enrolment, Introduction, enrolment_mac_input, fingerprint_of};
use ronde_model::receipt::{Own, Receipt};
use ronde_model::scope::Scope;
use ronde_model::signing::{self, Context};
use ronde_model::wire::{self, AnswerCode, Entry, Raw, Request, Response, Want, frame};
use ronde_server::Server;
use ronde_server::enrolment::Invited;
use ronde_server::error::{EnrolError, SyncRefusal};
use sha2::Sha256;

use crate::town::Town;

pub struct Phone {
    pub server: Server,
    pub organisation: OrgFingerprint,
    pub organisation_key: ed25519_dalek::VerifyingKey,
    pub server_key: ed25519_dalek::VerifyingKey,
    pub key: SigningKey,
    pub lease: SignedLease,
    pub cursor: (HistoryId, u64),
    pub own: Own,
    pub chain: ChainId,
    pub n: u64,
    pub prev: Eid,
    /// What its clock says; a story sets it.
    pub wall_ms: i64,
    /// Since the present run of the program began.
    pub mono_ms: u64,
    pub boot: BootId,
    /// Measured at its last contact.
    pub skew_ms: i64,
    salt: u64,
}

/// A report as its author's phone holds it.
#[derive(Clone)]
pub struct Held {
    pub id: DocId,
    pub document: Document,
    pub seal: SealedEnvelope,
}

pub fn enrolment(town: &Town, invited: &Invited, key: &SigningKey) -> Vec<u8> {
    let nonce = town.chance.draw();
    let secret = invited.code.secret;
    let author_key = key.verifying_key().to_bytes();
    let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&secret.to_bytes()).unwrap();
    mac.update(&enrolment_mac_input(&nonce, &author_key, b""));
    let mac = mac.finalize().into_bytes().into();
    let enrolment =
        Enrolment { invitation: secret.invitation(), author_key, vault_key: Vec::new(), nonce, mac };
    minicbor::to_vec(enrolment).unwrap()
}

impl Phone {
    pub fn enrol(town: &Town, invited: &Invited) -> Phone {
        Phone::try_enrol(town, invited, SigningKey::from_bytes(&town.chance.draw())).unwrap()
    }

    pub fn try_enrol(town: &Town, invited: &Invited, key: SigningKey) -> Result<Phone, EnrolError> {
        let nonce = town.chance.draw();
        let bytes = town.server.introduction(nonce).unwrap();
        let introduction = Introduction::parse(&bytes).unwrap();
        assert_eq!(introduction.nonce, nonce);
        let organisation_key =
            ed25519_dalek::VerifyingKey::from_bytes(&introduction.organisation_key).unwrap();
        let organisation = fingerprint_of(&organisation_key);
        assert!(invited.code.is_of(&organisation));
        let server = SignedLease::open(introduction.server_lease, &organisation, &organisation_key).unwrap();
        let server_key = server.lease.verifying_key().unwrap();
        Introduction::verify(&bytes, &organisation, &server_key).unwrap();
        let answer = town.server.enrol(&enrolment(town, invited, &key))?;
        let enrolled: Enrolled = minicbor::decode(&answer).unwrap();
        let lease = SignedLease::open(enrolled.lease, &organisation, &organisation_key).unwrap();
        assert_eq!(lease.lease.author_key, key.verifying_key().to_bytes());
        Ok(Phone {
            server: town.server.clone(),
            organisation,
            organisation_key,
            server_key,
            key,
            lease,
            cursor: (HistoryId::default(), 0),
            own: Own::default(),
            chain: ChainId(town.chance.draw()),
            n: 0,
            prev: Eid::default(),
            wall_ms: town.now_ms(),
            mono_ms: 0,
            boot: BootId(town.chance.draw()),
            skew_ms: 0,
            salt: 0,
        })
    }

    pub fn actor(&self) -> [u8; 16] {
        actor_of(&self.key.verifying_key(), &self.chain)
    }

    /// A new run of the program: a new chain, and so a new actor.
    pub fn restart(&mut self, town: &Town) {
        (self.chain, self.n, self.prev) = (ChainId(town.chance.draw()), 0, Eid::default());
        (self.boot, self.mono_ms) = (BootId(town.chance.draw()), 0);
    }

    /// Time passes for everybody, and on this phone's clocks.
    pub fn wait(&mut self, town: &Town, ms: i64) {
        town.pass(ms);
        self.wall_ms += ms;
        self.mono_ms += ms as u64;
    }

    /// Everything of this phone on a second one, as a copied or restored backup brings it.
    pub fn copied(&self, town: &Town) -> Phone {
        let mut copy =
            Phone { key: self.key.clone(), lease: self.lease.clone(), server: self.server.clone(), ..*self };
        copy.restart(town);
        copy
    }

    /// What the envelope would say; a story may change it before it is sealed.
    pub fn draft(&mut self, kind: Kind, doc: DocId, body: Vec<u8>) -> Envelope {
        let t = Instant {
            wall_ms: self.wall_ms,
            mono_ms: self.mono_ms,
            boot: self.boot,
            source: TimeSource::System,
            zone_min: 60,
            skew_ms: Some(self.skew_ms),
            err_ms: Some(50),
        };
        Envelope {
            version: VERSION,
            kind,
            doc,
            home: self.lease.lease.home(),
            lease: self.lease.id,
            chain: self.chain,
            n: self.n,
            prev: self.prev,
            t,
            schema: SCHEMA,
            priority: 2,
            replaces: Vec::new(),
            body,
        }
    }

    pub fn sign(&mut self, envelope: Envelope) -> SealedEnvelope {
        let sealed = envelope.seal(&self.organisation, &self.key).unwrap();
        self.n += 1;
        self.prev = sealed.eid;
        sealed
    }

    pub fn envelope(&mut self, kind: Kind, doc: DocId, body: Vec<u8>) -> SealedEnvelope {
        let draft = self.draft(kind, doc, body);
        self.sign(draft)
    }

    /// Déposer.
    pub fn file(&mut self, town: &Town, facts: &[(&str, FactValue)]) -> Held {
        let id = town.report_id();
        let values: BTreeMap<String, FactValue> =
            facts.iter().map(|(key, value)| (format!("facts/{key}"), value.clone())).collect();
        let (document, change) = Document::seal(self.actor(), &values).unwrap();
        let seal = self.envelope(Kind::Report, id, change.raw);
        self.restart(town);
        Held { id, document, seal }
    }

    /// A dumping with bags, at the corner.
    pub fn file_dumping(&mut self, town: &Town) -> Held {
        let facts = [
            ("type", FactValue::from("waste.bags")),
            ("title", FactValue::from("Dépôt sauvage rue de l’Œuvre")),
            ("severity", FactValue::Integer(2)),
            ("commune", FactValue::from("99001")),
            ("template", FactValue::from("1")),
        ];
        self.file(town, &facts)
    }

    /// One more change of a report.
    pub fn write(&mut self, held: &mut Held, puts: &[(String, FactValue)]) -> SealedEnvelope {
        let NewChange { raw, .. } = held.document.write(self.actor(), puts).unwrap().unwrap();
        self.envelope(Kind::Report, held.id, raw)
    }

    pub fn words(&mut self, text: &str) -> (String, FactValue) {
        self.salt += 1;
        let statement = Statement {
            by: self.lease.lease.agent,
            at_ms: self.wall_ms,
            salt: Salt(self.salt.to_be_bytes()),
            text: text.to_owned(),
            role: "officer".to_owned(),
            source_author: None,
            supersedes: None,
        };
        statement.entry()
    }

    /// Words of this agent on a report that the phone holds.
    pub fn state(&mut self, held: &mut Held, text: &str) -> SealedEnvelope {
        let entry = self.words(text);
        self.write(held, &[entry])
    }

    /// The same report on another agent's phone.
    pub fn receive(&mut self, held: &Held) -> Held {
        Held {
            id: held.id,
            document: Document::load(&held.document.save()).unwrap(),
            seal: held.seal.clone(),
        }
    }

    pub fn request(&self, push: Vec<Vec<u8>>) -> Request {
        Request {
            version: wire::VERSION,
            device: self.lease.lease.device,
            lease: self.lease.id,
            app: "story 1".to_owned(),
            cursor: self.cursor,
            own: self.own,
            push: push.into_iter().map(Raw).collect(),
            leases: None,
            want: Want { max_bytes: 1 << 20, max_items: 4096, ..Want::default() },
            blobs: None,
            waiting: 0,
            t: Instant { wall_ms: self.wall_ms, ..Instant::default() },
        }
    }

    pub fn body_of(&self, request: &Request) -> Vec<u8> {
        let payload = minicbor::to_vec(request).unwrap();
        frame::pack(&signing::sign(Context::Request, &self.organisation, &self.key, payload).unwrap())
            .unwrap()
    }

    pub fn ask(&self, request: &Request) -> Result<Response, SyncRefusal> {
        let body = self.server.synchronise(&self.body_of(request))?;
        let message = frame::unpack(&body).unwrap();
        Ok(wire::decode(&message).unwrap())
    }

    /// Sends envelopes and takes the answer in: cursor, and own by the receipt.
    pub fn push(&mut self, push: &[&SealedEnvelope]) -> Response {
        let request = self.request(push.iter().map(|sealed| sealed.bytes.clone()).collect());
        let response = self.ask(&request).unwrap();
        self.take(&response);
        response
    }

    pub fn take(&mut self, response: &Response) {
        self.cursor = response.cursor;
        if let Some(receipt) = self.receipt(response) {
            self.own = receipt.own;
        }
        if let Some(cwt) = &response.lease {
            self.lease =
                SignedLease::open(cwt.0.clone(), &self.organisation, &self.organisation_key).unwrap();
        }
    }

    pub fn receipt(&self, response: &Response) -> Option<Receipt> {
        let bytes = &response.receipt.as_ref()?.0;
        Some(Receipt::open(bytes, &self.organisation, &self.server_key).unwrap())
    }

    /// Everything new, page after page.
    pub fn pull(&mut self) -> Vec<Entry> {
        let mut entries = Vec::new();
        loop {
            let response = self.push(&[]);
            let more = response.more;
            entries.extend(response.feed);
            if !more {
                return entries;
            }
        }
    }
}

/// The one answer of a push of one.
pub fn only(response: &Response) -> (AnswerCode, Option<String>) {
    let [answer] = response.answers.as_slice() else { panic!("{:?}", response.answers) };
    assert_eq!(answer.seq.is_some(), answer.is_stored(), "codes 0 to 3 carry the number: {answer:?}");
    (answer.code, answer.reason.clone())
}

pub fn codes(response: &Response) -> Vec<AnswerCode> {
    response.answers.iter().map(|answer| answer.code).collect()
}

/// The eids of the changes of a feed, in order.
pub fn changes(feed: &[Entry]) -> Vec<Eid> {
    feed.iter()
        .filter_map(|entry| match entry {
            Entry::Change { envelope, .. } => Some(Eid::of(&envelope.0)),
            _ => None,
        })
        .collect()
}

pub fn unit(name: &str) -> Scope {
    Scope::Unit(name.to_owned())
}
