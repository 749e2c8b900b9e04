//! A person at a terminal: the real program on a notebook of its own, nothing inherited.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// One person's machine.
pub struct Terminal {
    home: TempDir,
}

/// What the program said.
#[derive(Debug)]
pub struct Said {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Terminal {
    pub fn new() -> Self {
        Terminal { home: tempfile::tempdir().unwrap() }
    }

    /// Where files of this person lie.
    pub fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    /// Writes a file.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// A command without passphrase, notebook or terminal.
    pub fn bare(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_ronde")));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.home.path())
            .env("TZ", "UTC")
            .stdin(Stdio::null());
        command
    }

    /// Runs a command on this person's notebook.
    pub fn run(&self, arguments: &[&str]) -> Said {
        let mut command = self.bare(arguments);
        command.env("RONDE_PASSPHRASE", "lierre et glycine").env("RONDE_NOTEBOOK", self.path("notebook"));
        said(command)
    }

    /// Runs a command that must succeed, for a program; its answer.
    pub fn ask(&self, arguments: &[&str]) -> Value {
        let mut arguments = arguments.to_vec();
        arguments.push("--json");
        let said = self.run(&arguments);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{arguments:?}");
        assert_eq!(said.out.lines().count(), 1, "one JSON value on one line: {}", said.out);
        serde_json::from_str(&said.out).unwrap()
    }

    /// Runs a command that must fail, for a program; its exit code and its error.
    pub fn refused(&self, arguments: &[&str]) -> (i32, Value) {
        let mut arguments = arguments.to_vec();
        arguments.push("--json");
        let said = self.run(&arguments);
        let told: Value = serde_json::from_str(&said.err).unwrap_or_else(|e| panic!("{e}: {said:?}"));
        let error = &told["error"];
        for key in ["code", "detail", "advice"] {
            assert!(error[key].is_string(), "{key} in {told}");
        }
        (said.code, error.clone())
    }
}

/// Runs a command to its end.
pub fn said(mut command: Command) -> Said {
    let output = command.output().unwrap();
    Said {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}
