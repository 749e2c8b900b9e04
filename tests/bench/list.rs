//! T8: the first page of the list over a raw SELECT of the same rows from one plain table: cold (a
//! connection just opened, nothing of it in memory) and warm, and the whole list.

use std::path::Path;

use ronde_core::Notebook;
use rusqlite::Connection;

use crate::Outcome;
use crate::clock::{Cost, median, timed};
use crate::figure::{Figure, Part};
use crate::raw::{self, PlainList};
use crate::site::Phone;

const PAGE: u32 = 50;
/// Reports in one page when the whole list is read.
const LONG_PAGE: u32 = 500;
const RAW_KEY: [u8; 32] = [7; 32];

#[derive(Default)]
struct Lane {
    cold: Vec<Cost>,
    warm: Vec<Cost>,
    whole: Vec<Cost>,
}

/// Copies the list to a plain table, then reads both in turn.
pub fn figure(directory: &Path, phone: &Phone, count: usize, rounds: usize) -> Outcome<Figure> {
    let plain = directory.join("raw-list.db");
    let source = raw::open(&phone.directory.join("notebook.db"), &phone.database_key()?)?;
    PlainList::copy(&source, &plain)?;
    drop(source);
    let (mut ours, mut limit) = (Lane::default(), Lane::default());
    for round in 0..rounds {
        for place in 0..2 {
            if (round + place) % 2 == 0 {
                read(phone, count, &mut ours)?
            } else {
                read_plain(&plain, count, &mut limit)?
            }
        }
    }
    let ratio = |what: fn(&Lane) -> &Vec<Cost>, of: fn(&Cost) -> f64| {
        median(what(&ours).iter().zip(what(&limit)).map(|(a, b)| of(a) / of(b)))
    };
    let (wall, cpu) = (|cost: &Cost| cost.wall_us, |cost: &Cost| cost.cpu_us);
    let middle = |costs: &[Cost]| median(costs.iter().map(wall));
    Ok(Figure {
        id: "T8",
        what: format!("first {PAGE} of {count} reports, cold, over a raw SELECT"),
        value: ratio(|lane| &lane.cold, wall),
        limit: 2.0,
        unit: "×",
        parts: vec![
            Part::at_most(format!("first {PAGE}, warm, over raw"), ratio(|lane| &lane.warm, wall), 2.0, "×"),
            Part::at_most("the whole list over raw", ratio(|lane| &lane.whole, wall), 1.5, "×"),
            Part::tells("the whole list over raw, processor", ratio(|lane| &lane.whole, cpu), "×"),
            Part::tells("cold", middle(&ours.cold), "µs"),
            Part::tells("cold, raw", middle(&limit.cold), "µs"),
            Part::tells("warm", middle(&ours.warm), "µs"),
            Part::tells("warm, raw", middle(&limit.warm), "µs"),
            Part::tells("a row of the whole list", middle(&ours.whole) / count as f64, "µs"),
            Part::tells("a row of the whole list, raw", middle(&limit.whole) / count as f64, "µs"),
        ],
        peer: "PouchDB 9, a row of a cold list:",
        peer_value: 230.0,
        peer_unit: "µs",
        notes: vec![format!("median of {rounds} interleaved rounds; opening the database is in neither")],
    })
}

fn read(phone: &Phone, count: usize, lane: &mut Lane) -> Outcome<()> {
    let notebook = phone.opened_again()?;
    let first = |notebook: &Notebook| timed(|| Ok(notebook.list(None, PAGE)?));
    let (page, cold) = first(&notebook)?;
    if page.items.len() != count.min(PAGE as usize) {
        return Err(format!("a page of {}", page.items.len()).into());
    }
    lane.cold.push(cold);
    lane.warm.push(first(&notebook)?.1);
    let (seen, whole) = timed(|| {
        let (mut after, mut seen) = (None, 0);
        loop {
            let page = notebook.list(after, LONG_PAGE)?;
            seen += page.items.len();
            after = page.next;
            if after.is_none() {
                return Ok(seen);
            }
        }
    })?;
    lane.whole.push(whole);
    if seen == count { Ok(()) } else { Err(format!("{seen} of {count} listed").into()) }
}

fn read_plain(path: &Path, count: usize, lane: &mut Lane) -> Outcome<()> {
    let connection: Connection = raw::open(path, &RAW_KEY)?;
    let first = |connection: &Connection| timed(|| PlainList::page(connection, i64::MAX, PAGE));
    lane.cold.push(first(&connection)?.1);
    lane.warm.push(first(&connection)?.1);
    let (seen, whole) = timed(|| {
        let (mut before, mut seen) = (i64::MAX, 0);
        loop {
            let page = PlainList::page(&connection, before, LONG_PAGE)?;
            let Some(last) = page.last() else { return Ok(seen) };
            before = last.recorded_ms;
            seen += page.len();
        }
    })?;
    lane.whole.push(whole);
    // Two reports of one millisecond at the end of a page would be read once: filing takes longer.
    if seen.abs_diff(count) <= count / 100 { Ok(()) } else { Err(format!("{seen} of {count} read").into()) }
}
