//! What the parts of a statement cost, in thousandths of a unit. Measured on the city of measuring size, on PostgreSQL 15
//! and SQLite, the dearer of the two and the dearer of time and memory: a sub-select is planned in 0.1 ms and 60 kB.

use std::ops::{Add, AddAssign};

/// A cost that depends on what stands around it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Weight {
    /// For its text, once.
    text: u64,
    /// For each row that carries it.
    each: u64,
    /// For all rows behind it, as often as the same row may carry it.
    whole: u64,
}

/// A root field: parsed, run and answered by itself.
pub(super) const STATEMENT: Weight = Weight::new(10_000, 0, 0);
/// A mutation: a transaction with its audit.
pub(super) const ACT: Weight = Weight::new(30_000, 0, 0);
/// A scalar, of which few bytes are answered for each row, ten times as many on the way.
pub(super) const SCALAR: Weight = Weight::new(100, 150, 0);
/// An object around them.
pub(super) const OBJECT: Weight = Weight::new(0, 150, 0);
/// A related row, list or page.
pub(super) const SELECT: Weight = Weight::new(13_000, 50, 0);
/// The rows of a page, or their number.
pub(super) const ROWS: Weight = Weight::new(6_000, 50, 0);
/// What is known of the rest of a page: all its rows are numbered.
pub(super) const PAGE_INFO: Weight = Weight::new(48_000, 300, 0);
/// One object of an introspection.
pub(super) const INTROSPECTED: Weight = Weight::new(60, 0, 0);

impl Weight {
    const fn new(text: u64, each: u64, whole: u64) -> Self {
        Self { text, each, whole }
    }

    /// What the schema declares of a field, in whole units.
    pub const fn declared(text: u64, each: u64, whole: u64) -> Self {
        Self::new(text.saturating_mul(1000), each.saturating_mul(1000), whole.saturating_mul(1000))
    }

    /// Of one row that is met once, in whole units.
    pub fn units(self) -> u64 {
        self.text.saturating_add(self.each).saturating_add(self.whole).div_ceil(1000)
    }

    /// Where many rows may lead to the same one: what lies behind that is read anew for each of them.
    pub fn met_anew(self) -> Self {
        Self { each: self.each.saturating_add(self.whole), whole: 0, ..self }
    }

    /// In an order of its own: all rows are sorted for it, however few are asked for.
    pub fn ordered(self) -> Self {
        Self { whole: self.whole.saturating_mul(2), ..self }
    }

    /// Of so many rows where there was one.
    pub fn of_each(self, rows: u64) -> Self {
        Self { each: self.each.saturating_mul(rows), ..self }
    }

    pub fn times(self, times: u64) -> Self {
        let Self { text, each, whole } = self;
        Self { text: text.saturating_mul(times), each: each.saturating_mul(times), whole: whole.saturating_mul(times) }
    }

    /// Of a row that is either the one or the other: both are written, one is read.
    pub fn beside(self, other: Self) -> Self {
        Self { text: self.text.saturating_add(other.text), ..self.max(other) }
    }

    pub fn max(self, other: Self) -> Self {
        Self { text: self.text.max(other.text), each: self.each.max(other.each), whole: self.whole.max(other.whole) }
    }
}

impl Add for Weight {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            text: self.text.saturating_add(other.text),
            each: self.each.saturating_add(other.each),
            whole: self.whole.saturating_add(other.whole),
        }
    }
}

impl AddAssign for Weight {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}
