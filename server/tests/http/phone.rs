//! A phone of the tests: it enrols, files and synchronises over HTTP, with the model alone.

use std::collections::BTreeMap;

use ed25519_dalek::SigningKey;
use hmac::{Hmac, KeyInit, Mac};
use reqwest::Method;
use ronde_model::document::{Document, NewChange, Salt, Statement};
use ronde_model::envelope::{Envelope, Kind, SCHEMA, SealedEnvelope, VERSION, actor_of};
use ronde_model::fact::FactValue;
use ronde_model::id::{ChainId, ChangeHash, DocId, Eid, HistoryId, OrgFingerprint};
use ronde_model::instant::{Instant, TimeSource};
use ronde_model::lease::SignedLease;
use ronde_model::organisation::{
    Enrolled, Enrolment, Introduction, TypedCode, enrolment_mac_input, fingerprint_of,
};
use ronde_model::receipt::Own;
use ronde_model::scope::Scope;
use ronde_model::signing::{self, Context};
use ronde_model::wire::{self, MEDIA_TYPE, Raw, Request, Response, Want, frame};
use sha2::Sha256;

use super::world::{Answer, World};

pub struct Phone {
    organisation: OrgFingerprint,
    key: SigningKey,
    lease: SignedLease,
    chain: ChainId,
    n: u64,
    prev: Eid,
    cursor: (HistoryId, u64),
    documents: BTreeMap<DocId, (Document, Scope)>,
    waiting: Vec<SealedEnvelope>,
}

/// What a device asks before it trusts: the organisation's key, and that the server holds its own.
pub async fn meet(world: &World, code: &TypedCode) -> (OrgFingerprint, Introduction) {
    let nonce = [7; 16];
    let path = format!("/v1/organisation?nonce={}", "07".repeat(16));
    let answer = world.ask(Method::GET, &path, None, None).await;
    assert_eq!((answer.status.as_u16(), answer.media_type.as_str()), (200, "application/cbor"));
    let introduction = Introduction::parse(&answer.body).unwrap();
    let organisation_key = ed25519_dalek::VerifyingKey::from_bytes(&introduction.organisation_key).unwrap();
    let organisation = fingerprint_of(&organisation_key);
    assert!(code.is_of(&organisation), "the code names another organisation");
    assert_eq!(introduction.nonce, nonce);
    let lease =
        SignedLease::open(introduction.server_lease.clone(), &organisation, &organisation_key).unwrap();
    Introduction::verify(&answer.body, &organisation, &lease.lease.verifying_key().unwrap()).unwrap();
    (organisation, introduction)
}

/// Presents a key under an invitation.
pub async fn present(world: &World, code: &TypedCode, key: &SigningKey) -> Answer {
    let (nonce, author_key) = ([7; 16], key.verifying_key().to_bytes());
    let mut mac = Hmac::<Sha256>::new_from_slice(&code.secret.to_bytes()).unwrap();
    mac.update(&enrolment_mac_input(&nonce, &author_key, &[]));
    let enrolment = Enrolment {
        invitation: code.secret.invitation(),
        author_key,
        vault_key: Vec::new(),
        nonce,
        mac: mac.finalize().into_bytes().into(),
    };
    send_enrolment(world, minicbor::to_vec(&enrolment).unwrap()).await
}

pub async fn send_enrolment(world: &World, body: Vec<u8>) -> Answer {
    world.ask(Method::POST, "/v1/enrol", None, Some(("application/cbor", body))).await
}

impl Phone {
    /// Enrols a person's phone. `seed` tells phones of one story apart.
    pub async fn enrol(world: &World, name: &str, unit: &str, seed: u8) -> Phone {
        let code = world.invite(name, unit).code;
        let (organisation, introduction) = meet(world, &code).await;
        let key = SigningKey::from_bytes(&[seed; 32]);
        let answer = present(world, &code, &key).await;
        assert_eq!(answer.status.as_u16(), 200, "{answer:?}");
        let enrolled: Enrolled = minicbor::decode(&answer.body).unwrap();
        let organisation_key =
            ed25519_dalek::VerifyingKey::from_bytes(&introduction.organisation_key).unwrap();
        let lease = SignedLease::open(enrolled.lease, &organisation, &organisation_key).unwrap();
        Phone {
            organisation,
            key,
            lease,
            chain: ChainId([seed; 16]),
            n: 0,
            prev: Eid::default(),
            cursor: (HistoryId::default(), 0),
            documents: BTreeMap::new(),
            waiting: Vec::new(),
        }
    }

    pub fn lease(&self) -> &SignedLease {
        &self.lease
    }

    /// Déposer: one change with every fact, and the author's words if there are any.
    pub fn file(&mut self, id: u8, facts: &[(&str, FactValue)], words: Option<&str>) -> DocId {
        let doc = DocId([id; 16]);
        let mut values: BTreeMap<String, FactValue> =
            facts.iter().map(|(name, value)| (format!("facts/{name}"), value.clone())).collect();
        values.extend(words.map(|words| self.statement(words).entry()));
        let (document, change) = Document::seal(self.actor(), &values).unwrap();
        self.documents.insert(doc, (document, self.lease.lease.home()));
        self.sign(doc, change);
        doc
    }

