//! `ronde history`: who wrote what, when, from which device.

use clap::Args;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::{print, reference};

/// Tell who wrote what, when, from which device
#[derive(Debug, Args)]
pub struct History {
    /// The report
    report: String,
}

impl History {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let notebook = desk.open()?;
        let steps = notebook.history(reference::report(&notebook, &self.report)?)?;
        desk.answer(&steps, || print::history::table(&steps))
    }
}
