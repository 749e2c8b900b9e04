//! Synchronising: composes requests from the outbox and applies answers, feed, receipt and cursor
//! in one transaction.

use std::sync::atomic::Ordering;

use ronde_model::config::{Config, Order, OrderKind};
use ronde_model::id::Eid;
use ronde_model::instant::Instant;
use ronde_model::lease::SignedLease;
use ronde_model::receipt::Receipt;
use ronde_model::signing::{self, Context};
use ronde_model::wire::limits::{FEED_BYTES, MAX_FEED_ITEMS};
use ronde_model::wire::{self, AnswerCode, Entry, Request, Response, Want, frame};

use super::feed::Intake;
use super::writing::Change;
use super::{Notebook, Signer, lock};
use crate::courier::{self, Composed, Counts, Desk, SyncReport};
use crate::entropy;
use crate::error::Error;
use crate::link::Link;
use crate::outbox;
use crate::store::{Position, Tx};
use crate::sync::Applied;
use crate::transport::HttpLink;

/// What this program calls itself on the wire.
const APP: &str = concat!("ronde ", env!("CARGO_PKG_VERSION"));

/// Failures in a row before a conversation is left for later.
const ATTEMPTS: u32 = 4;

/// Bodies asked for in one request, at most.
const BODIES: usize = 256;

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
        let report = courier::run(self, link, attempts, &mut self.inner.cancelled.subscribe()).await;
        self.inner.tell(Change::Reports);
        self.inner.tell(Change::Status);
        report
    }
}

