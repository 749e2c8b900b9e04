//! What is answered: the fate of each envelope, news, the ledger when the digests differ, a receipt,
//! a fresh lease. Reads only; signs with the server key.

use std::sync::Arc;

use ronde_model::envelope::Kind;
use ronde_model::id::{DocId, Eid};
use ronde_model::lease::SignedLease;
use ronde_model::receipt::{Own, Receipt};
use ronde_model::rights::Right;
use ronde_model::wire::frame::{self, FrameError};
use ronde_model::wire::limits::{MAX_FEED_ITEMS, MAX_LEDGER_LINES};
use ronde_model::wire::{Entry, LedgerLine, Next, Raw, Request, Response, VERSION};

use super::Answered;
use super::side::body_of;
use crate::access::Grants;
use crate::archive::{DeviceRow, Head, Reads};
use crate::enrolment::lease_of;
use crate::error::{ServerError, SyncRefusal};
use crate::feed::{self, Budget, FeedPage};
use crate::ground::Ground;
use crate::histories::Place;

/// Bytes of feed in one answer at most, inflated, whatever was asked for.
const MAX_ANSWER_BYTES: usize = 2 * 1024 * 1024;

/// When to come again, without news: seconds, and their jitter.
const QUIET: Next = Next { after_s: 60, jitter_s: 30 };

/// Who asks.
pub struct Asked {
    /// The lease that signed the request.
    pub lease: Arc<SignedLease>,
    /// The device, when it was enrolled here.
    pub device: Option<DeviceRow>,
    /// It was enrolled after the backup that this archive was restored from: its row is to be kept.
    pub returns: bool,
    /// What it may read.
    pub grants: Grants,
    /// Where it left the feed.
    pub place: Place,
}

impl Asked {
    fn is_revoked(&self) -> bool {
        self.device.as_ref().is_some_and(|device| device.revoked_ms.is_some())
    }
}

/// An answer being made.
pub struct Answering<'a> {
    /// The server.
    pub ground: &'a Ground,
    /// The state answered from.
    pub archive: &'a dyn Reads,
    /// Who asks.
    pub asked: &'a Asked,
    /// What is asked, without its push.
    pub request: &'a Request,
    /// ms UTC.
    pub now_ms: i64,
}

