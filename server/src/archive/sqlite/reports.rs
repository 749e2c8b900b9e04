//! The inbox and what is held aside, in SQL.

use ronde_model::envelope::Kind;
use ronde_model::id::{AgentId, DeviceId, DocId, Eid};
use ronde_model::instant::Instant;
use ronde_model::projection::Row as Projection;
use ronde_model::scope::Scope;
use rusqlite::{Row, named_params, params};

use super::Unit;
use super::envelopes::{STORED, instant_of, stored_of};
use super::failure::{failed, unreadable};
use crate::access::Grants;
use crate::archive::{HeldRow, InboxQuery, ReportReads, ReportRow, ReportWrites, StoredReport};
use crate::error::ArchiveError;
use crate::supervision::Status;

type Result<T> = std::result::Result<T, ArchiveError>;

/// Held envelopes of a report's row `r`, in a state, of the report and of its handling,
/// whose place no other took.
pub(super) const HELD_COUNT: &str = "(SELECT count(*) FROM envelope e INDEXED BY envelope_held
                            WHERE e.tenant = d.tenant AND e.doc IN (d.doc, d.handling) AND e.kind IN (0, 1) AND e.state <> 0
                              AND NOT EXISTS (SELECT 1 FROM replaced_envelope p
                                              WHERE p.tenant = e.tenant AND p.eid = e.eid AND p.agent = e.agent)
                              AND e.state = ";

/// A document stands in a scope of the reader, or the reader reads everything.
const READABLE: &str = "(:everything OR EXISTS (SELECT 1 FROM document_scope s WHERE s.tenant = d.tenant
                         AND s.doc = d.doc AND s.scope IN (SELECT value FROM json_each(:scopes))))";

/// An envelope whose document is not known here is readable in the unit it names as home.
pub(super) const HELD_READABLE: &str = "(:everything
     OR EXISTS (SELECT 1 FROM document_scope s WHERE s.tenant = e.tenant AND s.doc = e.report
                AND s.scope IN (SELECT value FROM json_each(:scopes)))
     OR (NOT EXISTS (SELECT 1 FROM document d WHERE d.tenant = e.tenant AND d.doc = e.report)
         AND e.home IN (SELECT value FROM json_each(:scopes))))";

fn projection_of(bytes: &[u8]) -> Result<Projection> {
    minicbor::decode(bytes).map_err(|_| unreadable("row"))
}

fn status_of(code: &str) -> Result<Status> {
    Status::from_code(code).ok_or_else(|| unreadable("status"))
}

/// A row of the inbox: place, row, status, number, reception, set aside, waiting.
pub(super) fn stored_report_of(row: &Row<'_>) -> Result<StoredReport> {
    let (bytes, status): (Vec<u8>, String) = (row.get(1).map_err(failed)?, row.get(2).map_err(failed)?);
    Ok(StoredReport {
        place: row.get(0).map_err(failed)?,
        row: projection_of(&bytes)?,
        status: status_of(&status)?,
        number: row.get(3).map_err(failed)?,
        received_ms: row.get(4).map_err(failed)?,
        quarantined: row.get(5).map_err(failed)?,
        pending: row.get(6).map_err(failed)?,
    })
}

/// A row with its home and its time still as stored.
fn held_of(row: &Row<'_>) -> rusqlite::Result<(HeldRow, String, Vec<u8>)> {
    let report: Option<[u8; 16]> = row.get(9)?;
    let held = HeldRow {
        stored: stored_of(row)?,
        eid: Eid(row.get(8)?),
        report: report.map(DocId),
        agent: AgentId(row.get(10)?),
        home: Scope::All,
        t: Instant::default(),
    };
    Ok((held, row.get(11)?, row.get(12)?))
}

fn collect_held(mut rows: rusqlite::Rows<'_>) -> Result<Vec<HeldRow>> {
    let mut held = Vec::new();
    while let Some(row) = rows.next().map_err(failed)? {
        let (row, home, t) = held_of(row).map_err(failed)?;
        let home = home.parse().map_err(|_| unreadable("scope"))?;
        held.push(HeldRow { home, t: instant_of(&t)?, ..row });
    }
    Ok(held)
}

