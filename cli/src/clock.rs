//! The one place of this client that asks what time it is: the offset of local time from UTC,
//! which the core seals into every envelope.

/// Minutes that local time is ahead of UTC, now. 0 where the system does not say.
pub fn zone_min() -> i16 {
    i16::try_from(jiff::Zoned::now().offset().seconds() / 60).unwrap_or(0)
}
