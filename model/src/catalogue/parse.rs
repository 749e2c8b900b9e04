//! From the three TOML texts to a catalogue, everything that one line can break checked once.
//! Unknown keys and kinds are let through: a newer catalogue must open here (S8).
//! Changes with the layout of the files.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::labels::Labels;
use super::{Catalogue, Field, FieldKind, ReportType, Sensitivity};

/// Longest text of one file, bytes.
const MAX_FILE: usize = 512 * 1024;
/// Most report types.
const MAX_TYPES: usize = 2_000;
/// Most characters of a text whose field says nothing else.
pub(super) const MAX_TEXT: usize = 2_000;
/// Most characters of a reference whose field says nothing else.
const MAX_REFERENCE: usize = 200;

/// Why a catalogue cannot be used. The `file` is `types`, `labels.fr` or `labels.en`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueError {
    /// Over the size limit.
    #[error("catalogue file {file} has {bytes} bytes, at most {MAX_FILE} are read: split or shorten it")]
    TooLarge {
        /// Which file.
        file: &'static str,
        /// Its size.
        bytes: usize,
    },
    /// Over the limit on types.
    #[error("the catalogue has {count} types, at most {MAX_TYPES} are read")]
    TooManyTypes {
        /// How many.
        count: usize,
    },
    /// Not TOML, or not the expected tables.
    #[error("catalogue file {file} cannot be read: {reason}")]
    Syntax {
        /// Which file.
        file: &'static str,
        /// Line, column and cause.
        reason: String,
    },
    /// The same type twice.
    #[error("type {code} is there twice: remove one")]
    DuplicateType {
        /// The type.
        code: String,
    },
    /// A type names an axis, a group or a field that is not defined.
    #[error("{user} names the {what} {name}, which is not defined: define it or correct the name")]
    Undefined {
        /// The type or group that names it.
        user: String,
        /// `axis`, `group`, `field` or `choice`.
        what: &'static str,
        /// The missing name.
        name: String,
    },
    /// A severity outside 1 to 5.
    #[error("type {code} has severity {severity}: give 1 to 5")]
    Severity {
        /// The type.
        code: String,
        /// What it has.
        severity: u8,
    },
    /// A field's limits contradict each other, or it offers no choice.
    #[error("field {code} accepts no value: correct its limits or choices")]
    EmptyField {
        /// The field.
        code: String,
    },
}

#[derive(Deserialize)]
struct Types {
    version: u32,
    axes: Vec<String>,
    common: Vec<String>,
    types: Vec<RawType>,
    #[serde(default)]
    group: BTreeMap<String, Group>,
    #[serde(default)]
    involved: Involved,
    field: BTreeMap<String, RawField>,
}

#[derive(Deserialize)]
struct RawType {
    code: String,
    axis: String,
    severity: u8,
    sensitivity: String,
    icon: String,
    #[serde(default)]
    groups: Vec<String>,
    #[serde(default)]
    no_content: bool,
}

