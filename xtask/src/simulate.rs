//! `cargo xtask simulate`: builds and starts the simulator of tests/simulation.
//! Knows its flags; refuses to know a law. Changes with the flags.

use std::process::Command;

use clap::Args;
use serde_json::Value;

use crate::failure::Failure;
use crate::shell::Shell;

/// Simulate whole towns: virtual clock, network and disks, the real core and server inside
#[derive(Args)]
#[command(after_help = "\
Each seed is a town of phones with one server: people file, correct and settle, requests are lost, delayed,
doubled and replayed, batteries die in the middle of a write, disks fill up, clocks jump, the server comes back
from a backup. At the end everybody speaks twice over a good link, and every law is looked at. A seed that breaks
one is printed with its step, its law and the command that tells it again.

Examples:
  cargo xtask simulate --seeds 300 --devices 20 --steps 200
  cargo xtask simulate --seed 60                  one seed, its log on the screen
  cargo xtask simulate --seeds 20 --doublecheck   each twice: the logs must be the same
  cargo xtask simulate --seeds 3 --control lose   an archive that loses something must be noticed
  cargo xtask simulate --json | tail -1")]
pub struct Simulate {
    /// How many seeds
    #[arg(long, default_value_t = 300)]
    seeds: u64,
    /// The first of them
    #[arg(long, default_value_t = 1)]
    first: u64,
    /// Phones in each
    #[arg(long, default_value_t = 20)]
    devices: u64,
    /// Acts in each
    #[arg(long, default_value_t = 200)]
    steps: u64,
    /// This seed alone, its log printed
    #[arg(long)]
    seed: Option<u64>,
    /// Run each seed twice and compare the logs
    #[arg(long)]
    doublecheck: bool,
    /// Leave a kind of act out; may be given more than once
    #[arg(long, value_name = "ACT")]
    without: Vec<String>,
    /// Do something wicked on purpose, that a law must notice: lose, double, leak, diverge, careless
    #[arg(long, value_name = "NAME")]
    control: Option<String>,
    /// Print one JSON object as the last line
    #[arg(long)]
    json: bool,
}

impl Simulate {
    /// True when no law was broken.
    pub fn run(&self, shell: &Shell) -> Result<bool, Failure> {
        let mut command = simulator(shell)?;
        for (flag, number) in [
            ("--seeds", Some(self.seeds)),
            ("--first", Some(self.first)),
            ("--devices", Some(self.devices)),
            ("--steps", Some(self.steps)),
            ("--seed", self.seed),
        ] {
            if let Some(number) = number {
                command.arg(flag).arg(number.to_string());
            }
        }
        for (flag, given) in [("--doublecheck", self.doublecheck), ("--json", self.json)] {
            if given {
                command.arg(flag);
            }
        }
        self.without.iter().for_each(|act| {
            command.args(["--without", act]);
        });
        if let Some(control) = &self.control {
            command.args(["--control", control]);
        }
        shell.run(&mut command)
    }
}

/// What a run printed as its last line, and whether it broke no law.
pub fn told(shell: &Shell, flags: &[&str]) -> Result<(bool, Value), Failure> {
    let mut last = String::new();
    let well = shell.watch(simulator(shell)?.args(flags).arg("--json"), |line| line.clone_into(&mut last))?;
    Ok((well, serde_json::from_str(&last).unwrap_or(Value::Null)))
}

/// Builds the simulator; a command that starts it.
fn simulator(shell: &Shell) -> Result<Command, Failure> {
    shell.must(&mut shell.cargo(&["build", "--package", "ronde-tests", "--bin", "ronde-simulate"]))?;
    let program = format!("ronde-simulate{}", std::env::consts::EXE_SUFFIX);
    Ok(shell.command(shell.target().join("debug").join(program)))
}
