//! Chance, by seed.

use chrono::{DateTime, TimeDelta, Utc};
use rand::{Rng as _, SeedableRng as _, rngs::StdRng, seq::SliceRandom as _};

pub(super) struct Chance(StdRng);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(StdRng::seed_from_u64(seed))
    }

    /// A number from 0 to 99.
    pub fn percent(&mut self) -> u32 {
        self.0.random_range(0..100)
    }

    pub fn number(&mut self, from: i64, to: i64) -> i64 {
        self.0.random_range(from..=to)
    }

    pub fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.0.random_range(0..of.len())]
    }

    /// So many of the numbers below `of`, each once; all of them if there are fewer.
    pub fn some(&mut self, count: usize, of: usize) -> Vec<usize> {
        let mut all: Vec<_> = (0..of).collect();
        all.shuffle(&mut self.0);
        all.truncate(count);
        all
    }

    /// A moment in the part of a span that the percentages bound, in whole microseconds.
    pub fn moment(&mut self, span: Span, from: i64, to: i64) -> DateTime<Utc> {
        let share = self.0.random_range(from * 1000..=to * 1000);
        span.at(share)
    }
}

/// A stretch of time.
#[derive(Clone, Copy)]
pub(super) struct Span {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
}

impl Span {
    /// The moment after so many hundred-thousandths of the span.
    fn at(self, share: i64) -> DateTime<Utc> {
        let length = (self.to - self.from).num_microseconds().unwrap_or_default();
        self.from + TimeDelta::microseconds(length / 100_000 * share)
    }
}
