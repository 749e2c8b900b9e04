//! Words for codes, in two languages. A code without words is shown raw, never an error (S8).
//! Changes when something new in the catalogue needs words.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Catalogue, Sensitivity};

/// A language of labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// French.
    #[default]
    Fr,
    /// English.
    En,
}

impl Language {
    /// The language of a BCP 47 tag such as `en-GB` or of a POSIX locale; French unless English.
    pub fn from_tag(tag: &str) -> Self {
        let primary = tag.split(['-', '_', '.']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("en") { Self::En } else { Self::Fr }
    }
}

/// One language's words, by kind of code.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Labels {
    pub severity: BTreeMap<String, String>,
    pub sensitivity: BTreeMap<String, String>,
    pub axis: BTreeMap<String, String>,
    pub r#type: BTreeMap<String, String>,
    pub field: BTreeMap<String, String>,
    pub choice: BTreeMap<String, BTreeMap<String, String>>,
}

impl Catalogue {
    pub(super) fn labels(&self, language: Language) -> &Labels {
        match language {
            Language::Fr => &self.fr,
            Language::En => &self.en,
        }
    }

    /// Words for a type, an axis or a field, looked for in that order; the raw code if there are none.
    pub fn label<'a>(&'a self, code: &'a str, language: Language) -> &'a str {
        let labels = self.labels(language);
        let found =
            labels.r#type.get(code).or_else(|| labels.axis.get(code)).or_else(|| labels.field.get(code));
        found.map_or(code, String::as_str)
    }

    /// Words for an axis (`other` is both a type and an axis).
    pub fn axis_label<'a>(&'a self, axis: &'a str, language: Language) -> &'a str {
        self.labels(language).axis.get(axis).map_or(axis, String::as_str)
    }

    /// Words for a field.
    pub fn field_label<'a>(&'a self, field: &'a str, language: Language) -> &'a str {
        self.labels(language).field.get(field).map_or(field, String::as_str)
    }

    /// Words for a choice of a field.
    pub fn choice_label<'a>(&'a self, field: &str, choice: &'a str, language: Language) -> &'a str {
        let choices = self.labels(language).choice.get(field);
        choices.and_then(|known| known.get(choice)).map_or(choice, String::as_str)
    }

    /// Word for a severity; `None` outside 1 to 5.
    pub fn severity_label(&self, severity: u8, language: Language) -> Option<&str> {
        self.labels(language).severity.get(&severity.to_string()).map(String::as_str)
    }

    /// Word for a sensitivity.
    pub fn sensitivity_label(&self, sensitivity: Sensitivity, language: Language) -> &str {
        let code = sensitivity.code();
        self.labels(language).sensitivity.get(code).map_or(code, String::as_str)
    }
}
