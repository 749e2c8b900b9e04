//! `ronde correct`: a signed change of facts, shown against version 1.

use std::collections::BTreeMap;

use clap::Args;
use ronde_core::model::fact::{FactValue, Period};
use serde::Serialize;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::form::WhenAndWhere;
use crate::{commune, fact, involved, print, reference};

/// Correct facts of a filed report; what was filed stays readable
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ronde correct 2026-000012 --fact people_count=12 --fact injuries=light
  ronde correct 3f9a01bc --to 2026-11-23T06:10:00+01:00
  ronde correct 3f9a01bc --fact vehicle/01ab…/plate=AB-123-CD

Several facts at once are one signed change. The author and the author's unit may correct.
JSON: {\"report\", \"envelope\"}; envelope is null when nothing changed.")]
pub struct Correct {
    /// The report
    report: String,
    /// A fact, or the whole key of a person's or vehicle's field; nothing after the = takes the
    /// answer back
    #[arg(long = "fact", value_name = "KEY=VALUE", value_parser = fact::pair, allow_hyphen_values = true)]
    facts: Vec<(String, String)>,
    #[command(flatten)]
    when_and_where: WhenAndWhere,
}

#[derive(Serialize)]
struct Corrected {
    report: ronde_core::model::id::DocId,
    envelope: Option<ronde_core::model::id::Eid>,
}

impl Correct {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let notebook = desk.open()?;
        let report = reference::report(&notebook, &self.report)?;
        let detail = notebook.read(report)?;
        let (whole, short): (Vec<_>, Vec<_>) =
            self.facts.into_iter().partition(|(key, _)| key.contains('/') && !key.starts_with("facts/"));
        let short: Vec<(String, String)> = short
            .into_iter()
            .map(|(key, value)| (key.trim_start_matches("facts/").to_owned(), value))
            .collect();
        let stands = detail.facts.get("facts/occurred").and_then(|shown| shown.value.as_bytes());
        let mut facts =
            fact::read_all(&detail.item.row.report_type, &short, commune::map(&notebook)?.as_ref())?;
        facts.extend(self.when_and_where.read(stands.and_then(Period::from_bytes))?);
        let mut puts: BTreeMap<String, FactValue> =
            facts.into_iter().map(|(name, value)| (format!("facts/{name}"), value)).collect();
        for (key, value) in whole {
            if !detail.facts.contains_key(&key) {
                return Err(Failure::NoSuch(key));
            }
            let value = involved::value(&key, &value);
            puts.insert(key, value);
        }
        if puts.is_empty() {
            return Err(Failure::Usage("nothing to correct: give --fact, --at, --from or --to".into()));
        }
        let envelope = notebook.correct(report, &detail.heads, &puts)?;
        desk.answer(&Corrected { report, envelope }, || print::act::corrected(report, envelope))
    }
}
