//! How old the newest backup is, and whether what it was put into still looks like it.
//! Changes when the server knows more of its backups.

use std::path::Path;

use super::Finding;
use super::words::age;
use crate::backup::{Manifest, last_backup};

const SUBJECT: &str = "backup";
const HOUR_MS: i64 = 3_600_000;

/// A day, and half of one for a night that took long.
const EXPECTED_WITHIN_MS: i64 = 36 * HOUR_MS;

/// Nobody has looked for a week.
const FORGOTTEN_AFTER_MS: i64 = 8 * 24 * HOUR_MS;

pub(super) fn examine(data: &Path, now_ms: i64) -> Finding {
    let make = format!("ronde-server --data {} backup DOSSIER", data.display());
    let last = match last_backup(data) {
        Ok(Some(last)) => last,
        Ok(None) => {
            let says = "aucune sauvegarde n'a jamais été faite de ce serveur";
            return Finding::attention(SUBJECT, says, format!("{make}, chaque nuit"));
        }
        Err(error) => {
            let says = format!("la date de la dernière sauvegarde ne se lit pas : {error}");
            return Finding::attention(SUBJECT, says, make);
        }
    };
    let place = last.directory.display();
    let old_ms = now_ms.saturating_sub(last.made_ms);
    let says = format!("la dernière sauvegarde a {} ({place})", age(old_ms));
    if old_ms > FORGOTTEN_AFTER_MS {
        return Finding::broken(
            SUBJECT,
            says,
            format!("{make}, et regardez pourquoi la tâche ne tourne plus"),
        );
    }
    if old_ms > EXPECTED_WITHIN_MS {
        return Finding::attention(SUBJECT, says, format!("{make}, et regardez si la tâche de nuit tourne"));
    }
    // Taken elsewhere since, it is not here any more, and that is as it should be.
    if last.directory.exists()
        && let Err(error) = Manifest::read(&last.directory)
    {
        let says = format!("{says}, mais elle n'est plus entière : {error}");
        return Finding::broken(SUBJECT, says, make);
    }
    Finding::ok(SUBJECT, says)
}
