//! Places that are known to be there. They come by import and stay: what was found is not looked for again for a while.

use std::time::Duration;

use moka::sync::Cache;

/// How many are remembered; a city has some 6,000.
const MOST: u64 = 20_000;
/// For how long, should a code ever be given up.
const STAY: Duration = Duration::from_secs(600);

/// Statistical codes of places that were found.
#[derive(Debug)]
pub struct Places(Cache<String, ()>);

impl Default for Places {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(MOST).time_to_live(STAY).build())
    }
}

impl Places {
    pub fn know(&self, code: &str) -> bool {
        self.0.contains_key(code)
    }

    pub fn learn(&self, code: String) {
        self.0.insert(code, ());
    }
}
