//! `ronde search`: reports by the words in them.

use clap::Args;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::print;

/// Find reports by their words; accents, capitals and ligatures do not matter
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ronde search canape place billard
  ronde search -- -7 rue

JSON: an array of reports as in `list`.")]
pub struct Search {
    /// The words
    #[arg(required = true, value_name = "WORD")]
    words: Vec<String>,
    /// Reports at most
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
}

impl Search {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let notebook = desk.open()?;
        let found = notebook.search(&self.words.join(" "), self.limit)?;
        desk.answer(&found, || print::list::found(&found))
    }
}
