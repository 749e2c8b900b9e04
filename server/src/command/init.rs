//! `ronde-server init`: makes an organisation.

use clap::Args;
use ronde_server::{Ports, Server};
use serde_json::json;

use super::{Desk, Failure};

/// Make an organisation in a new directory: its keys and an empty archive
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  ronde-server --data /srv/ronde init --name 'Valbrume Métropole'

The directory then holds the organisation key: whoever has it can enrol devices. Keep a copy of the
keys on paper or in a safe; without them the archive cannot be opened. Nothing is ever overwritten.")]
pub struct Init {
    /// The organisation's name, as people read it when they enrol
    #[arg(long)]
    name: String,
}

impl Init {
    pub fn run(self, desk: &Desk) -> Result<(), Failure> {
        let directory = desk.directory()?;
        let fingerprint = Server::init(directory, &self.name, Ports::default())?;
        let made = json!({"organisation": self.name, "fingerprint": fingerprint, "data": directory});
        desk.answer(&made, || {
            let place = directory.display();
            format!(
                "{} is made in {place}\nfingerprint {fingerprint}\nnext: ronde-server --data {place} serve",
                self.name
            )
        })
    }
}
