//! Which row lies on which page, as SQLite itself says of the undamaged copy: what a damaged place may
//! cost, and nothing else. Shares no code with what it judges.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use ronde_model::id::{DocId, Eid};
use rusqlite::{Connection, OpenFlags};

pub const PAGE: usize = 4096;
const LOG_HEADER: usize = 32;
const FRAME: usize = 24 + PAGE;

/// Where everything lies.
pub struct Truth {
    /// Pages of each envelope's body, the leaf and what overflows.
    pub envelopes: BTreeMap<Eid, BTreeSet<u32>>,
    /// Pages of each draft.
    pub drafts: BTreeMap<DocId, BTreeSet<u32>>,
    /// The last frame of the log for each page that is in it.
    last_frame: BTreeMap<u32, usize>,
    /// Frames that are in the log.
    frames: usize,
    last_begins: usize,
}

/// What was done to a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Damage {
    /// One bit of this byte.
    Flip(usize, u8),
    /// The file ends here.
    Cut(usize),
}

impl Damage {
    /// Where.
    pub fn place(self) -> usize {
        match self {
            Damage::Flip(at, _) | Damage::Cut(at) => at,
        }
    }

    pub fn apply(self, bytes: &mut Vec<u8>) {
        match self {
            Damage::Flip(at, bit) => bytes[at] ^= 1 << bit,
            Damage::Cut(at) => bytes.truncate(at),
        }
    }
}

impl Truth {
    /// Asks an undamaged copy, which is opened and so spoilt.
    pub fn of(directory: &Path, raw_key: &str) -> Truth {
        let log = std::fs::read(directory.join("notebook.db-wal")).unwrap_or_default();
        let (mut last_frame, mut frames, mut commits) = (BTreeMap::new(), 0, vec![0, 0]);
        for (place, frame) in log.get(LOG_HEADER..).unwrap_or_default().chunks_exact(FRAME).enumerate() {
            // A frame of an older run has other salts.
            if frame[8..16] == log[16..24] {
                last_frame.insert(u32::from_be_bytes(frame[..4].try_into().expect("four")), place);
                frames = place + 1;
                if frame[4..8] != [0; 4] {
                    commits.push(frames);
                }
            }
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE;
        let connection = Connection::open_with_flags(directory.join("notebook.db"), flags).expect("opens");
        connection.pragma_update(None, "key", raw_key).expect("keyed");
        let envelopes = pages(&connection, "body", "SELECT eid FROM envelope ORDER BY id");
        let drafts = pages(&connection, "draft", "SELECT doc FROM draft ORDER BY rowid");
        Truth {
            envelopes: envelopes.into_iter().map(|(id, p)| (Eid(id.try_into().expect("32")), p)).collect(),
            drafts: drafts.into_iter().map(|(id, p)| (DocId(id.try_into().expect("16")), p)).collect(),
            last_frame,
            frames,
            last_begins: commits[commits.len() - 2],
        }
    }

    /// Pages that were spoilt in the database file: unless the log holds them too.
    pub fn spoilt_in_file(&self, damage: Damage, length: usize) -> BTreeSet<u32> {
        let page = |at: usize| (at / PAGE) as u32 + 1;
        let pages = match damage {
            Damage::Flip(at, _) => page(at)..=page(at),
            Damage::Cut(at) => page(at)..=page(length),
        };
        pages.filter(|number| !self.last_frame.contains_key(number)).collect()
    }

    /// Pages whose last version was spoilt in the log.
    pub fn spoilt_in_log(&self, damage: Damage) -> BTreeSet<u32> {
        let spoilt = |frame: usize| {
            let start = LOG_HEADER + frame * FRAME + 24;
            match damage {
                Damage::Flip(at, _) => (start..start + PAGE).contains(&at),
                Damage::Cut(at) => at < start + PAGE,
            }
        };
        let last = self.last_frame.iter().filter(|(_, frame)| spoilt(**frame));
        last.map(|(number, _)| *number).collect()
    }

    /// The bytes of the last commit's frames.
    pub fn last_commit(&self) -> std::ops::Range<usize> {
        LOG_HEADER + self.last_begins * FRAME..self.log_bytes()
    }

    /// Bytes of the log that belong to its present run.
    pub fn log_bytes(&self) -> usize {
        LOG_HEADER + self.frames * FRAME
    }
}

/// Each row of a table with the pages it lies on. `ids` gives the rows' names in the order of the table.
fn pages(connection: &Connection, table: &str, ids: &str) -> Vec<(Vec<u8>, BTreeSet<u32>)> {
    let mut rows = connection.prepare(ids).expect("prepared");
    let ids: Vec<Vec<u8>> =
        rows.query_map([], |r| r.get(0)).expect("read").map(|id| id.expect("a blob")).collect();
    let mut tree = connection
        .prepare("SELECT path, pageno, ncell, pagetype FROM dbstat WHERE name = ?1 ORDER BY path")
        .expect("prepared");
    let tree: Vec<(String, u32, usize, String)> = tree
        .query_map([table], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))
        .expect("read")
        .map(|row| row.expect("a page"))
        .collect();
    let mut found = Vec::new();
    for (path, number, cells, _) in tree.iter().filter(|page| page.3 == "leaf") {
        for cell in 0..*cells {
            let more = format!("{path}{cell:03x}+");
            let more = tree.iter().filter(|page| page.3 == "overflow" && page.0.starts_with(&more));
            found.push(more.map(|page| page.1).chain([*number]).collect::<BTreeSet<u32>>());
        }
    }
    assert_eq!(found.len(), ids.len(), "{table}: a row a cell");
    ids.into_iter().zip(found).collect()
}
