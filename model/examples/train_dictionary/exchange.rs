//! One synchronisation each: the request as a phone composes and signs it, the answer as the
//! server gives it. Knows no dictionary. Changes with the messages.

use std::error::Error;

use ed25519_dalek::SigningKey;
use ronde_model::document::{Document, Salt, Statement};
use ronde_model::envelope::{Envelope, Kind, SCHEMA, SealedEnvelope, VERSION, actor_of};
use ronde_model::fact::FactValue;
use ronde_model::id::{AgentId, BootId, ChainId, DeviceId, DocId, Eid, HistoryId, OrgFingerprint};
use ronde_model::instant::{Instant, TimeSource};
use ronde_model::lease::{DEFAULT_LIFE_S, Lease, SignedLease};
use ronde_model::organisation::fingerprint_of;
use ronde_model::receipt::{Own, Receipt};
use ronde_model::rights::Roles;
use ronde_model::scope::Scope;
use ronde_model::signing::{Context, sign};
use ronde_model::wire::limits::{FEED_BYTES, MAX_FEED_ITEMS};
use ronde_model::wire::{self, Answer, AnswerCode, Entry, Next, Raw, Request, Response, Want};

use crate::dice::Dice;
use crate::phrases::Bank;
use crate::report;

const DAY_MS: i64 = 86_400_000;
/// 2026-01-01 00:00 UTC.
const YEAR_MS: i64 = 1_767_225_600_000;

/// What an exchange is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Story {
    NothingNew,
    NewReport,
    SmallChange,
    NewsOfOthers,
}

/// A message's kind, for the figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Message {
    IdleRequest,
    IdleAnswer,
    ReportRequest,
    ChangeRequest,
    ReceiptAnswer,
    ChangeAnswer,
    LeaseAndChangeAnswer,
}

/// A request and its answer, uncompressed.
pub struct Exchange {
    pub story: Story,
    pub messages: Vec<(Message, Vec<u8>)>,
}

/// A server with the people who synchronise with it, each once.
pub struct Agglomeration {
    dice: Dice,
    organisation: OrgFingerprint,
    key: SigningKey,
    server: SigningKey,
    history: HistoryId,
    seq: u64,
}

struct Phone {
    key: SigningKey,
    lease: SignedLease,
    chain: ChainId,
    boot: BootId,
    own: Own,
    written: u64,
    prev: Eid,
    now_ms: i64,
    skew_ms: Option<i64>,
}

type Fallible<T> = Result<T, Box<dyn Error>>;

impl Agglomeration {
    pub fn new(seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let key = SigningKey::from_bytes(&dice.bytes());
        let organisation = fingerprint_of(&key.verifying_key());
        let (server, history) = (SigningKey::from_bytes(&dice.bytes()), HistoryId(dice.bytes()));
        Agglomeration { dice, organisation, key, server, history, seq: 0 }
    }

    /// One exchange of somebody new.
    pub fn next_exchange(&mut self, bank: Bank) -> Fallible<Exchange> {
        self.seq = self.dice.below(40_000) as u64 + 20;
        let mut phone = self.phone()?;
        match self.dice.below(20) {
            0..=1 => {
                let up = self.request(&phone, Vec::new())?;
                let down = self.answer(&phone, &[], None, Vec::new())?;
                Ok(Exchange::new(Story::NothingNew, (Message::IdleRequest, up), (Message::IdleAnswer, down)))
            }
            2..=11 => {
                let (doc, envelope) = self.new_report(&mut phone, bank)?;
                let up = self.request(&phone, vec![envelope.clone()])?;
                let down = self.answer(&phone, &[envelope], Some(doc), Vec::new())?;
                Ok(Exchange::new(
                    Story::NewReport,
                    (Message::ReportRequest, up),
                    (Message::ReceiptAnswer, down),
                ))
            }
            12..=14 => {
                let envelope = self.small_change(&mut phone, bank)?;
                let up = self.request(&phone, vec![envelope.clone()])?;
                let down = self.answer(&phone, &[envelope], None, Vec::new())?;
                Ok(Exchange::new(
                    Story::SmallChange,
                    (Message::ChangeRequest, up),
                    (Message::ReceiptAnswer, down),
                ))
            }
            _ => {
                let mut other = self.phone()?;
                let envelope = if self.dice.chance(0.6) {
                    self.small_change(&mut other, bank)?
                } else {
                    self.new_report(&mut other, bank)?.1
                };
                let received_ms = phone.now_ms - self.dice.below(90_000) as i64;
                let up = self.request(&phone, Vec::new())?;
                let mut feed = Vec::new();
                let with_lease = self.dice.chance(0.4);
                if with_lease {
                    feed.push(Entry::Lease { seq: self.seq + 1, cwt: Raw(other.lease.cwt.clone()) });
                }
                let seq = Some(self.seq + 2);
                feed.push(Entry::Change { seq, envelope: Raw(envelope.bytes), received_ms, number: None });
                let down = self.answer(&phone, &[], None, feed)?;
                let kind = if with_lease { Message::LeaseAndChangeAnswer } else { Message::ChangeAnswer };
                Ok(Exchange::new(Story::NewsOfOthers, (Message::IdleRequest, up), (kind, down)))
            }
        }
    }

