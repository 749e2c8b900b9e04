//! GeoJSON to territory: one feature per commune, `insee` (or `code`) and `nom` (or `name`), a
//! polygon, optionally the point where the name is written and the `force`. Guesses no force zone.
//! Changes when another member of a feature is read.

use std::collections::BTreeSet;

use geojson::{Feature, FeatureCollection, GeoJson, GeometryValue, PolygonType};
use ronde_model::territory::{Commune, Force, Polygon, Territory, TerritoryError, Warning};
use serde_json::Value;

use super::label::inside;

/// Largest file read, bytes.
pub const MAX_FILE_BYTES: usize = 16 * 1024 * 1024;

/// What the file may not say, or says wrongly.
#[derive(Debug, Clone, Default)]
pub struct Naming {
    /// The territory's name; otherwise the collection's own `name`.
    pub name: Option<String>,
    /// SIREN number; otherwise the one in the name, as in `Name (SIREN 123456789)`.
    pub siren: Option<String>,
    /// What must be printed beside the map; otherwise the collection's `attribution`.
    pub attribution: Option<String>,
}

/// A territory read, with what a person should look at.
#[derive(Debug)]
pub struct Imported {
    /// The checked territory.
    pub territory: Territory,
    /// Communes to look at; the territory is usable all the same.
    pub warnings: Vec<Warning>,
}

/// Why a file is no territory.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Over [`MAX_FILE_BYTES`].
    #[error("the file has {0} bytes, at most {MAX_FILE_BYTES} are read: simplify the polygons")]
    TooLarge(usize),
    /// Not GeoJSON.
    #[error("the file is not a GeoJSON FeatureCollection ({0}): export it again as RFC 7946")]
    NotGeoJson(String),
    /// A feature lacks what a commune needs.
    #[error("feature {place} has no {what}: add it and import again")]
    Incomplete {
        /// Which feature, from 1.
        place: usize,
        /// What it lacks.
        what: &'static str,
    },
    /// The police zone names a commune that the file does not hold.
    #[error("--police names {0:?}, which is no commune of the file: check the INSEE code")]
    UnknownPolice(String),
    /// Nobody says the territory's name.
    #[error("the file does not say the territory's name: give --name")]
    NoName,
    /// The communes do not make a territory.
    #[error(transparent)]
    Territory(#[from] TerritoryError),
}

/// Reads a territory. `police`: the INSEE codes of the police zone, every other commune being in
/// the gendarmerie's; `None`: what the file's `force` says, and unknown where it says nothing.
///
/// # Errors
/// [`ImportError`], on the first thing that cannot be used.
pub fn read_geojson(file: &[u8], naming: Naming, police: Option<&[String]>) -> Result<Imported, ImportError> {
    if file.len() > MAX_FILE_BYTES {
        return Err(ImportError::TooLarge(file.len()));
    }
    let collection = parse(file)?;
    let mut communes = Vec::with_capacity(collection.features.len());
    for (before, feature) in collection.features.iter().enumerate() {
        communes.push(commune(before + 1, feature)?);
    }
    if let Some(police) = police {
        set_forces(&mut communes, police)?;
    }
    let said = |member: &str| {
        let members = collection.foreign_members.as_ref()?;
        members.get(member)?.as_str().map(str::to_owned)
    };
    let (name, siren) = split_siren(naming.name.or_else(|| said("name")).ok_or(ImportError::NoName)?);
    let attribution = naming.attribution.or_else(|| said("attribution"));
    let (territory, warnings) = Territory::new(
        name,
        naming.siren.or_else(|| said("siren")).or(siren),
        attribution.unwrap_or_else(|| "Source de la carte non précisée".to_owned()),
        communes,
    )?;
    Ok(Imported { territory, warnings })
}

fn parse(file: &[u8]) -> Result<FeatureCollection, ImportError> {
    let wrong = |cause: String| ImportError::NotGeoJson(cause);
    match GeoJson::from_reader(file).map_err(|cause| wrong(cause.to_string()))? {
        GeoJson::FeatureCollection(collection) => Ok(collection),
        GeoJson::Feature(_) => Err(wrong("it is one Feature".to_owned())),
        GeoJson::Geometry(_) => Err(wrong("it is a bare geometry".to_owned())),
    }
}

fn commune(place: usize, feature: &Feature) -> Result<Commune, ImportError> {
    let lacks = |what| ImportError::Incomplete { place, what };
    let text =
        |names: [&str; 2]| names.iter().find_map(|name| feature.property(name)?.as_str()).map(str::to_owned);
    let geometry = feature.geometry.as_ref().ok_or_else(|| lacks("geometry"))?;
    let polygons: Vec<Polygon> = match &geometry.value {
        GeometryValue::Polygon { coordinates } => vec![polygon(coordinates)],
        GeometryValue::MultiPolygon { coordinates } => coordinates.iter().map(polygon).collect(),
        _ => return Err(lacks("polygon (its geometry is of another kind)")),
    };
    let label = match feature.property("label") {
        Some(given) => {
            point(given).ok_or_else(|| lacks("readable label (expected [longitude, latitude])"))?
        }
        None => inside(&polygons).ok_or_else(|| lacks("polygon with an inside"))?,
    };
    Ok(Commune {
        insee: text(["insee", "code"]).ok_or_else(|| lacks("property insee (or code)"))?,
        name: text(["nom", "name"]).ok_or_else(|| lacks("property nom (or name)"))?,
        label,
        polygons,
        force: feature.property("force").and_then(Value::as_str).and_then(force),
    })
}

fn force(word: &str) -> Option<Force> {
    match word {
        "police" => Some(Force::Police),
        "gendarmerie" => Some(Force::Gendarmerie),
        _ => None,
    }
}

fn point(value: &Value) -> Option<[f64; 2]> {
    match value.as_array()?.as_slice() {
        [lon, lat] => Some([lon.as_f64()?, lat.as_f64()?]),
        _ => None,
    }
}

/// A position without a latitude becomes a point that no check of a territory lets through.
fn polygon(rings: &PolygonType) -> Polygon {
    let point = |at: &geojson::Position| match at.as_slice() {
        [lon, lat, ..] => [*lon, *lat],
        _ => [f64::NAN; 2],
    };
    let mut rings = rings.iter().map(|ring| ring.iter().map(point).collect::<Vec<_>>());
    Polygon { exterior: rings.next().unwrap_or_default(), holes: rings.collect() }
}

fn set_forces(communes: &mut [Commune], police: &[String]) -> Result<(), ImportError> {
    let known: BTreeSet<&str> = communes.iter().map(|commune| commune.insee.as_str()).collect();
    if let Some(unknown) = police.iter().find(|insee| !known.contains(insee.as_str())) {
        return Err(ImportError::UnknownPolice(unknown.chars().take(20).collect()));
    }
    for commune in communes {
        let in_police_zone = police.contains(&commune.insee);
        commune.force = Some(if in_police_zone { Force::Police } else { Force::Gendarmerie });
    }
    Ok(())
}

/// `Name (SIREN 123456789)` is how the State's lists name an agglomeration.
fn split_siren(name: String) -> (String, Option<String>) {
    let siren = name
        .strip_suffix(')')
        .and_then(|open| open.rsplit_once(" (SIREN "))
        .filter(|(_, number)| number.len() == 9 && number.bytes().all(|b| b.is_ascii_digit()))
        .map(|(name, number)| (name.to_owned(), Some(number.to_owned())));
    siren.unwrap_or((name, None))
}
