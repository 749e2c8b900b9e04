//! The value of one fact, and the two records whose parts are meaningful only together.
//! Knows nothing of documents. Changes when a new kind of value appears.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

/// A scalar as a document holds it. Bytes hold a deterministic CBOR record.
#[derive(Debug, Clone, PartialEq, Encode, Decode, Serialize)]
#[serde(untagged)]
pub enum FactValue {
    /// Yes or no.
    #[n(0)]
    Flag(#[n(0)] bool),
    /// A whole number.
    #[n(1)]
    Integer(#[n(0)] i64),
    /// A decimal number.
    #[n(2)]
    Decimal(#[n(0)] f64),
    /// Words.
    #[n(3)]
    Text(#[n(0)] String),
    /// A record: a position, a period, an entry.
    #[n(4)]
    #[serde(serialize_with = "hexadecimal")]
    Bytes(#[cbor(n(0), with = "minicbor::bytes")] Vec<u8>),
}

fn hexadecimal<S: serde::Serializer>(bytes: &[u8], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&format!("0x{}", data_encoding::HEXLOWER.encode(bytes)))
}

impl From<&str> for FactValue {
    fn from(text: &str) -> Self {
        FactValue::Text(text.to_owned())
    }
}

impl FactValue {
    /// The words, when it is words.
    pub fn as_text(&self) -> Option<&str> {
        if let FactValue::Text(text) = self { Some(text) } else { None }
    }

    /// The whole number, when it is one.
    pub fn as_integer(&self) -> Option<i64> {
        if let FactValue::Integer(number) = self { Some(*number) } else { None }
    }

    /// The record's bytes, when it is a record.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        if let FactValue::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    /// The value as a person reads it, in French where words are needed.
    pub fn to_words(&self) -> String {
        match self {
            FactValue::Flag(true) => "oui".into(),
            FactValue::Flag(false) => "non".into(),
            FactValue::Integer(number) => number.to_string(),
            FactValue::Decimal(number) => number.to_string().replace('.', ","),
            FactValue::Text(text) => text.clone(),
            FactValue::Bytes(bytes) => {
                if let Some(position) = Position::from_bytes(bytes) {
                    let accuracy = position.accuracy_m();
                    format!("{:.5}, {:.5} (± {accuracy:.0} m)", position.lat(), position.lon())
                } else if let Some(period) = Period::from_bytes(bytes) {
                    format!("{} – {}", period.from_ms, period.to_ms)
                } else {
                    format!("0x{}", data_encoding::HEXLOWER.encode(bytes))
                }
            }
        }
    }
}

/// A position fix. Degrees are WGS 84, in units of 1e-7 degree so that no float is signed.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Position {
    /// Latitude, 1e-7 degree.
    #[n(0)]
    pub lat_e7: i32,
    /// Longitude, 1e-7 degree.
    #[n(1)]
    pub lon_e7: i32,
    /// Accuracy radius (68 %), decimetres.
    #[n(2)]
    pub accuracy_dm: u32,
    /// Age of the fix when it was taken over, seconds.
    #[n(3)]
    pub age_s: Option<u32>,
    /// What gave it: `gnss`, `network`, `fused`, `manual`, `import`.
    #[n(4)]
    pub provider: Option<String>,
    /// The system said that the position was simulated.
    #[n(5)]
    pub mocked: Option<bool>,
}

impl Position {
    /// From degrees and metres.
    ///
    /// Returns `None` outside ±90°/±180° or for a value that is not finite.
    pub fn from_degrees(lat: f64, lon: f64, accuracy_m: f64) -> Option<Self> {
        let inside = lat.is_finite() && lon.is_finite() && lat.abs() <= 90.0 && lon.abs() <= 180.0;
        (inside && accuracy_m.is_finite() && accuracy_m >= 0.0).then(|| Position {
            lat_e7: (lat * 1e7).round() as i32,
            lon_e7: (lon * 1e7).round() as i32,
            accuracy_dm: (accuracy_m * 10.0).round().min(f64::from(u32::MAX)) as u32,
            age_s: None,
            provider: None,
            mocked: None,
        })
    }

    /// Latitude, degrees.
    pub fn lat(&self) -> f64 {
        f64::from(self.lat_e7) / 1e7
    }

    /// Longitude, degrees.
    pub fn lon(&self) -> f64 {
        f64::from(self.lon_e7) / 1e7
    }

    /// Accuracy radius, metres.
    pub fn accuracy_m(&self) -> f64 {
        f64::from(self.accuracy_dm) / 10.0
    }

    /// Distance to another position, metres, on the sphere of radius 6,371 km (haversine).
    pub fn distance_m(&self, other: &Position) -> f64 {
        let (a, b) = (self.lat().to_radians(), other.lat().to_radians());
        let half = |x: f64| (x / 2.0).sin().powi(2);
        let h = half(b - a) + a.cos() * b.cos() * half((other.lon() - self.lon()).to_radians());
        2.0 * 6_371_000.0 * h.sqrt().min(1.0).asin()
    }

    /// The record's deterministic bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        crate::document::record_bytes(self)
    }

    /// Reads the record back; unknown keys are ignored. A map without both degrees is none.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        minicbor::decode(bytes).ok()
    }
}

/// When the facts happened: first and last moment, ms UTC.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode, Serialize, Deserialize)]
#[cbor(map)]
pub struct Period {
    /// First moment, ms UTC.
    #[n(10)]
    pub from_ms: i64,
    /// Last moment, ms UTC.
    #[n(11)]
    pub to_ms: i64,
    /// Offset of local time from UTC, minutes.
    #[n(12)]
    pub zone_min: i16,
    /// When the author observed it, ms UTC, if not while it happened.
    #[n(13)]
    pub observed_ms: Option<i64>,
}

impl Period {
    /// The record's deterministic bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        crate::document::record_bytes(self)
    }

    /// Reads the record back; unknown keys are ignored.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        minicbor::decode(bytes).ok()
    }
}
