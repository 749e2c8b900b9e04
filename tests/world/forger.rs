//! A device whose owner turned: enrolled for good under a key of its own, it signs whatever it is
//! told to and reads every answer. Knows the messages and no rule of the core. Changes with them.

use std::sync::Mutex;

use ed25519_dalek::SigningKey;
use hmac::{Hmac, KeyInit, Mac};
use ronde_model::document::Document;
use ronde_model::envelope::{Envelope, Kind, SCHEMA, SealedEnvelope, VERSION, actor_of};
use ronde_model::id::{BootId, ChainId, DocId, Eid, HistoryId, OrgFingerprint};
use ronde_model::instant::{Instant, TimeSource};
use ronde_model::lease::SignedLease;
use ronde_model::organisation::{
    Enrolled, Enrolment, Introduction, TypedCode, enrolment_mac_input, fingerprint_of,
};
use ronde_model::receipt::Own;
use ronde_model::scope::Scope;
use ronde_model::signing::{Context, sign};
use ronde_model::wire::limits::{FEED_BYTES, MAX_FEED_ITEMS};
use ronde_model::wire::{self, Answer, AnswerCode, Entry, Raw, Request, Response, Want, frame};
use ronde_server::Server;
use ronde_server::error::SyncRefusal;
use sha2::Sha256;

use super::{Address, Dice, World, WorldClock};

/// A device that signs whatever it is told to.
pub struct Forger {
    /// Its author key.
    pub key: SigningKey,
    /// Its lease: good.
    pub lease: SignedLease,
    /// Whose lease it is.
    pub organisation: OrgFingerprint,
    /// The chain it writes.
    pub chain: ChainId,
    n: u64,
    prev: Eid,
    accepted: Vec<SealedEnvelope>,
    exchanges: Mutex<Vec<(Vec<u8>, Vec<u8>)>>,
    address: Address,
    clock: WorldClock,
    dice: Dice,
}

impl World {
    /// A person of a unit whose device is enrolled by hand.
    pub fn forger(&self, name: &str, unit: &str, role: &str) -> Forger {
        let code = self.code(name, unit, role, None);
        Forger::enrol(&self.address, &self.clock, &self.dice, &code)
    }

    /// The server's own key, as whoever broke into its directory holds it.
    pub fn server_key(&self) -> SigningKey {
        self.stolen("server.key")
    }

    /// The organisation's key, likewise.
    pub fn organisation_key(&self) -> SigningKey {
        self.stolen("organisation.key")
    }

    fn stolen(&self, file: &str) -> SigningKey {
        let text = std::fs::read_to_string(self.home.join(file)).expect("a key");
        let digit = |at: usize| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).expect("hexadecimal");
        SigningKey::from_bytes(&std::array::from_fn(digit))
    }
}

impl Forger {
    /// Enrols by hand with the typed code of an invitation.
    pub fn enrol(address: &Address, clock: &WorldClock, dice: &Dice, code: &str) -> Forger {
        let code: TypedCode = code.parse().expect("a code");
        let server = address.server();
        let mut seed = [0; 32];
        dice.roll(&mut seed);
        let mut nonce = [0; 16];
        dice.roll(&mut nonce);
        let key = SigningKey::from_bytes(&seed);
        let introduction = server.introduction(nonce).expect("an introduction");
        let introduction = Introduction::parse(&introduction).expect("readable");
        let organisation_key = ed25519_dalek::VerifyingKey::from_bytes(&introduction.organisation_key);
        let organisation_key = organisation_key.expect("a key");
        let organisation = fingerprint_of(&organisation_key);

        let author_key = key.verifying_key().to_bytes();
        let mut mac = Hmac::<Sha256>::new_from_slice(&code.secret.to_bytes()).expect("any length");
        mac.update(&enrolment_mac_input(&nonce, &author_key, &[]));
        let mac = mac.finalize().into_bytes().into();
        let invitation = code.secret.invitation();
        let enrolment = Enrolment { invitation, author_key, vault_key: Vec::new(), nonce, mac };
        let enrolled = server.enrol(&minicbor::to_vec(&enrolment).expect("encodes")).expect("enrolled");
        let enrolled: Enrolled = minicbor::decode(&enrolled).expect("readable");
        let lease = SignedLease::open(enrolled.lease, &organisation, &organisation_key).expect("a lease");
        let mut forger = Forger {
            key,
            lease,
            organisation,
            chain: ChainId::default(),
            n: 0,
            prev: Eid::default(),
            accepted: Vec::new(),
            exchanges: Mutex::default(),
            address: address.clone(),
            clock: clock.clone(),
            dice: dice.clone(),
        };
        forger.restart();
        forger
    }

    /// Speaks to this server from now on: the same one, started again.
    pub fn meet(&mut self, server: &Server) {
        self.address = Address::of(server.clone());
    }

    /// A fresh chain.
    pub fn restart(&mut self) {
        self.dice.roll(&mut self.chain.0);
        (self.n, self.prev) = (0, Eid::default());
    }

