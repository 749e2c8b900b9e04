//! Lengths of time and sizes as a person says them in French. Changes with the wording.

/// `3 jours`, `5 heures`, `2 minutes`.
pub fn age(ms: i64) -> String {
    let minutes = ms / 60_000;
    let (count, unit) = match minutes {
        ..2 => return "moins de 2 minutes".to_owned(),
        2..120 => (minutes, "minutes"),
        120..2_880 => (minutes / 60, "heures"),
        _ => (minutes / 1_440, "jours"),
    };
    format!("{count} {unit}")
}

/// `12,4 Go`, `350 Mo`.
pub(super) fn size(bytes: u64) -> String {
    if bytes < 1_000_000_000 {
        return format!("{} Mo", bytes / 1_000_000);
    }
    let tenths = bytes / 100_000_000;
    format!("{},{} Go", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_in_the_unit_a_person_would_use() {
        let hour = 3_600_000;
        let told = [-5, 60_000, 120_000, 2 * hour, 47 * hour, 48 * hour, 1_000 * hour].map(age);
        let little = "moins de 2 minutes";
        let words = [little, little, "2 minutes", "2 heures", "47 heures", "2 jours", "41 jours"];
        assert_eq!(told, words);
    }

    #[test]
    fn a_size_is_told_in_the_unit_a_person_would_use() {
        assert_eq!([999_999, 350_000_000, 12_440_000_000].map(size), ["0 Mo", "350 Mo", "12,4 Go"]);
    }
}
