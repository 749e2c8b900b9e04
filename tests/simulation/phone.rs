//! A phone as a story sees it: the real notebook on a disk of its own, what its owner was promised,
//! and the ways it can die. Decides no fault itself; checks what was promised after each death.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ronde_core::{Draft, Error, Identity, KeyVault, Notebook, Ports, Settings};
use ronde_model::fact::FactValue;
use ronde_model::history::Step;
use ronde_model::id::{AgentId, ChangeHash, DeviceId, DocId, Eid};
use ronde_tests::disk::{Disk, Ordering};
use ronde_tests::world::{Dice, WorldVault};
use rusqlite::Connection;
use tempfile::TempDir;

use crate::behind::connect;
use crate::law::{Held, Law, broken, hold};
use crate::model::{Model, Put, Says};
use crate::office::{Cut, directory};
use crate::time::PhoneClock;

/// What somebody has on screen, perhaps for a while.
#[derive(Clone)]
pub struct Screen {
    /// The report.
    pub doc: DocId,
    /// Its version.
    pub heads: Vec<ChangeHash>,
    /// The acts in it.
    pub knew: BTreeSet<Eid>,
}

/// A phone.
pub struct Phone {
    /// Its number in the town.
    pub who: usize,
    /// The person.
    pub agent: AgentId,
    /// The device.
    pub device: DeviceId,
    /// The unit.
    pub unit: String,
    /// The units it may read.
    pub units: BTreeSet<String>,
    /// Its clock.
    pub clock: PhoneClock,
    /// Drafts whose saving was answered.
    pub saved: BTreeMap<DocId, Draft>,
    /// Own envelopes whose writing was answered, or that came back.
    pub own: BTreeSet<Eid>,
    /// What is on screen.
    pub screens: Vec<Screen>,
    /// Somebody revoked it.
    pub revoked: bool,
    /// It was restored, or is a clone, or was cloned: it may write what another of it wrote.
    pub doubled: bool,
    /// True time at which its disk heals.
    pub ill_until: Option<i64>,
    /// The boot in which it last heard the server.
    pub contact_boot: Option<u64>,
    /// Own envelopes that no act wrote: the phone's healing must account for them on the line.
    pub unexplained: BTreeSet<Eid>,
    /// Writes that failed: a power cut may show them all the same.
    ghosts: Vec<Put>,
    /// The same of drafts: `None` for one being discarded.
    ghost_drafts: BTreeMap<DocId, Vec<Option<Draft>>>,
    /// Writes whose answer nobody heard.
    unheard: Unheard,
    /// It does not wait for its disk: a control.
    careless: bool,
    // Dropped before its disk.
    notebook: Option<Notebook>,
    disk: Arc<Disk>,
    dice: Dice,
    home: Arc<TempDir>,
}

#[derive(Default)]
struct Unheard {
    own: Vec<Eid>,
    filed: Option<DocId>,
}

/// What a call came to.
pub enum Told<T> {
    /// It answered.
    Answer(Result<T, Error>),
    /// The power went before: what it would have answered.
    Silence(Result<T, Error>),
}

/// A copy of a phone's files with what was promised by then.
pub struct Backup {
    disk: Disk,
    saved: BTreeMap<DocId, Draft>,
    own: BTreeSet<Eid>,
    ghosts: Vec<Put>,
    ghost_drafts: BTreeMap<DocId, Vec<Option<Draft>>>,
    contact_boot: Option<u64>,
}

