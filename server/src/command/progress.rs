//! How long work is told on the standard error, to people only. Changes with the wording.

use ronde_server::backup::Step;

use super::Desk;

/// Tells each step once, and a copy by tenths.
pub struct Teller {
    silent: bool,
    last: String,
}

impl Teller {
    /// Silent when answers are for programs.
    pub fn new(desk: &Desk) -> Self {
        Teller { silent: desk.json(), last: String::new() }
    }

    /// Tells a step, unless it was just told.
    pub fn tell(&mut self, step: Step) {
        let words = match step {
            Step::Pages { done, total } => {
                format!("copie de l'archive : {} %", (done * 10 / total.max(1)) * 10)
            }
            Step::File(name) => format!("copie de {name}"),
            Step::Checking => "vérification de chaque page".to_owned(),
            Step::Envelopes(checked) if checked % 10_000 != 0 => return,
            Step::Envelopes(checked) => format!("enveloppes vérifiées : {checked}"),
            Step::Manifest => "écriture du manifeste".to_owned(),
            Step::History => "ouverture d'un nouvel historique".to_owned(),
            Step::Naming => "mise en place".to_owned(),
        };
        if !self.silent && words != self.last {
            eprintln!("{words}");
            self.last = words;
        }
    }
}
