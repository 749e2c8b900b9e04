//! Draws that are the same for the same seed on every machine (SplitMix64, Steele et al. 2014).
//! Refuses every other source of chance.
//! Changes never: a printed seed must replay.

pub(super) struct Draws(u64);

impl Draws {
    /// A sequence of its own for each (seed, index).
    pub(super) fn new(seed: u64, index: usize) -> Self {
        let mut draws = Self(seed);
        Self(draws.next() ^ (index as u64).wrapping_mul(0xD134_2543_DE82_EF95))
    }

    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is small and not zero.
    pub(super) fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub(super) fn coin(&mut self) -> bool {
        self.next() & 1 == 1
    }
}
