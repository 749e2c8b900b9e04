//! `ronde`: a field client in the terminal, on the same core as the phones, for scripts, support
//! and the demo. Reads the arguments, runs one command, answers with an exit code. Changes when
//! the way a command ends changes.

mod arguments;
mod clock;
mod command;
mod commune;
mod desk;
mod fact;
mod failure;
mod form;
mod import;
mod involved;
mod moment;
mod passphrase;
mod print;
mod reference;

use std::ffi::OsStr;
use std::process::ExitCode;

use clap::Parser;
use clap::error::ErrorKind;

use crate::arguments::Arguments;
use crate::failure::Failure;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return refused(&error),
    };
    let json = arguments.common.json;
    match command::run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of our output left (`ronde list | head`): nobody is there to tell.
        Err(Failure::ReaderLeft) => ExitCode::SUCCESS,
        // The answer said it already.
        Err(Failure::Unwell(code)) => ExitCode::from(code),
        Err(failure) => {
            print::failure::tell(&failure, json);
            ExitCode::from(failure.exit_code())
        }
    }
}

/// Help and version are answers; anything else is a mistake in the arguments.
fn refused(error: &clap::Error) -> ExitCode {
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let json = std::env::args_os().any(|argument| argument == OsStr::new("--json"));
    if asked || !json {
        // Help that cannot be written has nobody to read why.
        let _unread = error.print();
        return if asked { ExitCode::SUCCESS } else { ExitCode::from(failure::USAGE) };
    }
    let failure = Failure::Usage(error.render().to_string().trim().to_owned());
    print::failure::tell(&failure, true);
    ExitCode::from(failure.exit_code())
}
