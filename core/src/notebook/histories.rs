//! Where an answer stands among the server's histories, and what a restore of the server voids here.
//! Knows no envelope. Changes when histories are told in another way.

use std::collections::BTreeMap;

use ronde_model::id::HistoryId;
use ronde_model::wire::{Fork, Response};

use super::Notebook;
use crate::error::Error;
use crate::store::{Position, Tx};

/// Where an answer stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// In the history that was asked for; its entries lie after this number.
    Here(u64),
    /// In a history forked from it, after this number: what lay beyond was taken back.
    Forked(u64),
    /// In a history that nothing leads to from ours: everything was taken back, nothing of it may be
    /// applied.
    Foreign,
}

/// Compares the answer's history with ours and takes back what is void, before anything else of the
/// answer is applied.
///
/// # Errors
/// `ServerAstray`, or the store's own.
pub fn stand(tx: &Tx<'_>, position: &mut Position, response: &Response) -> Result<Standing, Error> {
    let (ours, seq) = (position.history, position.seq);
    let theirs = response.cursor.0;
    if theirs == HistoryId::default() {
        return Err(Error::ServerAstray { rule: "a history has a name".into() });
    }
    if theirs == ours {
        return Ok(Standing::Here(seq));
    }
    if ours == HistoryId::default() {
        return Ok(Standing::Here(0));
    }
    match way(ours, theirs, response.forks.as_deref().unwrap_or_default()) {
        Some(forks) => {
            let shared = forks.iter().map(|fork| fork.seq).fold(u64::MAX, u64::min);
            forks.iter().try_for_each(|fork| tx.add_fork(fork))?;
            take_back(tx, position, (theirs, seq.min(shared)), shared)?;
            Ok(Standing::Forked(position.seq))
        }
        None => {
            take_back(tx, position, Default::default(), 0)?;
            Ok(Standing::Foreign)
        }
    }
}

/// The forks that lead from a history to one that continues it.
fn way(from: HistoryId, to: HistoryId, forks: &[Fork]) -> Option<Vec<&Fork>> {
    let known: BTreeMap<HistoryId, &Fork> = forks.iter().map(|fork| (fork.history, fork)).collect();
    let mut way = Vec::new();
    let mut at = to;
    // A ring of forks leads nowhere.
    while at != from && way.len() < known.len() {
        let fork = *known.get(&at)?;
        way.push(fork);
        at = fork.parent;
    }
    (at == from).then_some(way)
}

/// Goes to a place in the feed; every number beyond the last one shared is void.
fn take_back(
    tx: &Tx<'_>,
    position: &mut Position,
    cursor: (HistoryId, u64),
    shared: u64,
) -> Result<(), Error> {
    tx.rewind(shared)?;
    (position.history, position.seq) = cursor;
    position.own = tx.covered_own()?;
    if position.receipt_seq > shared {
        (position.receipt_seq, position.receipt_ms, position.receipt) = (0, None, None);
    }
    position.repair_after = None;
    position.disputed = false;
    position.feed_read = false;
    Ok(())
}

impl Notebook {
    /// The server knows nothing of the place we stand at: it was restored from a copy older than our
    /// history. Back to the history ours began from, as far as that is known, else to the beginning.
    /// Whether we stood anywhere else before.
    pub(super) fn take_step_back(&self) -> Result<bool, Error> {
        self.inner.store.write(|tx| {
            let mut position = tx.position()?;
            if position.history == HistoryId::default() {
                return Ok(false);
            }
            // Each is used once: a server that knows none of them is asked from the beginning at last.
            let (cursor, shared) = match tx.take_fork(&position.history)? {
                Some((parent, shared)) => ((parent, position.seq.min(shared)), shared),
                None => (Default::default(), 0),
            };
            take_back(tx, &mut position, cursor, shared)?;
            tx.set_position(&position)?;
            Ok(true)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fork(history: u8, parent: u8, seq: u64) -> Fork {
        Fork { history: HistoryId([history; 8]), parent: HistoryId([parent; 8]), seq }
    }

    #[test]
    fn a_way_leads_through_every_fork_between_and_no_other() {
        let forks = [fork(4, 3, 9), fork(2, 1, 30), fork(3, 2, 20)];
        let seqs = |from: u8, to: u8| {
            way(HistoryId([from; 8]), HistoryId([to; 8]), &forks)
                .map(|way| way.iter().map(|fork| fork.seq).collect::<Vec<_>>())
        };
        assert_eq!(seqs(1, 4), Some(vec![9, 20, 30]));
        assert_eq!(seqs(2, 3), Some(vec![20]));
        assert_eq!(seqs(4, 1), None, "a child is no ancestor");
        assert_eq!(seqs(7, 4), None);
    }

    #[test]
    fn a_ring_of_forks_leads_nowhere() {
        let forks = [fork(2, 3, 5), fork(3, 2, 5)];
        assert_eq!(way(HistoryId([1; 8]), HistoryId([2; 8]), &forks), None);
    }
}
