//! The words of the console: types, fields, choices, severities, communes, in one language.
//! Changes when the catalogue says more.

use std::collections::BTreeMap;

use ronde_model::catalogue::{Catalogue as Shipped, Field, FieldKind, Language};
use ronde_model::rights::Roles;
use ronde_model::territory::Territory;
use serde::Serialize;
use utoipa::ToSchema;

use super::event::force_of;
use super::label::role_of;

/// What can be reported, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Catalogue {
    /// Every type, in the order of the capture menu.
    pub types: Vec<TypeWords>,
    /// Words for each field, by its code.
    pub fields: BTreeMap<String, String>,
    /// Words for each choice, by `field/code`.
    pub choices: BTreeMap<String, String>,
    /// Words for each role, by its code.
    pub roles: BTreeMap<String, String>,
    /// Words for the severities 1 to 5.
    pub severities: [String; 5],
    /// The communes of the territory, by code; empty without a territory.
    pub communes: Vec<CommuneWords>,
}

/// A report type, in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TypeWords {
    /// Its code.
    #[schema(example = "youth.brawl")]
    pub code: String,
    /// Its name.
    pub label: String,
    /// The contract's axis.
    #[schema(example = "A5")]
    pub axis: String,
    /// The axis' name.
    pub axis_label: String,
    /// Name in the Tabler outline set.
    #[schema(example = "swords")]
    pub icon: String,
    /// Severity of a new report, 1 to 5.
    pub severity: u8,
}

/// A commune.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct CommuneWords {
    /// INSEE code.
    pub code: String,
    /// Name.
    pub name: String,
    /// `PN` (police) or `GN` (gendarmerie); null when nobody said it.
    pub force: Option<&'static str>,
}

impl Catalogue {
    /// The shipped catalogue with the communes of a territory.
    pub fn of(language: Language, territory: Option<&Territory>) -> Self {
        let shipped = Shipped::shipped();
        let of_types = shipped.types().iter().flat_map(|report_type| &report_type.fields);
        let of_involved = shipped.person_fields().iter().chain(shipped.vehicle_fields());
        let fields: Vec<&Field> = shipped.common_fields().iter().chain(of_types).chain(of_involved).collect();
        let choices = fields.iter().filter_map(|field| match &field.kind {
            FieldKind::Choice { choices } => Some((&field.code, choices)),
            _ => None,
        });
        let word = |severity: u8| {
            shipped.severity_label(severity, language).map_or_else(|| severity.to_string(), str::to_owned)
        };
        Catalogue {
            types: shipped.types().iter().map(|known| TypeWords::of(shipped, known, language)).collect(),
            fields: fields
                .iter()
                .map(|field| (field.code.clone(), shipped.field_label(&field.code, language).to_owned()))
                .collect(),
            choices: choices
                .flat_map(|(field, codes)| codes.iter().map(move |code| (field, code)))
                .map(|(field, code)| {
                    (format!("{field}/{code}"), shipped.choice_label(field, code, language).to_owned())
                })
                .collect(),
            roles: Roles::shipped()
                .iter()
                .map(|(code, _)| (code.to_owned(), role_of(code, language).to_owned()))
                .collect(),
            severities: [1, 2, 3, 4, 5].map(word),
            communes: territory.map(communes).unwrap_or_default(),
        }
    }
}

impl TypeWords {
    fn of(shipped: &Shipped, known: &ronde_model::catalogue::ReportType, language: Language) -> Self {
        TypeWords {
            code: known.code.clone(),
            label: shipped.label(&known.code, language).to_owned(),
            axis: known.axis.clone(),
            axis_label: shipped.axis_label(&known.axis, language).to_owned(),
            icon: known.icon.clone(),
            severity: known.severity,
        }
    }
}

fn communes(territory: &Territory) -> Vec<CommuneWords> {
    let words = |commune: &ronde_model::territory::Commune| CommuneWords {
        code: commune.insee.clone(),
        name: commune.name.clone(),
        force: commune.force.map(force_of),
    };
    territory.communes().iter().map(words).collect()
}
