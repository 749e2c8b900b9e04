//! Small things people or other devices write: codes, keys, scopes, records, catalogues.

use ronde_model::catalogue::{Catalogue, Language};
use ronde_model::document::key::Key;
use ronde_model::document::{
    Action, Answer, Comment, Decision, Event, Link, Statement, Voiding, record_bytes,
};
use ronde_model::fact::{FactValue, Period, Position};
use ronde_model::organisation::TypedCode;
use ronde_model::scope::Scope;
use ronde_model::words::{fold, fold_reference};

/// The code of an invitation, typed by a person.
pub fn code(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(code) = text.parse::<TypedCode>() {
        assert_eq!(code.to_string().parse(), Ok(code));
    }
}

/// A catalogue: types, and words in two languages, divided by lines of `%%`.
pub fn catalogue(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let mut parts = text.split("\n%%\n");
    let mut part = || parts.next().unwrap_or_default();
    let Ok(catalogue) = Catalogue::parse(part(), part(), part()) else { return };
    for known in catalogue.types() {
        assert_eq!(catalogue.report_type(&known.code).map(|t| &t.code), Some(&known.code));
        let _label = catalogue.label(&known.code, Language::Fr);
        let _problems = catalogue.check(&known.code, &Default::default());
        for field in &known.fields {
            let _value = field.kind.read("12");
        }
    }
}

macro_rules! returns {
    ($value:expr, $($record:ident)*) => {
        $(if let Some(read) = $record::from_value($value) {
            let again = FactValue::Bytes(record_bytes(&read));
            // Compared as bytes: a decision may hold a number that is none.
            let twice = $record::from_value(&again).map(|read| record_bytes(&read));
            assert_eq!(twice.map(FactValue::Bytes), Some(again), stringify!($record));
        })*
    };
}

/// The values and keys of documents.
pub fn record(input: &[u8]) {
    let value = FactValue::Bytes(input.to_vec());
    returns!(&value, Statement Action Voiding Event Decision Comment Answer Link);
    if let Some(position) = Position::from_bytes(input) {
        assert_eq!(Position::from_bytes(&position.to_bytes()), Some(position.clone()));
        let _far = position.distance_m(&position);
    }
    if let Some(period) = Period::from_bytes(input) {
        assert_eq!(Period::from_bytes(&period.to_bytes()), Some(period));
    }
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Some(key) = Key::parse(text) {
        let _suffix = key.suffix();
    }
    if let Ok(scope) = text.parse::<Scope>() {
        assert_eq!(scope.to_string().parse(), Ok(scope));
    }
    assert_eq!(fold(&fold(text)), fold(text), "folding twice folds once");
    let _plate = fold_reference(text);
}
