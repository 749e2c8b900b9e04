//! Rings of points: rounding to the grid, boxes, and even-odd point in polygon.
//! Plane geometry in degrees: good for a territory, not across the antimeridian or a pole.
//! Changes when shapes gain a question to answer.

use serde::Serialize;

/// Grid units in a degree.
pub(super) const UNITS: f64 = 1e5;

/// A piece of land with its holes. Rings are open: the last point joins the first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Polygon {
    /// Outer ring, longitude and latitude in degrees.
    pub exterior: Vec<[f64; 2]>,
    /// Rings cut out of it.
    pub holes: Vec<Vec<[f64; 2]>>,
}

impl Polygon {
    pub(super) fn rings(&self) -> impl Iterator<Item = &Vec<[f64; 2]>> {
        std::iter::once(&self.exterior).chain(&self.holes)
    }

    pub(super) fn rings_mut(&mut self) -> impl Iterator<Item = &mut Vec<[f64; 2]>> {
        std::iter::once(&mut self.exterior).chain(&mut self.holes)
    }

    /// Even-odd rule: a ray to the east crosses the rings an odd number of times.
    pub(super) fn contains(&self, lon: f64, lat: f64) -> bool {
        self.rings().map(|ring| crossings(ring, lon, lat)).sum::<usize>() % 2 == 1
    }
}

/// How often a ray from the point to the east crosses a ring. An edge owns its lower end only, so a
/// ray through a vertex is counted once; and an edge is always followed upwards, so two neighbours
/// compute the same crossing on the border they share and a point on it is in exactly one of them.
fn crossings(ring: &[[f64; 2]], lon: f64, lat: f64) -> usize {
    let following = ring.iter().cycle().skip(1);
    let edges = ring.iter().zip(following).map(
        |(one, other)| {
            if one[1] <= other[1] { (one, other) } else { (other, one) }
        },
    );
    edges
        .filter(|(low, high)| low[1] <= lat && lat < high[1])
        .filter(|(low, high)| lon < low[0] + (lat - low[1]) / (high[1] - low[1]) * (high[0] - low[0]))
        .count()
}

/// The nearest grid point, or `None` for what is not a longitude and a latitude.
pub(super) fn round_degrees(point: [f64; 2]) -> Option<[f64; 2]> {
    let on_earth = point[0].abs() <= 180.0 && point[1].abs() <= 90.0;
    on_earth.then(|| point.map(|degrees| (degrees * UNITS).round() / UNITS))
}

/// A box around polygons.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bounds {
    low: [f64; 2],
    high: [f64; 2],
}

impl Bounds {
    pub(super) fn around(polygons: &[Polygon]) -> Self {
        let nowhere = Bounds { low: [f64::INFINITY; 2], high: [f64::NEG_INFINITY; 2] };
        let points = polygons.iter().flat_map(|polygon| &polygon.exterior);
        points.fold(nowhere, |bounds, point| Bounds {
            low: [bounds.low[0].min(point[0]), bounds.low[1].min(point[1])],
            high: [bounds.high[0].max(point[0]), bounds.high[1].max(point[1])],
        })
    }

    pub(super) fn contain(&self, lon: f64, lat: f64) -> bool {
        (self.low[0]..=self.high[0]).contains(&lon) && (self.low[1]..=self.high[1]).contains(&lat)
    }
}
