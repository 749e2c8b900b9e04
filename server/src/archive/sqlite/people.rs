//! The organisation, invitations, devices and supervisors in SQL.

use ronde_model::id::{AgentId, DeviceId, InvitationId, OrgFingerprint};
use ronde_model::scope::Scope;
use rusqlite::{OptionalExtension, Row, params};

use super::Unit;
use super::failure::{failed, unreadable};
use crate::archive::{
    DeviceRow, InvitationRow, OrganisationRow, PeopleReads, PeopleWrites, SupervisorRow, UsedInvitation,
};
use crate::error::ArchiveError;

type Result<T> = std::result::Result<T, ArchiveError>;

fn scopes_of(json: &str) -> Result<Vec<Scope>> {
    serde_json::from_str(json).map_err(|_| unreadable("list of scopes"))
}

fn json_of(scopes: &[Scope]) -> String {
    serde_json::json!(scopes).to_string()
}

fn used_of(row: &Row<'_>) -> rusqlite::Result<Option<UsedInvitation>> {
    let Some(author_key) = row.get(8)? else { return Ok(None) };
    Ok(Some(UsedInvitation { author_key, vault_key: row.get(9)?, answer: row.get(10)? }))
}

fn invitation_of(row: &Row<'_>) -> rusqlite::Result<(String, InvitationRow)> {
    let invitation = InvitationRow {
        id: InvitationId(row.get(0)?),
        secret: row.get(1)?,
        agent: AgentId(row.get(2)?),
        name: row.get(3)?,
        unit: row.get(4)?,
        role: row.get(5)?,
        scopes: Vec::new(),
        expires_ms: row.get(7)?,
        used: used_of(row)?,
    };
    Ok((row.get(6)?, invitation))
}

const DEVICE: &str =
    "device, agent, name, unit, role, scopes, author_key, vault_key, enrolled_ms, revoked_ms,
     copied_ms";

fn device_of(row: &Row<'_>) -> rusqlite::Result<(String, DeviceRow)> {
    let device = DeviceRow {
        device: DeviceId(row.get(0)?),
        agent: AgentId(row.get(1)?),
        name: row.get(2)?,
        unit: row.get(3)?,
        role: row.get(4)?,
        scopes: Vec::new(),
        author_key: row.get(6)?,
        vault_key: row.get(7)?,
        enrolled_ms: row.get(8)?,
        revoked_ms: row.get(9)?,
        copied_ms: row.get(10)?,
    };
    Ok((row.get(5)?, device))
}

fn with_scopes((scopes, row): (String, DeviceRow)) -> Result<DeviceRow> {
    Ok(DeviceRow { scopes: scopes_of(&scopes)?, ..row })
}

pub(super) fn supervisor_of(row: &Row<'_>) -> rusqlite::Result<SupervisorRow> {
    Ok(SupervisorRow {
        agent: AgentId(row.get(0)?),
        name: row.get(1)?,
        role: row.get(2)?,
        unit: row.get(3)?,
        token_hash: row.get(4)?,
    })
}

