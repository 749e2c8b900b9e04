//! One phone and one server, each on a disk in memory, on one clock and one die; closed, copied and
//! opened again at will. Knows how they are made and opened, no story.
//! Changes when opening one of them does.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use ronde_core::{Notebook, Ports, Settings};
use ronde_model::id::{AgentId, BootId, DocId};
use ronde_server::Server;
use ronde_server::enrolment::Invitation;
use ronde_server::people::{NewSupervisor, Supervisor};
use ronde_tests::disk::{Disk, Ordering};
use ronde_tests::world::{A_NIGHT, Dice, MINUTE, Wire, WorldClock, WorldVault, now};
use tempfile::TempDir;

use crate::trouble::Trouble;
use crate::watch::{Side, Watch, Watched};

/// The address every phone is given.
pub const ADDRESS: &str = "https://ronde.example";

/// A folder for what lies beside the databases (keys, locks), which no power cut here touches.
pub struct Ground {
    folder: TempDir,
    made: AtomicU32,
}

impl Ground {
    /// A directory nobody else was given.
    pub fn directory(&self, name: &str) -> PathBuf {
        self.folder.path().join(format!("{name}-{}", self.made.fetch_add(1, Relaxed)))
    }
}

/// A phone: its disk, and the notebook while the app runs.
pub struct Handset {
    // Before the disk: a disk that goes first is kept for the rest of the process.
    pub notebook: Option<Notebook>,
    pub disk: Arc<Disk>,
    pub directory: PathBuf,
    pub settings: Settings,
}

/// A server: its disk, and the program while it runs.
pub struct Office {
    pub server: Option<Server>,
    pub disk: Arc<Disk>,
    pub directory: PathBuf,
}

/// Somebody else's phone.
pub struct Colleague {
    pub notebook: Notebook,
    _disk: Disk,
}

/// What the steps of a story tell one another.
#[derive(Clone, Default)]
pub struct Notes {
    /// The draft in hand.
    pub draft: Option<DocId>,
    /// Own reports, in order.
    pub docs: Vec<DocId>,
    /// Others' reports.
    pub theirs: Vec<DocId>,
    /// The code of an invitation not used yet.
    pub code: Option<String>,
    /// What signs the supervisor in.
    pub token: Option<String>,
    tokens: u32,
}

/// Everything of one run.
pub struct Stage {
    pub ground: Arc<Ground>,
    pub ordering: Ordering,
    pub clock: WorldClock,
    pub dice: Dice,
    pub phone: Handset,
    pub office: Office,
    pub notes: Notes,
    pub watch: Option<Watch>,
}

impl Stage {
    /// An empty stage for a seed. `settings`: how the phone's database is opened.
    pub fn new(seed: u64, ordering: Ordering, settings: Settings) -> Result<Stage, Trouble> {
        let folder = TempDir::new().map_err(|e| Trouble::Astray(e.to_string()))?;
        let ground = Arc::new(Ground { folder, made: AtomicU32::new(0) });
        let phone = Handset {
            directory: ground.directory("phone"),
            disk: Arc::new(Disk::new(ordering)?),
            settings,
            notebook: None,
        };
        let office = Office {
            directory: ground.directory("server"),
            disk: Arc::new(Disk::new(ordering)?),
            server: None,
        };
        Ok(Stage {
            ground,
            ordering,
            clock: WorldClock::at(A_NIGHT),
            dice: Dice::new(seed),
            phone,
            office,
            notes: Notes::default(),
            watch: None,
        })
    }

    /// The same moment once more, on disks of its own and with nothing open.
    pub fn copy(&self) -> Result<Stage, Trouble> {
        let (phone, office) = (self.phone.disk.copy()?, self.office.disk.copy()?);
        Ok(self.around(phone, office))
    }

    /// This stage around other disks, with nothing open: the next start of the machines.
    pub fn around(&self, phone: Disk, office: Disk) -> Stage {
        Stage {
            ground: self.ground.clone(),
            ordering: self.ordering,
            clock: WorldClock::at(self.clock.true_ms()),
            dice: self.dice.copy(),
            phone: Handset {
                directory: self.phone.directory.clone(),
                disk: Arc::new(phone),
                settings: self.phone.settings.clone(),
                notebook: None,
            },
            office: Office { directory: self.office.directory.clone(), disk: Arc::new(office), server: None },
            notes: self.notes.clone(),
            watch: None,
        }
    }

    /// Both programs end; the disks rest. `hot`: as found after both were killed, with nothing tidied.
    pub fn rest(mut self, hot: bool) -> Result<Stage, Trouble> {
        let killed = hot.then(|| self.copy()).transpose()?;
        self.close();
        killed.map_or_else(|| self.copy(), Ok)
    }

    /// The disk of a side.
    pub fn disk(&self, side: Side) -> &Arc<Disk> {
        match side {
            Side::Phone => &self.phone.disk,
            Side::Server => &self.office.disk,
        }
    }

