//! The territory as a list of communes. Polygons stay inside: a screen asks which commune a
//! position is in. Changes when a screen needs more of the map.

use ronde_core::model::territory::{self, Force};

enums! {
    /// Which force is competent.
    Force { Police, Gendarmerie }
}

/// A commune; its name is written at (`lon`, `lat`), degrees; its force is unknown when nobody said.
#[derive(uniffi::Record)]
#[allow(missing_docs)]
pub struct Commune {
    pub insee: String,
    pub name: String,
    pub lon: f64,
    pub lat: f64,
    pub force: Option<Force>,
}

impl From<&territory::Commune> for Commune {
    fn from(drawn: &territory::Commune) -> Self {
        let [lon, lat] = drawn.label;
        Commune { insee: drawn.insee.clone(), name: drawn.name.clone(), lon, lat, force: drawn.force }
    }
}
