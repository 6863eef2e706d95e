//! Days and moments, counted from the day of the filling so that the demo is fresh whenever it starts.

use chrono::{DateTime, Datelike as _, Days, NaiveDate, TimeDelta, Utc};
use tongxin_kernel::clock::shanghai_day;

/// The moment of the filling.
#[derive(Clone, Copy)]
pub(super) struct When {
    pub now: DateTime<Utc>,
    pub today: NaiveDate,
}

impl When {
    pub fn new(now: DateTime<Utc>) -> Self {
        Self { now, today: shanghai_day(now) }
    }

    /// The day so many days from today; before it, if negative.
    pub fn day(&self, from_today: i64) -> NaiveDate {
        day_after(self.today, from_today)
    }

    /// The same time of day, so many days ago.
    pub fn ago(&self, days: i64) -> DateTime<Utc> {
        self.now - TimeDelta::days(days)
    }

    pub fn year(&self) -> i32 {
        self.today.year()
    }
}

/// The day so many days after a day; before it, if negative.
pub(super) fn day_after(day: NaiveDate, days: i64) -> NaiveDate {
    let by = Days::new(days.unsigned_abs());
    if days < 0 { day - by } else { day + by }
}
