//! An event: one line of the inbox, a page of them, points of the map, figures.
//! Changes when the inbox shows more.

use std::fmt;
use std::str::FromStr;

use ronde_model::catalogue::Language;
use ronde_model::territory::{Force, Territory};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

use super::ReportLine;
use crate::events;

/// One line of the inbox: reports that are one event. What is not said otherwise is the leading
/// report's, the earliest filed.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EventLine {
    /// The leading report; sums, `severity` and `status` are the whole event's.
    #[serde(flatten)]
    pub lead: ReportLine,
    /// How many reports.
    pub reports: u32,
    /// Their ids, hexadecimal, as they were filed.
    pub members: Vec<String>,
    /// Facts that differ between its reports, the first hundred of them.
    pub differences: u32,
    /// The units of its authors.
    pub units: Vec<String>,
    /// The commune's name, when the territory knows it.
    pub commune_name: Option<String>,
    /// `PN` (police) or `GN` (gendarmerie), when the territory says so.
    #[schema(example = "PN")]
    pub force: Option<&'static str>,
    /// When its newest report was received, ms since 1970 UTC.
    pub newest_ms: i64,
    /// The greatest ledger number with which something of its reports, or of what was done about them,
    /// moved: give it back as `seen` with an act. What is held counts once, with the number under which it
    /// came; that it waits for something else, or that another takes its place, moves nothing.
    pub moved: u64,
    /// Who opened it last.
    pub opened_by: Option<Opening>,
    /// Who, or which unit, is in charge, while `status` is `assigned`; null when different ones are in charge of
    /// its reports.
    pub assigned_to: Option<String>,
}

/// Somebody opened a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Opening {
    /// The person's name.
    pub name: String,
    /// When, ms since 1970 UTC.
    pub at_ms: i64,
}

/// One page of events.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct EventPage {
    /// The lines.
    pub items: Vec<EventLine>,
    /// Give it back as `after` to get the next page; null at the end.
    pub next: Option<EventKey>,
    /// How many events the filters find.
    pub total: u64,
    /// How many of each severity, 1 to 5.
    pub by_severity: [u64; 5],
}

/// A place in the inbox. Opaque: only a place that a page named is worth giving back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, example = "4-1742")]
pub struct EventKey(pub events::EventKey);

/// The text is not a place in the inbox.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a place in the inbox: give back the `next` of a page")]
pub struct NotAKey;

impl FromStr for EventKey {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let (severity, place) = text.split_once('-').ok_or(NotAKey)?;
        let key = events::EventKey {
            severity: severity.parse().map_err(|_| NotAKey)?,
            place: place.parse().map_err(|_| NotAKey)?,
        };
        Ok(EventKey(key))
    }
}

impl fmt::Display for EventKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.0.severity, self.0.place)
    }
}

impl Serialize for EventKey {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for EventKey {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Summary {
    /// Events that are not closed: what `status=open` finds.
    pub to_treat: u64,
    /// Events of which nobody opened a report.
    pub unread: u64,
    /// Events closed since midnight, in the server's time zone.
    pub treated_today: u64,
    /// Envelopes set aside.
    pub held: u64,
}

/// Leading report, latitude, longitude (degrees WGS 84), severity, number of reports.
pub type Point = (String, f64, f64, u8, u32);

/// Where events are.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Points {
    /// At most 50,000, the gravest first: leading report, latitude, longitude (degrees WGS 84),
    /// severity, number of reports.
    #[schema(value_type = Vec<(String, f64, f64, u8, u32)>)]
    pub points: Vec<Point>,
    /// Events without position.
    pub without_place: u64,
}

/// The short name of a force.
pub fn force_of(force: Force) -> &'static str {
    match force {
        Force::Police => "PN",
        Force::Gendarmerie => "GN",
    }
}

impl EventLine {
    /// Of the server's line, with words of a language and names of a territory.
    pub fn of(event: &events::EventLine, language: Language, territory: Option<&Territory>) -> Self {
        let mut lead = ReportLine::of(&event.lead, language);
        lead.severity = event.severity;
        lead.status = event.status.code().to_owned();
        lead.urgent = event.urgent;
        lead.statements = event.statements;
        lead.divergences = event.divergences;
        lead.quarantined = event.quarantined;
        lead.pending = event.pending;
        let commune = territory.zip(lead.commune.as_ref()).and_then(|(map, code)| map.commune(code));
        EventLine {
            lead,
            reports: u32::try_from(event.members.len()).unwrap_or(u32::MAX),
            members: event.members.iter().map(ToString::to_string).collect(),
            differences: event.differences,
            units: event.units.clone(),
            commune_name: commune.map(|commune| commune.name.clone()),
            force: commune.and_then(|commune| commune.force).map(force_of),
            newest_ms: event.newest_ms,
            moved: event.moved,
            opened_by: event
                .opened_by
                .as_ref()
                .map(|reader| Opening { name: reader.name.clone(), at_ms: reader.at_ms }),
            assigned_to: event.assigned_to.clone(),
        }
    }
}

impl EventPage {
    /// Of the server's page.
    pub fn of(page: &events::EventPage, language: Language, territory: Option<&Territory>) -> Self {
        EventPage {
            items: page.items.iter().map(|line| EventLine::of(line, language, territory)).collect(),
            next: page.next.map(EventKey),
            total: page.total,
            by_severity: page.by_severity,
        }
    }
}

impl From<events::Summary> for Summary {
    fn from(summary: events::Summary) -> Self {
        let events::Summary { to_treat, unread, treated_today, held } = summary;
        Summary { to_treat, unread, treated_today, held }
    }
}

impl From<&events::Points> for Points {
    fn from(found: &events::Points) -> Self {
        let degrees = |e7: i32| f64::from(e7) / 1e7;
        let point = |(doc, (lat, lon), severity, reports): &(ronde_model::id::DocId, (i32, i32), u8, u32)| {
            (doc.to_string(), degrees(*lat), degrees(*lon), *severity, *reports)
        };
        Points { points: found.points.iter().map(point).collect(), without_place: found.without_place }
    }
}
