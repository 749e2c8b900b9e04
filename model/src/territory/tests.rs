use std::path::Path;

use proptest::prelude::*;

use super::*;

fn commune(insee: &str, exterior: &[[f64; 2]]) -> Commune {
    let middle = |axis: usize| exterior.iter().map(|point| point[axis]).sum::<f64>() / exterior.len() as f64;
    Commune {
        insee: insee.to_owned(),
        name: format!("Commune {insee}"),
        label: [middle(0), middle(1)],
        polygons: vec![Polygon { exterior: exterior.to_vec(), holes: vec![] }],
        force: None,
    }
}

fn square(insee: &str, west: f64, south: f64) -> Commune {
    let (east, north) = (west + 1.0, south + 1.0);
    commune(insee, &[[west, south], [east, south], [east, north], [west, north]])
}

fn territory(communes: Vec<Commune>) -> Result<Territory, TerritoryError> {
    Territory::new("Ici".into(), None, "Dessin".into(), communes).map(|(territory, _)| territory)
}

fn insee_at(territory: &Territory, lon: f64, lat: f64) -> Option<&str> {
    territory.commune_at(lon, lat).map(|found| found.insee.as_str())
}

#[test]
fn a_position_is_in_its_commune_and_nowhere_outside() {
    let two = territory(vec![square("28002", 1.0, 48.0), square("28001", 0.0, 48.0)]).unwrap();
    assert_eq!(insee_at(&two, 0.5, 48.5), Some("28001"));
    assert_eq!(insee_at(&two, 1.5, 48.5), Some("28002"));
    for (lon, lat) in
        [(0.5, 47.9), (0.5, 49.1), (-0.1, 48.5), (2.1, 48.5), (f64::NAN, 48.5), (0.5, f64::INFINITY)]
    {
        assert_eq!(insee_at(&two, lon, lat), None, "{lon} {lat}");
    }
    assert_eq!(two.communes().iter().map(|c| c.insee.as_str()).collect::<Vec<_>>(), ["28001", "28002"]);
    assert_eq!(two.commune("28002").unwrap().name, "Commune 28002");
    assert_eq!(two.commune("28003"), None);
}

#[test]
fn a_hole_belongs_to_the_commune_that_fills_it() {
    let ring = [[0.4, 48.4], [0.6, 48.4], [0.6, 48.6], [0.4, 48.6]];
    let mut around = square("28001", 0.0, 48.0);
    around.polygons[0].holes.push(ring.to_vec());
    let both = territory(vec![around.clone(), commune("28002", &ring)]).unwrap();
    assert_eq!(insee_at(&both, 0.5, 48.5), Some("28002"));
    assert_eq!(insee_at(&both, 0.3, 48.5), Some("28001"));
    let alone = territory(vec![around]).unwrap();
    assert_eq!(insee_at(&alone, 0.5, 48.5), None);
}

#[test]
fn a_commune_in_several_pieces_is_one_commune() {
    let mut scattered = square("28001", 0.0, 48.0);
    scattered.polygons.extend(square("28001", 5.0, 48.0).polygons);
    let one = territory(vec![scattered]).unwrap();
    assert_eq!(insee_at(&one, 0.5, 48.5), Some("28001"));
    assert_eq!(insee_at(&one, 5.5, 48.5), Some("28001"));
    assert_eq!(insee_at(&one, 3.0, 48.5), None);
}

#[test]
fn rings_may_be_closed_or_open_and_coordinates_go_to_the_grid() {
    let mut closed = square("28001", 0.0, 48.0);
    let first = closed.polygons[0].exterior[0];
    closed.polygons[0].exterior.insert(1, [0.000_001, 48.000_004]);
    closed.polygons[0].exterior.push(first);
    assert_eq!(territory(vec![closed]), territory(vec![square("28001", 0.0, 48.0)]));
}

