//! `ronde state`: one agent's words, never blended with another's.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use crate::desk::Desk;
use crate::failure::Failure;
use crate::form::words_of;
use crate::print::act::{self, Act};
use crate::reference;

/// Add your statement (constatations) to a report
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("words").required(true).args(["text", "text_file"]),
    override_usage = "ronde state [OPTIONS] <REPORT> <--text TEXT | --text-file FILE>",
    after_help = "\
Examples:
  ronde state 2026-000012 --text 'Arrivé à 22 h 10, les deux groupes se dispersaient.'
  ronde state 2026-000012 --text-file constat.txt --supersedes abcdefghijklmnopqrstuvwxyz

A statement is kept as it is. One that supersedes another of yours does not hide it."
)]
pub struct State {
    /// The report
    report: String,
    /// The words
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    text: Option<String>,
    /// The same, from a file of UTF-8 text; - is the standard input
    #[arg(long, value_name = "FILE")]
    text_file: Option<PathBuf>,
    /// Whose words these are, when they are not yours
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    source_author: Option<String>,
    /// An earlier statement of yours, by the id `show --json` gives
    #[arg(long, value_name = "ID")]
    supersedes: Option<String>,
}

impl State {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let words = match (&self.text_file, self.text) {
            (Some(path), _) => words_of(path)?,
            (None, text) => text.unwrap_or_default(),
        };
        if words.trim().is_empty() {
            return Err(Failure::Usage("a statement has words".into()));
        }
        let notebook = desk.open()?;
        let report = reference::report(&notebook, &self.report)?;
        let envelope =
            notebook.state(report, &words, self.source_author.as_deref(), self.supersedes.as_deref())?;
        desk.answer(&Act { report, envelope }, || act::stated(report))
    }
}