#[derive(Deserialize)]
struct Group {
    fields: Vec<String>,
    #[serde(default)]
    required: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Involved {
    person: Vec<Asked>,
    vehicle: Vec<Asked>,
}

/// A field asked of whoever is involved, with some of its choices or all of them.
#[derive(Deserialize)]
struct Asked {
    code: String,
    #[serde(default)]
    choices: Vec<String>,
}

#[derive(Deserialize)]
struct RawField {
    kind: String,
    max_len: Option<usize>,
    min: Option<f64>,
    max: Option<f64>,
    #[serde(default)]
    choices: Vec<String>,
    #[serde(default)]
    register: String,
}

impl Catalogue {
    /// Reads a catalogue from its types and its words in French and English.
    ///
    /// # Errors
    /// [`CatalogueError`] names the first line of data that cannot be used. Missing words are none.
    pub fn parse(types: &str, fr: &str, en: &str) -> Result<Self, CatalogueError> {
        let raw: Types = read("types", types)?;
        let (fr, en): (Labels, Labels) = (read("labels.fr", fr)?, read("labels.en", en)?);
        if raw.types.len() > MAX_TYPES {
            return Err(CatalogueError::TooManyTypes { count: raw.types.len() });
        }
        let mut index = BTreeMap::new();
        let mut types = Vec::with_capacity(raw.types.len());
        for raw_type in &raw.types {
            if index.insert(raw_type.code.clone(), types.len()).is_some() {
                return Err(CatalogueError::DuplicateType { code: raw_type.code.clone() });
            }
            types.push(raw.report_type(raw_type)?);
        }
        let common =
            raw.common.iter().map(|code| raw.field("common", code, false)).collect::<Result<_, _>>()?;
        let person = raw.asked("person", &raw.involved.person)?;
        let vehicle = raw.asked("vehicle", &raw.involved.vehicle)?;
        let (version, axes) = (raw.version, raw.axes);
        Ok(Catalogue { version, axes, types, index, common, person, vehicle, fr, en, fault: None })
    }
}

fn read<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<T, CatalogueError> {
    if text.len() > MAX_FILE {
        return Err(CatalogueError::TooLarge { file, bytes: text.len() });
    }
    toml::from_str(text).map_err(|cause| CatalogueError::Syntax { file, reason: cause.to_string() })
}

impl Types {
    fn report_type(&self, raw: &RawType) -> Result<ReportType, CatalogueError> {
        let undefined = |what, name: &str| CatalogueError::Undefined {
            user: raw.code.clone(),
            what,
            name: name.to_owned(),
        };
        if !self.axes.contains(&raw.axis) {
            return Err(undefined("axis", &raw.axis));
        }
        if !(1..=5).contains(&raw.severity) {
            return Err(CatalogueError::Severity { code: raw.code.clone(), severity: raw.severity });
        }
        let mut fields: Vec<Field> = Vec::new();
        for name in &raw.groups {
            let group = self.group.get(name).ok_or_else(|| undefined("group", name))?;
            if let Some(stray) = group.required.iter().find(|code| !group.fields.contains(code)) {
                return Err(CatalogueError::Undefined {
                    user: name.clone(),
                    what: "field",
                    name: stray.clone(),
                });
            }
            for code in &group.fields {
                if !fields.iter().any(|known| known.code == *code) {
                    fields.push(self.field(name, code, group.required.contains(code))?);
                }
            }
        }
        Ok(ReportType {
            code: raw.code.clone(),
            axis: raw.axis.clone(),
            severity: raw.severity,
            sensitivity: Sensitivity::from_code(&raw.sensitivity),
            icon: raw.icon.clone(),
            no_content: raw.no_content,
            fields,
        })
    }

    fn asked(&self, user: &str, asked: &[Asked]) -> Result<Vec<Field>, CatalogueError> {
        let of = |asked: &Asked| {
            let mut field = self.field(user, &asked.code, false)?;
            let is_known = |choice: &String| match &field.kind {
                FieldKind::Choice { choices } => choices.contains(choice),
                // A newer catalogue may give choices to a kind of its own.
                FieldKind::Unknown { .. } => true,
                _ => false,
            };
            if let Some(stray) = asked.choices.iter().find(|choice| !is_known(choice)) {
                return Err(CatalogueError::Undefined {
                    user: user.to_owned(),
                    what: "choice",
                    name: stray.clone(),
                });
            }
            if let (FieldKind::Choice { choices }, false) = (&mut field.kind, asked.choices.is_empty()) {
                choices.clone_from(&asked.choices);
            }
            Ok(field)
        };
        asked.iter().map(of).collect()
    }

    fn field(&self, user: &str, code: &str, required: bool) -> Result<Field, CatalogueError> {
        let raw = self.field.get(code).ok_or_else(|| CatalogueError::Undefined {
            user: user.to_owned(),
            what: "field",
            name: code.to_owned(),
        })?;
        let kind = raw.kind().ok_or_else(|| CatalogueError::EmptyField { code: code.to_owned() })?;
        Ok(Field { code: code.to_owned(), kind, required })
    }
}

impl RawField {
    /// The kind, or `None` when no value could ever fit.
    fn kind(&self) -> Option<FieldKind> {
        let (min, max) = (self.min.unwrap_or(f64::MIN), self.max.unwrap_or(f64::MAX));
        let max_len = |default| self.max_len.unwrap_or(default);
        let kind = match self.kind.as_str() {
            "text" => FieldKind::Text { max_len: max_len(MAX_TEXT) },
            "integer" => FieldKind::Integer { min: min.ceil() as i64, max: max.floor() as i64 },
            "decimal" => FieldKind::Decimal { min, max },
            "flag" => FieldKind::Flag,
            "choice" => FieldKind::Choice { choices: self.choices.clone() },
            "date" => FieldKind::Date,
            "period" => FieldKind::Period,
            "position" => FieldKind::Position,
            "reference" => {
                FieldKind::Reference { register: self.register.clone(), max_len: max_len(MAX_REFERENCE) }
            }
            newer => FieldKind::Unknown { name: newer.to_owned() },
        };
        let fits = match &kind {
            FieldKind::Integer { .. } | FieldKind::Decimal { .. } => min <= max,
            FieldKind::Choice { choices } => !choices.is_empty(),
            FieldKind::Text { max_len } | FieldKind::Reference { max_len, .. } => *max_len > 0,
            _ => true,
        };
        fits.then_some(kind)
    }
}
