//! T1: a phone that has nothing new synchronises. Measured at one report and at all of them: one
//! request of constant size, nothing written by the server, no document opened at either end.

use std::collections::BTreeMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::Hasher;
use std::path::Path;
use std::time::SystemTime;

use ronde_core::Error;
use ronde_core::model::id::DocId;
use ronde_tests::world::{HOUR, World};

use crate::Outcome;
use crate::clock::{Cost, median, timed};
use crate::figure::{Figure, Part};
use crate::raw;
use crate::site::{Phone, Site};

const ROUNDS: usize = 15;

/// What a no-op cost, the worst of some rounds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Noop {
    requests: u64,
    up: u64,
    down: u64,
    /// Server files that changed.
    written: usize,
    cost: Cost,
}

/// Synchronises a phone with nothing to say some times, the server's files looked at before and after.
pub fn measure(site: &Site, phone: &mut Phone) -> Outcome<Noop> {
    let before = files(&site.home)?;
    let mut worst = Noop::default();
    let mut costs = Vec::new();
    for _ in 0..ROUNDS {
        let ((report, traffic), cost) = timed(|| phone.sync())?;
        if !report.complete || report.pushed + report.fed > 0 {
            return Err(format!("that was no no-op: {report:?}").into());
        }
        worst.requests = worst.requests.max(traffic.requests);
        worst.up = worst.up.max(traffic.up);
        worst.down = worst.down.max(traffic.down);
        costs.push(cost);
    }
    let after = files(&site.home)?;
    worst.written = after.iter().filter(|(name, state)| before.get(*name) != Some(state)).count();
    worst.cost.cpu_us = median(costs.iter().map(|cost| cost.cpu_us));
    worst.cost.wall_us = median(costs.iter().map(|cost| cost.wall_us));
    Ok(worst)
}

/// Length, moment of writing and digest of the content of each of the server's files, its lock table
/// (`-shm`, where readers leave their marks) excepted.
fn files(home: &Path) -> Outcome<BTreeMap<String, (u64, SystemTime, u64)>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(home)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let about = entry.metadata()?;
        if about.is_file() && !name.ends_with("-shm") {
            let mut digest = DefaultHasher::new();
            digest.write(&std::fs::read(entry.path())?);
            found.insert(name, (about.len(), about.modified()?, digest.finish()));
        }
    }
    Ok(found)
}

/// Makes every document and every envelope unreadable at both ends, then synchronises with nothing to
/// say: had either end opened one, it could not have answered. Spoils the site.
pub fn without_documents(site: &Site, phone: &mut Phone, of: DocId) -> Outcome<Noop> {
    let spoil = |path: &Path, key: &[u8; 32], tables: [&str; 2]| -> Outcome<()> {
        let connection = raw::open(path, key)?;
        for table in tables {
            connection.execute(&format!("UPDATE {table} SET bytes = x'00'"), [])?;
        }
        Ok(())
    };
    spoil(&phone.directory.join("notebook.db"), &phone.database_key()?, ["snapshot", "body"])?;
    let archive = raw::key_of_text(&std::fs::read_to_string(site.home.join("archive.key"))?)?;
    spoil(&site.home.join("archive.sqlite"), &archive, ["snapshot", "envelope_body"])?;
    match phone.notebook.read(of) {
        Err(Error::Corrupt { .. }) => measure(site, phone),
        other => Err(format!("the trap does not close, a spoiled report reads as {other:?}").into()),
    }
}

/// Requests that a no-op takes on the day after the lease was renewed and nothing was filed since.
pub fn after_a_renewal() -> Outcome<Part> {
    let world = World::new(1);
    let mut phone = world.phone("Inès Benali", "pm-valmorin", "officer");
    phone.file("youth.brawl", &[], "Deux groupes.");
    phone.sync()?;
    world.clock.pass(40 * HOUR);
    phone.sync()?;
    phone.wire.forget();
    phone.sync()?;
    let what = "requests, the lease renewed since the last report";
    Ok(Part::at_most(what, phone.wire.traffic().requests as f64, 1.0, "requests"))
}

/// The figure, of a no-op at one report, at `count`, and at `count` with every document spoiled.
pub fn figure(count: usize, one: Noop, many: Noop, spoiled: Noop, renewed: Part) -> Figure {
    let mut parts = Vec::new();
    for (at, noop) in [("1 report".to_owned(), one), (format!("{count} reports"), many)] {
        parts.push(Part::at_most(format!("requests at {at}"), noop.requests as f64, 1.0, "requests"));
        parts.push(Part::at_most(format!("bytes up at {at}"), noop.up as f64, 250.0, "B"));
        parts.push(Part::at_most(format!("bytes down at {at}"), noop.down as f64, 250.0, "B"));
        parts.push(Part::at_most(format!("server files written at {at}"), noop.written as f64, 0.0, "files"));
        parts.push(Part::tells(format!("processor time of both ends at {at}"), noop.cost.cpu_us, "µs"));
    }
    let longer = many.cost.cpu_us / one.cost.cpu_us;
    parts.push(Part::at_most("processor time over that at 1 report", longer, 2.0, "×"));
    let more = (many.up + many.down).saturating_sub(one.up + one.down);
    parts.push(Part::at_most("bytes more than at 1 report", more as f64, 16.0, "B"));
    let requests = spoiled.requests as f64;
    parts.push(Part::at_most("requests with every document and envelope spoiled", requests, 1.0, "requests"));
    parts.push(renewed);
    Figure {
        id: "T1",
        what: format!("no-op re-sync of {count} reports, bytes of bodies in all"),
        value: (many.up + many.down) as f64,
        limit: 500.0,
        unit: "B",
        parts,
        peer: "PouchDB 9 at 1,000 reports, 8.7 round trips:",
        peer_value: 2540.0,
        peer_unit: "B",
        notes: vec![
            "nothing written: length, moment and content of every file of the server compared, but -shm"
                .into(),
            "no document opened: the same no-op works with every snapshot and envelope overwritten".into(),
        ],
    }
}
