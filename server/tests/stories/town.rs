//! A server in a temporary directory, with a clock and a source of randomness that a story sets.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use ronde_model::id::{AgentId, DocId};
use ronde_server::clock::Clock;
use ronde_server::enrolment::{Invitation, Invited};
use ronde_server::entropy::Entropy;
use ronde_server::error::ServerError;
use ronde_server::histories::Head;
use ronde_server::people::{NewSupervisor, Supervisor};
use ronde_server::{Ports, Server};

use crate::phone::Phone;

/// 12 March 2026, 20:00 UTC.
pub const EVENING_MS: i64 = 1_773_345_600_000;
pub const HOUR_MS: i64 = 3_600_000;

pub struct SetClock(AtomicI64);

impl Clock for SetClock {
    fn now_ms(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Splitmix64: the same story draws the same keys.
pub struct Seeded(AtomicU64);

impl Seeded {
    pub fn new(seed: u64) -> Self {
        Seeded(AtomicU64::new(seed))
    }

    pub fn draw<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(8) {
            let state = self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst);
            let mut z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            let word = (z ^ (z >> 31)).to_le_bytes();
            chunk.copy_from_slice(&word[..chunk.len()]);
        }
        bytes
    }
}

impl Entropy for Seeded {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), ServerError> {
        for byte in bytes {
            *byte = self.draw::<1>()[0];
        }
        Ok(())
    }
}

pub struct Town {
    folder: tempfile::TempDir,
    home: PathBuf,
    pub clock: Arc<SetClock>,
    pub chance: Arc<Seeded>,
    pub server: Server,
}

impl Town {
    pub fn found() -> Town {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SetClock(AtomicI64::new(EVENING_MS)));
        let chance = Arc::new(Seeded::new(20_260_312));
        let ports = Ports { clock: clock.clone(), entropy: chance.clone(), vfs: None };
        let directory = folder.path().join("server");
        Server::init(&directory, "Agglomération de Valbrume", ports.clone()).unwrap();
        let server = Server::open(&directory, ports).unwrap();
        Town { folder, home: directory, clock, chance, server }
    }

    pub fn directory(&self) -> PathBuf {
        self.home.clone()
    }

    /// A copy of everything the server keeps, as it stands now.
    pub fn backup(&self) -> PathBuf {
        self.database().query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).unwrap();
        let copy = self.folder.path().join(format!("backup-{}", u64::from_be_bytes(self.chance.draw())));
        copy_of(&self.home, &copy);
        copy
    }

    /// The server goes on from a copy of its archive, made into something else meanwhile.
    pub fn go_on_from(&mut self, copy: PathBuf, prepare: impl FnOnce(&rusqlite::Connection)) {
        self.home = copy;
        prepare(&self.database());
        self.server = Server::open(&self.home, self.ports()).unwrap();
    }

    /// The server is lost; another one goes on from a backup. Phones must be pointed at it.
    pub fn restore(&mut self, backup: &Path) -> Head {
        self.home = self.folder.path().join(format!("server-{}", u64::from_be_bytes(self.chance.draw())));
        copy_of(backup, &self.home);
        self.server = Server::open(&self.home, self.ports()).unwrap();
        self.server.begin_history().unwrap()
    }

    pub fn ports(&self) -> Ports {
        Ports { clock: self.clock.clone(), entropy: self.chance.clone(), vfs: None }
    }

    pub fn pass(&self, ms: i64) {
        self.clock.0.fetch_add(ms, Ordering::SeqCst);
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now_ms()
    }

    pub fn invite(&self, name: &str, agent: Option<AgentId>, unit: &str, role: &str) -> Invited {
        let invitation = Invitation {
            name: name.to_owned(),
            agent,
            unit: unit.to_owned(),
            role: role.to_owned(),
            scopes: Vec::new(),
            valid_s: 3600,
        };
        self.server.invite(&invitation).unwrap()
    }

    /// The id of a new report: a UUIDv7, as every honest one.
    pub fn report_id(&self) -> DocId {
        let mut id: [u8; 16] = self.chance.draw();
        id[..6].copy_from_slice(&self.now_ms().to_be_bytes()[2..]);
        id[6] = 0x70 | (id[6] & 0x0f);
        id[8] = 0x80 | (id[8] & 0x3f);
        DocId(id)
    }

    /// A new phone of a new officer.
    pub fn officer(&self, name: &str, unit: &str) -> Phone {
        Phone::enrol(self, &self.invite(name, None, unit, "officer"))
    }

    /// A supervisor with a phone's reading, signed in.
    pub fn supervisor(&self, name: &str, unit: &str) -> Supervisor {
        self.sign_in(name, "unit_supervisor", Some(unit))
    }

    pub fn sign_in(&self, name: &str, role: &str, unit: Option<&str>) -> Supervisor {
        let new =
            NewSupervisor { name: name.to_owned(), role: role.to_owned(), unit: unit.map(str::to_owned) };
        let token = self.server.add_supervisor(&new).unwrap().token;
        self.server.sign_in(&token).unwrap()
    }

    /// A connection beside the server's, to see what it wrote.
    pub fn database(&self) -> rusqlite::Connection {
        let key = std::fs::read_to_string(self.directory().join("archive.key")).unwrap();
        let connection = rusqlite::Connection::open(self.directory().join("archive.sqlite")).unwrap();
        connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"", key.trim())).unwrap();
        connection
    }
}

fn copy_of(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