    /// Starts the program of a side.
    pub fn start(&mut self, side: Side) -> Result<(), Trouble> {
        match side {
            Side::Phone => self.notebook().map(|_| ()),
            Side::Server => self.server().map(|_| ()),
        }
    }

    /// Ends both programs.
    pub fn close(&mut self) {
        self.phone.notebook = None;
        self.office.server = None;
    }

    /// The app, started when it is not.
    pub fn notebook(&mut self) -> Result<Notebook, Trouble> {
        if let Some(notebook) = &self.phone.notebook {
            return Ok(notebook.clone());
        }
        let settings =
            Settings { vfs: Some(self.phone.disk.vfs().to_owned()), ..self.phone.settings.clone() };
        let notebook = self.open(&self.phone.directory, settings)?;
        self.phone.notebook = Some(notebook.clone());
        Ok(notebook)
    }

    fn open(&self, directory: &Path, settings: Settings) -> Result<Notebook, Trouble> {
        let mut boot = [0; 8];
        self.dice.roll(&mut boot);
        let ports = Ports {
            vault: Arc::new(WorldVault),
            clock: Arc::new(self.clock.booted(BootId(boot))),
            entropy: Arc::new(self.dice.clone()),
        };
        Ok(Notebook::open_with(directory, ports, settings)?)
    }

    fn ports(&self) -> ronde_server::Ports {
        ronde_server::Ports {
            clock: Arc::new(self.clock.clone()),
            entropy: Arc::new(self.dice.clone()),
            vfs: Some(self.office.disk.vfs().to_owned()),
        }
    }

    /// Makes the organisation, in a directory that nobody used.
    pub fn found(&mut self) -> Result<(), Trouble> {
        self.office.directory = self.ground.directory("server");
        Server::init(&self.office.directory, "Agglomération des essais", self.ports())?;
        Ok(())
    }

    /// The server, started when it is not.
    pub fn server(&mut self) -> Result<Server, Trouble> {
        if let Some(server) = &self.office.server {
            return Ok(server.clone());
        }
        let server = Server::open(&self.office.directory, self.ports())?;
        self.office.server = Some(server.clone());
        Ok(server)
    }

    /// The supervisor of the whole agglomeration, signed in.
    pub fn supervisor(&mut self) -> Result<Supervisor, Trouble> {
        let server = self.server()?;
        if let Some(token) = &self.notes.token
            && let Ok(known) = server.sign_in(token)
        {
            return Ok(known);
        }
        // Nobody yet, or somebody whose adding a power cut undid.
        let role = "agglomeration_supervisor".to_owned();
        let added = server.add_supervisor(&NewSupervisor { name: "Claire Roux".into(), role, unit: None })?;
        let known = server.sign_in(&added.token)?;
        self.notes.token = Some(added.token);
        Ok(known)
    }

    /// The code of a fresh invitation.
    pub fn invite(&mut self, name: &str, agent: Option<AgentId>) -> Result<String, Trouble> {
        let invitation = Invitation {
            name: name.to_owned(),
            agent,
            unit: "pm-chartres".into(),
            role: "officer".into(),
            scopes: Vec::new(),
            valid_s: 24 * 3600,
        };
        Ok(self.server()?.invite(&invitation)?.code.to_string())
    }

    /// Enrols this phone with the code in the notes.
    pub fn enrol(&mut self) -> Result<(), Trouble> {
        let code = self.notes.code.clone().unwrap_or_default();
        let (notebook, wire) = (self.notebook()?, Wire::new(self.server()?));
        now(notebook.enrol_over(&Watched { stage: self, wire }, ADDRESS, &code))?;
        Ok(())
    }

    /// Synchronises this phone until everything of it is received.
    pub fn synchronise(&mut self) -> Result<(), Trouble> {
        self.clock.pass(MINUTE);
        let (notebook, wire) = (self.notebook()?, Wire::new(self.server()?));
        let report = now(notebook.sync_over(&Watched { stage: self, wire }))?;
        if !report.complete {
            return Err(Trouble::Astray(format!("a synchronisation ended incomplete: {report:?}")));
        }
        Ok(())
    }

    /// Another person's phone on a disk of its own, enrolled here.
    pub fn colleague(&mut self, name: &str) -> Result<Colleague, Trouble> {
        let disk = Disk::new(self.ordering)?;
        let settings = Settings { vfs: Some(disk.vfs().to_owned()), ..Settings::default() };
        let directory = self.ground.directory("colleague");
        let notebook = self.open(&directory, settings)?;
        let code = self.invite(name, None)?;
        now(notebook.enrol_over(&Wire::new(self.server()?), ADDRESS, &code))?;
        Ok(Colleague { notebook, _disk: disk })
    }

    /// Words that differ each time, hold the token every report holds, and fill `bytes`.
    pub fn words(&mut self, bytes: usize) -> String {
        self.notes.tokens += 1;
        let mut words = format!("{}{} constatons", crate::picture::TOKEN, self.notes.tokens);
        while words.len() < bytes {
            words.push_str(&format!(" passage{:x}", self.dice.below(1 << 40)));
        }
        words
    }
}
