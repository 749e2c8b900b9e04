//! One phone and one server as they are in the field: the system's clock and randomness, a
//! passphrase-protected vault, real files of one disk, a wire in memory that counts bytes.
//! Knows how to fill a notebook, not what is measured. Changes with how either is set up.

use std::path::{Path, PathBuf};

use ronde_core::model::id::DocId;
use ronde_core::{Draft, Involved, Notebook, Ports, Settings, SyncReport};
use ronde_server::Server;
use ronde_server::config::Listening;
use ronde_server::enrolment::Invitation;
use ronde_server::http::Bound;
use ronde_tests::world::{Traffic, Wire, now};

use crate::Outcome;
use crate::process::Closed;
use crate::workload::Case;

/// The passphrase of every notebook here.
pub const PASSPHRASE: &str = "mesures et limites";

const UNIT: &str = "pm-valmorin";

/// Everything of one server.
pub struct Site {
    /// The server.
    pub server: Server,
    /// Where its files are.
    pub home: PathBuf,
    /// Its address, taken and not answered before somebody serves it.
    pub bound: Option<Bound>,
    url: String,
    directory: PathBuf,
}

/// An enrolled notebook and its wire.
pub struct Phone {
    /// Where its files are.
    pub directory: PathBuf,
    /// What it was opened with.
    pub ports: Ports,
    /// The core.
    pub notebook: Notebook,
    /// The link to the server.
    pub wire: Wire,
}

impl Site {
    /// A new organisation below `directory`.
    pub fn new(directory: &Path) -> Outcome<Site> {
        let home = directory.join("server");
        let ports = ronde_server::Ports::default();
        Server::init(&home, "Agglomération des mesures", ports.clone())?;
        let server = Server::open(&home, ports)?;
        let bound = Bound::bind(&Listening::new("127.0.0.1:0".parse()?, None, None)?)?;
        Ok(Site { server, home, url: bound.url(), bound: Some(bound), directory: directory.to_owned() })
    }

    /// A notebook of a person of the one unit, enrolled.
    pub fn phone(&self, name: &str) -> Outcome<Phone> {
        let directory = self.directory.join(name);
        let ports = Ports::of_system(&directory, PASSPHRASE, 60)?;
        let notebook = Notebook::open(&directory, ports.clone())?;
        let mut wire = Wire::new(self.server.clone());
        let invitation = Invitation {
            name: name.to_owned(),
            agent: None,
            unit: UNIT.to_owned(),
            role: "officer".to_owned(),
            scopes: Vec::new(),
            valid_s: 24 * 3600,
        };
        let code = self.server.invite(&invitation)?.code.to_string();
        now(notebook.enrol_over(&wire, &self.url, &code))?;
        wire.forget();
        Ok(Phone { directory, ports, notebook, wire })
    }
}

impl Phone {
    /// The same notebook by a new process, as far as the notebook can tell.
    pub fn opened_again(&self) -> Outcome<Notebook> {
        Ok(Notebook::open(&self.directory, self.ports.clone())?)
    }

    /// Closes the notebook, files reports without waiting for the disk, and opens it again as the
    /// product does: what is measured comes afterwards.
    pub fn fill(self, cases: impl Iterator<Item = Case>) -> Outcome<Phone> {
        let Phone { directory, ports, notebook, mut wire } = self;
        drop(notebook);
        let hasty = Settings { synchronous: Some("OFF"), ..Settings::default() };
        let notebook = Notebook::open_with(&directory, ports.clone(), hasty)?;
        for (place, case) in cases.enumerate() {
            file(&notebook, &case)?;
            if place % 1000 == 999 {
                now(notebook.sync_over(&wire))?;
            }
        }
        now(notebook.sync_over(&wire))?;
        drop(notebook);
        wire.forget();
        let notebook = Notebook::open(&directory, ports.clone())?;
        Ok(Phone { directory, ports, notebook, wire })
    }

    /// Closes the notebook, works on its files, and opens it again.
    pub fn closed<T>(self, work: impl FnOnce(&Closed) -> Outcome<T>) -> Outcome<(Phone, T)> {
        let Phone { directory, ports, notebook, wire } = self;
        let closed = closed(&directory, &ports)?;
        drop(notebook);
        let answer = work(&closed)?;
        let notebook = Notebook::open(&directory, ports.clone())?;
        Ok((Phone { directory, ports, notebook, wire }, answer))
    }

    /// Closes the notebook for good.
    pub fn close(self) -> Outcome<Closed> {
        closed(&self.directory, &self.ports)
    }

    /// Synchronises; what was said and what went over the wire.
    pub fn sync(&mut self) -> Outcome<(SyncReport, Traffic)> {
        self.wire.forget();
        let report = now(self.notebook.sync_over(&self.wire))?;
        Ok((report, self.wire.traffic()))
    }

    /// The raw key of its database.
    pub fn database_key(&self) -> Outcome<[u8; 32]> {
        Ok(closed(&self.directory, &self.ports)?.key)
    }
}

fn closed(directory: &Path, ports: &Ports) -> Outcome<Closed> {
    let wrapped = std::fs::read(directory.join("notebook.key"))?;
    let key = ports.vault.unwrap(&wrapped)?;
    let key = key.try_into().map_err(|_| "notebook.key is no key")?;
    Ok(Closed { database: directory.join("notebook.db"), key })
}

/// What a form gives for a case: a draft, saved twice (when it is opened and when it is left).
pub fn draft(notebook: &Notebook, case: &Case) -> Outcome<Draft> {
    let mut draft = notebook.new_draft(&case.report_type)?;
    draft.facts = case.facts.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    for (kind, fields) in &case.involved {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        draft.involved.push(Involved { id: notebook.new_ulid()?, kind: *kind, fields });
    }
    draft.statement.clone_from(&case.statement);
    notebook.save_draft(&draft)?;
    Ok(draft)
}

/// Writes and files a report.
pub fn file(notebook: &Notebook, case: &Case) -> Outcome<DocId> {
    Ok(notebook.file(draft(notebook, case)?.id)?.doc)
}
