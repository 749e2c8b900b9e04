//! Drafts: private rows of the phone, saved as they are typed. Déposer turns one into a document; one
//! about a report is added to it. Knows what a form holds; knows no document and no network.

use std::collections::BTreeMap;

use minicbor::{Decode, Encode};
use ronde_model::catalogue::{Catalogue, Problem};
use ronde_model::fact::FactValue;
use ronde_model::id::{ChangeHash, DocId};
use serde::Serialize;

use crate::error::Error;
use crate::involved;
use crate::store::Tx;

/// Longest statement, characters.
pub const MAX_STATEMENT_CHARS: usize = 60_000;

/// A report being written.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct Draft {
    /// Becomes the report's id.
    #[n(0)]
    pub id: DocId,
    /// Type code of the catalogue.
    #[n(1)]
    pub report_type: String,
    /// Facts by short name (`title`, `severity`, `volume_m3`); `position` and `occurred` hold the
    /// bytes of a `Position` and a `Period`.
    #[n(2)]
    pub facts: BTreeMap<String, FactValue>,
    /// People and vehicles.
    #[n(3)]
    pub involved: Vec<Involved>,
    /// The author's words; empty: none yet.
    #[n(4)]
    pub statement: String,
    /// A named author outside the service whose words these are, when taken over from elsewhere.
    #[n(5)]
    pub source_author: Option<String>,
    /// Last save, ms UTC.
    #[n(6)]
    pub saved_ms: i64,
    /// The field being typed in, to come back to.
    #[n(7)]
    pub focus: Option<String>,
    /// The report these words are to be added to; none: they become one.
    #[n(8)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<About>,
}

/// The report that a draft is about.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct About {
    /// The report.
    #[n(0)]
    pub doc: DocId,
    /// What is to be added.
    #[n(1)]
    pub adding: Adding,
    /// The version that was on screen when it was begun: the detail's heads.
    #[n(2)]
    pub shown: Vec<ChangeHash>,
    /// When it was begun, ms UTC.
    #[n(3)]
    pub begun_ms: i64,
}

/// What is added to a report.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Adding {
    /// One's own words: the draft's statement.
    #[n(0)]
    Statement,
    /// Why it is void: the draft's statement.
    #[n(1)]
    Void,
    /// Other values of facts: the draft's.
    #[n(2)]
    Correction {
        /// The fact that it was begun for: `facts/people_count`.
        #[n(0)]
        key: String,
    },
}

/// Person or vehicle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize)]
#[cbor(index_only)]
#[serde(rename_all = "snake_case")]
pub enum InvolvedKind {
    /// A person: role, age band, public description.
    #[n(0)]
    Person,
    /// A vehicle: role, plate, make, colour.
    #[n(1)]
    Vehicle,
}

/// A person or a vehicle involved.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize)]
#[cbor(map)]
pub struct Involved {
    /// ULID, lower case.
    #[n(0)]
    pub id: String,
    /// Which.
    #[n(1)]
    pub kind: InvolvedKind,
    /// By field: `role`, `age_band`, `description`, `plate`…
    #[n(2)]
    pub fields: BTreeMap<String, FactValue>,
}

impl Draft {
    /// A saved draft, if there is one.
    pub(crate) fn load(tx: &Tx<'_>, id: DocId) -> Result<Option<Draft>, Error> {
        tx.draft(id)?.map(|body| Draft::from_bytes(&body)).transpose()
    }

    /// Every saved draft that this program reads, about reports too, latest first. Another one stays
    /// where it is: it hides no other, and a later program may read it.
    pub(crate) fn load_all(tx: &Tx<'_>) -> Result<Vec<Draft>, Error> {
        Ok(tx.drafts()?.iter().filter_map(|body| Draft::from_bytes(body).ok()).collect())
    }

    /// Saves it, under the moment given.
    pub(crate) fn save(&self, tx: &Tx<'_>, saved_ms: i64) -> Result<(), Error> {
        let body =
            minicbor::to_vec(Draft { saved_ms, ..self.clone() }).map_err(|e| Error::bug("draft", e))?;
        tx.put_draft(self.id, saved_ms, &body)
    }

    /// Whether nobody typed anything.
    pub(crate) fn is_blank(&self) -> bool {
        self.statement.trim().is_empty() && self.facts.is_empty() && self.involved.is_empty()
    }

    /// Whether nobody typed anything between the two.
    pub(crate) fn says_the_same(&self, other: &Draft) -> bool {
        let words = self.statement == other.statement && self.source_author == other.source_author;
        words && self.facts == other.facts && self.involved == other.involved
    }

    /// A saved draft's bytes.
    pub(crate) fn from_bytes(body: &[u8]) -> Result<Draft, Error> {
        minicbor::decode(body).map_err(|_| Error::Corrupt { detail: "a draft does not read back".into() })
    }

    /// What a person should look at before filing; what is only missing never stands in the way.
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = Catalogue::shipped().check(&self.report_type, &self.facts);
        problems.extend(self.of_involved().filter_map(|(key, value)| involved::too_long(&key, value)));
        problems
    }

    /// What is said of people and vehicles, as keys of the document.
    fn of_involved(&self) -> impl Iterator<Item = (String, &FactValue)> {
        self.involved.iter().flat_map(|one| {
            let word = match one.kind {
                InvolvedKind::Person => "person",
                InvolvedKind::Vehicle => "vehicle",
            };
            one.fields.iter().map(move |(field, value)| (format!("{word}/{}/{field}", one.id), value))
        })
    }

    /// The facts as keys of the document, without the statement.
    ///
    /// # Errors
    /// `FixForm`.
    pub fn values(&self) -> Result<BTreeMap<String, FactValue>, Error> {
        let mut problems = self.problems();
        problems.retain(Problem::prevents_filing);
        if !problems.is_empty() {
            return Err(Error::FixForm(problems));
        }
        let facts = self.facts.iter().map(|(name, value)| (format!("facts/{name}"), value.clone()));
        let involved = self.of_involved().map(|(key, value)| (key, value.clone()));
        let own = [
            ("facts/type".to_owned(), FactValue::Text(self.report_type.clone())),
            ("facts/template".to_owned(), FactValue::Integer(TEMPLATE_VERSION)),
        ];
        Ok(facts.chain(involved).chain(own).collect())
    }
}

/// The version of the shipped forms, sealed into each report.
const TEMPLATE_VERSION: i64 = 1;
