//! Who wrote something, when, from which device. Changes when provenance says more.

use ronde_model::history::Provenance;
use serde::Serialize;
use utoipa::ToSchema;

/// The envelope that carried a writing, and the lease it names.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Who {
    /// The envelope: SHA-256 of its bytes, hexadecimal.
    pub eid: String,
    /// The person, hexadecimal.
    pub agent: String,
    /// The person's name in the service.
    pub name: String,
    /// The person's unit.
    pub unit: String,
    /// The role's label.
    pub role: String,
    /// The device, hexadecimal; a supervisor's session is one.
    pub device: String,
    /// When it was written, ms since 1970 UTC: the device's clock less its measured skew.
    pub written_ms: i64,
    /// Offset of the author's local time from UTC, minutes.
    pub zone_min: i16,
    /// The time should be checked by a person.
    pub doubtful_time: bool,
    /// When the server received it, ms since 1970 UTC.
    pub received_ms: Option<i64>,
    /// Its lease was over when it was written.
    pub late: bool,
    /// It was written without coverage.
    pub offline: Option<bool>,
}

impl From<&Provenance> for Who {
    fn from(provenance: &Provenance) -> Self {
        Who {
            eid: provenance.eid.to_string(),
            agent: provenance.agent.to_string(),
            name: provenance.name.clone(),
            unit: provenance.unit.clone(),
            role: provenance.role.clone(),
            device: provenance.device.to_string(),
            written_ms: provenance.t.corrected_ms(),
            zone_min: provenance.t.zone_min,
            doubtful_time: provenance.t.is_doubtful(),
            received_ms: provenance.received_ms,
            late: provenance.late,
            offline: provenance.offline(),
        }
    }
}
