//! `cargo xtask check`: the rules of the repository, each looked at once, each breach with its place.
//! Knows which rules there are; refuses to know how one is looked at.
//! Changes when a rule joins or leaves.

mod deny;
mod finding;
mod order;
mod owners;
mod packages;
mod paths;
mod sizes;
mod syntax;
mod tree;
mod words;

use clap::Args;
use serde_json::{Map, Value, json};

use crate::failure::Failure;
use crate::shell::Shell;
use finding::Finding;
use sizes::Sizes;
use tree::Source;

/// Look at the rules: format, lints, layers, licences, sizes, unwraps, unfinished work
///
/// Prints one line per rule and one line per breach (file:line: rule).
#[derive(Args)]
#[command(after_help = "\
Rules:
  formatted  cargo fmt --all --check
  clippy     cargo clippy --workspace --all-targets -- -D warnings
  layers     who may depend on whom: packages, owners of a library, order inside core
  deny       cargo deny check: bans, licenses, sources; advisories when their database can be had
  sizes      lines per file (500 at most) and functions over 80 lines (1 % at most), tests not counted
  unwraps    unwrap() outside tests: none
  todos      notes of unfinished work: none

Examples:
  cargo xtask check                             before every commit
  cargo xtask check --skip clippy --skip deny   the quick ones
  cargo xtask check --json | tail -1            one object for a machine")]
pub struct Check {
    /// Print one JSON object as the last line
    #[arg(long)]
    pub json: bool,
    /// Install nothing: without cargo-deny, the rule deny fails
    #[arg(long)]
    pub no_install: bool,
    /// Leave a rule out; it is reported as skipped, never as kept
    #[arg(long, value_name = "NAME", value_parser = RULES)]
    pub skip: Vec<String>,
}

const RULES: [&str; 7] = ["formatted", "clippy", "layers", "deny", "sizes", "unwraps", "todos"];

/// What was looked at, by the names of 5-proof 5.4.
pub struct Report {
    pub kept: usize,
    pub broken: usize,
    object: Map<String, Value>,
}

impl Check {
    pub fn run(&self, shell: &Shell) -> Result<bool, Failure> {
        let report = self.inspect(shell)?;
        if self.json {
            println!("{}", Value::Object(report.object));
        }
        Ok(report.broken == 0)
    }

    /// Looks at every rule that is not skipped, even after one was found broken.
    pub fn inspect(&self, shell: &Shell) -> Result<Report, Failure> {
        let sources = tree::sources(shell.root())?;
        let mut report = Report { kept: 0, broken: 0, object: Map::new() };
        for rule in RULES {
            if self.skip.iter().any(|skipped| skipped == rule) {
                println!("{rule}: skipped");
                report.object.insert(rule.to_owned(), json!("skipped"));
                continue;
            }
            let (kept, told, value) = self.look(rule, shell, &sources)?;
            println!("{rule}: {} ({told})", if kept { "kept" } else { "BROKEN" });
            report.kept += usize::from(kept);
            report.broken += usize::from(!kept);
            report.object.insert(rule.to_owned(), value);
        }
        Ok(report)
    }

    /// Whether a rule is kept, why in words, and what the JSON object says of it.
    fn look(&self, rule: &str, shell: &Shell, sources: &[Source]) -> Result<(bool, String, Value), Failure> {
        match rule {
            "formatted" => tool(shell, &["fmt", "--all", "--check"]),
            "clippy" => tool(shell, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]),
            "layers" => {
                let found = layers(shell, sources);
                Ok((found.is_empty(), breaches(&found), json!(found.is_empty())))
            }
            "deny" => deny::look(shell, !self.no_install),
            "sizes" => {
                let sizes = Sizes::of(sources);
                let found = sizes.findings();
                Ok((found.is_empty(), format!("{}; {}", breaches(&found), sizes.told()), sizes.json()))
            }
            "unwraps" => Ok(counted(sources.iter().flat_map(words::unwraps).collect())),
            "todos" => Ok(counted(sources.iter().flat_map(words::todos).collect())),
            unknown => Err(Failure::unexpected("check", format!("no rule is called {unknown}"))),
        }
    }
}

fn tool(shell: &Shell, arguments: &[&str]) -> Result<(bool, String, Value), Failure> {
    let kept = shell.run(&mut shell.cargo(arguments))?;
    Ok((kept, format!("cargo {}", arguments.join(" ")), json!(kept)))
}

fn counted(found: Vec<Finding>) -> (bool, String, Value) {
    (found.is_empty(), breaches(&found), json!(found.len()))
}

fn layers(shell: &Shell, sources: &[Source]) -> Vec<Finding> {
    // A manifest that cannot be read loses its line numbers, not its breaches.
    let text = |path: &std::path::Path| std::fs::read_to_string(path).unwrap_or_default();
    let mut found = packages::findings(shell.metadata(), shell.root(), text);
    found.extend(sources.iter().filter(|source| source.is_rust()).flat_map(owners::findings));
    found.extend(order::findings(sources));
    found
}

/// Prints each breach on its own line and answers how many there are.
fn breaches(found: &[Finding]) -> String {
    for finding in found {
        println!("{finding}");
    }
    match found.len() {
        0 => "no breach".to_owned(),
        1 => "1 breach".to_owned(),
        many => format!("{many} breaches"),
    }
}
