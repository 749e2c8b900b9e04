//! `ronde decide`: the author's side settles a divergence; the decision is itself a signed change.

use clap::{ArgGroup, Args};
use ronde_core::Error;
use ronde_core::model::divergence::Divergence;
use ronde_core::model::fact::FactValue;
use ronde_core::model::territory::Territory;
use serde::Serialize;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::{commune, fact, print, reference};

/// Settle a divergence, on the author's side: every value stays in the history
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("what").required(true).args(["value", "take"]),
    override_usage = "ronde decide [OPTIONS] <REPORT> <KEY> <VALUE | --take N>",
    after_help = "\
Examples:
  ronde decide 2026-000012 people_count 12       # this value holds, written or not
  ronde decide 2026-000012 people_count --take 2 # the second value `ronde divergences` shows

JSON: {\"report\", \"key\", \"envelope\"}; envelope is null when the value stood already."
)]
pub struct Decide {
    /// The report
    report: String,
    /// The fact, or the whole key
    key: String,
    /// The value that holds
    #[arg(allow_negative_numbers = true)]
    value: Option<String>,
    /// The value of this place in `ronde divergences`
    #[arg(long, value_name = "N")]
    take: Option<usize>,
}

#[derive(Serialize)]
struct Decided {
    report: ronde_core::model::id::DocId,
    key: String,
    envelope: Option<ronde_core::model::id::Eid>,
}

impl Decide {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let notebook = desk.open()?;
        let report = reference::report(&notebook, &self.report)?;
        let key = if self.key.contains('/') { self.key.clone() } else { format!("facts/{}", self.key) };
        let detail = notebook.read(report)?;
        let divergence = detail
            .divergences
            .iter()
            .find(|divergence| divergence.key == key)
            .ok_or_else(|| Failure::NoDivergence(key.clone()))?;
        let value = match (&self.value, self.take) {
            (Some(text), _) => {
                typed(&detail.item.row.report_type, &key, text, commune::map(&notebook)?.as_ref())?
            }
            (None, place) => taken(divergence, place.unwrap_or(0))?,
        };
        let envelope = notebook.decide(report, &detail.heads, &key, value)?;
        desk.answer(&Decided { report, key: key.clone(), envelope }, || {
            print::act::decided(report, &key, envelope)
        })
    }
}

fn taken(divergence: &Divergence, place: usize) -> Result<FactValue, Failure> {
    let count = divergence.voices.len();
    let voice = place.checked_sub(1).and_then(|place| divergence.voices.get(place));
    voice
        .map(|voice| voice.value.clone())
        .ok_or_else(|| Failure::Usage(format!("--take is 1 to {count} here")))
}

fn typed(report_type: &str, key: &str, text: &str, map: Option<&Territory>) -> Result<FactValue, Failure> {
    match key.strip_prefix("facts/") {
        Some(name) => {
            fact::read(report_type, name, text, map)?.map_err(|problems| Error::FixForm(problems).into())
        }
        None => Ok(FactValue::Text(text.to_owned())),
    }
}