    /// The actor of the present chain.
    pub fn actor(&self) -> [u8; 16] {
        actor_of(&self.key.verifying_key(), &self.chain)
    }

    /// The unit's scope.
    pub fn home(&self) -> Scope {
        self.lease.lease.home()
    }

    /// The device's clocks: honest.
    pub fn now(&self) -> Instant {
        Instant {
            wall_ms: self.clock.true_ms(),
            mono_ms: 0,
            boot: BootId([7; 8]),
            source: TimeSource::System,
            zone_min: 60,
            skew_ms: None,
            err_ms: None,
        }
    }

    /// The next envelope of the chain, not signed yet.
    pub fn envelope(&self, kind: Kind, doc: DocId, home: &Scope, body: Vec<u8>) -> Envelope {
        Envelope {
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
        }
    }

    /// Signs an envelope, whatever it says; the chain goes on after it.
    pub fn sign(&mut self, envelope: Envelope) -> SealedEnvelope {
        let sealed = envelope.seal(&self.organisation, &self.key).expect("an envelope");
        self.n += 1;
        self.prev = sealed.eid;
        sealed
    }

    /// Signs a body of a report of its own unit.
    pub fn seal(&mut self, doc: DocId, body: Vec<u8>) -> SealedEnvelope {
        let envelope = self.envelope(Kind::Report, doc, &self.home(), body);
        self.sign(envelope)
    }

    /// A request that pushes.
    pub fn request(&self, push: &[Vec<u8>]) -> Request {
        Request {
            version: wire::VERSION,
            device: self.lease.lease.device,
            lease: self.lease.id,
            app: "forger".into(),
            cursor: (HistoryId::default(), 0),
            own: Own::default(),
            push: push.iter().cloned().map(Raw).collect(),
            leases: None,
            want: Want { max_bytes: FEED_BYTES, max_items: MAX_FEED_ITEMS, ..Want::default() },
            blobs: None,
            waiting: 0,
            t: self.now(),
        }
    }

    /// The message of a request, signed, without a frame.
    pub fn message(&self, request: &Request) -> Vec<u8> {
        let payload = minicbor::to_vec(request).expect("encodes");
        sign(Context::Request, &self.organisation, &self.key, payload).expect("signs")
    }

    /// Sends a body as it is.
    ///
    /// # Errors
    /// The server's refusal.
    pub fn post(&self, body: &[u8]) -> Result<Response, SyncRefusal> {
        let answer = self.address.server().synchronise(body)?;
        self.exchanges.lock().expect("one thread").push((body.to_vec(), answer.clone()));
        Ok(read_response(&answer))
    }

    /// Every exchange that was answered: (request body, answer body).
    pub fn exchanges(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.exchanges.lock().expect("one thread").clone()
    }

    /// Pushes bytes, whatever they are, in a good request.
    pub fn push_bytes(&self, push: &[Vec<u8>]) -> Response {
        let body = frame::pack(&self.message(&self.request(push))).expect("fits");
        self.post(&body).expect("answered")
    }

    /// Pushes envelopes in a good request; their answers, in the same order.
    pub fn push(&mut self, envelopes: &[SealedEnvelope]) -> Vec<Answer> {
        let response = self.push_bytes(&envelopes.iter().map(|e| e.bytes.clone()).collect::<Vec<_>>());
        let of = |e: &SealedEnvelope| response.answers.iter().find(|a| a.eid8 == e.eid.short()).cloned();
        let answers: Vec<Answer> = envelopes.iter().map(|e| of(e).expect("each is answered")).collect();
        let accepted = envelopes.iter().zip(&answers).filter(|(_, a)| a.code == AnswerCode::Accepted);
        self.accepted.extend(accepted.map(|(envelope, _)| envelope.clone()));
        answers
    }

    /// Everything it may read.
    pub fn pull(&self) -> Vec<SealedEnvelope> {
        let feed = self.push_bytes(&[]).feed;
        feed.into_iter()
            .filter_map(|entry| match entry {
                Entry::Change { envelope, .. } => SealedEnvelope::parse(envelope.0).ok(),
                _ => None,
            })
            .collect()
    }

    /// A document as it stands here, with what was accepted of this device.
    pub fn document(&self, doc: DocId) -> Document {
        let (fed, own) = (self.pull(), self.accepted.clone());
        let mut held = fed.into_iter().chain(own).filter(|e| e.envelope.doc == doc);
        let seal = held.next().expect("the document is known here");
        // What misses something it was made on is left out.
        let chunks = held.fold(seal.envelope.body, |chunks, next| {
            let longer = [chunks.as_slice(), &next.envelope.body].concat();
            let before = Document::load(&chunks).map(|d| d.changes().len()).unwrap_or(0);
            match Document::load(&longer) {
                Ok(document) if document.changes().len() > before => longer,
                _ => chunks,
            }
        });
        Document::load(&chunks).expect("a document")
    }
}

/// A framed answer taken apart.
pub fn read_response(answer: &[u8]) -> Response {
    wire::decode(&frame::unpack(answer).expect("a frame")).expect("a response")
}
