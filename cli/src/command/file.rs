//! `ronde file`: Déposer.

use clap::Args;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::{print, reference};

/// File a draft: returns when the report is durable on this device
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  ronde file 3f9a01bc

Filing the same draft again answers the same report.")]
pub struct File {
    /// The draft
    draft: String,
}

impl File {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let notebook = desk.open()?;
        let filed = notebook.file(reference::draft(&notebook, &self.draft)?)?;
        desk.answer(&filed, || print::draft::filed(&filed))
    }
}
