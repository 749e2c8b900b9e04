//! `ronde-server`: keeps an agglomeration's archive, answers phones and supervisors' programs.
//! Reads the arguments, runs one command, answers with an exit code. Changes when the way a
//! command ends changes.

mod command;

use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use command::{Arguments, Failure};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refused(&error),
    };
    let json = arguments.common.json;
    match command::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of our output left (`ronde-server report list | head`): nobody is there to tell.
        Err(Failure::ReaderLeft) => ExitCode::SUCCESS,
        // The answer told it.
        Err(Failure::Examined(code)) => ExitCode::from(code),
        Err(failure) => {
            failure.tell(json);
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Help and version are answers; anything else is a mistake in the arguments.
fn refused(error: &clap::Error) -> ExitCode {
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let json = std::env::args_os().any(|argument| argument == "--json");
    if asked || !json {
        // Help that cannot be written has nobody to read why.
        let _unread = error.print();
        return if asked { ExitCode::SUCCESS } else { ExitCode::from(command::USAGE) };
    }
    let failure = Failure::Usage(error.render().to_string().trim().to_owned());
    failure.tell(true);
    ExitCode::from(failure.exit_code())
}
