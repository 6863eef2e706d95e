//! Places that are known to be there. They come by import and stay, so what was found once is not looked for again.

use std::{
    collections::HashSet,
    sync::{PoisonError, RwLock},
};

/// How many are remembered; a city has some 6,000.
const MOST: usize = 20_000;

/// Statistical codes of places that were found.
#[derive(Debug, Default)]
pub struct Places(RwLock<HashSet<String>>);

impl Places {
    pub fn know(&self, code: &str) -> bool {
        self.0.read().unwrap_or_else(PoisonError::into_inner).contains(code)
    }

    pub fn learn(&self, code: String) {
        let mut known = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() < MOST {
            known.insert(code);
        }
    }
}
