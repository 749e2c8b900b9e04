//! The stage `kotlin`: the bindings are written, and Maven compiles them and runs their story on the JVM.
//! Changes when the Kotlin module is built differently.

use super::tally::Tally;
use crate::bindings::{Bindings, Language};
use crate::failure::Failure;
use crate::shell::Shell;
use crate::workspace::{self, BINARIES};

pub fn run(shell: &Shell, _install: bool) -> Result<Tally, Failure> {
    Bindings { release: false, language: vec![Language::Kotlin] }.run(shell)?;
    let binaries = workspace::binaries(shell);
    let mut maven = shell.command("mvn");
    // Not -q: the counts are on lines that it hides.
    maven.args(["-B", "-ntp", "-f", "bindings/kotlin/pom.xml", "test"]);
    maven.arg(format!("-Dronde.binaries={}", binaries.display())).env(BINARIES, &binaries);
    let mut tally = Tally::default();
    let well = shell.watch(&mut maven, |line| tally.see_maven(line))?;
    Ok(tally.ended(well))
}
