//! The options that fill a form, the same for `new` and `edit`, and how they change a draft.
//! Everything is read before anything is written. Changes with what a form holds.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};

use clap::Args;
use ronde_core::model::fact::{FactValue, Period, Position};
use ronde_core::model::territory::Territory;
use ronde_core::{Draft, Involved, InvolvedKind, Notebook};

use crate::failure::Failure;
use crate::involved::{self, Typed};
use crate::moment::{self, Moment};
use crate::{clock, commune, fact};

/// What a form may say.
#[derive(Debug, Args)]
pub struct Form {
    /// A fact of the type, e.g. --fact volume_m3=2,5 (`ronde types TYPE` lists them); nothing after
    /// the = takes the answer back
    #[arg(long = "fact", value_name = "KEY=VALUE", value_parser = fact::pair, allow_hyphen_values = true)]
    pub facts: Vec<(String, String)>,
    #[command(flatten)]
    pub when_and_where: WhenAndWhere,
    /// What you saw, in your words (constatations)
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true, conflicts_with = "statement_file")]
    pub statement: Option<String>,
    /// The same, from a file of UTF-8 text; - is the standard input
    #[arg(long, value_name = "FILE")]
    pub statement_file: Option<PathBuf>,
    /// Whose words these are, when they are not yours
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    pub source_author: Option<String>,
    /// A person involved: role, age_band, description (may be given several times)
    #[arg(long = "person", value_name = "FIELD=VALUE,…", value_parser = involved::person)]
    pub persons: Vec<Typed>,
    /// A vehicle involved: role, plate, make, colour, description (may be given several times)
    #[arg(long = "vehicle", value_name = "FIELD=VALUE,…", value_parser = involved::vehicle)]
    pub vehicles: Vec<Typed>,
}

/// Where and when it happened.
#[derive(Debug, Args)]
pub struct WhenAndWhere {
    /// Where: degrees, and metres of accuracy (10 when not said), e.g. --at 48.4469,1.4892,5
    #[arg(long, value_name = "LAT,LON[,METRES]", allow_hyphen_values = true)]
    pub at: Option<String>,
    /// When it began, RFC 3339, e.g. 2026-11-23T05:40:00+01:00
    #[arg(long, value_name = "MOMENT")]
    pub from: Option<String>,
    /// When it ended, RFC 3339; without it, the moment it began
    #[arg(long, value_name = "MOMENT")]
    pub to: Option<String>,
}

impl WhenAndWhere {
    /// The facts `position` and `occurred`; `present` is what stands there now, so that --to alone
    /// changes the end only.
    ///
    /// # Errors
    /// `Usage` for what is no position and no moment.
    pub fn read(&self, present: Option<Period>) -> Result<BTreeMap<String, FactValue>, Failure> {
        let mut facts = BTreeMap::new();
        if let Some(text) = &self.at {
            let position = fact::position(text).ok_or_else(|| {
                let said = "is no position: LAT,LON[,METRES] with latitude ±90 and longitude ±180";
                Failure::Usage(format!("--at {text:?} {said}"))
            })?;
            facts.insert("position".to_owned(), FactValue::Bytes(position.to_bytes()));
        }
        let from = self.from.as_deref().map(|text| said("--from", text)).transpose()?;
        let to = self.to.as_deref().map(|text| said("--to", text)).transpose()?;
        let stood = |ms: i64, zone_min: i16| Moment { ms, zone_min };
        let period = match (from, to, present) {
            (None, None, _) => return Ok(facts),
            (Some(from), None, Some(old)) if old.to_ms > old.from_ms => {
                moment::period(from, Some(stood(old.to_ms, old.zone_min)))
            }
            (Some(from), to, _) => moment::period(from, to),
            (None, Some(to), Some(old)) => moment::period(stood(old.from_ms, old.zone_min), Some(to)),
            (None, Some(_), None) => return Err(Failure::Usage("--to needs --from".into())),
        };
        facts.insert("occurred".to_owned(), FactValue::Bytes(period.to_bytes()));
        Ok(facts)
    }
}

