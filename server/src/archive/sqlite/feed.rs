//! The feed, leases and configurations in SQL.

use ronde_model::id::{ChangeHash, DeviceId, DocId, Eid, HistoryId, LeaseId};
use ronde_model::scope::Scope;
use rusqlite::{OptionalExtension, Row, params};

use super::Unit;
use super::failure::{failed, unreadable};
use crate::archive::{
    FeedEnvelope, FeedKind, FeedReads, FeedRow, FeedWrites, Head, HistoryRow, NewFeedRow, StoredConfig,
};
use crate::error::ArchiveError;

type Result<T> = std::result::Result<T, ArchiveError>;

fn envelope_of(row: &Row<'_>) -> rusqlite::Result<Option<FeedEnvelope>> {
    let Some(seq) = row.get(3)? else { return Ok(None) };
    let report: Option<[u8; 16]> = row.get(6)?;
    let change: Option<[u8; 32]> = row.get(10)?;
    Ok(Some(FeedEnvelope {
        seq,
        eid: Eid(row.get(4)?),
        device: DeviceId(row.get(5)?),
        report: report.map(DocId),
        place: row.get(7)?,
        reason: row.get(8)?,
        received_ms: row.get(9)?,
        change: change.map(ChangeHash),
    }))
}

impl Unit<'_> {
    fn numbers(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<Vec<u64>> {
        let mut statement = self.prepare(sql)?;
        let numbers = statement.query_map(parameters, |row| row.get(0)).map_err(failed)?;
        numbers.collect::<rusqlite::Result<_>>().map_err(failed)
    }
}

impl FeedReads for Unit<'_> {
    fn head(&self) -> Result<Head> {
        self.prepare("SELECT history, seq, made FROM tenant_head WHERE tenant = ?1")?
            .query_row([self.tenant], |row| {
                Ok(Head { history: HistoryId(row.get(0)?), seq: row.get(1)?, made: row.get(2)? })
            })
            .map_err(failed)
    }

    fn history(&self, history: &HistoryId) -> Result<Option<HistoryRow>> {
        self.prepare("SELECT parent, fork_seq, opened_ms FROM history WHERE tenant = ?1 AND history = ?2")?
            .query_row(params![self.tenant, history.0], |row| {
                let parent: Option<[u8; 8]> = row.get(0)?;
                Ok(HistoryRow {
                    history: *history,
                    parent: parent.map(HistoryId),
                    fork_seq: row.get(1)?,
                    opened_ms: row.get(2)?,
                })
            })
            .optional()
            .map_err(failed)
    }

    fn last_row(&self) -> Result<u64> {
        self.prepare("SELECT coalesce(max(seq), 0) FROM feed WHERE tenant = ?1")?
            .query_row([self.tenant], |row| row.get(0))
            .map_err(failed)
    }

    fn numbers_in(&self, scope: &str, after: u64, limit: usize) -> Result<Vec<u64>> {
        self.numbers(
            "SELECT seq FROM feed_scope WHERE tenant = ?1 AND scope = ?2 AND seq > ?3 ORDER BY seq LIMIT ?4",
            params![self.tenant, scope, after, limit],
        )
    }

    fn numbers_of_everyone(&self, after: u64, limit: usize) -> Result<Vec<u64>> {
        self.numbers(
            // What stands nowhere (a configuration replaced) is nobody's.
            "SELECT f.seq FROM feed f WHERE f.tenant = ?1 AND f.seq > ?2
               AND (f.kind IN (0, 1) OR (f.kind = 9 AND EXISTS (SELECT 1 FROM feed_scope s
                    WHERE s.tenant = f.tenant AND s.scope = 'all' AND s.seq = f.seq)))
             ORDER BY f.seq LIMIT ?3",
            params![self.tenant, after, limit],
        )
    }

    fn stands_in(&self, scope: &str, seq: u64) -> Result<bool> {
        self.prepare("SELECT 1 FROM feed_scope WHERE tenant = ?1 AND scope = ?2 AND seq = ?3")?
            .exists(params![self.tenant, scope, seq])
            .map_err(failed)
    }

    fn feed_row(&self, seq: u64) -> Result<Option<FeedRow>> {
        let found = self
            .prepare(
                "SELECT f.kind, f.again, f.item, e.seq, e.eid, e.device, e.report, e.place, e.reason, e.received_ms,
                        e.change
                 FROM feed f LEFT JOIN envelope e ON e.tenant = f.tenant AND e.seq = f.envelope
                 WHERE f.tenant = ?1 AND f.seq = ?2",
            )?
            .query_row(params![self.tenant, seq], |row| {
                Ok((row.get::<_, u8>(0)?, row.get(1)?, row.get(2)?, envelope_of(row)?))
            })
            .optional()
            .map_err(failed)?;
        found
            .map(|(kind, again, item, envelope)| {
                let kind = FeedKind::from_code(kind).ok_or_else(|| unreadable("feed row"))?;
                Ok(FeedRow { seq, kind, again, item, envelope })
            })
            .transpose()
    }

    fn config(&self, name: &str) -> Result<Option<StoredConfig>> {
        self.prepare("SELECT seq, made_ms, body, signed FROM config WHERE tenant = ?1 AND name = ?2")?
            .query_row(params![self.tenant, name], |row| {
                Ok(StoredConfig {
                    name: name.to_owned(),
                    seq: row.get(0)?,
                    made_ms: row.get(1)?,
                    body: row.get(2)?,
                    signed: row.get(3)?,
                })
            })
            .optional()
            .map_err(failed)
    }

    fn lease(&self, id: &LeaseId) -> Result<Option<Vec<u8>>> {
        self.prepare("SELECT cwt FROM lease WHERE tenant = ?1 AND id = ?2")?
            .query_row(params![self.tenant, id.0], |row| row.get(0))
            .optional()
            .map_err(failed)
    }

    fn lease_stands_in(&self, id: &LeaseId, scope: &Scope) -> Result<bool> {
        self.prepare("SELECT 1 FROM lease_scope WHERE tenant = ?1 AND lease = ?2 AND scope = ?3")?
            .exists(params![self.tenant, id.0, scope.to_string()])
            .map_err(failed)
    }
}

