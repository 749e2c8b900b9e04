//! People and vehicles are found by what was written of them, by nobody who may not read it; rows of an older
//! program are made again for it.

use ronde_model::fact::FactValue;
use ronde_server::events::{EventFilter, Order};
use ronde_server::people::Supervisor;
use ronde_server::supervision::Filter;

use crate::town::Town;

const VEHICLE: &str = "vehicle/01jd0000000000000000000001";
const PERSON: &str = "person/01jd0000000000000000000002";

fn found(town: &Town, who: &Supervisor, text: &str) -> u64 {
    let filter = Filter { text: Some(text.to_owned()), ..Filter::default() };
    let filter = EventFilter { filter, ..EventFilter::default() };
    town.server.events(who, &filter, Order::Newest, None, 10).unwrap().total
}

/// A dumping, a car that fled and somebody seen; a colleague read the plate otherwise.
fn town() -> Town {
    let town = Town::found();
    let (mut ines, mut karim) = (town.officer("Inès", "pm"), town.officer("Karim", "pm"));
    let mut held = ines.file_dumping(&town);
    let put = |key: &str, field: &str, text: &str| (format!("{key}/{field}"), FactValue::from(text));
    let seen = ines.write(
        &mut held,
        &[
            put(VEHICLE, "plate", "GK-482-ZX"),
            put(VEHICLE, "role", "fleeing"),
            put(PERSON, "role", "offender"),
            put(PERSON, "description", "Veste à capuche, œil tuméfié"),
        ],
    );
    let mut copy = karim.receive(&held);
    let one = ines.write(&mut held, &[put(VEHICLE, "plate", "GK-482-ZY")]);
    let other = karim.write(&mut copy, &[put(VEHICLE, "plate", "GK 432 ZX")]);
    ines.push(&[&held.seal, &seen, &one]);
    karim.push(&[&other]);
    town
}

const WRITTEN: [&str; 9] = [
    "GK-482-ZY",
    "gk 482 zy",
    "gk482zy",
    // Whichever of the two is shown.
    "gk-432-zx",
    "capuche veste",
    "OEIL tumefie",
    "auteur",
    "en fuite",
    "offender",
];

#[test]
fn a_plate_a_description_and_a_role_are_found_by_whoever_may_read_them() {
    let town = town();
    let helene = town.supervisor("Hélène", "pm");
    let paul = town.supervisor("Paul", "bus");
    for text in WRITTEN {
        assert_eq!((found(&town, &helene, text), found(&town, &paul, text)), (1, 0), "{text}");
    }
    for text in ["gk-482-zz", "témoin", "capuche verte", "gk 482 zz"] {
        assert_eq!(found(&town, &helene, text), 0, "{text}");
    }
}

#[test]
fn the_rows_of_an_older_program_are_made_again_and_found() {
    let mut town = town();
    let copy = town.backup();
    town.go_on_from(copy, |database| {
        database
            .execute_batch("UPDATE report_words SET words = 'depot sauvage'; PRAGMA user_version = 4")
            .unwrap();
    });
    let helene = town.supervisor("Hélène", "pm");
    for text in WRITTEN {
        assert_eq!(found(&town, &helene, text), 1, "{text}");
    }
}
