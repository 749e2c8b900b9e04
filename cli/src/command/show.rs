//! `ronde show`: a report, whole, as a person wants to read it.

use clap::Args;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::print::report::{self, ReportAnswer};
use crate::reference;

/// Show a report: facts, statements, divergences, history
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ronde show 2026-000012
  ronde show 3f9a01bc --json | jq '.read[\"facts/position\"]'

JSON: the report as the phone's screen receives it, `read` (key → label and words, in French) and
`history`.")]
pub struct Show {
    /// The report
    report: String,
}

impl Show {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let notebook = desk.open()?;
        let doc = reference::report(&notebook, &self.report)?;
        let answer = ReportAnswer::new(notebook.read(doc)?, notebook.history(doc)?);
        let screen = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
        // As a value each key stands once: the counts of the list give way to what they count.
        let value =
            serde_json::to_value(&answer).map_err(|error| Failure::Defect(format!("show: {error}")))?;
        desk.answer(&value, || report::page(&answer, screen))
    }
}
