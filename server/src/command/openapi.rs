//! `ronde-server openapi`: the interface's description.

use clap::Args;
use ronde_server::http;

use super::{Desk, Failure};

/// Print the description of the HTTP interface (OpenAPI 3.1, JSON)
#[derive(Debug, Args)]
#[command(after_help = "Needs no directory. A running server gives the same at /v1/openapi.json.")]
pub struct Openapi;

impl Openapi {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let description = http::openapi();
        let pretty = serde_json::to_string_pretty(&description)
            .map_err(|error| Failure::Defect(format!("openapi: {error}")))?;
        desk.answer(&description, || pretty)
    }
}
