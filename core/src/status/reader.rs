//! Hours as the person who reads them says them: local, with their day when it is another one. Knows
//! an offset, no zone and no clock. Changes with how moments are said.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::Offset;
use ronde_model::catalogue::Language;

/// Who reads: in which language, when, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reader {
    /// The language.
    pub language: Language,
    /// Now, ms UTC.
    pub now_ms: i64,
    /// Offset of local time from UTC, minutes.
    pub zone_min: i16,
}

const MONTHS_FR: [&str; 12] =
    ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."];
const MONTHS_EN: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

impl Reader {
    /// "14:02"; another day: "22 nov., 14:02"; another year: "22 nov. 2025, 14:02".
    pub fn moment(&self, ms: i64) -> String {
        match self.split(ms) {
            (None, hour) => hour,
            (Some(day), hour) => format!("{day}, {hour}"),
        }
    }

    /// "à 14:02", "le 22 nov. à 14:02"; "at 14:02", "on 22 Nov at 14:02".
    pub fn at(&self, ms: i64) -> String {
        let (day, hour) = self.split(ms);
        match (self.language, day) {
            (Language::Fr, None) => format!("à {hour}"),
            (Language::Fr, Some(day)) => format!("le {day} à {hour}"),
            (Language::En, None) => format!("at {hour}"),
            (Language::En, Some(day)) => format!("on {day} at {hour}"),
        }
    }

    /// "depuis 14:02", "depuis le 22 nov. à 14:02"; "since 14:02", "since 22 Nov, 14:02".
    pub fn since(&self, ms: i64) -> String {
        match (self.language, self.split(ms)) {
            (Language::Fr, (None, hour)) => format!("depuis {hour}"),
            (Language::Fr, (Some(day), hour)) => format!("depuis le {day} à {hour}"),
            (Language::En, _) => format!("since {}", self.moment(ms)),
        }
    }

    /// "12 min", "3 h", "2 j": a length of time, rounded to what a person says.
    pub fn length(&self, ms: i64) -> String {
        let minutes = ms.unsigned_abs().saturating_add(30_000) / 60_000;
        let (n, fr, en) = match minutes {
            0..60 => (minutes, "min", "min"),
            60..2880 => ((minutes + 30) / 60, "h", "h"),
            _ => ((minutes + 720) / 1440, "j", "d"),
        };
        format!("{n}\u{a0}{}", if self.language == Language::Fr { fr } else { en })
    }

    /// The day, when it is not today, and the hour.
    fn split(&self, ms: i64) -> (Option<String>, String) {
        let (Some(then), now) = (self.local(ms), self.local(self.now_ms)) else {
            let unknown = if self.language == Language::Fr { "heure inconnue" } else { "unknown hour" };
            return (None, unknown.to_owned());
        };
        let hour = format!("{:02}:{:02}", then.hour(), then.minute());
        if now.is_some_and(|now| now.date() == then.date()) {
            return (None, hour);
        }
        let months = if self.language == Language::Fr { MONTHS_FR } else { MONTHS_EN };
        let month = months.get(usize::try_from(then.month() - 1).unwrap_or_default()).copied();
        let first = if self.language == Language::Fr && then.day() == 1 { "er" } else { "" };
        let day = format!("{}{first} {}", then.day(), month.unwrap_or_default());
        let same_year = now.is_some_and(|now| now.year() == then.year());
        (Some(if same_year { day } else { format!("{day} {}", then.year()) }), hour)
    }

    fn local(&self, ms: i64) -> Option<DateTime> {
        let offset = Offset::from_seconds(i32::from(self.zone_min) * 60).ok()?;
        Some(offset.to_datetime(Timestamp::from_millisecond(ms).ok()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 23 November 2026, 12:00 UTC.
    const NOON: i64 = 1_795_435_200_000;
    const HOUR: i64 = 3_600_000;

    fn reader(language: Language) -> Reader {
        Reader { language, now_ms: NOON, zone_min: 60 }
    }

    #[test]
    fn an_hour_of_today_is_an_hour_and_any_other_names_its_day() {
        let fr = reader(Language::Fr);
        assert_eq!(fr.moment(NOON), "13:00");
        assert_eq!(fr.moment(NOON - 13 * HOUR), "00:00", "today begins at local midnight");
        assert_eq!(fr.moment(NOON - 13 * HOUR - 1), "22 nov., 23:59");
        assert_eq!(fr.at(NOON - 24 * HOUR), "le 22 nov. à 13:00");
        assert_eq!(fr.since(NOON - 22 * 24 * HOUR), "depuis le 1er nov. à 13:00");
        assert_eq!(fr.moment(NOON - 365 * 24 * HOUR), "23 nov. 2025, 13:00");
        let en = reader(Language::En);
        assert_eq!(en.at(NOON), "at 13:00");
        assert_eq!(en.at(NOON - 24 * HOUR), "on 22 Nov at 13:00");
        assert_eq!(en.since(NOON - 24 * HOUR), "since 22 Nov, 13:00");
    }

    #[test]
    fn a_time_no_calendar_has_is_said_and_never_a_panic() {
        for ms in [i64::MIN, i64::MAX] {
            assert_eq!(reader(Language::Fr).moment(ms), "heure inconnue");
            assert!(
                !Reader { now_ms: ms, zone_min: i16::MIN, ..reader(Language::En) }.moment(NOON).is_empty()
            );
        }
        assert_eq!(reader(Language::Fr).length(3 * HOUR), "3\u{a0}h");
        assert_eq!(reader(Language::Fr).length(-7 * 60_000), "7\u{a0}min");
    }
}
