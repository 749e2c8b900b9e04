//! The server's ledger of this device set against what is held here: which own envelopes it lacks,
//! which this device lost. Knows no message. Changes when ledgers are compared in another way.

use std::collections::BTreeSet;

use ronde_model::id::Eid;
use ronde_model::wire::LedgerLine;
use rusqlite::params;

use super::{Tx, sql};
use crate::error::Error;

impl Tx<'_> {
    /// Takes over lines of the server's ledger: own envelopes get their number, those not held are
    /// lost ones from now on.
    pub fn adopt_lines(&self, lines: &[LedgerLine]) -> Result<(), Error> {
        for line in lines {
            if self.holds_envelope(&line.eid)? {
                self.note_seq(&line.eid, Some(line.seq))?;
                continue;
            }
            self.connection
                .prepare_cached(
                    "INSERT INTO missing (eid, chain, n, seq) VALUES (?1, ?2, ?3, ?4)
                     ON CONFLICT (eid) DO UPDATE SET chain = ?2, n = ?3, seq = ?4",
                )
                .and_then(|mut s| s.execute(params![line.eid.0, line.chain.0, line.n, line.seq]))
                .map_err(sql)?;
        }
        Ok(())
    }

    /// The lines are all that the server holds for numbers in `after..=until`: own envelopes said to
    /// stand there and not among them wait again, lost ones are forgotten.
    pub fn clear_absent(&self, after: u64, until: u64, lines: &[LedgerLine]) -> Result<(), Error> {
        let until = until.min(i64::MAX as u64);
        let present: BTreeSet<Eid> = lines.iter().map(|line| line.eid).collect();
        let query = "SELECT eid FROM envelope INDEXED BY envelope_ledger
                     WHERE own = 1 AND seq IS NOT NULL AND seq > ?1 AND seq <= ?2
                     UNION ALL SELECT eid FROM missing WHERE seq > ?1 AND seq <= ?2";
        let mut statement = self.connection.prepare_cached(query).map_err(sql)?;
        let rows = statement.query_map([after, until], |r| r.get(0).map(Eid)).map_err(sql)?;
        let held: Vec<Eid> = rows.collect::<Result<_, _>>().map_err(sql)?;
        for eid in held.iter().filter(|eid| !present.contains(*eid)) {
            let both = [
                "UPDATE envelope SET seq = NULL, covered = 0, answer = NULL, reason = NULL WHERE eid = ?1",
                "DELETE FROM missing WHERE eid = ?1",
            ];
            for statement in both {
                self.connection
                    .prepare_cached(statement)
                    .and_then(|mut s| s.execute([eid.0]))
                    .map_err(sql)?;
            }
        }
        Ok(())
    }

    /// Lost bodies to ask for.
    pub fn wanted_bodies(&self, most: usize) -> Result<Vec<Eid>, Error> {
        let query = "SELECT eid FROM missing INDEXED BY missing_wanted WHERE asked = 0 LIMIT ?1";
        let mut statement = self.connection.prepare_cached(query).map_err(sql)?;
        let rows = statement.query_map([most as i64], |r| r.get(0).map(Eid)).map_err(sql)?;
        rows.collect::<Result<_, _>>().map_err(sql)
    }

    /// How many lost bodies are to be asked for.
    pub fn wanted_count(&self) -> Result<u64, Error> {
        self.connection
            .prepare_cached("SELECT count(*) FROM missing INDEXED BY missing_wanted WHERE asked = 0")
            .and_then(|mut s| s.query_row([], |r| r.get(0)))
            .map_err(sql)
    }

    /// These were asked for; when none of them came, the server holds no body: their lines remain.
    /// How many came.
    pub fn note_asked(&self, asked: &[Eid]) -> Result<u64, Error> {
        let mut left = Vec::new();
        for eid in asked {
            let known = self.connection.prepare_cached("SELECT 1 FROM missing WHERE eid = ?1");
            if known.and_then(|mut s| s.exists([eid.0])).map_err(sql)? {
                left.push(eid);
            }
        }
        let came = asked.len().saturating_sub(left.len());
        if came == 0 {
            for eid in left {
                self.connection
                    .prepare_cached("UPDATE missing SET asked = 1 WHERE eid = ?1")
                    .and_then(|mut s| s.execute([eid.0]))
                    .map_err(sql)?;
            }
        }
        Ok(came as u64)
    }

    /// A lost body came back: its row takes over what its line knew.
    pub fn forget_missing(&self, eid: &Eid) -> Result<(), Error> {
        self.connection
            .prepare_cached(
                "UPDATE envelope SET seq = coalesce(envelope.seq, line.seq), covered = line.covered,
                                     answer = coalesce(envelope.answer, line.answer),
                                     reason = coalesce(envelope.reason, line.reason)
                 FROM missing AS line WHERE line.eid = envelope.eid AND envelope.eid = ?1 AND own = 1",
            )
            .and_then(|mut s| s.execute([eid.0]))
            .map_err(sql)?;
        self.connection
            .prepare_cached("DELETE FROM missing WHERE eid = ?1")
            .and_then(|mut s| s.execute([eid.0]))
            .map_err(sql)?;
        Ok(())
    }
}
