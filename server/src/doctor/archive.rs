//! The archive: its versions, whether it is whole and takes a write, what waits in it.
//! Changes when an archive can be asked more.

use std::path::Path;

use super::Finding;
use super::words::{age, size};
use crate::archive::sqlite::{Inspector, KNOWN, copy_of_version};
use crate::error::ArchiveError;
use crate::keys::database;

const DAY_MS: i64 = 86_400_000;

/// What was set aside before is known to its supervisors.
const NEWS_FOR_MS: i64 = 7 * DAY_MS;

pub(super) fn unopened(error: &ArchiveError) -> Finding {
    let to_do = match error {
        ArchiveError::Newer { .. } => {
            "installez la version de ronde-server qui l'a écrite, ou une plus récente"
        }
        ArchiveError::WrongKey => "remettez archive.key et archive.check depuis la dernière sauvegarde",
        ArchiveError::Corrupt(_) => {
            "arrêtez serve, gardez ce dossier tel quel, restaurez la dernière sauvegarde ailleurs"
        }
        ArchiveError::ReadOnly => "voyez la ligne du disque",
        ArchiveError::Busy => "réessayez ; si cela dure, regardez quel programme la tient",
        _ => "regardez le disque et les droits du dossier ; sinon restaurez la dernière sauvegarde ailleurs",
    };
    Finding::broken("archive", format!("l'archive ne s'ouvre pas : {error}"), to_do)
}

pub(super) fn versions(inspector: &Inspector, data: &Path) -> Finding {
    const SUBJECT: &str = "versions";
    let program = env!("CARGO_PKG_VERSION");
    let read = inspector.facts().and_then(|facts| Ok((facts.version, inspector.engines()?)));
    let (version, (sqlite, cipher)) = match read {
        Ok(read) => read,
        Err(error) => return unopened(&error),
    };
    let says =
        format!("ronde-server {program}, archive version {version}, SQLite {sqlite}, SQLCipher {cipher}");
    if version < KNOWN {
        let to_do = format!(
            "rien si l'ancien programme sert encore ; sinon le prochain démarrage la met à jour en version {KNOWN}, \
             après en avoir gardé une copie à côté"
        );
        return Finding::attention(SUBJECT, says, to_do);
    }
    let copies = (1..KNOWN).map(|version| copy_of_version(&database(data), version));
    let kept = copies.filter_map(|copy| Some((copy.metadata().ok()?.len(), copy)));
    let kept: Vec<String> =
        kept.map(|(bytes, copy)| format!("{} ({})", copy.display(), size(bytes))).collect();
    if kept.is_empty() {
        return Finding::ok(SUBJECT, says);
    }
    let kept = kept.join(", ");
    Finding::ok(SUBJECT, format!("{says} ; copie d'avant la mise à jour, à supprimer quand tout va : {kept}"))
}

pub(super) fn integrity(inspector: &Inspector, deep: bool, progress: &mut dyn FnMut(u64)) -> Finding {
    const SUBJECT: &str = "archive";
    let checked = if deep {
        inspector
            .check_pages()
            .and_then(|()| inspector.check_numbers())
            .and_then(|()| inspector.check_envelopes(progress))
            .map(|count| {
                format!("chaque page et chacune des {count} enveloppes sont intactes, aucun numéro ne manque")
            })
    } else {
        inspector.check_quickly().map(|()| "la fin de l'archive est intacte (--deep relit tout)".to_owned())
    };
    match checked {
        Ok(says) => Finding::ok(SUBJECT, says),
        Err(error @ ArchiveError::Corrupt(_)) => {
            let to_do = "arrêtez serve, gardez ce dossier tel quel, restaurez la dernière sauvegarde ailleurs : \
                         les téléphones redonnent ce qui lui manque";
            Finding::broken(SUBJECT, format!("l'archive est abîmée : {error}"), to_do)
        }
        Err(error) => unopened(&error),
    }
}

pub(super) fn writing(inspector: &Inspector) -> Finding {
    const SUBJECT: &str = "archive-write";
    match inspector.prove_writable() {
        Ok(()) => Finding::ok(SUBJECT, "l'archive prend une écriture durable"),
        Err(ArchiveError::Busy) => {
            let to_do = "réessayez ; si cela dure, regardez quel programme la tient";
            Finding::attention(SUBJECT, "l'archive est occupée", to_do)
        }
        Err(error) => {
            let to_do = "voyez la ligne du disque ; les téléphones attendent et ne perdent rien";
            Finding::broken(SUBJECT, format!("l'archive refuse une écriture : {error}"), to_do)
        }
    }
}

pub(super) fn held(inspector: &Inspector, now_ms: i64) -> Finding {
    const SUBJECT: &str = "held";
    let held = match inspector.held() {
        Ok(held) => held,
        Err(error) => return unopened(&error),
    };
    let says = format!("{} enveloppes à l'écart, {} en attente", held.quarantined, held.pending);
    let is_news = |ms: i64| now_ms.saturating_sub(ms) < NEWS_FOR_MS;
    let waits_ms = held.oldest_pending_ms.map_or(0, |ms| now_ms.saturating_sub(ms));
    if waits_ms > DAY_MS {
        let says = format!("{says}, la plus ancienne attend depuis {}", age(waits_ms));
        let to_do = "ronde-server quarantine list : il manque un dépôt d'un téléphone qui n'a plus donné signe, \
                     ou une version plus récente du serveur";
        return Finding::attention(SUBJECT, says, to_do);
    }
    if held.newest_quarantined_ms.is_some_and(is_news) {
        let to_do = "un superviseur les voit : ronde-server quarantine list";
        return Finding::attention(SUBJECT, format!("{says}, dont de cette semaine"), to_do);
    }
    Finding::ok(SUBJECT, says)
}

/// Rows of the inbox as an older program made them: the start after an upgrade could not make them again.
pub(super) fn incomplete(inspector: &Inspector) -> Option<Finding> {
    match inspector.incomplete_rows() {
        Ok(0) => None,
        Ok(count) => {
            let says = match count {
                1 => "1 ligne de la boîte attend d'être refaite".to_owned(),
                _ => format!("{count} lignes de la boîte attendent d'être refaites"),
            };
            let says = format!("{says} : la recherche et l'état peuvent y être incomplets");
            let to_do = "libérez de la place s'il en manque et redémarrez serve, qui les refait ; s'il en reste, \
                         doctor --deep dit si une enveloppe est abîmée";
            Some(Finding::attention("inbox", says, to_do))
        }
        Err(error) => Some(unopened(&error)),
    }
}
