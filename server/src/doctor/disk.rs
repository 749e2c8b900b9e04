//! The disk of the server's directory: room and writability, proved by a write.
//! Changes when the server needs more of its disk.

use std::io::Write;
use std::path::Path;

use super::Finding;
use super::words::size;
use crate::disk::{Room, room};
use crate::keys::database;

const SUBJECT: &str = "disk";

/// With less the server is about to stop taking in. Bytes.
const LAST_ROOM: u64 = 100 * 1024 * 1024;

/// With less, somebody should see to it, however small the archive is. Bytes.
const COMFORT: u64 = 1024 * 1024 * 1024;

pub(super) fn examine(data: &Path) -> Finding {
    let found = match room(data) {
        Ok(found) => found,
        Err(error) => {
            let says = format!("le disque de {} ne répond pas : {error}", data.display());
            return Finding::broken(SUBJECT, says, "vérifiez que le disque est monté et le dossier lisible");
        }
    };
    // An upgrade and a backup each write a copy of the archive.
    let archive = std::fs::metadata(database(data)).map_or(0, |file| file.len());
    judge(found, archive, write_something(data))
}

/// A disk is writable when it was written to.
fn write_something(data: &Path) -> std::io::Result<()> {
    let mut file = tempfile::tempfile_in(data)?;
    file.write_all(&[0x52; 64 * 1024])?;
    file.sync_all()
}

pub(super) fn judge(found: Room, archive: u64, written: std::io::Result<()>) -> Finding {
    let free = size(found.free);
    let wait = "les téléphones attendent et ne perdent rien";
    if found.read_only {
        let to_do = format!("remettez le disque en écriture (mount -o remount,rw) ; {wait}");
        return Finding::broken(SUBJECT, "le disque est en lecture seule", to_do);
    }
    if let Err(error) = written {
        let to_do = format!("libérez de la place ou rendez le dossier accessible en écriture ; {wait}");
        return Finding::broken(SUBJECT, format!("le disque refuse une écriture : {error}"), to_do);
    }
    if found.free < LAST_ROOM {
        let to_do = format!("libérez de la place maintenant ; une fois plein, {wait}");
        return Finding::broken(SUBJECT, format!("il ne reste que {free}"), to_do);
    }
    if found.free < COMFORT.max(archive.saturating_mul(2)) {
        let says = format!("il reste {free}, l'archive en occupe {}", size(archive));
        let to_do =
            "prévoyez de la place : une sauvegarde ici ou une mise à jour écrit une copie de l'archive";
        return Finding::attention(SUBJECT, says, to_do);
    }
    Finding::ok(
        SUBJECT,
        format!("{free} libres, l'archive occupe {}, l'écriture est possible", size(archive)),
    )
}

#[cfg(test)]
mod tests {
    use super::super::State;
    use super::*;

    const GB: u64 = 1_000_000_000;

    fn state(free: u64, read_only: bool, archive: u64, written: std::io::Result<()>) -> State {
        let finding = judge(Room { free, total: 100 * GB, read_only }, archive, written);
        assert_eq!(finding.to_do.is_some(), finding.state != State::Ok, "{finding:?}");
        finding.state
    }

    #[test]
    fn a_disk_is_judged_by_the_room_that_a_copy_of_the_archive_needs() {
        let full = || Err(std::io::Error::from(std::io::ErrorKind::StorageFull));
        assert_eq!(state(50 * GB, false, GB, Ok(())), State::Ok);
        assert_eq!(state(50 * GB, false, 30 * GB, Ok(())), State::Attention);
        assert_eq!(state(GB / 2, false, 0, Ok(())), State::Attention);
        assert_eq!(state(GB / 20, false, 0, Ok(())), State::Broken);
        assert_eq!(state(50 * GB, false, GB, full()), State::Broken);
        assert_eq!(state(50 * GB, true, GB, Ok(())), State::Broken);
    }
}
