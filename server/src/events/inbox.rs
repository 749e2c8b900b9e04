//! The inbox: which events a person asked for, in which order, one page at a time, and how many
//! there are. Changes when events are found or ordered in another way.

use std::cmp::Reverse;

use ronde_model::id::DocId;
use ronde_model::territory::Territory;

use super::board::{Board, Kept};
use super::event::Event;
use super::line::EventLine;
use super::search::Search;
use crate::archive::Reads;
use crate::clock::day_began_ms;
use crate::error::ServerError;
use crate::ground::Ground;
use crate::people::Supervisor;
use crate::supervision::{Filter, MAX_PAGE, Status};

/// Points given at most.
const MAX_POINTS: usize = 50_000;

/// Which events. Every part given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// What holds of one of its reports (commune, type, unit, text) or of the whole (the others).
    pub filter: Filter,
    /// Nobody opened one of its reports (`true`), or somebody every one.
    pub unread: Option<bool>,
    /// Its newest report was received since, ms UTC.
    pub since_ms: Option<i64>,
    /// It is not closed.
    pub open: bool,
}

/// What a person asked for, and the map whose names a text may hold.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    /// Which events.
    pub filter: &'a EventFilter,
    /// `None`: nobody gave one yet.
    pub territory: Option<&'a Territory>,
}

/// In which order.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Order {
    /// The gravest first, then the newest arrival.
    #[default]
    Severity,
    /// The newest arrival first.
    Newest,
}

/// A place in either order: what follows it comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct EventKey {
    /// The severity; 0 in the order of arrival.
    pub severity: u8,
    /// The place of the newest report.
    pub place: u64,
}

/// One page of events.
#[derive(Debug, Clone, PartialEq)]
pub struct EventPage {
    /// The lines.
    pub items: Vec<EventLine>,
    /// Where the next page begins; `None` at the end.
    pub next: Option<EventKey>,
    /// How many events the filter finds.
    pub total: u64,
    /// How many of each severity, 1 to 5.
    pub by_severity: [u64; 5],
}

/// Where events are.
#[derive(Debug, Clone, PartialEq)]
pub struct Points {
    /// Leading report, latitude and longitude (1e-7 degree), severity, how many reports.
    pub points: Vec<(DocId, (i32, i32), u8, u32)>,
    /// Events without position.
    pub without_place: u64,
}

/// What there is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Events that are not closed.
    pub to_treat: u64,
    /// Events of which nobody opened a report.
    pub unread: u64,
    /// Events closed since midnight, in the server's time zone.
    pub treated_today: u64,
    /// Envelopes set aside.
    pub held: u64,
}

impl Order {
    fn key(self, event: &Event<'_>) -> EventKey {
        let severity = if self == Order::Severity { event.severity() } else { 0 };
        EventKey { severity, place: event.place() }
    }
}

/// A page of events.
///
/// # Errors
/// The archive's.
pub(crate) fn page(
    ground: &Ground,
    kept: &Kept,
    who: &Supervisor,
    asked: Asked<'_>,
    order: Order,
    after: Option<EventKey>,
    limit: usize,
) -> Result<EventPage, ServerError> {
    let limit = limit.clamp(1, MAX_PAGE);
    kept.look(ground, |board, archive| {
        let events = found(board, archive, who, asked)?;
        let mut by_severity = [0; 5];
        for event in &events {
            by_severity[usize::from(event.severity()) - 1] += 1;
        }
        let total = events.len() as u64;
        let mut keyed: Vec<(Reverse<EventKey>, &Event<'_>)> =
            events.iter().map(|event| (Reverse(order.key(event)), event)).collect();
        keyed.retain(|(key, _)| after.is_none_or(|after| key.0 < after));
        let more = keyed.len() > limit;
        if more {
            keyed.select_nth_unstable_by_key(limit, |(key, _)| *key);
            keyed.truncate(limit);
        }
        keyed.sort_unstable_by_key(|(key, _)| *key);
        let next = keyed.last().filter(|_| more).map(|(key, _)| key.0);
        let items = keyed.into_iter().map(|(_, event)| EventLine::from(event)).collect();
        Ok(EventPage { items, next, total, by_severity })
    })
}

/// Where the events of a filter are; at most 50,000, the gravest.
///
/// # Errors
/// The archive's.
pub(crate) fn points(
    ground: &Ground,
    kept: &Kept,
    who: &Supervisor,
    asked: Asked<'_>,
) -> Result<Points, ServerError> {
    kept.look(ground, |board, archive| {
        let mut events = found(board, archive, who, asked)?;
        events.sort_by_cached_key(|event| Reverse(Order::Severity.key(event)));
        let all = events.len();
        let reports = |event: &Event<'_>| u32::try_from(event.others.len() + 1).unwrap_or(u32::MAX);
        let placed = events.iter().filter_map(|event| {
            Some((event.lead.report.row.doc, event.position()?, event.severity(), reports(event)))
        });
        let mut points: Vec<_> = placed.collect();
        let without_place = (all - points.len()) as u64;
        points.truncate(MAX_POINTS);
        Ok(Points { points, without_place })
    })
}

/// What there is to do.
///
/// # Errors
/// The archive's.
pub(crate) fn summary(ground: &Ground, kept: &Kept, who: &Supervisor) -> Result<Summary, ServerError> {
    let today_ms = day_began_ms(ground.now_ms());
    kept.look(ground, |board, archive| {
        let events = board.events(who.grants());
        let count = |is: &dyn Fn(&Event<'_>) -> bool| events.iter().filter(|event| is(event)).count() as u64;
        Ok(Summary {
            to_treat: count(&is_open),
            unread: count(&is_unread),
            treated_today: count(&|event| event.closed_ms().is_some_and(|ms| ms >= today_ms)),
            held: archive.count_held(who.grants())?,
        })
    })
}

fn is_open(event: &Event<'_>) -> bool {
    event.status() != Status::Closed
}

fn is_unread(event: &Event<'_>) -> bool {
    event.status() == Status::Delivered
}

fn found<'b>(
    board: &'b Board,
    archive: &dyn Reads,
    who: &Supervisor,
    asked: Asked<'_>,
) -> Result<Vec<Event<'b>>, ServerError> {
    let mut events = board.events(who.grants());
    if let Some(text) = &asked.filter.filter.text {
        events = Search::of(text, asked.territory).keep(events, archive)?;
    }
    events.retain(|event| holds(asked.filter, event));
    Ok(events)
}

fn holds(wanted: &EventFilter, event: &Event<'_>) -> bool {
    let filter = &wanted.filter;
    let any = |wanted: &Option<String>, has: fn(&ronde_model::projection::Row) -> Option<&str>| {
        wanted.as_deref().is_none_or(|wanted| event.members().any(|m| has(&m.report.row) == Some(wanted)))
    };
    any(&filter.commune, |row| row.commune.as_deref())
        && any(&filter.report_type, |row| Some(row.report_type.as_str()))
        && any(&filter.unit, |row| Some(row.unit.as_str()))
        && filter.severity_min.is_none_or(|least| event.severity() >= least)
        && filter.status.is_none_or(|status| event.status() == status)
        && filter.divergence.is_none_or(|wanted| (event.sum(|m| m.report.row.divergences) > 0) == wanted)
        && filter.quarantine.is_none_or(|wanted| (event.sum(|m| m.report.quarantined) > 0) == wanted)
        && wanted.unread.is_none_or(|unread| is_unread(event) == unread)
        && wanted.since_ms.is_none_or(|since| event.newest_ms() >= since)
        && (!wanted.open || is_open(event))
}
