//! A notebook with something of everything, as a killed phone leaves it: database, log and index.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use ronde_core::{Error, Notebook, Ports, Rescued, Settings};
use ronde_model::fact::FactValue;
use ronde_model::id::{BootId, DocId, Eid};
use ronde_tests::world::{MINUTE, Phone, World, WorldVault};
use rusqlite::Connection;
use tempfile::TempDir;

pub struct Scene {
    pub world: World,
    pub phone: Phone,
}

/// What a person can read of a notebook.
#[derive(Debug, Clone, PartialEq)]
pub struct Everything {
    /// Drafts, whole.
    pub drafts: Vec<String>,
    /// Facts, statements, divergences and history of each report.
    pub contents: BTreeMap<DocId, String>,
    /// The list as it is shown.
    pub list: String,
    /// Own envelopes.
    pub own: BTreeSet<Eid>,
    /// What else is said: numbers, what waits, what is found.
    pub told: String,
}

impl Scene {
    pub fn new(seed: u64) -> Scene {
        let world = World::new(seed);
        let phone = world.phone("Inès Benali", "pm-chartres", "officer");
        let samir = world.phone("Samir Haddad", "pm-chartres", "officer");
        let long = "Constatons, rue du Bois-Merrain, des sacs éventrés. ".repeat(90);
        let first = phone.file("waste.tyres", &[("title", "Pneus".into())], &long);
        phone.file("youth.brawl", &[("severity", FactValue::Integer(4))], "Deux groupes.");
        samir.file("waste.bulky", &[("title", "Encombrants".into())], "Deux canapés.");
        samir.file("waste.green", &[], &long);
        for _ in 0..2 {
            samir.sync().expect("synchronised");
            phone.sync().expect("synchronised");
        }
        samir.correct(first, "title", "Pneus brûlés".into());
        samir.sync().expect("synchronised");
        phone.correct(first, "title", "Pneus et jantes".into());
        phone.sync().expect("synchronised");
        let helene = world.supervisor("Hélène Marchand");
        world.server.mark_read(&helene, first).expect("read");
        phone.sync().expect("synchronised");
        phone.draft("waste.tyres", &[("title", "En cours".into())], "À finir.");
        phone.draft("youth.brawl", &[], &long);
        phone.file("waste.bulky", &[("title", "Pas encore parti".into())], "Une armoire.");
        world.clock.pass(MINUTE);
        phone.file("waste.green", &[], &long);
        phone.notebook.state(first, "La pluie a tout couché.", None, None).expect("stated");
        Scene { world, phone }
    }

    /// Its files, as they lie when the phone is killed now.
    pub fn copy(&self) -> TempDir {
        self.phone.back_up()
    }

    pub fn ports(&self) -> Ports {
        Ports {
            vault: Arc::new(WorldVault),
            clock: Arc::new(self.world.clock.booted(BootId([9; 8]))),
            entropy: Arc::new(self.world.dice.clone()),
        }
    }

    pub fn open(&self, directory: &Path) -> Result<Notebook, Error> {
        Notebook::open_with(directory, self.ports(), Settings::default())
    }

    pub fn rescue(&self, directory: &Path) -> Result<Rescued, Error> {
        Notebook::rescue(directory, &self.ports(), &|_| {})
    }
}

/// Reads all that can be read.
///
/// # Errors
/// The first one met.
pub fn everything(notebook: &Notebook) -> Result<Everything, Error> {
    let drafts = notebook.drafts()?.iter().map(|draft| json!(draft)).collect();
    let page = notebook.list(None, 100)?;
    let mut contents = BTreeMap::new();
    for item in &page.items {
        let doc = item.row.doc;
        let detail = notebook.read(doc)?;
        let parts = (&detail.facts, &detail.first, &detail.statements, &detail.divergences, &detail.heads);
        contents.insert(doc, format!("{} {}", json!(&parts), json!(&notebook.history(doc)?)));
    }
    let own = notebook.own_ledger()?;
    let told = [
        json!(&notebook.search("sacs", 100)?),
        json!(&notebook.sync_status()?),
        json!(&notebook.set_aside()?),
        json!(&notebook.territory()?.is_some()),
        json!(&own),
    ];
    Ok(Everything {
        drafts,
        contents,
        list: json!(&page),
        own: own.iter().map(|(eid, _)| *eid).collect(),
        told: told.concat(),
    })
}

/// Every envelope a directory's database holds, by its body's own hash.
pub fn envelopes(directory: &Path, raw_key: &str) -> BTreeSet<Eid> {
    let connection = Connection::open(directory.join("notebook.db")).expect("opens");
    connection.pragma_update(None, "key", raw_key).expect("keyed");
    let mut bodies =
        connection.prepare("SELECT bytes FROM body UNION SELECT bytes FROM salvaged").expect("prepared");
    let bodies = bodies.query_map([], |r| r.get::<_, Vec<u8>>(0)).expect("read");
    bodies.map(|bytes| Eid::of(&bytes.expect("bytes"))).collect()
}
