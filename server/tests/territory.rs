//! Maps on their way in: the real one when it is at hand, the drawn one always, bad ones refused.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

use std::path::Path;

use ronde_model::territory::{Force, Territory};
use ronde_server::territory::{ImportError, MAX_FILE_BYTES, Naming, read_geojson, to_geojson};
use serde_json::{Value, json};

fn real_map() -> Option<Vec<u8>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data/communes/chartres-metropole-66.geojson");
    let map = std::fs::read(&path).ok();
    if map.is_none() {
        println!("skipped: ../shared/data/communes is not here, so the 66 communes are not imported");
    }
    map
}

fn square(insee: &str, name: &str, lon: f64) -> Value {
    json!({"type": "Feature", "properties": {"insee": insee, "nom": name, "label": [lon + 0.05, 48.05]},
        "geometry": {"type": "Polygon", "coordinates":
            [[[lon, 48.0], [lon + 0.1, 48.0], [lon + 0.1, 48.1], [lon, 48.1], [lon, 48.0]]]}})
}

fn map_of(features: Vec<Value>) -> Value {
    json!({"type": "FeatureCollection", "name": "Deux-Rives (SIREN 123456789)",
        "attribution": "Relevé à la main", "features": features})
}

fn two_squares() -> Value {
    map_of(vec![square("99102", "Aval", 1.1), square("99101", "Amont", 1.0)])
}

fn read(map: &Value, police: Option<&[&str]>) -> Result<Territory, ImportError> {
    let police: Option<Vec<String>> = police.map(|codes| codes.iter().map(|c| (*c).to_owned()).collect());
    let imported = read_geojson(map.to_string().as_bytes(), Naming::default(), police.as_deref())?;
    Ok(imported.territory)
}

#[test]
fn the_66_communes_come_in_and_every_label_stands_in_its_own_commune() {
    let Some(map) = real_map() else { return };
    let imported = read_geojson(&map, Naming::default(), None).unwrap();
    let territory = imported.territory;
    assert_eq!(territory.communes().len(), 66);
    assert_eq!(territory.siren(), Some("200033181"));
    assert!(!territory.name().contains("SIREN"), "{}", territory.name());
    assert_eq!(imported.warnings, []);
    for commune in territory.communes() {
        let at = territory.commune_at(commune.label[0], commune.label[1]).map(|found| found.insee.as_str());
        assert_eq!(at, Some(commune.insee.as_str()), "label of {}", commune.name);
    }
    assert_eq!(territory.communes_without_force(), 66, "nobody said a force: none may be guessed");
    let on_the_wire = Territory::from_bytes(&territory.to_bytes().unwrap()).unwrap();
    assert_eq!(on_the_wire, territory, "phones receive the same map");
}

#[test]
fn a_police_list_puts_every_other_commune_in_the_gendarmerie_zone() {
    let Some(map) = real_map() else { return };
    let police = ["28085".to_owned(), "28220".to_owned()];
    let territory = read_geojson(&map, Naming::default(), Some(&police)).unwrap().territory;
    let count = |force| territory.communes().iter().filter(|c| c.force == Some(force)).count();
    assert_eq!((count(Force::Police), count(Force::Gendarmerie)), (2, 64));
    assert_eq!(territory.commune("28085").unwrap().force, Some(Force::Police));
}

#[test]
fn a_drawn_map_names_its_forces_only_when_somebody_said_them() {
    let unsaid = read(&two_squares(), None).unwrap();
    assert_eq!(unsaid.communes_without_force(), 2);
    assert_eq!((unsaid.name(), unsaid.siren()), ("Deux-Rives", Some("123456789")));
    assert_eq!(unsaid.attribution(), "Relevé à la main");
    let said = read(&two_squares(), Some(&["99102"])).unwrap();
    let forces: Vec<_> = said.communes().iter().map(|c| (c.insee.as_str(), c.force)).collect();
    assert_eq!(forces, [("99101", Some(Force::Gendarmerie)), ("99102", Some(Force::Police))]);
}

#[test]
fn what_the_server_shows_can_be_imported_again() {
    for territory in [Territory::drawn(), read(&two_squares(), Some(&["99101"])).unwrap()] {
        let shown = serde_json::to_value(to_geojson(&territory)).unwrap();
        assert_eq!(read(&shown, None).unwrap(), territory);
    }
}

#[test]
fn a_map_without_labels_gets_them_inside() {
    let mut map = two_squares();
    for feature in map["features"].as_array_mut().unwrap() {
        feature["properties"].as_object_mut().unwrap().remove("label");
    }
    let imported = read_geojson(map.to_string().as_bytes(), Naming::default(), None).unwrap();
    assert_eq!(imported.warnings, []);
}

#[test]
fn a_label_outside_its_commune_is_told_and_stops_nothing() {
    let mut map = two_squares();
    map["features"][0]["properties"]["label"] = json!([1.05, 48.05]);
    let imported = read_geojson(map.to_string().as_bytes(), Naming::default(), None).unwrap();
    assert_eq!(imported.warnings.len(), 1);
    assert!(imported.warnings[0].to_string().contains("Aval"), "{}", imported.warnings[0]);
}

#[test]
fn each_bad_map_is_refused_with_its_place() {
    let told = |map: &Value| read(map, None).unwrap_err().to_string();
    let mut nameless = two_squares();
    nameless["features"][1]["properties"].as_object_mut().unwrap().remove("nom");
    assert!(told(&nameless).contains("feature 2 has no property nom"), "{}", told(&nameless));
    let mut line = two_squares();
    line["features"][0]["geometry"] =
        json!({"type": "LineString", "coordinates": [[1.0, 48.0], [1.1, 48.1]]});
    assert!(told(&line).contains("feature 1 has no polygon"), "{}", told(&line));
    let mut flat = two_squares();
    flat["features"][0]["geometry"]["coordinates"] = json!([[[1.0], [1.1], [1.2], [1.0]]]);
    assert!(read(&flat, None).is_err());
    let twice = map_of(vec![square("99101", "Amont", 1.0), square("99101", "Amont", 1.1)]);
    assert!(told(&twice).contains("99101 is there twice"), "{}", told(&twice));
    assert!(matches!(read(&two_squares(), Some(&["28085"])), Err(ImportError::UnknownPolice(_))));
    let anonymous = json!({"type": "FeatureCollection", "features": [square("99101", "Amont", 1.0)]});
    assert!(matches!(read(&anonymous, None), Err(ImportError::NoName)));
    for bad in ["", "{", "[]", "{\"type\":\"Point\",\"coordinates\":[1,2]}", &"[".repeat(100_000)] {
        let refused = read_geojson(bad.as_bytes(), Naming::default(), None);
        assert!(matches!(refused, Err(ImportError::NotGeoJson(_))), "{:.20}: {refused:?}", bad);
    }
    let heavy = vec![b' '; MAX_FILE_BYTES + 1];
    assert!(matches!(read_geojson(&heavy, Naming::default(), None), Err(ImportError::TooLarge(_))));
}
