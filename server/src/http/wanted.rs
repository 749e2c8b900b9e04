//! Which events an address asks for, in which order, which page. Knows how they are written;
//! refuses to know what they select. Changes when the inbox can be asked for in another way.

use serde::Deserialize;
use utoipa::IntoParams;

use super::asked::{MAX_TEXT, Paging};
use super::problem::{MALFORMED, Problem};
use crate::events::{EventFilter, Order};
use crate::shapes::EventKey;
use crate::supervision::{Filter, Status};

/// Asks for every event that is not closed: no status of its own.
const OPEN: &str = "open";

/// Which events. Every part given must hold; for commune, type, unit and text it is enough that one of
/// the event's reports holds it.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct Wanted {
    /// `severity` (the gravest first, then the newest arrival; the usual order) or `newest`.
    order: Option<String>,
    /// INSEE code of the commune.
    commune: Option<String>,
    /// Code of the report type.
    #[serde(rename = "type")]
    report_type: Option<String>,
    /// Severity of at least this, 1 to 5.
    #[param(minimum = 1, maximum = 5)]
    severity_min: Option<u8>,
    /// `delivered`, `read`, `assigned` or `closed`: the least advanced of the event's reports; or `open`:
    /// whatever is not closed.
    status: Option<String>,
    /// Nobody opened one of its reports (true), or somebody opened every one (false).
    unread: Option<bool>,
    /// Unit of an author.
    unit: Option<String>,
    /// With (true) or without (false) an open divergence.
    divergence: Option<bool>,
    /// With (true) or without (false) an envelope set aside.
    quarantine: Option<bool>,
    /// Words of the title, the facts, the people and vehicles or the statements, at most 200 characters; accents
    /// and case do not matter.
    #[param(max_length = 200)]
    text: Option<String>,
    /// Its newest report was received at or after this, ms since 1970 UTC.
    since_ms: Option<i64>,
    /// The `next` of the page before; the first page without it.
    #[param(value_type = Option<String>)]
    after: Option<EventKey>,
    /// Lines, 1 to 200; 50 without it.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<usize>,
}

/// What was asked for.
#[derive(Debug)]
pub struct Read {
    /// Which events.
    pub filter: EventFilter,
    /// In which order.
    pub order: Order,
    /// After which.
    pub after: Option<EventKey>,
    /// How many.
    pub lines: usize,
}

impl Wanted {
    /// The filter, the order and the page asked for.
    ///
    /// # Errors
    /// `malformed` for an order, a severity, a status, a text or a number of lines that cannot be.
    pub fn read(self) -> Result<Read, Problem> {
        let wrong = |detail: String| Problem::new(&MALFORMED, detail);
        let order = match self.order.as_deref() {
            None | Some("severity") => Order::Severity,
            Some("newest") => Order::Newest,
            Some(_) => return Err(wrong("order: give severity or newest".to_owned())),
        };
        if let Some(severity) = self.severity_min.filter(|severity| !(1..=5).contains(severity)) {
            return Err(wrong(format!("severity_min is {severity}: give 1 to 5")));
        }
        if self.text.as_ref().is_some_and(|text| text.chars().count() > MAX_TEXT) {
            return Err(wrong(format!("text is too long: give at most {MAX_TEXT} characters")));
        }
        let open = self.status.as_deref() == Some(OPEN);
        let status =
            match self.status.filter(|_| !open) {
                None => None,
                Some(code) => Some(Status::from_code(&code).ok_or_else(|| {
                    wrong("status: give delivered, read, assigned, closed or open".to_owned())
                })?),
            };
        let lines = Paging { after: None, limit: self.limit }.lines()?;
        let filter = Filter {
            commune: self.commune,
            report_type: self.report_type,
            severity_min: self.severity_min,
            status,
            unit: self.unit,
            divergence: self.divergence,
            quarantine: self.quarantine,
            // Nothing searched for is found everywhere.
            text: self.text.filter(|text| !text.trim().is_empty()),
        };
        let filter = EventFilter { filter, unread: self.unread, since_ms: self.since_ms, open };
        Ok(Read { filter, order, after: self.after, lines })
    }
}
