//! A server's archive and its log, and a backup of it, spoilt at places that a seed draws.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ronde_server::error::{ArchiveError, NotSignedIn, ServerError};
use ronde_server::people::NewSupervisor;
use ronde_server::supervision::Filter;
use ronde_server::{Ports, Server, backup};
use tempfile::TempDir;

use super::phones::in_memory;
use super::scene::Scene;
use super::truth::Damage;

/// What is spoilt again and again.
pub struct Archive {
    scene: Scene,
    pub files: BTreeMap<String, Vec<u8>>,
    pub backup: BTreeMap<String, Vec<u8>>,
    token: String,
    before: String,
}

impl Archive {
    pub fn new(scene: Scene) -> Archive {
        let new = NewSupervisor {
            name: "Hélène Marchand".into(),
            role: "agglomeration_supervisor".into(),
            unit: None,
        };
        let token = scene.world.server.add_supervisor(&new).expect("added").token;
        let home = scene.phone.directory().parent().expect("a world").join("server");
        let files = read_files(&home);
        assert!(files.keys().any(|name| name.ends_with("-wal")), "{:?}", files.keys());
        let into = TempDir::new().expect("a directory");
        let into = into.path().join("backup");
        backup::make(&home, &into, &scene.world.clock, &mut |_| {}).expect("a backup");
        let backup = read_files(&into);
        let mut archive = Archive { scene, files, backup, token, before: String::new() };
        archive.before =
            archive.open(lay_out(&archive.files, "", None).path()).expect("reads").expect("opens");
        archive
    }

    fn ports(&self) -> Ports {
        Ports {
            clock: Arc::new(self.scene.world.clock.clone()),
            entropy: Arc::new(self.scene.world.dice.copy()),
            ..Ports::default()
        }
    }

    /// Everything that a supervisor reads; the refusal, if it has a name.
    fn open(&self, directory: &Path) -> Result<Result<String, ServerError>, String> {
        let read = || -> Result<String, ServerError> {
            let server = Server::open(directory, self.ports())?;
            everything(&server, &self.token)
        };
        match read() {
            Err(ServerError::Archive(ArchiveError::Failed(what))) => Err(format!("failed: {what}")),
            Err(ServerError::Defect(what)) => Err(format!("defect: {what}")),
            other => Ok(other),
        }
    }

    /// Spoils a file of the archive, opens and reads it.
    pub fn try_out(&self, file: &str, damage: Damage) -> Result<&'static str, String> {
        let directory = lay_out(&self.files, file, Some(damage));
        match self.open(directory.path())? {
            Ok(read) if read == self.before => Ok("harmless"),
            Ok(_) => Err("changed in silence".into()),
            Err(_) => Ok("told"),
        }
    }

    /// Spoils a file of the backup and brings it back.
    pub fn try_backup(&self, file: &str, damage: Damage) -> Result<&'static str, String> {
        let directory = lay_out(&self.backup, file, Some(damage));
        let to = TempDir::new().expect("a directory").path().join("restored");
        match backup::restore(directory.path(), &to, &self.ports(), &mut |_| {}) {
            Err(_) if to.exists() => Err("refused, and something lies there".into()),
            Err(_) => Ok("told"),
            Ok(_) => match self.open(&to)? {
                Ok(read) if read == self.before => Ok("harmless"),
                Ok(_) => Err("changed in silence".into()),
                Err(error) => Err(format!("restored and refused: {error}")),
            },
        }
    }
}

fn everything(server: &Server, token: &str) -> Result<String, ServerError> {
    let helene = match server.sign_in(token) {
        Err(NotSignedIn::UnknownToken | NotSignedIn::SessionEnded) => {
            return Ok("nobody is known any more".into());
        }
        Err(NotSignedIn::Server(error)) => return Err(error),
        Ok(helene) => helene,
    };
    let page = server.reports(&helene, &Filter::default(), None, 100)?;
    let mut parts = vec![json!(page), json!(server.stored()?), json!(server.devices()?)];
    for line in &page.items {
        parts.push(json!(server.report(&helene, line.row.doc)?));
    }
    Ok(parts.concat())
}

fn lay_out(files: &BTreeMap<String, Vec<u8>>, spoilt: &str, damage: Option<Damage>) -> TempDir {
    let directory = in_memory().expect("a directory");
    for (name, bytes) in files {
        let mut bytes = bytes.clone();
        if name == spoilt
            && let Some(damage) = damage
        {
            damage.apply(&mut bytes);
        }
        let path: PathBuf = directory.path().join(name);
        std::fs::write(path, bytes).expect("written");
    }
    directory
}

fn read_files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = std::fs::read_dir(directory).expect("read").map(|entry| entry.expect("an entry"));
    let file = |entry: std::fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        Some((name, std::fs::read(entry.path()).ok()?))
    };
    entries.filter_map(file).collect()
}
