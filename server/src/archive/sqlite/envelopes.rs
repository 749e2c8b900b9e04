//! Stored envelopes and ledgers in SQL.

use ronde_model::envelope::Kind;
use ronde_model::id::{AgentId, ChainId, ChangeHash, DeviceId, DocId, Eid, LeaseId};
use ronde_model::instant::Instant;
use ronde_model::receipt::Own;
use ronde_model::wire::LedgerLine;
use rusqlite::{OptionalExtension, Row, params};

use super::Unit;
use super::failure::{failed, unreadable};
use crate::archive::{AcceptedEnvelope, EnvelopeReads, EnvelopeWrites, NewEnvelope, Settlement, Stored};
use crate::error::ArchiveError;
use crate::supervision::{StoredEnvelope, StoredState};

type Result<T> = std::result::Result<T, ArchiveError>;

/// The columns of [`Stored`], in the order `stored_of` reads them.
pub(super) const STORED: &str = "e.seq, e.kind, e.doc, e.lease, e.device, e.state, e.reason, e.received_ms";

pub(super) fn stored_of(row: &Row<'_>) -> rusqlite::Result<Stored> {
    Ok(Stored {
        seq: row.get(0)?,
        kind: Kind::from_code(row.get(1)?),
        doc: DocId(row.get(2)?),
        lease: LeaseId(row.get(3)?),
        device: DeviceId(row.get(4)?),
        state: state_of(row.get(5)?),
        reason: row.get(6)?,
        received_ms: row.get(7)?,
    })
}

fn state_of(code: u8) -> StoredState {
    match code {
        0 => StoredState::Accepted,
        2 => StoredState::Quarantined,
        _ => StoredState::Pending,
    }
}

fn code_of(state: StoredState) -> u8 {
    match state {
        StoredState::Accepted => 0,
        StoredState::Quarantined => 2,
        StoredState::Pending => 3,
    }
}

pub(super) fn instant_of(bytes: &[u8]) -> Result<Instant> {
    minicbor::decode(bytes).map_err(|_| unreadable("time"))
}

impl EnvelopeReads for Unit<'_> {
    fn stored(&self, eid: &Eid) -> Result<Option<Stored>> {
        self.prepare(&format!("SELECT {STORED} FROM envelope e WHERE e.tenant = ?1 AND e.eid = ?2"))?
            .query_row(params![self.tenant, eid.0], stored_of)
            .optional()
            .map_err(failed)
    }

    fn body(&self, seq: u64) -> Result<Option<Vec<u8>>> {
        self.prepare("SELECT bytes FROM envelope_body WHERE tenant = ?1 AND seq = ?2")?
            .query_row(params![self.tenant, seq], |row| row.get(0))
            .optional()
            .map_err(failed)
    }

    fn accepted(&self, doc: &DocId, kind: Kind) -> Result<Vec<AcceptedEnvelope>> {
        let mut statement = self.prepare(
            "SELECT seq, eid, lease, t, change, received_ms, late, place FROM envelope
             WHERE tenant = ?1 AND doc = ?2 AND kind = ?3 AND state = 0 ORDER BY place",
        )?;
        let mut rows = statement.query(params![self.tenant, doc.0, kind.code()]).map_err(failed)?;
        let mut accepted = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let t: Vec<u8> = row.get(3).map_err(failed)?;
            accepted.push(AcceptedEnvelope {
                seq: row.get(0).map_err(failed)?,
                eid: Eid(row.get(1).map_err(failed)?),
                lease: LeaseId(row.get(2).map_err(failed)?),
                t: instant_of(&t)?,
                change: ChangeHash(row.get(4).map_err(failed)?),
                received_ms: row.get(5).map_err(failed)?,
                late: row.get(6).map_err(failed)?,
                place: row.get(7).map_err(failed)?,
            });
        }
        Ok(accepted)
    }

    fn released_in(&self, eid: &Eid) -> Result<Option<DocId>> {
        self.prepare("SELECT handling FROM released_envelope WHERE tenant = ?1 AND eid = ?2")?
            .query_row(params![self.tenant, eid.0], |row| row.get(0).map(DocId))
            .optional()
            .map_err(failed)
    }

    fn is_replaced(&self, eid: &Eid, agent: &AgentId) -> Result<bool> {
        self.prepare("SELECT 1 FROM replaced_envelope WHERE tenant = ?1 AND eid = ?2 AND agent = ?3")?
            .exists(params![self.tenant, eid.0, agent.0])
            .map_err(failed)
    }

    fn own(&self, device: &DeviceId) -> Result<Own> {
        let own = self
            .prepare("SELECT n, d FROM device_own WHERE tenant = ?1 AND device = ?2")?
            .query_row(params![self.tenant, device.0], |row| {
                Ok(Own { n: row.get(0)?, d: u128::from_be_bytes(row.get(1)?) })
            })
            .optional()
            .map_err(failed)?;
        Ok(own.unwrap_or_default())
    }

    fn ledger_after(&self, device: &DeviceId, after: u64, limit: usize) -> Result<Vec<LedgerLine>> {
        let mut statement = self.prepare(
            "SELECT chain, n, eid, seq FROM envelope
             WHERE tenant = ?1 AND device = ?2 AND seq > ?3 ORDER BY seq LIMIT ?4",
        )?;
        let lines = statement
            .query_map(params![self.tenant, device.0, after, limit], |row| {
                Ok(LedgerLine {
                    chain: ChainId(row.get(0)?),
                    n: row.get(1)?,
                    eid: Eid(row.get(2)?),
                    seq: row.get(3)?,
                })
            })
            .map_err(failed)?;
        lines.collect::<rusqlite::Result<_>>().map_err(failed)
    }

    fn stored_after(&self, after: u64, limit: usize) -> Result<Vec<StoredEnvelope>> {
        let mut statement = self.prepare(
            "SELECT eid, device, chain, n, seq, state FROM envelope
             WHERE tenant = ?1 AND seq > ?2 ORDER BY seq LIMIT ?3",
        )?;
        let lines = statement
            .query_map(params![self.tenant, after, limit], |row| {
                Ok(StoredEnvelope {
                    eid: Eid(row.get(0)?),
                    device: DeviceId(row.get(1)?),
                    chain: ChainId(row.get(2)?),
                    n: row.get(3)?,
                    seq: row.get(4)?,
                    state: state_of(row.get(5)?),
                })
            })
            .map_err(failed)?;
        lines.collect::<rusqlite::Result<_>>().map_err(failed)
    }
}

