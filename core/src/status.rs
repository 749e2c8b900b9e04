//! The status ladder: one word a report, the same on phone, console, API and docs. Pure: made of
//! receipts and the handling's events, never of what this phone believes it sent.

mod reader;
mod reason;

pub use reader::Reader;
pub use reason::sentence;

use ronde_model::catalogue::Language;
use serde::Serialize;

use crate::store::Acts;

/// Where a report stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Status {
    /// Rows on disk, not filed.
    Draft,
    /// Durable on this phone.
    Stored,
    /// The receipt covers every envelope of this device for the report.
    Delivered,
    /// Read by a person with a supervisory role.
    Read {
        /// Who.
        by: String,
        /// When, ms UTC.
        at_ms: i64,
    },
    /// Somebody has taken it on, or was given it.
    Assigned {
        /// Who.
        to: String,
        /// They took it themselves.
        taken: bool,
        /// When, ms UTC.
        at_ms: i64,
    },
    /// Closed, with a reason.
    Closed {
        /// Why.
        reason: String,
        /// When, ms UTC.
        at_ms: i64,
    },
    /// A person must look.
    NeedsYou {
        /// Why: `no-right`, `bad-change`, `second-seal`, `revoked`, `malformed`…
        reason: String,
    },
}

/// The furthest step the handling's acts prove, once the server holds everything.
pub fn furthest(acts: &Acts) -> Status {
    if let Some((reason, at_ms)) = acts.closed.clone() {
        Status::Closed { reason, at_ms }
    } else if let Some((to, at_ms)) = acts.assigned.clone() {
        Status::Assigned { to, taken: acts.taken, at_ms }
    } else if let Some((by, at_ms)) = acts.read.clone() {
        Status::Read { by, at_ms }
    } else {
        Status::Delivered
    }
}

impl Status {
    /// The words of the ladder, in French, without the hour.
    pub fn words(&self) -> String {
        self.said(Language::Fr, |_| String::new())
    }

    /// The words of the ladder, with their hour: "Lu par Hélène Marchand à 23:12".
    pub fn tell(&self, reader: &Reader) -> String {
        self.said(reader.language, |at_ms| format!(" {}", reader.at(at_ms)))
    }

    fn said(&self, language: Language, hour: impl Fn(i64) -> String) -> String {
        let fr = language == Language::Fr;
        let either = |french: &str, english: &str| if fr { french.to_owned() } else { english.to_owned() };
        match self {
            Status::Draft => either("Brouillon", "Draft"),
            Status::Stored => either("Sur ce téléphone", "On this phone"),
            Status::Delivered => either("Reçu par le serveur", "Received by the server"),
            Status::Read { by, at_ms } => format!("{} {by}{}", either("Lu par", "Read by"), hour(*at_ms)),
            Status::Assigned { to, taken, at_ms } => {
                let said = match taken {
                    true => either("Pris en charge par", "Taken on by"),
                    false => either("Affecté à", "Assigned to"),
                };
                format!("{said} {to}{}", hour(*at_ms))
            }
            Status::Closed { reason, .. } => format!("{} {reason}", either("Clos\u{a0}:", "Closed:")),
            Status::NeedsYou { reason } => {
                format!("{} {}", either("À revoir\u{a0}:", "To check:"), sentence(reason, language))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ladder_says_the_same_in_both_languages_with_a_local_hour() {
        let reader = |language| Reader { language, now_ms: 10 * 3_600_000, zone_min: 60 };
        let read = Status::Read { by: "Hélène Marchand".into(), at_ms: 9 * 3_600_000 };
        assert_eq!(read.tell(&reader(Language::Fr)), "Lu par Hélène Marchand à 10:00");
        assert_eq!(read.tell(&reader(Language::En)), "Read by Hélène Marchand at 10:00");
        assert_eq!(read.words(), "Lu par Hélène Marchand");
        let assigned = |taken| Status::Assigned { to: "pm-centre".into(), taken, at_ms: 9 * 3_600_000 };
        assert_eq!(assigned(false).tell(&reader(Language::Fr)), "Affecté à pm-centre à 10:00");
        assert_eq!(assigned(true).tell(&reader(Language::En)), "Taken on by pm-centre at 10:00");
        let aside = Status::NeedsYou { reason: "revoked".into() };
        assert_eq!(
            aside.tell(&reader(Language::Fr)),
            "À revoir\u{a0}: ce rapport est mis à l’écart, appareil révoqué"
        );
        assert_eq!(
            aside.tell(&reader(Language::En)),
            "To check: this report is set aside, the device is revoked"
        );
    }
}
