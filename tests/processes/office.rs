//! The agglomeration's side: a directory under the `ronde-server` program, and the same program
//! serving it. Changes with that program's words.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::programs::{Ended, command, signal};

/// A self-signed certificate that only its fingerprint vouches for.
pub struct Certificate {
    chain: PathBuf,
    key: PathBuf,
    /// SHA-256 of it, hexadecimal.
    pub fingerprint: String,
}

impl Certificate {
    /// Two PEM files in a folder.
    pub fn made(folder: &Path, name: &str) -> Certificate {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let (chain, key) = (folder.join(format!("{name}.pem")), folder.join(format!("{name}-key.pem")));
        std::fs::write(&chain, made.cert.pem()).expect("written");
        std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
        let digest = Sha256::digest(made.cert.der());
        let fingerprint = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Certificate { chain, key, fingerprint }
    }
}

/// An organisation's server, running or not.
pub struct Office {
    directory: PathBuf,
}

impl Office {
    pub(super) fn made(directory: &Path) -> Office {
        let office = Office { directory: directory.to_owned() };
        office.ask(&["init", "--name", "Agglomération des essais"]);
        office
    }

    /// An organisation whose directory is there.
    pub fn at(directory: &Path) -> Office {
        Office { directory: directory.to_owned() }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = command("ronde-server");
        command.args(["--json", "--data"]).arg(&self.directory).args(words);
        command
    }

    /// Starts one command; its answers come through pipes.
    pub fn start(&self, words: &[&str]) -> Child {
        let mut command = self.command(words);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("ronde-server starts")
    }

    /// Runs one command to its end.
    pub fn run(&self, words: &[&str]) -> Ended {
        self.command(words).output().expect("ronde-server runs").into()
    }

    /// Runs one command that must end well; its answer.
    pub fn ask(&self, words: &[&str]) -> Value {
        self.run(words).good()
    }

    /// The code of an invitation.
    pub fn invite(&self, name: &str, unit: &str, role: &str) -> String {
        let invited = self.ask(&["invite", "--name", name, "--unit", unit, "--role", role]);
        invited["code"].as_str().expect("a code").to_owned()
    }

    /// A supervisor of the whole agglomeration; the token.
    pub fn supervisor(&self, name: &str) -> String {
        let added = self.ask(&["supervisor", "add", "--name", name, "--role", "agglomeration_supervisor"]);
        added["token"].as_str().expect("a token").to_owned()
    }

    /// Every stored envelope and its number; none stands there twice, and all are accepted.
    pub fn stored(&self) -> BTreeMap<String, u64> {
        let listed = self.run(&["archive", "eids"]);
        assert_eq!(listed.code, Some(0), "{listed:?}");
        let read = |line: &str| {
            let line: Value = serde_json::from_str(line).expect("a line of JSON");
            assert_eq!(line["state"], "accepted", "{line}");
            (line["eid"].as_str().expect("an eid").to_owned(), line["seq"].as_u64().expect("a number"))
        };
        let stored: BTreeMap<_, _> = listed.answer.lines().map(read).collect();
        assert_eq!(stored.len(), listed.answer.lines().count(), "an envelope is stored once");
        stored
    }

    /// Opens the doors, on any free port of this machine.
    pub fn opens(&self, certificate: Option<&Certificate>) -> Serving {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        if let Some(files) = certificate {
            command.arg("--tls-cert").arg(&files.chain).arg("--tls-key").arg(&files.key);
        }
        Serving::started(command)
    }

    /// Tries to open the doors, which must be refused.
    pub fn refuses_to_open(&self) -> Ended {
        let mut command = self.command(&["serve", "--listen", "127.0.0.1:0"]);
        let piped = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = piped.spawn().expect("ronde-server starts");
        let mut said = String::new();
        BufReader::new(child.stdout.as_mut().expect("a pipe")).read_line(&mut said).expect("a line");
        if !said.is_empty() {
            // One that listens does not end by itself.
            child.kill().expect("gone");
            panic!("it opened: {said}");
        }
        child.wait_with_output().expect("gone").into()
    }

    /// Where its files are.
    pub fn directory(&self) -> &Path {
        &self.directory
    }
}

/// `ronde-server serve`, until it is stopped, killed or dropped.
pub struct Serving {
    child: Arc<Mutex<Child>>,
    address: SocketAddr,
    log: Arc<Mutex<String>>,
}

impl Serving {
    fn started(mut command: Command) -> Serving {
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("ronde-server starts");
        let log = Arc::new(Mutex::new(String::new()));
        let (mut heard, kept) = (child.stderr.take().expect("a pipe"), log.clone());
        std::thread::spawn(move || {
            let mut part = [0; 4096];
            while let Ok(length @ 1..) = heard.read(&mut part) {
                kept.lock().expect("whole").push_str(&String::from_utf8_lossy(&part[..length]));
            }
        });
        let mut said = String::new();
        BufReader::new(child.stdout.take().expect("a pipe")).read_line(&mut said).expect("a line");
        let told: Value = serde_json::from_str(&said)
            .unwrap_or_else(|_| panic!("serve said {said:?}, and {}", log.lock().expect("whole")));
        let url = told["listening"].as_str().expect("an address");
        let address = url.rsplit('/').next().and_then(|address| address.parse().ok());
        let address = address.unwrap_or_else(|| panic!("no address in {url}"));
        Serving { child: Arc::new(Mutex::new(child)), address, log }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What its log says so far.
    pub fn log(&self) -> String {
        self.log.lock().expect("whole").clone()
    }

    /// Pulls its plug when called, from any thread; it is gone then.
    pub fn killer(&self) -> impl FnOnce() + Send + 'static {
        let child = self.child.clone();
        move || {
            let mut child = child.lock().expect("whole");
            child.kill().expect("killed");
            child.wait().expect("gone");
        }
    }

    /// Asks it to stop when called, from any thread; it goes on until it is done.
    pub fn stopper(&self) -> impl FnOnce() + Send + 'static {
        let process = self.child.lock().expect("whole").id();
        move || signal("TERM", process)
    }

    /// Waits for its end.
    pub fn wait(&self) -> ExitStatus {
        self.child.lock().expect("whole").wait().expect("gone")
    }

    /// Asks it to stop, and waits for its end.
    pub fn stop(self) -> ExitStatus {
        self.stopper()();
        self.wait()
    }

    /// A connection of a client that is no program of ours.
    pub fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).expect("connected")
    }

    /// Status and body of a request over plain HTTP; `head`: its first line and headers.
    pub fn answer(&self, head: &str, body: &[u8]) -> (u16, String) {
        let mut stream = self.connect();
        write!(stream, "{head}\r\nhost: ronde.test\r\nconnection: close\r\n\r\n").expect("sent");
        // A server that refuses a body does not read it to its end.
        let _unread = stream.write_all(body);
        let mut answer = Vec::new();
        // Nor does it close the connection politely then: what it said stands before that.
        let _reset = stream.read_to_end(&mut answer);
        let answer = String::from_utf8(answer).expect("UTF-8");
        let status = answer.split_whitespace().nth(1).and_then(|status| status.parse().ok());
        let body = answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned());
        status.zip(body).unwrap_or_else(|| panic!("no answer in {answer:?}"))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let mut child = self.child.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        // It may be gone already; either way it is afterwards.
        let _ = child.kill();
        let _ = child.wait();
    }
}
