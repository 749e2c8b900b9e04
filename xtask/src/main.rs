//! `cargo xtask`: the commands that the README and CI call, and nothing else.
//! Knows which commands there are; refuses to know what they do.
//! Changes when a command is added: its `mod`, its variant, its arm.

mod bench;
mod bindings;
mod check;
mod clock;
mod console;
mod crash;
mod demo;
mod failure;
mod fuzz;
mod screenshots;
mod shell;
mod simulate;
mod test;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use failure::Failure;
use shell::Shell;

/// Everything a person or CI does with this repository.
///
/// Every command runs from any folder of the repository, honours CARGO_TARGET_DIR,
/// streams what it starts, exits non-zero when something is wrong, and with --json
/// prints one object as its last line.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    Check(check::Check),
    Test(test::Test),
    Bench(bench::Bench),
    Bindings(bindings::Bindings),
    Console(console::Console),
    Demo(demo::Demo),
    Fuzz(fuzz::Fuzz),
    Simulate(simulate::Simulate),
    Crash(crash::Crash),
    Screenshots(screenshots::Screenshots),
}

impl Task {
    /// True when all is well.
    fn run(&self, shell: &Shell) -> Result<bool, Failure> {
        match self {
            Task::Check(check) => check.run(shell),
            Task::Test(test) => test.run(shell),
            Task::Bench(bench) => bench.run(shell),
            Task::Bindings(bindings) => bindings.run(shell),
            Task::Console(console) => console.run(shell),
            Task::Demo(demo) => demo.run(shell),
            Task::Fuzz(fuzz) => fuzz.run(shell),
            Task::Simulate(simulate) => simulate.run(shell),
            Task::Crash(crash) => crash.run(shell),
            Task::Screenshots(screenshots) => screenshots.run(shell),
        }
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    match Shell::here().and_then(|shell| cli.task.run(&shell)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("xtask: {failure}");
            ExitCode::FAILURE
        }
    }
}
