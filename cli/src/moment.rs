//! Moments as people give them on a command line: RFC 3339, always with an offset, because an
//! hour without one is nobody's. Knows no clock. Changes when another way of writing is taken.

use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;
use ronde_core::model::fact::Period;

/// A moment, and the local time it was said in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// ms UTC.
    pub ms: i64,
    /// Offset of local time from UTC, minutes.
    pub zone_min: i16,
}

/// Longest text looked at, bytes: an RFC 3339 moment with nanoseconds takes 35.
const LONGEST: usize = 64;

/// Reads `2026-11-23T05:40:00+01:00`; the seconds may have a fraction, the offset may be `Z`.
///
/// `None` for anything else, a date alone and an hour without offset included.
pub fn read(text: &str) -> Option<Moment> {
    let text = text.trim();
    if text.len() > LONGEST {
        return None;
    }
    let pieces = Pieces::parse(text).ok()?;
    let offset: Offset = pieces.to_numeric_offset()?;
    let timestamp = offset.to_timestamp(pieces.date().to_datetime(pieces.time()?)).ok()?;
    let zone_min = i16::try_from(offset.seconds() / 60).ok()?;
    Some(Moment { ms: timestamp.as_millisecond(), zone_min })
}

/// From one moment to another; a moment alone is both.
pub fn period(from: Moment, to: Option<Moment>) -> Period {
    Period {
        from_ms: from.ms,
        to_ms: to.map_or(from.ms, |to| to.ms),
        zone_min: from.zone_min,
        observed_ms: None,
    }
}

/// Reads `FROM/TO`, or one moment for both.
pub fn read_period(text: &str) -> Option<Period> {
    match text.split_once('/') {
        Some((from, to)) => Some(period(read(from)?, Some(read(to)?))),
        None => Some(period(read(text)?, None)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_keeps_its_local_time() {
        let moment = read("2010-01-01T06:00:00Z").unwrap();
        assert_eq!(moment, Moment { ms: 1_262_325_600_000, zone_min: 0 });
        let chicago = read("2014-07-29T14:11:00-05:00").unwrap();
        assert_eq!(chicago, Moment { ms: 1_406_661_060_000, zone_min: -300 });
        assert_eq!(read("2014-07-29T14:11:00.250-05:00").unwrap().ms, 1_406_661_060_250);
    }

    #[test]
    fn an_hour_without_offset_or_a_day_that_does_not_exist_is_no_moment() {
        let long = "2".repeat(LONGEST + 1);
        for text in [
            "",
            "hier",
            "2026-11-23",
            "2026-11-23T05:40:00",
            "2026-02-30T05:40:00Z",
            "2026-13-01T00:00:00Z",
            &long,
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn a_period_is_two_moments_or_one_twice() {
        let night = read_period("2026-11-22T23:00:00+01:00/2026-11-23T01:00:00+01:00").unwrap();
        assert_eq!((night.to_ms - night.from_ms, night.zone_min), (7_200_000, 60));
        let at_once = read_period("2026-11-22T23:00:00+01:00").unwrap();
        assert_eq!(at_once.from_ms, at_once.to_ms);
        assert_eq!(read_period("2026-11-22T23:00:00+01:00/"), None);
    }
}
