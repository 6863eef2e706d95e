//! Ids: a short prefix that tells the type and a UUIDv7 in base32, so that they sort by the time they were made, and those
//! of one process that were made in the same millisecond by which came first.

use std::sync::{
    LazyLock,
    atomic::{AtomicU64, Ordering},
};

use chrono::{DateTime, Utc};
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::{Timestamp, Uuid};

use crate::error::{Refusal, Result};

/// How much of an id is the counter, before which stands the millisecond and after which 32 bits are random.
const COUNTER_BITS: u8 = 42;

/// Counts the ids of this process, over all milliseconds: time may stand still, go back and come again, and what is made
/// at an instant still sorts there, after what was made at it before. It starts anywhere, with room for ever.
static MADE: LazyLock<AtomicU64> = LazyLock::new(|| AtomicU64::new(rand::random::<u64>() >> (65 - COUNTER_BITS)));

/// A new id such as `item_01j…`, made at `now`.
///
/// # Errors
/// `INTERNAL` for a prefix that is no lower-case word.
pub fn new_id(prefix: &str, now: DateTime<Utc>) -> Result<String> {
    let kind = DynamicType::new(prefix).map_err(Refusal::internal)?;
    Ok(TypeSafeId::from_type_and_uuid(kind, uuid_at(now)).to_string())
}

fn uuid_at(now: DateTime<Utc>) -> Uuid {
    let seconds = u64::try_from(now.timestamp()).unwrap_or_default();
    let counter = MADE.fetch_add(1, Ordering::SeqCst) & ((1 << COUNTER_BITS) - 1);
    Uuid::new_v7(Timestamp::from_unix_time(seconds, now.timestamp_subsec_nanos(), counter.into(), COUNTER_BITS))
}

#[cfg(test)]
mod tests {
    use std::{collections::HashSet, thread};

    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn at(milliseconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(1_750_000_000_000 + milliseconds).unwrap()
    }

    proptest! {
        /// However the clock goes: ids sort by their millisecond, and within it by which came first.
        #[test]
        fn ids_sort_by_when_and_then_by_which_came_first(clock in vec(-3_i64..3, 2..200)) {
            let made = clock.iter().map(|&when| (when, new_id("item", at(when)).unwrap())).collect::<Vec<_>>();
            let mut sorted = made.clone();
            sorted.sort_by(|one, other| one.1.cmp(&other.1));
            let mut expected = made;
            // Stable: what was made at the same millisecond stays in its order.
            expected.sort_by_key(|(when, _)| *when);
            prop_assert_eq!(sorted, expected);
        }
    }

    #[test]
    fn many_at_one_instant_are_in_order() {
        let now = at(0);
        let ids = (0..50_000).map(|_| uuid_at(now)).collect::<Vec<_>>();
        assert!(ids.is_sorted_by(|one, other| one < other));
        assert!(ids.iter().all(|id| id.get_version_num() == 7 && id.get_timestamp().is_some()));
    }

    #[test]
    fn those_of_many_threads_differ_and_keep_the_order_of_each() {
        let make = || (0..5000).map(|_| uuid_at(at(0))).collect::<Vec<_>>();
        let threads = (0..4).map(|_| thread::spawn(make)).collect::<Vec<_>>();
        let made = threads.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>();
        assert!(made.iter().all(|ids| ids.is_sorted_by(|one, other| one < other)));
        assert_eq!(made.concat().into_iter().collect::<HashSet<_>>().len(), 20_000);
    }

    #[test]
    fn what_follows_an_id_is_not_guessed_from_it() {
        let ends = (0..1000).map(|_| uuid_at(at(0)).as_u128() as u32).collect::<Vec<_>>();
        let far = ends.windows(2).filter(|pair| pair[0].abs_diff(pair[1]) > 1_000_000);
        assert!(far.count() > 990, "their ends are random");
    }
}