impl Phone {
    /// A phone out of its box.
    pub fn new(who: usize, dice: &Dice, clock: PhoneClock, careless: bool) -> Held<Self> {
        let mut phone = Phone {
            who,
            agent: AgentId::default(),
            device: DeviceId::default(),
            unit: String::new(),
            units: BTreeSet::new(),
            clock,
            saved: BTreeMap::new(),
            own: BTreeSet::new(),
            screens: Vec::new(),
            revoked: false,
            doubled: false,
            ill_until: None,
            contact_boot: None,
            unexplained: BTreeSet::new(),
            ghosts: Vec::new(),
            ghost_drafts: BTreeMap::new(),
            unheard: Unheard::default(),
            careless,
            disk: Arc::new(Disk::new(Ordering::Strict).expect("a disk")),
            notebook: None,
            dice: dice.clone(),
            home: Arc::new(directory()),
        };
        phone.open()?;
        Ok(phone)
    }

    /// Another phone with the same files.
    pub fn twin(&mut self, who: usize) -> Held<Self> {
        self.doubled = true;
        let mut twin = Phone {
            who,
            agent: self.agent,
            device: self.device,
            unit: self.unit.clone(),
            units: self.units.clone(),
            clock: self.clock.twin(),
            saved: self.saved.clone(),
            own: self.own.clone(),
            screens: Vec::new(),
            revoked: self.revoked,
            doubled: true,
            ill_until: None,
            contact_boot: self.contact_boot,
            unexplained: self.unexplained.clone(),
            ghosts: self.ghosts.clone(),
            ghost_drafts: self.ghost_drafts.clone(),
            unheard: Unheard::default(),
            careless: self.careless,
            disk: Arc::new(self.disk.copy().expect("a disk")),
            notebook: None,
            dice: self.dice.clone(),
            home: self.home.clone(),
        };
        twin.open()?;
        Ok(twin)
    }

    /// The notebook.
    pub fn notebook(&self) -> &Notebook {
        self.notebook.as_ref().expect("open between two steps")
    }

    /// Its disk.
    pub fn disk(&self) -> &Arc<Disk> {
        &self.disk
    }

    /// Its database, read and written beside the product's own code.
    pub fn database(&self) -> Connection {
        let wrapped = std::fs::read(self.home.path().join("notebook.key")).expect("a key");
        let key = WorldVault.unwrap(&wrapped).expect("a key");
        let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        connect(&self.home.path().join("notebook.db"), self.disk.vfs(), &key)
    }

    /// Who it writes as, noted once it is enrolled.
    pub fn note_identity(&mut self, identity: &Identity) {
        (self.agent, self.device) = (identity.agent, identity.device);
    }

    fn open(&mut self) -> Held {
        let ports = Ports {
            vault: Arc::new(WorldVault),
            clock: Arc::new(self.clock.clone()),
            entropy: Arc::new(self.dice.clone()),
        };
        let synchronous = self.careless.then_some("OFF");
        let settings = Settings { vfs: Some(self.disk.vfs().to_owned()), synchronous, ..Settings::default() };
        match Notebook::open_with(self.home.path(), ports, settings) {
            Ok(notebook) => {
                self.notebook = Some(notebook);
                Ok(())
            }
            Err(e) => broken(Law::EverythingOpensAgain, format!("phone {}: {e}", self.who)),
        }
    }

    /// Starts again on another disk.
    pub fn start_on(&mut self, disk: Disk) -> Held {
        // The connection closes before its disk goes.
        self.notebook = None;
        self.disk = Arc::new(disk);
        self.ill_until = None;
        self.screens.clear();
        self.open()
    }

    /// The app is closed and opened again, an update perhaps in between.
    pub fn reopen(&mut self) -> Held {
        let disk = self.disk.clone();
        disk.heal();
        self.notebook = None;
        let left = disk.copy().expect("a disk");
        drop(disk);
        self.start_on(left)
    }

    /// The power goes now, or the process dies; then it starts again, and the power may go meanwhile.
    pub fn die(&mut self, index: usize, cut: Cut, again: Option<Cut>) -> Held {
        let found = self.disk.at(index, cut.variant).expect("a disk");
        self.start_on(found)?;
        if let Some(again) = again {
            let index = again.after.min(self.disk.operations());
            let found = self.disk.at(index, again.variant).expect("a disk");
            self.start_on(found)?;
        }
        Ok(())
    }

