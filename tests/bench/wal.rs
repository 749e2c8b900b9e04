//! How many pages each commit wrote, read from SQLite's write-ahead log: its frames' headers are not
//! encrypted (https://www.sqlite.org/fileformat2.html#the_write_ahead_log). Knows no table.

use std::path::Path;

use crate::Outcome;

const LOG_HEADER: usize = 32;
const FRAME_HEADER: usize = 24;

/// Pages of the last commits of a database, at most `most`, oldest first. Fewer when the log was begun
/// again since.
pub fn last_commits(database: &Path, most: usize) -> Outcome<Vec<usize>> {
    let log = std::fs::read(database.with_extension("db-wal"))?;
    let word =
        |at: usize| log.get(at..at + 4).and_then(|four| Some(u32::from_be_bytes(four.try_into().ok()?)));
    let page = word(8).ok_or("the log has no header")? as usize;
    let (mut commits, mut pages, mut at) = (Vec::new(), 0, LOG_HEADER);
    while log.len() >= at + FRAME_HEADER + page {
        // Frames of a log begun again carry another salt.
        if (word(at + 8), word(at + 12)) != (word(16), word(20)) {
            break;
        }
        pages += 1;
        if word(at + 4) != Some(0) {
            commits.push(std::mem::take(&mut pages));
        }
        at += FRAME_HEADER + page;
    }
    Ok(commits.split_off(commits.len().saturating_sub(most)))
}
