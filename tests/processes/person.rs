//! One person's notebook under the `ronde` program. Changes with that program's words.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use ronde_core::{Notebook, Ports};
use serde_json::Value;

use super::programs::{Ended, command};

/// The passphrase of every notebook of a story.
const PASSPHRASE: &str = "une phrase pour les essais";

/// A person and the directory of the notebook.
pub struct Person {
    /// The person's name in the service.
    pub name: String,
    directory: PathBuf,
}

impl Person {
    pub(super) fn new(name: &str, directory: PathBuf) -> Person {
        Person { name: name.to_owned(), directory }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = command("ronde");
        command.env("RONDE_PASSPHRASE", PASSPHRASE).arg("--notebook").arg(&self.directory).args(words);
        command
    }

    /// Runs one command to its end.
    pub fn run(&self, words: &[&str]) -> Ended {
        self.command(words).arg("--json").output().expect("ronde runs").into()
    }

    /// The same, without `--json`.
    pub fn run_in_words(&self, words: &[&str]) -> Ended {
        self.command(words).output().expect("ronde runs").into()
    }

    /// The same under another passphrase.
    pub fn run_under(&self, passphrase: &str, words: &[&str]) -> Ended {
        let mut command = self.command(words);
        command.arg("--json").env("RONDE_PASSPHRASE", passphrase).output().expect("ronde runs").into()
    }

    /// Starts one command; its answers come through pipes.
    pub fn start(&self, words: &[&str]) -> Child {
        let mut command = self.command(words);
        command.arg("--json").stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("ronde starts")
    }

    /// Runs one command that must end well; its answer.
    pub fn ask(&self, words: &[&str]) -> Value {
        self.run(words).good()
    }

    /// Makes the notebook a device under an invitation.
    pub fn enrol(&self, server: &str, code: &str, certificate: Option<&str>) -> Value {
        self.ask(&enrolment(server, code, certificate))
    }

    /// The same, which may be refused.
    pub fn try_to_enrol(&self, server: &str, code: &str, certificate: Option<&str>) -> Ended {
        self.run(&enrolment(server, code, certificate))
    }

    /// Files a report at once; its id.
    pub fn file(&self, title: &str, words: &str) -> String {
        let title = format!("title={title}");
        let filed =
            self.ask(&["new", "nuisance.noise_night", "--fact", &title, "--statement", words, "--file"]);
        filed["filed"]["doc"].as_str().unwrap_or_else(|| panic!("no report in {filed}")).to_owned()
    }

    /// Every report of the list.
    pub fn reports(&self) -> Vec<Value> {
        self.ask(&["list", "--all", "--limit", "500"])["items"].as_array().expect("items").clone()
    }

    /// Every own envelope, and its number once the server has answered.
    pub fn ledger(&self) -> BTreeMap<String, Option<u64>> {
        let lines = self.ask(&["ledger"]);
        let lines = lines.as_array().expect("lines");
        let line = |line: &Value| (line["eid"].as_str().expect("an eid").to_owned(), line["seq"].as_u64());
        let ledger: BTreeMap<_, _> = lines.iter().map(line).collect();
        assert_eq!(ledger.len(), lines.len(), "an envelope stands in the ledger once");
        ledger
    }

    /// The notebook itself, in this process.
    pub fn notebook(&self) -> Notebook {
        let ports = Ports::of_system(&self.directory, PASSPHRASE, 60).expect("ports");
        Notebook::open(&self.directory, ports).expect("opens")
    }

    /// Where its files are.
    pub fn directory(&self) -> &Path {
        &self.directory
    }
}

fn enrolment<'a>(server: &'a str, code: &'a str, certificate: Option<&'a str>) -> Vec<&'a str> {
    let mut words = vec!["enrol", "--server", server, "--code", code];
    words.extend(certificate.into_iter().flat_map(|digest| ["--certificate", digest]));
    words
}
