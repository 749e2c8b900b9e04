//! What a listener is told, as JSON. Changes when a listener is told more.

use ronde_model::catalogue::Language;
use ronde_model::territory::Territory;
use serde::Serialize;
use utoipa::ToSchema;

use crate::events::Moved;
use crate::shapes::EventLine;

/// The stream begins, at this number.
#[derive(Debug, Serialize, ToSchema)]
pub struct Hello {
    /// The feed number up to which nothing more is told.
    pub seq: u64,
}

/// Reports changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Changed {
    /// The reports, hexadecimal.
    pub reports: Vec<String>,
    /// Their events, as they are now. A report in `members` has no line of its own any more.
    pub events: Vec<ChangedEvent>,
}

/// An event that changed.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChangedEvent {
    /// The leading report, hexadecimal.
    pub id: String,
    /// Its line.
    pub line: EventLine,
    /// None of its reports was there before.
    pub first: bool,
}

/// Reports that the person no longer reads.
#[derive(Debug, Serialize, ToSchema)]
pub struct Gone {
    /// The reports, hexadecimal.
    pub reports: Vec<String>,
}

impl Changed {
    /// Of what moved; `None` when nothing of it may be read.
    pub fn of(moved: &Moved, language: Language, territory: Option<&Territory>) -> Option<Self> {
        let event = |(line, first): &(crate::events::EventLine, bool)| ChangedEvent {
            id: line.lead.row.doc.to_string(),
            line: EventLine::of(line, language, territory),
            first: *first,
        };
        (!moved.reports.is_empty()).then(|| Changed {
            reports: moved.reports.iter().map(ToString::to_string).collect(),
            events: moved.events.iter().map(event).collect(),
        })
    }
}

impl Gone {
    /// Of what moved; `None` when nothing went.
    pub fn of(moved: &Moved) -> Option<Self> {
        (!moved.gone.is_empty())
            .then(|| Gone { reports: moved.gone.iter().map(ToString::to_string).collect() })
    }
}
