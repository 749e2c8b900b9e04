//! `ronde-server supervisor`: who may read and act through the JSON interface.

use clap::{Args, Subcommand};
use ronde_server::people::NewSupervisor;
use serde_json::json;

use super::words::table;
use super::{Desk, Failure};

/// Add a supervisor, or list them
#[derive(Debug, Args)]
pub struct SupervisorArguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Add a supervisor and print the token that signs this person in
    ///
    /// The token is shown once and only its hash is kept. Until real sign-in comes it is accepted from
    /// this machine only (127.0.0.1 and ::1): whoever holds it acts in this person's name.
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
                let told = json!({"agent": added.agent, "name": name, "role": role, "token": added.token,
                    "accepted_from": "this machine only"});
                desk.answer(&told, || {
                    format!(
                        "{name} ({role})\ntoken {}\nShown once. It is accepted from this machine only, as\n  Authorization: Bearer {}",
                        added.token, added.token
                    )
                })
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
