//! Chance of one seed: every throw follows from it, whichever part of the story throws. Changes never.

use ronde_tests::world::Dice;

/// The die of a story.
#[derive(Clone)]
pub struct Chance(pub Dice);

impl Chance {
    /// A number below `limit`.
    pub fn below(&self, limit: usize) -> usize {
        self.0.below(limit as u64) as usize
    }

    /// A number of a range.
    pub fn between(&self, from: i64, to: i64) -> i64 {
        from + self.0.below((to - from).unsigned_abs() + 1) as i64
    }

    /// True so many times in a hundred.
    pub fn percent(&self, of_hundred: u64) -> bool {
        self.0.below(100) < of_hundred
    }

    /// One of them; `None` of none.
    pub fn of<'a, T>(&self, among: &'a [T]) -> Option<&'a T> {
        among.get(self.below(among.len()))
    }

    /// One by weight.
    pub fn weighted<T: Copy>(&self, among: &[(u64, T)]) -> T {
        let mut left = self.0.below(among.iter().map(|(weight, _)| weight).sum());
        for (weight, one) in among {
            if left < *weight {
                return *one;
            }
            left -= weight;
        }
        among[0].1
    }
}
