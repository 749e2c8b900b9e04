//! `ronde-server archive`: what is stored, for whoever checks that nothing is missing.

use clap::{Args, Subcommand};

use super::{Desk, Failure};

/// Look at the archive itself: which envelopes it holds; make its caches again
#[derive(Debug, Args)]
pub struct ArchiveArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every stored envelope, one a line: eid, device, chain, n, seq, state
    ///
    /// Compare it with a phone's ledger: what a phone holds a receipt for is here.
    Eids,
    /// Drop every cache (snapshots, rows) and make it again from the signed envelopes
    Rebuild,
}

impl ArchiveArguments {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let server = desk.open()?;
        match self.what {
            What::Eids => {
                let mut lines = String::new();
                for stored in server.stored()? {
                    let line = serde_json::to_string(&stored)
                        .map_err(|error| Failure::Defect(format!("envelope line: {error}")))?;
                    lines.push_str(&line);
                    lines.push('\n');
                }
                desk.write(&lines)
            }
            What::Rebuild => {
                let reports = server.rebuild()?;
                desk.answer(&serde_json::json!({"reports": reports}), || {
                    format!("{reports} reports made again")
                })
            }
        }
    }
}
