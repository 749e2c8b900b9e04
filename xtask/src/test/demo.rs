//! The stage `demo`: the README's first command tells its story, tells another one for another seed, and
//! catches a sabotage. Knows the keys of 5-proof 5.4; refuses to know the story. Changes when those keys do.

use serde_json::Value;

use super::tally::Tally;
use crate::failure::Failure;
use crate::shell::Shell;
use crate::workspace::{self, BINARIES};

pub fn run(shell: &Shell, _install: bool) -> Result<Tally, Failure> {
    workspace::build(shell)?;
    let mut tally = Tally::default();
    let (first_ok, first) = told(shell, &["--seed", "1"])?;
    tally.count(verdict("seed 1", complete(first_ok, &first)));
    let (second_ok, second) = told(shell, &["--seed", "2"])?;
    tally.count(verdict("seed 2", complete(second_ok, &second)));
    tally.count(verdict("another seed tells another story", differ(&first, &second)));
    let (sabotaged_ok, sabotaged) = told(shell, &["--seed", "1", "--sabotage"])?;
    tally.count(verdict("a sabotage is caught", caught(sabotaged_ok, &sabotaged)));
    Ok(tally)
}

/// Runs the demo once and answers whether it succeeded, with its last line as an object.
fn told(shell: &Shell, more: &[&str]) -> Result<(bool, Value), Failure> {
    let mut demo = shell.cargo(&["run", "--quiet", "--package", "xtask", "--", "demo", "--once", "--json"]);
    demo.env(BINARIES, workspace::binaries(shell));
    let mut last = String::new();
    let well = shell.watch(demo.args(more), |line| {
        if !line.trim().is_empty() {
            last = line.to_owned();
        }
    })?;
    let object = serde_json::from_str(&last).unwrap_or(Value::Null);
    Ok((well, object))
}

fn verdict(what: &str, trouble: Option<String>) -> bool {
    match &trouble {
        None => println!("demo, {what}: ok"),
        Some(trouble) => println!("demo, {what}: FAILED, {trouble}"),
    }
    trouble.is_none()
}

/// What is wrong with a run that should have lost nothing.
fn complete(well: bool, object: &Value) -> Option<String> {
    if !well {
        return Some("it exited non-zero".to_owned());
    }
    for key in ["filed", "delivered"] {
        if object[key].as_u64().unwrap_or(0) == 0 {
            return Some(format!("{key} is {}", object[key]));
        }
    }
    (object["lost"] != 0).then(|| format!("lost is {}", object["lost"]))
}

/// What is wrong with two runs of different seeds: a script that tells the same counts for ever proves little.
fn differ(first: &Value, second: &Value) -> Option<String> {
    let counts = |object: &Value| {
        ["filed", "delivered", "divergences", "decided", "noop_requests", "noop_bytes"]
            .map(|key| object[key].clone())
    };
    (counts(first) == counts(second)).then(|| "both seeds gave the same counts".to_owned())
}

/// What is wrong with a run from whose archive one envelope was taken.
fn caught(well: bool, object: &Value) -> Option<String> {
    if well {
        return Some("it exited zero".to_owned());
    }
    (object["lost"] != 1).then(|| format!("lost is {}, 1 is right", object["lost"]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_demo_that_lost_filed_or_said_nothing_fails() {
        let good = json!({"filed": 12, "delivered": 12, "lost": 0});
        assert_eq!(complete(true, &good), None);
        assert!(complete(false, &good).is_some());
        assert!(complete(true, &json!({"filed": 12, "delivered": 12, "lost": 1})).is_some());
        assert!(complete(true, &json!({"filed": 0, "delivered": 0, "lost": 0})).is_some());
        assert!(complete(true, &Value::Null).is_some());
    }

    #[test]
    fn a_sabotage_must_be_seen_and_refused() {
        assert_eq!(caught(false, &json!({"lost": 1})), None);
        assert!(caught(true, &json!({"lost": 1})).is_some());
        assert!(caught(false, &json!({"lost": 0})).is_some());
        assert!(caught(false, &Value::Null).is_some());
    }

    #[test]
    fn two_seeds_that_tell_the_same_fail() {
        let one = json!({"filed": 12, "delivered": 12, "divergences": 1});
        assert!(differ(&one, &one).is_some());
        assert_eq!(differ(&one, &json!({"filed": 9, "delivered": 9, "divergences": 1})), None);
    }
}
