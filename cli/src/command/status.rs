//! `ronde status`: how far everything is, told from receipts.

use clap::Args;
use ronde_core::{SetAside, SyncStatus};
use serde::Serialize;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::print;

/// Say how far everything is: what waits, since when, and what a person must look at
#[derive(Debug, Args)]
pub struct Status {}

#[derive(Serialize)]
struct Standing {
    #[serde(flatten)]
    status: SyncStatus,
    set_aside: Vec<SetAside>,
}

impl Status {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let notebook = desk.open()?;
        let standing = Standing { status: notebook.sync_status()?, set_aside: notebook.set_aside()? };
        desk.answer(&standing, || print::status::standing(&standing.status, &standing.set_aside))
    }
}
