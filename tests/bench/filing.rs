//! T7: what a durable report costs over one raw INSERT of the bytes it leaves, in interleaved blocks
//! on one disk: Déposer alone, and with the draft that comes before it.

use std::io::Write;
use std::path::Path;

use crate::Outcome;
use crate::anatomy;
use crate::clock::{Cost, median, timed};
use crate::figure::{Figure, Part};
use crate::raw::{self, Drawer, Leaves};
use crate::site::{self, Phone, Site};
use crate::wal;
use crate::workload::{SEED, Workload};

/// How much is measured.
pub struct Extent {
    /// Blocks of each lane.
    pub blocks: usize,
    /// Reports in a block.
    pub block: usize,
}

const LANES: usize = 4;
const RAW: usize = 0;
const RAW_AFTER_DRAFT: usize = 1;
const FILE: usize = 2;
const CREATE: usize = 3;

struct Bench {
    filing: Phone,
    creating: Phone,
    drawer: Drawer,
    drawer_after_draft: Drawer,
    leaves: Vec<Leaves>,
    workload: Workload,
}

impl Bench {
    /// Two enrolled notebooks and two drawers, each with one block in it.
    fn new(directory: &Path, block: usize) -> Outcome<Bench> {
        let site = Site::new(directory)?;
        let (filing, creating) = (site.phone("dépose")?, site.phone("écrit et dépose")?);
        let mut workload = Workload::new(SEED);
        let mut draft = 0;
        for case in workload.by_ref().take(block) {
            site::file(&filing.notebook, &case)?;
            site::file(&creating.notebook, &case)?;
            let left = site::draft(&creating.notebook, &case)?;
            draft += minicbor::to_vec(&left)?.len();
            creating.notebook.discard_draft(left.id)?;
        }
        let connection = raw::open(&filing.directory.join("notebook.db"), &filing.database_key()?)?;
        let leaves = Leaves::of(&connection, draft / block)?;
        let mut drawer = Drawer::new(&directory.join("raw.db"))?;
        let mut drawer_after_draft = Drawer::new(&directory.join("raw-draft.db"))?;
        for each in &leaves {
            drawer.keep(each)?;
            drawer_after_draft.keep_after_draft(each)?;
        }
        Ok(Bench { filing, creating, drawer, drawer_after_draft, leaves, workload })
    }

    /// One block of one lane.
    fn run(&mut self, lane: usize, block: usize) -> Outcome<Cost> {
        let cases: Vec<_> = self.workload.by_ref().take(block).collect();
        let cost = match lane {
            RAW => timed(|| self.leaves.iter().take(block).try_for_each(|each| self.drawer.keep(each)))?.1,
            RAW_AFTER_DRAFT => {
                let drawer = &mut self.drawer_after_draft;
                timed(|| self.leaves.iter().take(block).try_for_each(|each| drawer.keep_after_draft(each)))?.1
            }
            FILE => {
                let notebook = &self.filing.notebook;
                let drafts: Vec<_> =
                    cases.iter().map(|case| site::draft(notebook, case)).collect::<Outcome<_>>()?;
                timed(|| drafts.iter().try_for_each(|draft| Ok(notebook.file(draft.id).map(drop)?)))?.1
            }
            _ => {
                let notebook = &self.creating.notebook;
                timed(|| cases.iter().try_for_each(|case| site::file(notebook, case).map(drop)))?.1
            }
        };
        Ok(cost.each(block))
    }
}

