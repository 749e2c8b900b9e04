//! `ronde edit`: changes a draft.

use clap::Args;
use ronde_core::model::id::DocId;
use ronde_core::{Draft, Error, Notebook};

use crate::desk::Desk;
use crate::failure::Failure;
use crate::form::Form;
use crate::print::draft::{self, DraftAnswer};
use crate::reference;

/// Change a draft: the same options as `new`
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ronde edit 3f9a01bc --fact people_count=14 --statement 'Vu depuis la place.'
  ronde edit 3f9a01bc --fact people_count=          # takes the answer back
  ronde edit 3f9a01bc --drop 01ab… --person role=victime
  ronde edit 3f9a01bc --to 2026-11-23T06:00:00+01:00 --file

What was filed is never rewritten: `ronde correct` a fact, or `ronde state` more.")]
pub struct Edit {
    /// The draft
    draft: String,
    #[command(flatten)]
    form: Form,
    /// Take out a person or a vehicle, by the beginning of its id
    #[arg(long, value_name = "ID")]
    drop: Vec<String>,
    /// File it afterwards
    #[arg(long)]
    file: bool,
}

impl Edit {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let notebook = desk.open()?;
        let mut changed = unsealed(&notebook, reference::draft(&notebook, &self.draft)?)?;
        for id in &self.drop {
            let before = changed.involved.len();
            changed.involved.retain(|one| id.is_empty() || !one.id.starts_with(id.as_str()));
            if changed.involved.len() == before {
                return Err(Failure::NoSuch(id.clone()));
            }
        }
        self.form.fill(&notebook, &mut changed)?;
        notebook.save_draft(&changed)?;
        let filed = if self.file { Some(notebook.file(changed.id)) } else { None };
        draft::answer(desk, DraftAnswer::new(changed), filed)
    }
}

/// The draft of a report to be; a filed report is sealed, which is more than not found.
fn unsealed(notebook: &Notebook, id: DocId) -> Result<Draft, Error> {
    match notebook.draft(id) {
        Err(Error::NotFound(_)) if notebook.receipt(id).is_ok() => Err(Error::Sealed),
        // Words about a report are changed where they were begun.
        Ok(draft) if draft.about.is_some() => Err(Error::NotFound(id)),
        answer => answer,
    }
}
