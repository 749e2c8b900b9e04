//! Synchronising: composes requests from the outbox and applies answers, feed, receipt and cursor
//! in one transaction.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

use ronde_model::config::{Config, Order, OrderKind};
use ronde_model::id::{AgentId, Eid};
use ronde_model::instant::Instant;
use ronde_model::lease::SignedLease;
use ronde_model::signing::{self, Context};
use ronde_model::wire::limits::{FEED_BYTES, MAX_FEED_ITEMS};
use ronde_model::wire::{self, AnswerCode, Entry, Request, Response, Want, frame};

use super::feed::Intake;
use super::histories::{self, Standing};
use super::ledgers::Ledgers;
use super::talking::Talking;
use super::writing::Change;
use super::{Notebook, Signer, limits, lock};
use crate::courier::{self, Composed, Counts, Desk, SyncReport};
use crate::entropy;
use crate::error::Error;
use crate::link::Link;
use crate::outbox;
use crate::store::{OwnState, Position, Tx};
use crate::sync::Applied;
use crate::transport::HttpLink;

/// What this program calls itself on the wire.
const APP: &str = concat!("ronde ", env!("CARGO_PKG_VERSION"));

/// Failures in a row before a conversation is left for later.
const ATTEMPTS: u32 = 4;

impl Notebook {
    /// Synchronises with the enrolled server over HTTPS.
    ///
    /// # Errors
    /// `NotEnrolled`, `Unreachable`, `ServerRefused`, `Cancelled`, `ServerAstray`, or the store's
    /// own. Whatever was applied stays; everything else stays here and leaves later.
    pub async fn sync(&self) -> Result<SyncReport, Error> {
        let signer = self.signer()?;
        let link = HttpLink::new(&signer.enrolment.server, signer.enrolment.certificate)?;
        self.converse(&link, ATTEMPTS).await
    }

    /// The same over any link, one attempt.
    ///
    /// # Errors
    /// As [`Notebook::sync`].
    pub async fn sync_over(&self, link: &dyn Link) -> Result<SyncReport, Error> {
        self.converse(link, 1).await
    }

    /// Stops a synchronisation under way at once; what was on its way is said again next time.
    pub fn cancel_sync(&self) {
        self.inner.cancelled.send_replace(true);
    }

    async fn converse(&self, link: &dyn Link, attempts: u32) -> Result<SyncReport, Error> {
        self.signer()?;
        // One conversation at a time: two would send the same envelopes twice.
        let _alone = self.inner.syncing.lock().await;
        self.inner.cancelled.send_replace(false);
        let before = self.standing()?;
        let talking = Talking::begin(&self.inner);
        let report = courier::run(self, link, attempts, &mut self.inner.cancelled.subscribe()).await;
        talking.end(report.as_ref().err());
        // A conversation that ended well is not made a failure by what is looked at afterwards.
        if self.standing().ok().as_ref() != Some(&before) {
            self.inner.tell(Change::Reports { docs: None });
        }
        self.inner.tell(Change::Status);
        report
    }

    /// What differs when a conversation brought or settled anything.
    fn standing(&self) -> Result<(Position, OwnState, Option<AgentId>), Error> {
        let (mut position, own, only_own) =
            self.inner.store.read(|tx| Ok((tx.position()?, tx.own_state()?, self.only_own(tx)?)))?;
        (position.contact_ms, position.contact_mono) = (None, None);
        (position.skew_ms, position.skew_err_ms) = (None, None);
        Ok((position, own, only_own))
    }
}

impl Desk for Notebook {
    fn compose(&self, budget: usize, with_leases: bool, may_walk: bool) -> Result<Composed, Error> {
        let signer = self.signer()?;
        let with_malformed = !self.inner.malformed_offered.load(Ordering::Relaxed);
        let lease = &signer.lease.id;
        let (position, parcel, bodies) = self.inner.store.read(|tx| {
            let position = tx.position()?;
            // Before that somebody else may have offered the same, and the feed says so.
            let with_offers = position.feed_read;
            let terms = outbox::Terms { budget, with_leases, with_malformed, with_offers, lease };
            Ok((position, outbox::take(tx, terms)?, tx.wanted_bodies(limits::MOST_BODIES)?))
        })?;
        let t = self.now(&position);
        let request = Request {
            version: wire::VERSION,
            device: signer.enrolment.device,
            lease: signer.lease.id,
            app: APP.to_owned(),
            cursor: (position.history, position.seq),
            own: position.own,
            push: parcel.envelopes,
            leases: parcel.leases,
            want: Want {
                max_bytes: FEED_BYTES,
                max_items: MAX_FEED_ITEMS,
                live_s: 0,
                ledger_after: position.repair_after,
                bodies: (!bodies.is_empty()).then(|| bodies.clone()),
                ..Want::default()
            },
            blobs: None,
            waiting: parcel.waiting,
            t,
        };
        let payload = minicbor::to_vec(&request).map_err(|e| Error::bug("request", e))?;
        let signed = signing::sign(Context::Request, &signer.organisation, &signer.author, payload)
            .map_err(|e| Error::bug("request", e))?;
        let body = frame::pack(&signed).map_err(|e| Error::bug("request", e))?;
        Ok(Composed {
            body,
            eids: parcel.eids,
            offers: parcel.offers,
            sent_ms: t.wall_ms,
            position,
            bodies,
            may_walk,
            with_malformed,
        })
    }