#[test]
fn a_label_outside_its_commune_is_told_and_accepted() {
    let mut astray = square("28001", 0.0, 48.0);
    astray.label = [3.0, 48.5];
    let (_, warnings) =
        Territory::new("Ici".into(), None, "Dessin".into(), vec![astray, square("28002", 1.0, 48.0)])
            .unwrap();
    assert_eq!(warnings, [Warning::LabelOutside { insee: "28001".into(), name: "Commune 28001".into() }]);
}

#[test]
fn an_impossible_territory_is_refused_by_name() {
    let changed = |change: fn(&mut Commune)| {
        let mut one = square("28001", 0.0, 48.0);
        change(&mut one);
        territory(vec![one]).unwrap_err()
    };
    let insee = || "28001".to_owned();
    assert_eq!(territory(vec![]), Err(TerritoryError::Empty));
    let twice = vec![square("28001", 0.0, 48.0), square("28001", 1.0, 48.0)];
    assert_eq!(territory(twice), Err(TerritoryError::Duplicate { insee: insee() }));
    assert_eq!(changed(|c| c.label[0] = f64::NAN), TerritoryError::Coordinate { insee: insee() });
    assert_eq!(
        changed(|c| c.polygons[0].exterior[1][1] = 90.1),
        TerritoryError::Coordinate { insee: insee() }
    );
    assert_eq!(
        changed(|c| c.polygons[0].exterior[1][0] = -180.1),
        TerritoryError::Coordinate { insee: insee() }
    );
    assert_eq!(changed(|c| c.polygons.clear()), TerritoryError::Shape { insee: insee() });
    assert_eq!(changed(|c| c.polygons[0].exterior.truncate(2)), TerritoryError::Shape { insee: insee() });
    assert_eq!(changed(|c| c.polygons[0].holes.push(vec![])), TerritoryError::Shape { insee: insee() });
    assert!(matches!(changed(|c| c.insee = "28 01".into()), TerritoryError::Insee { .. }));
    assert!(matches!(changed(|c| c.insee = "2a004".into()), TerritoryError::Insee { .. }));
    assert!(matches!(changed(|c| c.name = " ".into()), TerritoryError::Name { .. }));
    assert!(matches!(changed(|c| c.name = "x".repeat(201)), TerritoryError::Name { .. }));
    let siren = Territory::new(
        "Ici".into(),
        Some("20003318".into()),
        "Dessin".into(),
        vec![square("28001", 0.0, 48.0)],
    );
    assert!(matches!(siren, Err(TerritoryError::Siren { .. })));
    let many = (0..=MAX_COMMUNES).map(|n| square(&format!("{n:05}"), 0.0, 48.0)).collect();
    assert!(matches!(territory(many), Err(TerritoryError::TooMany { what: "communes", .. })));
    let mut long = square("28001", 0.0, 48.0);
    long.polygons[0].exterior = vec![[0.0, 48.0]; MAX_VERTICES + 1];
    assert!(matches!(territory(vec![long]), Err(TerritoryError::TooMany { what: "vertices", .. })));
}

#[test]
fn the_drawn_territory_is_a_checked_one_that_says_it_is_a_drawing() {
    let drawn = Territory::drawn();
    let (checked, warnings) =
        Territory::new(drawn.name.clone(), None, drawn.attribution.clone(), drawn.communes.clone()).unwrap();
    assert_eq!((&checked, warnings), (&drawn, vec![]));
    assert!(drawn.name().contains("dessiné"));
    assert_eq!(drawn.communes().len(), 7);
    assert!(drawn.communes().iter().all(|commune| commune.insee.starts_with("99")));
    assert_eq!(drawn.communes_without_force(), 0);
    for force in [Force::Police, Force::Gendarmerie] {
        assert!(drawn.communes().iter().any(|commune| commune.force == Some(force)));
    }
    assert_labels_are_at_home(&drawn);
}

