//! The next start after a power cut: does it open, is everything acknowledged there and whole, can a
//! person go on. Refuses to know where the disk came from. Changes when there is more to ask of it.

use std::collections::BTreeSet;

use ronde_core::{Error, KeyVault};
use ronde_model::id::Eid;
use ronde_server::error::{ArchiveError, ServerError};
use ronde_tests::world::{MINUTE, Wire, WorldVault, now};
use rusqlite::{Connection, OpenFlags};

use crate::life::Promise;
use crate::picture::{Difference, Picture};
use crate::stage::Stage;
use crate::trouble::Trouble;
use crate::watch::Side;

/// What can be wrong with a disk found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wrong {
    /// Something acknowledged is not there, or not as it was.
    Lost,
    /// It does not open, or SQLite or SQLCipher finds it damaged.
    Corrupt,
    /// Half of a step is there, or two places do not agree.
    Torn,
    /// All is there, and a person cannot go on.
    Unusable,
}

/// How much is asked of one disk.
#[derive(Debug, Clone, Copy, Default)]
pub struct Depth {
    /// SQLCipher's and SQLite's own checks of every page.
    pub integrity: bool,
    /// A whole synchronisation with the other side, and caches made again.
    pub meeting: bool,
}

pub type Verdict = Result<(), (Wrong, String)>;

/// Starts the program on a disk found and holds it against what was promised.
pub fn examine(stage: &mut Stage, side: Side, promise: &Promise<'_>, depth: Depth) -> Verdict {
    if depth.integrity && promise.kept.is_some() {
        intact(stage, side).map_err(|words| (Wrong::Corrupt, words))?;
    }
    if let Err(trouble) = stage.start(side) {
        return match promise.kept {
            None if is_no_server(&trouble) => Ok(()),
            _ => Err((Wrong::Corrupt, format!("it does not open: {trouble}"))),
        };
    }
    let seen = look(stage, side)?;
    if let Some(kept) = promise.kept
        && let Some((difference, words)) = seen.difference(kept, &promise.next)
    {
        let wrong = match difference {
            Difference::Lost => Wrong::Lost,
            Difference::Torn => Wrong::Torn,
        };
        return Err((wrong, words));
    }
    goes_on(stage, side, &seen, depth.meeting)
}

fn look(stage: &Stage, side: Side) -> Result<Picture, (Wrong, String)> {
    match stage.look(side) {
        Ok(Some(seen)) => Ok(seen),
        Ok(None) => Err((Wrong::Unusable, "the program does not run".into())),
        Err(Trouble::Astray(words)) => Err((Wrong::Torn, words)),
        Err(trouble) => Err((Wrong::Corrupt, trouble.to_string())),
    }
}

/// An `init` that had not answered leaves nothing, or something that says that it is nothing.
fn is_no_server(trouble: &Trouble) -> bool {
    let Trouble::Server(error) = trouble else { return false };
    matches!(error, ServerError::NotInitialised(_) | ServerError::Archive(ArchiveError::Corrupt(_)))
        || matches!(error, ServerError::Archive(ArchiveError::Failed(_)))
}

fn goes_on(stage: &mut Stage, side: Side, seen: &Picture, meeting: bool) -> Verdict {
    let unusable = |trouble: Trouble| (Wrong::Unusable, trouble.to_string());
    match side {
        Side::Phone => writes(stage).map_err(unusable)?,
        Side::Server => {
            stage.invite("Nadia Petit", None).map_err(unusable)?;
        }
    }
    if meeting {
        if side == Side::Server {
            rebuilds(stage, seen).map_err(unusable)?;
        }
        meets(stage, side).map_err(unusable)?;
    }
    Ok(())
}

/// A report more, found again in list, search and ledger.
fn writes(stage: &mut Stage) -> Result<(), Trouble> {
    // A later hour: the report stands first in the list.
    stage.clock.pass(MINUTE);
    let notebook = stage.notebook()?;
    let before = notebook.own_ledger()?.len();
    let mut draft = notebook.new_draft("waste.bulky")?;
    draft.statement = stage.words(60);
    notebook.save_draft(&draft)?;
    match notebook.file(draft.id) {
        Err(Error::NotEnrolled) => return Ok(()),
        filed => filed?,
    };
    let listed = notebook.list(None, 1)?.items.iter().any(|item| item.row.doc == draft.id);
    let words: String = draft.statement.chars().take_while(|letter| *letter != ' ').collect();
    let found = notebook.search(&words, 500)?.iter().any(|item| item.row.doc == draft.id);
    let written = notebook.own_ledger()?.len();
    match listed && found && written == before + 1 {
        true => Ok(()),
        false => {
            Err(Trouble::Astray(format!("filed, and listed {listed}, found {found}, written {written}")))
        }
    }
}