impl Form {
    /// Changes a draft in memory; nothing is saved.
    ///
    /// # Errors
    /// `Usage`, `UnknownField`, `FixForm`: then the draft is not to be saved.
    pub fn fill(&self, notebook: &Notebook, draft: &mut Draft) -> Result<(), Failure> {
        let present = draft.facts.get("occurred").and_then(FactValue::as_bytes).and_then(Period::from_bytes);
        let map = commune::map(notebook)?;
        let stood = commune_of(map.as_ref(), draft);
        let mut facts = fact::read_all(&draft.report_type, &self.facts, map.as_ref())?;
        facts.extend(self.when_and_where.read(present)?);
        for (name, value) in facts {
            // A draft is private: an answer taken back leaves no trace.
            if value.as_text().is_some_and(|text| text.trim().is_empty()) {
                draft.facts.remove(&name);
            } else {
                draft.facts.insert(name, value);
            }
        }
        // The commune follows the place, unless somebody named another.
        if self.when_and_where.at.is_some() && draft.facts.get("commune") == stood.as_ref() {
            match commune_of(map.as_ref(), draft) {
                Some(commune) => draft.facts.insert("commune".to_owned(), commune),
                None => draft.facts.remove("commune"),
            };
        }
        if let Some(words) = self.words()? {
            draft.statement = words;
        }
        if let Some(author) = &self.source_author {
            draft.source_author = Some(author.clone()).filter(|name| !name.trim().is_empty());
        }
        let persons = self.persons.iter().map(|typed| (InvolvedKind::Person, typed));
        let vehicles = self.vehicles.iter().map(|typed| (InvolvedKind::Vehicle, typed));
        for (kind, Typed(fields)) in persons.chain(vehicles) {
            draft.involved.push(Involved { id: notebook.new_ulid()?, kind, fields: fields.clone() });
        }
        Ok(())
    }

    fn words(&self) -> Result<Option<String>, Failure> {
        match &self.statement_file {
            Some(path) => words_of(path).map(Some),
            None => Ok(self.statement.clone()),
        }
    }
}

/// The INSEE code of the commune in which a draft's position is, on a map.
fn commune_of(map: Option<&Territory>, draft: &Draft) -> Option<FactValue> {
    let position =
        draft.facts.get("position").and_then(FactValue::as_bytes).and_then(Position::from_bytes)?;
    let commune = map?.commune_at(position.lon(), position.lat())?;
    Some(FactValue::Text(commune.insee.clone()))
}

/// A new draft of a type, filled; nothing is made when an option is wrong.
///
/// # Errors
/// `UnknownType`, and those of [`Form::fill`].
pub fn begin(notebook: &Notebook, report_type: &str, form: &Form) -> Result<Draft, Failure> {
    let report_type = fact::report_type(report_type)?;
    let mut trial = Draft {
        id: ronde_core::model::id::DocId::default(),
        report_type: report_type.to_owned(),
        facts: BTreeMap::new(),
        involved: Vec::new(),
        statement: String::new(),
        source_author: None,
        saved_ms: 0,
        focus: None,
        about: None,
    };
    form.fill(notebook, &mut trial)?;
    let made = notebook.new_draft(report_type)?;
    let mut facts = made.facts.clone();
    facts.append(&mut trial.facts);
    let draft = Draft { id: made.id, saved_ms: made.saved_ms, facts, ..trial };
    notebook.save_draft(&draft)?;
    Ok(draft)
}

/// Words from a file, or the standard input for `-`: UTF-8, within what a statement may hold.
///
/// # Errors
/// `File`, `Usage` when there is too much.
pub fn words_of(path: &Path) -> Result<String, Failure> {
    let unreadable = |source| Failure::File { path: path.to_owned(), source };
    let input: Box<dyn Read> = if path == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(File::open(path).map_err(unreadable)?)
    };
    let mut bytes = Vec::new();
    input.take(LONGEST_WORDS + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > LONGEST_WORDS {
        return Err(Failure::Usage(format!("{}: more than {LONGEST_WORDS} bytes of words", path.display())));
    }
    let not_text = |_| unreadable(std::io::Error::new(ErrorKind::InvalidData, "not UTF-8 text"));
    String::from_utf8(bytes).map_err(not_text)
}

/// Most bytes read of a statement: four for each of its 60,000 characters.
const LONGEST_WORDS: u64 = 240_000;

fn said(option: &str, text: &str) -> Result<Moment, Failure> {
    let hours = clock::zone_min() / 60;
    let example = format!("2026-11-23T05:40:00{hours:+03}:00");
    moment::read(text).ok_or_else(|| {
        Failure::Usage(format!("{option} {text:?} is no RFC 3339 moment with its offset, as {example}"))
    })
}
