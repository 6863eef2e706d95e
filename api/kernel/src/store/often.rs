//! Which large statements are asked so often that PostgreSQL keeps them prepared: planning one anew takes many times what running it takes.
//!
//! A session keeps some hundred times the text of a statement, so there are few, whoever asks: one makes room only when
//! nobody asks for it any longer.

use std::{
    collections::HashMap,
    hash::{BuildHasher as _, RandomState},
    sync::{LazyLock, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How many are kept at once.
const KEPT: usize = 4;
/// How often one is asked before it is kept.
const ASKED: u32 = 8;
/// After how long without a question one is forgotten.
const FORGOTTEN: Duration = Duration::from_secs(600);
/// How many are counted at once; beyond that a new one is not.
const COUNTED: usize = 256;

/// Those of this process: its sessions all keep the same.
pub(super) static OFTEN: LazyLock<Often> = LazyLock::new(Often::default);

#[derive(Debug, Default)]
pub(super) struct Often {
    hasher: RandomState,
    seen: Mutex<HashMap<u64, Seen>>,
}

#[derive(Debug)]
struct Seen {
    asked: u32,
    last: Instant,
    kept: bool,
}

impl Often {
    /// Counts a statement that is asked now; whether it is kept.
    pub(super) fn keeps(&self, text: &str, now: Instant) -> bool {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let key = self.hasher.hash_one(text);
        if !seen.get(&key).is_some_and(|one| one.kept) {
            seen.retain(|_, one| now.duration_since(one.last) < FORGOTTEN);
        }
        if seen.len() >= COUNTED && !seen.contains_key(&key) {
            return false;
        }
        let room = seen.values().filter(|one| one.kept).count() < KEPT;
        let one = seen.entry(key).or_insert(Seen { asked: 0, last: now, kept: false });
        one.asked = one.asked.saturating_add(1);
        one.last = now;
        one.kept = one.kept || (room && one.asked >= ASKED);
        one.kept
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::{ASKED, COUNTED, FORGOTTEN, KEPT, Often};

    #[test]
    fn few_are_kept_and_only_what_is_asked_often() {
        let (often, now) = (Often::default(), Instant::now());
        let asked = |text: &str, times: u32, now: Instant| (0..times).map(|_| often.keeps(text, now)).last().unwrap();
        assert!(!asked("first", ASKED - 1, now));
        assert!(asked("first", 1, now));
        for n in 1..KEPT {
            assert!(asked(&format!("more {n}"), ASKED, now));
        }
        assert!(!asked("one too many", ASKED * 10, now));
        assert!(asked("first", 1, now + FORGOTTEN / 2));
        // The others made room, the first did not.
        let later = now + FORGOTTEN;
        assert!(asked("one too many", ASKED, later) && asked("first", 1, later));
        for n in 0..COUNTED {
            asked(&format!("crowd {n}"), 1, later);
        }
        assert!(!asked("beyond what is counted", ASKED, later));
    }
}
