//! T10: what the command line takes in memory with a full notebook over an empty one: a listing, a
//! synchronisation with nothing to say, and the first one of a new phone. Real processes, real HTTP.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::thread::JoinHandle;

use ronde_server::Server;
use ronde_server::http::Bound;

use crate::Outcome;
use crate::clock::median;
use crate::figure::{Figure, Part};
use crate::process::{self, Closed, Held};
use crate::site::{PASSPHRASE, Site};

const ROUNDS: usize = 3;

/// The server answering on loopback in a thread, until dropped.
struct Serving {
    stop: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Serving {
    fn begin(bound: Bound, server: Server) -> Outcome<Serving> {
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let (say, hear) = mpsc::channel();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let served = runtime.map_err(|e| e.to_string()).and_then(|runtime| {
                let serving = bound.serve(server, async move { stopped.await.unwrap_or_default() });
                say.send(()).map_err(|e| e.to_string())?;
                runtime.block_on(serving).map_err(|e| e.to_string())
            });
            if let Err(why) = served {
                eprintln!("ronde-bench: the server ended: {why}");
            }
        });
        hear.recv()?;
        Ok(Serving { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// Runs the command line on closed notebooks.
struct Bench<'a> {
    ronde: &'a Path,
}

impl Bench<'_> {
    fn run(&self, notebook: &Closed, arguments: &[&str]) -> Outcome<Held> {
        let directory = notebook.database.parent().ok_or("a database without a directory")?;
        let mut command = Command::new(self.ronde);
        command
            .arg("--notebook")
            .arg(directory)
            .args(arguments)
            .arg("--json")
            .env("RONDE_PASSPHRASE", PASSPHRASE);
        process::hold(&mut command, notebook)
    }

    /// The peak once the notebook is open, the median of some runs, MB; and the last run's output.
    fn peak(&self, notebook: &Closed, arguments: &[&str]) -> Outcome<(f64, Held)> {
        let runs: Vec<Held> = (0..ROUNDS).map(|_| self.run(notebook, arguments)).collect::<Outcome<_>>()?;
        let peak = median(runs.iter().map(|run| run.after_mb));
        Ok((peak, runs.into_iter().next_back().ok_or("no run")?))
    }
}

/// Measures `ronde` with the site's notebook of `count` reports, closed meanwhile.
pub fn figure(
    ronde: &Path,
    directory: &Path,
    site: &mut Site,
    full: &Closed,
    count: usize,
) -> Outcome<Figure> {
    // An organisation of its own, so that nobody else's reports reach the empty notebook.
    let mut elsewhere = Site::new(directory)?;
    let empty = elsewhere.phone("carnet vide")?.close()?;
    let newcomer = site.phone("nouveau téléphone")?.close()?;
    let mut serving = Vec::new();
    for site in [site, &mut elsewhere] {
        serving.push(Serving::begin(
            site.bound.take().ok_or("the server is served already")?,
            site.server.clone(),
        )?);
    }
    let bench = Bench { ronde };
    let commands: [(&str, &[&str]); 3] =
        [("ronde list", &["list"]), ("ronde list --all", &["list", "--all"]), ("ronde sync", &["sync"])];
    let (mut parts, mut most) = (Vec::new(), f64::NAN);
    for (name, arguments) in commands {
        let ((without, _), (with, last)) = (bench.peak(&empty, arguments)?, bench.peak(full, arguments)?);
        if name == "ronde list --all" {
            listed(&last.output, count)?;
        }
        most = most.max(with - without);
        parts.push(Part::tells(format!("{name}, empty notebook"), without, "MB"));
        parts.push(Part::tells(format!("{name}, full notebook"), with, "MB"));
    }
    let (idle, of_empty) = bench.peak(&empty, &["sync"])?;
    let first = bench.run(&newcomer, &["sync"])?;
    let fed: serde_json::Value = serde_json::from_slice(&first.output)?;
    if fed["fed"].as_u64().unwrap_or(0) < count as u64 {
        return Err(format!("the new phone was fed {} of {count}", fed["fed"]).into());
    }
    parts.push(Part::at_most("first sync of a new phone, over idle", first.after_mb - idle, 16.0, "MB"));
    parts.push(Part::tells(
        "opening any notebook, until the passphrase's key is made",
        of_empty.before_mb,
        "MB",
    ));
    Ok(Figure {
        id: "T10",
        what: format!("memory of the command line, {count} reports over none"),
        value: most,
        limit: 12.0,
        unit: "MB",
        parts,
        peer: "samod 0.16 at 10,000 reports:",
        peer_value: 314.0,
        peer_unit: "MB",
        notes: vec![
            "VmHWM from the moment notebook.db is open; Argon2id's 19 MB before it would hide the rest"
                .into(),
        ],
    })
}

fn listed(output: &[u8], count: usize) -> Outcome<()> {
    let list: serde_json::Value = serde_json::from_slice(output)?;
    match list["items"].as_array().map(Vec::len) {
        Some(items) if items == count => Ok(()),
        other => Err(format!("ronde listed {other:?} of {count}").into()),
    }
}

/// The command line of this build, if it was built.
pub fn command_line() -> Option<PathBuf> {
    let here = std::env::current_exe().ok()?;
    let ronde = here.with_file_name(format!("ronde{}", std::env::consts::EXE_SUFFIX));
    ronde.is_file().then_some(ronde)
}
