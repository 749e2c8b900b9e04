//! The agglomeration's side: the `ronde-server` program and a supervisor's calls to its API.
//! Changes when the program's words or the API's routes do.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use serde_json::{Value, json};

use super::field::text;
use crate::failure::Failure;

const SUPERVISOR: &str = "Hélène Marchand";

pub struct Office {
    program: PathBuf,
    directory: PathBuf,
    running: Option<Running>,
    token: String,
}

struct Running {
    child: Child,
    address: String,
    /// Hangs up when the server ends: its output does.
    ended: Receiver<()>,
}

impl Office {
    /// Makes the organisation with its territory and its supervisor.
    pub fn found(binaries: &Path, directory: &Path, territory: &[&str]) -> Result<(Self, Value), Failure> {
        let mut office = Office {
            program: binaries.join("ronde-server"),
            directory: directory.join("server"),
            running: None,
            token: String::new(),
        };
        office.ask(&["init", "--name", "Agglomération de démonstration"])?;
        let territory = office.ask(&[&["territory"], territory].concat())?;
        let added =
            office.ask(&["supervisor", "add", "--name", SUPERVISOR, "--role", "agglomeration_supervisor"])?;
        office.token = text(&added["token"], "ronde-server supervisor add")?;
        Ok((office, territory))
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(["--json", "--data"]).arg(&self.directory).args(words).stdin(Stdio::null());
        command
    }

    /// Runs one command of the server's program; the last value it printed.
    pub fn ask(&self, words: &[&str]) -> Result<Value, Failure> {
        let told = || format!("ronde-server {}", words.first().unwrap_or(&""));
        let output = self.command(words).output().map_err(|e| Failure::unexpected(told(), e.to_string()))?;
        if !output.status.success() {
            return Err(Failure::unexpected(
                told(),
                String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            ));
        }
        serde_json::from_slice(&output.stdout).map_err(|e| Failure::unexpected(told(), e.to_string()))
    }

    /// Every envelope in the archive.
    pub fn archive(&self) -> Result<Vec<String>, Failure> {
        let output = self.command(&["archive", "eids"]).output();
        let output = output.map_err(|e| Failure::unexpected("ronde-server archive", e.to_string()))?;
        let lines = String::from_utf8_lossy(&output.stdout).into_owned();
        let read = |line: &str| {
            let value: Value = serde_json::from_str(line)
                .map_err(|e| Failure::unexpected("ronde-server archive eids", e.to_string()))?;
            text(&value["eid"], "ronde-server archive eids")
        };
        lines.lines().filter(|line| !line.trim().is_empty()).map(read).collect()
    }

    /// An invitation; its typed code.
    pub fn invite(&self, name: &str, unit: &str, role: &str) -> Result<String, Failure> {
        let invited = self.ask(&["invite", "--name", name, "--unit", unit, "--role", role])?;
        text(&invited["code"], "ronde-server invite")
    }

    /// Opens the doors; the address.
    pub fn serve(&mut self) -> Result<String, Failure> {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let log = self.directory.join("serve.log");
        let log = std::fs::File::create(&log).map_err(|e| Failure::unreadable(&log, e))?;
        let broken = |e: std::io::Error| Failure::unexpected("ronde-server serve", e.to_string());
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().map_err(broken)?;
        let mut first = String::new();
        let (running, ended) = channel::<()>();
        if let Some(pipe) = child.stdout.take() {
            let mut output = BufReader::new(pipe);
            output.read_line(&mut first).map_err(broken)?;
            std::thread::spawn(move || {
                // Nobody reads what it says later: only that it says no more.
                let _ = std::io::copy(&mut output, &mut std::io::sink());
                drop(running);
            });
        }
        let said: Value = serde_json::from_str(&first)
            .map_err(|e| Failure::unexpected("ronde-server serve", format!("{e}: {first:?}")))?;
        let address = text(&said["listening"], "ronde-server serve")?;
        self.running = Some(Running { child, address: address.clone(), ended });
        Ok(address)
    }

    /// Where it listens.
    pub fn address(&self) -> Option<&str> {
        self.running.as_ref().map(|running| running.address.as_str())
    }

    /// The supervisor's token.
    pub fn token(&self) -> &str {
        &self.token
    }

    /// A supervisor's reading.
    pub fn get(&self, path: &str) -> Result<Value, Failure> {
        let url = self.url(path)?;
        let call = ureq::get(&url).header("authorization", format!("Bearer {}", self.token)).call();
        read(path, call)
    }

    /// A supervisor's act.
    pub fn post(&self, path: &str, body: &Value) -> Result<Value, Failure> {
        let url = self.url(path)?;
        let call = ureq::post(&url)
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .send(body.to_string());
        read(path, call)
    }

    /// A link that opens the console once, for the supervisor of the story.
    pub fn link(&self) -> Result<String, Failure> {
        let told = self.ask(&["supervisor", "link", SUPERVISOR])?;
        text(&told["link"], "ronde-server supervisor link")
    }

    /// The middle of every commune, `[longitude, latitude]`.
    pub fn communes(&self) -> Result<Vec<[f64; 2]>, Failure> {
        let map = self.ask(&["territory", "show"])?;
        let label = |feature: &Value| {
            let at = &feature["properties"]["label"];
            Some([at[0].as_f64()?, at[1].as_f64()?])
        };
        let communes: Option<Vec<_>> =
            map["features"].as_array().map(|all| all.iter().filter_map(label).collect());
        communes
            .filter(|communes| !communes.is_empty())
            .ok_or_else(|| Failure::unexpected("ronde-server territory show", "no commune has a label point"))
    }

    /// Every report of the inbox.
    pub fn inbox(&self) -> Result<Vec<Value>, Failure> {
        Ok(self.get("/v1/reports?limit=200")?["items"].as_array().cloned().unwrap_or_default())
    }

    /// Holds one of two values for true.
    pub fn decide(&self, report: &str, divergence: &Value, voice: usize) -> Result<(), Failure> {
        let decision = json!({
            "key": divergence["key"],
            "chosen": {"change": divergence["voices"][voice]["change"]},
            "saw": divergence["saw"],
            "saw_decisions": divergence["saw_decisions"],
            "reason": "Vérifié avec les deux agents.",
        });
        self.post(&format!("/v1/reports/{report}/decisions"), &decision).map(|_| ())
    }

    fn url(&self, path: &str) -> Result<String, Failure> {
        let address =
            self.address().ok_or_else(|| Failure::unexpected("the demo", "the server is not running"))?;
        Ok(format!("{address}{path}"))
    }

    /// Waits for as long as the server runs.
    pub fn wait(&mut self) -> Result<(), Failure> {
        if let Some(running) = &mut self.running {
            running.child.wait().map_err(|e| Failure::unexpected("ronde-server serve", e.to_string()))?;
        }
        Ok(())
    }

    /// Waits so long, or until the server ends before; whether it still runs.
    pub fn wait_at_most(&self, long: Duration) -> bool {
        let Some(running) = &self.running else { return false };
        running.ended.recv_timeout(long) == Err(RecvTimeoutError::Timeout)
    }

    /// Closes the doors.
    pub fn stop(&mut self) {
        if let Some(mut running) = self.running.take() {
            // It may have ended by itself; either way it is gone afterwards.
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
    }
}

fn read(path: &str, answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>) -> Result<Value, Failure> {
    let broken = |e: ureq::Error| Failure::unexpected(format!("the API at {path}"), e.to_string());
    answer.map_err(broken)?.body_mut().read_json().map_err(broken)
}

impl Drop for Office {
    fn drop(&mut self) {
        self.stop();
    }
}