/// Snapshots and rows are caches of the envelopes: made again, they say the same.
fn rebuilds(stage: &mut Stage, seen: &Picture) -> Result<(), Trouble> {
    stage.server()?.rebuild()?;
    let again = stage.look(Side::Server)?.unwrap_or_default();
    match again.difference(seen, &[]) {
        Some((_, words)) => Err(Trouble::Astray(format!("caches made again say something else: {words}"))),
        None => Ok(()),
    }
}

/// A whole synchronisation: every envelope of the phone is in the archive once, and a phone that is
/// new sees what the archive has.
fn meets(stage: &mut Stage, side: Side) -> Result<(), Trouble> {
    let server = stage.server()?;
    let notebook = stage.notebook()?;
    if notebook.identity()?.is_none() {
        if side == Side::Server || stage.notes.code.is_none() {
            return Ok(());
        }
        // The code of the invitation stays good for the phone that was enrolling with it.
        stage.enrol()?;
    }
    if server.devices()?.iter().any(|device| device.revoked_ms.is_some()) {
        return Ok(());
    }
    stage.synchronise()?;
    let stored: BTreeSet<Eid> = server.stored()?.iter().map(|envelope| envelope.eid).collect();
    if let Some((eid, _)) = notebook.own_ledger()?.iter().find(|(eid, _)| !stored.contains(eid)) {
        return Err(Trouble::Astray(format!("{eid} was written here and is not in the archive")));
    }
    if side == Side::Server {
        let newcomer = stage.colleague("Omar Diallo")?;
        now(newcomer.notebook.sync_over(&Wire::new(server.clone())))?;
        let who = stage.supervisor()?;
        let filter = ronde_server::supervision::Filter::default();
        let inbox = server.reports(&who, &filter, None, 200)?.items.len();
        let listed = newcomer.notebook.list(None, 500)?.items.len();
        if inbox != listed {
            return Err(Trouble::Astray(format!("the archive has {inbox} reports, a new phone {listed}")));
        }
    }
    Ok(())
}

/// Every page as SQLCipher authenticates it and every tree as SQLite walks it.
fn intact(stage: &Stage, side: Side) -> Result<(), String> {
    let (path, key) = match side {
        Side::Phone => {
            let directory = &stage.phone.directory;
            let wrapped = std::fs::read(directory.join("notebook.key")).map_err(|e| e.to_string())?;
            let key = WorldVault.unwrap(&wrapped).map_err(|e| e.to_string())?;
            let key: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
            (directory.join("notebook.db"), key)
        }
        Side::Server => {
            let directory = &stage.office.directory;
            let key = std::fs::read_to_string(directory.join("archive.key")).map_err(|e| e.to_string())?;
            (directory.join("archive.sqlite"), key.trim().to_owned())
        }
    };
    // On a copy, so that this opening recovers nothing for the one under test.
    let copy = stage.disk(side).copy().map_err(|e| e.to_string())?;
    let check = || -> rusqlite::Result<Vec<String>> {
        let connection = Connection::open_with_flags_and_vfs(&path, OpenFlags::default(), copy.vfs())?;
        connection.execute_batch("PRAGMA cipher_log_level = NONE")?;
        connection.pragma_update(None, "key", format!("x'{key}'"))?;
        // What a journal or a log holds belongs into its place before the file's own pages can be judged.
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
        connection.query_one("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        let mut said = Vec::new();
        for pragma in ["PRAGMA cipher_integrity_check", "PRAGMA integrity_check"] {
            let mut statement = connection.prepare(pragma)?;
            let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
            said.extend(rows.collect::<Result<Vec<_>, _>>()?);
        }
        Ok(said)
    };
    match check() {
        Ok(said) if said.iter().all(|line| line == "ok") => Ok(()),
        Ok(said) => Err(said.join("; ")),
        Err(error) => Err(error.to_string()),
    }
}
