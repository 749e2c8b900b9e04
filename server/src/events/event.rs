//! One event: reports that links make one, of those that a person may read. Pure.
//! Changes when belonging together means something else.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashSet};

use ronde_model::id::DocId;

use super::board::Board;
use crate::access::Grants;
use crate::archive::{BoardRow, Reader};
use crate::supervision::Status;

/// An event. Most have one report and no list.
pub struct Event<'b> {
    /// The earliest filed.
    pub lead: &'b BoardRow,
    /// The others, as they were filed.
    pub others: Vec<&'b BoardRow>,
}

impl Board {
    /// Every event of whom the grants let read something.
    pub fn events<'b>(&'b self, grants: &Grants) -> Vec<Event<'b>> {
        let mut seen: HashSet<DocId> = HashSet::new();
        let mut events = Vec::with_capacity(self.rows().len());
        for row in self.rows().iter().filter(|row| grants.cover_any(&row.scopes)) {
            if !row.handled.links.values().any(|linked| *linked) {
                events.push(Event { lead: row, others: Vec::new() });
            } else if !seen.contains(&row.report.row.doc) {
                let event = self.event_around(row, grants);
                seen.extend(event.members().map(|member| member.report.row.doc));
                events.push(event);
            }
        }
        events
    }

    /// The event of a report; `None` when there is none or it may not be read.
    pub fn event_of<'b>(&'b self, doc: &DocId, grants: &Grants) -> Option<Event<'b>> {
        let row = self.row(doc).filter(|row| grants.cover_any(&row.scopes))?;
        Some(self.event_around(row, grants))
    }

    fn event_around<'b>(&'b self, row: &'b BoardRow, grants: &Grants) -> Event<'b> {
        let mut members: Vec<&BoardRow> = vec![row];
        let mut seen = HashSet::from([row.report.row.doc]);
        let mut next = 0;
        while let Some(member) = members.get(next).copied() {
            next += 1;
            let linked = member.handled.links.iter().filter(|(_, linked)| **linked);
            for other in linked.filter_map(|(other, _)| self.row(other)) {
                // One side that says no is enough: both are written together, and apart only when
                // two people disagree.
                let agrees = other.handled.links.get(&member.report.row.doc) == Some(&true);
                if agrees && grants.cover_any(&other.scopes) && seen.insert(other.report.row.doc) {
                    members.push(other);
                }
            }
        }
        members.sort_by_key(|member| (member.report.row.recorded_ms, member.report.place));
        let others = members.split_off(1);
        Event { lead: members.first().copied().unwrap_or(row), others }
    }
}

impl<'b> Event<'b> {
    /// Its reports, the leading one first.
    pub fn members(&self) -> impl Iterator<Item = &'b BoardRow> {
        std::iter::once(self.lead).chain(self.others.iter().copied())
    }

    /// The gravest, 1 to 5.
    pub fn severity(&self) -> u8 {
        self.members().map(|member| member.report.row.severity).max().unwrap_or(1).clamp(1, 5)
    }

    /// The least advanced of its reports.
    pub fn status(&self) -> Status {
        self.members().map(|member| member.report.status).min().unwrap_or(Status::Delivered)
    }

    /// The place of its newest arrival.
    pub fn place(&self) -> u64 {
        self.members().map(|member| member.report.place).max().unwrap_or(0)
    }

    /// The greatest number with which something of its reports moved.
    pub fn moved(&self) -> u64 {
        self.members().map(|member| member.moved).max().unwrap_or(0)
    }

    /// When its newest report was received, ms UTC.
    pub fn newest_ms(&self) -> i64 {
        self.members().map(|member| member.report.received_ms).max().unwrap_or(0)
    }

    /// A sum over its reports.
    pub fn sum(&self, count: impl Fn(&BoardRow) -> u32) -> u32 {
        self.members().map(count).fold(0, u32::saturating_add)
    }

    /// The units of its authors.
    pub fn units(&self) -> Vec<String> {
        let units: BTreeSet<&str> = self.members().map(|member| member.report.row.unit.as_str()).collect();
        units.into_iter().map(str::to_owned).collect()
    }

    /// Whoever read one of its reports last.
    pub fn reader(&self) -> Option<&'b Reader> {
        self.members()
            .filter_map(|member| member.handled.reader.as_ref())
            .max_by_key(|reader| (reader.at_ms, Reverse(&reader.name)))
    }

    /// Who, or which unit, is in charge of those of its reports that are no further than assigned; `None`
    /// when it stands elsewhere, or several are.
    pub fn assignee(&self) -> Option<&'b str> {
        if self.status() != Status::Assigned {
            return None;
        }
        let assigned = self.members().filter(|member| member.report.status == Status::Assigned);
        let mut assignees = assigned.map(|member| member.handled.assignee.as_deref());
        let first = assignees.next().flatten()?;
        assignees.all(|other| other == Some(first)).then_some(first)
    }

    /// Latitude and longitude, 1e-7 degree, of the first report that has any.
    pub fn position(&self) -> Option<(i32, i32)> {
        self.members().find_map(|member| member.report.row.place)
    }

    /// When the last of its reports was closed, ms UTC; `None` while one is not.
    pub fn closed_ms(&self) -> Option<i64> {
        self.members().map(|member| member.handled.closed_ms).collect::<Option<Vec<i64>>>()?.into_iter().max()
    }
}
