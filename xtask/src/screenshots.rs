//! `cargo xtask screenshots`: the pictures of the README and of docs/screens, taken from the real console in a
//! real browser and from the real screens of the phones' app, on the demo's night.
//! Knows where pictures come from and go; refuses to know what is on them. Changes when a face joins.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::console;
use crate::demo;
use crate::failure::Failure;
use crate::shell::Shell;
use crate::test::android;

/// Take the pictures of docs/screens anew
#[derive(Args)]
#[command(after_help = "\
Needs what the stages `browser` and `android` of `cargo xtask test` need: Node, Chromium, a JDK, Maven.
Every picture is of the demo's invented people and of a territory drawn by the project.")]
pub struct Screenshots {
    /// Leave a face out
    #[arg(long, value_name = "FACE", value_parser = ["console", "android"])]
    skip: Vec<String>,
}

impl Screenshots {
    pub fn run(&self, shell: &Shell) -> Result<bool, Failure> {
        let into = shell.root().join("docs/screens");
        std::fs::create_dir_all(&into).map_err(|e| Failure::unreadable(&into, e))?;
        let wanted = |face: &str| !self.skip.iter().any(|skipped| skipped == face);
        if wanted("console") {
            of_console(shell, &into)?;
        }
        if wanted("android") {
            of_android(shell, &into)?;
        }
        println!("docs/screens holds {} pictures", pictures(&into)?.len());
        Ok(true)
    }
}

/// The supervisor's screens, in Chromium, after the demo's night.
fn of_console(shell: &Shell, into: &Path) -> Result<(), Failure> {
    console::build(shell)?;
    let night = demo::populated(shell)?;
    let mut shots = console::node(shell, "scripts/shots.mjs");
    shots.arg(into).arg(night.link()?);
    shell.must(&mut shots)
}

/// Which of the pictures that the app's tests draw are shown.
const PHONE: [&str; 10] = [
    "enrolment-0",
    "today-day",
    "capture-day",
    "form-day",
    "form-rednight",
    "reports-night",
    "detail-day",
    "receipt-day",
    "sync-day",
    "app-tablet",
];

/// The phone's screens, as its tests draw them.
fn of_android(shell: &Shell, into: &Path) -> Result<(), Failure> {
    if !shell.run(&mut android::maven(shell)?)? {
        return Err(Failure::unexpected(
            "mvn -f android",
            "a test failed: no pictures are taken of what is broken",
        ));
    }
    let drawn = shell.root().join("android/ui/target/screens");
    for name in PHONE {
        let picture = drawn.join(format!("{name}.png"));
        let target = into.join(format!("phone-{name}.png"));
        std::fs::copy(&picture, &target).map_err(|e| Failure::unreadable(&picture, e))?;
    }
    Ok(())
}

/// The pictures of a folder, by name.
fn pictures(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let broken = |e: std::io::Error| Failure::unreadable(folder, e);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(broken)? {
        let path = entry.map_err(broken)?.path();
        if path.extension().is_some_and(|kind| kind == "png") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}
