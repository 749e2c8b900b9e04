//! One person in the field: the `ronde` program on a notebook of its own.
//! Changes when the program's words do.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::failure::Failure;

pub struct Field {
    pub name: &'static str,
    program: PathBuf,
    notebook: PathBuf,
}

impl Field {
    pub fn new(name: &'static str, binaries: &Path, directory: &Path) -> Self {
        let folder: String = name.chars().filter(char::is_ascii_alphabetic).collect();
        Field { name, program: binaries.join("ronde"), notebook: directory.join(format!("phone-{folder}")) }
    }

    /// Runs one command of this person's phone and answers what it said.
    pub fn ask(&self, words: &[&str]) -> Result<Value, Failure> {
        let mut command = Command::new(&self.program);
        command
            .args(["--json", "--notebook"])
            .arg(&self.notebook)
            .args(words)
            .env("RONDE_PASSPHRASE", "une phrase de démonstration")
            .stdin(Stdio::null());
        let told = || format!("ronde {} ({})", words.first().unwrap_or(&""), self.name);
        let output = command.output().map_err(|e| Failure::unexpected(told(), e.to_string()))?;
        if !output.status.success() {
            let words = String::from_utf8_lossy(&output.stderr).trim().to_owned();
            return Err(Failure::unexpected(told(), words));
        }
        serde_json::from_slice(&output.stdout).map_err(|e| Failure::unexpected(told(), e.to_string()))
    }

    /// Files a report at once, at a place (`latitude,longitude,metres`); its id.
    pub fn file(&self, what: &str, facts: &[String], words: &str, place: &str) -> Result<String, Failure> {
        let mut call = vec!["new", what, "--file", "--statement", words, "--at", place];
        for fact in facts {
            call.extend(["--fact", fact]);
        }
        let answer = self.ask(&call)?;
        text(&answer["filed"]["doc"], "ronde new")
    }

    /// Synchronises; the exchange.
    pub fn sync(&self) -> Result<Value, Failure> {
        self.ask(&["sync"])
    }

    /// Every own envelope of this phone.
    pub fn ledger(&self) -> Result<Vec<String>, Failure> {
        let answer = self.ask(&["ledger"])?;
        let lines = answer.as_array().cloned().unwrap_or_default();
        lines.iter().map(|line| text(&line["eid"], "ronde ledger")).collect()
    }
}

/// A string of an answer.
pub fn text(value: &Value, from: &str) -> Result<String, Failure> {
    value.as_str().map(str::to_owned).ok_or_else(|| Failure::unexpected(from, format!("no text in {value}")))
}
