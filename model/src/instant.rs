//! When something happened, with everything needed to doubt it later: wall clock, monotonic
//! clock, boot, source, zone and measured skew. Reads no clock. Changes with the envelope.

use minicbor::{Decode, Encode};
use serde::Serialize;

use crate::id::BootId;

/// Where a wall-clock time came from. Unknown codes are kept (S8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum TimeSource {
    /// Not known.
    #[default]
    Unknown,
    /// The device's own clock.
    System,
    /// The mobile network.
    Network,
    /// A satellite fix.
    Gnss,
    /// The agglomeration server.
    Server,
    /// A source of a later version.
    Other(u8),
}

impl<C> Encode<C> for TimeSource {
    fn encode<W: minicbor::encode::Write>(
        &self,
        e: &mut minicbor::Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        let code = match self {
            TimeSource::Unknown => 0,
            TimeSource::System => 1,
            TimeSource::Network => 2,
            TimeSource::Gnss => 3,
            TimeSource::Server => 4,
            TimeSource::Other(code) => *code,
        };
        e.u8(code)?.ok()
    }
}

impl<'b, C> Decode<'b, C> for TimeSource {
    fn decode(d: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
        Ok(match d.u8()? {
            0 => TimeSource::Unknown,
            1 => TimeSource::System,
            2 => TimeSource::Network,
            3 => TimeSource::Gnss,
            4 => TimeSource::Server,
            code => TimeSource::Other(code),
        })
    }
}

/// One reading of a device's clocks. Times in milliseconds since 1970 UTC unless said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode, Serialize, Default)]
#[cbor(array)]
pub struct Instant {
    /// Wall clock, ms UTC.
    #[n(0)]
    pub wall_ms: i64,
    /// Monotonic clock, ms since `boot`.
    #[n(1)]
    pub mono_ms: u64,
    /// The boot the monotonic clock counts from.
    #[n(2)]
    pub boot: BootId,
    /// Where the wall clock came from.
    #[n(3)]
    pub source: TimeSource,
    /// Offset of local time from UTC, minutes.
    #[n(4)]
    pub zone_min: i16,
    /// Measured skew against the server, ms (device minus server); unknown before the first contact.
    #[n(5)]
    pub skew_ms: Option<i64>,
    /// Uncertainty of `skew_ms`, ms.
    #[n(6)]
    pub err_ms: Option<u32>,
}

/// Beyond this skew the time is shown with "heure à vérifier", ms.
pub const DOUBTFUL_SKEW_MS: i64 = 5 * 60 * 1000;

impl Instant {
    /// The best estimate of true time: wall clock less the measured skew, ms UTC.
    pub fn corrected_ms(&self) -> i64 {
        self.wall_ms.saturating_sub(self.skew_ms.unwrap_or(0))
    }

    /// Whether a person should check this time: never a reason to refuse.
    pub fn is_doubtful(&self) -> bool {
        self.skew_ms.is_some_and(|skew| skew.saturating_abs() > DOUBTFUL_SKEW_MS)
    }
}
