//! Judging one affair: new envelopes, then whatever waited for them, until nothing moves or the
//! work of one push is done. Reads what waits in portions; writes nothing.

use std::collections::HashSet;

use ronde_model::document::{Admission, Admitted, Event, Reason, Standing, admit, looks_like_a_seal};
use ronde_model::envelope::Kind;
use ronde_model::id::{AgentId, DeviceId, DocId, Eid};

use super::affair::{Affair, provenance};
use super::causal;
use super::ruling::{AffairId, Item, Outcome, REPLACED, Ruling};
use super::side::body_of;
use crate::archive::{DocumentRow, Portion, WaitingPlace};
use crate::error::{ArchiveError, ServerError};
use crate::supervision::StoredState;

/// What waits is read in such portions.
const PORTION: Portion = Portion { items: 512, bytes: 8 * 1024 * 1024 };

/// Portions of one affair that one push judges at most. What is left over goes on waiting: it is
/// tried again with the next accepted change, as everything that waits.
const MAX_PASSES: usize = 64;

/// What judging asks about things outside the affair.
pub struct Asking<'a> {
    /// Whether a device was revoked.
    pub is_revoked: &'a dyn Fn(&DeviceId) -> Result<bool, ArchiveError>,
    /// Envelopes replaced by others of affairs judged before, with their agent.
    pub replaced: &'a HashSet<(Eid, AgentId)>,
}

/// One round over everything that waits in the archive.
struct Round {
    /// How much had moved when it began.
    began: u64,
    /// Documents still to be read, the present one last.
    left: Vec<(DocId, Kind)>,
    after: Option<WaitingPlace>,
}

