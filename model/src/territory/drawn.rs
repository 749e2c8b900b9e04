//! A territory invented by the project, for a demonstration without anybody's map.
//! Seven six-sided communes around a centre; codes in 99 belong to no French commune.
//! Changes when the demonstration needs another drawing.

use super::shape::{Bounds, UNITS};
use super::{Commune, Force, Polygon, Territory};

/// Longitude and latitude of the middle, grid units (1e-5 degree).
const CENTRE: [i32; 2] = [150_000, 4_845_000];
/// Half a commune's width and a quarter of its height: 4.4 km by 5.2 km at this latitude.
const STEP: [i32; 2] = [3_000, 1_170];
/// Corners of a commune, in steps.
const CORNERS: [[i32; 2]; 6] = [[0, 2], [-1, 1], [-1, -1], [0, -2], [1, -1], [1, 1]];

/// Code, name, centre in steps, force.
const COMMUNES: [(&str, &str, [i32; 2], Force); 7] = [
    ("99001", "Valbrume-le-Grand", [0, 0], Force::Police),
    ("99002", "Les Trois-Lavoirs", [2, 0], Force::Police),
    ("99003", "Croix-Tournesol", [1, 3], Force::Police),
    ("99004", "Sainte-Avoine", [-1, 3], Force::Gendarmerie),
    ("99005", "Pont-l’Écluse", [-2, 0], Force::Gendarmerie),
    ("99006", "Bois-Mirabelle", [-1, -3], Force::Gendarmerie),
    ("99007", "La Fosse-aux-Hérons", [1, -3], Force::Gendarmerie),
];

impl Territory {
    /// The drawn territory. Its name says that it is a drawing.
    pub fn drawn() -> Self {
        let communes: Vec<Commune> = COMMUNES.iter().map(commune).collect();
        let bounds = communes.iter().map(|commune| Bounds::around(&commune.polygons)).collect();
        Territory {
            name: "Territoire dessiné (démonstration)".to_owned(),
            siren: None,
            attribution: "Dessin du projet Ronde : aucun lieu réel".to_owned(),
            communes,
            bounds,
        }
    }
}

fn commune((insee, name, place, force): &(&str, &str, [i32; 2], Force)) -> Commune {
    let at = |corner: [i32; 2]| {
        let degrees =
            |axis: usize| f64::from(CENTRE[axis] + (place[axis] + corner[axis]) * STEP[axis]) / UNITS;
        [degrees(0), degrees(1)]
    };
    Commune {
        insee: (*insee).to_owned(),
        name: (*name).to_owned(),
        label: at([0, 0]),
        polygons: vec![Polygon { exterior: CORNERS.map(at).to_vec(), holes: Vec::new() }],
        force: Some(*force),
    }
}