impl ReportReads for Unit<'_> {
    fn inbox(&self, query: &InboxQuery<'_>) -> Result<Vec<StoredReport>> {
        let filter = query.filter;
        let sql = format!(
            "SELECT r.place, r.row, r.status, d.number, d.received_ms, {HELD_COUNT} 2), {HELD_COUNT} 3)
             FROM report r JOIN document d ON d.tenant = r.tenant AND d.doc = r.doc
             WHERE r.tenant = :tenant AND r.place < :before AND {READABLE}
               AND (:commune IS NULL OR r.commune = :commune)
               AND (:type IS NULL OR r.type = :type)
               AND r.severity >= :severity
               AND (:status IS NULL OR r.status = :status)
               AND (:unit IS NULL OR r.unit = :unit)
               AND (:divergence IS NULL OR (r.divergences > 0) = :divergence)
               AND (:quarantine IS NULL OR ({HELD_COUNT} 2) > 0) = :quarantine)
               AND (:text IS NULL OR EXISTS (SELECT 1 FROM report_words w WHERE w.tenant = r.tenant
                                             AND w.place = r.place AND instr(w.words, :text) > 0))
             ORDER BY r.place DESC LIMIT :limit"
        );
        let mut statement = self.prepare(&sql)?;
        let mut rows = statement
            .query(named_params! {
                ":tenant": self.tenant, ":before": query.before, ":everything": query.grants.everything(),
                ":scopes": query.grants.as_json(), ":commune": filter.commune, ":type": filter.report_type,
                ":severity": filter.severity_min.unwrap_or(0), ":status": filter.status.map(Status::code),
                ":unit": filter.unit, ":divergence": filter.divergence, ":quarantine": filter.quarantine,
                ":text": filter.text, ":limit": query.limit,
            })
            .map_err(failed)?;
        let mut reports = Vec::new();
        while let Some(row) = rows.next().map_err(failed)? {
            reports.push(stored_report_of(row)?);
        }
        Ok(reports)
    }

    fn held(
        &self,
        grants: &Grants,
        before: u64,
        pending_before_ms: i64,
        limit: usize,
    ) -> Result<Vec<HeldRow>> {
        let sql = format!(
            "SELECT {STORED}, e.eid, e.report, e.agent, e.home, e.t
             FROM envelope e INDEXED BY envelope_aside
             WHERE e.tenant = :tenant AND e.seq < :before AND e.state <> 0
               AND (e.state = 2 OR e.received_ms < :pending_before_ms)
               AND NOT EXISTS (SELECT 1 FROM replaced_envelope p
                               WHERE p.tenant = e.tenant AND p.eid = e.eid AND p.agent = e.agent)
               AND {HELD_READABLE}
             ORDER BY e.seq DESC LIMIT :limit"
        );
        let mut statement = self.prepare(&sql)?;
        let rows = statement
            .query(named_params! {
                ":tenant": self.tenant, ":before": before, ":pending_before_ms": pending_before_ms,
                ":everything": grants.everything(), ":scopes": grants.as_json(), ":limit": limit,
            })
            .map_err(failed)?;
        collect_held(rows)
    }

    fn held_of(&self, doc: &DocId) -> Result<Vec<HeldRow>> {
        let sql = format!(
            "SELECT {STORED}, e.eid, e.report, e.agent, e.home, e.t
             FROM envelope e INDEXED BY envelope_held
             WHERE e.tenant = ?1 AND e.doc IN (?2, ?3) AND e.kind IN (?4, ?5) AND e.state <> 0 ORDER BY e.seq"
        );
        let mut statement = self.prepare(&sql)?;
        let handling = DocId::handling_of(*doc);
        let rows = statement
            .query(params![self.tenant, doc.0, handling.0, Kind::Report.code(), Kind::Handling.code()])
            .map_err(failed)?;
        collect_held(rows)
    }

    fn deposited(&self, device: &DeviceId) -> Result<u64> {
        self.prepare("SELECT coalesce(max(n), 0) FROM device_own WHERE tenant = ?1 AND device = ?2")?
            .query_row(params![self.tenant, device.0], |row| row.get(0))
            .map_err(failed)
    }
}

impl ReportWrites for Unit<'_> {
    fn put_report(&self, report: &ReportRow) -> Result<()> {
        let row = &report.row;
        let bytes = minicbor::to_vec(row).map_err(|_| unreadable("row"))?;
        let handled = minicbor::to_vec(&report.handled).map_err(|_| unreadable("handling of a row"))?;
        self.prepare(
            "INSERT OR REPLACE INTO report (tenant, place, doc, type, severity, commune, unit, status, divergences, row,
                                            handled)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            self.tenant,
            report.place,
            row.doc.0,
            row.report_type,
            row.severity,
            row.commune,
            row.unit,
            report.status.code(),
            row.divergences,
            bytes,
            handled,
        ])
        .map_err(failed)?;
        self.prepare(
            "INSERT INTO report_words (tenant, place, words) VALUES (?1, ?2, ?3)
             ON CONFLICT (tenant, place) DO UPDATE SET words = excluded.words",
        )?
        .execute(params![self.tenant, report.place, report.words])
        .map_err(failed)?;
        Ok(())
    }
}
