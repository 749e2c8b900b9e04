//! The agglomeration's map on its way in and out as GeoJSON (RFC 7946).
//! Knows the file's members; what a territory must satisfy is `ronde_model::territory`.
//! Changes when maps are given or shown in another form.

mod export;
mod import;
mod label;

pub use export::to_geojson;
pub use import::{ImportError, Imported, MAX_FILE_BYTES, Naming, read_geojson};
