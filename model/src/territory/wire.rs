//! A territory as deterministic CBOR: the config phones receive. Coordinates are whole grid units,
//! each point of a ring as its step from the one before, so that a commune is a few hundred bytes.
//! Changes only by new keys: unknown ones are skipped, unknown forces are unknown forces (S8).

use minicbor::decode::{self, Decoder};
use minicbor::encode::{self, Encoder, Write};
use minicbor::{Decode, Encode};

use super::shape::UNITS;
use super::{Commune, Force, MAX_COMMUNES, MAX_VERTICES, Polygon, Territory, TerritoryError};

/// The format written here, and the newest read.
const FORMAT: u32 = 1;
/// Longest bytes read: the most vertices at 10 bytes each, and the longest names.
const MAX_BYTES: usize = 4 * 1024 * 1024;

#[derive(Decode)]
#[cbor(map)]
struct Format {
    #[n(0)]
    format: u32,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct WireTerritory<'a> {
    #[n(0)]
    format: u32,
    #[b(1)]
    name: &'a str,
    #[b(2)]
    siren: Option<&'a str>,
    #[b(3)]
    attribution: &'a str,
    #[b(4)]
    communes: Limited<WireCommune<'a>, MAX_COMMUNES>,
}

#[derive(Encode, Decode)]
#[cbor(map)]
struct WireCommune<'a> {
    #[b(0)]
    insee: &'a str,
    #[b(1)]
    name: &'a str,
    #[n(2)]
    label: [i32; 2],
    #[n(3)]
    polygons: Limited<Limited<WireRing, MAX_VERTICES>, MAX_VERTICES>,
    #[n(4)]
    force: Option<u32>,
}

/// A definite array of 1 to `MAX` items.
struct Limited<T, const MAX: usize>(Vec<T>);

/// Points of a ring, longitude and latitude in grid units; on the wire a flat array of steps.
struct WireRing(Vec<[i32; 2]>);

impl<C, T: Encode<C>, const MAX: usize> Encode<C> for Limited<T, MAX> {
    fn encode<W: Write>(&self, to: &mut Encoder<W>, context: &mut C) -> Result<(), encode::Error<W::Error>> {
        to.array(self.0.len() as u64)?;
        self.0.iter().try_for_each(|item| item.encode(to, context))
    }
}

impl<'b, C, T: Decode<'b, C>, const MAX: usize> Decode<'b, C> for Limited<T, MAX> {
    fn decode(from: &mut Decoder<'b>, context: &mut C) -> Result<Self, decode::Error> {
        let count = length(from, 1, MAX)?;
        let items: Result<Vec<T>, _> = (0..count).map(|_| T::decode(from, context)).collect();
        Ok(Limited(items?))
    }
}

impl<C> Encode<C> for WireRing {
    fn encode<W: Write>(&self, to: &mut Encoder<W>, _: &mut C) -> Result<(), encode::Error<W::Error>> {
        to.array(2 * self.0.len() as u64)?;
        let mut last = [0, 0];
        for point in &self.0 {
            to.i32(point[0] - last[0])?.i32(point[1] - last[1])?;
            last = *point;
        }
        Ok(())
    }
}

impl<'b, C> Decode<'b, C> for WireRing {
    fn decode(from: &mut Decoder<'b>, _: &mut C) -> Result<Self, decode::Error> {
        let numbers = length(from, 6, 2 * MAX_VERTICES)?;
        if numbers % 2 == 1 {
            return Err(decode::Error::message("a ring has a longitude without latitude").at(from.position()));
        }
        let mut last = [0_i32, 0];
        let mut points = Vec::new();
        for _ in 0..numbers / 2 {
            for coordinate in &mut last {
                let moved = coordinate.checked_add(from.i32()?);
                *coordinate = moved
                    .ok_or_else(|| decode::Error::message("a coordinate overflows").at(from.position()))?;
            }
            points.push(last);
        }
        Ok(WireRing(points))
    }
}

/// The length of a definite array, within limits and never more than the bytes that are left.
fn length(from: &mut Decoder<'_>, least: usize, most: usize) -> Result<usize, decode::Error> {
    let said = from.array()?.and_then(|count| usize::try_from(count).ok());
    let left = from.input().len() - from.position();
    said.filter(|count| (least..=most.min(left)).contains(count)).ok_or_else(|| {
        decode::Error::message("an array has no length, or one out of limits").at(from.position())
    })
}

