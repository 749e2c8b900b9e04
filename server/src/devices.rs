//! The devices enrolled, and revoking one. Changes when a device may be ordered something more.

use ronde_model::config::{Order, OrderKind};
use ronde_model::id::{AgentId, DeviceId};
use ronde_model::scope::Scope;
use serde::Serialize;

use crate::archive::{DeviceRow, FeedKind};
use crate::error::ServerError;
use crate::feed::Numbering;
use crate::ground::Ground;

/// One device, as an administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeviceLine {
    /// The device.
    pub device: DeviceId,
    /// The person.
    pub agent: AgentId,
    /// That person's name.
    pub name: String,
    /// That person's unit.
    pub unit: String,
    /// The role's code.
    pub role: String,
    /// When it was enrolled, ms UTC.
    pub enrolled_ms: i64,
    /// When it was revoked, ms UTC.
    pub revoked_ms: Option<i64>,
    /// Two copies of it are in use, or were: see it, revoke it, invite the person again.
    pub copies: bool,
    /// How many of its envelopes are stored.
    pub envelopes: u64,
}

/// Every device, in the order of enrolment.
///
/// # Errors
/// The archive's.
pub(crate) fn list(ground: &Ground) -> Result<Vec<DeviceLine>, ServerError> {
    ground.read(|archive| {
        let line = |row: DeviceRow| {
            Ok(DeviceLine {
                envelopes: archive.deposited(&row.device)?,
                device: row.device,
                agent: row.agent,
                name: row.name,
                unit: row.unit,
                role: row.role,
                enrolled_ms: row.enrolled_ms,
                revoked_ms: row.revoked_ms,
                copies: row.copied_ms.is_some(),
            })
        };
        archive.devices()?.into_iter().map(line).collect()
    })
}

/// Revokes a device. Twice is once.
///
/// # Errors
/// `Unknown`, or the archive's.
pub(crate) fn revoke(ground: &Ground, device: DeviceId) -> Result<(), ServerError> {
    let now_ms = ground.now_ms();
    let organisation = &ground.organisation;
    let order = Order { device, kind: OrderKind::Revoked, at_ms: now_ms };
    let signed = order.sign(&organisation.fingerprint, &organisation.server_key)?;
    ground.write(|archive| {
        let row = archive.device(&device)?.ok_or(ServerError::Unknown("device"))?;
        if row.revoked_ms.is_some() {
            return Ok(());
        }
        archive.revoke_device(&device, now_ms)?;
        let mut numbering = Numbering::begin(archive)?;
        numbering.row(FeedKind::Order, None, Some(&signed), false, &[Scope::Device(device)])?;
        numbering.end()
    })
}
