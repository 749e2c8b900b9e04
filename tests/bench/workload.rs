//! The workload: reports as a service would write them, the same for every run of a seed. Each is a
//! JSON object (20 scalars, 300 characters of French, 3 people or vehicles) and the draft that says
//! everything the object says. Knows no notebook. Changes when what is compared must look otherwise.

mod words;

use std::fmt::Write;

use ronde_core::InvolvedKind;
use ronde_model::fact::{FactValue, Period, Position};
use ronde_tests::world::Dice;

/// The seed of every published figure.
pub const SEED: u64 = 41_927;

/// First report's moment: 2026-01-05 06:00 UTC, ms.
const BEGIN_MS: i64 = 1_767_592_800_000;

/// Characters of the author's words.
const DESCRIPTION_CHARS: usize = 300;

/// One report, said twice.
pub struct Case {
    /// As JSON, compact, keys in the order of a form.
    pub json: String,
    /// Seconds since the report before.
    pub gap_s: i64,
    /// Type of the catalogue.
    pub report_type: String,
    /// Facts of the draft.
    pub facts: Vec<(&'static str, FactValue)>,
    /// People and vehicles of the draft.
    pub involved: Vec<(InvolvedKind, Vec<(&'static str, FactValue)>)>,
    /// The author's words.
    pub statement: String,
}

/// An endless round of reports.
pub struct Workload {
    dice: Dice,
    now_ms: i64,
    /// Shortest and longest time between two reports, seconds.
    gaps_s: (u64, u64),
}

impl Workload {
    /// Reports of a seed, 20 to 220 s apart, so that a thousand fit into half the life of a lease.
    pub fn new(seed: u64) -> Self {
        Workload { dice: Dice::new(seed), now_ms: BEGIN_MS, gaps_s: (20, 220) }
    }

    fn pick<T: Copy>(&self, from: &[T]) -> T {
        from[self.dice.below(from.len() as u64) as usize]
    }

    fn between(&self, least: u64, most: u64) -> u64 {
        least + self.dice.below(most - least + 1)
    }

    /// True so many times in a hundred.
    fn chance(&self, percent: u64) -> bool {
        self.dice.below(100) < percent
    }

    /// Words of about 300 characters, cut there.
    fn description(&self) -> String {
        let mut text = format!(
            "{}, {} {}, au niveau du {} {} {}. ",
            self.pick(&words::OPENINGS),
            self.pick(&words::VERBS),
            self.pick(&words::SIGHTS),
            self.between(1, 240),
            self.pick(&["rue", "avenue", "place", "allée"]),
            self.pick(&words::STREETS),
        );
        while text.chars().count() < DESCRIPTION_CHARS - 10 {
            for part in self.pick(&words::ENDINGS).split('#') {
                let _ = write!(text, "{part}{}", self.between(1, 59));
            }
            // The number after the last part belongs to nothing.
            text.truncate(text.trim_end_matches(|c: char| c.is_ascii_digit()).len());
            text.push(' ');
        }
        let cut: String = text.chars().take(DESCRIPTION_CHARS).collect();
        cut.trim().to_owned()
    }

    fn person(&self) -> Vec<(&'static str, FactValue)> {
        vec![
            ("role", self.pick(&["auteur", "temoin", "victime"]).into()),
            ("sex", self.pick(&["M", "F", "X"]).into()),
            ("age_band", self.pick(&["<13", "13-17", "18-25", "26-40", "41-65", ">65"]).into()),
            ("clothing", self.pick(&words::CLOTHES).into()),
            ("identified", FactValue::Flag(self.chance(30))),
        ]
    }

    fn vehicle(&self) -> Vec<(&'static str, FactValue)> {
        let letter = || self.pick(&words::PLATE_LETTERS);
        let plate = format!("{}{}-{}-{}{}", letter(), letter(), self.between(100, 999), letter(), letter());
        vec![
            ("role", self.pick(&["auteur", "stationne", "implique"]).into()),
            ("plate", FactValue::Text(plate)),
            ("make", self.pick(&["Renault", "Peugeot", "Toyota", "Honda", "Skoda"]).into()),
            ("color", self.pick(&["bleu", "noir", "gris", "vert"]).into()),
            ("two_wheels", FactValue::Flag(self.chance(30))),
        ]
    }
}

impl Iterator for Workload {
    type Item = Case;

    fn next(&mut self) -> Option<Case> {
        let gap_s = self.between(self.gaps_s.0, self.gaps_s.1) as i64;
        self.now_ms += gap_s * 1000;
        let (family, kinds) = self.pick(&words::TYPES);
        let kind = self.pick(kinds);
        let (insee, commune) = self.pick(&words::COMMUNES);
        let lat = 48.44 + self.between(0, 160_000) as f64 / 1e6 - 0.08;
        let lon = 1.49 + self.between(0, 240_000) as f64 / 1e6 - 0.12;
        let accuracy_m = self.between(30, 600) as f64 / 10.0;
        let occurred_ms = self.now_ms - self.between(0, 3600) as i64 * 1000;
        let position = Position::from_degrees(lat, lon, accuracy_m)?;
        let period = Period { from_ms: occurred_ms, to_ms: occurred_ms, zone_min: 60, observed_ms: None };
        // What the JSON object says in one word and a document too.
        let shared = vec![
            ("severity", FactValue::Integer(self.between(1, 5) as i64)),
            ("commune", insee.into()),
            ("commune_name", commune.into()),
            ("author", FactValue::Text(format!("agent-{:04}", self.between(1, 400)))),
            ("unit", self.pick(&words::UNITS).into()),
            ("device", FactValue::Text(format!("dev-{:04x}", self.between(0, 400)))),
            ("channel", self.pick(&["patrouille", "bus", "csu", "riverain"]).into()),
            ("line", self.pick(&["1", "2", "3", "4", "5", "10", "NAVETTE", ""]).into()),
            ("anonymous", FactValue::Flag(self.chance(10))),
            ("camera", FactValue::Text(format!("cam-{:03}", self.between(1, 300)))),
            ("follow_up", FactValue::Flag(self.chance(40))),
        ];
        let statement = self.description();
        let involved: Vec<_> = (0..3)
            .map(|_| match self.chance(60) {
                true => (InvolvedKind::Person, self.person()),
                false => (InvolvedKind::Vehicle, self.vehicle()),
            })
            .collect();
        let mut json = Json::open();
        json.number("schema", 1).text("category", family).text("subcategory", kind);
        json.text("status", "brouillon")
            .number("lat", format!("{lat:.6}"))
            .number("lon", format!("{lon:.6}"));
        json.number("accuracy_m", accuracy_m);
        json.text("occurred_at", &moment(occurred_ms)).text("recorded_at", &moment(self.now_ms));
        json.facts(&shared).text("description", &statement).involved(&involved);
        let mut facts = shared;
        facts.push(("position", FactValue::Bytes(position.to_bytes())));
        facts.push(("occurred", FactValue::Bytes(period.to_bytes())));
        let report_type = format!("{family}.{kind}");
        Some(Case { json: json.close(), gap_s, report_type, facts, involved, statement })
    }
}

/// A JSON object whose keys stay in their order.
struct Json(String);

impl Json {
    fn open() -> Json {
        Json("{".to_owned())
    }

    fn key(&mut self, name: &str) {
        if !self.0.ends_with('{') {
            self.0.push(',');
        }
        let _ = write!(self.0, "\"{name}\":");
    }

    fn number(&mut self, name: &str, value: impl std::fmt::Display) -> &mut Self {
        self.key(name);
        let _ = write!(self.0, "{value}");
        self
    }

    /// Nothing in the workload's words needs an escape but quotation marks, and there are none.
    fn text(&mut self, name: &str, value: &str) -> &mut Self {
        self.key(name);
        let _ = write!(self.0, "\"{value}\"");
        self
    }

    fn facts(&mut self, facts: &[(&'static str, FactValue)]) -> &mut Self {
        for (name, value) in facts {
            match value {
                FactValue::Flag(flag) => self.number(name, flag),
                FactValue::Integer(number) => self.number(name, number),
                FactValue::Decimal(number) => self.number(name, number),
                FactValue::Text(text) => self.text(name, text),
                FactValue::Bytes(_) => self,
            };
        }
        self
    }

    fn involved(&mut self, involved: &[(InvolvedKind, Vec<(&'static str, FactValue)>)]) {
        self.key("entities");
        self.0.push('{');
        for (place, (kind, fields)) in involved.iter().enumerate() {
            self.key(&format!("e{place}"));
            self.0.push('{');
            let word = if *kind == InvolvedKind::Person { "person" } else { "vehicle" };
            self.text("kind", word).facts(fields);
            self.0.push('}');
        }
        self.0.push('}');
    }

    fn close(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// RFC 3339, seconds, UTC; the civil date of a day count is Howard Hinnant's `civil_from_days`.
fn moment(ms: i64) -> String {
    let (days, second) = (ms.div_euclid(86_400_000), ms.rem_euclid(86_400_000) / 1000);
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}Z", second % 60)
}
