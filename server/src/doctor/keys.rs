//! The key files: there, readable, and by their owner alone. Changes when a key may live elsewhere.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use super::Finding;
use crate::error::ServerError;
use crate::keys::{DATABASE, KEY_FILES};

const SUBJECT: &str = "keys";

pub(super) fn examine(data: &Path, opened: Result<(), &ServerError>) -> Finding {
    if let Err(error) = opened {
        let says = format!("les clés ne se lisent pas : {error}");
        let to_do = "remettez les fichiers de clés depuis la dernière sauvegarde, sans toucher au reste";
        return Finding::broken(SUBJECT, says, to_do);
    }
    let open_to_others = |name: &&str| {
        let mode = std::fs::metadata(data.join(name)).map(|found| found.permissions().mode());
        mode.is_ok_and(|mode| mode & 0o077 != 0)
    };
    let open: Vec<&str> = KEY_FILES.into_iter().chain([DATABASE]).filter(open_to_others).collect();
    if open.is_empty() {
        return Finding::ok(SUBJECT, "les clés sont là, lisibles par leur seul propriétaire");
    }
    let says = format!("d'autres comptes de cette machine peuvent lire {}", open.join(", "));
    let paths: Vec<String> = open.iter().map(|name| data.join(name).display().to_string()).collect();
    Finding::attention(SUBJECT, says, format!("chmod 600 {}", paths.join(" ")))
}