    fn apply(&self, composed: &Composed, answer: &[u8]) -> Result<(Applied, Counts), Error> {
        let signer = self.signer()?;
        let unreadable = || Error::Unreachable { detail: "the answer is not readable".into() };
        let response: Response = wire::decode(answer).map_err(|_| unreadable())?;
        if response.version != wire::VERSION {
            return Err(unreadable());
        }
        let now = self.inner.ports.clock.now();
        let (applied, counts, renewed) =
            self.inner.store.write(|tx| take_in(tx, &signer, composed, response, now))?;
        if renewed {
            *lock(&self.inner.signer) = None;
        }
        if composed.with_malformed {
            self.inner.malformed_offered.store(true, Ordering::Relaxed);
        }
        let applied = self.heal(&self.signer()?, applied)?;
        Ok((applied, counts))
    }

    fn step_back(&self) -> Result<bool, Error> {
        self.take_step_back()
    }

    fn jitter(&self) -> Result<f64, Error> {
        let bytes: [u8; 4] = entropy::random(&*self.inner.ports.entropy)?;
        Ok(f64::from(u32::from_le_bytes(bytes)) / f64::from(u32::MAX))
    }
}

/// Applies one answer. The third value: the signer must be read again.
fn take_in(
    tx: &Tx<'_>,
    signer: &Signer,
    composed: &Composed,
    response: Response,
    now: Instant,
) -> Result<(Applied, Counts, bool), Error> {
    let mut position = tx.position()?;
    if position != composed.position {
        // Another process has spoken with the server meanwhile: as if this answer had been lost.
        return Ok((Applied { more: true, moved: true, ..Applied::default() }, Counts::default(), false));
    }
    limits::check(&response, composed)?;
    let standing = histories::stand(tx, &mut position, &response)?;
    let after = match standing {
        Standing::Here(after) | Standing::Forked(after) => after,
        Standing::Foreign => {
            tx.set_position(&position)?;
            let applied = Applied { more: true, moved: true, rewound: true, ..Applied::default() };
            return Ok((applied, Counts::default(), false));
        }
    };
    if response.cursor.1 < after {
        return Err(Error::ServerAstray { rule: "the cursor went back within a history".into() });
    }
    let rewound = matches!(standing, Standing::Forked(_));
    let answered = note_answers(tx, composed, &response)?;
    let mut ledgers = Ledgers::new(composed.may_walk);
    if let Some(lines) = &response.ledger {
        // A walk begun in the history before is void.
        let asked = composed.position.repair_after.filter(|_| !rewound);
        ledgers.take_lines(tx, &mut position, asked, lines)?;
    }
    let (fed, revoked) = take_feed(tx, signer, response.feed, after, response.cursor.1)?;
    let came = tx.note_asked(&composed.bodies)?;
    measure_skew(&mut position, composed.sent_ms, now.wall_ms, response.now_ms);
    (position.history, position.seq) = response.cursor;
    position.feed_read = !response.more;
    position.contact_ms = Some(response.now_ms);
    position.contact_mono = Some((now.mono_ms, now.boot));
    match response.receipt {
        Some(bytes) => ledgers.take_receipt(tx, signer, &mut position, bytes.0)?,
        // The server gives none when it counts what we count.
        None => position.disputed = false,
    }
    tx.set_position(&position)?;
    let renewed = renew(tx, signer, response.lease.map(|raw| raw.0), revoked)?;
    let before = (composed.position.history, composed.position.seq);
    let moved = fed > 0 || came > 0 || answered.settled > 0 || ledgers.moved();
    let applied = Applied {
        more: response.more,
        waiting: tx.waiting_count()?,
        settled: answered.settled,
        repair: position.repair_after.is_some(),
        walk_begun: ledgers.walk_begun(),
        disputed: position.disputed,
        lease_unknown: answered.lease_unknown,
        offers: tx.offer_count()?,
        lost: tx.wanted_count()?,
        rewound,
        moved: moved || before != response.cursor,
    };
    Ok((applied, Counts { fed, refused: answered.refused }, renewed))
}

/// What the server answered of the envelopes pushed.
#[derive(Default)]
struct Answered {
    /// How many own ones it will not be sent again.
    settled: u64,
    /// How many own ones it refuses.
    refused: u64,
    /// A lease is missing there.
    lease_unknown: bool,
}