impl PeopleReads for Unit<'_> {
    fn organisation(&self) -> Result<Option<OrganisationRow>> {
        self.prepare("SELECT name, fingerprint, server_lease FROM organisation WHERE tenant = ?1")?
            .query_row([self.tenant], |row| {
                Ok(OrganisationRow {
                    name: row.get(0)?,
                    fingerprint: OrgFingerprint(row.get(1)?),
                    server_lease: row.get(2)?,
                })
            })
            .optional()
            .map_err(failed)
    }

    fn invitation(&self, id: &InvitationId) -> Result<Option<InvitationRow>> {
        self.prepare(
            "SELECT id, secret, agent, name, unit, role, scopes, expires_ms, author_key, vault_key, answer
             FROM invitation WHERE tenant = ?1 AND id = ?2",
        )?
        .query_row(params![self.tenant, id.0], invitation_of)
        .optional()
        .map_err(failed)?
        .map(|(scopes, row)| Ok(InvitationRow { scopes: scopes_of(&scopes)?, ..row }))
        .transpose()
    }

    fn device(&self, device: &DeviceId) -> Result<Option<DeviceRow>> {
        self.prepare(&format!("SELECT {DEVICE} FROM device WHERE tenant = ?1 AND device = ?2"))?
            .query_row(params![self.tenant, device.0], device_of)
            .optional()
            .map_err(failed)?
            .map(with_scopes)
            .transpose()
    }

    fn devices(&self) -> Result<Vec<DeviceRow>> {
        let mut statement = self.prepare(&format!(
            "SELECT {DEVICE} FROM device WHERE tenant = ?1 ORDER BY enrolled_ms, device"
        ))?;
        let rows = statement.query_map([self.tenant], device_of).map_err(failed)?;
        rows.map(|row| with_scopes(row.map_err(failed)?)).collect()
    }

    fn supervisor(&self, token_hash: &[u8; 32]) -> Result<Option<SupervisorRow>> {
        self.prepare(
            "SELECT agent, name, role, unit, token_hash FROM supervisor WHERE tenant = ?1 AND token_hash = ?2",
        )?
        .query_row(params![self.tenant, token_hash], supervisor_of)
        .optional()
        .map_err(failed)
    }

    fn supervisors(&self) -> Result<Vec<SupervisorRow>> {
        let mut statement = self.prepare(
            "SELECT agent, name, role, unit, token_hash FROM supervisor WHERE tenant = ?1 ORDER BY name, agent",
        )?;
        let rows = statement.query_map([self.tenant], supervisor_of).map_err(failed)?;
        rows.collect::<rusqlite::Result<_>>().map_err(failed)
    }
}

impl PeopleWrites for Unit<'_> {
    fn put_organisation(&self, organisation: &OrganisationRow) -> Result<()> {
        self.prepare(
            "INSERT INTO organisation (tenant, name, fingerprint, server_lease) VALUES (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            self.tenant,
            organisation.name,
            organisation.fingerprint.0,
            organisation.server_lease
        ])
        .map_err(failed)?;
        Ok(())
    }

    fn put_invitation(&self, row: &InvitationRow) -> Result<()> {
        self.prepare(
            "INSERT INTO invitation (tenant, id, secret, agent, name, unit, role, scopes, expires_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            self.tenant,
            row.id.0,
            row.secret,
            row.agent.0,
            row.name,
            row.unit,
            row.role,
            json_of(&row.scopes),
            row.expires_ms,
        ])
        .map_err(failed)?;
        Ok(())
    }

    fn use_invitation(&self, id: &InvitationId, used: &UsedInvitation) -> Result<()> {
        self.prepare(
            "UPDATE invitation SET secret = x'', author_key = ?3, vault_key = ?4, answer = ?5
             WHERE tenant = ?1 AND id = ?2",
        )?
        .execute(params![self.tenant, id.0, used.author_key, used.vault_key, used.answer])
        .map_err(failed)?;
        Ok(())
    }

    fn void_invitations(&self) -> Result<()> {
        // Not a time of some clock, which may go back: the beginning of all times.
        self.prepare("UPDATE invitation SET expires_ms = 0 WHERE tenant = ?1 AND author_key IS NULL")?
            .execute([self.tenant])
            .map_err(failed)?;
        Ok(())
    }

    fn put_device(&self, row: &DeviceRow) -> Result<()> {
        self.prepare(
            "INSERT INTO device (tenant, device, agent, name, unit, role, scopes, author_key, vault_key, enrolled_ms,
                                 revoked_ms)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            self.tenant,
            row.device.0,
            row.agent.0,
            row.name,
            row.unit,
            row.role,
            json_of(&row.scopes),
            row.author_key,
            row.vault_key,
            row.enrolled_ms,
            row.revoked_ms,
        ])
        .map_err(failed)?;
        Ok(())
    }

    fn revoke_device(&self, device: &DeviceId, at_ms: i64) -> Result<()> {
        self.prepare("UPDATE device SET revoked_ms = ?3 WHERE tenant = ?1 AND device = ?2")?
            .execute(params![self.tenant, device.0, at_ms])
            .map_err(failed)?;
        Ok(())
    }

    fn put_supervisor(&self, row: &SupervisorRow) -> Result<()> {
        self.prepare(
            "INSERT INTO supervisor (tenant, agent, name, role, unit, token_hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![self.tenant, row.agent.0, row.name, row.role, row.unit, row.token_hash])
        .map_err(failed)?;
        Ok(())
    }
}
