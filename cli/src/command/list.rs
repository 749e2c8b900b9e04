//! `ronde list`: reports, newest first, page by page.

use clap::Args;
use ronde_core::{ListItem, PageKey};

use crate::desk::Desk;
use crate::failure::Failure;
use crate::print;

/// List reports, newest first
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ronde list --limit 20
  ronde list --after 1764000000000:019abcde…      # the page after, as `next` said
  ronde list --all --json | jq -r '.items[].title'

JSON: {\"items\": [report…], \"next\": cursor or null}.")]
pub struct List {
    /// Reports a page
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    limit: u32,
    /// Begin after this cursor
    #[arg(long, value_name = "CURSOR", value_parser = cursor)]
    after: Option<PageKey>,
    /// Every page
    #[arg(long)]
    all: bool,
}

impl List {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let notebook = desk.open()?;
        let mut after = self.after;
        let mut shown = 0;
        // Written page by page: ten thousand reports take the memory of one page.
        loop {
            let page = notebook.list(after, self.limit)?;
            after = page.next;
            if desk.json() {
                desk.write(&in_json(&page.items, shown == 0)?)?;
            } else {
                desk.write(&print::list::table(&page.items))?;
            }
            shown += page.items.len();
            if !self.all || after.is_none() {
                break;
            }
        }
        let next = after.map(|key| format!("{}:{}", key.recorded_ms, key.doc));
        let end = match (desk.json(), next) {
            (true, Some(next)) => format!("],\"next\":\"{next}\"}}\n"),
            (true, None) => "],\"next\":null}\n".to_owned(),
            (false, next) => print::list::footer(shown, next.as_deref()),
        };
        desk.write(&end)
    }
}

fn in_json(items: &[ListItem], first: bool) -> Result<String, Failure> {
    let mut text = String::from(if first { "{\"items\":[" } else { "" });
    for (place, item) in items.iter().enumerate() {
        if place > 0 || !first {
            text.push(',');
        }
        let item = serde_json::to_string(item).map_err(|error| Failure::Defect(format!("list: {error}")))?;
        text.push_str(&item);
    }
    Ok(text)
}

/// `recorded_ms:doc`, as the page before said.
fn cursor(text: &str) -> Result<PageKey, String> {
    let wrong = || "expected a cursor as `next` said it: MS:ID".to_owned();
    let (recorded_ms, doc) = text.split_once(':').ok_or_else(wrong)?;
    let recorded_ms = recorded_ms.parse().map_err(|_| wrong())?;
    Ok(PageKey { recorded_ms, doc: doc.parse().map_err(|_| wrong())? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_printed() {
        let id = "019abcde123470008000aabbccddeeff";
        let key = cursor(&format!("-5:{id}")).unwrap();
        assert_eq!((key.recorded_ms, key.doc.to_string()), (-5, id.to_owned()));
        for wrong in ["", "5", ":", "x:y", &format!("5:{id}0")] {
            assert!(cursor(wrong).is_err(), "{wrong}");
        }
    }
}