/// Both figures: with the draft, and Déposer alone.
pub fn figures(directory: &Path, extent: &Extent) -> Outcome<Vec<Figure>> {
    let mut bench = Bench::new(directory, extent.block)?;
    let mut costs: [Vec<Cost>; LANES] = Default::default();
    let (mut pages, mut raw_pages) = (Vec::new(), Vec::new());
    for round in 0..extent.blocks {
        // Each lane comes first, second, third and last equally often.
        for place in 0..LANES {
            let lane = (round + place) % LANES;
            let cost = bench.run(lane, extent.block)?;
            costs[lane].push(cost);
            match lane {
                FILE => pages
                    .extend(wal::last_commits(&bench.filing.directory.join("notebook.db"), extent.block)?),
                RAW => raw_pages.extend(wal::last_commits(&directory.join("raw.db"), extent.block)?),
                _ => {}
            }
        }
    }
    let bytes = bench.leaves.iter().map(Leaves::len).sum::<usize>() as f64 / bench.leaves.len() as f64;
    let ratio = |of: usize, to: usize, what: fn(&Cost) -> f64| {
        median(costs[of].iter().zip(&costs[to]).map(|(a, b)| what(a) / what(b)))
    };
    let each = |lane: usize, what: fn(&Cost) -> f64| median(costs[lane].iter().map(what));
    let wall = |cost: &Cost| cost.wall_us;
    let cpu = |cost: &Cost| cost.cpu_us;
    let tell = |lane: usize, name: &str| {
        vec![
            Part::tells(format!("{name}, wall"), each(lane, wall), "µs"),
            Part::tells(format!("{name}, processor"), each(lane, cpu), "µs"),
        ]
    };
    let figure = |id, lane, what: &str, parts: Vec<Part>| Figure {
        id,
        what: format!("{what}, wall over one raw insert"),
        value: ratio(lane, RAW, wall),
        limit: 2.0,
        unit: "×",
        parts: [Part::at_most("processor over one raw insert", ratio(lane, RAW, cpu), 3.5, "×")]
            .into_iter()
            .chain(parts)
            .collect(),
        peer: "automerge-repo 2.5.6 at 10,000 reports, not durable:",
        peer_value: 20.0,
        peer_unit: "reports a second",
        notes: vec![format!(
            "median of {} interleaved blocks of {} reports on one disk, every commit synced",
            extent.blocks, extent.block
        )],
    };
    let mut with_draft = tell(CREATE, "new draft, saved, filed");
    with_draft.push(Part::tells("reports a second", 1e6 / each(CREATE, wall), "reports a second"));
    with_draft.push(Part::tells(
        "wall over raw with the same three commits",
        ratio(CREATE, RAW_AFTER_DRAFT, wall),
        "×",
    ));
    with_draft.push(Part::tells("processor over the same", ratio(CREATE, RAW_AFTER_DRAFT, cpu), "×"));
    with_draft.extend(tell(RAW, "raw insert"));
    with_draft.push(Part::tells(
        "one page appended to a file and synced, wall",
        synced_append(directory)?,
        "µs",
    ));
    with_draft.push(Part::tells("bytes of a report in the raw insert", bytes, "B"));
    let mut alone = tell(FILE, "file");
    let mean = |pages: &[usize]| pages.iter().sum::<usize>() as f64 / pages.len() as f64;
    alone.push(Part::tells("pages written by one filing", mean(&pages), "pages"));
    alone.push(Part::tells("pages written by one raw insert", mean(&raw_pages), "pages"));
    alone.extend(anatomy::parts(&bench.workload.by_ref().take(extent.block).collect::<Vec<_>>())?);
    Ok(vec![
        figure("T7", CREATE, "durable draft (new, saved), then file", with_draft),
        figure("T7.file", FILE, "durable file alone", alone),
    ])
}

/// What the disk takes to keep one page, µs: the faster it is, the more a processor's time weighs.
fn synced_append(directory: &Path) -> Outcome<f64> {
    let mut file = std::fs::File::create(directory.join("pages"))?;
    let mut append = || timed(|| Ok(file.write_all(&[0x5a; 4096]).and_then(|()| file.sync_data())?));
    let costs: Vec<Cost> = (0..100).map(|_| Ok(append()?.1)).collect::<Outcome<_>>()?;
    Ok(median(costs.iter().map(|cost| cost.wall_us)))
}
