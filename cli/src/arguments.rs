//! The shape of the command line: the options every command has, and the commands. What each
//! command takes is in its own file. Changes when a command appears.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::command::{
    correct, decide, divergences, doctor, drafts, edit, enrol, file, history, import, ledger, list, new,
    receipt, rescue, search, show, state, status, sync, types, void, whoami,
};
use crate::failure::exit_codes;

/// File reports with no coverage, hand them over when a link exists
///
/// A notebook is a directory with an encrypted database. Everything is read from it and written to
/// it; only `enrol` and `sync` use the network. Filing returns when the report is durable on disk;
/// what the server has not acknowledged stays, and leaves with the next `ronde sync`.
#[derive(Debug, Parser)]
#[command(name = "ronde", version, about, long_about, after_help = exit_codes!(), after_long_help = TEACHING)]
pub struct Arguments {
    #[command(flatten)]
    pub common: Common,
    #[command(subcommand)]
    pub command: Command,
}

const TEACHING: &str = concat!(
    "\
A first report:
  export RONDE_PASSPHRASE='…'            # or --passphrase-file FILE, or asked at the terminal
  ronde enrol --server https://ronde.example --code XXXX-XXXX-XXXX-XXXX-XXXX-XXXX
  ronde new waste.bulky --fact volume_m3=2,5 --fact hazard=none --at 48.4469,1.4892 \\
        --statement 'Deux canapés devant le 12.' --file
  ronde sync
  ronde list

A draft first, filed later:
  ronde new youth.brawl --fact people_count=12     # prints the draft's id
  ronde edit 3f9a01bc --statement 'Vu depuis la place.'
  ronde file 3f9a01bc

When two people wrote apart:
  ronde divergences 2026-000012
  ronde decide 2026-000012 people_count 12

Reports and drafts are named by their official number, their id, or at least 6 digits of the
beginning or the end of it (lists show the end).

With --json every command prints one JSON value on the standard output; an error is
{\"error\": {\"code\", \"detail\", \"advice\"}} on the standard error.

",
    exit_codes!()
);

/// Where the help lists them.
const EVERY: &str = "With every command";

/// What every command takes.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// The notebook's directory [default: ~/.local/share/ronde]
    #[arg(long, global = true, value_name = "DIR", env = "RONDE_NOTEBOOK", help_heading = EVERY)]
    pub notebook: Option<PathBuf>,
    /// A file whose first line is the passphrase; otherwise RONDE_PASSPHRASE, otherwise asked
    #[arg(long, global = true, value_name = "FILE", help_heading = EVERY)]
    pub passphrase_file: Option<PathBuf>,
    /// One JSON value instead of words
    #[arg(long, global = true, help_heading = EVERY)]
    pub json: bool,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub enum Command {
    Enrol(enrol::Enrol),
    New(new::New),
    Edit(edit::Edit),
    File(file::File),
    Drafts(drafts::Drafts),
    List(list::List),
    Show(show::Show),
    Search(search::Search),
    History(history::History),
    Correct(correct::Correct),
    State(state::State),
    Void(void::Void),
    Divergences(divergences::Divergences),
    Decide(decide::Decide),
    Sync(sync::Sync),
    Status(status::Status),
    Receipt(receipt::Receipt),
    Ledger(ledger::Ledger),
    Import(import::Import),
    Types(types::Types),
    Whoami(whoami::Whoami),
    Doctor(doctor::Doctor),
    Rescue(rescue::Rescue),
}