    fn phone(&mut self) -> Fallible<Phone> {
        let dice = &mut self.dice;
        let key = SigningKey::from_bytes(&dice.bytes());
        let now_ms = YEAR_MS + dice.below(365) as i64 * DAY_MS + dice.below(DAY_MS as usize) as i64;
        let driver = dice.chance(0.3);
        let unit = *dice.pick(if driver { report::LINES_UNITS } else { report::POLICE_UNITS });
        let role = if driver { "transport_agent" } else { "officer" };
        let agent = AgentId::from_random(dice.bytes());
        let rights = Roles::shipped().get(role).ok_or("the roles shipped lack one")?.rights.clone();
        let not_before_s = now_ms / 1000 - dice.below(100_000) as i64;
        let name = format!("{} {}", dice.pick(report::FIRST_NAMES), dice.pick(report::LAST_NAMES));
        let lease = Lease {
            device: DeviceId::from_random(dice.bytes()),
            agent,
            name,
            unit: unit.to_owned(),
            role: role.to_owned(),
            rights,
            scopes: vec![Scope::Unit(unit.to_owned()), Scope::Author(agent)],
            not_before_s,
            expires_s: not_before_s + DEFAULT_LIFE_S as i64,
            author_key: key.verifying_key().to_bytes(),
        };
        let lease = lease.sign(&self.organisation, &self.key)?;
        let own = Own { n: dice.below(900) as u64, d: u128::from_be_bytes(dice.bytes()) };
        // Half of what is written begins a chain: a phone kills its programs.
        let written = if dice.chance(0.5) { 0 } else { 1 + dice.below(30) as u64 };
        let prev = if written == 0 { Eid::default() } else { Eid(dice.bytes()) };
        let skew_ms = dice.chance(0.9).then(|| dice.below(4_000) as i64 - 2_000);
        Ok(Phone {
            key,
            lease,
            chain: ChainId::from_random(dice.bytes()),
            boot: BootId(dice.bytes()),
            own,
            written,
            prev,
            now_ms,
            skew_ms,
        })
    }

    fn new_report(&mut self, phone: &mut Phone, bank: Bank) -> Fallible<(DocId, SealedEnvelope)> {
        let filed_ms = phone.now_ms - self.dice.below(3_000_000) as i64;
        let mut facts = report::facts(&mut self.dice, filed_ms, bank);
        if self.dice.chance(0.85) {
            facts.extend([words(&mut self.dice, phone, filed_ms, bank)]);
        }
        let actor = actor_of(&phone.key.verifying_key(), &phone.chain);
        let (_, change) = Document::seal(actor, &facts)?;
        let doc = DocId(uuid7(filed_ms - self.dice.below(400_000) as i64, &mut self.dice));
        Ok((doc, self.envelope(phone, doc, filed_ms, change.raw)?))
    }

    /// A correction, or more words, on a report of the unit.
    fn small_change(&mut self, phone: &mut Phone, bank: Bank) -> Fallible<SealedEnvelope> {
        let at_ms = phone.now_ms - self.dice.below(600_000) as i64;
        let sealed_by = SigningKey::from_bytes(&self.dice.bytes());
        let (mut document, _) = Document::seal(
            actor_of(&sealed_by.verifying_key(), &ChainId::from_random(self.dice.bytes())),
            &report::facts(&mut self.dice, at_ms - 4_000_000, bank),
        )?;
        let actor = actor_of(&phone.key.verifying_key(), &phone.chain);
        let change = loop {
            let put = if self.dice.chance(0.4) {
                words(&mut self.dice, phone, at_ms, bank)
            } else {
                report::correction(&mut self.dice, at_ms, bank)
            };
            // The value that stands there already makes no change.
            if let Some(change) = document.write(actor, &[put])? {
                break change;
            }
        };
        let doc = DocId(uuid7(at_ms - 4_000_000, &mut self.dice));
        self.envelope(phone, doc, at_ms, change.raw)
    }