fn note_answers(tx: &Tx<'_>, composed: &Composed, response: &Response) -> Result<Answered, Error> {
    let mut answered = Answered::default();
    let own: BTreeMap<[u8; 8], &Eid> = composed.eids.iter().map(|eid| (eid.short(), eid)).collect();
    let offered: BTreeMap<[u8; 8], &Eid> = composed.offers.iter().map(|eid| (eid.short(), eid)).collect();
    for answer in &response.answers {
        let later = answer.is_to_be_sent_again();
        answered.lease_unknown |= later && answer.reason.as_deref() == Some("lease-unknown");
        if let Some(eid) = own.get(&answer.eid8) {
            tx.note_answer(eid, answer.code, answer.seq, answer.reason.as_deref())?;
            answered.settled += u64::from(!later);
            let refused = matches!(answer.code, AnswerCode::Quarantined | AnswerCode::Malformed);
            answered.refused += u64::from(refused);
        } else if let (Some(eid), false) = (offered.get(&answer.eid8), later) {
            tx.end_offer(eid, answer.seq)?;
        }
    }
    Ok(answered)
}

/// The feed from `after` to `until`; how many entries, and whether one revokes this device.
fn take_feed(
    tx: &Tx<'_>,
    signer: &Signer,
    feed: Vec<Entry>,
    after: u64,
    until: u64,
) -> Result<(u64, bool), Error> {
    let mut intake = Intake::new(tx, signer);
    let (mut fed, mut revoked, mut last) = (0, false, after);
    for entry in feed {
        if let Some(seq) = entry.seq() {
            if seq <= last && last > 0 || seq > until {
                return Err(Error::ServerAstray { rule: "feed numbers rise up to the cursor".into() });
            }
            last = seq;
        }
        fed += 1;
        revoked |= take_entry(tx, signer, &mut intake, entry)?;
    }
    intake.finish()?;
    Ok((fed, revoked))
}

/// One entry of the feed; whether it revokes this device.
pub(super) fn take_entry(
    tx: &Tx<'_>,
    signer: &Signer,
    intake: &mut Intake<'_, '_>,
    entry: Entry,
) -> Result<bool, Error> {
    match entry {
        Entry::Change { seq, envelope, received_ms, number } => {
            intake.change(seq, envelope.0, received_ms, number)?;
        }
        Entry::Lease { seq, cwt } => intake.lease(seq, cwt.0)?,
        Entry::Quarantine { eid, reason, .. } => intake.quarantined(&eid, &reason)?,
        Entry::Released { eid, number, .. } => intake.released(&eid, number)?,
        Entry::Config { seq, name, signed, .. } => {
            match Config::open(&signed.0, &signer.organisation, &signer.server_key) {
                Ok(config) if config.name == name => {
                    tx.put_config(&name, config.made_ms, &signed.0)?;
                }
                _ => tx.set_aside(Some(seq), None, "config-unverified", &signed.0)?,
            }
        }
        Entry::Order { seq, signed } => {
            match Order::open(&signed.0, &signer.organisation, &signer.server_key) {
                Ok(order) if order.device == signer.enrolment.device => {
                    if order.kind != OrderKind::Revoked {
                        // Kept for the version that carries out the rest of it.
                        tx.set_aside(Some(seq), None, "later", &signed.0)?;
                    }
                    // What all three orders share: reading others' reports ends.
                    return Ok(true);
                }
                Ok(_) => tx.set_aside(Some(seq), None, "order-of-another", &signed.0)?,
                Err(_) => tx.set_aside(Some(seq), None, "order-unverified", &signed.0)?,
            }
        }
        // Decoded, kept, acted on by a later version.
        later => {
            let bytes = minicbor::to_vec(&later).map_err(|e| Error::bug("entry", e))?;
            tx.set_aside(later.seq(), None, "later", &bytes)?;
        }
    }
    Ok(false)
}

/// Device minus server, at the middle of the exchange.
fn measure_skew(position: &mut Position, sent_ms: i64, now_ms: i64, server_ms: i64) {
    let trip = now_ms.saturating_sub(sent_ms).max(0);
    position.skew_ms = Some(sent_ms.saturating_add(trip / 2).saturating_sub(server_ms));
    position.skew_err_ms = u32::try_from(trip / 2 + 1).ok();
}

/// A fresh lease, or a revocation. Whether the signer must be read again.
fn renew(tx: &Tx<'_>, signer: &Signer, cwt: Option<Vec<u8>>, revoked: bool) -> Result<bool, Error> {
    let mut enrolment = (*signer.enrolment).clone();
    if let Some(cwt) = cwt {
        match SignedLease::open(cwt.clone(), &signer.organisation, &signer.organisation_key) {
            Ok(lease)
                if lease.lease.device == enrolment.device
                    && lease.lease.author_key == signer.lease.lease.author_key =>
            {
                // An older one replayed would take rights or time away.
                if lease.lease.not_before_s >= signer.lease.lease.not_before_s {
                    tx.add_lease(&lease)?;
                    enrolment.lease = lease.id;
                }
            }
            _ => tx.set_aside(None, None, "lease-unverified", &cwt)?,
        }
    }
    enrolment.revoked |= revoked;
    if enrolment == *signer.enrolment {
        return Ok(false);
    }
    tx.set_enrolment(&enrolment)?;
    Ok(true)
}
