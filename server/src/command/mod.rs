//! The shape of the command line: the options every command has, and the commands on one screen.
//! What each command takes is in its own file. Changes when a command appears.

mod archive;
mod backup;
mod desk;
mod device;
mod doctor;
mod failure;
mod init;
mod invite;
mod openapi;
mod progress;
mod quarantine;
mod report;
mod restore;
mod serve;
mod supervisor;
mod telling;
mod territory;
mod words;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use desk::Desk;
use failure::EXIT_CODES;
pub use failure::{Failure, USAGE};

/// Take in the reports of an agglomeration's phones and show them, merged, to its supervisors
///
/// A server is a directory: the organisation's keys, and one encrypted archive of signed documents.
/// Every command works on that directory, also while `serve` runs on it; only `serve` opens a port.
#[derive(Debug, Parser)]
#[command(name = "ronde-server", version, about, long_about, max_term_width = 100,
    after_help = EXIT_CODES, after_long_help = TEACHING)]
pub struct Arguments {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    command: Command,
}

const TEACHING: &str = "\
A first agglomeration:
  export RONDE_SERVER_DIR=/srv/ronde          # or --data DIR with every command
  ronde-server init --name 'Valbrume Métropole'
  ronde-server territory import communes.geojson --police 99001,99002
  ronde-server serve --listen 127.0.0.1:8443

People:
  ronde-server invite --name 'Inès Fabre' --unit pm-centre --role officer --server http://127.0.0.1:8443
  ronde-server supervisor add --name 'Hélène Roy' --role agglomeration_supervisor   # prints a token, once

What a supervisor sees, here or with curl:
  export RONDE_TOKEN=…
  ronde-server report list --divergence true
  curl -H \"Authorization: Bearer $RONDE_TOKEN\" http://127.0.0.1:8443/v1/reports

Open to other machines, with a certificate; supervisors' programs stay on this one:
  ronde-server serve --listen 0.0.0.0:443 --tls-cert chain.pem --tls-key key.pem

Keep it, and bring it back (docs/operations.md):
  ronde-server backup /var/backups/ronde/$(date +%F)
  ronde-server restore /var/backups/ronde/2026-11-22 --rehearse
  ronde-server doctor

With --json every command prints one JSON value on the standard output (`archive eids`: one a line);
an error is {\"error\": {\"code\", \"detail\"}} on the standard error.

Exit codes:
  0   done
  2   usage: an argument or an option is missing or malformed
  3   something to fix in what was given: a role, a name, a file to import
  4   not found: no such report, device, envelope or file
  5   not allowed: the token signs nobody in, or the role does not allow it
  6   try later: the archive is busy, the address is taken
  7   storage: nothing made there yet, full, damaged, wrong key, written by a newer version
  70  a defect of ours: please report what is printed
`doctor` ends with 0 all is well, 1 something wants attention, 2 something is broken.";

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// The server's directory
    #[arg(long, global = true, value_name = "DIR", env = "RONDE_SERVER_DIR")]
    data: Option<PathBuf>,
    /// One JSON value instead of words
    #[arg(long, global = true)]
    pub json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Init),
    Serve(serve::Serve),
    Invite(invite::Invite),
    Supervisor(supervisor::SupervisorArguments),
    Device(device::DeviceArguments),
    Report(report::ReportArguments),
    Quarantine(quarantine::QuarantineArguments),
    Territory(territory::TerritoryArguments),
    Openapi(openapi::Openapi),
    Archive(archive::ArchiveArguments),
    Backup(backup::Backup),
    Restore(restore::Restore),
    Doctor(doctor::Doctor),
}

/// Runs one command.
///
/// # Errors
/// [`Failure`], with its exit code.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let desk = Desk::new(arguments.common);
    match arguments.command {
        Command::Init(init) => init.run(&desk),
        Command::Serve(serve) => serve.run(&desk),
        Command::Invite(invite) => invite.run(&desk),
        Command::Supervisor(supervisor) => supervisor.run(&desk),
        Command::Device(device) => device.run(&desk),
        Command::Report(report) => report.run(&desk),
        Command::Quarantine(quarantine) => quarantine.run(&desk),
        Command::Territory(territory) => territory.run(&desk),
        Command::Openapi(openapi) => openapi.run(&desk),
        Command::Archive(archive) => archive.run(&desk),
        Command::Backup(backup) => backup.run(&desk),
        Command::Restore(restore) => restore.run(&desk),
        Command::Doctor(doctor) => doctor.run(&desk),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn every_command_and_option_says_what_it_is_for() {
        Arguments::command().debug_assert();
        let mut command = Arguments::command();
        command.build();
        let mut waiting = vec![command];
        while let Some(command) = waiting.pop() {
            let name = command.get_name().to_owned();
            assert!(command.get_about().is_some(), "{name} has no help");
            for argument in command.get_arguments() {
                assert!(argument.get_help().is_some(), "{name} {} has no help", argument.get_id());
            }
            waiting.extend(command.get_subcommands().filter(|sub| sub.get_name() != "help").cloned());
        }
    }
}
