//! Who wrote something, when, from which device. Changes when provenance says more.

use ronde_model::catalogue::Language;
use ronde_model::history::Provenance;
use serde::Serialize;
use utoipa::ToSchema;

use super::label::{role_of, unit_of};

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
    /// The unit as a person reads it, in the answer's language.
    pub unit_label: String,
    /// Code of the role.
    pub role: String,
    /// The role in words, in the answer's language.
    pub role_label: String,
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

impl Who {
    /// Of an envelope and its lease, with words of a language.
    pub fn of(provenance: &Provenance, language: Language) -> Self {
        Who {
            eid: provenance.eid.to_string(),
            agent: provenance.agent.to_string(),
            name: provenance.name.clone(),
            unit: provenance.unit.clone(),
            unit_label: unit_of(&provenance.unit, language).to_owned(),
            role: provenance.role.clone(),
            role_label: role_of(&provenance.role, language).to_owned(),
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
