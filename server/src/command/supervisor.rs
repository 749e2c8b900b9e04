//! `ronde-server supervisor`: who may read and act through the JSON interface.

use clap::{Args, Subcommand};
use ronde_server::people::NewSupervisor;
use ronde_server::sign_in::OneTimeLink;
use serde_json::json;

use super::words::{moment, table};
use super::{Desk, Failure};

/// Add a supervisor, make a link that signs one in, or list them
#[derive(Debug, Args)]
pub struct SupervisorArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Add a supervisor and print what signs this person in: a link for a browser, a token for programs
    ///
    /// Both are shown once and only their hashes are kept. Until real sign-in comes they are accepted from
    /// this machine only (127.0.0.1 and ::1): whoever holds one acts in this person's name. The link works
    /// once, within 15 minutes; `supervisor link` makes another.
    Add {
        /// The person's name in the service
        #[arg(long)]
        name: String,
        /// unit_supervisor, agglomeration_supervisor or administrator
        #[arg(long)]
        role: String,
        /// The person's unit; needed for a unit's supervisor
        #[arg(long)]
        unit: Option<String>,
    },
    /// Print a link that signs a supervisor in, once, within 15 minutes
    Link {
        /// The person's whole name, or id
        #[arg(value_name = "NAME|ID")]
        whom: String,
    },
    /// Every supervisor
    List,
}

impl SupervisorArguments {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let server = desk.open()?;
        match self.what {
            What::Add { name, role, unit } => {
                let added =
                    server.add_supervisor(&NewSupervisor { name: name.clone(), role: role.clone(), unit })?;
                let link = server.sign_in_link(&added.agent.to_string())?;
                let told = json!({"agent": added.agent, "name": name, "role": role, "token": added.token,
                    "link": link.address(), "link_ends_ms": link.ends_ms, "accepted_from": "this machine only"});
                desk.answer(&told, || {
                    format!(
                        "{name} ({role})\n{}\nFor programs: token {}\nShown once. It is accepted from this machine only, as\n  \
                         Authorization: Bearer {}",
                        in_a_browser(&link),
                        added.token,
                        added.token
                    )
                })
            }
            What::Link { whom } => {
                let link = server.sign_in_link(&whom)?;
                let told = json!({"agent": link.agent, "name": link.name, "link": link.address(),
                    "link_ends_ms": link.ends_ms, "accepted_from": "this machine only"});
                desk.answer(&told, || format!("{}\n{}", link.name, in_a_browser(&link)))
            }
            What::List => {
                let supervisors = server.supervisors()?;
                desk.answer(&supervisors, || {
                    let rows: Vec<[String; 4]> = supervisors
                        .iter()
                        .map(|s| [s.agent.to_string(), s.name.clone(), s.role.clone(), s.unit.clone()])
                        .collect();
                    table(["agent", "name", "role", "unit"], &rows)
                })
            }
        }
    }
}

/// How a person uses the link.
fn in_a_browser(link: &OneTimeLink) -> String {
    let until = moment(link.ends_ms);
    let address = link.address();
    match link.server {
        Some(_) => {
            format!("In a browser of this machine, once, until {until}:\n  {address}")
        }
        None => format!(
            "In a browser of this machine, once, until {until}, behind the address that `ronde-server serve` prints:\n  \
             {address}"
        ),
    }
}
