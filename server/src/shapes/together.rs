//! One event in full: its reports side by side, what differs, what may belong to it.
//! Changes when the event's page shows more.

use ronde_model::catalogue::Language;
use ronde_model::territory::Territory;
use serde::Serialize;
use utoipa::ToSchema;

use super::label::{label_of, words_of};
use super::{EventLine, Fact, Report, ReportLine, Who};
use crate::events;

/// One event.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Event {
    /// The leading report, hexadecimal.
    pub id: String,
    /// The inbox's line.
    pub line: EventLine,
    /// Its reports, as they were filed; the first hundred of them.
    pub reports: Vec<Report>,
    /// Facts that differ between its reports.
    pub differences: Vec<Difference>,
    /// Reports that may be of the same event, most likely first; at most five.
    pub suggestions: Vec<Suggestion>,
}

/// A fact that differs between the reports of one event.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Difference {
    /// The key.
    #[schema(example = "facts/people_count")]
    pub key: String,
    /// The key's field, in words.
    pub label: String,
    /// One per report that says something, as they were filed.
    pub values: Vec<DifferentValue>,
}

/// What one report says.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct DifferentValue {
    /// The report, hexadecimal.
    pub report: String,
    /// The value shown there.
    pub value: Fact,
    /// The value as a person reads it.
    pub words: String,
    /// Who wrote it, when, from which device.
    pub who: Option<Who>,
}

/// A report that may be of the same event.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Suggestion {
    /// Its line.
    pub line: ReportLine,
    /// How far, metres; null when one of the two has no position (then the commune is the same).
    pub distance_m: Option<f64>,
    /// How long between the two, minutes.
    pub minutes_apart: i64,
    /// It is of the same type as one of the event's reports.
    pub same_type: bool,
    /// Why it is suggested.
    pub why: Vec<Why>,
}

/// Why a report is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// Within 500 m, or in the same commune.
    Place,
    /// Within two hours.
    Time,
    /// Of the same type.
    Type,
}

impl Event {
    /// Of the server's detail, with words of a language and names of a territory.
    pub fn of(detail: &events::EventDetail, language: Language, territory: Option<&Territory>) -> Self {
        Event {
            id: detail.line.lead.row.doc.to_string(),
            line: EventLine::of(&detail.line, language, territory),
            reports: detail.reports.iter().map(|report| Report::of(report, language)).collect(),
            differences: detail.differences.iter().map(|found| Difference::of(found, language)).collect(),
            suggestions: detail.suggestions.iter().map(|found| Suggestion::of(found, language)).collect(),
        }
    }
}

impl Difference {
    fn of(found: &events::Difference, language: Language) -> Self {
        let value = |said: &events::DifferentValue| DifferentValue {
            report: said.report.to_string(),
            value: Fact::from(&said.value),
            words: words_of(&found.key, &said.value, language),
            who: said.who.as_ref().map(|who| Who::of(who, language)),
        };
        Difference {
            key: found.key.clone(),
            label: label_of(&found.key, language),
            values: found.values.iter().map(value).collect(),
        }
    }
}

impl Suggestion {
    fn of(found: &events::Suggestion, language: Language) -> Self {
        let why = |why: &events::Why| match why {
            events::Why::Place => Why::Place,
            events::Why::Time => Why::Time,
            events::Why::Type => Why::Type,
        };
        Suggestion {
            line: ReportLine::of(&found.line, language),
            distance_m: found.distance_m.map(f64::round),
            minutes_apart: found.minutes_apart,
            same_type: found.same_type,
            why: found.why.iter().map(why).collect(),
        }
    }
}
