//! `cargo xtask demo`: two officers and a bus work offline, come back, diverge, are merged, and a
//! supervisor decides; every step on the real programs. Knows the story's order and its checks.
//! Changes when the story does.

mod chance;
mod field;
mod left;
mod office;
mod story;
mod verdict;

use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;
use crate::shell::Shell;
use crate::workspace;

/// Tells the whole story once on the real programs, then leaves the server running
///
/// Builds what is missing, makes an organisation, enrols two officers and a bus driver, lets them
/// file without coverage, brings them back, lets two of them correct the same facts apart, lets a
/// supervisor decide, and checks that both phones see it and that nothing was lost.
#[derive(Args)]
pub struct Demo {
    /// End after the story and its checks; exit non-zero if anything is missing
    #[arg(long)]
    once: bool,
    /// Another seed tells another night: other reports, other counts
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Remove one stored envelope behind the server's back: the checks must say `lost: 1`
    #[arg(long)]
    sabotage: bool,
    /// Territory of the phones: GeoJSON of communes. Without it, one drawn by the project
    #[arg(long, value_name = "FILE")]
    territory: Option<PathBuf>,
    /// Communes in police zone, INSEE codes, with --territory; unknown otherwise
    #[arg(long, value_name = "INSEE,…", requires = "territory")]
    police: Option<String>,
    /// Print one object as the last line
    #[arg(long)]
    json: bool,
}

/// The night told, with something left to decide, on a server that runs until this is dropped.
pub fn populated(shell: &Shell) -> Result<story::Stage, Failure> {
    let demo = Demo { once: false, seed: 1, sabotage: false, territory: None, police: None, json: false };
    let mut stage = demo.set(shell)?;
    let told = stage.tell(demo.seed)?;
    stage.leave_work(&told)?;
    Ok(stage)
}

/// Where the demo's server and phones are.
fn folder(shell: &Shell) -> PathBuf {
    shell.target().join("demo")
}

impl Demo {
    /// The stage of the demo, on an empty directory.
    fn set(&self, shell: &Shell) -> Result<story::Stage, Failure> {
        let mut programs = vec!["ronde", "ronde-server"];
        programs.extend(self.sabotage.then_some("ronde-sabotage"));
        let binaries = workspace::programs(shell, &programs)?;
        let directory = folder(shell);
        if directory.exists() {
            std::fs::remove_dir_all(&directory).map_err(|e| Failure::unreadable(&directory, e))?;
        }
        story::Stage::set(&binaries, &directory, self)
    }

    pub fn run(&self, shell: &Shell) -> Result<bool, Failure> {
        let mut stage = self.set(shell)?;
        let told = stage.tell(self.seed)?;
        if self.sabotage {
            stage.sabotage(shell)?;
        }
        let verdict = stage.judge(&told)?;
        verdict.print();
        if !self.once {
            stage.leave_work(&told)?;
            stage.leave_running(&folder(shell), &crate::console::build(shell))?;
        }
        if self.json {
            println!("{}", verdict.json(stage.address()));
        }
        Ok(verdict.is_good())
    }
}
