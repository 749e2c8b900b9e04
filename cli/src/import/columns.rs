//! Which column of a file, or which place of a request, becomes which fact: the defaults that fit
//! the known sources, and what `--column` says instead. Knows no format.

use crate::failure::Failure;
use crate::{fact, moment};
use ronde_core::model::catalogue::Catalogue;
use ronde_core::model::fact::{FactValue, Position};

use super::mapping::Mapping;
use super::{ACCURACY_M, Entry, Note, Refusal};

/// Targets that are no fact of the catalogue.
const SPECIAL: [&str; 6] = ["from", "to", "lat", "lon", "statement", "statement_author"];

/// Target and source, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns(Vec<(String, String)>);

impl Columns {
    /// The defaults, each replaced by what is given for its target.
    ///
    /// # Errors
    /// `UnknownField` for a target that is neither a fact of some type nor special.
    pub fn new(defaults: &[(&str, &str)], given: &[(String, String)]) -> Result<Self, Failure> {
        let catalogue = Catalogue::shipped();
        let mut columns: Vec<(String, String)> =
            defaults.iter().map(|(target, source)| ((*target).to_owned(), (*source).to_owned())).collect();
        for (target, source) in given {
            let fact = catalogue.types().iter().any(|known| catalogue.field(&known.code, target).is_some());
            let ours = matches!(target.as_str(), "type" | "template");
            if (!fact || ours) && !SPECIAL.contains(&target.as_str()) {
                // The common facts are the near ones to offer: they fit every row.
                return Err(fact::read("other", target, "", None).err().unwrap_or_else(|| {
                    Failure::Usage(format!(
                        "--column {target}: a report's type comes from source_type and --map"
                    ))
                }));
            }
            columns.retain(|(present, _)| present != target);
            columns.push((target.clone(), source.clone()));
        }
        Ok(Columns(columns))
    }

    /// Targets with the places `find` gives their sources; a default without a place is left out.
    ///
    /// # Errors
    /// The source of a given column that has no place.
    pub fn place<P>(
        &self,
        given: &[(String, String)],
        find: impl Fn(&str) -> Option<P>,
    ) -> Result<Vec<(String, P)>, String> {
        let mut placed = Vec::new();
        for (target, source) in &self.0 {
            match find(source) {
                Some(place) => placed.push((target.clone(), place)),
                None if given.iter().any(|(named, _)| named == target) => return Err(source.clone()),
                None => {}
            }
        }
        Ok(placed)
    }

    /// Target and source, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(target, source)| (target.as_str(), source.as_str()))
    }
}

/// The cells of one row, by target.
#[derive(Debug, Default)]
pub struct Cells<'a>(pub Vec<(&'a str, String)>);

impl Cells<'_> {
    fn get(&self, target: &str) -> Option<&str> {
        let found = self.0.iter().find(|(name, _)| *name == target);
        found.map(|(_, text)| text.as_str()).filter(|text| !text.trim().is_empty())
    }

    /// The report these cells make.
    ///
    /// # Errors
    /// Why they make none.
    pub fn into_entry(self, line: u64, identity: Vec<u8>, mapping: &Mapping) -> Result<Entry, Refusal> {
        let report_type = mapping.report_type(self.get("source_type").unwrap_or_default());
        let mut entry = Entry {
            line,
            identity,
            report_type,
            facts: std::collections::BTreeMap::new(),
            from_ms: None,
            notes: Vec::new(),
            refused: Vec::new(),
        };
        self.place_facts(&mut entry)?;
        self.place_time(&mut entry)?;
        self.place_position(&mut entry)?;
        if !entry.facts.contains_key("title")
            && let Some(theirs) = self.get("source_type")
        {
            entry.facts.insert("title".into(), FactValue::from(theirs));
        }
        if let Some(text) = self.get("statement") {
            let author = self.get("statement_author").map(str::to_owned);
            entry.notes.push(Note { text: text.to_owned(), author });
        }
        Ok(entry)
    }

    fn place_facts(&self, entry: &mut Entry) -> Result<(), Refusal> {
        for (target, text) in &self.0 {
            if text.trim().is_empty() || SPECIAL.contains(target) {
                continue;
            }
            let refuse = |reason: String| Refusal::new(entry.line, "form", reason);
            // A file names a commune by its code.
            match fact::read(&entry.report_type, target, text, None) {
                Ok(Ok(value)) => {
                    entry.facts.insert((*target).to_owned(), value);
                }
                Ok(Err(problems)) => {
                    let said: Vec<String> = problems.into_iter().map(|problem| problem.fr).collect();
                    return Err(refuse(said.join(" ")));
                }
                Err(_) => {
                    return Err(refuse(format!(
                        "« {target} » n’est pas une donnée de {}",
                        entry.report_type
                    )));
                }
            }
        }
        Ok(())
    }

    fn place_time(&self, entry: &mut Entry) -> Result<(), Refusal> {
        let read = |target: &str| match self.get(target) {
            None => Ok(None),
            Some(text) => moment::read(text).map(Some).ok_or_else(|| {
                Refusal::new(
                    entry.line,
                    "date",
                    format!("« {text} » n’est pas un moment RFC 3339 avec son décalage"),
                )
            }),
        };
        let (from, to) = (read("from")?, read("to")?);
        let Some(from) = from.or(to) else { return Ok(()) };
        if to.is_some_and(|to| to.ms < from.ms) {
            return Err(Refusal::new(entry.line, "date", "la fin précède le début"));
        }
        entry.from_ms = Some(from.ms);
        entry.facts.insert("occurred".into(), FactValue::Bytes(moment::period(from, to).to_bytes()));
        Ok(())
    }

    fn place_position(&self, entry: &mut Entry) -> Result<(), Refusal> {
        let (lat, lon) = match (self.get("lat"), self.get("lon")) {
            (None, None) => return Ok(()),
            (lat, lon) => (lat.unwrap_or_default(), lon.unwrap_or_default()),
        };
        let degrees = |text: &str| text.trim().parse::<f64>().ok();
        let fix = degrees(lat)
            .zip(degrees(lon))
            .and_then(|(lat, lon)| Position::from_degrees(lat, lon, ACCURACY_M));
        let Some(fix) = fix else {
            let said = format!("« {lat}, {lon} » n’est pas une latitude et une longitude");
            return Err(Refusal::new(entry.line, "position", said));
        };
        let provider = Some("import".to_owned());
        entry.facts.insert("position".into(), FactValue::Bytes(Position { provider, ..fix }.to_bytes()));
        Ok(())
    }
}