fn to_grid(point: [f64; 2]) -> [i32; 2] {
    point.map(|degrees| (degrees * UNITS).round() as i32)
}

fn to_degrees(point: [i32; 2]) -> [f64; 2] {
    point.map(|units| f64::from(units) / UNITS)
}

impl Territory {
    /// The territory's bytes: deterministic CBOR, equal for equal territories whatever the order of import.
    ///
    /// # Errors
    /// [`TerritoryError::TooMany`] when they would not be read back.
    pub fn to_bytes(&self) -> Result<Vec<u8>, TerritoryError> {
        let wire = WireTerritory {
            format: FORMAT,
            name: &self.name,
            siren: self.siren.as_deref(),
            attribution: &self.attribution,
            communes: Limited(self.communes.iter().map(Commune::to_wire).collect()),
        };
        let bytes = minicbor::to_vec(&wire).map_err(|cause| malformed(&cause))?;
        check_length(&bytes)?;
        Ok(bytes)
    }

    /// Reads a territory back, with every check of [`Territory::new`].
    ///
    /// # Errors
    /// [`TerritoryError`] for bytes that are too many, damaged, newer than this version, or name an
    /// impossible territory.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, TerritoryError> {
        check_length(bytes)?;
        let Format { format } = minicbor::decode(bytes).map_err(|cause| malformed(&cause))?;
        if format != FORMAT {
            return Err(TerritoryError::Newer { version: format, known: FORMAT });
        }
        let mut decoder = Decoder::new(bytes);
        let wire: WireTerritory<'_> = decoder.decode().map_err(|cause| malformed(&cause))?;
        if decoder.position() != bytes.len() {
            return Err(TerritoryError::Malformed { reason: "bytes follow its end".to_owned() });
        }
        let communes = wire.communes.0.iter().map(Commune::from_wire).collect();
        let (territory, _told_at_import) =
            Territory::new(wire.name.into(), wire.siren.map(Into::into), wire.attribution.into(), communes)?;
        Ok(territory)
    }
}

fn check_length(bytes: &[u8]) -> Result<(), TerritoryError> {
    let fits = bytes.len() <= MAX_BYTES;
    fits.then_some(()).ok_or(TerritoryError::TooMany { what: "bytes", count: bytes.len(), limit: MAX_BYTES })
}

fn malformed(cause: &impl std::fmt::Display) -> TerritoryError {
    TerritoryError::Malformed { reason: cause.to_string() }
}

impl Commune {
    fn to_wire(&self) -> WireCommune<'_> {
        let ring = |ring: &Vec<[f64; 2]>| WireRing(ring.iter().map(|point| to_grid(*point)).collect());
        let polygon = |polygon: &Polygon| Limited(polygon.rings().map(ring).collect());
        WireCommune {
            insee: &self.insee,
            name: &self.name,
            label: to_grid(self.label),
            polygons: Limited(self.polygons.iter().map(polygon).collect()),
            force: self.force.map(Force::code),
        }
    }

    fn from_wire(wire: &WireCommune<'_>) -> Self {
        let ring = |ring: &WireRing| ring.0.iter().map(|point| to_degrees(*point)).collect::<Vec<_>>();
        let polygon = |rings: &Limited<WireRing, MAX_VERTICES>| {
            let mut rings = rings.0.iter().map(ring);
            Polygon { exterior: rings.next().unwrap_or_default(), holes: rings.collect() }
        };
        Commune {
            insee: wire.insee.to_owned(),
            name: wire.name.to_owned(),
            label: to_degrees(wire.label),
            polygons: wire.polygons.0.iter().map(polygon).collect(),
            force: wire.force.and_then(Force::from_code),
        }
    }
}

impl Force {
    fn code(self) -> u32 {
        match self {
            Self::Police => 1,
            Self::Gendarmerie => 2,
        }
    }

    fn from_code(code: u32) -> Option<Self> {
        match code {
            1 => Some(Self::Police),
            2 => Some(Self::Gendarmerie),
            _ => None,
        }
    }
}
