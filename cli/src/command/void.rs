//! `ronde void`: a mistaken filing is voided with a reason, never deleted.

use clap::Args;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::print::act::{self, Act};
use crate::reference;

/// Void a report of yours that was filed by mistake; it stays readable
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  ronde void 2026-000012 --reason 'Déposé deux fois, voir 2026-000011'")]
pub struct Void {
    /// The report
    report: String,
    /// Why
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    reason: String,
}

impl Void {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        if self.reason.trim().is_empty() {
            return Err(Failure::Usage("a report is voided with a reason".into()));
        }
        let notebook = desk.open()?;
        let report = reference::report(&notebook, &self.report)?;
        let envelope = notebook.void(report, &self.reason)?;
        desk.answer(&Act { report, envelope }, || act::voided(report))
    }
}
