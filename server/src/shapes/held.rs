//! An envelope that is stored and not applied. Changes when a reason to hold one says more.

use serde::Serialize;
use utoipa::ToSchema;

use crate::supervision::{QuarantineLine, StoredState};

/// An envelope set aside for a person, or waiting for something.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Held {
    /// The envelope: SHA-256 of its bytes, hexadecimal.
    pub eid: String,
    /// Its ledger number.
    pub seq: u64,
    /// The report it belongs to, hexadecimal, when that is known here.
    pub report: Option<String>,
    /// The document it names, hexadecimal.
    pub doc: String,
    /// `quarantined` or `pending`.
    #[schema(example = "quarantined")]
    pub state: &'static str,
    /// Why, as a code.
    #[schema(example = "not-allowed")]
    pub reason: String,
    /// A person with the right may release it.
    pub releasable: bool,
    /// Who wrote it, hexadecimal.
    pub agent: String,
    /// That person's name.
    pub agent_name: String,
    /// That person's unit.
    pub unit: String,
    /// The device, hexadecimal.
    pub device: String,
    /// When it was written, ms since 1970 UTC by the author's corrected clock.
    pub written_ms: i64,
    /// When it was received, ms since 1970 UTC.
    pub received_ms: i64,
}

impl From<&QuarantineLine> for Held {
    fn from(line: &QuarantineLine) -> Self {
        Held {
            eid: line.eid.to_string(),
            seq: line.seq,
            report: line.report.map(|report| report.to_string()),
            doc: line.doc.to_string(),
            state: match line.state {
                StoredState::Accepted => "accepted",
                StoredState::Quarantined => "quarantined",
                StoredState::Pending => "pending",
            },
            reason: line.reason.clone(),
            releasable: line.releasable,
            agent: line.agent.to_string(),
            agent_name: line.agent_name.clone(),
            unit: line.unit.clone(),
            device: line.device.to_string(),
            written_ms: line.written_ms,
            received_ms: line.received_ms,
        }
    }
}
