//! Documents, their scopes and snapshots in SQL.

use std::collections::BTreeSet;

use ronde_model::envelope::Kind;
use ronde_model::id::{AgentId, DocId, Eid};
use ronde_model::scope::Scope;
use rusqlite::{OptionalExtension, Row, params};

use super::Unit;
use super::failure::{failed, unreadable};
use crate::archive::{DocumentReads, DocumentRow, DocumentWrites};
use crate::error::ArchiveError;

type Result<T> = std::result::Result<T, ArchiveError>;

const COLUMNS: &str = "doc, home, author, seal, sealed, rev, number, received_ms, place";

fn scope_of(text: &str) -> Result<Scope> {
    text.parse().map_err(|_| unreadable("scope"))
}

/// A row with its home still as text.
fn columns_of(row: &Row<'_>) -> rusqlite::Result<(String, DocumentRow)> {
    Ok((
        row.get(1)?,
        DocumentRow {
            doc: DocId(row.get(0)?),
            home: Scope::All,
            author: AgentId(row.get(2)?),
            seal: Eid(row.get(3)?),
            sealed: row.get(4)?,
            rev: row.get(5)?,
            number: row.get(6)?,
            received_ms: row.get(7)?,
            place: row.get(8)?,
        },
    ))
}

fn with_home((home, row): (String, DocumentRow)) -> Result<DocumentRow> {
    Ok(DocumentRow { home: scope_of(&home)?, ..row })
}

impl DocumentReads for Unit<'_> {
    fn document(&self, doc: &DocId) -> Result<Option<DocumentRow>> {
        self.prepare(&format!("SELECT {COLUMNS} FROM document WHERE tenant = ?1 AND doc = ?2"))?
            .query_row(params![self.tenant, doc.0], columns_of)
            .optional()
            .map_err(failed)?
            .map(with_home)
            .transpose()
    }

    fn report_of(&self, handling: &DocId) -> Result<Option<DocId>> {
        self.prepare("SELECT doc FROM document WHERE tenant = ?1 AND handling = ?2")?
            .query_row(params![self.tenant, handling.0], |row| row.get(0).map(DocId))
            .optional()
            .map_err(failed)
    }

    fn scopes(&self, doc: &DocId) -> Result<BTreeSet<Scope>> {
        let mut statement =
            self.prepare("SELECT scope FROM document_scope WHERE tenant = ?1 AND doc = ?2")?;
        let mut rows = statement.query(params![self.tenant, doc.0]).map_err(failed)?;
        let mut scopes = BTreeSet::new();
        while let Some(row) = rows.next().map_err(failed)? {
            scopes.insert(scope_of(
                row.get_ref(0).map_err(failed)?.as_str().map_err(|_| unreadable("scope"))?,
            )?);
        }
        Ok(scopes)
    }

    fn snapshot(&self, doc: &DocId, kind: Kind) -> Result<Option<Vec<u8>>> {
        self.prepare("SELECT bytes FROM snapshot WHERE tenant = ?1 AND doc = ?2 AND kind = ?3")?
            .query_row(params![self.tenant, doc.0, kind.code()], |row| row.get(0))
            .optional()
            .map_err(failed)
    }

    fn documents_after(&self, after: Option<&DocId>, limit: usize) -> Result<Vec<DocumentRow>> {
        let sql =
            format!("SELECT {COLUMNS} FROM document WHERE tenant = ?1 AND doc > ?2 ORDER BY doc LIMIT ?3");
        let mut statement = self.prepare(&sql)?;
        let rows = statement
            .query_map(params![self.tenant, after.map_or(&[][..], DocId::as_bytes), limit], columns_of)
            .map_err(failed)?;
        rows.map(|row| with_home(row.map_err(failed)?)).collect()
    }
}

impl DocumentWrites for Unit<'_> {
    fn put_document(&self, row: &DocumentRow) -> Result<()> {
        self.prepare(
            "INSERT INTO document (tenant, doc, handling, home, author, seal, sealed, rev, number, received_ms, place)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (tenant, doc) DO UPDATE SET home = excluded.home, author = excluded.author,
                 seal = excluded.seal, sealed = excluded.sealed, rev = excluded.rev, number = excluded.number,
                 received_ms = excluded.received_ms, place = excluded.place",
        )?
        .execute(params![
            self.tenant,
            row.doc.0,
            DocId::handling_of(row.doc).0,
            row.home.to_string(),
            row.author.0,
            row.seal.0,
            row.sealed,
            row.rev,
            row.number,
            row.received_ms,
            row.place,
        ])
        .map_err(failed)?;
        Ok(())
    }

    fn put_scope(&self, doc: &DocId, scope: &Scope) -> Result<()> {
        self.prepare("INSERT OR IGNORE INTO document_scope (tenant, doc, scope) VALUES (?1, ?2, ?3)")?
            .execute(params![self.tenant, doc.0, scope.to_string()])
            .map_err(failed)?;
        Ok(())
    }

    fn drop_scope(&self, doc: &DocId, scope: &Scope) -> Result<()> {
        self.prepare(
            "INSERT OR IGNORE INTO scope_left (tenant, scope, seq, doc)
             SELECT ?1, ?3, h.seq + 1, ?2 FROM tenant_head h WHERE h.tenant = ?1",
        )?
        .execute(params![self.tenant, doc.0, scope.to_string()])
        .map_err(failed)?;
        self.prepare("DELETE FROM document_scope WHERE tenant = ?1 AND doc = ?2 AND scope = ?3")?
            .execute(params![self.tenant, doc.0, scope.to_string()])
            .map_err(failed)?;
        Ok(())
    }

    fn put_snapshot(&self, doc: &DocId, kind: Kind, bytes: &[u8]) -> Result<()> {
        self.prepare(
            "INSERT INTO snapshot (tenant, doc, kind, bytes) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (tenant, doc, kind) DO UPDATE SET bytes = excluded.bytes",
        )?
        .execute(params![self.tenant, doc.0, kind.code(), bytes])
        .map_err(failed)?;
        Ok(())
    }

    fn next_official_number(&self, year: i64) -> Result<u64> {
        self.prepare(
            "INSERT INTO official_number (tenant, year, last) VALUES (?1, ?2, 1)
             ON CONFLICT (tenant, year) DO UPDATE SET last = last + 1 RETURNING last",
        )?
        .query_row(params![self.tenant, year], |row| row.get(0))
        .map_err(failed)
    }

    fn leave_official_numbers_out(&self, year: i64, count: u64) -> Result<()> {
        self.prepare("INSERT OR IGNORE INTO official_number (tenant, year, last) VALUES (?1, ?2, 0)")?
            .execute(params![self.tenant, year])
            .map_err(failed)?;
        self.prepare("UPDATE official_number SET last = last + ?2 WHERE tenant = ?1")?
            .execute(params![self.tenant, count])
            .map_err(failed)?;
        Ok(())
    }

    fn drop_caches(&self) -> Result<()> {
        for table in ["snapshot", "report", "report_words"] {
            self.prepare(&format!("DELETE FROM {table} WHERE tenant = ?1"))?
                .execute([self.tenant])
                .map_err(failed)?;
        }
        Ok(())
    }

    fn count_making(&self) -> Result<()> {
        self.prepare("UPDATE tenant_head SET made = made + 1 WHERE tenant = ?1")?
            .execute([self.tenant])
            .map_err(failed)?;
        Ok(())
    }
}
