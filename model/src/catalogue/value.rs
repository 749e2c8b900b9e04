//! Between what a person types or reads and the value of a fact, according to its field.
//! Records (periods, positions) are made by whoever measured them, not typed here.
//! Changes when a kind of field is typed or shown another way.

use super::{Catalogue, FieldKind, Language, Reason};
use crate::fact::FactValue;

impl FieldKind {
    /// The value that a typed text stands for: `2,5` or `2.5` for a decimal, `oui`, `non`, `yes`,
    /// `no`, `true` or `false` for a flag; words are kept exactly as typed; nothing takes an answer back.
    ///
    /// # Errors
    /// The [`Reason`] the field refuses it; [`Reason::WrongKind`] for the words of a period or a position.
    pub fn read(&self, typed: &str) -> Result<FactValue, Reason> {
        let wrong = Reason::WrongKind { expected: self.name() };
        let trimmed = typed.trim();
        let value = match self {
            _ if trimmed.is_empty() => FactValue::Text(typed.to_owned()),
            Self::Text { .. } | Self::Unknown { .. } => FactValue::Text(typed.to_owned()),
            Self::Reference { .. } | Self::Choice { .. } | Self::Date => FactValue::Text(trimmed.to_owned()),
            Self::Integer { .. } => FactValue::Integer(trimmed.parse().map_err(|_| wrong)?),
            Self::Decimal { .. } => FactValue::Decimal(trimmed.replace(',', ".").parse().map_err(|_| wrong)?),
            Self::Flag => match trimmed.to_lowercase().as_str() {
                "oui" | "yes" | "true" => FactValue::Flag(true),
                "non" | "no" | "false" => FactValue::Flag(false),
                _ => return Err(wrong),
            },
            Self::Period | Self::Position => return Err(wrong),
        };
        self.refuses(&value).map_or(Ok(value), Err)
    }
}

impl Catalogue {
    /// A fact as a person reads it: the words of a type, a severity or a choice, yes or no, a decimal comma
    /// in French. A code of a newer catalogue is shown raw.
    pub fn words(&self, field: &str, value: &FactValue, language: Language) -> String {
        let severity = |number: &i64| self.severity_label(u8::try_from(*number).ok()?, language);
        match (field, value) {
            ("type", FactValue::Text(code)) => self.label(code, language).to_owned(),
            ("severity", FactValue::Integer(number)) => {
                severity(number).map_or_else(|| number.to_string(), str::to_owned)
            }
            (_, FactValue::Text(text)) => self.choice_label(field, text, language).to_owned(),
            (_, FactValue::Flag(yes)) if language == Language::En => {
                if *yes { "yes" } else { "no" }.to_owned()
            }
            (_, FactValue::Decimal(number)) if language == Language::En => number.to_string(),
            _ => value.to_words(),
        }
    }
}
