//! One value of a fact, with its kind said, in both directions.
//! Changes when a new kind of value appears.

use ronde_model::fact::{FactValue, Period, Position};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A value, by kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Fact {
    /// Yes or no.
    Flag {
        /// The answer.
        value: bool,
    },
    /// A whole number.
    Integer {
        /// The number.
        value: i64,
    },
    /// A decimal number.
    Decimal {
        /// The number.
        value: f64,
    },
    /// Words, or a code of the catalogue.
    Text {
        /// Verbatim.
        value: String,
    },
    /// A position.
    Position {
        /// Latitude, degrees WGS 84.
        lat: f64,
        /// Longitude, degrees WGS 84.
        lon: f64,
        /// Accuracy radius (68 %), metres.
        accuracy_m: f64,
        /// Age of the fix when it was taken over, seconds.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        age_s: Option<u32>,
        /// `gnss`, `network`, `fused`, `manual`, `import`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        provider: Option<String>,
        /// The device's system said that the position was simulated.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mocked: Option<bool>,
    },
    /// From when to when.
    Period {
        /// First moment, ms since 1970 UTC.
        from_ms: i64,
        /// Last moment, ms since 1970 UTC.
        to_ms: i64,
        /// Offset of local time from UTC, minutes.
        zone_min: i16,
        /// When the author observed it, ms since 1970 UTC, if not while it happened.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        observed_ms: Option<i64>,
    },
    /// A record that this version cannot read, kept as it is.
    Record {
        /// Its bytes, hexadecimal.
        bytes: String,
    },
}

/// The value sent is no value of its kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnreadableFact(&'static str);

impl From<&FactValue> for Fact {
    fn from(value: &FactValue) -> Self {
        match value {
            FactValue::Flag(value) => Fact::Flag { value: *value },
            FactValue::Integer(value) => Fact::Integer { value: *value },
            FactValue::Decimal(value) => Fact::Decimal { value: *value },
            FactValue::Text(value) => Fact::Text { value: value.clone() },
            FactValue::Bytes(bytes) => record(bytes),
        }
    }
}

/// Only bytes that the model would write itself are shown as a position or a period: a later
/// version's longer record is shown whole instead of in part.
fn record(bytes: &[u8]) -> Fact {
    if let Some(at) = Position::from_bytes(bytes).filter(|at| at.to_bytes() == bytes) {
        return Fact::Position {
            lat: at.lat(),
            lon: at.lon(),
            accuracy_m: at.accuracy_m(),
            age_s: at.age_s,
            provider: at.provider,
            mocked: at.mocked,
        };
    }
    match Period::from_bytes(bytes).filter(|period| period.to_bytes() == bytes) {
        Some(Period { from_ms, to_ms, zone_min, observed_ms }) => {
            Fact::Period { from_ms, to_ms, zone_min, observed_ms }
        }
        None => Fact::Record { bytes: data_encoding::HEXLOWER.encode(bytes) },
    }
}

impl TryFrom<Fact> for FactValue {
    type Error = UnreadableFact;

    fn try_from(fact: Fact) -> Result<Self, UnreadableFact> {
        Ok(match fact {
            Fact::Flag { value } => FactValue::Flag(value),
            Fact::Integer { value } => FactValue::Integer(value),
            Fact::Decimal { value } => FactValue::Decimal(value),
            Fact::Text { value } => FactValue::Text(value),
            Fact::Position { lat, lon, accuracy_m, age_s, provider, mocked } => {
                let at = Position::from_degrees(lat, lon, accuracy_m)
                    .ok_or(UnreadableFact("the position is not on Earth, or its accuracy is negative"))?;
                FactValue::Bytes(Position { age_s, provider, mocked, ..at }.to_bytes())
            }
            Fact::Period { from_ms, to_ms, .. } if from_ms > to_ms => {
                return Err(UnreadableFact("the period ends before it begins"));
            }
            Fact::Period { from_ms, to_ms, zone_min, observed_ms } => {
                FactValue::Bytes(Period { from_ms, to_ms, zone_min, observed_ms }.to_bytes())
            }
            Fact::Record { bytes } => {
                let bytes = data_encoding::HEXLOWER_PERMISSIVE.decode(bytes.as_bytes());
                FactValue::Bytes(bytes.map_err(|_| UnreadableFact("the record's bytes are not hexadecimal"))?)
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_comes_back_as_it_went() {
        let at = Position::from_degrees(48.446, 1.489, 12.5).unwrap();
        let period = Period { from_ms: 1, to_ms: 2, zone_min: 120, observed_ms: Some(3) };
        let values = [
            FactValue::Flag(true),
            FactValue::Integer(-3),
            FactValue::Decimal(2.5),
            FactValue::Text("Œuvre, « dépôt »".to_owned()),
            FactValue::Bytes(Position { provider: Some("gnss".to_owned()), ..at }.to_bytes()),
            FactValue::Bytes(period.to_bytes()),
            FactValue::Bytes(vec![0xa0, 0xff, 0x00]),
        ];
        for value in values {
            let json = serde_json::to_string(&Fact::from(&value)).unwrap();
            let back: Fact = serde_json::from_str(&json).unwrap();
            assert_eq!(FactValue::try_from(back).unwrap(), value, "{json}");
        }
    }

    #[test]
    fn a_record_of_a_later_version_is_not_cut_short() {
        // {10: 1, 11: 2, 12: 0, 13: null, 14: 7}
        let longer = [0xa5, 0x0a, 0x01, 0x0b, 0x02, 0x0c, 0x00, 0x0d, 0xf6, 0x0e, 0x07];
        assert!(Period::from_bytes(&longer).is_some());
        assert!(matches!(Fact::from(&FactValue::Bytes(longer.to_vec())), Fact::Record { .. }));
    }

    #[test]
    fn a_value_that_cannot_be_is_refused() {
        let bad = [
            r#"{"kind":"position","lat":91,"lon":0,"accuracy_m":1}"#,
            r#"{"kind":"period","from_ms":2,"to_ms":1,"zone_min":0}"#,
            r#"{"kind":"record","bytes":"zz"}"#,
        ];
        for json in bad {
            assert!(FactValue::try_from(serde_json::from_str::<Fact>(json).unwrap()).is_err(), "{json}");
        }
    }
}
