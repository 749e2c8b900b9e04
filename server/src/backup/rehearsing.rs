//! Rehearsing a restore: everything is done, in a directory that is removed again. A backup that was
//! never rehearsed is a hope. Changes with what a rehearsal must show.

use std::path::Path;

use super::error::BackupError;
use super::left_behind::{Stage, clear_left_behind};
use super::restoring::{begin_history, bring_back};
use super::{Manifest, Progress};
use crate::archive::sqlite::KNOWN;
use crate::error::{NotSignedIn, ServerError};
use crate::people::NewSupervisor;
use crate::server::{Ports, Server};
use crate::supervision::Filter;

/// Reports of a first page.
const FIRST_PAGE: usize = 50;

/// A restore that was rehearsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rehearsed {
    /// The backup.
    pub manifest: Manifest,
    /// How old it is, ms.
    pub age_ms: i64,
    /// How long it took until the inbox was read, ms.
    pub took_ms: i64,
    /// Reports on the inbox's first page.
    pub first_page: usize,
    /// The archive is of an older version, and was brought up to date on the way.
    pub upgraded: bool,
}

/// Restores a backup into a directory of its own within `under`, opens the server and reads the
/// inbox's first page as a supervisor does. Leaves nothing, and clears what a killed one left in `under`.
///
/// # Errors
/// [`BackupError`]: the backup would not have come back.
pub fn rehearse(
    backup: &Path,
    under: &Path,
    ports: &Ports,
    progress: Progress<'_>,
) -> Result<Rehearsed, BackupError> {
    let began_ms = ports.clock.now_ms();
    let manifest = Manifest::read(backup)?;
    clear_left_behind(under);
    let stage = Stage::begin(under)?;
    let server = bring_back(backup, &manifest, stage.path(), ports, progress)?;
    begin_history(&server, &manifest, progress)?;
    let first_page = read_first_page(&server)?;
    let now_ms = ports.clock.now_ms();
    drop(server);
    stage.close()?;
    Ok(Rehearsed {
        age_ms: now_ms.saturating_sub(manifest.made_ms),
        took_ms: now_ms.saturating_sub(began_ms),
        upgraded: manifest.schema < KNOWN,
        first_page,
        manifest,
    })
}

fn read_first_page(server: &Server) -> Result<usize, ServerError> {
    let nobody = NewSupervisor {
        name: "Répétition".to_owned(),
        role: "agglomeration_supervisor".to_owned(),
        unit: None,
    };
    let added = server.add_supervisor(&nobody)?;
    let who = server.sign_in(&added.token).map_err(|refused| match refused {
        NotSignedIn::Server(error) => error,
        NotSignedIn::UnknownToken | NotSignedIn::SessionEnded => {
            ServerError::Defect("the token just made signs nobody in".to_owned())
        }
    })?;
    Ok(server.reports(&who, &Filter::default(), None, FIRST_PAGE)?.items.len())
}
