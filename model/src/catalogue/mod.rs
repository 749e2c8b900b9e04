//! Report types as data: codes, axes, fields, defaults and their French and English words.
//! Knows what a field may hold; refuses to know any type by name, or where reports are kept.
//! Changes when a catalogue can say something new; a new type changes only the TOML beside it.

mod check;
mod labels;
mod parse;
mod shape;
#[cfg(test)]
mod tests;
mod value;

use std::collections::BTreeMap;
use std::sync::LazyLock;

pub use check::{Problem, Reason};
pub use labels::Language;
pub use parse::CatalogueError;
pub use shape::{Field, FieldKind, ReportType, Sensitivity};

use labels::Labels;

static SHIPPED: LazyLock<Catalogue> = LazyLock::new(|| {
    Catalogue::parse(
        include_str!("types.toml"),
        include_str!("labels.fr.toml"),
        include_str!("labels.en.toml"),
    )
    .unwrap_or_else(|fault| Catalogue { fault: Some(fault), ..Catalogue::default() })
});

/// Everything an agglomeration can report, with its words in two languages.
#[derive(Debug, Default)]
pub struct Catalogue {
    version: u32,
    axes: Vec<String>,
    types: Vec<ReportType>,
    index: BTreeMap<String, usize>,
    common: Vec<Field>,
    person: Vec<Field>,
    vehicle: Vec<Field>,
    fr: Labels,
    en: Labels,
    fault: Option<CatalogueError>,
}

impl Catalogue {
    /// The catalogue shipped with this version. Empty, with [`Catalogue::fault`] set, if its own
    /// data cannot be read (a test proves that they can).
    pub fn shipped() -> &'static Catalogue {
        &SHIPPED
    }

    /// Why the shipped data could not be read.
    pub fn fault(&self) -> Option<&CatalogueError> {
        self.fault.as_ref()
    }

    /// The version of the data, which a report keeps as its template's version.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The contract's axes, in order: `A1` … `A12`, then `other`.
    pub fn axes(&self) -> &[String] {
        &self.axes
    }

    /// Every type, in the order of the capture menu.
    pub fn types(&self) -> &[ReportType] {
        &self.types
    }

    /// The fields every report may have, whatever its type.
    pub fn common_fields(&self) -> &[Field] {
        &self.common
    }

    /// What is asked of a person involved, in the order of the form.
    pub fn person_fields(&self) -> &[Field] {
        &self.person
    }

    /// What is asked of a vehicle involved, in the order of the form.
    pub fn vehicle_fields(&self) -> &[Field] {
        &self.vehicle
    }

    /// A type by its code; `None` for a code this version does not know, which is no error.
    pub fn report_type(&self, code: &str) -> Option<&ReportType> {
        self.index.get(code).and_then(|place| self.types.get(*place))
    }

    /// A field of a type: its own, then the common ones, unless the type keeps no content.
    /// A type that is not known has the common fields.
    pub fn field(&self, type_code: &str, field_code: &str) -> Option<&Field> {
        let report_type = self.report_type(type_code);
        let own = report_type.and_then(|known| known.fields.iter().find(|field| field.code == field_code));
        let common_apply = !report_type.is_some_and(|known| known.no_content);
        own.or_else(|| self.common.iter().find(|field| common_apply && field.code == field_code))
    }
}
