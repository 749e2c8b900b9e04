//! A small world: named people with phones, one agglomeration server, a wire that can be cut at any
//! byte, one clock and one seeded die. The real core and server code, on real SQLCipher files.

mod evil;
mod forger;
mod nature;
mod wire;

pub use evil::EvilWire;
pub use forger::{Forger, read_response};
pub use nature::{Dice, WorldClock, WorldVault};
pub use wire::{Address, Traffic, Wire};

use std::collections::BTreeMap;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use ronde_core::{Draft, Error, Link, Notebook, Ports, Settings, SyncReport};
use ronde_model::fact::FactValue;
use ronde_model::id::{AgentId, BootId, DocId};
use ronde_server::Server;
use ronde_server::enrolment::Invitation;
use ronde_server::people::{NewSupervisor, Supervisor};
use tempfile::TempDir;

/// A Monday in November, 21:00 UTC, ms.
pub const A_NIGHT: i64 = 1_795_467_600_000;

/// One minute, ms.
pub const MINUTE: i64 = 60_000;

/// One hour, ms.
pub const HOUR: i64 = 60 * MINUTE;

/// Everything there is.
pub struct World {
    /// The time everybody shares.
    pub clock: WorldClock,
    /// The randomness everybody shares.
    pub dice: Dice,
    /// The agglomeration's server.
    pub server: Server,
    address: Address,
    /// Where the server's files lie.
    home: PathBuf,
    directory: TempDir,
}

impl World {
    /// A world of its own for each seed.
    pub fn new(seed: u64) -> World {
        println!("world seed {seed}");
        let directory = TempDir::new().expect("a directory");
        let (clock, dice) = (WorldClock::at(A_NIGHT), Dice::new(seed));
        let home = directory.path().join("server");
        let ports = server_ports(&clock, &dice);
        Server::init(&home, "Agglomération des essais", ports.clone()).expect("an organisation");
        let server = Server::open(&home, ports).expect("a server");
        let address = Address::of(server.clone());
        World { clock, dice, server, address, home, directory }
    }

    /// The same world once more, as it stands: every file copied, the same die at the same throw.
    pub fn copy(&self) -> World {
        let directory = TempDir::new().expect("a directory");
        copy_tree(self.directory.path(), directory.path()).expect("a copy");
        let (clock, dice) = (WorldClock::at(self.clock.true_ms()), self.dice.copy());
        let home = directory.path().join(self.home.file_name().expect("a name"));
        let server = Server::open(&home, server_ports(&clock, &dice)).expect("a server");
        let address = Address::of(server.clone());
        World { clock, dice, server, address, home, directory }
    }

    /// A copy of the server's files, as a backup takes them.
    pub fn back_up_server(&self) -> TempDir {
        let copy = TempDir::new().expect("a directory");
        copy_tree(&self.home, copy.path()).expect("a copy");
        copy
    }

    /// The server is lost; a copy of its files takes its place, in a new history. Every wire of this
    /// world leads to it.
    pub fn restore_server(&mut self, copy: &TempDir) {
        self.server = self.stand_by(copy);
        self.address.hand_over_to(self.server.clone());
    }

    /// A copy of the server's files, opened in a new history beside the server that still answers.
    pub fn stand_by(&mut self, copy: &TempDir) -> Server {
        // A place of its own: closing the old archive would take the files of the new one along.
        let mut times = 1;
        while self.directory.path().join(format!("server-{times}")).exists() {
            times += 1;
        }
        self.home = self.directory.path().join(format!("server-{times}"));
        copy_tree(copy.path(), &self.home).expect("a copy");
        let server = Server::open(&self.home, server_ports(&self.clock, &self.dice)).expect("a server");
        server.begin_history().expect("a history");
        server
    }

    /// Where the server's files lie.
    pub fn server_home(&self) -> &Path {
        &self.home
    }

