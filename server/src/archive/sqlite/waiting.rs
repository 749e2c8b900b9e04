//! What waits, in SQL.

use ronde_model::envelope::Kind;
use ronde_model::id::{ChainId, DeviceId, DocId, Eid};
use rusqlite::{OptionalExtension, Row, params};

use super::Unit;
use super::envelopes::{STORED, stored_of};
use super::failure::failed;
use crate::archive::{HeldEnvelope, Knowledge, Portion, WaitingPlace, WaitingReads, WaitingWrites};
use crate::error::ArchiveError;

type Result<T> = std::result::Result<T, ArchiveError>;

fn held_of(row: &Row<'_>) -> rusqlite::Result<HeldEnvelope> {
    let stored = stored_of(row)?;
    let place = (ChainId(row.get(10)?), row.get(11)?, stored.seq);
    Ok(HeldEnvelope { eid: Eid(row.get(9)?), place, bytes: row.get(8)?, stored })
}

impl WaitingReads for Unit<'_> {
    fn pending(
        &self,
        doc: &DocId,
        kind: Kind,
        after: Option<WaitingPlace>,
        portion: Portion,
    ) -> Result<Vec<HeldEnvelope>> {
        let sql = format!(
            "SELECT {STORED}, b.bytes, e.eid, e.chain, e.n FROM envelope e INDEXED BY envelope_waiting
             JOIN envelope_body b ON b.tenant = e.tenant AND b.seq = e.seq
             WHERE e.tenant = ?1 AND e.doc = ?2 AND e.kind = ?3 AND e.state = 3 AND e.reason <> 'replaced'
               AND (e.chain, e.n, e.seq) > (?4, ?5, ?6)
             ORDER BY e.chain, e.n, e.seq LIMIT ?7"
        );
        let mut statement = self.prepare(&sql)?;
        // No chain is before an empty one.
        let (chain, n, seq) = after.map_or((Vec::new(), 0, 0), |(chain, n, seq)| (chain.0.to_vec(), n, seq));
        let mut rows = statement
            .query(params![self.tenant, doc.0, kind.code(), chain, n, seq, portion.items])
            .map_err(failed)?;
        let (mut held, mut bytes) = (Vec::new(), 0);
        while let Some(row) = rows.next().map_err(failed)? {
            let envelope = held_of(row).map_err(failed)?;
            bytes += envelope.bytes.len();
            held.push(envelope);
            if bytes >= portion.bytes {
                break;
            }
        }
        Ok(held)
    }

    fn last_held(&self, doc: &DocId, kind: Kind) -> Result<u64> {
        let last = self
            .prepare(
                "SELECT seq FROM envelope INDEXED BY envelope_held
                 WHERE tenant = ?1 AND doc = ?2 AND kind = ?3 AND state <> 0 ORDER BY seq DESC LIMIT 1",
            )?
            .query_row(params![self.tenant, doc.0, kind.code()], |row| row.get(0))
            .optional()
            .map_err(failed)?;
        Ok(last.unwrap_or(0))
    }

    fn pending_of(&self, device: &DeviceId, limit: u64) -> Result<u64> {
        self.prepare(
            "SELECT count(*) FROM (
                 SELECT 1 FROM envelope INDEXED BY envelope_pending
                 WHERE tenant = ?1 AND device = ?2 AND state = 3 AND reason <> 'replaced' LIMIT ?3)",
        )?
        .query_row(params![self.tenant, device.0, limit], |row| row.get(0))
        .map_err(failed)
    }

    fn waiting_for_newer(&self, after: u64, limit: usize) -> Result<Vec<(u64, Kind, DocId)>> {
        let mut statement = self.prepare(
            "SELECT seq, kind, doc FROM envelope INDEXED BY envelope_aside
             WHERE tenant = ?1 AND seq > ?2 AND state <> 0 AND state = 3 AND reason = 'newer-app'
             ORDER BY seq LIMIT ?3",
        )?;
        let found = statement
            .query_map(params![self.tenant, after, limit], |row| {
                Ok((row.get(0)?, Kind::from_code(row.get(1)?), DocId(row.get(2)?)))
            })
            .map_err(failed)?;
        found.collect::<rusqlite::Result<_>>().map_err(failed)
    }

    fn knowledge(&self) -> Result<Knowledge> {
        let known = self
            .prepare("SELECT number, reached FROM knowledge WHERE tenant = ?1")?
            .query_row([self.tenant], |row| Ok(Knowledge { number: row.get(0)?, reached: row.get(1)? }))
            .optional()
            .map_err(failed)?;
        Ok(known.unwrap_or_default())
    }
}

impl WaitingWrites for Unit<'_> {
    fn put_knowledge(&self, knowledge: Knowledge) -> Result<()> {
        self.prepare(
            "INSERT INTO knowledge (tenant, number, reached) VALUES (?1, ?2, ?3)
             ON CONFLICT (tenant) DO UPDATE SET number = excluded.number, reached = excluded.reached",
        )?
        .execute(params![self.tenant, knowledge.number, knowledge.reached])
        .map_err(failed)?;
        Ok(())
    }
}
