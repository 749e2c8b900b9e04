//! Two people of a unit correct one fact unheard of each other, meet at the server, and a supervisor
//! settles it, sometimes from a screen that shows less than is there. Changes with what can diverge.

use std::collections::BTreeMap;

use ronde_model::fact::FactValue;

use super::{field, supervising, talking};
use crate::law::Held;
use crate::network::Weather;
use crate::office::enter;
use crate::town::Town;

/// Out of a hundred: the supervisor acts on what was on screen a while ago.
const STALE: u64 = 40;

/// Out of a hundred: a road that loses something.
const ROUGH: u64 = 25;

/// The whole of it.
pub fn write_apart(town: &mut Town) -> Held {
    let first = town.anybody();
    let Some(doc) = field::some_report(town, first)? else { return Ok(()) };
    let unit = town.phones[first].unit.clone();
    let others: Vec<usize> = town
        .phones
        .iter()
        .filter(|phone| phone.who != first && phone.unit == unit && phone.notebook().read(doc).is_ok())
        .map(|phone| phone.who)
        .collect();
    let Some(second) = town.chance.of(&others).copied() else { return Ok(()) };
    town.figures.count("acts.apart");
    let key = ["facts/severity", "facts/title"][town.chance.below(2)].to_owned();
    // Both have it on screen before either writes.
    let mut screens = Vec::new();
    for who in [first, second] {
        screens.extend(field::open(town, who, doc)?.map(|screen| (who, screen)));
    }
    for (who, screen) in screens {
        let value = match key.as_str() {
            "facts/title" => FactValue::Text(town.words("Titre")),
            _ => FactValue::Integer(town.chance.between(1, 5)),
        };
        field::correct_from(town, who, screen, BTreeMap::from([(key.clone(), value)]))?;
    }
    for who in [first, second] {
        let lost = if town.chance.percent(ROUGH) { 30 } else { 0 };
        let weather = Weather { request_lost: lost, answer_lost: lost, ..Weather::default() };
        talking::converse(town, who, weather, None)?;
    }
    let which = town.chance.below(2);
    let who = enter(&town.door).supervisor(which)?;
    if let Some(stale) = town.desk.take().filter(|_| town.chance.percent(STALE)) {
        supervising::settle(town, &who, &stale)?;
    }
    let Some(desk) = supervising::open(town, &who, doc)? else { return Ok(()) };
    if town.chance.percent(STALE) {
        town.desk = Some(desk);
        return Ok(());
    }
    supervising::settle(town, &who, &desk)
}
