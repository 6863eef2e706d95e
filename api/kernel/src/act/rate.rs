//! Rates: how many of the objects of one sort have come so far.

use sea_orm::ActiveEnum;
use tongxin_entity::Word;

use super::life::Living;
use crate::see::Shape;

/// A rate as a capability declares it: of the objects in the states of the whole, how many are in those of the part.
pub struct DeclaredRate {
    pub shape: fn() -> &'static Shape,
    /// What it tells: a word of the API, with what people call it.
    pub word: Word,
    pub part: Vec<String>,
    pub whole: Vec<String>,
}

impl DeclaredRate {
    /// Of objects that lead a life. The states of the part are among those of the whole.
    pub fn of<T: Living>(word: Word, part: &[T::State], whole: &[T::State]) -> Self {
        let words = |states: &[T::State]| states.iter().map(ActiveEnum::to_value).collect();
        Self { shape: T::shape, word, part: words(part), whole: words(whole) }
    }
}
