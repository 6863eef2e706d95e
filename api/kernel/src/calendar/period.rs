//! Periods and when they end, in China: Civil Code, articles 201 and 203. Hours count from the moment; of days and working
//! days the first is not counted, and the last ends at 24:00. Days that would end on one of rest end on the next working day.

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};

use super::Calendar;
use crate::clock::{end_of_day, shanghai_day, start_of_day};

/// In what a period is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    Minute,
    Hour,
    /// Hours of work: 08:30 to 12:00 and 13:30 to 18:00 of working days.
    WorkingHour,
    WorkingDay,
    Day,
}

/// So many of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    pub amount: u16,
    pub unit: Unit,
}

/// When a period ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The first moment after it.
    pub at: DateTime<Utc>,
    /// Whether it was counted through a year whose exceptions are not known: other data may move it.
    pub provisional: bool,
}

impl Due {
    /// The last day of it, in China.
    pub fn day(&self) -> NaiveDate {
        shanghai_day(self.at - TimeDelta::microseconds(1))
    }
}

/// The hours of a working day, from and to, in minutes.
const SHIFTS: [(i64, i64); 2] = [(8 * 60 + 30, 12 * 60), (13 * 60 + 30, 18 * 60)];

impl Period {
    pub const fn working_days(amount: u16) -> Self {
        Self { amount, unit: Unit::WorkingDay }
    }
}

impl Calendar {
    /// When a period that begins at this moment ends.
    pub fn due(&self, from: DateTime<Utc>, period: Period) -> Due {
        let Period { amount, unit } = period;
        let (today, amount) = (shanghai_day(from), i64::from(amount));
        match unit {
            Unit::Minute => Due { at: from + TimeDelta::minutes(amount), provisional: false },
            Unit::Hour => Due { at: from + TimeDelta::hours(amount), provisional: false },
            Unit::WorkingHour => self.after_working(from, TimeDelta::hours(amount)),
            Unit::WorkingDay => self.after_days(today, amount),
            Unit::Day => {
                let last = today + TimeDelta::days(amount);
                if self.is_worked(last) {
                    return Due { at: end_of_day(last), provisional: self.day(last).provisional };
                }
                let due = self.after_days(last, 1);
                Due { provisional: due.provisional || self.day(last).provisional, ..due }
            }
        }
    }

    /// The end of the day by which so many working days have gone by after this one.
    fn after_days(&self, mut day: NaiveDate, mut left: i64) -> Due {
        let mut provisional = false;
        while left > 0 {
            day = day + Days::new(1);
            provisional |= self.day(day).provisional;
            left -= i64::from(self.is_worked(day));
        }
        Due { at: end_of_day(day), provisional }
    }

    /// The moment by which so much working time has gone by.
    fn after_working(&self, from: DateTime<Utc>, mut left: TimeDelta) -> Due {
        let (mut day, mut provisional) = (shanghai_day(from), false);
        while left > TimeDelta::zero() {
            provisional |= self.day(day).provisional;
            let shifts = SHIFTS.iter().filter(|_| self.is_worked(day));
            for (begins, ends) in shifts.map(|(begins, ends)| (moment(day, *begins).max(from), moment(day, *ends))) {
                let worked = (ends - begins).max(TimeDelta::zero());
                if left <= worked {
                    return Due { at: begins + left, provisional };
                }
                left -= worked;
            }
            day = day + Days::new(1);
        }
        Due { at: from, provisional }
    }
}

fn moment(day: NaiveDate, minutes: i64) -> DateTime<Utc> {
    start_of_day(day) + TimeDelta::minutes(minutes)
}
