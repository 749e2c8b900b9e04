//! `cargo xtask fuzz`: every decoder under LLVM's fuzzer, guided by coverage, on stable Rust. Only the
//! workspace's crates carry the coverage (`fuzz/sancov`), so the libraries are built once for everything.
//! Knows how the fuzzer is built and what it prints; refuses to know a decoder. Changes with these.

mod run;
mod seeds;

use std::path::PathBuf;
use std::sync::Mutex;

use clap::Args;
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::shell::Shell;
use run::{Ended, Place};

/// Seconds a target gets when nothing is said: so that all of them fit in the test command.
pub const SECONDS: u32 = 10;

/// Fuzz every decoder: no panic, 64 MiB and one second of processor time an input at most
#[derive(Args)]
#[command(after_help = "\
Needs a C++ compiler (libFuzzer is compiled once). The kept inputs of fuzz/corpus are told first and whole; what
was found beyond them stays in the target directory. --keep begins without the seeds of others and takes the
least of what it found that reaches everything into fuzz/corpus. A crash ends its target: the input that made it is printed by its path.

Examples:
  cargo xtask fuzz --seconds 60
  cargo xtask fuzz --only request --only response --seconds 1800 --keep
  cargo xtask fuzz --json | tail -1")]
pub struct Fuzz {
    /// Seconds each target is fuzzed
    #[arg(long, default_value_t = SECONDS)]
    seconds: u32,
    /// Fuzz this target only; may be given more than once
    #[arg(long, value_name = "TARGET")]
    only: Vec<String>,
    /// Targets at a time
    #[arg(long, default_value_t = 2, value_parser = clap::value_parser!(u8).range(1..=64))]
    jobs: u8,
    /// Afterwards keep the smallest set of inputs that reaches what was reached
    #[arg(long)]
    keep: bool,
    /// Print one JSON object as the last line
    #[arg(long)]
    json: bool,
}

impl Fuzz {
    /// As the test command runs it.
    pub fn of_tests() -> Fuzz {
        Fuzz { seconds: SECONDS, only: Vec::new(), jobs: 2, keep: false, json: false }
    }

    /// True when no input broke a limit.
    pub fn run(&self, shell: &Shell) -> Result<bool, Failure> {
        let ended = self.fuzz(shell)?;
        if self.json {
            let targets: Map<String, Value> =
                ended.iter().map(|(name, ended)| (name.clone(), ended.json())).collect();
            println!("{}", json!({"seconds": self.seconds, "targets": targets}) as Value);
        }
        Ok(ended.iter().all(|(_, ended)| ended.crash.is_none()))
    }

    /// Each target and how it ended, by name.
    pub fn fuzz(&self, shell: &Shell) -> Result<Vec<(String, Ended)>, Failure> {
        let program = build(shell)?;
        let mut targets = named(shell, &program)?;
        if let Some(unknown) = self.only.iter().find(|name| !targets.iter().any(|(known, _)| known == *name))
        {
            let known: Vec<&str> = targets.iter().map(|(name, _)| name.as_str()).collect();
            return Err(Failure::unexpected(
                unknown,
                format!("is no target: there are {}", known.join(", ")),
            ));
        }
        targets.retain(|(name, _)| self.only.is_empty() || self.only.contains(name));
        let place = Place::new(shell, program);
        seeds::tell_what_is_missing(shell);
        if !place.sees(shell)? {
            return Err(Failure::unexpected("the fuzzer", "does not find a planted crash: it is blind"));
        }
        let (waiting, ended) = (Mutex::new(targets), Mutex::new(Vec::new()));
        std::thread::scope(|scope| {
            for _ in 0..self.jobs {
                scope.spawn(|| {
                    loop {
                        let next = lock(&waiting).pop();
                        let Some((name, longest)) = next else { return };
                        let told = self.one(shell, &place, &name, &longest);
                        lock(&ended).push((name, told));
                    }
                });
            }
        });
        let mut ended: Vec<_> = lock(&ended)
            .drain(..)
            .map(|(name, ended)| ended.map(|ended| (name, ended)))
            .collect::<Result<_, _>>()?;
        ended.sort_by(|one, other| one.0.cmp(&other.0));
        Ok(ended)
    }

    fn one(&self, shell: &Shell, place: &Place, name: &str, longest: &str) -> Result<Ended, Failure> {
        let ended = place.fuzz(shell, name, longest, self.seconds, self.keep)?;
        println!("fuzz, {name}: {ended}");
        if self.keep && ended.crash.is_none() {
            println!("fuzz, {name}: {} inputs kept", place.keep(shell, name, longest)?);
        }
        Ok(ended)
    }
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Builds the fuzzer beside everything else; where it is. The whole workspace is named so that the
/// libraries have the features they have in every other build, and are not compiled again.
fn build(shell: &Shell) -> Result<PathBuf, Failure> {
    let mut cargo =
        shell.cargo(&["build", "--workspace", "--bin", "ronde-fuzz", "--features", "ronde-fuzz/libfuzzer"]);
    cargo.env("RUSTC_WORKSPACE_WRAPPER", shell.root().join("fuzz/sancov"));
    shell.must(&mut cargo)?;
    Ok(shell.target().join("debug").join(format!("ronde-fuzz{}", std::env::consts::EXE_SUFFIX)))
}

/// Each target and the longest input worth trying, in the words of the fuzzer.
fn named(shell: &Shell, program: &std::path::Path) -> Result<Vec<(String, String)>, Failure> {
    let answer = shell.command(program).env(run::TARGET, "?").output();
    let answer = answer.map_err(|e| Failure::unreadable(program, e))?;
    let text = String::from_utf8_lossy(&answer.stdout).into_owned();
    let pair = |line: &str| line.split_once(' ').map(|(name, longest)| (name.to_owned(), longest.to_owned()));
    let targets: Vec<_> = text.lines().rev().filter_map(pair).collect();
    if targets.is_empty() {
        return Err(Failure::unexpected("the fuzzer", "names no target".to_owned()));
    }
    Ok(targets)
}
