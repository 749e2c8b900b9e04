//! Chains' spans in SQL.

use ronde_model::id::{BootId, ChainId, DeviceId};
use rusqlite::{OptionalExtension, Row, params};

use super::Unit;
use super::failure::failed;
use crate::archive::{ChainReads, ChainRow, ChainWrites};
use crate::error::ArchiveError;

type Result<T> = std::result::Result<T, ArchiveError>;

/// Chains that one is held against, at most: those written last.
const MOST_BESIDE: u32 = 4_096;

const COLUMNS: &str = "device, chain, boot, anchor_ms, anchor_mono_ms, first_ms, last_ms, received_ms";

fn chain_of(row: &Row<'_>) -> rusqlite::Result<ChainRow> {
    Ok(ChainRow {
        device: DeviceId(row.get(0)?),
        chain: ChainId(row.get(1)?),
        boot: BootId(row.get(2)?),
        anchor_ms: row.get(3)?,
        // A monotonic clock may say anything: stored as the same 64 bits.
        anchor_mono_ms: row.get::<_, i64>(4)?.cast_unsigned(),
        first_ms: row.get(5)?,
        last_ms: row.get(6)?,
        received_ms: row.get(7)?,
    })
}

impl ChainReads for Unit<'_> {
    fn chain(&self, device: &DeviceId, chain: &ChainId) -> Result<Option<ChainRow>> {
        let sql = format!("SELECT {COLUMNS} FROM chain WHERE tenant = ?1 AND device = ?2 AND chain = ?3");
        self.prepare(&sql)?
            .query_row(params![self.tenant, device.0, chain.0], chain_of)
            .optional()
            .map_err(failed)
    }

    fn is_interleaved(&self, row: &ChainRow, sure_ms: i64) -> Result<bool> {
        // In SQL, to its first row, within a portion: this runs for each chain of a push, and a
        // device may have as many chains as it likes.
        self.prepare(
            "SELECT 1 FROM (SELECT boot, first_ms, last_ms, received_ms FROM chain INDEXED BY chain_last
                            WHERE tenant = ?1 AND device = ?2 AND last_ms > ?3 AND chain <> ?4
                            ORDER BY last_ms DESC LIMIT ?5)
             WHERE boot <> ?6 AND ((first_ms < ?3 AND last_ms >= ?7) OR (first_ms > ?3 AND received_ms <= ?8))
             LIMIT 1",
        )?
        .exists(params![
            self.tenant,
            row.device.0,
            row.first_ms,
            row.chain.0,
            MOST_BESIDE,
            row.boot.0,
            row.received_ms.saturating_add(sure_ms),
            row.last_ms.saturating_sub(sure_ms),
        ])
        .map_err(failed)
    }
}

impl ChainWrites for Unit<'_> {
    fn put_chain(&self, row: &ChainRow) -> Result<()> {
        self.prepare(
            "INSERT OR REPLACE INTO chain (tenant, device, chain, boot, anchor_ms, anchor_mono_ms, first_ms, last_ms,
                                           received_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            self.tenant,
            row.device.0,
            row.chain.0,
            row.boot.0,
            row.anchor_ms,
            row.anchor_mono_ms.cast_signed(),
            row.first_ms,
            row.last_ms,
            row.received_ms,
        ])
        .map_err(failed)?;
        Ok(())
    }

    fn put_copied(&self, device: &DeviceId, at_ms: i64) -> Result<()> {
        self.prepare(
            "UPDATE device SET copied_ms = ?3 WHERE tenant = ?1 AND device = ?2 AND copied_ms IS NULL",
        )?
        .execute(params![self.tenant, device.0, at_ms])
        .map_err(failed)?;
        Ok(())
    }
}
