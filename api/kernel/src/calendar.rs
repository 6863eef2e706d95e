//! The working calendar 工作日历: on which days work is done, and when a period ends. Pure.
//!
//! Monday to Friday are working days but for what the State Council's yearly notice says otherwise: holidays, and Saturdays and
//! Sundays that are worked to make up for them. Of a year of which the file tells nothing, Monday to Friday is all that is known:
//! what is counted through it is *provisional*.

mod parse;
mod period;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, LazyLock},
};

use chrono::{Datelike as _, NaiveDate, Weekday};
pub use tongxin_entity::calendar_day::CalendarDayKind as Kind;

pub use self::{
    parse::CalendarFault,
    period::{Due, Period, Unit},
};

/// Which days are worked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    exceptions: BTreeMap<NaiveDate, (Kind, String)>,
    /// Years of which the exceptions are known.
    years: BTreeSet<i32>,
}

/// One day of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day<'a> {
    pub kind: Kind,
    /// What the notice calls it, such as 春节 or 春节调休.
    pub name: Option<&'a str>,
    /// Whether the exceptions of its year are not known.
    pub provisional: bool,
}

impl Calendar {
    /// The one that comes with the program.
    ///
    /// # Panics
    /// Never: a test reads it.
    pub fn embedded() -> Arc<Self> {
        static EMBEDDED: LazyLock<Arc<Calendar>> = LazyLock::new(|| {
            let file = include_bytes!("../../data/calendar/cn.csv");
            Arc::new(Calendar::parse(file).expect("the calendar that comes with the program is well-formed"))
        });
        EMBEDDED.clone()
    }

    fn new(exceptions: BTreeMap<NaiveDate, (Kind, String)>) -> Self {
        let told = exceptions.keys().filter(|day| !is_of_next_notice(**day));
        let years = told.map(NaiveDate::year).collect();
        Self { exceptions, years }
    }

    /// What is known of a day.
    pub fn day(&self, day: NaiveDate) -> Day<'_> {
        let provisional = !self.years.contains(&day.year());
        match self.exceptions.get(&day) {
            Some((kind, name)) => Day { kind: *kind, name: Some(name), provisional },
            None if is_weekend(day) => Day { kind: Kind::Restday, name: None, provisional },
            None => Day { kind: Kind::Workday, name: None, provisional },
        }
    }

    /// Whether work is done on a day.
    pub fn is_worked(&self, day: NaiveDate) -> bool {
        self.day(day).kind == Kind::Workday
    }
}

fn is_weekend(day: NaiveDate) -> bool {
    matches!(day.weekday(), Weekday::Sat | Weekday::Sun)
}

/// Whether what is told of a day belongs to the New Year's Day after it, and so says nothing of its own year.
fn is_of_next_notice(day: NaiveDate) -> bool {
    day.month() == 12 && day.day() >= 25
}
