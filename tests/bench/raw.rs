//! The physical limit: SQLCipher without Ronde, opened with the product's own settings on the same
//! disk. A filing is one prepared INSERT, a page of the list one SELECT, of the bytes Ronde keeps.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, params};

use crate::Outcome;

/// Opens a database of the product, or makes an empty one, exactly as `core/src/store/open.rs` does.
pub fn open(path: &Path, key: &[u8; 32]) -> Outcome<Connection> {
    let connection = keyed(path, key)?;
    let version: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if version == 0 {
        connection.pragma_update(None, "synchronous", "EXTRA")?;
        connection.execute_batch(SCHEMA)?;
    }
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
         PRAGMA secure_delete = ON; PRAGMA temp_store = MEMORY; PRAGMA busy_timeout = 5000;
         PRAGMA cache_size = -2000; PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON;
         PRAGMA trusted_schema = OFF;",
    )?;
    Ok(connection)
}

/// Opens a database and gives it its key, no more.
pub fn keyed(path: &Path, key: &[u8; 32]) -> Outcome<Connection> {
    let connection = Connection::open(path)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
    let raw: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    connection.pragma_update(None, "key", format!("x'{raw}'"))?;
    Ok(connection)
}

const SCHEMA: &str = "BEGIN;
    CREATE TABLE report (
        id INTEGER PRIMARY KEY, doc BLOB NOT NULL UNIQUE, recorded_ms INTEGER NOT NULL,
        row BLOB NOT NULL, envelope BLOB NOT NULL, snapshot BLOB NOT NULL
    );
    CREATE INDEX report_recorded ON report (recorded_ms, doc);
    CREATE TABLE draft (doc BLOB PRIMARY KEY, saved_ms INTEGER NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE list (
        id INTEGER PRIMARY KEY, doc BLOB NOT NULL UNIQUE, recorded_ms INTEGER NOT NULL, author BLOB NOT NULL,
        number TEXT, body BLOB NOT NULL, acts BLOB, covered INTEGER NOT NULL, set_aside TEXT
    );
    CREATE INDEX list_recorded ON list (recorded_ms, doc);
    PRAGMA user_version = 1; COMMIT;";

/// A key in a text of 64 hexadecimal digits.
pub fn key_of_text(text: &str) -> Outcome<[u8; 32]> {
    let mut key = [0; 32];
    for (place, byte) in key.iter_mut().enumerate() {
        let digits = text.get(place * 2..place * 2 + 2).ok_or("the key file is too short")?;
        *byte = u8::from_str_radix(digits, 16)?;
    }
    Ok(key)
}

/// What filing one report leaves on disk, beside its words in the index.
pub struct Leaves {
    /// List row, acts.
    pub row: Vec<u8>,
    /// The signed envelope and its row.
    pub envelope: Vec<u8>,
    /// The document, empty while it is its one envelope.
    pub snapshot: Vec<u8>,
    /// The draft before.
    pub draft: Vec<u8>,
}

impl Leaves {
    /// Bytes in all, without the draft, which filing deletes.
    pub fn len(&self) -> usize {
        self.row.len() + self.envelope.len() + self.snapshot.len()
    }

    /// What the notebook of a database holds of each report, in the order of filing. `draft`: bytes
    /// of a draft.
    pub fn of(connection: &Connection, draft: usize) -> Outcome<Vec<Leaves>> {
        let mut statement = connection.prepare(
            "SELECT report.body, report.acts, report.author, document.home,
                    body.bytes, eid, lease, chain, t, change, coalesce(snapshot.bytes, x'')
             FROM document JOIN report USING (id) LEFT JOIN snapshot USING (id)
                  JOIN envelope ON envelope.doc = document.doc JOIN body ON body.id = envelope.id
             ORDER BY document.id",
        )?;
        let mut rows = statement.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let join = |columns: std::ops::Range<usize>| -> Outcome<Vec<u8>> {
                let mut all = Vec::new();
                for column in columns {
                    all.extend_from_slice(row.get_ref(column)?.as_bytes()?);
                }
                Ok(all)
            };
            found.push(Leaves {
                row: join(0..4)?,
                envelope: join(4..10)?,
                snapshot: join(10..11)?,
                draft: vec![0x5a; draft],
            });
        }
        Ok(found)
    }
}

