//! `cargo xtask console`: the supervisors' page, from its sources to the files that the server serves.
//! Knows when the packages must be installed again; refuses to know what the page is made of.
//! Changes when the page is built differently.

use std::path::PathBuf;
use std::process::Command;

use clap::Args;

use crate::failure::Failure;
use crate::shell::Shell;

/// Build the supervisors' page into console/dist, which ronde-server serves
#[derive(Args)]
#[command(after_help = "\
Needs Node 20.19 or newer. Installs the packages of console/package-lock.json when they changed.
A debug build of ronde-server reads console/dist when it is asked; a release build carries what was
there when it was compiled.")]
pub struct Console {}

impl Console {
    pub fn run(&self, shell: &Shell) -> Result<bool, Failure> {
        build(shell)?;
        Ok(true)
    }
}

/// `npm` with its words, in the page's folder.
pub fn npm(shell: &Shell, words: &[&str]) -> Command {
    let mut npm = shell.command("npm");
    npm.current_dir(folder(shell)).args(words);
    // Nothing but the packages is asked of the registry, and no colour hides a count.
    npm.envs([("NO_COLOR", "1"), ("npm_config_audit", "false"), ("npm_config_fund", "false")]);
    npm
}

/// A script of the page's, run by Node.
pub fn node(shell: &Shell, script: &str) -> Command {
    let mut node = shell.command("node");
    node.current_dir(folder(shell)).arg(script);
    node
}

/// Installs what is missing and builds the page.
pub fn build(shell: &Shell) -> Result<(), Failure> {
    install(shell)?;
    shell.must(&mut npm(shell, &["run", "build"]))
}

/// Installs the packages, unless those of the lock file are there.
fn install(shell: &Shell) -> Result<(), Failure> {
    let lock = folder(shell).join("package-lock.json");
    let wanted = std::fs::read(&lock).map_err(|e| Failure::unreadable(&lock, e))?;
    // npm empties the folder first, so what this says was installed whole.
    let mark = folder(shell).join("node_modules/.installed-lock.json");
    if std::fs::read(&mark).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    shell.must(&mut npm(shell, &["ci"]))?;
    std::fs::write(&mark, wanted).map_err(|e| Failure::unreadable(&mark, e))
}

pub fn folder(shell: &Shell) -> PathBuf {
    shell.root().join("console")
}
