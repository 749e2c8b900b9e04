//! Why a territory cannot be used, and what a person should look at in one that can.
//! Every sentence says what to do. Changes when a check is added.

use super::MAX_NAME;

/// Something a person should look at; the territory is usable all the same.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Warning {
    /// The label point lies outside its own commune.
    #[error(
        "the label of {name} ({insee}) is outside its own polygons: check the polygons or move the label"
    )]
    LabelOutside {
        /// The commune.
        insee: String,
        /// Its name.
        name: String,
    },
}

/// Why a territory cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TerritoryError {
    /// There is no commune.
    #[error("the territory has no commune: give at least one")]
    Empty,
    /// Over a limit.
    #[error("the territory has {count} {what}, at most {limit} are read: simplify it")]
    TooMany {
        /// `communes`, `vertices`, `bytes`.
        what: &'static str,
        /// How many.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// A name or attribution is empty or too long.
    #[error("{what} must have 1 to {MAX_NAME} characters")]
    Name {
        /// Whose.
        what: String,
    },
    /// Not an INSEE code.
    #[error("{code:?} is not an INSEE code: give 5 digits or capitals")]
    Insee {
        /// What was given.
        code: String,
    },
    /// Not a SIREN number.
    #[error("{number:?} is not a SIREN number: give 9 digits")]
    Siren {
        /// What was given.
        number: String,
    },
    /// The same INSEE code twice.
    #[error("commune {insee} is there twice: remove one, or give one commune with several polygons")]
    Duplicate {
        /// The code.
        insee: String,
    },
    /// A coordinate that is not on Earth.
    #[error(
        "commune {insee} has a coordinate that is not a longitude within ±180° and a latitude within ±90°"
    )]
    Coordinate {
        /// The commune.
        insee: String,
    },
    /// A commune without polygon, or a ring of fewer than three different points.
    #[error("commune {insee} has no polygon, or a ring of fewer than 3 points")]
    Shape {
        /// The commune.
        insee: String,
    },
    /// The bytes are not a territory.
    #[error("the territory's bytes cannot be read ({reason}): ask the server for it again")]
    Malformed {
        /// Cause and place.
        reason: String,
    },
    /// Written by a newer version.
    #[error("the territory is of format {version}, this version reads {known}: update the application")]
    Newer {
        /// Its format.
        version: u32,
        /// The newest format read here.
        known: u32,
    },
}
