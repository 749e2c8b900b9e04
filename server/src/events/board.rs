//! The inbox in memory: every report's row, kept as long as nothing moved in the archive, whoever
//! writes there or makes its caches again. Knows the head and what moved since; refuses to know events.
//! Changes with the way the copy is kept fresh.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

use ronde_model::id::DocId;

use crate::archive::{BoardRow, Head, Reads};
use crate::error::{ArchiveError, ServerError};
use crate::ground::Ground;

/// Rows read at once.
const CHUNK: usize = 5_000;
/// Looks tried when another thread takes the board out in between.
const MOST_TRIES: usize = 8;
/// More reports than that moved: everything is read again.
const MOST_MOVED: usize = 2_000;

/// Every report of the inbox, at a head.
pub struct Board {
    head: Head,
    rows: Vec<BoardRow>,
    places: HashMap<DocId, usize>,
}

/// The board kept in memory.
#[derive(Default)]
pub struct Kept(RwLock<Option<Board>>);

impl Board {
    /// The rows, in no order.
    pub fn rows(&self) -> &[BoardRow] {
        &self.rows
    }

    /// The row of a report.
    pub fn row(&self, doc: &DocId) -> Option<&BoardRow> {
        self.rows.get(*self.places.get(doc)?)
    }

    /// The reports that somebody said are one event with a report.
    pub fn linked_with(&self, doc: &DocId) -> impl Iterator<Item = &DocId> {
        let links = self.row(doc).into_iter().flat_map(|row| &row.handled.links);
        links.filter_map(|(other, linked)| linked.then_some(other))
    }

    /// The head it was read at.
    pub fn head(&self) -> Head {
        self.head
    }

    fn read(archive: &dyn Reads, head: Head) -> Result<Board, ArchiveError> {
        let mut rows: Vec<BoardRow> = Vec::new();
        loop {
            let after = rows.last().map_or(0, |row| row.report.place);
            let chunk = archive.board(after, CHUNK)?;
            let done = chunk.len() < CHUNK;
            rows.extend(chunk);
            if done {
                break;
            }
        }
        let places = rows.iter().enumerate().map(|(place, row)| (row.report.row.doc, place)).collect();
        Ok(Board { head, rows, places })
    }

    /// Whether it shows everything that a reading at this head may see.
    fn covers(&self, head: Head) -> bool {
        // A reading that began before another program made the caches again is covered by what came after.
        self.head.history == head.history && self.head.made >= head.made && self.head.seq >= head.seq
    }

    fn advance(&mut self, archive: &dyn Reads, head: Head) -> Result<bool, ArchiveError> {
        if (self.head.history, self.head.made) != (head.history, head.made) {
            return Ok(false);
        }
        let moved = archive.moved_after(self.head.seq, MOST_MOVED + 1)?;
        if moved.len() > MOST_MOVED {
            return Ok(false);
        }
        for doc in moved {
            let row = archive.board_row(&doc)?;
            self.put(doc, row);
        }
        self.head = head;
        Ok(true)
    }

    fn put(&mut self, doc: DocId, row: Option<BoardRow>) {
        match (self.places.get(&doc).copied(), row) {
            (Some(place), Some(row)) => self.rows[place] = row,
            (None, Some(row)) => {
                self.places.insert(doc, self.rows.len());
                self.rows.push(row);
            }
            (Some(place), None) => {
                self.places.remove(&doc);
                self.rows.swap_remove(place);
                if let Some(moved) = self.rows.get(place) {
                    self.places.insert(moved.report.row.doc, place);
                }
            }
            (None, None) => {}
        }
    }
}

impl Kept {
    /// Shows the board as it stands now, or later.
    ///
    /// # Errors
    /// The archive's, or the look's.
    pub fn look<T>(
        &self,
        ground: &Ground,
        look: impl FnOnce(&Board, &dyn Reads) -> Result<T, ServerError>,
    ) -> Result<T, ServerError> {
        ground.read(|archive| {
            // Somebody else may take it out between the two.
            for _ in 0..MOST_TRIES {
                self.refresh(archive)?;
                let kept = self.0.read().unwrap_or_else(PoisonError::into_inner);
                if let Some(board) = kept.as_ref() {
                    return look(board, archive);
                }
            }
            Err(ServerError::Defect("no board was kept".to_owned()))
        })
    }

    fn refresh(&self, archive: &dyn Reads) -> Result<(), ArchiveError> {
        let head = archive.head()?;
        let is_fresh = |kept: &Option<Board>| kept.as_ref().is_some_and(|board| board.covers(head));
        if is_fresh(&self.0.read().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(());
        }
        let mut kept = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if is_fresh(&kept) {
            return Ok(());
        }
        // Half advanced by an error is no board: it is taken out first.
        let advanced = match kept.take() {
            Some(mut board) => board.advance(archive, head)?.then_some(board),
            None => None,
        };
        *kept = Some(match advanced {
            Some(board) => board,
            None => Board::read(archive, head)?,
        });
        Ok(())
    }
}
