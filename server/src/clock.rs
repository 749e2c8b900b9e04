//! The time of the server. The only place that reads the system's clock; a simulation gives another.
//! Changes never.

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// Milliseconds since 1970 UTC.
    fn now_ms(&self) -> i64;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now_ms(&self) -> i64 {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the system's clock")]
        let now = std::time::SystemTime::now();
        match now.duration_since(std::time::UNIX_EPOCH) {
            Ok(since) => i64::try_from(since.as_millis()).unwrap_or(i64::MAX),
            Err(before) => i64::try_from(before.duration().as_millis()).map_or(i64::MIN, |ms| -ms),
        }
    }
}

/// The year (UTC, Gregorian) of a time in milliseconds since 1970: the year of official numbers.
pub fn year_of(ms: i64) -> i64 {
    // Days since 0000-03-01, so that the leap day ends a year (H. Hinnant, days_from_civil inverted).
    let days = ms.div_euclid(86_400_000) + 719_468;
    let era = days.div_euclid(146_097);
    let day = days.rem_euclid(146_097);
    let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
    let day_of_year = day - (365 * year + year / 4 - year / 100);
    let after_new_year = i64::from(day_of_year >= 306);
    year + era * 400 + after_new_year
}

/// When the day of a time began in the zone of this machine, ms since 1970 UTC.
pub fn day_began_ms(ms: i64) -> i64 {
    let began = jiff::Timestamp::from_millisecond(ms)
        .and_then(|now| now.to_zoned(jiff::tz::TimeZone::system()).start_of_day())
        .map(|began| began.timestamp().as_millisecond());
    // Outside the calendar there is no midnight: the last 24 hours.
    began.unwrap_or_else(|_| ms.saturating_sub(86_400_000))
}

#[cfg(test)]
mod tests {
    use super::year_of;

    #[test]
    fn the_year_changes_at_midnight_of_the_first_of_january() {
        for (ms, year) in [
            (0, 1970),
            (-1, 1969),
            (1_798_761_599_999, 2026),
            (1_798_761_600_000, 2027),
            (951_782_400_000, 2000),
            (4_107_542_400_000, 2100),
        ] {
            assert_eq!(year_of(ms), year, "{ms}");
        }
    }
}
