//! The one build that the tests and the bindings share: every target of every package at once. Cargo unites
//! features over what it is asked to build, so a narrower question would compile libraries again. And the demo's,
//! which is all that somebody new builds: only what it runs.
//! Changes when the artefacts of the workspace do.

use std::path::PathBuf;

use crate::failure::Failure;
use crate::shell::Shell;

/// Tells a child where `ronde` and `ronde-server` of this build are.
pub const BINARIES: &str = "RONDE_BINARIES";

pub fn build(shell: &Shell) -> Result<(), Failure> {
    shell.must(&mut shell.cargo(&["build", "--workspace", "--all-targets"]))
}

/// The folder of some programs, which alone are built now unless a caller says where its own build is.
pub fn programs(shell: &Shell, names: &[&str]) -> Result<PathBuf, Failure> {
    if let Some(folder) = std::env::var_os(BINARIES) {
        return Ok(PathBuf::from(folder));
    }
    let mut build = shell.cargo(&["build", "--workspace"]);
    shell.must(build.args(names.iter().flat_map(|name| ["--bin", name])))?;
    Ok(binaries(shell))
}

/// The folder of the binaries and libraries of the dev profile.
pub fn binaries(shell: &Shell) -> PathBuf {
    shell.target().join("debug")
}

/// The folder of the binaries, built now unless a caller says where its own build is.
pub fn built(shell: &Shell) -> Result<PathBuf, Failure> {
    if let Some(folder) = std::env::var_os(BINARIES) {
        return Ok(PathBuf::from(folder));
    }
    build(shell)?;
    Ok(binaries(shell))
}
