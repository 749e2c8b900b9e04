//! Where a name may be written when the map does not say: a point inside the land.
//! Plane geometry in degrees, good for one commune. Changes when a better point is wanted.

use ronde_model::territory::Polygon;

/// A point inside the largest piece: the middle of the widest stretch of land on the piece's
/// middle latitude. `None` when no piece has an inside.
pub(super) fn inside(polygons: &[Polygon]) -> Option<[f64; 2]> {
    let largest = polygons.iter().max_by(|one, other| area(one).total_cmp(&area(other)))?;
    let latitudes = || largest.exterior.iter().map(|point| point[1]);
    let low = latitudes().min_by(f64::total_cmp)?;
    let high = latitudes().max_by(f64::total_cmp)?;
    // A hair off the middle, so that the line does not run along an edge drawn on a round figure.
    let lat = low + (high - low) * 0.501_3;
    let mut borders: Vec<f64> = std::iter::once(&largest.exterior)
        .chain(&largest.holes)
        .flat_map(|ring| crossings(ring, lat))
        .collect();
    borders.sort_by(f64::total_cmp);
    let stretches = borders.chunks_exact(2).map(|ends| (ends[0], ends[1]));
    let widest = stretches.max_by(|one, other| (one.1 - one.0).total_cmp(&(other.1 - other.0)))?;
    (widest.1 > widest.0).then(|| [(widest.0 + widest.1) / 2.0, lat])
}

/// Longitudes at which a ring crosses a latitude.
fn crossings(ring: &[[f64; 2]], lat: f64) -> Vec<f64> {
    let following = ring.iter().cycle().skip(1);
    ring.iter()
        .zip(following)
        .filter(|(one, other)| (one[1] <= lat) != (other[1] <= lat))
        .map(|(one, other)| one[0] + (lat - one[1]) / (other[1] - one[1]) * (other[0] - one[0]))
        .collect()
}

/// The exterior's area, square degrees (shoelace).
fn area(polygon: &Polygon) -> f64 {
    let ring = &polygon.exterior;
    let following = ring.iter().cycle().skip(1);
    let twice: f64 =
        ring.iter().zip(following).map(|(one, other)| one[0] * other[1] - other[0] * one[1]).sum();
    (twice / 2.0).abs()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_written_on_land_even_in_a_horseshoe_with_a_lake() {
        let horseshoe = Polygon {
            exterior: vec![
                [0.0, 0.0],
                [9.0, 0.0],
                [9.0, 9.0],
                [6.0, 9.0],
                [6.0, 2.0],
                [2.0, 2.0],
                [2.0, 9.0],
                [0.0, 9.0],
            ],
            holes: vec![vec![[7.0, 4.0], [8.9, 4.0], [8.9, 5.0], [7.0, 5.0]]],
        };
        let islet = Polygon { exterior: vec![[20.0, 0.0], [20.1, 0.0], [20.1, 0.1]], holes: Vec::new() };
        let [lon, lat] = inside(&[islet, horseshoe]).unwrap();
        assert!((0.0..2.0).contains(&lon) && (4.0..5.0).contains(&lat), "{lon} {lat}");
        assert_eq!(inside(&[Polygon { exterior: Vec::new(), holes: Vec::new() }]), None);
    }
}
