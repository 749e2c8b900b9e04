//! What was fed and cannot be shown: kept with its reason, the same bytes once, bounded. Changes when
//! another kind of thing is kept aside.

use ronde_model::id::{DocId, Eid};
use rusqlite::params;

use super::{Tx, sql};
use crate::error::Error;

/// An envelope set aside: its identity and report as far as they could be read, why, and whether
/// it was written here.
pub type Aside = (Option<Eid>, Option<DocId>, String, bool);

/// Bytes kept aside.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Its row.
    pub id: i64,
    /// `malformed` or `later`.
    pub reason: String,
    /// Verbatim.
    pub bytes: Vec<u8>,
}

/// Entries kept aside at most.
const MOST_ENTRIES: i64 = 10_000;

/// Bytes kept aside at most.
const MOST_BYTES: i64 = 16 * 1024 * 1024;

impl Tx<'_> {
    /// Keeps fed bytes that cannot be shown. Over the bounds, the oldest that do not verify go;
    /// never what a later version will read, never what the server's ledger says is ours.
    pub fn set_aside(
        &self,
        seq: Option<u64>,
        eid: Option<Eid>,
        reason: &str,
        bytes: &[u8],
    ) -> Result<(), Error> {
        self.connection
            .prepare_cached(
                "INSERT INTO aside (seq, eid, reason, bytes, digest) VALUES (?1, ?2, ?3, ?4, ?5)
                 ON CONFLICT (digest) DO UPDATE SET seq = excluded.seq, eid = excluded.eid, reason = excluded.reason",
            )
            .and_then(|mut s| s.execute(params![seq, eid.map(|e| e.0), reason, bytes, Eid::of(bytes).0]))
            .map_err(sql)?;
        self.bound_aside()
    }

    fn bound_aside(&self) -> Result<(), Error> {
        loop {
            let full: bool = self
                .connection
                .prepare_cached("SELECT entries > ?1 OR bytes > ?2 FROM aside_tally")
                .and_then(|mut s| s.query_row([MOST_ENTRIES, MOST_BYTES], |r| r.get(0)))
                .map_err(sql)?;
            if !full {
                return Ok(());
            }
            let gone = self
                .connection
                .prepare_cached(
                    "DELETE FROM aside WHERE id = (SELECT id FROM aside INDEXED BY aside_oldest
                     WHERE reason <> 'later' AND NOT EXISTS (SELECT 1 FROM missing WHERE missing.eid = digest)
                     ORDER BY id LIMIT 1)",
                )
                .and_then(|mut s| s.execute([]))
                .map_err(sql)?;
            if gone == 0 {
                return Ok(());
            }
            self.connection
                .prepare_cached("UPDATE aside_tally SET dropped = dropped + 1")
                .and_then(|mut s| s.execute([]))
                .map_err(sql)?;
        }
    }

    /// How many entries that did not verify went, because too many came.
    pub fn dropped_aside(&self) -> Result<u64, Error> {
        self.connection
            .prepare_cached("SELECT dropped FROM aside_tally")
            .and_then(|mut s| s.query_row([], |r| r.get(0)))
            .map_err(sql)
    }

    /// Bytes kept aside are understood now.
    pub fn take_from_aside(&self, digest: &Eid) -> Result<(), Error> {
        self.connection
            .prepare_cached("DELETE FROM aside WHERE digest = ?1")
            .and_then(|mut s| s.execute([digest.0]))
            .map_err(sql)?;
        Ok(())
    }

    /// The last row kept aside until now.
    pub fn last_aside(&self) -> Result<i64, Error> {
        self.connection
            .prepare_cached("SELECT coalesce(max(id), 0) FROM aside")
            .and_then(|mut s| s.query_row([], |r| r.get(0)))
            .map_err(sql)
    }

    /// What could not be read, or not yet, row by row: the first after one row, up to another.
    pub fn unread_aside(&self, after: i64, until: i64, most: usize) -> Result<Vec<Kept>, Error> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT id, reason, bytes FROM aside
                 WHERE id > ?1 AND id <= ?2 AND reason IN ('later', 'malformed') ORDER BY id LIMIT ?3",
            )
            .map_err(sql)?;
        let rows = statement
            .query_map(params![after, until, most as i64], |r| {
                Ok(Kept { id: r.get(0)?, reason: r.get(1)?, bytes: r.get(2)? })
            })
            .map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }

    /// What the bytes of a row are known by, so that they are kept once.
    pub fn note_digest(&self, id: i64, digest: &Eid) -> Result<(), Error> {
        self.connection
            .prepare_cached("UPDATE OR IGNORE aside SET digest = ?2 WHERE id = ?1 AND digest IS NULL")
            .and_then(|mut s| s.execute(params![id, digest.0]))
            .map_err(sql)?;
        Ok(())
    }

    /// Takes one row from what is kept aside.
    pub fn forget_aside(&self, id: i64) -> Result<(), Error> {
        self.connection
            .prepare_cached("DELETE FROM aside WHERE id = ?1")
            .and_then(|mut s| s.execute([id]))
            .map_err(sql)?;
        Ok(())
    }

    /// Everything set aside: own envelopes that the server refused or that others replaced, fed ones
    /// that are not part of anything, reports that could not be healed.
    pub fn all_set_aside(&self) -> Result<Vec<Aside>, Error> {
        let mut statement = self
            .connection
            .prepare_cached(
                "SELECT eid, doc, CASE answer WHEN 5 THEN 'malformed' ELSE coalesce(reason, 'no-right') END, 1
                 FROM envelope WHERE own = 1 AND answer IN (2, 5)
                 UNION ALL
                 SELECT eid, doc, 'replaced', 1 FROM envelope
                 WHERE own = 1 AND answer = 6 AND eid IN (SELECT eid FROM replaced)
                 UNION ALL
                 SELECT eid, doc, waiting, 0 FROM envelope WHERE own = 0 AND waiting IS NOT NULL
                 UNION ALL
                 SELECT eid, NULL, reason, 0 FROM aside",
            )
            .map_err(sql)?;
        let rows = statement
            .query_map([], |r| {
                let eid: Option<[u8; 32]> = r.get(0)?;
                let doc: Option<[u8; 16]> = r.get(1)?;
                Ok((eid.map(Eid), doc.map(DocId), r.get(2)?, r.get(3)?))
            })
            .map_err(sql)?;
        let mut aside: Vec<Aside> = rows.collect::<Result<_, _>>().map_err(sql)?;
        aside.extend(self.unhealed()?.into_iter().map(|(doc, why)| (None, Some(doc), why, true)));
        Ok(aside)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Settings, Store};
    use super::*;

    fn store() -> (tempfile::TempDir, Store) {
        let directory = tempfile::tempdir().unwrap();
        let store = Store::open(&directory.path().join("notebook.db"), &[7; 32], &Settings::default());
        (directory, store.unwrap())
    }

    #[test]
    fn a_flood_of_what_does_not_verify_pushes_out_its_own_oldest_only() {
        let (_directory, store) = store();
        let bytes = |n: u32, size: usize| [n.to_be_bytes().as_slice(), &vec![0; size]].concat();
        store
            .write(|tx| {
                tx.set_aside(Some(1), None, "later", b"of a later version")?;
                let ours = Eid::of(b"ours");
                tx.connection.execute("INSERT INTO missing (eid) VALUES (?1)", [ours.0]).map_err(sql)?;
                tx.set_aside(None, None, "malformed", b"ours")?;
                (0..10_005).try_for_each(|n| tx.set_aside(Some(2), None, "signature", &bytes(n, 8)))?;
                // The same bytes again are kept once.
                (10_000..10_005).try_for_each(|n| tx.set_aside(Some(3), None, "signature", &bytes(n, 8)))
            })
            .unwrap();
        let reasons = |reason: &str| {
            let kept = store.read(|tx| tx.all_set_aside()).unwrap();
            kept.iter().filter(|(_, _, why, _)| why == reason).count()
        };
        assert_eq!((reasons("later"), reasons("malformed"), reasons("signature")), (1, 1, 9_998));
        assert_eq!(store.read(|tx| tx.dropped_aside()).unwrap(), 7);
        let kept = |n| {
            store
                .read(|tx| {
                    let query = "SELECT 1 FROM aside WHERE digest = ?1";
                    let found =
                        tx.connection.prepare(query).and_then(|mut s| s.exists([Eid::of(&bytes(n, 8)).0]));
                    found.map_err(sql)
                })
                .unwrap()
        };
        assert_eq!((kept(6), kept(7), kept(10_004)), (false, true, true), "the oldest went");

        // Bytes count too.
        let big = 1024 * 1024;
        store
            .write(|tx| (0..17).try_for_each(|n| tx.set_aside(None, None, "signature", &bytes(n, big))))
            .unwrap();
        let held: i64 = store
            .read(|tx| {
                let sum = "SELECT sum(length(bytes)) FROM aside";
                tx.connection.query_one(sum, [], |r| r.get(0)).map_err(sql)
            })
            .unwrap();
        assert!(held <= MOST_BYTES && held > MOST_BYTES - 2 * big as i64, "{held}");
        assert_eq!((reasons("later"), reasons("malformed")), (1, 1));
    }
}
