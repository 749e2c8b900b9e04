//! `ronde-server restore`: a backup brought back on an empty machine, or rehearsed.

use std::path::{Path, PathBuf};

use clap::Args;
use ronde_server::Ports;
use ronde_server::backup::{Rehearsed, Restored, clear_left_behind, rehearse, restore};
use ronde_server::doctor::age;
use serde_json::json;

use super::progress::Teller;
use super::words::{calm, moment};
use super::{Desk, Failure};

/// Bring a backup back on an empty machine, or rehearse it
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ronde-server restore /var/backups/ronde/2026-11-22 --to /srv/ronde
  ronde-server restore /var/backups/ronde/2026-11-22 --rehearse

Half a backup is refused, and one of a newer version; one of an older version is brought up to date.
DATA must not exist, or be empty; killed at any moment it is whole or is not there, and the same
command may be given again. --rehearse does everything in a directory that it removes again.")]
pub struct Restore {
    /// The backup, as `backup` made it
    #[arg(value_name = "DIR")]
    backup: PathBuf,
    /// Where the server will be
    #[arg(long, value_name = "DATA", required_unless_present = "rehearse", conflicts_with = "rehearse")]
    to: Option<PathBuf>,
    /// Only show that it would come back, and how long it takes
    #[arg(long)]
    rehearse: bool,
    /// Where the rehearsal may write; the system's temporary directory by default
    #[arg(long, value_name = "DIR", requires = "rehearse")]
    under: Option<PathBuf>,
}

impl Restore {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        desk.hear_the_archive();
        clear_left_behind(&std::env::temp_dir());
        match &self.to {
            Some(to) => self.restore(desk, to),
            None => self.rehearse(desk),
        }
    }

    fn restore(&self, desk: &Desk, to: &Path) -> Result<(), Failure> {
        let mut teller = Teller::new(desk);
        let restored = restore(&self.backup, to, &Ports::default(), &mut |step| teller.tell(step))?;
        let answer = json!({
            "restored": restored.directory, "manifest": restored.manifest, "age_ms": restored.age_ms,
            "history": restored.history, "upgraded": restored.upgraded, "revoked": restored.revoked,
        });
        desk.answer(&answer, || words(&restored))
    }

    fn rehearse(&self, desk: &Desk) -> Result<(), Failure> {
        let mut teller = Teller::new(desk);
        let under = self.under.clone().unwrap_or_else(std::env::temp_dir);
        let done = rehearse(&self.backup, &under, &Ports::default(), &mut |step| teller.tell(step))?;
        let answer = json!({
            "rehearsed": true, "manifest": done.manifest, "age_ms": done.age_ms, "took_ms": done.took_ms,
            "first_page": done.first_page, "upgraded": done.upgraded,
        });
        desk.answer(&answer, || words_of_rehearsal(&done))
    }
}

/// What happens next, in words: whoever reads this has lost a machine.
fn words(restored: &Restored) -> String {
    let counts = restored.manifest.counts;
    let place = restored.directory.display();
    let mut lines = vec![
        format!("restauré dans {place} : sauvegarde du {}", moment(restored.manifest.made_ms)),
        format!("{} comptes rendus, {} appareils", counts.reports, counts.devices),
        String::new(),
        "Ce qui se passe maintenant :".to_owned(),
        format!("  1. lancez le serveur : ronde-server --data {place} serve …"),
        "  2. les téléphones redonnent d'eux-mêmes ce qu'ils tiennent et que le serveur a perdu depuis"
            .to_owned(),
        format!(
            "     la sauvegarde ({}) : rien à faire, chacun à son prochain contact ;",
            age(restored.age_ms)
        ),
        "  3. les invitations non utilisées sont annulées : refaites-les (ronde-server invite) ;".to_owned(),
        "  4. les numéros officiels sautent de 1 000, pour ne jamais redonner un numéro déjà lu ;".to_owned(),
        "  5. les révocations et les superviseurs ajoutés depuis la sauvegarde sont à refaire".to_owned(),
        "     (ronde-server device revoke, ronde-server supervisor add).".to_owned(),
    ];
    if restored.revoked.is_empty() {
        lines.push("     La sauvegarde ne connaît aucun appareil révoqué.".to_owned());
    } else {
        lines.push("     Déjà révoqués dans la sauvegarde :".to_owned());
        lines.extend(restored.revoked.iter().map(|line| {
            let since = line.revoked_ms.map(moment).unwrap_or_default();
            format!("       {} {} ({}), le {since}", line.device, calm(&line.name), calm(&line.unit))
        }));
    }
    if restored.upgraded {
        lines.push("L'archive était d'une version plus ancienne : elle a été mise à jour.".to_owned());
    }
    lines.push("L'ancien serveur, s'il revient, ne doit plus jamais être lancé.".to_owned());
    lines.join("\n")
}

fn words_of_rehearsal(done: &Rehearsed) -> String {
    let upgraded = if done.upgraded { ", mise à jour comprise" } else { "" };
    format!(
        "répétition réussie : {} comptes rendus, la première page en montre {}\n\
         la sauvegarde a {}, la restaurer a pris {} ms{upgraded}\nrien n'a été laissé",
        done.manifest.counts.reports,
        done.first_page,
        age(done.age_ms),
        done.took_ms,
    )
}
