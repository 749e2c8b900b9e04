//! `ronde doctor`: looks the notebook over.

use clap::Args;
use ronde_core::{Health, Notebook};

use crate::desk::Desk;
use crate::failure::{ATTENTION, BROKEN, Failure};
use crate::print;

/// Look the notebook over: disk, clock, database, lease, last contact, what waits
#[derive(Debug, Args)]
#[command(after_help = "\
Ends with 0 when all is well, with 1 when something asks for attention, with 7 when something does
not work. Nothing is changed.

JSON: `health` (ok, attention, broken) and `findings`, each with subject, health and sentence.")]
pub struct Doctor {
    /// Read every page and every envelope again
    #[arg(long)]
    deep: bool,
}

impl Doctor {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let checkup = Notebook::doctor_of(desk.directory(), desk.ports()?, self.deep)?;
        desk.answer(&checkup, || print::doctor::checkup(&checkup))?;
        match checkup.health {
            Health::Ok => Ok(()),
            Health::Attention => Err(Failure::Unwell(ATTENTION)),
            Health::Broken => Err(Failure::Unwell(BROKEN)),
        }
    }
}
