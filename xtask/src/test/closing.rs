//! The last plain line of `cargo xtask test`, which people and CI read. Changes when its form does.

use super::tally::Tally;

/// `N passed, M failed`, and `, K skipped` when stages were left out.
pub fn line(total: Tally, skipped: usize) -> String {
    let counted = format!("{} passed, {} failed", total.passed, total.failed);
    match skipped {
        0 => counted,
        many => format!("{counted}, {many} skipped"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_skipped_stage_is_told_and_never_counted_as_passed() {
        let total = Tally { passed: 12, failed: 1, left_out: 3 };
        assert_eq!(line(total, 0), "12 passed, 1 failed");
        assert_eq!(line(total, 2), "12 passed, 1 failed, 2 skipped");
    }
}
