//! `cargo xtask bench`: builds and starts the measurements of tests/bench, optimised.
//! Knows what is built and where it measures; refuses to know what is measured.
//! Changes when a kind of measurement joins.

use clap::{Args, Subcommand};

use crate::failure::Failure;
use crate::shell::Shell;

/// Measure: every figure with its limit, as a ratio taken in one run
#[derive(Args)]
pub struct Bench {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Subcommand)]
enum Kind {
    Limits(Limits),
}

/// The targets of the design against physical limits measured in the same run
#[derive(Args)]
#[command(after_help = "\
Targets:
  T1   bytes of a synchronisation with nothing new, at 1 and at 10,000 reports
  T2   bytes of a push of 1,000 reports over one zstd-3 stream of their JSON
  T6   bytes of one correction among 10,000 reports
  T7   a durable report over one raw SQLCipher insert of the bytes it leaves
  T8   the first page of the list over a raw SELECT of its rows
  T10  memory of the command line with 10,000 reports over none

A missed target is printed as missed and is no failure of the command.

Examples:
  cargo xtask bench limits
  cargo xtask bench limits --quick --only T7
  cargo xtask bench limits --json | tail -1")]
struct Limits {
    /// Print one JSON object as the last line
    #[arg(long)]
    json: bool,
    /// A tenth of everything: to see that it runs, not to publish
    #[arg(long)]
    quick: bool,
    /// Measure this target only; may be given more than once
    #[arg(long, value_name = "ID", value_parser = ["T1", "T2", "T6", "T7", "T8", "T10"])]
    only: Vec<String>,
}

impl Bench {
    /// True when everything could be measured, met or not.
    pub fn run(&self, shell: &Shell) -> Result<bool, Failure> {
        match &self.kind {
            Kind::Limits(limits) => limits.run(shell),
        }
    }
}

impl Limits {
    fn run(&self, shell: &Shell) -> Result<bool, Failure> {
        shell.must(&mut shell.cargo(&[
            "build",
            "--release",
            "--package",
            "ronde-tests",
            "--bin",
            "ronde-bench",
            "--package",
            "ronde-cli",
            "--bin",
            "ronde",
        ]))?;
        // On the disk of the build: the system's temporary directory may be memory, where syncing is free.
        let directory = shell.target().join("tmp");
        std::fs::create_dir_all(&directory).map_err(|e| Failure::unreadable(&directory, e))?;
        let bench =
            shell.target().join("release").join(format!("ronde-bench{}", std::env::consts::EXE_SUFFIX));
        let mut command = shell.command(bench);
        command.arg("--directory").arg(directory);
        for (flag, given) in [("--json", self.json), ("--quick", self.quick)] {
            if given {
                command.arg(flag);
            }
        }
        for id in &self.only {
            command.args(["--only", id]);
        }
        shell.run(&mut command)
    }
}
