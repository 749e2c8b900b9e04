//! How many tests ran, read from what cargo, Maven, pytest, Vitest and Node print.
//! Knows their closing lines; refuses to know how they are started. Changes when a runner words them differently.

use std::fmt;

use serde_json::{Value, json};

#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    pub passed: usize,
    pub failed: usize,
    /// Tests that their runner left out (`#[ignore]`, `@Disabled`, `skip`): neither passed nor failed.
    pub left_out: usize,
}

impl Tally {
    pub fn failed(failed: usize) -> Tally {
        Tally { failed, ..Tally::default() }
    }

    /// One test more, passed or failed.
    pub fn count(&mut self, passed: bool) {
        self.passed += usize::from(passed);
        self.failed += usize::from(!passed);
    }

    pub fn add(&mut self, other: Tally) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.left_out += other.left_out;
    }

    pub fn ran(self) -> usize {
        self.passed + self.failed
    }

    /// A runner that ended badly without naming a failed test (it did not compile, it died) failed once.
    pub fn ended(mut self, well: bool) -> Tally {
        if !well && self.failed == 0 {
            self.failed = 1;
        }
        self
    }

    pub fn json(self) -> Value {
        json!({ "passed": self.passed, "failed": self.failed, "left_out": self.left_out })
    }

    /// `test result: ok. 3 passed; 0 failed; 1 ignored; …`
    pub fn see_cargo(&mut self, line: &str) {
        let Some((_, counts)) =
            line.trim_start().strip_prefix("test result: ").and_then(|l| l.split_once(". "))
        else {
            return;
        };
        let parts: Vec<&str> = counts.split(';').collect();
        self.passed += number(&parts, "passed");
        self.failed += number(&parts, "failed");
        self.left_out += number(&parts, "ignored");
    }

    /// `[INFO] Tests run: 6, Failures: 0, Errors: 0, Skipped: 0`; the lines with a time are of one class each.
    pub fn see_maven(&mut self, line: &str) {
        let Some(at) = line.find("Tests run: ").filter(|_| !line.contains("Time elapsed")) else {
            return;
        };
        let count = |label: &str| -> usize {
            let after = line[at..].split_once(label).map_or("", |(_, after)| after);
            after.split(|c: char| !c.is_ascii_digit()).next().and_then(|n| n.parse().ok()).unwrap_or(0)
        };
        let (failed, left_out) = (count("Failures: ") + count("Errors: "), count("Skipped: "));
        self.failed += failed;
        self.left_out += left_out;
        self.passed += count("Tests run: ").saturating_sub(failed + left_out);
    }

    /// `==== 2 passed, 1 failed, 1 error in 0.12s ====`
    pub fn see_pytest(&mut self, line: &str) {
        let bare = line.trim_matches(['=', ' ']);
        let Some((counts, _)) = bare.split_once(" in ").filter(|(_, time)| is_time(time)) else {
            return;
        };
        let parts: Vec<&str> = counts.split(',').collect();
        self.passed += number(&parts, "passed") + number(&parts, "xfailed");
        self.failed +=
            ["failed", "error", "errors", "xpassed"].map(|w| number(&parts, w)).iter().sum::<usize>();
        self.left_out += number(&parts, "skipped") + number(&parts, "deselected");
    }

    /// `      Tests  1 failed | 11 passed | 2 skipped (14)`
    pub fn see_vitest(&mut self, line: &str) {
        let Some(counts) = line.trim_start().strip_prefix("Tests  ") else {
            return;
        };
        let parts: Vec<&str> = counts.split('(').next().unwrap_or_default().split('|').collect();
        self.passed += number(&parts, "passed");
        self.failed += number(&parts, "failed");
        self.left_out += number(&parts, "skipped") + number(&parts, "todo");
    }

    /// `ℹ pass 12` or `# pass 12`: the end of what Node's test runner prints.
    pub fn see_node(&mut self, line: &str) {
        let Some((label, count)) = line.strip_prefix(['ℹ', '#']).and_then(|rest| rest.trim().split_once(' '))
        else {
            return;
        };
        let Ok(count) = count.parse::<usize>() else {
            return;
        };
        match label {
            "pass" => self.passed += count,
            "fail" | "cancelled" => self.failed += count,
            "skipped" | "todo" => self.left_out += count,
            _ => {}
        }
    }
}

/// The number before the word, in the part that holds just the two.
fn number(parts: &[&str], word: &str) -> usize {
    let pairs = parts.iter().filter_map(|part| part.trim().split_once(' '));
    pairs.filter(|(_, label)| *label == word).find_map(|(number, _)| number.parse().ok()).unwrap_or(0)
}

/// `0.12s`, `61.20s (0:01:01)`
fn is_time(text: &str) -> bool {
    let first = text.split(' ').next().unwrap_or_default();
    first.strip_suffix('s').is_some_and(|seconds| seconds.parse::<f64>().is_ok())
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "passed {}, failed {}", self.passed, self.failed)?;
        match self.left_out {
            0 => Ok(()),
            many => write!(f, ", left out by its runner {many}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(see: fn(&mut Tally, &str), lines: &[&str]) -> Tally {
        let mut tally = Tally::default();
        lines.iter().for_each(|line| see(&mut tally, line));
        tally
    }

    #[test]
    fn cargo_is_counted_over_its_binaries() {
        let lines = [
            "running 3 tests",
            "test a::b ... ok",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: FAILED. 10 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.10s",
        ];
        assert_eq!(seen(Tally::see_cargo, &lines), Tally { passed: 13, failed: 2, left_out: 1 });
    }

    #[test]
    fn maven_is_counted_once_from_its_total() {
        let lines = [
            "[INFO] Tests run: 4, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.5 s -- in org.ronde.StoryTest",
            "[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 1, Time elapsed: 1 s <<< FAILURE! -- in B",
            "[ERROR] Tests run: 7, Failures: 1, Errors: 1, Skipped: 1",
        ];
        assert_eq!(seen(Tally::see_maven, &lines), Tally { passed: 4, failed: 2, left_out: 1 });
    }

    #[test]
    fn pytest_is_counted_from_its_summary() {
        let one = seen(
            Tally::see_pytest,
            &["===== 2 passed, 1 failed, 1 error, 1 skipped in 61.20s (0:01:01) ====="],
        );
        assert_eq!(one, Tally { passed: 2, failed: 2, left_out: 1 });
        assert_eq!(seen(Tally::see_pytest, &["3 passed in 0.12s"]).passed, 3);
        assert_eq!(seen(Tally::see_pytest, &["no tests ran in 0.01s", "2 passed in the morning"]).ran(), 0);
    }

    #[test]
    fn vitest_and_node_are_counted_from_their_closing_lines() {
        let units = ["   Test Files  3 passed (3)", "        Tests  1 failed | 11 passed | 2 skipped (14)"];
        assert_eq!(seen(Tally::see_vitest, &units), Tally { passed: 11, failed: 1, left_out: 2 });
        let stories =
            ["ℹ tests 14", "ℹ pass 12", "ℹ fail 1", "ℹ cancelled 1", "ℹ skipped 0", "# duration_ms 5.3"];
        assert_eq!(seen(Tally::see_node, &stories), Tally { passed: 12, failed: 2, left_out: 0 });
    }

    #[test]
    fn a_bad_end_is_a_failure_even_when_every_test_passed() {
        let good = Tally { passed: 3, failed: 0, left_out: 0 };
        assert_eq!(good.ended(true).failed, 0);
        assert_eq!(good.ended(false).failed, 1);
        assert_eq!(Tally::failed(2).ended(false).failed, 2);
    }
}
