//! One file a command: what it takes, what it asks the notebook, what it answers.

pub mod correct;
pub mod decide;
pub mod divergences;
pub mod doctor;
pub mod drafts;
pub mod edit;
pub mod enrol;
pub mod file;
pub mod history;
pub mod import;
pub mod ledger;
pub mod list;
pub mod new;
pub mod receipt;
pub mod rescue;
pub mod search;
pub mod show;
pub mod state;
pub mod status;
pub mod sync;
pub mod types;
pub mod void;
pub mod whoami;

use std::future::Future;

use crate::arguments::{Arguments, Command};
use crate::desk::Desk;
use crate::failure::Failure;

/// Runs the command asked for.
///
/// # Errors
/// What the command says.
pub fn run(arguments: Arguments) -> Result<(), Failure> {
    let desk = Desk::new(arguments.common)?;
    match arguments.command {
        Command::Enrol(command) => command.run(&desk),
        Command::New(command) => command.run(&desk),
        Command::Edit(command) => command.run(&desk),
        Command::File(command) => command.run(&desk),
        Command::Drafts(command) => command.run(&desk),
        Command::List(command) => command.run(&desk),
        Command::Show(command) => command.run(&desk),
        Command::Search(command) => command.run(&desk),
        Command::History(command) => command.run(&desk),
        Command::Correct(command) => command.run(&desk),
        Command::State(command) => command.run(&desk),
        Command::Void(command) => command.run(&desk),
        Command::Divergences(command) => command.run(&desk),
        Command::Decide(command) => command.run(&desk),
        Command::Sync(command) => command.run(&desk),
        Command::Status(command) => command.run(&desk),
        Command::Receipt(command) => command.run(&desk),
        Command::Ledger(command) => command.run(&desk),
        Command::Import(command) => command.run(&desk),
        Command::Types(command) => command.run(&desk),
        Command::Whoami(command) => command.run(&desk),
        Command::Doctor(command) => command.run(&desk),
        Command::Rescue(command) => command.run(&desk),
    }
}

/// Runs what needs the network, on this thread.
///
/// # Errors
/// `Defect` when the system gives no means to wait on a socket.
fn on_the_network<T>(work: impl Future<Output = T>) -> Result<T, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::Defect(format!("runtime: {error}")))?;
    Ok(runtime.block_on(work))
}