impl Desk for Notebook {
    fn compose(&self, budget: usize, with_leases: bool, from_start: bool) -> Result<Composed, Error> {
        let signer = self.signer()?;
        let with_malformed = !self.inner.malformed_offered.load(Ordering::Relaxed);
        let (position, parcel, bodies) = self.inner.store.read(|tx| {
            let parcel = outbox::take(tx, budget, with_leases, with_malformed, &signer.lease.id)?;
            Ok((tx.position()?, parcel, tx.missing_bodies(BODIES)?))
        })?;
        let cursor = if from_start { Default::default() } else { (position.history, position.seq) };
        let t = self.now(&position);
        let request = Request {
            version: wire::VERSION,
            device: signer.enrolment.device,
            lease: signer.lease.id,
            app: APP.to_owned(),
            cursor,
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
            sent_ms: t.wall_ms,
            ledger_after: position.repair_after,
            cursor,
            bodies,
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
        Ok((applied, counts))
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
    let before = composed.cursor;
    let same_history = before.0 == response.cursor.0;
    if same_history && response.cursor.1 < before.1 {
        return Err(Error::ServerAstray { rule: "the cursor went back within a history".into() });
    }
    check_numbers(&response)?;
    let (settled, refused, lease_unknown) = note_answers(tx, composed, &response)?;
    let mut intake = Intake::new(tx, signer);
    let (mut fed, mut revoked, mut last_seq) = (0, false, if same_history { before.1 } else { 0 });
    let no_body = !response.feed.iter().any(|entry| entry.seq().is_none());
    for entry in response.feed {
        if let Some(seq) = entry.seq() {
            if seq <= last_seq && last_seq > 0 || seq > response.cursor.1 {
                return Err(Error::ServerAstray { rule: "feed numbers rise up to the cursor".into() });
            }
            last_seq = seq;
        }
        fed += 1;
        revoked |= take_entry(tx, signer, &mut intake, entry)?;
    }
    intake.finish()?;
    if no_body {
        // The server holds none of those asked for; its ledger says again what is lost.
        composed.bodies.iter().try_for_each(|eid| tx.forget_missing(eid))?;
    }
    measure_skew(&mut position, composed.sent_ms, now.wall_ms, response.now_ms);
    position.history = response.cursor.0;
    position.seq = response.cursor.1;
    position.contact_ms = Some(response.now_ms);
    position.contact_mono = Some((now.mono_ms, now.boot));
    let repair = follow_ledger(tx, &mut position, composed, response.ledger)?;
    let mut receipted = false;
    if let Some(bytes) = response.receipt {
        receipted = take_receipt(tx, signer, &mut position, bytes.0)?;
    }
    tx.set_position(&position)?;
    let renewed = renew(tx, signer, response.lease.map(|raw| raw.0), revoked)?;
    let applied = Applied {
        more: response.more,
        waiting: tx.waiting_count()?,
        settled,
        repair: repair || position.repair_after.is_some(),
        lease_unknown,
        moved: fed > 0 || settled > 0 || receipted || repair || before != (position.history, position.seq),
    };
    Ok((applied, Counts { fed, refused }, renewed))
}

/// Numbers that a database column does not hold: no honest server comes near.
fn check_numbers(response: &Response) -> Result<(), Error> {
    let answered = response.answers.iter().filter_map(|answer| answer.seq);
    let ledger = response.ledger.iter().flatten().flat_map(|line| [line.n, line.seq]);
    let mut numbers = answered.chain(ledger).chain([response.cursor.1]);
    if numbers.any(|number| i64::try_from(number).is_err()) {
        return Err(Error::ServerAstray { rule: "numbers have 63 bits".into() });
    }
    Ok(())
}

/// How many pushed envelopes the server holds now, how many it refuses, and whether a lease is missing there.
fn note_answers(tx: &Tx<'_>, composed: &Composed, response: &Response) -> Result<(u64, u64, bool), Error> {
    let (mut settled, mut refused, mut lease_unknown) = (0, 0, false);
    for answer in &response.answers {
        let Some(eid) = composed.eids.iter().find(|eid| eid.short() == answer.eid8) else { continue };
        tx.note_answer(eid, answer.code, answer.seq, answer.reason.as_deref())?;
        settled += u64::from(answer.code != AnswerCode::TryLater);
        refused += u64::from(matches!(answer.code, AnswerCode::Quarantined | AnswerCode::Malformed));
        lease_unknown |=
            answer.code == AnswerCode::TryLater && answer.reason.as_deref() == Some("lease-unknown");
    }
    Ok((settled, refused, lease_unknown))
}

/// One entry of the feed; whether it revokes this device.
fn take_entry(
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
        Entry::Quarantine { eid, reason, .. } => tx.note_verdict(&eid, Some(&reason))?,
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

/// A page of the server's ledger set against ours. Whether another page follows.
fn follow_ledger(
    tx: &Tx<'_>,
    position: &mut Position,
    composed: &Composed,
    ledger: Option<Vec<wire::LedgerLine>>,
) -> Result<bool, Error> {
    let Some(lines) = ledger else { return Ok(false) };
    let Some(after) = composed.ledger_after else {
        // The server noticed first: walk its ledger from the beginning.
        position.repair_after = Some(0);
        return Ok(true);
    };
    let full = lines.len() >= wire::limits::MAX_LEDGER_LINES;
    let until = if full { lines.last().map_or(u64::MAX, |line| line.seq) } else { u64::MAX };
    let lost = tx.compare_ledger(after, until, &lines)?;
    tx.want_bodies(&lost)?;
    position.own = tx.covered_own()?;
    position.repair_after = full.then_some(until);
    Ok(true)
}

/// Whether the receipt was taken over: it covers exactly what this device knows to be covered.
fn take_receipt(
    tx: &Tx<'_>,
    signer: &Signer,
    position: &mut Position,
    bytes: Vec<u8>,
) -> Result<bool, Error> {
    let receipt = match Receipt::open(&bytes, &signer.organisation, &signer.server_key) {
        Ok(receipt)
            if receipt.device == signer.enrolment.device
                && receipt.history == position.history
                && i64::try_from(receipt.seq).is_ok() =>
        {
            receipt
        }
        _ => {
            tx.set_aside(None, None, "receipt-unverified", &bytes)?;
            return Ok(false);
        }
    };
    for (doc, number) in &receipt.numbers {
        tx.set_number(*doc, number)?;
    }
    let mut own = position.own;
    let newly: Vec<Eid> = tx.newly_covered(receipt.seq)?;
    newly.iter().for_each(|eid| own.add(eid));
    if own != receipt.own {
        // The ledgers differ: nothing counts as delivered on this receipt until they agree.
        if position.repair_after.is_none() {
            position.repair_after = Some(0);
        }
        return Ok(false);
    }
    tx.cover(receipt.seq, receipt.now_ms)?;
    position.own = own;
    position.receipt_seq = receipt.seq;
    position.receipt_ms = Some(receipt.now_ms);
    position.receipt = Some(bytes);
    Ok(true)
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
