//! The catalogue in one answer: all that a screen needs to build every form, with the words of one
//! language. What may be filed is core's to say. Changes when a form shows something new.

use std::collections::HashMap;

use ronde_core::model::catalogue::{Catalogue, Field, FieldKind, Language, ReportType, Sensitivity};
use ronde_core::model::fact::FactValue;
use ronde_core::model::rights::Roles;

use crate::value::Size;

enums! {
    /// The language of words.
    Language { Fr, En }
    /// Who may read a report, from open to closed.
    Sensitivity { Internal, Restricted, Protected }
    /// What a field holds, and its limits; lengths in characters.
    FieldKind {
        Text { max_len: Size }, Integer { min: i64, max: i64 }, Decimal { min: f64, max: f64 }, Flag,
        Choice { choices: Vec<String> }, Date, Period, Position,
        Reference { register: String, max_len: Size }, Unknown { name: String },
    }
}

records! {
    /// One field of a form; `required` asks to be completed and never prevents filing.
    Field { code: String, kind: FieldKind, required: bool }
    /// One type of report, with its own fields in the order of the form.
    ReportType {
        code: String, axis: String, severity: u8, sensitivity: Sensitivity, icon: String,
        no_content: bool, fields: Vec<Field>,
    }
}

/// Everything that can be reported, types in the order of the capture menu. Every type has the
/// common fields besides its own, unless it keeps no content; `person` and `vehicle` are asked of each
/// one involved. Words are under `axis/A1`, `type/waste.bags`, `field/title`, `choice/hazard/none`,
/// `severity/3`, `role/officer`; a code without words is shown as it is.
#[derive(uniffi::Record)]
#[allow(missing_docs)]
pub struct Forms {
    pub version: u32,
    pub axes: Vec<String>,
    pub types: Vec<ReportType>,
    pub common: Vec<Field>,
    pub person: Vec<Field>,
    pub vehicle: Vec<Field>,
    pub words: HashMap<String, String>,
}

/// The shipped catalogue, with the words of one language.
#[uniffi::export]
pub fn catalogue(language: Language) -> Forms {
    let shipped = Catalogue::shipped();
    let (axes, types, common) = (shipped.axes(), shipped.types(), shipped.common_fields());
    let (person, vehicle) = (shipped.person_fields(), shipped.vehicle_fields());
    let mut words = HashMap::new();
    let mut say = |of: &str, code: &str, said: &str| words.insert(format!("{of}/{code}"), said.to_owned());
    for axis in axes {
        say("axis", axis, shipped.axis_label(axis, language));
    }
    for one in types {
        say("type", &one.code, shipped.label(&one.code, language));
    }
    for field in types.iter().flat_map(|one| &one.fields).chain(common).chain(person).chain(vehicle) {
        say("field", &field.code, shipped.field_label(&field.code, language));
        let FieldKind::Choice { choices } = &field.kind else { continue };
        for code in choices {
            let said = shipped.choice_label(&field.code, code, language);
            say(&format!("choice/{}", field.code), code, said);
        }
    }
    for severity in 1..=5 {
        say(
            "severity",
            &severity.to_string(),
            shipped.severity_label(severity, language).unwrap_or_default(),
        );
    }
    for (code, role) in Roles::shipped().iter() {
        say("role", code, if language == Language::Fr { &role.fr } else { &role.en });
    }
    Forms {
        version: shipped.version(),
        axes: axes.into(),
        types: types.into(),
        common: common.into(),
        person: person.into(),
        vehicle: vehicle.into(),
        words,
    }
}

/// A fact as a person reads it; the field's code without `facts/`.
#[uniffi::export]
pub fn words(field: String, value: FactValue, language: Language) -> String {
    Catalogue::shipped().words(&field, &value, language)
}
