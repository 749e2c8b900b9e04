//! The walk over every power cut: each index of a log, each variant that differs there.
//! Refuses to know what a cut loses (`replay`) and what a story promised.
//! Changes when more, or fewer, variants are worth their time.

use std::sync::Arc;

use super::image::Image;
use super::log::{Mark, Op};
use super::replay::{Fate, Replay, Variant};
use super::seed::Draws;
use super::state::State;
use super::{Disk, Ordering, Unregistered};

/// A power cut: where, how, and what had been acknowledged by then.
pub struct Cut {
    /// Operations made before the power went.
    pub index: usize,
    /// What became of those in flight.
    pub variant: Variant,
    ordering: Ordering,
    marks: Arc<[Mark]>,
    image: Image,
}

impl Cut {
    pub(super) fn at(state: &State, index: usize, variant: Variant) -> Self {
        let mut replay = Replay::new(state.ordering(), state.start());
        state.log().iter().take(index).for_each(|op| replay.apply(op));
        Self::of(&replay, state.ordering(), state.marks().into(), variant)
    }

    fn of(replay: &Replay, ordering: Ordering, marks: Arc<[Mark]>, variant: Variant) -> Self {
        Self { index: replay.done(), variant, ordering, marks, image: replay.image(variant) }
    }

    /// The marks that were acknowledged before the cut, oldest first.
    pub fn marks(&self) -> &[Mark] {
        let known = self.marks.partition_point(|mark| mark.index <= self.index);
        &self.marks[..known]
    }

    /// The disk as the next start of the machine finds it.
    pub fn power_on(&self) -> Result<Disk, Unregistered> {
        Disk::from_image(self.ordering, self.image.clone())
    }
}

/// Every cut of one log, in order. The log is replayed once, so a state costs a copy of pointers.
pub struct Cuts {
    log: Vec<Op>,
    marks: Arc<[Mark]>,
    ordering: Ordering,
    seed: u64,
    draws: usize,
    replay: Replay,
    variants: Option<std::vec::IntoIter<Variant>>,
}

impl Cuts {
    pub(super) fn new(state: &State, seed: u64) -> Self {
        Self {
            log: state.log().to_vec(),
            marks: state.marks().into(),
            ordering: state.ordering(),
            seed,
            draws: 1,
            replay: Replay::new(state.ordering(), state.start()),
            variants: None,
        }
    }

    /// How many random fates to try wherever something is in flight; 1 unless told.
    pub fn with_draws(self, draws: usize) -> Self {
        Self { draws, ..self }
    }

    /// Those that differ at this index: every fate of the writes with every fate of the names.
    fn variants_here(&self) -> std::vec::IntoIter<Variant> {
        let mut draws = Draws::new(self.seed, self.replay.done());
        let mut fates = |in_flight: bool| {
            let mut fates = vec![Fate::Lost];
            if in_flight {
                fates.push(Fate::Kept);
                fates.extend((0..self.draws).map(|_| Fate::Drawn(draws.next())));
            }
            fates
        };
        let (writes, names) =
            (fates(self.replay.has_writes_in_flight()), fates(self.replay.has_names_in_flight()));
        let mut variants = Vec::new();
        for &names in &names {
            variants.extend(writes.iter().map(|&writes| Variant { writes, names }));
        }
        variants.into_iter()
    }

    /// Goes to the next cut without making its image.
    fn advance(&mut self) -> Option<Variant> {
        loop {
            let here = match self.variants.take() {
                Some(variants) => variants,
                None => self.variants_here(),
            };
            if let Some(variant) = self.variants.insert(here).next() {
                return Some(variant);
            }
            let op = self.log.get(self.replay.done())?;
            self.replay.apply(op);
            self.variants = None;
        }
    }
}

impl Iterator for Cuts {
    type Item = Cut;

    fn next(&mut self) -> Option<Cut> {
        let variant = self.advance()?;
        Some(Cut::of(&self.replay, self.ordering, self.marks.clone(), variant))
    }

    // Those passed over cost no image.
    fn nth(&mut self, n: usize) -> Option<Cut> {
        for _ in 0..n {
            self.advance()?;
        }
        self.next()
    }

    fn count(mut self) -> usize {
        std::iter::from_fn(|| self.advance()).count()
    }
}