    /// Does something, unless the power goes meanwhile: the caller lets it die then.
    pub fn act<T>(
        &self,
        dies_at: Option<usize>,
        work: impl FnOnce(&Notebook) -> Result<T, Error>,
    ) -> Told<T> {
        let answer = work(self.notebook());
        match dies_at {
            Some(index) if index < self.disk.operations() => Told::Silence(answer),
            _ => Told::Answer(answer),
        }
    }

    /// A copy of its files.
    pub fn back_up(&self) -> Backup {
        Backup {
            disk: self.disk.copy().expect("a disk"),
            saved: self.saved.clone(),
            own: self.own.clone(),
            ghosts: self.ghosts.clone(),
            ghost_drafts: self.ghost_drafts.clone(),
            contact_boot: self.contact_boot,
        }
    }

    /// Its files are put back as they were then. Answers the own envelopes that went with them.
    pub fn restore(&mut self, backup: &Backup) -> Held<BTreeSet<Eid>> {
        let gone = self.own.difference(&backup.own).copied().collect();
        self.doubled = true;
        self.saved = backup.saved.clone();
        self.own = backup.own.clone();
        self.ghosts = backup.ghosts.clone();
        self.ghost_drafts = backup.ghost_drafts.clone();
        self.contact_boot = backup.contact_boot;
        self.start_on(backup.disk.copy().expect("a disk"))?;
        Ok(gone)
    }

    /// What it would have answered if the power had not gone.
    pub fn note_unheard_write(&mut self, eid: Eid, filed: Option<DocId>) {
        self.unheard.own.push(eid);
        self.unheard.filed = filed;
    }

    /// A draft (`None`: its being discarded) was written, and nobody heard that it was.
    pub fn note_unheard_draft(&mut self, doc: DocId, draft: Option<Draft>) {
        self.ghost_drafts.entry(doc).or_default().push(draft);
    }

    /// A draft is saved now.
    pub fn note_saved(&mut self, draft: Draft) {
        self.ghost_drafts.remove(&draft.id);
        self.saved.insert(draft.id, draft);
    }

    /// A write failed.
    pub fn note_ghost(&mut self, put: Put) {
        self.ghosts.push(put);
    }

    /// Whether its lease is over and it can know that, whatever its wall clock says: the clock that
    /// only counts has run since it last heard the server.
    pub fn must_lock(&self, true_ms: i64) -> bool {
        let expires = self.notebook().identity().ok().flatten().map_or(i64::MAX, |i| i.lease_expires_ms);
        self.contact_boot == Some(self.clock.boot_id()) && expires < true_ms
    }

    /// The acts of a report that this phone knows.
    pub fn known(&self, doc: DocId) -> Result<BTreeSet<Eid>, Error> {
        let steps = self.notebook().history(doc)?;
        Ok(steps.iter().filter_map(|step| step.provenance.as_ref().map(|p| p.eid)).collect())
    }

    /// Every envelope it holds, own and fed.
    pub fn holds(&self) -> BTreeSet<Eid> {
        let database = self.database();
        let mut statement = database.prepare("SELECT eid FROM envelope").expect("a table");
        let rows = statement.query_map([], |row| row.get(0).map(Eid)).expect("reads");
        rows.collect::<Result<_, _>>().expect("reads")
    }