    fn envelope(
        &mut self,
        phone: &mut Phone,
        doc: DocId,
        at_ms: i64,
        body: Vec<u8>,
    ) -> Fallible<SealedEnvelope> {
        let envelope = Envelope {
            version: VERSION,
            kind: Kind::Report,
            doc,
            home: phone.lease.lease.home(),
            lease: phone.lease.id,
            chain: phone.chain,
            n: phone.written,
            prev: phone.prev,
            t: phone.clock(at_ms),
            schema: SCHEMA,
            priority: if self.dice.chance(0.05) { 0 } else { 2 },
            replaces: Vec::new(),
            body,
        };
        Ok(envelope.seal(&self.organisation, &phone.key)?)
    }

    fn request(&mut self, phone: &Phone, push: Vec<SealedEnvelope>) -> Fallible<Vec<u8>> {
        let request = Request {
            version: wire::VERSION,
            device: phone.lease.lease.device,
            lease: phone.lease.id,
            app: concat!("ronde ", env!("CARGO_PKG_VERSION")).to_owned(),
            cursor: (self.history, self.seq),
            own: phone.own,
            push: push.into_iter().map(|envelope| Raw(envelope.bytes)).collect(),
            leases: None,
            want: Want { max_bytes: FEED_BYTES, max_items: MAX_FEED_ITEMS, ..Want::default() },
            blobs: None,
            waiting: 0,
            t: phone.clock(phone.now_ms),
        };
        Ok(sign(Context::Request, &self.organisation, &phone.key, minicbor::to_vec(&request)?)?)
    }

    fn answer(
        &mut self,
        phone: &Phone,
        stored: &[SealedEnvelope],
        sealed: Option<DocId>,
        feed: Vec<Entry>,
    ) -> Fallible<Vec<u8>> {
        let now_ms = phone.now_ms + self.dice.below(900) as i64;
        let mut own = phone.own;
        stored.iter().for_each(|envelope| own.add(&envelope.eid));
        let (first, last) = (self.seq + 1, self.seq + stored.len() as u64 + 2 * u64::from(!feed.is_empty()));
        let number = |dice: &mut Dice| format!("2026-{:06}", dice.below(30_000) + 1);
        let receipt = (own != phone.own).then(|| Receipt {
            device: phone.lease.lease.device,
            own,
            history: self.history,
            seq: last,
            now_ms,
            numbers: sealed.iter().map(|doc| (*doc, number(&mut self.dice))).collect(),
        });
        let receipt = receipt.map(|r| r.sign(&self.organisation, &self.server)).transpose()?;
        let answers = stored.iter().zip(first..).map(|(envelope, seq)| Answer {
            eid8: envelope.eid.short(),
            code: AnswerCode::Accepted,
            seq: Some(seq),
            reason: None,
        });
        let response = Response {
            version: wire::VERSION,
            now_ms,
            cursor: (self.history, last),
            more: false,
            answers: answers.collect(),
            feed,
            lease: None,
            blobs: None,
            next: Next { after_s: 60, jitter_s: 30 },
            receipt: receipt.map(Raw),
            forks: None,
            ledger: None,
        };
        Ok(minicbor::to_vec(&response)?)
    }
}

impl Phone {
    fn clock(&self, at_ms: i64) -> Instant {
        Instant {
            wall_ms: at_ms + self.skew_ms.unwrap_or(0),
            mono_ms: (at_ms - YEAR_MS).unsigned_abs() % 400_000_000,
            boot: self.boot,
            source: TimeSource::System,
            zone_min: if at_ms % 2 == 0 { 60 } else { 120 },
            skew_ms: self.skew_ms,
            err_ms: self.skew_ms.map(|skew| skew.unsigned_abs() as u32 % 400),
        }
    }
}

fn words(dice: &mut Dice, phone: &Phone, at_ms: i64, bank: Bank) -> (String, FactValue) {
    let lease = &phone.lease.lease;
    Statement {
        by: lease.agent,
        at_ms,
        salt: Salt(dice.bytes()),
        text: bank.statement(dice),
        role: lease.role.clone(),
        source_author: None,
        supersedes: None,
    }
    .entry()
}

/// A UUIDv7 of a moment.
fn uuid7(at_ms: i64, dice: &mut Dice) -> [u8; 16] {
    *uuid::Builder::from_unix_timestamp_millis(at_ms.unsigned_abs(), &dice.bytes()).as_uuid().as_bytes()
}
