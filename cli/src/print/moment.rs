//! Moments and sizes as people read them in France. Knows no clock.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use ronde_core::model::fact::Period;
use ronde_core::model::instant::Instant;

const UNKNOWN: &str = "heure inconnue";
const FULL: &str = "%d/%m/%Y %H:%M";

/// In this machine's local time.
pub fn here(ms: i64) -> String {
    let there = Timestamp::from_millisecond(ms).map(|moment| moment.to_zoned(TimeZone::system()).datetime());
    there.map_or(UNKNOWN.into(), |moment| moment.strftime(FULL).to_string())
}

/// In the author's local time, with the mark of a clock that was far off.
pub fn of_author(t: &Instant) -> String {
    let words = local(t.corrected_ms(), t.zone_min)
        .map_or(UNKNOWN.into(), |moment| moment.strftime(FULL).to_string());
    if t.is_doubtful() { format!("{words} (heure à vérifier)") } else { words }
}

/// `le 23/11/2026 de 05:40 à 06:10`, in the local time it was said in.
pub fn period(period: &Period) -> String {
    let (Some(from), Some(to)) =
        (local(period.from_ms, period.zone_min), local(period.to_ms, period.zone_min))
    else {
        return UNKNOWN.into();
    };
    if from == to {
        return from.strftime(FULL).to_string();
    }
    let end = if from.date() == to.date() { to.strftime("%H:%M") } else { to.strftime(FULL) };
    format!("{} – {end}", from.strftime(FULL))
}

fn local(ms: i64, zone_min: i16) -> Option<DateTime> {
    let offset = Offset::from_seconds(i32::from(zone_min) * 60).ok()?;
    Some(offset.to_datetime(Timestamp::from_millisecond(ms).ok()?))
}

/// Bytes, `o` up to 1,000, then `ko` and `Mo` with one decimal.
pub fn size(bytes: u64) -> String {
    let (unit, word) = match bytes {
        0..1_000 => return format!("{bytes} o"),
        1_000..1_000_000 => (1_000, "ko"),
        _ => (1_000_000, "Mo"),
    };
    let tenths = (bytes * 10 + unit / 2) / unit;
    format!("{},{} {word}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_told_in_the_local_time_it_was_said_in() {
        let night = |to_ms| Period { from_ms: 1_262_325_600_000, to_ms, zone_min: 60, observed_ms: None };
        assert_eq!(period(&night(1_262_325_600_000)), "01/01/2010 07:00");
        assert_eq!(period(&night(1_262_329_200_000)), "01/01/2010 07:00 – 08:00");
        assert_eq!(period(&night(1_262_412_000_000)), "01/01/2010 07:00 – 02/01/2010 07:00");
    }

    #[test]
    fn a_moment_no_calendar_holds_is_said_unknown() {
        assert_eq!(here(i64::MAX), UNKNOWN);
        assert_eq!(
            period(&Period { from_ms: 0, to_ms: i64::MIN, zone_min: i16::MAX, observed_ms: None }),
            UNKNOWN
        );
    }

    #[test]
    fn sizes_are_short() {
        assert_eq!([size(0), size(999), size(1_250), size(2_000_000)], ["0 o", "999 o", "1,3 ko", "2,0 Mo"]);
    }
}
