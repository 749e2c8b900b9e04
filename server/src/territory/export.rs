//! Territory to GeoJSON, as the console's map and any other tool reads it.
//! Knows the members written, which import reads back. Changes when a map shows more.

use geojson::{Feature, FeatureCollection, Geometry, GeometryValue, JsonObject};
use ronde_model::territory::{Commune, Polygon, Territory};
use serde_json::{Value, json};

/// The territory as a FeatureCollection: `insee`, `nom`, `label` and `force` (`police`,
/// `gendarmerie` or null) of each commune; `name`, `siren` and `attribution` beside them.
pub fn to_geojson(territory: &Territory) -> FeatureCollection {
    let mut beside = JsonObject::new();
    beside.insert("name".to_owned(), Value::from(territory.name()));
    beside.insert("siren".to_owned(), territory.siren().map_or(Value::Null, Value::from));
    beside.insert("attribution".to_owned(), Value::from(territory.attribution()));
    let mut collection = FeatureCollection::new(territory.communes().iter().map(feature));
    collection.foreign_members = Some(beside);
    collection
}

fn feature(commune: &Commune) -> Feature {
    let mut properties = JsonObject::new();
    properties.insert("insee".to_owned(), Value::from(commune.insee.as_str()));
    properties.insert("nom".to_owned(), Value::from(commune.name.as_str()));
    properties.insert("label".to_owned(), json!(commune.label));
    properties.insert("force".to_owned(), json!(commune.force));
    let value = match commune.polygons.as_slice() {
        [only] => GeometryValue::new_polygon(rings(only)),
        several => GeometryValue::new_multi_polygon(several.iter().map(rings)),
    };
    Feature { geometry: Some(Geometry::new(value)), properties: Some(properties), ..Feature::default() }
}

/// Rings closed, as RFC 7946 wants them.
fn rings(polygon: &Polygon) -> Vec<Vec<[f64; 2]>> {
    let closed = |ring: &Vec<[f64; 2]>| ring.iter().chain(ring.first()).copied().collect();
    std::iter::once(&polygon.exterior).chain(&polygon.holes).map(closed).collect()
}
