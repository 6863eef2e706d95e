//! What may follow what in the life of a priority, and which dates go together. Pure.

use chrono::{Days, NaiveDate};
use tongxin_entity::priority::PriorityStatus as Status;
use tongxin_kernel::{
    act::{Life, Step},
    input::Check,
    say,
};

pub const UPDATE: Step<Status> = Step::within("updatePriority", &[Status::Draft]);
pub const PUBLISH: Step<Status> = Step::new("publishPriority", &[Status::Draft], Status::Published).must();
pub const AMEND: Step<Status> = Step::within("amendPriority", &[Status::Published]);
pub const CLOSE: Step<Status> = Step::new("closePriority", &[Status::Published], Status::Closed);
pub const WITHDRAW: Step<Status> = Step::new("withdrawPriority", &[Status::Published], Status::Withdrawn);
pub const DISCARD: Step<Status> = Step::new("discardPriority", &[Status::Draft], Status::Discarded);

/// `draft → published → closed | withdrawn`, or discarded as a draft.
pub const LIFE: Life<Status> = Life(&[UPDATE, PUBLISH, AMEND, CLOSE, WITHDRAW, DISCARD]);

/// A day to come, today included, and the last day to adopt no later than the last day of all.
pub fn check_dates(check: &mut Check, today: NaiveDate, due_on: NaiveDate, adopt_by: Option<NaiveDate>) {
    let past = || say!("不能早于今天 {today}", "must not be before today, {today}");
    if due_on < today {
        check.fault("dueOn", "IN_THE_PAST", past());
    }
    let Some(adopt_by) = adopt_by else { return };
    if adopt_by < today {
        check.fault("adoptBy", "IN_THE_PAST", past());
    }
    if adopt_by > due_on {
        let message = say!("不能晚于截止日期 {due_on}", "must not be after the due date, {due_on}");
        check.fault("adoptBy", "AFTER_DUE_DATE", message);
    }
}

/// A new last day of a published priority: to come, and not before the last day to adopt, which stays.
pub fn check_new_due(check: &mut Check, today: NaiveDate, due_on: NaiveDate, adopt_by: Option<NaiveDate>) {
    if due_on < today {
        check.fault("dueOn", "IN_THE_PAST", say!("不能早于今天 {today}", "must not be before today, {today}"));
    }
    check_time_to_adopt(check, due_on, adopt_by);
}

/// A last day of all that is not before the last day to adopt.
pub fn check_time_to_adopt(check: &mut Check, due_on: NaiveDate, adopt_by: Option<NaiveDate>) {
    if let Some(adopt_by) = adopt_by.filter(|day| due_on < *day) {
        let message = say!("不能早于承接期限 {adopt_by}", "must not be before the last day to adopt, {adopt_by}");
        check.fault("dueOn", "BEFORE_ADOPTION", message);
    }
}

/// The last day to adopt where the street names none: so many days from the publication, but never past the due date.
pub fn adopt_by(published_on: NaiveDate, within_days: u16, due_on: NaiveDate) -> NaiveDate {
    published_on.checked_add_days(Days::new(within_days.into())).map_or(due_on, |day| day.min(due_on))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_allows_these_acts_and_no_other() {
        let table: [(Status, &[&str]); 5] = [
            (Status::Draft, &["updatePriority", "publishPriority", "discardPriority"]),
            (Status::Published, &["amendPriority", "closePriority", "withdrawPriority"]),
            (Status::Closed, &[]),
            (Status::Withdrawn, &[]),
            (Status::Discarded, &[]),
        ];
        assert_eq!(table.len(), Status::ALL.len());
        for (status, allowed) in table {
            assert_eq!(LIFE.allowed_in(status), allowed, "{status}");
        }
    }

    #[test]
    fn acts_lead_on_and_never_back() {
        let order = |status: &Status| Status::ALL.iter().position(|one| one == status);
        for Step { act, from, to, .. } in LIFE.0 {
            assert!(to.is_none_or(|to| from.iter().all(|from| order(from) < order(&to))), "{act:?}");
        }
    }

    #[test]
    fn dates_lie_ahead_and_in_order() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 6, day).unwrap();
        for (due_on, adopt_by, fits) in [
            (day(15), None, true),
            (day(14), None, false),
            (day(20), Some(day(15)), true),
            (day(20), Some(day(20)), true),
            (day(20), Some(day(21)), false),
            (day(20), Some(day(14)), false),
        ] {
            let mut check = Check::default();
            check_dates(&mut check, day(15), due_on, adopt_by);
            assert_eq!(check.done().is_ok(), fits, "{due_on} {adopt_by:?}");
        }
    }

    #[test]
    fn a_new_due_date_lies_ahead_and_leaves_time_to_adopt() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 6, day).unwrap();
        for (due_on, adopt_by, fits) in [
            (day(15), None, true),
            (day(14), None, false),
            (day(15), Some(day(10)), true),
            (day(20), Some(day(20)), true),
            (day(19), Some(day(20)), false),
        ] {
            let mut check = Check::default();
            check_new_due(&mut check, day(15), due_on, adopt_by);
            assert_eq!(check.done().is_ok(), fits, "{due_on} {adopt_by:?}");
        }
    }

    #[test]
    fn time_to_adopt_ends_with_the_task() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 6, day).unwrap();
        assert_eq!(adopt_by(day(1), 10, day(30)), day(11));
        assert_eq!(adopt_by(day(1), 10, day(11)), day(11));
        assert_eq!(adopt_by(day(1), 10, day(5)), day(5));
        assert_eq!(adopt_by(NaiveDate::MAX, 1, day(5)), day(5));
    }
}
