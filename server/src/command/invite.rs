//! `ronde-server invite`: lets a person's device enrol.

use clap::Args;
use ronde_model::id::AgentId;
use ronde_model::scope::Scope;
use ronde_server::enrolment::Invitation;
use serde_json::json;

use super::words::moment;
use super::{Desk, Failure};

/// Invite a person's device: prints the code that the person types, good once
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  ronde-server invite --name 'Inès Fabre' --unit pm-centre --role officer --server https://ronde.example

The code holds the organisation's fingerprint, so the phone tells a false server before it gives
anything away. For a new phone of a person already known, give --agent as `device list` shows it
with --json: that person's reports come back by themselves.")]
pub struct Invite {
    /// The person's name in the service
    #[arg(long)]
    name: String,
    /// The person's unit: home of what is filed
    #[arg(long)]
    unit: String,
    /// officer, transport_agent, or another role
    #[arg(long)]
    role: String,
    /// The person, hexadecimal, for a new phone of somebody already known
    #[arg(long, value_name = "AGENT")]
    agent: Option<AgentId>,
    /// What the device may read beside its unit's and the person's own, such as unit:pm-nord; may be repeated
    #[arg(long = "scope", value_name = "SCOPE")]
    scopes: Vec<Scope>,
    /// For how long the code can be used
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u64).range(1..=8760))]
    valid_hours: u64,
    /// The server's address as the phone reaches it, for the command that is printed
    #[arg(long, value_name = "URL")]
    server: Option<String>,
}

impl Invite {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let server = desk.open()?;
        let invited = server.invite(&Invitation {
            name: self.name.clone(),
            agent: self.agent,
            unit: self.unit,
            role: self.role,
            scopes: self.scopes,
            valid_s: self.valid_hours * 3600,
        })?;
        let address = self.server.as_deref().unwrap_or("URL");
        let command = format!("ronde enrol --server {address} --code {}", invited.code);
        let told = json!({"agent": invited.agent, "name": self.name, "code": invited.code.to_string(),
            "expires_ms": invited.expires_ms, "command": command});
        desk.answer(&told, || {
            format!(
                "{} types, before {}:\n  {}\nor runs:\n  {command}",
                self.name,
                moment(invited.expires_ms),
                invited.code
            )
        })
    }
}
