//! Links and sessions in SQL.

use ronde_model::id::AgentId;
use rusqlite::{OptionalExtension, params};

use super::Unit;
use super::failure::failed;
use crate::archive::{LinkRow, SessionRow, SignInReads, SignInWrites, SupervisorRow};
use crate::error::ArchiveError;

type Result<T> = std::result::Result<T, ArchiveError>;

impl Unit<'_> {
    fn run(&self, sql: &str, parameters: impl rusqlite::Params) -> Result<()> {
        self.prepare(sql)?.execute(parameters).map_err(failed)?;
        Ok(())
    }
}

impl SignInReads for Unit<'_> {
    fn link(&self, code_hash: &[u8; 32]) -> Result<Option<LinkRow>> {
        self.prepare("SELECT agent, ends_ms, used_ms FROM sign_in_link WHERE tenant = ?1 AND code_hash = ?2")?
            .query_row(params![self.tenant, code_hash], |row| {
                Ok(LinkRow {
                    code_hash: *code_hash,
                    agent: AgentId(row.get(0)?),
                    ends_ms: row.get(1)?,
                    used_ms: row.get(2)?,
                })
            })
            .optional()
            .map_err(failed)
    }

    fn serving(&self) -> Result<Option<String>> {
        self.prepare("SELECT url FROM serving WHERE tenant = ?1")?
            .query_row([self.tenant], |row| row.get(0))
            .optional()
            .map_err(failed)
    }

    fn session(&self, cookie_hash: &[u8; 32]) -> Result<Option<(SessionRow, SupervisorRow)>> {
        self.prepare(
            "SELECT p.agent, p.name, p.role, p.unit, p.token_hash, s.ends_ms
             FROM session s JOIN supervisor p ON p.tenant = s.tenant AND p.agent = s.agent
             WHERE s.tenant = ?1 AND s.cookie_hash = ?2",
        )?
        .query_row(params![self.tenant, cookie_hash], |row| {
            let person = super::people::supervisor_of(row)?;
            let session = SessionRow { cookie_hash: *cookie_hash, agent: person.agent, ends_ms: row.get(5)? };
            Ok((session, person))
        })
        .optional()
        .map_err(failed)
    }
}

impl SignInWrites for Unit<'_> {
    fn put_link(&self, row: &LinkRow) -> Result<()> {
        self.run(
            "INSERT INTO sign_in_link (tenant, code_hash, agent, ends_ms, used_ms) VALUES (?1, ?2, ?3, ?4, ?5)",
            params![self.tenant, row.code_hash, row.agent.0, row.ends_ms, row.used_ms],
        )
    }

    fn use_link(&self, code_hash: &[u8; 32], used_ms: i64) -> Result<()> {
        self.run(
            "UPDATE sign_in_link SET used_ms = ?3 WHERE tenant = ?1 AND code_hash = ?2",
            params![self.tenant, code_hash, used_ms],
        )
    }

    fn put_session(&self, row: &SessionRow) -> Result<()> {
        self.run(
            "INSERT INTO session (tenant, cookie_hash, agent, ends_ms) VALUES (?1, ?2, ?3, ?4)",
            params![self.tenant, row.cookie_hash, row.agent.0, row.ends_ms],
        )
    }

    fn end_session(&self, cookie_hash: &[u8; 32]) -> Result<()> {
        self.run(
            "DELETE FROM session WHERE tenant = ?1 AND cookie_hash = ?2",
            params![self.tenant, cookie_hash],
        )
    }

    fn forget_ended(&self, before_ms: i64) -> Result<()> {
        for table in ["sign_in_link", "session"] {
            self.run(
                &format!("DELETE FROM {table} WHERE tenant = ?1 AND ends_ms < ?2"),
                params![self.tenant, before_ms],
            )?;
        }
        Ok(())
    }

    fn put_serving(&self, url: &str) -> Result<()> {
        self.run(
            "INSERT INTO serving (tenant, url) VALUES (?1, ?2) ON CONFLICT (tenant) DO UPDATE SET url = excluded.url",
            params![self.tenant, url],
        )
    }

    fn end_all_sessions(&self) -> Result<()> {
        // A link keeps its row: whoever opens it is told that it ended, not that it never was.
        self.run("UPDATE sign_in_link SET ends_ms = 0 WHERE tenant = ?1", [self.tenant])?;
        self.run("DELETE FROM session WHERE tenant = ?1", [self.tenant])?;
        self.run("DELETE FROM serving WHERE tenant = ?1", [self.tenant])
    }
}