    /// Where every wire of this world leads.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// A phone of the world this one was copied from, with its wire here.
    pub fn phone_of(&self, original: &Phone) -> Phone {
        let directory = self.directory.path().join(original.directory.file_name().expect("a name"));
        Phone {
            notebook: self.open_notebook(&directory, Settings::default()).expect("opens"),
            wire: Wire::to(&self.address),
            directory,
            clock: self.clock.clone(),
            dice: self.dice.clone(),
        }
    }

    /// A person of a unit with a phone, enrolled.
    pub fn phone(&self, name: &str, unit: &str, role: &str) -> Phone {
        self.phone_for(name, unit, role, None)
    }

    /// The same person on another phone.
    pub fn second_phone(&self, of: &Phone) -> Phone {
        let identity = of.notebook.identity().expect("readable").expect("enrolled");
        self.phone_for(&identity.name, &identity.unit, &identity.role, Some(identity.agent))
    }

    fn phone_for(&self, name: &str, unit: &str, role: &str, agent: Option<AgentId>) -> Phone {
        let mut phone = self.unenrolled(name);
        let code = self.code(name, unit, role, agent);
        phone.enrol(&code).expect("enrolled");
        phone.wire.forget();
        phone
    }

    /// The typed code of a fresh invitation.
    pub fn code(&self, name: &str, unit: &str, role: &str, agent: Option<AgentId>) -> String {
        let invitation = Invitation {
            name: name.to_owned(),
            agent,
            unit: unit.to_owned(),
            role: role.to_owned(),
            scopes: Vec::new(),
            valid_s: 24 * 3600,
        };
        self.server.invite(&invitation).expect("an invitation").code.to_string()
    }

    /// A phone out of its box.
    pub fn unenrolled(&self, name: &str) -> Phone {
        let mut id = [0; 4];
        self.dice.roll(&mut id);
        let id = u32::from_le_bytes(id);
        let directory = self.directory.path().join(format!("phone-{name}-{id:08x}"));
        let mut phone = Phone {
            notebook: self.open_notebook(&directory, Settings::default()).expect("a notebook"),
            wire: Wire::to(&self.address),
            directory,
            clock: self.clock.clone(),
            dice: self.dice.clone(),
        };
        phone.wire.forget();
        phone
    }

    /// Opens a notebook of this world.
    ///
    /// # Errors
    /// As `Notebook::open`.
    pub fn open_notebook(&self, directory: &Path, settings: Settings) -> Result<Notebook, Error> {
        open(directory, &self.clock, &self.dice, settings)
    }

    /// A supervisor of the whole agglomeration, signed in.
    pub fn supervisor(&self, name: &str) -> Supervisor {
        self.supervisor_as(name, "agglomeration_supervisor", None)
    }

    /// A supervisor of a role and perhaps a unit, signed in.
    pub fn supervisor_as(&self, name: &str, role: &str, unit: Option<&str>) -> Supervisor {
        let new =
            NewSupervisor { name: name.to_owned(), role: role.to_owned(), unit: unit.map(str::to_owned) };
        let added = self.server.add_supervisor(&new).expect("a supervisor");
        self.server.sign_in(&added.token).expect("a session")
    }
}

fn open(directory: &Path, clock: &WorldClock, dice: &Dice, settings: Settings) -> Result<Notebook, Error> {
    let mut boot = [0; 8];
    dice.roll(&mut boot);
    let ports = Ports {
        vault: Arc::new(WorldVault),
        clock: Arc::new(clock.booted(BootId(boot))),
        entropy: Arc::new(dice.clone()),
    };
    Notebook::open_with(directory, ports, settings)
}

fn server_ports(clock: &WorldClock, dice: &Dice) -> ronde_server::Ports {
    ronde_server::Ports {
        clock: Arc::new(clock.clone()),
        entropy: Arc::new(dice.clone()),
        ..ronde_server::Ports::default()
    }
}