impl FeedWrites for Unit<'_> {
    fn lock_head(&self) -> Result<Head> {
        // The transaction began IMMEDIATE: it already excludes every other writer.
        self.head()
    }

    fn move_head(&self, seq: u64) -> Result<()> {
        self.prepare("UPDATE tenant_head SET seq = ?2 WHERE tenant = ?1")?
            .execute(params![self.tenant, seq])
            .map_err(failed)?;
        Ok(())
    }

    fn open_history(&self, row: &HistoryRow) -> Result<()> {
        self.prepare(
            "INSERT INTO history (tenant, history, parent, fork_seq, opened_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            self.tenant,
            row.history.0,
            row.parent.map(|parent| parent.0),
            row.fork_seq,
            row.opened_ms
        ])
        .map_err(failed)?;
        self.prepare(
            "INSERT INTO tenant_head (tenant, history, seq) VALUES (?1, ?2, ?3)
             ON CONFLICT (tenant) DO UPDATE SET history = excluded.history",
        )?
        .execute(params![self.tenant, row.history.0, row.fork_seq])
        .map_err(failed)?;
        Ok(())
    }

    fn put_feed(&self, row: &NewFeedRow<'_>) -> Result<()> {
        self.prepare(
            "INSERT INTO feed (tenant, seq, kind, envelope, item, again) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![self.tenant, row.seq, row.kind.code(), row.envelope, row.item, row.again])
        .map_err(failed)?;
        let mut statement =
            self.prepare("INSERT INTO feed_scope (tenant, scope, seq) VALUES (?1, ?2, ?3)")?;
        for scope in row.scopes {
            statement.execute(params![self.tenant, scope.to_string(), row.seq]).map_err(failed)?;
        }
        Ok(())
    }

    fn hide_feed(&self, seq: u64, scope: &Scope) -> Result<()> {
        self.prepare("DELETE FROM feed_scope WHERE tenant = ?1 AND scope = ?2 AND seq = ?3")?
            .execute(params![self.tenant, scope.to_string(), seq])
            .map_err(failed)?;
        Ok(())
    }

    fn hide_report(&self, report: &DocId, scope: &Scope, after: u64) -> Result<()> {
        self.prepare(
            "DELETE FROM feed_scope WHERE tenant = ?1 AND scope = ?2 AND seq > ?3 AND EXISTS (
                 SELECT 1 FROM feed f JOIN envelope e ON e.tenant = f.tenant AND e.seq = f.envelope
                 WHERE f.tenant = feed_scope.tenant AND f.seq = feed_scope.seq AND f.kind = 0 AND e.report = ?4)",
        )?
        .execute(params![self.tenant, scope.to_string(), after, report.0])
        .map_err(failed)?;
        Ok(())
    }

    fn put_config(&self, config: &StoredConfig) -> Result<()> {
        self.prepare(
            "INSERT INTO config (tenant, name, seq, made_ms, body, signed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
             ON CONFLICT (tenant, name) DO UPDATE SET seq = excluded.seq, made_ms = excluded.made_ms,
                 body = excluded.body, signed = excluded.signed",
        )?
        .execute(params![self.tenant, config.name, config.seq, config.made_ms, config.body, config.signed])
        .map_err(failed)?;
        Ok(())
    }

    fn put_lease(&self, id: &LeaseId, cwt: &[u8]) -> Result<()> {
        self.prepare("INSERT OR IGNORE INTO lease (tenant, id, cwt) VALUES (?1, ?2, ?3)")?
            .execute(params![self.tenant, id.0, cwt])
            .map_err(failed)?;
        Ok(())
    }

    fn put_lease_scope(&self, id: &LeaseId, scope: &Scope) -> Result<()> {
        self.prepare("INSERT OR IGNORE INTO lease_scope (tenant, lease, scope) VALUES (?1, ?2, ?3)")?
            .execute(params![self.tenant, id.0, scope.to_string()])
            .map_err(failed)?;
        Ok(())
    }
}
