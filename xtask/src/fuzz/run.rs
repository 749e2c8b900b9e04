//! One target under libFuzzer: its folders, its options, and what its last lines say.
//! Changes when libFuzzer words them differently.

use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::seeds;
use crate::failure::Failure;
use crate::shell::Shell;

/// Names the target to the fuzzer.
pub const TARGET: &str = "RONDE_FUZZ_TARGET";

/// The target with a crash on purpose, and how long it may stay hidden, seconds.
const PLANTED: &str = "planted";
const PLANTED_SECONDS: u32 = 60;

/// Where the fuzzer and what it finds are.
pub struct Place {
    program: PathBuf,
    kept: PathBuf,
    found: PathBuf,
}

/// How a target ended.
#[derive(Debug, Default, PartialEq)]
pub struct Ended {
    executions: u64,
    /// Edges and comparisons reached.
    features: u64,
    /// Inputs that together reach them.
    inputs: u64,
    /// Of the whole process, mebibytes.
    peak_mb: u64,
    /// Panics that the code caught itself, to the next power of two below.
    caught: u64,
    /// What broke, and by which input.
    pub crash: Option<String>,
}

impl Place {
    pub fn new(shell: &Shell, program: PathBuf) -> Place {
        Place { program, kept: shell.root().join("fuzz/corpus"), found: shell.target().join("fuzz") }
    }

    fn folder(&self, what: &str, name: &str) -> Result<PathBuf, Failure> {
        let folder = self.found.join(what).join(name);
        fs::create_dir_all(&folder).map_err(|e| Failure::unreadable(&folder, e))?;
        Ok(folder)
    }

    fn command(&self, shell: &Shell, name: &str, longest: &str) -> Command {
        let mut command = shell.command(&self.program);
        command.env(TARGET, name).env("RUST_BACKTRACE", "0").arg(format!("-max_len={longest}"));
        // Memory and time of one input are held by the target itself; these are for what it cannot see.
        command.args(["-rss_limit_mb=1024", "-timeout=20"]);
        command
    }

    /// Fuzzes a target: from what is kept, from what was found before, and, unless what is found is to be
    /// kept, from seeds of others.
    pub fn fuzz(
        &self,
        shell: &Shell,
        name: &str,
        longest: &str,
        seconds: u32,
        own: bool,
    ) -> Result<Ended, Failure> {
        let (kept, crashes) = (self.kept.join(name), self.folder("crashes", name)?);
        let found = self.folder(if own { "own" } else { "corpus" }, name)?;
        let mut inputs = vec![found];
        inputs.extend(kept.is_dir().then_some(kept));
        if !own {
            let seeds = self.folder("seeds", name)?;
            seeds::gather(shell, name, &seeds)?;
            inputs.push(seeds);
        }
        let log = self.found.join(format!("{name}.log"));
        let file = File::create(&log).map_err(|e| Failure::unreadable(&log, e))?;
        let mut command = self.command(shell, name, longest);
        command
            .arg(format!("-max_total_time={seconds}"))
            .arg(format!("-artifact_prefix={}/", crashes.display()))
            .arg("-print_final_stats=1")
            .args(inputs)
            .stderr(file);
        let status = command.status().map_err(|e| Failure::unreadable(&self.program, e))?;
        let text = fs::read(&log).map_err(|e| Failure::unreadable(&log, e))?;
        Ok(read(&String::from_utf8_lossy(&text), status.success(), &log))
    }

    /// Whether a crash that was planted is found: a fuzzer that sees nothing would call everything good.
    pub fn sees(&self, shell: &Shell) -> Result<bool, Failure> {
        empty(&self.folder("own", PLANTED)?)?;
        let ended = self.fuzz(shell, PLANTED, "64", PLANTED_SECONDS, true)?;
        let found = ended.crash.as_ref().is_some_and(|crash| crash.contains("planted panics"));
        println!("fuzz, a planted crash: {}", if found { "found" } else { "NOT found" });
        Ok(found)
    }

