//! `ronde whoami`: who this notebook writes as.

use clap::Args;
use ronde_core::Error;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::print;

/// Say who this notebook writes as
#[derive(Debug, Args)]
pub struct Whoami {}

impl Whoami {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let notebook = desk.open()?;
        let identity = notebook.identity()?.ok_or(Error::NotEnrolled)?;
        desk.answer(&identity, || print::identity::page(&identity))
    }
}
