//! The stage `rust`: the whole workspace is built once, binaries included, then tested.
//! Changes when cargo is asked differently.

use super::tally::Tally;
use crate::failure::Failure;
use crate::shell::Shell;
use crate::workspace::{self, BINARIES};

/// Stories start `ronde-server` as a child, so its binary is there before the first test runs.
pub fn run(shell: &Shell, _install: bool) -> Result<Tally, Failure> {
    workspace::build(shell)?;
    let mut tally = Tally::default();
    let mut test = shell.cargo(&["test", "--workspace", "--no-fail-fast"]);
    test.env(BINARIES, workspace::binaries(shell));
    let well = shell.watch(&mut test, |line| tally.see_cargo(line))?;
    Ok(tally.ended(well))
}
