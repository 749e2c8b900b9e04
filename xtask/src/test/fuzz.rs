//! The stage `fuzz`: every decoder for some seconds, its kept inputs whole; each target counts as one test.
//! Changes when the figures of a target do.

use super::tally::Tally;
use crate::failure::Failure;
use crate::fuzz::Fuzz;
use crate::shell::Shell;

pub fn run(shell: &Shell, _install: bool) -> Result<Tally, Failure> {
    let mut tally = Tally::default();
    for (_, ended) in Fuzz::of_tests().fuzz(shell)? {
        tally.count(ended.crash.is_none());
    }
    Ok(tally)
}