impl EnvelopeWrites for Unit<'_> {
    fn put_envelope(&self, new: &NewEnvelope<'_>) -> Result<bool> {
        let envelope = &new.sealed.envelope;
        let t = minicbor::to_vec(envelope.t).map_err(|_| unreadable("time"))?;
        let parts = Parts::of(new.settlement);
        let rows = self
            .prepare(
                "INSERT INTO envelope (tenant, seq, eid, kind, doc, report, lease, device, agent, home, chain, n, t,
                                       change, state, reason, place, received_ms, late)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
                 ON CONFLICT (tenant, eid) DO NOTHING",
            )?
            .execute(params![
                self.tenant,
                new.seq,
                new.sealed.eid.0,
                envelope.kind.code(),
                envelope.doc.0,
                new.report.map(|doc| doc.0),
                envelope.lease.0,
                new.device.0,
                new.agent.0,
                new.home.to_string(),
                envelope.chain.0,
                envelope.n,
                t,
                parts.change.map(|hash| hash.0),
                parts.state,
                parts.reason,
                parts.place,
                new.received_ms,
                parts.late,
            ])
            .map_err(failed)?;
        if rows == 0 {
            return Ok(false);
        }
        self.prepare("INSERT INTO envelope_body (tenant, seq, bytes) VALUES (?1, ?2, ?3)")?
            .execute(params![self.tenant, new.seq, new.sealed.bytes])
            .map_err(failed)?;
        Ok(true)
    }

    fn settle(&self, seq: u64, report: Option<&DocId>, settlement: &Settlement) -> Result<()> {
        let parts = Parts::of(settlement);
        self.prepare(
            "UPDATE envelope SET report = coalesce(?3, report), change = ?4, state = ?5, reason = ?6, place = ?7,
                                 late = ?8
             WHERE tenant = ?1 AND seq = ?2",
        )?
        .execute(params![
            self.tenant,
            seq,
            report.map(|doc| doc.0),
            parts.change.map(|hash| hash.0),
            parts.state,
            parts.reason,
            parts.place,
            parts.late,
        ])
        .map_err(failed)?;
        Ok(())
    }

    fn put_release(&self, eid: &Eid, handling: &DocId) -> Result<()> {
        self.prepare("INSERT OR IGNORE INTO released_envelope (tenant, eid, handling) VALUES (?1, ?2, ?3)")?
            .execute(params![self.tenant, eid.0, handling.0])
            .map_err(failed)?;
        Ok(())
    }

    fn put_replacement(&self, eid: &Eid, agent: &AgentId) -> Result<Option<(u64, DocId)>> {
        let news = self
            .prepare("INSERT OR IGNORE INTO replaced_envelope (tenant, eid, agent) VALUES (?1, ?2, ?3)")?
            .execute(params![self.tenant, eid.0, agent.0])
            .map_err(failed)?;
        if news == 0 {
            return Ok(None);
        }
        // It waits for nothing any more: no index of what waits holds it.
        self.prepare(
            "UPDATE envelope SET reason = 'replaced'
             WHERE tenant = ?1 AND eid = ?2 AND agent = ?3 AND state = 3",
        )?
        .execute(params![self.tenant, eid.0, agent.0])
        .map_err(failed)?;
        self.prepare(
            "SELECT seq, report FROM envelope
             WHERE tenant = ?1 AND eid = ?2 AND agent = ?3 AND state <> 0 AND report IS NOT NULL",
        )?
        .query_row(params![self.tenant, eid.0, agent.0], |row| Ok((row.get(0)?, DocId(row.get(1)?))))
        .optional()
        .map_err(failed)
    }

    fn put_own(&self, device: &DeviceId, own: &Own) -> Result<()> {
        self.prepare(
            "INSERT INTO device_own (tenant, device, n, d) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (tenant, device) DO UPDATE SET n = excluded.n, d = excluded.d",
        )?
        .execute(params![self.tenant, device.0, own.n, own.d.to_be_bytes()])
        .map_err(failed)?;
        Ok(())
    }
}

/// A settlement as columns.
struct Parts<'a> {
    state: u8,
    reason: Option<&'a str>,
    place: Option<u64>,
    change: Option<ChangeHash>,
    late: bool,
}

impl<'a> Parts<'a> {
    fn of(settlement: &'a Settlement) -> Self {
        let state = code_of(settlement.state());
        match settlement {
            Settlement::Accepted { place, change, late } => {
                Parts { state, reason: None, place: Some(*place), change: *change, late: *late }
            }
            Settlement::Quarantined(reason) | Settlement::Pending(reason) => {
                Parts { state, reason: Some(reason), place: None, change: None, late: false }
            }
        }
    }
}
