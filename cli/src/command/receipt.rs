//! `ronde receipt`: what proves that the server holds a report.

use clap::Args;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::{print, reference};

/// Show what proves that the server holds a report
#[derive(Debug, Args)]
pub struct Receipt {
    /// The report
    report: String,
}

impl Receipt {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let notebook = desk.open()?;
        let receipt = notebook.receipt(reference::report(&notebook, &self.report)?)?;
        desk.answer(&receipt, || print::receipt::page(&receipt))
    }
}
