//! `cargo xtask crash`: builds and starts the crash explorer of tests/crash.
//! Knows what is built and which options there are; refuses to know what is examined.
//! Changes when the explorer gets an option.

use std::process::Command;

use clap::Args;
use serde_json::Value;

use crate::failure::Failure;
use crate::shell::Shell;
use crate::workspace;

/// Examined unless told (R1).
const STATES: u32 = 50_000;

/// Cut the power and refuse the disk at every operation of the core and of the server
#[derive(Args)]
#[command(after_help = "\
Every operation of every story (first creation, enrolment, capture, filing, correcting, a feed, a
conversation, migration, discarding, checkpoints; on the server init, people, intake, decisions) is a
power cut in several variants: what was not synced is lost, kept, or torn between sectors. Each disk
found is opened by the product and held against what was acknowledged; what follows a cut is cut again.
Then each operation is refused: disk full, EIO, a failed sync. Careless settings must be caught.

Examples:
  cargo xtask crash --states 50000 --json | tail -1
  cargo xtask crash --only filing --seed 7")]
pub struct Crash {
    /// Disks found after a power cut, each opened and examined
    #[arg(long, value_name = "N", default_value_t = STATES)]
    states: u32,
    /// First seed
    #[arg(long, value_name = "X")]
    seed: Option<u64>,
    /// This story only; may be given more than once
    #[arg(long, value_name = "STORY")]
    only: Vec<String>,
    /// Side by side; as many as the machine has unless told
    #[arg(long, value_name = "N")]
    threads: Option<u32>,
    /// Print one JSON object as the last line
    #[arg(long)]
    json: bool,
}

impl Crash {
    /// True when nothing was lost, damaged or torn, and every careless setting was caught.
    pub fn run(&self, shell: &Shell) -> Result<bool, Failure> {
        let mut command = explorer(shell)?;
        command.args(["--states", &self.states.to_string()]);
        for (flag, number) in [("--seed", self.seed), ("--threads", self.threads.map(u64::from))] {
            if let Some(number) = number {
                command.arg(flag).arg(number.to_string());
            }
        }
        for story in &self.only {
            command.args(["--only", story]);
        }
        if self.json {
            command.arg("--json");
        }
        shell.run(&mut command)
    }
}

/// What a run printed as its last line, and whether all was well.
pub fn told(shell: &Shell, flags: &[&str]) -> Result<(bool, Value), Failure> {
    let mut last = String::new();
    let well = shell.watch(explorer(shell)?.args(flags).arg("--json"), |line| line.clone_into(&mut last))?;
    Ok((well, serde_json::from_str(&last).unwrap_or(Value::Null)))
}

/// Builds the explorer; a command that starts it.
fn explorer(shell: &Shell) -> Result<Command, Failure> {
    shell.must(&mut shell.cargo(&["build", "--package", "ronde-tests", "--bin", "ronde-crash"]))?;
    let program = format!("ronde-crash{}", std::env::consts::EXE_SUFFIX);
    Ok(shell.command(workspace::binaries(shell).join(program)))
}
