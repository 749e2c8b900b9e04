//! Reports that may be of the same event: near in place and time, first of the same type. A pair
//! of which somebody said that it is none, without its being linked, is not suggested again. Pure. Changes with what makes two papers one event.

use std::cmp::Reverse;
use std::collections::HashSet;

use ronde_model::fact::Position;
use ronde_model::id::DocId;

use super::board::Board;
use super::difference::COMPARED;
use super::event::Event;
use crate::access::Grants;
use crate::archive::BoardRow;
use crate::reading::line_of;
use crate::supervision::ReportLine;

/// As far as that is the same place, metres.
pub const NEAR_M: f64 = 500.0;
/// As long as that is the same time, ms.
pub const SOON_MS: i64 = 2 * 3600 * 1000;
/// At most so many.
const SHOWN: usize = 5;

/// Why a report is suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// The same place, or the same commune when one has no position.
    Place,
    /// The same time.
    Time,
    /// The same type.
    Type,
}

/// A report that may be of the same event.
#[derive(Debug, Clone, PartialEq)]
pub struct Suggestion {
    /// Its line.
    pub line: ReportLine,
    /// How far, metres; `None` when one of the two has no position.
    pub distance_m: Option<f64>,
    /// How long between the two, minutes.
    pub minutes_apart: i64,
    /// It is of the same type as one of the event's reports.
    pub same_type: bool,
    /// Why it is suggested.
    pub why: Vec<Why>,
}

/// What may be of the same event, most likely first.
pub fn suggestions(board: &Board, event: &Event<'_>, grants: &Grants) -> Vec<Suggestion> {
    let members: HashSet<&DocId> = event.members().map(|member| &member.report.row.doc).collect();
    let said_no: HashSet<&DocId> = event.members().flat_map(unlinked).collect();
    let is_refused = |row: &BoardRow| {
        said_no.contains(&row.report.row.doc) || unlinked(row).any(|doc| members.contains(doc))
    };
    let mut found: Vec<Suggestion> = board
        .rows()
        .iter()
        .filter(|row| grants.cover_any(&row.scopes) && !row.report.row.voided)
        .filter(|row| !members.contains(&row.report.row.doc) && !is_refused(row))
        .filter_map(|row| suggest(event, row))
        .collect();
    found.sort_by(|a, b| {
        let order = |s: &Suggestion| (Reverse(s.same_type), s.distance_m.is_none());
        let far = |s: &Suggestion| s.distance_m.unwrap_or(f64::MAX);
        order(a)
            .cmp(&order(b))
            .then(far(a).total_cmp(&far(b)))
            .then(a.minutes_apart.cmp(&b.minutes_apart))
            .then(a.line.row.doc.cmp(&b.line.row.doc))
    });
    found.truncate(SHOWN);
    found
}

/// The reports that somebody said are not one event with this one.
fn unlinked(row: &BoardRow) -> impl Iterator<Item = &DocId> {
    row.handled.links.iter().filter_map(|(other, linked)| (!linked).then_some(other))
}

fn suggest(event: &Event<'_>, row: &BoardRow) -> Option<Suggestion> {
    let members = || event.members().take(COMPARED);
    let apart_ms = |member: &BoardRow| member.report.row.occurred_ms.abs_diff(row.report.row.occurred_ms);
    let apart_ms = i64::try_from(members().map(apart_ms).min()?).unwrap_or(i64::MAX);
    if apart_ms > SOON_MS {
        return None;
    }
    let distance = |member: &BoardRow| distance_m(member.report.row.place?, row.report.row.place?);
    let distance_m = members().filter_map(distance).min_by(f64::total_cmp);
    let commune = row.report.row.commune.as_ref();
    let is_near = match distance_m {
        Some(metres) => metres <= NEAR_M,
        None => commune.is_some() && members().any(|m| m.report.row.commune.as_ref() == commune),
    };
    if !is_near {
        return None;
    }
    let same_type = members().any(|m| m.report.row.report_type == row.report.row.report_type);
    let mut why = vec![Why::Place, Why::Time];
    if same_type {
        why.push(Why::Type);
    }
    let line = line_of(row.report.clone());
    Some(Suggestion { line, distance_m, minutes_apart: apart_ms / 60_000, same_type, why })
}

/// Between two positions in 1e-7 degree, metres.
fn distance_m(a: (i32, i32), b: (i32, i32)) -> Option<f64> {
    let at = |(lat, lon): (i32, i32)| Position::from_degrees(f64::from(lat) / 1e7, f64::from(lon) / 1e7, 0.0);
    Some(at(a)?.distance_m(&at(b)?))
}
