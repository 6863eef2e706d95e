//! Which events of the outbox are new to this process.
//!
//! Transactions commit in another order than they began, and replicas' clocks differ: an event may appear behind one
//! that was read before it, so "newer than the last one" would lose it. What is read again and again is therefore a
//! window, and what was seen in it is remembered. The window holds the events of the last [`SPAN`] before the newest one
//! (by the events' own times, never this process's clock) and at least the newest [`COUNT`], which covers clocks further
//! apart where little happens. An event is missed only if its transaction and the difference of the clocks together take
//! longer than that; a right never is, for rights do not hang on events.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use tongxin_entity::event;

const SPAN: TimeDelta = TimeDelta::seconds(15);
pub(super) const COUNT: usize = 200;
/// What is read after a commit or a hint; what lies further back waits for the next full look.
const RECENT: TimeDelta = TimeDelta::seconds(1);

#[derive(Default)]
pub(super) struct Window {
    /// By time, so that those behind the window are dropped together.
    seen: BTreeSet<(DateTime<Utc>, String)>,
}

impl Window {
    /// Where the window begins when `newest` is the time of the newest event and `nth` that of the one [`COUNT`] before
    /// it; nothing where there are not that many: then all of them are in it.
    pub fn begin(newest: DateTime<Utc>, nth: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
        Some((newest - SPAN).min(nth?))
    }

    /// Where to read from: the whole window, or its newest part.
    pub fn floor(&self, whole: bool) -> Option<DateTime<Utc>> {
        let newest = self.seen.last()?.0;
        let begin = Self::begin(newest, self.seen.iter().rev().nth(COUNT).map(|(at, _)| *at));
        if whole { begin } else { begin.max(Some(newest - RECENT)) }
    }

    /// Whether the event was not seen before.
    pub fn admit(&mut self, event: &event::Model) -> bool {
        let fresh = self.seen.insert((event.created_at, event.id.clone()));
        // Only now and then: finding the floor walks over a good part of the window.
        if fresh && self.seen.len().is_multiple_of(COUNT) {
            self.forget();
        }
        fresh
    }

    fn forget(&mut self) {
        if let Some(floor) = self.floor(true) {
            self.seen = self.seen.split_off(&(floor, String::new()));
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};
    use tongxin_entity::event;

    use super::{COUNT, Window};

    fn event(at_ms: i64, id: &str) -> event::Model {
        event::Model {
            id: format!("event_{id}"),
            kind: String::new(),
            subject_id: String::new(),
            region_code: String::new(),
            created_at: DateTime::from_timestamp_millis(at_ms).unwrap(),
        }
    }

    #[test]
    fn an_event_is_new_once_also_behind_a_newer_one() {
        let mut window = Window::default();
        assert_eq!(window.floor(true), None, "nothing was seen: all is read");
        assert!(window.admit(&event(5_000, "b")));
        assert!(window.admit(&event(1_000, "a")), "of a transaction that began earlier and ended later");
        assert!(window.admit(&event(5_000, "c")), "of the same moment");
        for again in [event(5_000, "b"), event(1_000, "a"), event(5_000, "c")] {
            assert!(!window.admit(&again));
        }
    }

    #[test]
    fn what_is_remembered_is_what_is_read_again() {
        let mut window = Window::default();
        // One event a millisecond for a minute.
        for at in 0..60_000 {
            assert!(window.admit(&event(at, &at.to_string())));
        }
        let floor = window.floor(true).unwrap();
        assert_eq!(floor.timestamp_millis(), 59_999 - 15_000);
        assert_eq!(window.floor(false).unwrap() - floor, TimeDelta::seconds(14));
        assert!(window.seen.len() < 15_000 + 2 * COUNT, "{} are remembered", window.seen.len());
        for at in floor.timestamp_millis()..60_000 {
            assert!(!window.admit(&event(at, &at.to_string())), "{at} would be delivered twice");
        }
    }

    #[test]
    fn where_little_happens_the_window_reaches_far_back() {
        let mut window = Window::default();
        for minute in 0..i64::try_from(COUNT).unwrap() {
            window.admit(&event(minute * 60_000, &minute.to_string()));
        }
        assert_eq!(window.floor(true), None);
        for minute in 1_000..3_000 {
            window.admit(&event(minute * 60_000, &minute.to_string()));
        }
        let back = i64::try_from(COUNT).unwrap();
        assert_eq!(window.floor(true).unwrap().timestamp_millis(), (2_999 - back) * 60_000);
    }
}
