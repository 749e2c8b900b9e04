//! Where the programs are, and what one left when it ended. Knows no option of theirs.
//! Changes when they are built elsewhere.

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Tells where the programs are when they are not beside the tests.
const BINARIES: &str = "RONDE_BINARIES";

/// The folder of `ronde` and `ronde-server`.
pub fn folder() -> PathBuf {
    let folder = std::env::var_os(BINARIES).map_or_else(beside_the_tests, PathBuf::from);
    for name in ["ronde", "ronde-server"] {
        let program = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
        assert!(
            program.is_file(),
            "{} is not built: run `cargo build --workspace`, or name the folder of the programs in {BINARIES}",
            program.display()
        );
    }
    folder
}

/// `target/debug` of `target/debug/deps/story-…`.
fn beside_the_tests() -> PathBuf {
    let this = std::env::current_exe().expect("this program has a path");
    this.ancestors().nth(2).expect("a folder of a folder").to_owned()
}

/// A command of one of them that inherits nothing of ours: no notebook, no token, no terminal.
pub fn command(name: &str) -> Command {
    let mut command = Command::new(folder().join(name));
    for variable in ["RONDE_NOTEBOOK", "RONDE_SERVER_DIR", "RONDE_TOKEN", "RONDE_LOG", "RONDE_PASSPHRASE"] {
        command.env_remove(variable);
    }
    command.stdin(Stdio::null());
    command
}

/// What a program left.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; `None` when it was killed.
    pub code: Option<i32>,
    /// What it answered.
    pub answer: String,
    /// What it said beside.
    pub words: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
        Ended { code: output.status.code(), answer: text(output.stdout), words: text(output.stderr) }
    }
}

impl Ended {
    /// Its answer to `--json`; it must have ended well.
    pub fn good(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.json()
    }

    /// Its answer to `--json`, whatever its end.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.answer).unwrap_or_else(|e| panic!("{e}: {self:?}"))
    }

    /// Its exit code and the stable word of its error.
    pub fn failure(&self) -> (i32, String) {
        let line = self.words.lines().last().unwrap_or_default();
        let error: Value = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {self:?}"));
        let word = error["error"]["code"].as_str().unwrap_or_else(|| panic!("no word: {self:?}"));
        assert!(!error["error"]["detail"].as_str().unwrap_or_default().is_empty(), "{self:?}");
        (self.code.unwrap_or_else(|| panic!("killed: {self:?}")), word.to_owned())
    }
}

/// Sends a signal by its name, as an administrator would.
pub fn signal(name: &str, process: u32) {
    // The shell's own kill: the program of that name is not on every machine.
    let sent = Command::new("sh").args(["-c", &format!("kill -{name} {process}")]).status().expect("a shell");
    assert!(sent.success(), "kill -{name} {process}");
}
