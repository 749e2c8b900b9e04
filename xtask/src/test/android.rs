//! The stage `android`: the phones' app on the JVM, its screens on the real library, and the journey
//! from a phone to the supervisor's browser and back. Changes when the app is tested differently.

use std::process::Command;

use super::tally::Tally;
use crate::bindings::{Bindings, Language};
use crate::console;
use crate::failure::Failure;
use crate::shell::Shell;
use crate::workspace::{self, BINARIES};

pub fn run(shell: &Shell, _install: bool) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    let well = shell.watch(&mut maven(shell)?, |line| tally.see_maven(line))?;
    Ok(tally.ended(well))
}

/// Maven on the app, with all that its tests use built before.
pub fn maven(shell: &Shell) -> Result<Command, Failure> {
    Bindings { release: false, language: vec![Language::Kotlin] }.run(shell)?;
    // The journey ends in the supervisor's browser.
    console::build(shell)?;
    let binaries = workspace::binaries(shell);
    let mut maven = shell.command("mvn");
    // The bindings have a stage of their own.
    maven.args(["-B", "-ntp", "-f", "android/pom.xml", "-Dronde.bindings.skip=true", "test"]);
    maven.arg(format!("-Dronde.binaries={}", binaries.display())).env(BINARIES, &binaries);
    Ok(maven)
}
