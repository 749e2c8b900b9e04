//! Territories, as they travel and as people give them.

use ronde_model::territory::Territory;
use ronde_server::territory::{Naming, read_geojson, to_geojson};

/// A territory on the wire.
pub fn territory(input: &[u8]) {
    if let Ok(territory) = Territory::from_bytes(input) {
        holds(&territory);
    }
}

/// A GeoJSON file, with and without the words a person adds.
pub fn geojson(input: &[u8]) {
    let named = || Naming { name: Some("Essai".into()), ..Naming::default() };
    for (naming, police) in [(named(), None), (Naming::default(), Some(&["99001".to_owned()][..]))] {
        if let Ok(imported) = read_geojson(input, naming, police) {
            holds(&imported.territory);
        }
    }
}

/// It travels unchanged, and a place in it is found by its label.
fn holds(territory: &Territory) {
    if let Ok(bytes) = territory.to_bytes() {
        assert_eq!(Territory::from_bytes(&bytes).as_ref(), Ok(territory), "it travels and arrives otherwise");
    }
    for commune in territory.communes() {
        let [lon, lat] = commune.label;
        let _found = territory.commune_at(lon, lat);
    }
    let _shown = to_geojson(territory);
}
