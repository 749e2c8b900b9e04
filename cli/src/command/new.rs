//! `ronde new`: begins a report, and files it at once when asked to.

use clap::Args;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::form::{self, Form};
use crate::print::draft::{self, DraftAnswer};

/// Begin a report: a draft, or with --file a report filed at once
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ronde new nuisance.noise_night --fact noise_source=party --fact audible_from=street
  ronde new youth.brawl --fact people_count=12 --at 48.4469,1.4892,5 \\
        --from 2026-11-23T05:40:00+01:00 --person role=témoin,age_band=18-25 \\
        --vehicle plate=AB-123-CD,colour=bleu --statement 'Vu depuis la place.' --file

`ronde types` lists the types, `ronde types TYPE` its facts. A draft needs no enrolment; filing
does. An unfinished form never prevents filing, a wrong value does: then the draft is kept.")]
pub struct New {
    /// The type's code, e.g. waste.bulky
    #[arg(value_name = "TYPE")]
    report_type: String,
    #[command(flatten)]
    form: Form,
    /// File it at once
    #[arg(long)]
    file: bool,
}

impl New {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        // A wrong type makes no notebook either.
        crate::fact::report_type(&self.report_type)?;
        let notebook = desk.open_or_make()?;
        let made = form::begin(&notebook, &self.report_type, &self.form)?;
        let filed = if self.file { Some(notebook.file(made.id)) } else { None };
        draft::answer(desk, DraftAnswer::new(made), filed)
    }
}