/// A database that keeps the same bytes without knowing what they are.
pub struct Drawer {
    connection: Connection,
    last: u64,
}

impl Drawer {
    /// A new one.
    pub fn new(path: &Path) -> Outcome<Drawer> {
        Ok(Drawer { connection: open(path, &[7; 32])?, last: 0 })
    }

    /// An id that sorts after the one before, as the product's do.
    fn next(&mut self) -> (Vec<u8>, i64) {
        self.last += 1;
        let doc = u128::from(self.last) << 64 | u128::from(self.last.wrapping_mul(0x9e37_79b9_7f4a_7c15));
        (doc.to_be_bytes().to_vec(), 1_767_592_800_000 + self.last as i64)
    }

    /// One durable INSERT.
    pub fn keep(&mut self, leaves: &Leaves) -> Outcome<()> {
        let (doc, recorded_ms) = self.next();
        self.insert(&doc, recorded_ms, leaves)
    }

    fn insert(&self, doc: &[u8], recorded_ms: i64, leaves: &Leaves) -> Outcome<()> {
        let sql =
            "INSERT INTO report (doc, recorded_ms, row, envelope, snapshot) VALUES (?1, ?2, ?3, ?4, ?5)";
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.execute(params![doc, recorded_ms, leaves.row, leaves.envelope, leaves.snapshot])?;
        Ok(())
    }

    /// The three durable commits of a form: a draft, the draft again, the report in its place.
    pub fn keep_after_draft(&mut self, leaves: &Leaves) -> Outcome<()> {
        let (doc, recorded_ms) = self.next();
        let empty: &[u8] = &leaves.draft[..leaves.draft.len().min(60)];
        for body in [empty, &leaves.draft] {
            self.connection
                .prepare_cached("INSERT OR REPLACE INTO draft (doc, saved_ms, body) VALUES (?1, ?2, ?3)")?
                .execute(params![doc, recorded_ms, body])?;
        }
        let transaction = self.connection.unchecked_transaction()?;
        self.insert(&doc, recorded_ms, leaves)?;
        self.connection.prepare_cached("DELETE FROM draft WHERE doc = ?1")?.execute([&doc])?;
        Ok(transaction.commit()?)
    }
}

/// The list of a notebook as one plain table of the same columns.
pub struct PlainList;

impl PlainList {
    /// Copies the list rows of a notebook's database.
    pub fn copy(from: &Connection, to: &Path) -> Outcome<()> {
        let target = open(to, &[7; 32])?;
        let transaction = target.unchecked_transaction()?;
        let mut statement = from.prepare(
            "SELECT doc, recorded_ms, author, number, body, acts,
                    (SELECT min(covered) FROM envelope WHERE envelope.doc = report.doc AND own = 1)
             FROM report ORDER BY id",
        )?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let value = |column| row.get::<_, rusqlite::types::Value>(column);
            target
                .prepare_cached(
                    "INSERT INTO list (doc, recorded_ms, author, number, body, acts, covered)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    value(0)?,
                    value(1)?,
                    value(2)?,
                    value(3)?,
                    value(4)?,
                    value(5)?,
                    value(6)?
                ])?;
        }
        Ok(transaction.commit()?)
    }

    /// Reads a page after a moment: the bytes of each column, nothing decoded.
    pub fn page(connection: &Connection, before_ms: i64, limit: u32) -> Outcome<Vec<PlainRow>> {
        let mut statement = connection.prepare_cached(
            "SELECT recorded_ms, body, number, acts, covered, set_aside FROM list
             WHERE recorded_ms < ?1 ORDER BY recorded_ms DESC, doc DESC LIMIT ?2",
        )?;
        let rows = statement.query_map(params![before_ms, limit], |row| {
            Ok(PlainRow {
                recorded_ms: row.get(0)?,
                body: row.get(1)?,
                number: row.get(2)?,
                acts: row.get(3)?,
                covered: row.get(4)?,
                set_aside: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

/// A row as SQLite gives it.
#[expect(dead_code, reason = "read and thrown away, as a limit does")]
pub struct PlainRow {
    pub recorded_ms: i64,
    body: Vec<u8>,
    number: Option<String>,
    acts: Option<Vec<u8>>,
    covered: bool,
    set_aside: Option<String>,
}
