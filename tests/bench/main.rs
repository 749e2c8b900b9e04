//! `ronde-bench`: the figures of the design, each as a ratio to a limit measured in the same run.
//! Started by `cargo xtask bench limits`. A missed target is printed as missed; only a measurement
//! that failed ends with a failure. Changes when a target joins.

mod anatomy;
mod clock;
mod correction;
mod figure;
mod filing;
mod list;
mod memory;
mod noop;
mod process;
mod push;
mod raw;
mod site;
mod wal;
mod workload;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;
use tempfile::TempDir;

use figure::Figure;
use filing::Extent;
use site::Site;
use workload::{SEED, Workload};

/// What a measurement answers. Words are enough: a person reads why it failed.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "\
ronde-bench [--json] [--quick] [--only ID]… [--directory DIR]
  --quick           a tenth of everything: to see that it runs, not to publish
  --only ID         one of T1 T2 T6 T7 T8 T10; may be given more than once
  --directory DIR   measure on the disk of this directory (default: the system's temporary one)
  --json            one object as the last line";

struct Arguments {
    json: bool,
    quick: bool,
    only: Vec<String>,
    directory: Option<PathBuf>,
}

impl Arguments {
    fn read() -> Outcome<Arguments> {
        let mut arguments = Arguments { json: false, quick: false, only: Vec::new(), directory: None };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut value = || words.next().ok_or(format!("{word} needs a value\n{USAGE}"));
            match word.as_str() {
                "--json" => arguments.json = true,
                "--quick" => arguments.quick = true,
                "--only" => arguments.only.push(value()?),
                "--directory" => arguments.directory = Some(value()?.into()),
                _ => return Err(format!("{word} is not known\n{USAGE}").into()),
            }
        }
        Ok(arguments)
    }

    fn wants(&self, id: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|only| only == id)
    }
}

fn main() -> ExitCode {
    match Arguments::read().and_then(|arguments| measure(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("ronde-bench: {why}");
            ExitCode::FAILURE
        }
    }
}

fn measure(arguments: &Arguments) -> Outcome<()> {
    let directory = match &arguments.directory {
        Some(directory) => TempDir::new_in(directory)?,
        None => TempDir::new()?,
    };
    let (count, pushed) = if arguments.quick { (1_000, 100) } else { (10_000, 1_000) };
    let mut figures = Vec::new();
    if arguments.wants("T2") {
        eprintln!("T2: {pushed} reports leave a phone");
        figures.push(push::figure(pushed)?);
    }
    if arguments.wants("T7") {
        eprintln!("T7: filing, interleaved with raw inserts");
        let extent =
            if arguments.quick { Extent { blocks: 4, block: 20 } } else { Extent { blocks: 20, block: 50 } };
        figures.extend(filing::figures(&made(directory.path(), "filing")?, &extent)?);
    }
    if ["T1", "T6", "T8", "T10"].iter().any(|id| arguments.wants(id)) {
        figures.extend(of_a_full_notebook(arguments, directory.path(), count)?);
    }
    figures.sort_by_key(|figure| {
        figure.id.trim_matches(|c: char| !c.is_ascii_digit()).parse().unwrap_or(u32::MAX)
    });
    print!("{}", figure::table(&figures));
    if arguments.json {
        let run = json!({
            "quick": arguments.quick, "reports": count, "seed": SEED, "finished_ms": clock::wall_ms()?,
            "optimised": !cfg!(debug_assertions),
        });
        println!("{}", figure::object(&figures, run));
    }
    Ok(())
}

/// Everything that is measured of one notebook as it fills.
fn of_a_full_notebook(arguments: &Arguments, directory: &Path, count: usize) -> Outcome<Vec<Figure>> {
    let mut figures = Vec::new();
    let mut site = Site::new(&made(directory, "full")?)?;
    let mut workload = Workload::new(SEED);
    eprintln!("one notebook fills with {count} reports");
    let mut phone = site.phone("Inès Benali")?.fill(workload.by_ref().take(1))?;
    let one = noop::measure(&site, &mut phone)?;
    let mut phone = phone.fill(workload.take(count - 1))?;
    if arguments.wants("T8") {
        eprintln!("T8: the list");
        figures.push(list::figure(directory, &phone, count, if arguments.quick { 5 } else { 15 })?);
    }
    if arguments.wants("T10") {
        eprintln!("T10: memory");
        let ronde = memory::command_line()
            .ok_or("ronde is not built beside ronde-bench: cargo xtask bench limits builds both")?;
        let elsewhere = made(directory, "elsewhere")?;
        let measured;
        (phone, measured) =
            phone.closed(|full| memory::figure(&ronde, &elsewhere, &mut site, full, count))?;
        figures.push(measured);
    }
    if arguments.wants("T1") || arguments.wants("T6") {
        let page = phone.notebook.list(None, 20)?;
        let docs: Vec<_> = page.items.iter().map(|item| item.row.doc).collect();
        let many = noop::measure(&site, &mut phone)?;
        if arguments.wants("T6") {
            eprintln!("T6: one correction");
            figures.push(correction::figure(&mut phone, &docs, count)?);
        }
        if arguments.wants("T1") {
            eprintln!("T1: nothing new");
            let of = *docs.first().ok_or("an empty list")?;
            let spoiled = noop::without_documents(&site, &mut phone, of)?;
            figures.push(noop::figure(count, one, many, spoiled, noop::after_a_renewal()?));
        }
    }
    Ok(figures)
}

fn made(parent: &Path, name: &str) -> Outcome<PathBuf> {
    let directory = parent.join(name);
    std::fs::create_dir_all(&directory)?;
    Ok(directory)
}