#[test]
fn a_point_on_a_shared_border_is_in_exactly_one_commune() {
    let drawn = Territory::drawn();
    let centre = &drawn.commune("99001").unwrap().polygons[0].exterior;
    for (one, other) in centre.iter().zip(centre.iter().cycle().skip(1)) {
        for step in 0..=1_000 {
            let along = f64::from(step) / 1_000.0;
            let point = [0, 1].map(|axis| one[axis] + along * (other[axis] - one[axis]));
            let owners = drawn.communes().iter().filter(|commune| commune.contains(point[0], point[1]));
            assert_eq!(owners.count(), 1, "{point:?}");
        }
    }
}

#[test]
fn a_territory_comes_back_from_its_bytes_whatever_the_order_of_import() {
    let drawn = Territory::drawn();
    let bytes = drawn.to_bytes().unwrap();
    assert_eq!(Territory::from_bytes(&bytes), Ok(drawn.clone()));
    let mut backwards = drawn.communes.clone();
    backwards.reverse();
    let again = Territory::new(drawn.name.clone(), None, drawn.attribution.clone(), backwards).unwrap().0;
    assert_eq!(again.to_bytes().unwrap(), bytes);

    let mut holed = square("28001", -3.0, -48.0);
    holed.polygons[0].holes.push(vec![[-2.6, -47.6], [-2.4, -47.6], [-2.4, -47.4]]);
    holed.polygons.extend(square("28001", 178.9, 88.0).polygons);
    let (south, _) =
        Territory::new("Ici".into(), Some("200033181".into()), "Dessin".into(), vec![holed]).unwrap();
    assert_eq!(Territory::from_bytes(&south.to_bytes().unwrap()), Ok(south));
}

#[test]
fn a_newer_territory_keeps_what_this_version_understands() {
    let bytes = newer(1, Some(9));
    let read = Territory::from_bytes(&bytes).unwrap();
    assert_eq!(read.communes()[0].force, None, "an unknown force is an unknown force");
    assert_eq!(Territory::from_bytes(&newer(2, None)), Err(TerritoryError::Newer { version: 2, known: 1 }));
}

/// A territory of one triangle with keys this version does not know.
fn newer(format: u32, force: Option<u32>) -> Vec<u8> {
    let mut to = minicbor::Encoder::new(Vec::new());
    to.map(5).unwrap().u8(0).unwrap().u32(format).unwrap().u8(1).unwrap().str("Ici").unwrap();
    to.u8(3).unwrap().str("Dessin").unwrap().u8(4).unwrap().array(1).unwrap();
    to.map(5 + u64::from(force.is_some())).unwrap();
    to.u8(0).unwrap().str("28001").unwrap().u8(1).unwrap().str("Un").unwrap();
    to.u8(2).unwrap().encode([10, 5]).unwrap();
    to.u8(3).unwrap().array(1).unwrap().array(1).unwrap().encode([0, 0, 100, 0, 0, 100]).unwrap();
    if let Some(force) = force {
        to.u8(4).unwrap().u32(force).unwrap();
    }
    to.u8(77).unwrap().str("population").unwrap();
    to.u8(99).unwrap().map(1).unwrap().u8(0).unwrap().null().unwrap();
    to.into_writer()
}

#[test]
fn bytes_that_are_no_territory_are_refused() {
    let good = Territory::drawn().to_bytes().unwrap();
    for cut in 0..good.len() {
        assert!(Territory::from_bytes(&good[..cut]).is_err(), "cut at {cut}");
    }
    let mut longer = good.clone();
    longer.push(0);
    assert!(matches!(Territory::from_bytes(&longer), Err(TerritoryError::Malformed { .. })));
    let too_many = Territory::from_bytes(&vec![0; 5 * 1024 * 1024]);
    assert!(matches!(too_many, Err(TerritoryError::TooMany { what: "bytes", .. })));
    let ring = |numbers: &[i32]| {
        let mut bytes = newer(1, None);
        let old = minicbor::to_vec([0, 0, 100, 0, 0, 100]).unwrap();
        let place = bytes.windows(old.len()).position(|window| window == old).unwrap();
        bytes.splice(place..place + old.len(), minicbor::to_vec(numbers).unwrap());
        Territory::from_bytes(&bytes).map(|_| ())
    };
    assert_eq!(ring(&[0, 0, 100, 0, 0, 100]), Ok(()));
    assert!(matches!(ring(&[0, 0, 100, 0]), Err(TerritoryError::Malformed { .. })), "two points");
    assert!(matches!(ring(&[0, 0, 100, 0, 0, 100, 5]), Err(TerritoryError::Malformed { .. })), "odd");
    assert!(matches!(ring(&[i32::MAX, 0, 1, 0, 0, 100]), Err(TerritoryError::Malformed { .. })), "overflow");
    assert!(
        matches!(ring(&[20_000_000, 0, 1, 0, 0, 100]), Err(TerritoryError::Coordinate { .. })),
        "beyond 180°"
    );
}

