//! `cargo deny`: licences, bans and sources always; advisories when their database can be had.
//! Never says that something was checked which was not. Changes when cargo-deny does.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::failure::Failure;
use crate::shell::Shell;

const UNREACHABLE: &str = "not checked (database unreachable)";

pub fn look(shell: &Shell, install: bool) -> Result<(bool, String, Value), Failure> {
    let there = is_there(shell) || (install && installed(shell)?);
    if !there {
        let told = "not checked: cargo-deny is missing (cargo install cargo-deny --locked)";
        return Ok((false, told.to_owned(), json!("not checked (cargo-deny missing)")));
    }
    let mut object = json!({});
    let mut kept = true;
    for what in ["bans", "licenses", "sources"] {
        let mut command = shell.cargo(&["deny", "--log-level", "error", "check"]);
        let good = shell.run(command.args(["--hide-inclusion-graph", "--allow", "duplicate", what]))?;
        object[what] = json!(good);
        kept &= good;
    }
    // Two steps, so that an unreachable database is told apart from a vulnerable dependency.
    let fetched = shell.run(shell.cargo(&["deny", "fetch", "db"]).stderr(Stdio::null()))?;
    object["advisories"] = match fetched {
        true => json!(shell.run(&mut shell.cargo(&["deny", "--offline", "check", "advisories"]))?),
        false => json!(UNREACHABLE),
    };
    kept &= object["advisories"] != json!(false);
    Ok((kept, told(&object), object))
}

fn told(object: &Value) -> String {
    let word = |what: &str| match &object[what] {
        Value::Bool(true) => format!("{what}: kept"),
        Value::Bool(false) => format!("{what}: broken"),
        other => format!("{what}: {}", other.as_str().unwrap_or("not checked")),
    };
    ["bans", "licenses", "sources", "advisories"].map(word).join(", ")
}

fn is_there(shell: &Shell) -> bool {
    shell.ask("cargo-deny", &["--version"]).is_some()
}

fn installed(shell: &Shell) -> Result<bool, Failure> {
    println!("cargo-deny is missing: installing it into cargo's own bin folder (3 to 6 minutes, once)");
    // Its own target directory, thrown away at the end: ours stays for what we build.
    shell.run(shell.cargo(&["install", "cargo-deny", "--locked", "--quiet"]).env_remove("CARGO_TARGET_DIR"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_checked_is_said_so() {
        let object = json!({"bans": true, "licenses": false, "sources": true, "advisories": UNREACHABLE});
        assert_eq!(
            told(&object),
            "bans: kept, licenses: broken, sources: kept, advisories: not checked (database unreachable)"
        );
    }
}
