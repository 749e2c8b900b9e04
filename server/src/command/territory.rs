//! `ronde-server territory`: gives every phone its map.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;

use clap::{Args, Subcommand};
use ronde_model::territory::Territory;
use ronde_server::territory::{MAX_FILE_BYTES, Naming, read_geojson, to_geojson};
use serde_json::json;

use super::{Desk, Failure};

/// Import the map of the communes, draw an invented one, or show the one in force
#[derive(Debug, Args)]
pub struct TerritoryArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Import a GeoJSON file: one feature per commune, with insee (or code), nom (or name), a polygon
    /// and, if it has one, the point where the name is written (label)
    Import {
        /// A GeoJSON FeatureCollection
        file: PathBuf,
        /// INSEE codes of the police zone, with commas; every other commune is then in the gendarmerie's.
        /// Without it the force zone stays unknown, and is said to be
        #[arg(long, value_name = "INSEE,…", value_delimiter = ',')]
        police: Option<Vec<String>>,
        /// The territory's name, when the file does not say it
        #[arg(long)]
        name: Option<String>,
        /// SIREN number of the agglomeration, when the file does not say it
        #[arg(long)]
        siren: Option<String>,
        /// Whose map it is: printed wherever it is shown
        #[arg(long)]
        attribution: Option<String>,
    },
    /// Put a territory invented by the project in force: no real place, for demonstrations
    Draw,
    /// The territory in force, as GeoJSON with --json
    Show,
}

impl TerritoryArguments {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        match self.what {
            What::Import { file, police, name, siren, attribution } => {
                let bytes = read(&file)?;
                let naming = Naming { name, siren, attribution };
                let imported = read_geojson(&bytes, naming, police.as_deref())
                    .map_err(|source| Failure::Import { path: file, source })?;
                let warnings: Vec<String> = imported.warnings.iter().map(ToString::to_string).collect();
                put(desk, &imported.territory, &warnings)
            }
            What::Draw => put(desk, &Territory::drawn(), &[]),
            What::Show => show(desk),
        }
    }
}

/// At most one byte more than may be read, so that a device that never ends does not fill memory.
fn read(path: &PathBuf) -> Result<Vec<u8>, Failure> {
    let failed = |source| Failure::File { path: path.clone(), source };
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(MAX_FILE_BYTES as u64 + 1).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

fn put(desk: &Desk, territory: &Territory, warnings: &[String]) -> Result<(), Failure> {
    let changed = desk.open()?.put_territory(territory)?;
    let unknown = territory.communes_without_force();
    let told = json!({"territory": territory.name(), "communes": territory.communes().len(), "changed": changed,
        "vertices": territory.vertices(), "force_unknown": unknown, "attribution": territory.attribution(),
        "warnings": warnings});
    desk.answer(&told, || {
        let mut lines = summary(territory);
        if !changed {
            lines.push("It was in force already: nothing was written.".to_owned());
        }
        lines.extend(warnings.iter().map(|warning| format!("to check: {warning}")));
        lines.join("\n")
    })
}

fn show(desk: &Desk) -> Result<(), Failure> {
    let territory = desk.open()?.territory()?.ok_or(Failure::NotFound("territory: import or draw one"))?;
    desk.answer(&to_geojson(&territory), || summary(&territory).join("\n"))
}

fn summary(territory: &Territory) -> Vec<String> {
    let mut lines = vec![
        format!("{}: {} communes", territory.name(), territory.communes().len()),
        territory.attribution().to_owned(),
    ];
    let unknown = territory.communes_without_force();
    if unknown > 0 {
        lines.push(format!("force zone unknown in {unknown} communes: nobody said it (--police INSEE,…)"));
    }
    lines
}
