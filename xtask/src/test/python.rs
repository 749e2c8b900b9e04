//! The stage `python`: the bindings are written, and pytest runs their story.
//! Changes when the Python module is tested differently.

use super::tally::Tally;
use super::venv::Venv;
use crate::bindings::{Bindings, Language};
use crate::failure::Failure;
use crate::shell::Shell;
use crate::workspace::{self, BINARIES};

pub fn run(shell: &Shell, install: bool) -> Result<Tally, Failure> {
    let python = Venv::PYTEST.python(shell, install)?;
    Bindings { release: false, language: vec![Language::Python] }.run(shell)?;
    let mut pytest = shell.command(python);
    pytest.args(["-m", "pytest", "--no-header", "-v", "-p", "no:cacheprovider", "bindings/python"]);
    pytest.env("PYTHONPATH", shell.root().join("bindings/python")).env("PYTHONDONTWRITEBYTECODE", "1");
    pytest.env("PYTHONUNBUFFERED", "1").env(BINARIES, workspace::binaries(shell));
    let mut tally = Tally::default();
    let well = shell.watch(&mut pytest, |line| tally.see_pytest(line))?;
    Ok(tally.ended(well))
}