/// A folder and all in it, copied.
///
/// # Errors
/// The file system's.
pub fn copy_tree(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_tree(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// A phone and its wire.
pub struct Phone {
    /// The core.
    pub notebook: Notebook,
    /// The link to the server.
    pub wire: Wire,
    directory: PathBuf,
    clock: WorldClock,
    dice: Dice,
}

impl Phone {
    /// Files a report: type, title, facts, words.
    pub fn file(&self, report_type: &str, facts: &[(&str, FactValue)], words: &str) -> DocId {
        let draft = self.draft(report_type, facts, words);
        self.notebook.file(draft.id).expect("filed").doc
    }

    /// A draft, saved.
    pub fn draft(&self, report_type: &str, facts: &[(&str, FactValue)], words: &str) -> Draft {
        let mut draft = self.notebook.new_draft(report_type).expect("a draft");
        draft.facts = facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        draft.statement = words.to_owned();
        self.notebook.save_draft(&draft).expect("saved");
        draft
    }

    /// Corrects one fact from what is on screen now.
    pub fn correct(&self, doc: DocId, fact: &str, value: FactValue) {
        let shown = self.notebook.read(doc).expect("readable").heads;
        let puts = BTreeMap::from([(format!("facts/{fact}"), value)]);
        self.notebook.correct(doc, &shown, &puts).expect("corrected").expect("a change");
    }

    /// Types a code: introduction and enrolment over this phone's wire.
    ///
    /// # Errors
    /// As `Notebook::enrol_over`.
    pub fn enrol(&self, code: &str) -> Result<(), Error> {
        now(self.notebook.enrol_over(&self.wire, "https://ronde.example", code)).map(|_| ())
    }

    /// Synchronises over this phone's wire.
    pub fn sync(&self) -> Result<SyncReport, Error> {
        now(self.notebook.sync_over(&self.wire))
    }

    /// Synchronises over another link.
    ///
    /// # Errors
    /// As `Notebook::sync_over`.
    pub fn sync_over(&self, link: &dyn Link) -> Result<SyncReport, Error> {
        now(self.notebook.sync_over(link))
    }

    /// Kills the app and opens it again: a new process, a new chain.
    pub fn restart(&mut self) {
        self.notebook =
            open(&self.directory, &self.clock, &self.dice, Settings::default()).expect("opens again");
    }

    /// A copy of its files, as a backup takes them.
    pub fn back_up(&self) -> TempDir {
        let copy = TempDir::new().expect("a directory");
        copy_tree(&self.directory, copy.path()).expect("a copy");
        copy
    }

    /// Puts a copy back in place of its files and opens it.
    pub fn restore(&mut self, copy: &TempDir) {
        let elsewhere = TempDir::new().expect("a directory");
        // Closes the files before they are replaced.
        self.notebook =
            open(elsewhere.path(), &self.clock, &self.dice, Settings::default()).expect("a notebook");
        std::fs::remove_dir_all(&self.directory).expect("removed");
        copy_tree(copy.path(), &self.directory).expect("a copy");
        self.restart();
    }

    /// A second phone made from a copy of this one's files: the same device, twice.
    pub fn clone_from(&self, copy: &TempDir) -> Phone {
        let mut name = self.directory.file_name().expect("a name").to_owned();
        name.push("-again");
        let directory = self.directory.with_file_name(name);
        copy_tree(copy.path(), &directory).expect("a copy");
        Phone {
            notebook: open(&directory, &self.clock, &self.dice, Settings::default()).expect("opens"),
            wire: self.wire.beside(),
            directory,
            clock: self.clock.clone(),
            dice: self.dice.clone(),
        }
    }

    /// The same files opened once more, as by another program on the same phone.
    pub fn opened_again(&self) -> Phone {
        Phone {
            notebook: open(&self.directory, &self.clock, &self.dice, Settings::default()).expect("opens"),
            wire: self.wire.beside(),
            directory: self.directory.clone(),
            clock: self.clock.clone(),
            dice: self.dice.clone(),
        }
    }

    /// Where its files lie.
    pub fn directory(&self) -> &Path {
        &self.directory
    }
}

/// Runs a future that never waits for anything outside this world.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("a future of this world waited for something outside it"),
    }
}
