//! Values and identifiers at the border. Identifiers are lower-case hexadecimal strings; one that
//! cannot be read names nothing and is answered `NotFound`. Changes with core's kinds of values.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Display;
use std::str::FromStr;

use ronde_core::model::divergence::Shown;
use ronde_core::model::document::Salt;
use ronde_core::model::fact::{FactValue, Period, Position};
use ronde_core::model::history::Provenance;
use ronde_core::model::id::{AgentId, BootId, ChangeHash, DeviceId, DocId, Eid, OrgFingerprint};

use crate::error::NotebookError;

enums! {
    /// A value: yes or no, a number, words, or the bytes of a record.
    FactValue { Flag(bool), Integer(i64), Decimal(f64), Text(String), Bytes(Vec<u8>) }
}

records! {
    /// A position fix: WGS 84, 1e-7 degree; accuracy in decimetres, age in seconds.
    Position {
        lat_e7: i32, lon_e7: i32, accuracy_dm: u32,
        age_s: Option<u32>, provider: Option<String>, mocked: Option<bool>,
    }
    /// When the facts happened: ms UTC; zone in minutes.
    Period { from_ms: i64, to_ms: i64, zone_min: i16, observed_ms: Option<i64> }
}

/// Values by name.
pub type Facts = BTreeMap<String, FactValue>;
/// What is shown, by key.
pub type ShownFacts = BTreeMap<String, Shown>;
/// Who wrote what is shown, by key.
pub type Authors = BTreeMap<String, Provenance>;
/// A length.
pub type Size = usize;
/// A word of core's own.
pub type Word = &'static str;
/// SHA-256 of a certificate, 32 bytes.
pub type CertificateHash = [u8; 32];

carried! {
    DocId as String, text, id;
    Eid as String, text, id;
    ChangeHash as String, text, id;
    AgentId as String, text, id;
    DeviceId as String, text, id;
    OrgFingerprint as String, text, id;
    BootId as String, text, id;
    Salt as Vec<u8>, |salt: Salt| salt.0.to_vec(), |given| bytes(given).map(Salt);
    CertificateHash as Vec<u8>, |hash: CertificateHash| hash.to_vec(), bytes;
    Size as u64, |size: usize| size as u64, |given: u64| usize::try_from(given).map_err(not_ours);
    Word as String, str::to_owned, |given: String| Err(not_ours(given));
    Facts as HashMap<String, FactValue>, unordered, ordered;
    ShownFacts as HashMap<String, Shown>, unordered, ordered;
    Authors as HashMap<String, Provenance>, unordered, ordered;
}

fn text(id: impl Display) -> String {
    id.to_string()
}

fn id<T: FromStr<Err: Display>>(given: String) -> Result<T, NotebookError> {
    given.parse().map_err(|wrong: T::Err| NotebookError::names_nothing(&wrong))
}

fn not_ours(given: impl Display) -> NotebookError {
    NotebookError::not_taken(format!("{given} is answered, never given"))
}

fn bytes<const N: usize>(given: Vec<u8>) -> Result<[u8; N], NotebookError> {
    let reason = |given: Vec<u8>| format!("{N} bytes are needed, not {}", given.len());
    given.try_into().map_err(|given| NotebookError::not_taken(reason(given)))
}

fn unordered<T>(map: BTreeMap<String, T>) -> HashMap<String, T> {
    map.into_iter().collect()
}

fn ordered<T>(map: HashMap<String, T>) -> Result<BTreeMap<String, T>, NotebookError> {
    Ok(map.into_iter().collect())
}

/// The value of `facts/position`.
#[uniffi::export]
pub fn position_value(position: Position) -> FactValue {
    FactValue::Bytes(position.to_bytes())
}

/// The value of `facts/occurred`.
#[uniffi::export]
pub fn period_value(period: Period) -> FactValue {
    FactValue::Bytes(period.to_bytes())
}

/// The position a value holds, if it holds one.
#[uniffi::export]
pub fn position_of(value: FactValue) -> Option<Position> {
    Position::from_bytes(value.as_bytes()?)
}

/// The period a value holds, if it holds one.
#[uniffi::export]
pub fn period_of(value: FactValue) -> Option<Period> {
    Period::from_bytes(value.as_bytes()?)
}
