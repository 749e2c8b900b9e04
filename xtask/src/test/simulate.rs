//! The stage `simulate`: towns of phones on virtual clocks, networks and disks; each seed counts as one test,
//! so does each wickedness that a law must notice. Changes when the figures of a simulation do.

use serde_json::Value;

use super::tally::Tally;
use crate::failure::Failure;
use crate::shell::Shell;
use crate::simulate::told;

/// What is done on purpose, and the figure that must tell of it.
const CONTROLS: [(&str, &str); 5] = [
    ("lose", "lost"),
    ("careless", "lost"),
    ("double", "duplicated"),
    ("leak", "out_of_scope"),
    ("diverge", "diverged"),
];

pub fn run(shell: &Shell, _install: bool) -> Result<Tally, Failure> {
    let mut tally = seeds(&told(shell, &["--seeds", "300", "--devices", "20", "--steps", "200"])?);
    // Seeds of their own, and a log that must come out the same twice.
    tally.add(seeds(&told(shell, &["--seeds", "6", "--first", "100001", "--doublecheck"])?));
    for (name, figure) in CONTROLS {
        let (well, object) = told(shell, &["--seeds", "4", "--control", name])?;
        let noticed = !well && object[figure].as_u64().is_some_and(|many| many > 0);
        println!("simulate, control {name}: {}", if noticed { "noticed" } else { "NOT NOTICED" });
        tally.count(noticed);
    }
    Ok(tally)
}

/// Each seed is a test.
fn seeds((well, object): &(bool, Value)) -> Tally {
    let run = object["seeds"].as_u64().unwrap_or(0) as usize;
    let failed = object["failures"].as_array().map_or(0, Vec::len);
    Tally { passed: run.saturating_sub(failed), failed, left_out: 0 }.ended(*well)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_seed_that_broke_a_law_is_a_failed_test_and_so_is_a_simulator_that_died() {
        let good = (true, json!({"seeds": 300, "failures": []}));
        assert_eq!(seeds(&good), Tally { passed: 300, failed: 0, left_out: 0 });
        let bad = (false, json!({"seeds": 300, "failures": [7, 9]}));
        assert_eq!(seeds(&bad), Tally { passed: 298, failed: 2, left_out: 0 });
        assert_eq!(seeds(&(false, Value::Null)).failed, 1);
    }
}
