//! The stage `crash`: every power cut and every refusal of the core's and the server's stories; each figure
//! that must be nought counts as a test, and so does each careless setting that must be caught.
//! Changes when the figures of the explorer do.

use serde_json::Value;

use super::tally::Tally;
use crate::crash::told;
use crate::failure::Failure;
use crate::shell::Shell;

/// Fewer than `cargo xtask crash` examines by itself: with 50,000 a cold run of every stage takes longer
/// than the 45 minutes that it may (10 of them here).
const STATES: u32 = 20_000;

/// Careless settings under which acknowledged work must be seen to vanish.
const CONTROLS: [&str; 3] = ["normal", "created_with_full", "off"];

pub fn run(shell: &Shell, _install: bool) -> Result<Tally, Failure> {
    let (well, object) = told(shell, &["--states", &STATES.to_string()])?;
    Ok(counted(&object).ended(well))
}

fn counted(object: &Value) -> Tally {
    let mut tally = Tally::default();
    for figure in ["lost_acknowledged", "corrupt", "torn", "unusable"] {
        tally.count(said(figure, object[figure] == 0, &object[figure]));
    }
    for control in CONTROLS {
        let lost = &object["controls"][control]["lost"];
        tally.count(said(&format!("{control} is caught"), lost.as_u64().is_some_and(|lost| lost > 0), lost));
    }
    let states = &object["states"];
    tally.count(said("states", states.as_u64().is_some_and(|states| states >= u64::from(STATES)), states));
    let tried = &object["faults"]["tried"];
    tally.count(said("refusals tried", tried.as_u64().is_some_and(|tried| tried > 0), tried));
    tally
}

fn said(what: &str, well: bool, value: &Value) -> bool {
    println!("crash, {what}: {} ({value})", if well { "ok" } else { "FAILED" });
    well
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn good() -> Value {
        let caught = json!({ "lost": 4 });
        json!({
            "states": STATES, "lost_acknowledged": 0, "corrupt": 0, "torn": 0, "unusable": 0,
            "controls": { "normal": caught, "created_with_full": caught, "off": caught },
            "faults": { "tried": 2_000 },
        })
    }

    #[test]
    fn each_figure_that_is_not_nought_and_each_carelessness_not_caught_is_a_failure() {
        assert_eq!(counted(&good()), Tally { passed: 9, failed: 0, left_out: 0 });
        for (pointer, wrong) in [
            ("/lost_acknowledged", 1),
            ("/torn", 1),
            ("/controls/created_with_full/lost", 0),
            ("/states", 10),
            ("/faults/tried", 0),
        ] {
            let mut object = good();
            if let Some(figure) = object.pointer_mut(pointer) {
                *figure = json!(wrong);
            }
            assert_eq!(counted(&object).failed, 1, "{pointer}");
        }
        assert_eq!(counted(&Value::Null).passed, 0, "silence proves nothing");
    }
}
