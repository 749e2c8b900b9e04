//! The machine's clock, held against what the archive received. Changes when another clock is known.

use jiff::Timestamp;

use super::Finding;
use super::words::age;

const SUBJECT: &str = "clock";

/// No machine that runs this program stands before: 2026-01-01. ms.
const EARLIEST_MS: i64 = 1_767_225_600_000;

/// Further ahead than this, what was received bears a wrong date. ms.
const TOLERATED_MS: i64 = 60_000;

/// `newest_ms`: when the newest of the last envelopes was received, by this clock as it was then.
pub(super) fn examine(now_ms: i64, newest_ms: Option<i64>) -> Finding {
    let told = Timestamp::from_millisecond(now_ms)
        .map_or_else(|_| format!("{now_ms} ms"), |now| now.strftime("%Y-%m-%d %H:%M:%S UTC").to_string());
    let to_do =
        "mettez la machine à l'heure (chrony ou systemd-timesyncd) et regardez pourquoi elle ne l'était pas";
    if now_ms < EARLIEST_MS {
        return Finding::broken(SUBJECT, format!("l'horloge dit {told} : elle n'est pas à l'heure"), to_do);
    }
    let ahead_ms = newest_ms.map_or(0, |newest_ms| newest_ms.saturating_sub(now_ms));
    if ahead_ms > TOLERATED_MS {
        let says = format!(
            "l'horloge dit {told}, mais l'archive a déjà reçu un dépôt daté de {} plus tard : elle a reculé, \
             ou avait avancé",
            age(ahead_ms)
        );
        return Finding::broken(SUBJECT, says, to_do);
    }
    Finding::ok(SUBJECT, format!("l'horloge dit {told}, après tout ce qui a été reçu"))
}
