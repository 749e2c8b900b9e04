//! `ronde-server backup`: a copy of the whole server, while it serves.

use std::path::PathBuf;

use clap::Args;
use ronde_server::backup::{Made, clear_left_behind, make};
use ronde_server::clock::SystemClock;
use serde_json::json;

use super::progress::Teller;
use super::{Desk, Failure};

/// Copy the whole server into a new directory, while it serves
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  ronde-server --data /srv/ronde backup /var/backups/ronde/$(date +%F)

DIR must not exist, or be empty. It is there whole or not at all: killed at any moment, nothing that
looks like a backup is left. What was written is read back and checked before it gets its name.
The directory holds the organisation's keys: whoever reads it can enrol devices and read every
report. It is readable by its owner alone; keep every copy of it so.")]
pub struct Backup {
    /// Where the backup goes
    #[arg(value_name = "DIR")]
    into: PathBuf,
}

impl Backup {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        clear_left_behind(&std::env::temp_dir());
        let mut teller = Teller::new(desk);
        let made = make(desk.directory()?, &self.into, &SystemClock, &mut |step| teller.tell(step))?;
        let answer = json!({"backup": made.directory, "manifest": made.manifest, "noted": made.noted});
        desk.answer(&answer, || words(&made))
    }
}

fn words(made: &Made) -> String {
    let counts = made.manifest.counts;
    let size: u64 = made.manifest.files.iter().map(|file| file.bytes).sum();
    let unnoted = if made.noted {
        ""
    } else {
        "\nattention : le dossier du serveur n'a pas pu retenir cette date, `doctor` ne la connaîtra pas"
    };
    format!(
        "sauvegarde complète et relue : {}\n{} comptes rendus, {} enveloppes, {} appareils, {} Mo\n\
         elle contient les clés de l'organisation : à garder comme elles{unnoted}",
        made.directory.display(),
        counts.reports,
        counts.envelopes,
        counts.devices,
        size.div_ceil(1_000_000),
    )
}
