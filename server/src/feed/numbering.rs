//! Giving numbers inside one transaction, gapless or nothing is written; a lease gets its number just
//! before the first envelope that names it. Changes with the feed's order.

use std::collections::HashSet;

use ronde_model::id::LeaseId;
use ronde_model::scope::Scope;

use crate::archive::{FeedKind, Head, NewFeedRow, Writes};
use crate::error::ServerError;

/// Gives numbers inside one transaction.
pub struct Numbering<'a> {
    archive: &'a dyn Writes,
    began: u64,
    last: u64,
    rows: u64,
    leases: HashSet<(LeaseId, Scope)>,
}

impl<'a> Numbering<'a> {
    /// Takes the head; nobody else gives numbers until the transaction ends.
    ///
    /// # Errors
    /// `Defect` when the head is not the last row, or the archive's.
    pub fn begin(archive: &'a dyn Writes) -> Result<Self, ServerError> {
        let Head { seq, .. } = archive.lock_head()?;
        let last = archive.last_row()?;
        if last != seq {
            tracing::error!(head = seq, last, "the last feed number given has no row, or not the last");
            return Err(ServerError::Defect(format!("the last feed number is {seq}, the last row's {last}")));
        }
        Ok(Numbering { archive, began: seq, last: seq, rows: 0, leases: HashSet::new() })
    }

    /// The next number: exactly one row must be written under it.
    pub fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// Writes a row under a number given before.
    ///
    /// # Errors
    /// The archive's.
    pub fn row_at(
        &mut self,
        seq: u64,
        kind: FeedKind,
        envelope: Option<u64>,
        item: Option<&[u8]>,
        again: bool,
        scopes: &[Scope],
    ) -> Result<(), ServerError> {
        self.archive.put_feed(&NewFeedRow { seq, kind, envelope, item, again, scopes })?;
        self.rows += 1;
        Ok(())
    }

    /// Writes a row under the next number, and answers it.
    ///
    /// # Errors
    /// The archive's.
    pub fn row(
        &mut self,
        kind: FeedKind,
        envelope: Option<u64>,
        item: Option<&[u8]>,
        again: bool,
        scopes: &[Scope],
    ) -> Result<u64, ServerError> {
        let seq = self.next();
        self.row_at(seq, kind, envelope, item, again, scopes)?;
        Ok(seq)
    }

    /// Numbers a lease in the scopes where it has no number yet: just before the first envelope
    /// there that names it.
    ///
    /// # Errors
    /// The archive's.
    pub fn lease(&mut self, id: &LeaseId, cwt: Option<&[u8]>, scopes: &[Scope]) -> Result<(), ServerError> {
        let mut missing = Vec::new();
        for scope in scopes {
            if self.leases.insert((*id, scope.clone())) && !self.archive.lease_stands_in(id, scope)? {
                missing.push(scope.clone());
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        if let Some(cwt) = cwt {
            self.archive.put_lease(id, cwt)?;
        }
        self.row(FeedKind::Lease, None, Some(id.as_bytes()), false, &missing)?;
        for scope in &missing {
            self.archive.put_lease_scope(id, scope)?;
        }
        Ok(())
    }

    /// Keeps the last number given. Numbers are gapless or nothing is written at all.
    ///
    /// # Errors
    /// `Defect` when a number has no row, or the archive's.
    pub fn end(self) -> Result<(), ServerError> {
        if self.last - self.began != self.rows {
            tracing::error!(
                from = self.began,
                to = self.last,
                rows = self.rows,
                "feed numbers would have a gap"
            );
            return Err(ServerError::Defect("feed numbers would have a gap".to_owned()));
        }
        if self.rows > 0 {
            self.archive.move_head(self.last)?;
        }
        Ok(())
    }
}
