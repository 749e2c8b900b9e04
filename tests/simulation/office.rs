//! The server as a story sees it: the real one on a disk of its own, that may be killed, lose power
//! in the middle of an intake, or come back as it was some time ago. Decides no fault itself.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};

use ronde_core::{Call, Link, LinkFault};
use ronde_model::id::{AgentId, DeviceId};
use ronde_model::scope::Scope;
use ronde_server::Server;
use ronde_server::enrolment::Invitation;
use ronde_server::people::{NewSupervisor, Supervisor};
use ronde_tests::disk::{Disk, Fate, Fault, Ordering, Variant};
use ronde_tests::world::{Address, Dice, Wire, WorldClock, now};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::behind::connect;
use crate::law::{Held, Law, broken};

/// A power cut to come: after so many more operations of the disk.
#[derive(Debug, Clone, Copy)]
pub struct Cut {
    /// Operations from now on.
    pub after: usize,
    /// What becomes of what was not synced.
    pub variant: Variant,
}

/// A process that dies; everything it wrote stays.
pub const KILLED: Variant = Variant { writes: Fate::Kept, names: Fate::Kept };

/// The server, shared by every road to it.
pub type Door = Arc<Mutex<Office>>;

/// Nobody panics inside: one thread a story.
pub fn enter(door: &Door) -> MutexGuard<'_, Office> {
    door.lock().expect("one thread")
}

/// The server and what it runs on.
pub struct Office {
    /// The real one, as it runs now.
    pub server: Server,
    /// Where devices that are no phones reach it.
    pub address: Address,
    /// A power cut to come.
    pub cut: Option<Cut>,
    /// True time at which its disk heals.
    pub ill_until: Option<i64>,
    /// Times it started again.
    pub starts: u64,
    /// It did not open again: how.
    pub closed_for_ever: Option<String>,
    /// The truth of time.
    pub clock: WorldClock,
    dice: Dice,
    disk: Disk,
    directory: PathBuf,
    tokens: Vec<String>,
    _home: TempDir,
}

/// A directory in memory where there is one: only small key files lie there.
pub fn directory() -> TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let made = if memory.is_dir() { TempDir::new_in(memory) } else { TempDir::new() };
    made.expect("a directory")
}

impl Office {
    /// A new agglomeration with its supervisors: (role, unit).
    pub fn new(clock: &WorldClock, dice: &Dice, supervisors: &[(&str, Option<&str>)]) -> Self {
        let home = directory();
        let at = home.path().join("server");
        let disk = Disk::new(Ordering::Strict).expect("a disk");
        let ports = ports(clock, dice, &disk);
        Server::init(&at, "Agglomération des essais", ports.clone()).expect("an organisation");
        let server = Server::open(&at, ports).expect("a server");
        let mut tokens = Vec::new();
        for (number, (role, unit)) in supervisors.iter().enumerate() {
            let name = format!("Supervision {number}");
            let new = NewSupervisor { name, role: (*role).into(), unit: unit.map(str::to_owned) };
            tokens.push(server.add_supervisor(&new).expect("a supervisor").token);
        }
        let (clock, dice) = (clock.clone(), dice.clone());
        Office {
            address: Address::of(server.clone()),
            server,
            cut: None,
            ill_until: None,
            starts: 0,
            closed_for_ever: None,
            clock,
            dice,
            disk,
            directory: at,
            tokens,
            _home: home,
        }
    }

    /// The typed code of an invitation, and the person it is for.
    pub fn invite(
        &self,
        name: &str,
        unit: &str,
        agent: Option<AgentId>,
        more: &[String],
    ) -> (String, AgentId) {
        let role = if unit.starts_with("bus") { "transport_agent" } else { "officer" };
        let scopes = more.iter().map(|unit| Scope::Unit(unit.clone())).collect();
        let invitation = Invitation {
            name: name.into(),
            agent,
            unit: unit.into(),
            role: role.into(),
            scopes,
            valid_s: 24 * 3600,
        };
        let invited = self.server.invite(&invitation).expect("an invitation");
        (invited.code.to_string(), invited.agent)
    }

    /// A supervisor's session, begun again where the server was started again.
    pub fn supervisor(&self, which: usize) -> Held<Supervisor> {
        let token = &self.tokens[which % self.tokens.len()];
        self.server.sign_in(token).or_else(|e| broken(Law::CallsAnswerAsTheyMay, format!("sign in: {e}")))
    }

    /// Answers a call, unless the power goes meanwhile.
    pub fn serve(&mut self, call: Call) -> Result<Vec<u8>, LinkFault> {
        let wire = Wire::new(self.server.clone());
        let (answer, heard) = self.work(|_| now(wire.exchange(call)));
        if heard { answer } else { Err(LinkFault::Cut("the server fell".into())) }
    }

    /// Works with the server: what it answered, and whether anybody heard it before the power went.
    pub fn work<T>(&mut self, work: impl FnOnce(&Server) -> T) -> (T, bool) {
        let before = self.disk.operations();
        let answer = work(&self.server);
        let Some(cut) = self.cut.take() else { return (answer, true) };
        let done = self.disk.operations();
        let index = (before + cut.after).min(done);
        let fallen = self.disk.at(index, cut.variant).expect("a disk");
        self.start_on(fallen);
        (answer, index == done)
    }

    /// The process is killed and started again.
    pub fn kill(&mut self) {
        let left = self.disk.copy().expect("a disk");
        self.start_on(left);
    }

    /// What the disk holds now, as a backup takes it.
    pub fn back_up(&self) -> Disk {
        self.disk.copy().expect("a disk")
    }

    /// Its disk is full, or fails, from so many operations on.
    pub fn make_ill(&mut self, after: usize, fault: Fault, until_ms: i64) {
        self.disk.fail_within(self.disk.operations() + after..usize::MAX, fault);
        self.ill_until = Some(until_ms);
    }

    /// Its disk is well again.
    pub fn heal(&mut self) {
        self.disk.heal();
        self.ill_until = None;
    }

    /// Starts on another disk.
    pub fn start_on(&mut self, disk: Disk) {
        self.starts += 1;
        self.ill_until = None;
        match Server::open(&self.directory, ports(&self.clock, &self.dice, &disk)) {
            Ok(server) => {
                // The old connections close before their disk goes.
                self.address.hand_over_to(server.clone());
                self.server = server;
                self.disk = disk;
            }
            Err(error) => self.closed_for_ever = Some(error.to_string()),
        }
    }

    /// Its archive, behind its back.
    pub fn database(&self) -> Connection {
        let key = std::fs::read_to_string(self.directory.join("archive.key")).expect("a key");
        connect(&self.directory.join("archive.sqlite"), self.disk.vfs(), key.trim())
    }

    /// Which devices are revoked here.
    pub fn revoked(&self) -> Held<Vec<DeviceId>> {
        match self.server.devices() {
            Ok(lines) => Ok(lines.into_iter().filter(|l| l.revoked_ms.is_some()).map(|l| l.device).collect()),
            Err(e) => broken(Law::CallsAnswerAsTheyMay, format!("devices: {e}")),
        }
    }
}

fn ports(clock: &WorldClock, dice: &Dice, disk: &Disk) -> ronde_server::Ports {
    ronde_server::Ports {
        clock: Arc::new(clock.clone()),
        entropy: Arc::new(dice.clone()),
        vfs: Some(disk.vfs().to_owned()),
    }
}