#[test]
fn the_real_agglomeration_finds_every_label_at_home_and_fits_in_a_config() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data/communes/chartres-metropole-66.geojson");
    let Ok(text) = std::fs::read_to_string(&file) else {
        println!("skipped: the communes of the agglomeration are not beside this repository");
        return;
    };
    let collection: serde_json::Value = serde_json::from_str(&text).unwrap();
    let communes = collection["features"].as_array().unwrap().iter().map(from_feature).collect();
    let siren = Some("200033181".to_owned());
    let (real, warnings) =
        Territory::new("Chartres Métropole".into(), siren, "IGN, INSEE".into(), communes).unwrap();
    assert_eq!(warnings, []);
    assert_eq!(real.communes().len(), 66);
    assert_eq!(real.communes_without_force(), 66);
    assert_labels_are_at_home(&real);
    let bytes = real.to_bytes().unwrap();
    println!("{} communes, {} vertices: {} bytes", real.communes().len(), real.vertices(), bytes.len());
    assert!(bytes.len() < 64 * 1024);
    assert_eq!(Territory::from_bytes(&bytes), Ok(real));
}

fn from_feature(feature: &serde_json::Value) -> Commune {
    let point = |pair: &serde_json::Value| [pair[0].as_f64().unwrap(), pair[1].as_f64().unwrap()];
    let facts = &feature["properties"];
    let rings = feature["geometry"]["coordinates"].as_array().unwrap();
    let mut rings = rings.iter().map(|ring| ring.as_array().unwrap().iter().map(point).collect());
    Commune {
        insee: facts["insee"].as_str().unwrap().to_owned(),
        name: facts["nom"].as_str().unwrap().to_owned(),
        label: point(&facts["label"]),
        polygons: vec![Polygon { exterior: rings.next().unwrap(), holes: rings.collect() }],
        force: None,
    }
}

fn assert_labels_are_at_home(territory: &Territory) {
    for commune in territory.communes() {
        let [lon, lat] = commune.label;
        assert_eq!(insee_at(territory, lon, lat), Some(commune.insee.as_str()));
        let owners = territory.communes().iter().filter(|other| other.contains(lon, lat));
        assert_eq!(owners.count(), 1, "{} is also in another commune", commune.name);
    }
}

proptest! {
    #[test]
    fn a_damaged_territory_is_an_error_or_a_territory_never_a_panic(
        place in 0_usize..200, byte: u8, noise in prop::collection::vec(any::<u8>(), 0..60)
    ) {
        let _ = Territory::from_bytes(&noise);
        let mut bytes = Territory::drawn().to_bytes().unwrap();
        bytes[place] = byte;
        if let Ok(read) = Territory::from_bytes(&bytes) {
            prop_assert_eq!(Territory::from_bytes(&read.to_bytes().unwrap()), Ok(read));
        }
    }

    #[test]
    fn the_grid_and_its_boxes_agree_with_a_naive_search(lon in 1.3_f64..1.7, lat in 48.3_f64..48.6) {
        let drawn = Territory::drawn();
        let naive = drawn.communes().iter().find(|commune| commune.contains(lon, lat));
        prop_assert_eq!(drawn.commune_at(lon, lat), naive);
    }
}