impl Answering<'_> {
    /// The whole answer.
    ///
    /// # Errors
    /// The archive's.
    pub fn respond(&self, pushed: &[Answered]) -> Result<Response, ServerError> {
        let head = self.archive.head()?;
        let Place { after, forks } = &self.asked.place;
        let after = *after;
        let page = self.feed(after, self.budget())?;
        let held = self.archive.own(&self.request.device)?;
        // What the device holds as received is proved again after a change of history.
        let agreed = held == self.request.own && forks.is_empty();
        let ledger = self.ledger(pushed, after, held)?;
        let lines = ledger.as_deref().unwrap_or_default();
        let receipt = if agreed { None } else { Some(self.receipt(pushed, lines, head, held)?) };
        let mut response = Response {
            version: VERSION,
            now_ms: self.now_ms,
            cursor: (head.history, page.cursor),
            more: page.more,
            answers: pushed.iter().map(|answered| answered.answer.clone()).collect(),
            feed: page.entries,
            lease: self.fresh_lease()?.map(|lease| Raw(lease.cwt.clone())),
            blobs: None,
            next: if page.more { Next::default() } else { QUIET },
            receipt,
            forks: (!forks.is_empty()).then(|| forks.clone()),
            ledger,
        };
        let (bodies, cut) = self.bodies()?;
        response.feed.extend(bodies);
        if cut {
            (response.more, response.next) = (true, Next::default());
        }
        Ok(response)
    }

    fn budget(&self) -> Budget {
        let want = &self.request.want;
        Budget {
            items: want.max_items.min(MAX_FEED_ITEMS) as usize,
            bytes: usize::try_from(want.max_bytes).unwrap_or(usize::MAX).min(MAX_ANSWER_BYTES),
        }
    }

    fn feed(&self, after: u64, budget: Budget) -> Result<FeedPage, ServerError> {
        if self.asked.is_revoked() {
            return self.order_of_revocation(after);
        }
        // A lease that is over, of a device nobody enrolled here, opens nothing.
        let lease_over = self.asked.lease.lease.is_expired_at(self.now_ms);
        if lease_over && self.asked.device.is_none() {
            return Ok(FeedPage { cursor: after, ..FeedPage::default() });
        }
        feed::page(self.archive, &self.asked.grants, self.request.device, after, budget)
    }

    /// A revoked device gets the order that says so, and nothing else, ever.
    fn order_of_revocation(&self, after: u64) -> Result<FeedPage, ServerError> {
        let own = ronde_model::scope::Scope::Device(self.request.device).to_string();
        let mut page = FeedPage { cursor: self.archive.head()?.seq, ..FeedPage::default() };
        for seq in self.archive.numbers_in(&own, after, MAX_FEED_ITEMS as usize)? {
            let row = self.archive.feed_row(seq)?;
            let order =
                row.filter(|row| row.kind == crate::archive::FeedKind::Order).and_then(|row| row.item);
            page.entries.extend(order.map(|signed| Entry::Order { seq, signed: Raw(signed) }));
        }
        Ok(page)
    }

    fn receipt(
        &self,
        pushed: &[Answered],
        lines: &[LedgerLine],
        head: Head,
        own: Own,
    ) -> Result<Raw, ServerError> {
        let receipt = Receipt {
            device: self.request.device,
            own,
            history: head.history,
            seq: head.seq,
            now_ms: self.now_ms,
            numbers: self.numbers(pushed, lines)?,
        };
        let organisation = &self.ground.organisation;
        Ok(Raw(receipt.sign(&organisation.fingerprint, &organisation.server_key)?))
    }

    /// Official numbers of the documents sealed in this push, now or by an earlier try of it, and of
    /// those that somebody else brought back after a restore: the lines of this answer tell them.
    fn numbers(
        &self,
        pushed: &[Answered],
        lines: &[LedgerLine],
    ) -> Result<Vec<(DocId, String)>, ServerError> {
        let mut seals: Vec<(Eid, Kind, DocId)> = pushed
            .iter()
            .filter_map(|answered| answered.of.map(|of| (answered.eid, of.kind, of.doc)))
            .collect();
        for line in lines {
            let stored = self.archive.stored(&line.eid)?;
            seals.extend(stored.map(|stored| (line.eid, stored.kind, stored.doc)));
        }
        let mut numbers = Vec::new();
        for (eid, _, doc) in seals.into_iter().filter(|(_, kind, _)| *kind == Kind::Report) {
            let row = self.archive.document(&doc)?.filter(|row| row.seal == eid);
            numbers.extend(row.and_then(|row| Some((row.doc, row.number?))));
        }
        numbers.sort();
        numbers.dedup();
        Ok(numbers)
    }

    /// Lines newer than the cursor when the digests differ beyond this push, or the page asked for.
    fn ledger(
        &self,
        pushed: &[Answered],
        after: u64,
        held: Own,
    ) -> Result<Option<Vec<LedgerLine>>, ServerError> {
        let from = match self.request.want.ledger_after {
            Some(after) => Some(after),
            None => {
                let mut expected = self.request.own;
                let mine = |answered: &&Answered| {
                    answered.answer.is_stored()
                        && answered.of.is_some_and(|of| of.device == self.request.device)
                };
                pushed.iter().filter(mine).for_each(|answered| expected.add(&answered.eid));
                (expected != held).then_some(after)
            }
        };
        let Some(from) = from else { return Ok(None) };
        Ok(Some(self.archive.ledger_after(&self.request.device, from, MAX_LEDGER_LINES)?))
    }

    /// Bodies of own envelopes that the device lost: they move no cursor. What is not held here is
    /// not there; `true`: some did not fit. One that is held always fits.
    fn bodies(&self) -> Result<(Vec<Entry>, bool), ServerError> {
        let mut entries = Vec::new();
        let mut bytes = 0;
        if self.asked.is_revoked() {
            return Ok((entries, false));
        }
        for eid in self.request.want.bodies.iter().flatten() {
            let Some(stored) =
                self.archive.stored(eid)?.filter(|stored| stored.device == self.request.device)
            else {
                continue;
            };
            let envelope = body_of(self.archive, stored.seq, eid)?;
            bytes += envelope.len();
            if !entries.is_empty() && bytes > self.budget().bytes {
                return Ok((entries, true));
            }
            let row = self.archive.document(&stored.doc)?.filter(|row| row.seal == *eid);
            let number = row.and_then(|row| row.number);
            entries.push(Entry::Change {
                seq: None,
                envelope: Raw(envelope),
                received_ms: stored.received_ms,
                number,
            });
        }
        Ok((entries, false))
    }

    /// Past half its life, every answer carries a fresh lease; nothing is written for it.
    fn fresh_lease(&self) -> Result<Option<Arc<SignedLease>>, ServerError> {
        let old = &self.asked.lease.lease;
        let now_s = self.now_ms / 1000;
        let life_s = old.expires_s.saturating_sub(old.not_before_s);
        let half_s = old.not_before_s.saturating_add(life_s / 2);
        if self.asked.is_revoked() || now_s < half_s || old.allows(Right::Server) {
            return Ok(None);
        }
        let Some(device) = self.asked.device.as_ref().filter(|device| device.author_key == old.author_key)
        else {
            return Ok(None);
        };
        let fresh = lease_of(device, self.now_ms);
        self.ground.organisation.grant(fresh).map(Some)
    }
}

/// Encodes and compresses an answer. One that does not fit is made again with less of the feed, which
/// can be asked for again by its cursor; only then with fewer of the bodies asked for.
///
/// # Errors
/// `TryLater`.
pub fn pack(
    ground: &Ground,
    asked: &Asked,
    request: &Request,
    mut response: Response,
    now_ms: i64,
) -> Result<Vec<u8>, SyncRefusal> {
    loop {
        let message = minicbor::to_vec(&response).map_err(|error| ServerError::Defect(error.to_string()))?;
        let error = match frame::pack(&message) {
            Ok(body) => return Ok(body),
            Err(error) => error,
        };
        let (mut bodies, page): (Vec<Entry>, Vec<Entry>) =
            std::mem::take(&mut response.feed).into_iter().partition(|entry| entry.seq().is_none());
        let can_shrink = page.len() > 1 || bodies.len() > 1 || (page.len() == 1 && bodies.len() == 1);
        if !matches!(error, FrameError::TooLarge(_) | FrameError::Bomb) || !can_shrink {
            return Err(ServerError::Defect(error.to_string()).into());
        }
        // Without bodies one entry stays: the cursor must move.
        let items =
            if bodies.is_empty() { page.len().div_ceil(2).min(page.len() - 1) } else { page.len() / 2 };
        if page.is_empty() {
            bodies.truncate(bodies.len() / 2);
            response.more = true;
        } else {
            let budget = Budget { items, bytes: MAX_ANSWER_BYTES };
            let page = ground.read(|archive| {
                let answering = Answering { ground, archive, asked, request, now_ms };
                answering.feed(asked.place.after, budget)
            })?;
            response.cursor.1 = page.cursor;
            response.more = page.more;
            response.feed = page.entries;
        }
        response.next = if response.more { Next::default() } else { response.next };
        response.feed.extend(bodies);
    }
}
