//! `ronde-server quarantine`: what was set aside, and releasing it.

use clap::{Args, Subcommand};
use ronde_model::id::Eid;
use ronde_server::shapes::{Held, Page, PageKey};
use serde_json::json;

use super::desk::InTheNameOf;
use super::words::{moment, table};
use super::{Desk, Failure};

/// List the envelopes set aside, or release one
#[derive(Debug, Args)]
pub struct QuarantineArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// What was set aside, and what has waited for more than a day, newest first
    List {
        /// The `next` of the page before
        #[arg(long, value_name = "KEY")]
        after: Option<PageKey>,
        /// Lines
        #[arg(long, default_value_t = 50, value_parser = super::report::lines)]
        limit: usize,
        #[command(flatten)]
        name: InTheNameOf,
    },
    /// Apply an envelope after all: a signed act of the supervisor, shown in the report's history
    Release {
        /// The envelope, hexadecimal, as `quarantine list` shows it
        eid: Eid,
        /// Why
        #[arg(long)]
        reason: String,
        #[command(flatten)]
        name: InTheNameOf,
    },
}

impl QuarantineArguments {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        match self.what {
            What::List { after, limit, name } => {
                let (server, who) = desk.open_as(&name)?;
                let page = server.quarantine(&who, after.map(|key| key.0), limit)?;
                desk.answer(&Page::of(&page, Held::from), || {
                    let rows: Vec<[String; 6]> = page
                        .items
                        .iter()
                        .map(|line| {
                            let report = line.report.map_or_else(String::new, |report| report.to_string());
                            let releasable = if line.releasable { "oui" } else { "non" }.to_owned();
                            let name = line.agent_name.clone();
                            [
                                line.eid.to_string(),
                                line.reason.clone(),
                                releasable,
                                name,
                                moment(line.received_ms),
                                report,
                            ]
                        })
                        .collect();
                    table(
                        ["enveloppe", "motif", "peut être remise", "auteur", "reçue", "compte rendu"],
                        &rows,
                    )
                })
            }
            What::Release { eid, reason, name } => {
                let (server, who) = desk.open_as(&name)?;
                let act = server.release(&who, eid, &reason)?;
                desk.answer(&json!({"released": eid, "eid": act}), || {
                    format!("{eid} is released, by the act {act}")
                })
            }
        }
    }
}
