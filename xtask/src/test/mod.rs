//! `cargo xtask test`: every suite in one run, ended by one plain line that counts.
//! Knows the stages and their order; refuses to know how one is run.
//! Changes when a stage joins.

pub mod android;
mod closing;
mod console;
mod crash;
mod demo;
mod fuzz;
mod kotlin;
mod needs;
mod python;
mod rust;
mod simulate;
mod swift;
mod tally;
mod venv;

use clap::Args;
use clap::builder::PossibleValuesParser;
use serde_json::{Map, Value, json};

use crate::check::Check;
use crate::clock::Stopwatch;
use crate::failure::Failure;
use crate::shell::Shell;
use needs::Need;
use tally::Tally;

/// Run every test: rules, Rust, the demo, and the stories of Kotlin, Python and Swift
///
/// Installs what the tests need when run as root on Debian, and says so; ends with `N passed, M failed`.
#[derive(Args)]
#[command(after_help = "\
Stages:
  check   cargo xtask check: each rule counts as one test
  rust    cargo test --workspace
  demo    cargo xtask demo --once with two seeds, and with --sabotage, which must be caught
  fuzz    cargo xtask fuzz: each decoder for some seconds, its kept inputs whole
  simulate  cargo xtask simulate: 300 towns of 20 phones, each a test, and controls that must be noticed
  crash   cargo xtask crash: every power cut and every refused operation; careless settings must be caught
  kotlin  the bindings' story on the JVM (Maven; about 150 MB the first time)
  python  the bindings' story in Python (pytest)
  swift   the generated Swift is parsed: by swiftc if there is one, otherwise by tree-sitter
  console the supervisors' page: built, its types and its units (npm; about 250 MB of packages)
  browser people use that page in Chromium on the real programs (Debian's Chromium; about 300 MB)
  android the phones' app on the JVM, and the journey from a phone to the browser and back (Maven; about
          200 MB the first time)

Examples:
  cargo xtask test
  cargo xtask test --no-install                   a missing tool is one line and a failure
  cargo xtask test --skip kotlin --skip swift     skipped stages are counted as skipped")]
pub struct Test {
    /// Print one JSON object as the last line, after the plain one
    #[arg(long)]
    json: bool,
    /// Install nothing: no Debian package, no cargo-deny, no Python environment
    #[arg(long)]
    no_install: bool,
    /// Leave a stage out; it is reported as skipped, never as passed
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(STAGES.iter().map(|stage| stage.name)))]
    skip: Vec<String>,
}

struct Stage {
    name: &'static str,
    about: &'static str,
    needs: &'static [Need],
    run: fn(&Shell, bool) -> Result<Tally, Failure>,
}

const STAGES: [Stage; 12] = [
    Stage { name: "check", about: "the rules of the repository", needs: &needs::RUST, run: check },
    Stage { name: "rust", about: "cargo test --workspace", needs: &needs::RUST, run: rust::run },
    Stage {
        name: "demo",
        about: "the whole story from one command, twice, and sabotaged",
        needs: &needs::RUST,
        run: demo::run,
    },
    Stage {
        name: "fuzz",
        about: "every decoder under bytes nobody honest would send",
        needs: &needs::FUZZ,
        run: fuzz::run,
    },
    Stage {
        name: "simulate",
        about: "towns of phones under every fault, on virtual clocks, networks and disks",
        needs: &needs::RUST,
        run: simulate::run,
    },
    Stage {
        name: "crash",
        about: "a power cut and a refusal at every operation of the core and of the server",
        needs: &needs::RUST,
        run: crash::run,
    },
    Stage {
        name: "kotlin",
        about: "the bindings' story on the JVM",
        needs: &needs::KOTLIN,
        run: kotlin::run,
    },
    Stage { name: "python", about: "the bindings' story in Python", needs: &needs::PYTHON, run: python::run },
    Stage { name: "swift", about: "the generated Swift is parsed", needs: &needs::PYTHON, run: swift::run },
    Stage {
        name: "console",
        about: "the supervisors' page: its build, its types, its units",
        needs: &needs::CONSOLE,
        run: console::units,
    },
    Stage {
        name: "browser",
        about: "people use the page in a real browser",
        needs: &needs::BROWSER,
        run: console::stories,
    },
    Stage {
        name: "android",
        about: "the phones' app on the JVM, and the journey from a phone to the browser and back",
        needs: &needs::ANDROID,
        run: android::run,
    },
];

impl Test {
    pub fn run(&self, shell: &Shell) -> Result<bool, Failure> {
        let install = !self.no_install;
        let chosen = |stage: &&Stage| !self.skip.iter().any(|name| name == stage.name);
        needs::install(shell, install, STAGES.iter().filter(chosen).flat_map(|stage| stage.needs));
        let mut total = Tally::default();
        let mut skipped = 0;
        let mut stages = Map::new();
        for stage in &STAGES {
            println!("\n== {}: {}", stage.name, stage.about);
            if !chosen(&stage) {
                println!("{}: skipped", stage.name);
                skipped += 1;
                stages.insert(stage.name.to_owned(), json!("skipped"));
                continue;
            }
            let watch = Stopwatch::start();
            let tally = stage.tally(shell, install);
            println!("{}: {tally} in {watch}", stage.name);
            stages.insert(stage.name.to_owned(), tally.json());
            total.add(tally);
        }
        println!("\n{}", closing::line(total, skipped));
        if self.json {
            let object = json!({
                "passed": total.passed, "failed": total.failed, "skipped": skipped, "stages": stages,
            });
            println!("{}", object as Value);
        }
        Ok(total.failed == 0)
    }
}

impl Stage {
    /// A stage that could not run, or ran nothing, is a failure: silence proves nothing.
    fn tally(&self, shell: &Shell, install: bool) -> Tally {
        let missing = self.needs.iter().find(|need| !need.is_met(shell));
        let result = match missing {
            Some(need) => Err(need.failure()),
            None => (self.run)(shell, install),
        };
        match result {
            Ok(tally) if tally.ran() == 0 => {
                println!("{}: no test ran, which is a failure", self.name);
                Tally::failed(1)
            }
            Ok(tally) => tally,
            Err(failure) => {
                println!("{}: {failure}", self.name);
                Tally::failed(1)
            }
        }
    }
}

fn check(shell: &Shell, install: bool) -> Result<Tally, Failure> {
    let check = Check { json: false, no_install: !install, skip: Vec::new() };
    let report = check.inspect(shell)?;
    Ok(Tally { passed: report.kept, failed: report.broken, left_out: 0 })
}
