//! `ronde divergences`: where people wrote apart, every value with its author.

use clap::Args;
use ronde_core::{ListItem, Notebook, PageKey};

use crate::desk::Desk;
use crate::failure::Failure;
use crate::{print, reference};

/// Show where people wrote apart in a report, or which reports have a divergence to settle
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ronde divergences                     # the reports with a divergence to settle
  ronde divergences 2026-000012         # each value, who wrote it, when, from which device

JSON: an array of divergences; without REPORT an array of reports as in `list`.")]
pub struct Divergences {
    /// The report
    report: Option<String>,
}

/// Reports looked through at a time.
const PAGE: u32 = 500;

impl Divergences {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let notebook = desk.open()?;
        match &self.report {
            Some(text) => {
                let found = notebook.divergences(reference::report(&notebook, text)?)?;
                desk.answer(&found, || print::divergence::all(&found))
            }
            None => {
                let open = to_settle(&notebook)?;
                desk.answer(&open, || print::list::found(&open))
            }
        }
    }
}

fn to_settle(notebook: &Notebook) -> Result<Vec<ListItem>, Failure> {
    let mut open = Vec::new();
    let mut after: Option<PageKey> = None;
    loop {
        let page = notebook.list(after, PAGE)?;
        open.extend(page.items.into_iter().filter(|item| item.row.divergences > 0));
        match page.next {
            Some(next) => after = Some(next),
            None => return Ok(open),
        }
    }
}
