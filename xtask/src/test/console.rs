//! The stages `console` and `browser`: the page is built, its types and units are checked, and people
//! use it in a real browser on the real programs. Changes when the page is tested differently.

use super::tally::Tally;
use crate::console::{build, npm};
use crate::failure::Failure;
use crate::shell::Shell;
use crate::workspace::{self, BINARIES};

/// Builds the page, then its types and its units.
pub fn units(shell: &Shell, _install: bool) -> Result<Tally, Failure> {
    build(shell)?;
    let mut tally = Tally::default();
    tally.count(shell.run(&mut npm(shell, &["run", "check"]))?);
    let well = shell.watch(&mut npm(shell, &["test"]), |line| tally.see_vitest(line))?;
    Ok(tally.ended(well))
}

/// The stories in Chromium, on the real server and the real phones.
pub fn stories(shell: &Shell, _install: bool) -> Result<Tally, Failure> {
    let binaries = workspace::built(shell)?;
    build(shell)?;
    let mut stories = npm(shell, &["run", "stories"]);
    stories.env(BINARIES, &binaries);
    let mut tally = Tally::default();
    let well = shell.watch(&mut stories, |line| tally.see_node(line))?;
    Ok(tally.ended(well))
}
