//! `ronde rescue`: saves what a damaged notebook still holds into a new one.

use std::cell::Cell;
use std::io::IsTerminal;

use clap::Args;
use ronde_core::{Error, Health, Notebook, RescueStep, Rescued};
use serde::Serialize;

use crate::desk::Desk;
use crate::failure::{Failure, LOSSES};
use crate::print;

/// Save what a damaged notebook still holds, and set the damaged file aside
#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is deleted: the damaged database is kept beside the new one under another name. The next
`ronde sync` brings back what the server has and hands over what it has not. Ends with 0 when all
was saved, with 1 when something was not: it is said what.

JSON: `needed`, and when it was: envelopes, own, reports, drafts, leases, waiting_for_enrolment,
enrolled, unreadable (what, count, sentence), aside.")]
pub struct Rescue {
    /// Even when the notebook is sound
    #[arg(long)]
    force: bool,
}

#[derive(Serialize)]
struct Answer<'a> {
    needed: bool,
    #[serde(flatten)]
    rescued: Option<&'a Rescued>,
}

impl Rescue {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let ports = desk.ports()?;
        if !self.force {
            let checkup = Notebook::doctor_of(desk.directory(), ports.clone(), true)?;
            let broken = |subject: &str| {
                checkup.findings.iter().any(|f| f.subject == subject && f.health == Health::Broken)
            };
            if !broken("database") && !broken("keys") {
                return desk.answer(&Answer { needed: false, rescued: None }, print::rescue::not_needed);
            }
        }
        let rescued = Notebook::rescue(desk.directory(), &ports, &progress(desk)).map_err(without_keys)?;
        desk.answer(&Answer { needed: true, rescued: Some(&rescued) }, || print::rescue::saved(&rescued))?;
        if rescued.unreadable.is_empty() { Ok(()) } else { Err(Failure::Unwell(LOSSES)) }
    }
}

/// What a wrong key means here, where the passphrase may well be right.
fn without_keys(error: Error) -> Failure {
    match error {
        Error::WrongKey => {
            let reason = "the passphrase is wrong, or notebook.key is damaged; nothing was changed";
            Error::KeysUnavailable { reason: reason.into() }.into()
        }
        other => other.into(),
    }
}

/// A line at each tenth, for a person at a terminal.
fn progress(desk: &Desk) -> impl Fn(RescueStep) + use<> {
    let (told, shown) = (Cell::new(None), !desk.json() && std::io::stderr().is_terminal());
    move |step| {
        let tenth = print::rescue::tenth(step);
        if shown && told.replace(Some(tenth)) != Some(tenth) {
            eprintln!("{}", print::rescue::step(step));
        }
    }
}
