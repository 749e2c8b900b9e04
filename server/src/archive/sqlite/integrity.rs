//! Whether an archive is whole: its pages, its envelopes, its numbers. Looks and mends nothing.
//! Changes when something more can be checked.

use sha2::{Digest, Sha256};

use super::TENANT;
use super::failure::{failed, unreadable};
use super::inspection::Inspector;
use crate::error::ArchiveError;

/// Envelopes hashed between two words of progress.
const ENVELOPES_A_STEP: u64 = 1_000;

/// What is said of damage, at most.
const FINDINGS_SAID: usize = 3;

impl Inspector {
    /// Every page authenticates, every table and index agree.
    ///
    /// # Errors
    /// `Corrupt` with the first findings.
    pub fn check_pages(&self) -> Result<(), ArchiveError> {
        // The first answers nothing when all is well, the second "ok". The first reads the file below
        // the log: where others write, it would meet half a page and call it damage.
        if self.alone {
            self.check_by("PRAGMA cipher_integrity_check", None)?;
        }
        self.check_by("PRAGMA integrity_check(3)", Some("ok"))
    }

    fn check_by(&self, pragma: &str, well: Option<&str>) -> Result<(), ArchiveError> {
        let mut statement = self.connection.prepare(pragma).map_err(failed)?;
        let findings = statement.query_map([], |row| row.get::<_, String>(0)).map_err(failed)?;
        let findings: Vec<String> = findings.take(FINDINGS_SAID).collect::<Result<_, _>>().map_err(failed)?;
        if findings.iter().map(String::as_str).eq(well) {
            return Ok(());
        }
        Err(ArchiveError::Corrupt(findings.join("; ")))
    }

    /// The head is the last number of the feed, and the last envelopes are those their names say.
    ///
    /// # Errors
    /// `Corrupt`.
    pub fn check_quickly(&self) -> Result<(), ArchiveError> {
        let sql = "SELECT seq, (SELECT coalesce(max(seq), 0) FROM feed WHERE tenant = ?1) \
                   FROM tenant_head WHERE tenant = ?1";
        let (head, last): (u64, u64) =
            self.connection.query_one(sql, [TENANT], |row| Ok((row.get(0)?, row.get(1)?))).map_err(failed)?;
        if head != last {
            return Err(ArchiveError::Corrupt(format!("the head is {head}, the last number {last}")));
        }
        self.check_envelopes_from(head.saturating_sub(ENVELOPES_A_STEP), &mut |_| ())?;
        Ok(())
    }

    /// Every number up to the head is given once, without gap.
    ///
    /// # Errors
    /// `Corrupt`.
    pub fn check_numbers(&self) -> Result<(), ArchiveError> {
        let sql = "SELECT h.seq, count(f.seq), coalesce(min(f.seq), 1), coalesce(max(f.seq), 0) \
                   FROM tenant_head h LEFT JOIN feed f ON f.tenant = h.tenant WHERE h.tenant = ?1";
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
        let (head, count, first, last): (u64, u64, u64, u64) =
            self.connection.query_one(sql, [TENANT], read).map_err(failed)?;
        if (count, first, last) == (head, 1, head) {
            return Ok(());
        }
        let told = format!("the feed has {count} numbers from {first} to {last}, the head is {head}");
        Err(ArchiveError::Corrupt(told))
    }

    /// Every stored envelope is the one its name says: eid = SHA-256(bytes). Answers how many.
    ///
    /// # Errors
    /// `Corrupt` at the first that is not, or has lost its bytes.
    pub fn check_envelopes(&self, progress: &mut dyn FnMut(u64)) -> Result<u64, ArchiveError> {
        self.check_envelopes_from(0, progress)
    }

    fn check_envelopes_from(&self, after: u64, progress: &mut dyn FnMut(u64)) -> Result<u64, ArchiveError> {
        let sql = "SELECT e.seq, e.eid, b.bytes FROM envelope e \
                   LEFT JOIN envelope_body b ON b.tenant = e.tenant AND b.seq = e.seq \
                   WHERE e.tenant = ?1 AND e.seq > ?2 ORDER BY e.seq";
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let mut rows = statement.query((TENANT, after)).map_err(failed)?;
        let mut checked = 0;
        while let Some(row) = rows.next().map_err(failed)? {
            let read = || Ok::<(u64, Vec<u8>, Option<Vec<u8>>), _>((row.get(0)?, row.get(1)?, row.get(2)?));
            let (seq, eid, bytes) = read().map_err(|_: rusqlite::Error| unreadable("envelope"))?;
            match bytes {
                None => return Err(ArchiveError::Corrupt(format!("envelope {seq} has lost its bytes"))),
                Some(bytes) if Sha256::digest(&bytes).as_slice() != eid => {
                    return Err(ArchiveError::Corrupt(format!("envelope {seq} is not the one it was")));
                }
                Some(_) => checked += 1,
            }
            if checked % ENVELOPES_A_STEP == 0 {
                progress(checked);
            }
        }
        Ok(checked)
    }
}
