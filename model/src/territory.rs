//! The map of one agglomeration: communes as polygons, and which commune a position is in.
//! Degrees WGS 84, longitude first, as in GeoJSON, which it does not read. Knows no real place.
//! Changes when a territory carries something new.

mod drawn;
mod error;
mod shape;
#[cfg(test)]
mod tests;
mod wire;

use std::collections::BTreeSet;

use serde::Serialize;

pub use error::{TerritoryError, Warning};
pub use shape::Polygon;
use shape::{Bounds, round_degrees};

/// Most communes of a territory.
pub const MAX_COMMUNES: usize = 2_000;
/// Most vertices of a territory, all rings together.
pub const MAX_VERTICES: usize = 200_000;
/// Most characters of a name or an attribution.
const MAX_NAME: usize = 200;

/// Which force is territorially competent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Force {
    /// Police zone (ZPN).
    Police,
    /// Gendarmerie zone (ZGN).
    Gendarmerie,
}

/// One commune.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Commune {
    /// INSEE code, 5 digits or capitals (`2A004`).
    pub insee: String,
    /// Name.
    pub name: String,
    /// Where the name is written: longitude, latitude.
    pub label: [f64; 2],
    /// One polygon per piece of the commune.
    pub polygons: Vec<Polygon>,
    /// Its force, `None` when nobody said: then it is said to be unknown, never guessed.
    pub force: Option<Force>,
}

/// A checked territory: communes ordered by INSEE code, coordinates on a grid of 1e-5 degree (about 1 m).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Territory {
    name: String,
    siren: Option<String>,
    attribution: String,
    communes: Vec<Commune>,
    #[serde(skip)]
    bounds: Vec<Bounds>,
}

impl Territory {
    /// Checks and orders communes. Rings may be given closed (as in GeoJSON) or open; coordinates are
    /// rounded to 1e-5 degree.
    ///
    /// # Errors
    /// [`TerritoryError`] on the first commune that cannot be used.
    pub fn new(
        name: String,
        siren: Option<String>,
        attribution: String,
        mut communes: Vec<Commune>,
    ) -> Result<(Self, Vec<Warning>), TerritoryError> {
        check_name("the territory's name", &name)?;
        check_name("the attribution", &attribution)?;
        if let Some(number) = siren.as_ref().filter(|siren| !is_code(siren, 9, u8::is_ascii_digit)) {
            return Err(TerritoryError::Siren { number: number.clone() });
        }
        check_size(&communes)?;
        let mut seen = BTreeSet::new();
        for commune in &mut communes {
            commune.check_and_round()?;
            if !seen.insert(commune.insee.clone()) {
                return Err(TerritoryError::Duplicate { insee: commune.insee.clone() });
            }
        }
        communes.sort_by(|one, other| one.insee.cmp(&other.insee));
        let bounds = communes.iter().map(|commune| Bounds::around(&commune.polygons)).collect();
        let astray = communes.iter().filter(|commune| !commune.contains(commune.label[0], commune.label[1]));
        let warnings = astray
            .map(|commune| Warning::LabelOutside { insee: commune.insee.clone(), name: commune.name.clone() })
            .collect();
        Ok((Territory { name, siren, attribution, communes, bounds }, warnings))
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// SIREN number of the agglomeration, 9 digits.
    pub fn siren(&self) -> Option<&str> {
        self.siren.as_deref()
    }

    /// What must be printed wherever its map is shown.
    pub fn attribution(&self) -> &str {
        &self.attribution
    }

    /// Its communes, by INSEE code.
    pub fn communes(&self) -> &[Commune] {
        &self.communes
    }

    /// A commune by its INSEE code.
    pub fn commune(&self, insee: &str) -> Option<&Commune> {
        let place = self.communes.binary_search_by(|commune| commune.insee.as_str().cmp(insee)).ok()?;
        self.communes.get(place)
    }

    /// The commune a position is in: bounding boxes first, then even-odd ray casting. A point on a border
    /// drawn with the same vertices on both sides is in exactly one commune; where drawings overlap, the
    /// lower INSEE code wins. `None` outside, and for a coordinate that is not finite.
    pub fn commune_at(&self, lon: f64, lat: f64) -> Option<&Commune> {
        let near = self.communes.iter().zip(&self.bounds).filter(|(_, bounds)| bounds.contain(lon, lat));
        near.map(|(commune, _)| commune).find(|commune| commune.contains(lon, lat))
    }

    /// How many communes have no known force: to be said beside every map of forces.
    pub fn communes_without_force(&self) -> usize {
        self.communes.iter().filter(|commune| commune.force.is_none()).count()
    }

    /// How many vertices its rings have, closing points not counted.
    pub fn vertices(&self) -> usize {
        count_vertices(&self.communes)
    }
}

impl Commune {
    /// Whether a position is in the commune (even-odd rule: neither in a hole nor outside).
    pub fn contains(&self, lon: f64, lat: f64) -> bool {
        self.polygons.iter().any(|polygon| polygon.contains(lon, lat))
    }

    fn check_and_round(&mut self) -> Result<(), TerritoryError> {
        if !is_code(&self.insee, 5, |byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()) {
            return Err(TerritoryError::Insee { code: self.insee.chars().take(20).collect() });
        }
        check_name(&format!("the name of {}", self.insee), &self.name)?;
        let insee = || self.insee.clone();
        self.label =
            round_degrees(self.label).ok_or_else(|| TerritoryError::Coordinate { insee: insee() })?;
        if self.polygons.is_empty() {
            return Err(TerritoryError::Shape { insee: insee() });
        }
        for ring in self.polygons.iter_mut().flat_map(Polygon::rings_mut) {
            for point in ring.iter_mut() {
                *point = round_degrees(*point)
                    .ok_or_else(|| TerritoryError::Coordinate { insee: self.insee.clone() })?;
            }
            ring.dedup();
            if ring.len() > 1 && ring.first() == ring.last() {
                ring.pop();
            }
            if ring.len() < 3 {
                return Err(TerritoryError::Shape { insee: self.insee.clone() });
            }
        }
        Ok(())
    }
}

fn check_size(communes: &[Commune]) -> Result<(), TerritoryError> {
    let vertices = count_vertices(communes);
    if communes.is_empty() {
        Err(TerritoryError::Empty)
    } else if communes.len() > MAX_COMMUNES {
        Err(TerritoryError::TooMany { what: "communes", count: communes.len(), limit: MAX_COMMUNES })
    } else if vertices > MAX_VERTICES {
        Err(TerritoryError::TooMany { what: "vertices", count: vertices, limit: MAX_VERTICES })
    } else {
        Ok(())
    }
}

fn count_vertices(communes: &[Commune]) -> usize {
    communes.iter().flat_map(|commune| &commune.polygons).flat_map(Polygon::rings).map(Vec::len).sum()
}

fn check_name(what: &str, name: &str) -> Result<(), TerritoryError> {
    let fits = !name.trim().is_empty() && name.chars().count() <= MAX_NAME;
    fits.then_some(()).ok_or_else(|| TerritoryError::Name { what: what.to_owned() })
}

fn is_code(text: &str, length: usize, allowed: impl Fn(&u8) -> bool) -> bool {
    text.len() == length && text.as_bytes().iter().all(allowed)
}