    /// What was promised is there. New own envelopes that are explained join those promised.
    pub fn check_promises(&mut self, model: &mut Model) -> Held {
        let unheard = std::mem::take(&mut self.unheard);
        let ledger: BTreeSet<Eid> = match self.notebook().own_ledger() {
            Ok(ledger) => ledger.into_iter().map(|(eid, _)| eid).collect(),
            Err(e) => return broken(Law::CallsAnswerAsTheyMay, format!("own ledger: {e}")),
        };
        if let Some(eid) = self.own.iter().find(|eid| !ledger.contains(eid)) {
            return broken(
                Law::NothingSavedIsLost,
                format!("phone {}: own envelope {eid} is gone", self.who),
            );
        }
        let new: Vec<Eid> = ledger.difference(&self.own).copied().collect();
        // A line of the server's ledger alone promises nothing: its body may be lost here.
        let held = if new.is_empty() { BTreeSet::new() } else { self.holds() };
        for eid in new.into_iter().filter(|eid| held.contains(eid)) {
            if !unheard.own.contains(&eid) && model.put(&eid).is_none() && !self.find_ghost(eid, model) {
                self.unexplained.insert(eid);
            }
            self.own.insert(eid);
        }
        for doc in self.saved.keys().copied().collect::<Vec<_>>() {
            self.check_draft(doc, &unheard, model)?;
        }
        Ok(())
    }

    fn check_draft(&mut self, doc: DocId, unheard: &Unheard, model: &Model) -> Held {
        let who = self.who;
        match self.notebook().draft(doc) {
            Ok(found) => {
                let saved = self.saved.get(&doc).into_iter();
                let ghosts = self.ghost_drafts.get(&doc).into_iter().flatten().flatten();
                let known = saved.chain(ghosts).any(|saved| same_draft(saved, &found));
                let detail = || format!("phone {who}: draft {doc} is not as it was saved");
                hold(known, Law::NothingSavedIsLost, detail)?;
                self.saved.insert(doc, found);
                Ok(())
            }
            Err(Error::NotFound(_)) => {
                let filed = unheard.filed == Some(doc) || !model.of(doc).is_empty();
                let filed = filed && self.notebook().read(doc).is_ok();
                let discarded = self.ghost_drafts.get(&doc).is_some_and(|g| g.contains(&None));
                hold(filed || discarded, Law::NothingSavedIsLost, || {
                    format!("phone {who}: draft {doc} is gone")
                })?;
                self.saved.remove(&doc);
                Ok(())
            }
            Err(e) => broken(Law::CallsAnswerAsTheyMay, format!("draft: {e}")),
        }
    }

    /// An own envelope that no call answered: a failed write that the power cut made whole.
    fn find_ghost(&mut self, eid: Eid, model: &mut Model) -> bool {
        let of = "SELECT doc FROM envelope WHERE eid = ?1";
        let found = self.database().query_row(of, [eid.0], |row| row.get(0).map(DocId));
        let Ok(doc) = found else { return false };
        let Ok(steps) = self.notebook().history(doc) else { return false };
        let of_eid = |step: &&Step| step.provenance.as_ref().is_some_and(|p| p.eid == eid);
        let Some(step) = steps.iter().find(of_eid) else { return false };
        // A draft may be filed under another id than its own.
        let same = |ghost: &Put| {
            (ghost.doc == doc || matches!(ghost.says, Says::Seal { .. })) && same_writes(&ghost.says, step)
        };
        let Some(place) = self.ghosts.iter().position(same) else { return false };
        let ghost = self.ghosts.remove(place);
        model.add(eid, Put { doc, ..ghost });
        true
    }
}

/// But for when it was saved.
fn same_draft(one: &Draft, other: &Draft) -> bool {
    Draft { saved_ms: 0, ..one.clone() } == Draft { saved_ms: 0, ..other.clone() }
}

fn same_writes(says: &Says, step: &Step) -> bool {
    let written = |key: &String, value: &FactValue| {
        step.writes.iter().any(|write| &write.key == key && &write.value == value)
    };
    match says {
        Says::Seal { facts, .. } => step.is_first && facts.iter().all(|(key, value)| written(key, value)),
        Says::Facts(facts) => facts.iter().all(|(key, value)| written(key, value)),
        Says::Words(_) => {
            step.writes.iter().any(|write| write.key.starts_with("statement/")) && !step.is_first
        }
        Says::Void => step.writes.iter().any(|write| write.key.starts_with("void/")),
        _ => false,
    }
}