impl Affair<'_> {
    /// Judges new envelopes, then whatever waited for them. Without new ones: everything that waits.
    ///
    /// # Errors
    /// The archive's.
    pub fn judge(&mut self, new: Vec<Item>, asking: &Asking<'_>) -> Result<(), ServerError> {
        let mut round = if new.is_empty() { Some(self.round()) } else { None };
        let mut queue = new;
        // New envelopes that wait for something that did not come yet.
        let mut stalled: Vec<(Item, String)> = Vec::new();
        for _ in 0..MAX_PASSES {
            if let Some(round) = &mut round {
                queue.extend(self.portion(round)?);
                queue = causal::ordered(queue);
            }
            queue.extend(self.to_release.drain(..));
            let before = self.steps;
            for item in queue.drain(..) {
                match self.outcome(&item, asking)? {
                    Outcome::Pending(why) if item.is_pending() => self.still_waits(&item, why),
                    Outcome::Pending(why) => stalled.push((item, why)),
                    outcome => self.rule(item, outcome),
                }
            }
            let moved = self.steps > before;
            if moved {
                queue.extend(stalled.drain(..).map(|(item, _)| item));
            }
            match &round {
                Some(round) if !round.left.is_empty() => {}
                Some(ended) if self.steps > ended.began => round = Some(self.round()),
                None if moved => round = Some(self.round()),
                _ => break,
            }
        }
        if !queue.is_empty() || round.is_some_and(|round| !round.left.is_empty() || self.steps > round.began)
        {
            tracing::warn!(affair = ?self.id, "more waits than one push may try again");
        }
        // New envelopes are answered all the same.
        queue.extend(self.to_release.drain(..));
        for item in queue {
            let outcome = self.outcome(&item, asking)?;
            self.rule(item, outcome);
        }
        for (item, why) in stalled {
            self.rule(item, Outcome::Pending(why));
        }
        Ok(())
    }

    fn rule(&mut self, item: Item, outcome: Outcome) {
        if let Some(held) = &item.held {
            self.settled.insert(held.seq);
            self.reworded.remove(&held.seq);
        }
        self.rulings.push(Ruling { item, outcome });
    }

    /// It waits as before, maybe for something else.
    fn still_waits(&mut self, item: &Item, why: String) {
        let Some(held) = &item.held else { return };
        if held.reason.as_deref() == Some(why.as_str()) {
            self.reworded.remove(&held.seq);
        } else {
            self.reworded.insert(held.seq, why);
        }
    }

    fn round(&self) -> Round {
        let left = match self.id {
            _ if self.mark.holds_nothing() => Vec::new(),
            AffairId::Report(doc) => vec![(DocId::handling_of(doc), Kind::Handling), (doc, Kind::Report)],
            AffairId::Loose(kind, doc) => vec![(doc, kind)],
        };
        Round { began: self.steps, left, after: None }
    }

    /// The next portion of what waits and was not settled meanwhile.
    fn portion(&self, round: &mut Round) -> Result<Vec<Item>, ServerError> {
        let Some((doc, kind)) = round.left.last() else { return Ok(Vec::new()) };
        let held = self.archive.pending(doc, *kind, round.after, PORTION)?;
        round.after = held.last().map(|last| last.place);
        if held.is_empty() {
            round.left.pop();
        }
        held.into_iter()
            .filter(|held| !self.settled.contains(&held.stored.seq))
            .map(|held| self.item(held.stored, &held.eid, held.bytes))
            .collect()
    }

    fn outcome(&mut self, item: &Item, asking: &Asking<'_>) -> Result<Outcome, ServerError> {
        let (eid, agent) = (item.eid(), item.lease().agent);
        let is_replaced =
            self.replacements.contains(&(eid, agent)) || asking.replaced.contains(&(eid, agent));
        if is_replaced || self.archive.is_replaced(&eid, &agent)? {
            return Ok(Outcome::Pending(REPLACED.to_owned()));
        }
        let released = self.is_released(&eid)?;
        if item.held.is_none() && !released && (asking.is_revoked)(&item.lease().device)? {
            self.note_refused_seal(item);
            return Ok(Outcome::Quarantined(Reason::Revoked));
        }
        match admit(self.standing(item.envelope().kind), item.envelope(), item.lease(), released) {
            Admission::Pending(waiting) => Ok(Outcome::Pending(waiting.to_string())),
            Admission::Quarantined(reason) => {
                self.note_refused_seal(item);
                Ok(Outcome::Quarantined(reason))
            }
            Admission::Accepted(admitted) => {
                self.replacements.extend(item.envelope().replaces.iter().map(|eid| (*eid, agent)));
                self.accept(item, *admitted)
            }
        }
    }

    fn standing(&self, kind: Kind) -> Standing<'_> {
        let row = self.row.as_ref();
        let (home, author) = (row.map(|row| &row.home), row.map(|row| row.author));
        if kind == Kind::Handling {
            Standing { document: self.handling.document.as_ref(), home, author, sealed: row.is_some() }
        } else {
            Standing {
                document: self.report.document.as_ref(),
                home,
                author,
                sealed: row.is_some_and(|row| row.sealed),
            }
        }
    }

    fn accept(&mut self, item: &Item, admitted: Admitted) -> Result<Outcome, ServerError> {
        self.steps += 1;
        let Admitted { document, hash, is_seal, late, writes } = admitted;
        if is_seal {
            self.row = Some(self.row_of(item, true));
        }
        let provenance = provenance(item, late);
        if item.envelope().kind == Kind::Handling {
            self.handling.take(document, hash, provenance);
            for event in writes.iter().filter_map(|(_, value)| Event::from_value(value)) {
                if let (true, Some(eid)) = (event.what == "release", event.eid) {
                    self.release(eid)?;
                }
            }
        } else {
            self.report.take(document, hash, provenance);
        }
        Ok(Outcome::Accepted { change: Some(hash), late, is_seal })
    }

    /// A handling waits only until its report's seal is stored, even set aside (S3).
    fn note_refused_seal(&mut self, item: &Item) {
        let is_report = matches!(self.id, AffairId::Report(_)) && item.envelope().kind == Kind::Report;
        if self.row.is_none() && is_report && looks_like_a_seal(&item.envelope().body) {
            self.row = Some(self.row_of(item, false));
            self.steps += 1;
        }
    }

    fn row_of(&self, item: &Item, sealed: bool) -> DocumentRow {
        DocumentRow {
            doc: item.envelope().doc,
            home: item.lease().home(),
            author: item.lease().agent,
            seal: item.eid(),
            sealed,
            rev: self.row.as_ref().map_or(0, |row| row.rev),
            number: None,
            received_ms: item.received_ms,
            place: 0,
        }
    }

    fn is_released(&self, eid: &Eid) -> Result<bool, ServerError> {
        // A release is a change of the handling, which waits for the report's seal.
        let (AffairId::Report(doc), Some(_)) = (self.id, &self.row) else { return Ok(false) };
        Ok(self.releases.contains(eid) || self.archive.released_in(eid)? == Some(DocId::handling_of(doc)))
    }

    fn release(&mut self, eid: Eid) -> Result<(), ServerError> {
        self.releases.push(eid);
        let mine = |kind: Kind, doc: DocId| {
            matches!(self.id, AffairId::Report(report) if (kind == Kind::Report && doc == report)
                || (kind == Kind::Handling && doc == DocId::handling_of(report)))
        };
        // Set aside a moment ago, in this very push.
        if let Some(place) = self.rulings.iter().position(|ruling| ruling.item.eid() == eid) {
            if matches!(&self.rulings[place].outcome, Outcome::Quarantined(reason) if reason.is_releasable())
            {
                self.to_release.push_back(self.rulings.remove(place).item);
            }
            return Ok(());
        }
        let Some(stored) = self.archive.stored(&eid)? else { return Ok(()) };
        let releasable =
            stored.reason.as_deref().and_then(Reason::from_code).is_some_and(Reason::is_releasable);
        if stored.state == StoredState::Quarantined && releasable && mine(stored.kind, stored.doc) {
            let bytes = body_of(self.archive, stored.seq, &eid)?;
            let item = self.item(stored, &eid, bytes)?;
            // What another took the place of stays as it is.
            if !self.archive.is_replaced(&eid, &item.lease().agent)? {
                self.to_release.push_back(item);
            }
        }
        Ok(())
    }
}