    /// Replaces what is kept by the fewest inputs that reach what is reached now; how many they are.
    /// Seeds written by hand stay, they say what is good; so do crashes, that they stay mended.
    pub fn keep(&self, shell: &Shell, name: &str, longest: &str) -> Result<usize, Failure> {
        let (kept, found) = (self.kept.join(name), self.folder("own", name)?);
        let least = self.folder("least", name)?;
        empty(&least)?;
        let log = self.found.join(format!("{name}-keep.log"));
        let file = File::create(&log).map_err(|e| Failure::unreadable(&log, e))?;
        let mut command = self.command(shell, name, longest);
        command.arg("-set_cover_merge=1").args([&least, &kept, &found]).stderr(file);
        shell.must(&mut command)?;
        let stays = |name: &str| ["seed-", "crash-"].iter().any(|word| name.starts_with(word));
        let written = |path: &Path| name_of(path).is_some_and(stays);
        for path in files(&kept)?.into_iter().filter(|path| !written(path)) {
            fs::remove_file(&path).map_err(|e| Failure::unreadable(&path, e))?;
        }
        let seeds: Vec<Vec<u8>> = files(&kept)?.iter().filter_map(|path| fs::read(path).ok()).collect();
        for path in files(&least)? {
            let bytes = fs::read(&path).map_err(|e| Failure::unreadable(&path, e))?;
            if let (Some(name), false) = (name_of(&path), seeds.contains(&bytes)) {
                fs::write(kept.join(name), bytes).map_err(|e| Failure::unreadable(&path, e))?;
            }
        }
        Ok(files(&kept)?.len())
    }
}

fn empty(folder: &Path) -> Result<(), Failure> {
    for path in files(folder)? {
        fs::remove_file(&path).map_err(|e| Failure::unreadable(&path, e))?;
    }
    Ok(())
}

fn name_of(path: &Path) -> Option<&str> {
    path.file_name().and_then(|name| name.to_str())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let wrong = |e| Failure::unreadable(folder, e);
    fs::read_dir(folder).map_err(wrong)?.map(|entry| entry.map(|entry| entry.path()).map_err(wrong)).collect()
}

/// The last of what libFuzzer says of each figure.
fn read(log: &str, well: bool, file: &Path) -> Ended {
    let mut ended = Ended::default();
    for line in log.lines() {
        let stat = |name: &str| line.strip_prefix(name).and_then(|rest| rest.trim().parse().ok());
        let figure = |name: &str| -> Option<u64> {
            let after = line.split_once(name)?.1.trim_start();
            after.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
        };
        ended.executions = stat("stat::number_of_executed_units:").unwrap_or(ended.executions);
        ended.peak_mb = stat("stat::peak_rss_mb:").unwrap_or(ended.peak_mb);
        ended.caught = stat("caught panics:").unwrap_or(ended.caught);
        if line.starts_with('#') {
            ended.features = figure(" ft: ").unwrap_or(ended.features);
            ended.inputs = figure(" corp: ").unwrap_or(ended.inputs);
        }
    }
    if !well {
        let said = |line: &&str| {
            let limit = [" panics: ", " takes ", "ERROR: libFuzzer"].iter().any(|word| line.contains(word));
            limit || line.contains("Test unit written to")
        };
        let mut words: Vec<&str> = log.lines().filter(said).collect();
        let log = format!("see {}", file.display());
        words.push(&log);
        ended.crash = Some(words.join("; "));
    }
    ended
}

impl Ended {
    pub fn json(&self) -> Value {
        json!({
            "executions": self.executions, "crashes": u8::from(self.crash.is_some()), "features": self.features,
            "inputs": self.inputs, "peak_mb": self.peak_mb, "caught": self.caught, "crash": self.crash,
        })
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ended { executions, features, inputs, peak_mb, caught, crash } = self;
        match crash {
            Some(crash) => write!(f, "FAILED after {executions} executions, {crash}"),
            None => write!(
                f,
                "ok, {executions} executions, {features} features by {inputs} inputs, {peak_mb} MiB in all, \
                 at least {caught} panics caught"
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOG: &str = "\
#118\tINITED cov: 90 ft: 101 corp: 9/63b exec/s: 0 rss: 33Mb
caught panics: 1
caught panics: 2
#4096\tpulse  cov: 120 ft: 300 corp: 40/2Kb lim: 8192 exec/s: 1365 rss: 34Mb
Done 98174 runs in 7 second(s)
stat::number_of_executed_units: 98174
stat::peak_rss_mb:              36
";

    #[test]
    fn the_last_figures_of_a_run_count() {
        let ended = read(LOG, true, Path::new("x.log"));
        let good =
            Ended { executions: 98174, features: 300, inputs: 40, peak_mb: 36, caught: 2, crash: None };
        assert_eq!(ended, good);
        assert_eq!(ended.json()["crashes"], 0);
    }

    #[test]
    fn a_crash_names_its_cause_and_its_input() {
        let log =
            format!("{LOG}csv panics: at a.rs:1\nartifact_prefix='c/'; Test unit written to c/crash-1\n");
        let crash = read(&log, false, Path::new("x.log")).crash.unwrap();
        assert!(crash.contains("csv panics") && crash.contains("c/crash-1") && crash.contains("x.log"));
        assert!(read(LOG, false, Path::new("x.log")).crash.is_some(), "whatever it said");
    }
}
