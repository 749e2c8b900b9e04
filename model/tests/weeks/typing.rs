//! What two people have in mind, and how each of them types it. Knows no document.

use ronde_model::fact::{FactValue, Period, Position};

use crate::crew::MONDAY_MS;
use crate::crew::dice::Dice;

/// Something both of the crew noticed was wrong in a report.
pub struct Mistake {
    pub key: &'static str,
    pub first: FactValue,
    pub second: FactValue,
    /// They honestly do not agree.
    pub honest: bool,
}

const TITLES: [&str; 5] = [
    "Rixe devant le lycée",
    "Dépôt d’encombrants rue de l’Épargne",
    "Tapage, 2e étage",
    "Bus dégradé à l’arrêt Gare",
    "Œuvre taguée",
];
const OTHER_TITLES: [&str; 3] = ["Bagarre entre élèves", "Dégradation du bus n° 12", "Fête au 2e étage"];
const COMMUNES: [&str; 6] = ["28085", "28218", "28229", "28220", "28110", "28070"];
const PLATE: &str = "vehicle/01j9z3k4m5n6p7q8r9s0t1v2w3/plate";

/// One time in five, two people who look at the same thing do not see the same.
const HONESTLY_DIFFERENT: f64 = 0.2;

impl Mistake {
    pub fn new(dice: &mut Dice) -> Self {
        let honest = dice.chance(HONESTLY_DIFFERENT);
        match dice.below(7) {
            0 => words("facts/title", dice, &TITLES, &OTHER_TITLES, honest, typed),
            1 => words("facts/commune", dice, &COMMUNES[..3], &COMMUNES[3..], honest, |_, code| {
                code.to_owned()
            }),
            2 => words(
                PLATE,
                dice,
                &["AB-123-CD", "EK-907-ZR", "FT-441-QW"],
                &["AB-128-CD", "EK-907-ZB"],
                honest,
                plate,
            ),
            3 => {
                let count = 2 + dice.below(12) as i64;
                same_or(
                    "facts/people_count",
                    honest,
                    FactValue::Integer(count),
                    FactValue::Integer(count + 1),
                )
            }
            4 => same_or("facts/injuries", honest, "light".into(), "serious".into()),
            5 => period(dice, honest),
            _ => position(dice, honest),
        }
    }
}

fn same_or(key: &'static str, honest: bool, first: FactValue, other: FactValue) -> Mistake {
    let second = if honest { other } else { first.clone() };
    Mistake { key, first, second, honest }
}

fn words(
    key: &'static str,
    dice: &mut Dice,
    meant: &[&str],
    other: &[&str],
    honest: bool,
    type_it: fn(&mut Dice, &str) -> String,
) -> Mistake {
    let (a, b) = (*dice.pick(meant), *dice.pick(other));
    let first = FactValue::Text(type_it(dice, a));
    let second = FactValue::Text(type_it(dice, if honest { b } else { a }));
    Mistake { key, first, second, honest }
}

/// Thumbs, gloves, two keyboards.
fn typed(dice: &mut Dice, text: &str) -> String {
    let mut text = text.to_owned();
    if dice.chance(0.3) {
        text = text.to_lowercase();
    }
    if dice.chance(0.15) {
        text = text.to_uppercase();
    }
    if dice.chance(0.3) {
        text = text.replace(['é', 'É'], "e").replace('œ', "oe");
    }
    if dice.chance(0.4) {
        text = text.replace('’', "'");
    }
    if dice.chance(0.2) {
        text.push_str([".", " ", " ."][dice.below(3)]);
    }
    if dice.chance(0.1) { text.replace(' ', "  ") } else { text }
}

fn plate(dice: &mut Dice, plate: &str) -> String {
    let between = ["-", " ", ""][dice.below(3)];
    let plate = plate.replace('-', between);
    if dice.chance(0.4) { plate.to_lowercase() } else { plate }
}

fn period(dice: &mut Dice, honest: bool) -> Mistake {
    let from_ms = MONDAY_MS + dice.below(7 * 24 * 60) as i64 * 60_000;
    let to_ms = from_ms + 60_000 * (5 + dice.below(40) as i64);
    // Typed to the minute by the one, taken from the clock by the other.
    let apart_ms = if honest { 60_000 * (5 + dice.below(20) as i64) } else { dice.below(60_000) as i64 };
    let value = |from_ms: i64| {
        FactValue::Bytes(Period { from_ms, to_ms, zone_min: 60, observed_ms: None }.to_bytes())
    };
    Mistake { key: "facts/occurred", first: value(from_ms), second: value(from_ms + apart_ms), honest }
}

/// Two fixes of one place; or of two places.
fn position(dice: &mut Dice, honest: bool) -> Mistake {
    let (lat, lon) = (48.40 + dice.share() / 10.0, 1.45 + dice.share() / 10.0);
    let fix = |apart_m: f64, dice: &mut Dice| {
        let accuracy_m = 10.0 + 20.0 * dice.share();
        let apart = apart_m / 111_195.0;
        let fix = Position::from_degrees(lat + apart, lon, accuracy_m);
        FactValue::Bytes(fix.expect("on earth").to_bytes())
    };
    let apart_m = if honest { 60.0 + 300.0 * dice.share() } else { 9.0 * dice.share() };
    let (first, second) = (fix(0.0, dice), fix(apart_m, dice));
    Mistake { key: "facts/position", first, second, honest }
}
