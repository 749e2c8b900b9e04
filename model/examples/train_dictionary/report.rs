//! The facts of a synthetic report, drawn from the shipped catalogue: the six full types most of
//! the time. Knows fields by their kind only. Changes with the catalogue's shape.

use std::collections::BTreeMap;

use ronde_model::catalogue::{Catalogue, Field, FieldKind};
use ronde_model::fact::{FactValue, Period, Position};

use crate::dice::Dice;
use crate::phrases::{Bank, street};

pub const POLICE_UNITS: &[&str] =
    &["pm-chartres", "pm-centre", "pm-nord", "asvp", "brigade-verte", "csu", "police-municipale"];
pub const LINES_UNITS: &[&str] = &["transport", "bus", "controle", "mediation"];
pub const FIRST_NAMES: &[&str] = &[
    "Inès", "Karim", "Hélène", "Bruno", "Malik", "Sophie", "Julien", "Aïcha", "Thomas", "Camille", "Nadia",
    "Pierre", "Laura", "Mehdi", "Claire", "Antoine", "Fatou", "Nicolas", "Élodie", "Yann",
];
pub const LAST_NAMES: &[&str] = &[
    "Martin", "Bernard", "Petit", "Durand", "Leroy", "Moreau", "Simon", "Laurent", "Garcia", "Roux",
    "Fournier", "Girard", "Benali", "Diallo", "Lambert", "Mercier", "Faure", "Nguyen", "Picard", "Colin",
];

/// The six types with full fields.
const FULL_TYPES: &[&str] = &[
    "waste.bags",
    "waste.bulky",
    "waste.rubble",
    "transit.assault_staff",
    "youth.brawl",
    "nuisance.noise_night",
    "presence.contact",
    "video.preserve",
];
const COMMONEST: &[&str] = &["occurred", "position", "commune", "address", "title", "place_kind"];

/// What a person filed.
pub fn facts(dice: &mut Dice, filed_ms: i64, bank: Bank) -> BTreeMap<String, FactValue> {
    let catalogue = Catalogue::shipped();
    let known = if dice.chance(0.8) {
        catalogue.report_type(dice.pick::<&str>(FULL_TYPES))
    } else {
        catalogue.types().get(dice.below(catalogue.types().len()))
    };
    let code = known.map_or("other", |t| t.code.as_str());
    let mut facts = BTreeMap::from([
        ("facts/type".to_owned(), FactValue::Text(code.to_owned())),
        ("facts/template".to_owned(), FactValue::Integer(1)),
    ]);
    let own = known.map(|t| t.fields.as_slice()).unwrap_or_default();
    for field in own {
        if field.required || dice.chance(0.6) {
            facts.insert(format!("facts/{}", field.code), value(dice, field, filed_ms, bank));
        }
    }
    for field in catalogue.common_fields().iter().filter(|_| !known.is_some_and(|t| t.no_content)) {
        let probability = match field.code.as_str() {
            "severity" => 0.7,
            code if COMMONEST.contains(&code) => 0.85,
            "outcome" | "urgent" | "no_statement" => 0.15,
            "type" | "template" => 0.0,
            code if code.starts_with("source") => 0.01,
            _ => 0.04,
        };
        if dice.chance(probability) {
            facts.insert(format!("facts/{}", field.code), value(dice, field, filed_ms, bank));
        }
    }
    facts
}

/// One fact put again.
pub fn correction(dice: &mut Dice, at_ms: i64, bank: Bank) -> (String, FactValue) {
    let catalogue = Catalogue::shipped();
    let field = catalogue
        .report_type(dice.pick::<&str>(FULL_TYPES))
        .and_then(|t| t.fields.get(dice.below(t.fields.len())))
        .filter(|_| dice.chance(0.5))
        .or_else(|| catalogue.field("other", dice.pick::<&str>(COMMONEST)));
    match field {
        Some(field) => (format!("facts/{}", field.code), value(dice, field, at_ms, bank)),
        None => ("facts/severity".to_owned(), FactValue::Integer(2)),
    }
}

fn value(dice: &mut Dice, field: &Field, at_ms: i64, bank: Bank) -> FactValue {
    match (&field.kind, field.code.as_str()) {
        (_, "title") => FactValue::Text(bank.title(dice)),
        (_, "address") => FactValue::Text(street(dice)),
        (_, "commune") => FactValue::Text(format!("28{:03}", 1 + dice.below(420))),
        (_, "line") => FactValue::Text((1 + dice.below(20)).to_string()),
        (_, "vehicle") => FactValue::Text((100 + dice.below(300)).to_string()),
        (_, "camera") => FactValue::Text(format!("C{:03}", dice.below(260))),
        (_, "people_count") => FactValue::Integer(dice.below(25) as i64),
        (_, "delay_min" | "duration_min") => FactValue::Integer(5 * dice.below(24) as i64),
        (_, "severity") => FactValue::Integer(1 + dice.below(5) as i64),
        (FieldKind::Integer { min, max }, _) => {
            FactValue::Integer(min + dice.below((max - min).min(99) as usize) as i64)
        }
        (FieldKind::Decimal { min, .. }, _) => FactValue::Decimal(min + dice.below(200) as f64 / 2.0),
        (FieldKind::Flag, _) => FactValue::Flag(dice.chance(0.6)),
        (FieldKind::Choice { choices }, _) => FactValue::Text(dice.pick(choices).clone()),
        (FieldKind::Date, _) => {
            FactValue::Text(format!("2026-{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(28)))
        }
        (FieldKind::Period, _) => {
            let to_ms = (at_ms - dice.below(7_200_000) as i64) / 60_000 * 60_000;
            let from_ms = to_ms - 60_000 * dice.below(90) as i64;
            FactValue::Bytes(Period { from_ms, to_ms, zone_min: 120, observed_ms: None }.to_bytes())
        }
        (FieldKind::Position, _) => FactValue::Bytes(position(dice).to_bytes()),
        _ => FactValue::Text(bank.note(dice)),
    }
}

fn position(dice: &mut Dice) -> Position {
    Position {
        lat_e7: 483_000_000 + dice.below(2_500_000) as i32,
        lon_e7: 13_000_000 + dice.below(4_000_000) as i32,
        accuracy_dm: 30 + dice.below(400) as u32,
        age_s: Some(dice.below(40) as u32),
        provider: Some((*dice.pick(&["gnss", "fused", "fused", "network"])).to_owned()),
        mocked: None,
    }
}
