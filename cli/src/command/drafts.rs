//! `ronde drafts`: what is being written, and nobody else can see.

use clap::Args;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::print::draft::{self, DraftAnswer};
use crate::reference;

/// List the drafts and what is begun about filed reports, or throw one away
#[derive(Debug, Args)]
pub struct Drafts {
    /// Throw this draft away; a filed report is never thrown away
    #[arg(long, value_name = "DRAFT")]
    discard: Option<String>,
}

impl Drafts {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let notebook = desk.open()?;
        if let Some(text) = &self.discard {
            notebook.discard_draft(reference::draft(&notebook, text)?)?;
        }
        let mut all = notebook.drafts()?;
        all.extend(notebook.begun()?);
        let drafts: Vec<DraftAnswer> = all.into_iter().map(DraftAnswer::new).collect();
        desk.answer(&drafts, || draft::table(&drafts))
    }
}