    /// Déposer, in the place of an envelope that was set aside.
    pub fn file_anew(&mut self, id: u8, facts: &[(&str, FactValue)], replaced: Eid) -> DocId {
        let doc = DocId([id; 16]);
        let values = facts.iter().map(|(name, value)| (format!("facts/{name}"), value.clone())).collect();
        let (document, change) = Document::seal(self.actor(), &values).unwrap();
        self.documents.insert(doc, (document, self.lease.lease.home()));
        self.sign_as(doc, change, self.lease.lease.home(), vec![replaced]);
        doc
    }

    /// Corrects one fact under a home that is not the report's: the server sets it aside.
    pub fn misplace(&mut self, doc: DocId, fact: &str, value: FactValue) -> Eid {
        let (actor, mut document) = (self.actor(), self.documents[&doc].0.clone());
        let heads = document.heads();
        let change = document.write_at(&heads, actor, &[(format!("facts/{fact}"), value)]).unwrap().unwrap();
        self.sign_as(doc, change, Scope::Unit("pm-ailleurs".to_owned()), Vec::new());
        self.prev
    }

    /// Takes a colleague's document over, as the feed would have brought it.
    pub fn adopt(&mut self, doc: DocId, from: &Phone) {
        self.documents.insert(doc, from.documents[&doc].clone());
    }

    /// Corrects one fact on what this phone holds. Answers the change's hash.
    pub fn correct(&mut self, doc: DocId, fact: &str, value: FactValue) -> ChangeHash {
        let actor = self.actor();
        let (document, _) = self.documents.get_mut(&doc).unwrap();
        let heads = document.heads();
        let change = document.write_at(&heads, actor, &[(format!("facts/{fact}"), value)]).unwrap().unwrap();
        let hash = change.hash;
        self.sign(doc, change);
        hash
    }

    /// Hands over what waits; the server must take all of it.
    pub async fn sync(&mut self, world: &World) -> Response {
        let answer = self.send(world).await;
        assert_eq!((answer.status.as_u16(), answer.media_type.as_str()), (200, MEDIA_TYPE), "{answer:?}");
        let message = frame::unpack(&answer.body).unwrap();
        let response: Response = wire::decode(&message).unwrap();
        assert!(response.answers.iter().all(|answer| answer.is_stored()), "{:?}", response.answers);
        self.cursor = response.cursor;
        self.waiting.clear();
        response
    }

    pub async fn send(&self, world: &World) -> Answer {
        world.ask(Method::POST, "/v1/sync", None, Some((MEDIA_TYPE, self.request()))).await
    }

    /// The framed request that hands over what waits.
    pub fn request(&self) -> Vec<u8> {
        let request = Request {
            version: wire::VERSION,
            device: self.lease.lease.device,
            lease: self.lease.id,
            app: "tests".to_owned(),
            cursor: self.cursor,
            own: Own::default(),
            push: self.waiting.iter().map(|envelope| Raw(envelope.bytes.clone())).collect(),
            leases: None,
            want: Want { max_bytes: 1 << 20, max_items: 100, ..Want::default() },
            blobs: None,
            waiting: 0,
            t: self.now(),
        };
        let payload = minicbor::to_vec(&request).unwrap();
        let signed = signing::sign(Context::Request, &self.organisation, &self.key, payload).unwrap();
        frame::pack(&signed).unwrap()
    }

    fn actor(&self) -> [u8; 16] {
        actor_of(&self.key.verifying_key(), &self.chain)
    }

    fn statement(&self, words: &str) -> Statement {
        Statement {
            by: self.lease.lease.agent,
            at_ms: self.now().wall_ms,
            salt: Salt::default(),
            text: words.to_owned(),
            role: self.lease.lease.role.clone(),
            source_author: None,
            supersedes: None,
        }
    }

    /// A minute after the lease began: tests read no clock.
    fn now(&self) -> Instant {
        Instant {
            wall_ms: (self.lease.lease.not_before_s + 60) * 1000,
            mono_ms: self.n,
            source: TimeSource::System,
            ..Instant::default()
        }
    }

    fn sign(&mut self, doc: DocId, change: NewChange) {
        let home = self.documents[&doc].1.clone();
        self.sign_as(doc, change, home, Vec::new());
    }

    fn sign_as(&mut self, doc: DocId, change: NewChange, home: Scope, replaces: Vec<Eid>) {
        let envelope = Envelope {
            version: VERSION,
            kind: Kind::Report,
            doc,
            home,
            lease: self.lease.id,
            chain: self.chain,
            n: self.n,
            prev: self.prev,
            t: self.now(),
            schema: SCHEMA,
            priority: 2,
            replaces,
            body: change.raw,
        };
        let sealed = envelope.seal(&self.organisation, &self.key).unwrap();
        self.n += 1;
        self.prev = sealed.eid;
        self.waiting.push(sealed);
    }
}
