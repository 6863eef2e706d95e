//! What may follow what in the life of an implementation. Pure.

use chrono::{Days, NaiveDate};
use tongxin_entity::{implementation::ImplementationStatus as Status, priority};
use tongxin_kernel::{
    act::{Life, Step},
    clock::shanghai_day,
};

pub const ADOPT: Step<Status> = Step::new("adoptPriority", &[Status::Pending], Status::Adopted).must();
pub const OBJECT: Step<Status> = Step::new("objectToPriority", &[Status::Pending], Status::Objected).must();
pub const UPHOLD: Step<Status> = Step::new("decideObjection", &[Status::Objected], Status::Released).must();
pub const REJECT: Step<Status> = Step::new("decideObjection", &[Status::Objected], Status::Pending).must();
pub const REPORT: Step<Status> = Step::within("reportImplementation", &WORKED_ON);
pub const SUBMIT: Step<Status> = Step::new("submitImplementation", &WORKED_ON, Status::Submitted).must();
pub const ACCEPT: Step<Status> = Step::new("acceptImplementation", &[Status::Submitted], Status::Accepted).must();
pub const RETURN: Step<Status> = Step::new("returnImplementation", &[Status::Submitted], Status::Returned).must();

/// In which a community works on what it adopted.
pub const WORKED_ON: [Status; 2] = [Status::Adopted, Status::Returned];

/// With its priority: communities that it names no longer, or again; all of them where it is withdrawn.
pub const LEAVE_OUT: Step<Status> = Step::follows("amendPriority", &RELEASABLE, Status::Released);
pub const ASK_AGAIN: Step<Status> = Step::follows("amendPriority", &[Status::Released], Status::Pending);
pub const TAKE_BACK: Step<Status> = Step::follows("withdrawPriority", &OPEN, Status::Withdrawn);

/// `pending → adopted → submitted → accepted`, or returned and submitted again; or objected, upon which the street releases the
/// community or holds it to the task.
pub const LIFE: Life<Status> =
    Life(&[ADOPT, OBJECT, UPHOLD, REJECT, REPORT, SUBMIT, ACCEPT, RETURN, LEAVE_OUT, ASK_AGAIN, TAKE_BACK]);

/// What the street may still take back from a community by naming it no longer.
pub const RELEASABLE: [Status; 2] = [Status::Pending, Status::Objected];

/// What goes back with a priority that is withdrawn: whatever has not come to an end.
pub const OPEN: [Status; 5] = [Status::Pending, Status::Objected, Status::Adopted, Status::Submitted, Status::Returned];

/// What waits for the street itself, which does not close over it.
pub const WAITING_FOR_STREET: [Status; 2] = [Status::Objected, Status::Submitted];

/// The last day to adopt or object for a community that is asked (again) on this day, after the others: as many days as they had
/// from the publication, but never past the due date, and never before the day itself.
pub fn adopt_by_when_asked(priority: &priority::Model, today: NaiveDate) -> NaiveDate {
    let published_on = priority.published_at.map_or(today, shanghai_day);
    let given = priority.adopt_by.map_or(0, |adopt_by| (adopt_by - published_on).num_days().max(0).unsigned_abs());
    today.checked_add_days(Days::new(given)).map_or(priority.due_on, |day| day.min(priority.due_on)).max(today)
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};

    use super::*;

    fn published(on: NaiveDate, adopt_by: NaiveDate, due_on: NaiveDate) -> priority::Model {
        priority::Model {
            id: String::new(),
            street_code: String::new(),
            title: String::new(),
            description: String::new(),
            target: String::new(),
            due_on,
            adopt_by: Some(adopt_by),
            weight: 1,
            status: priority::PriorityStatus::Published,
            district_task: None,
            withdraw_reason: None,
            created_by: String::new(),
            created_at: Utc.timestamp_nanos(0),
            updated_at: Utc.timestamp_nanos(0),
            // Midnight in China, which in Greenwich is still the day before.
            published_at: Some(tongxin_kernel::clock::start_of_day(on)),
            ended_at: None,
            version: 2,
        }
    }

    #[test]
    fn whoever_is_asked_later_has_as_long_as_the_others() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 6, day).unwrap();
        for (adopt_by, due_on, asked, last) in [
            (day(11), day(30), day(1), day(11)),
            (day(11), day(30), day(5), day(15)),
            (day(11), day(30), day(15), day(25)),
            (day(11), day(30), day(25), day(30)),
            // The street gave no time, or the task is overdue itself: the day on which it is asked is the least.
            (day(1), day(30), day(15), day(15)),
            (day(11), day(12), day(15), day(15)),
        ] {
            let priority = published(day(1), adopt_by, due_on);
            assert_eq!(adopt_by_when_asked(&priority, asked), last, "{adopt_by} {due_on} {asked}");
        }
        assert_eq!(adopt_by_when_asked(&published(day(1), day(2), NaiveDate::MAX), NaiveDate::MAX), NaiveDate::MAX);
    }

    #[test]
    fn each_state_allows_these_acts_and_no_other() {
        let table: [(Status, &[&str]); 8] = [
            (Status::Pending, &["adoptPriority", "objectToPriority"]),
            (Status::Objected, &["decideObjection"]),
            (Status::Released, &[]),
            (Status::Adopted, &["reportImplementation", "submitImplementation"]),
            (Status::Submitted, &["acceptImplementation", "returnImplementation"]),
            (Status::Returned, &["reportImplementation", "submitImplementation"]),
            (Status::Accepted, &[]),
            (Status::Withdrawn, &[]),
        ];
        assert_eq!(table.map(|(status, _)| status), Status::ALL);
        for (status, allowed) in table {
            assert_eq!(LIFE.allowed_in(status), allowed, "{status}");
        }
    }

    #[test]
    fn the_street_is_waited_for_where_only_it_may_act() {
        let of_street = ["decideObjection", "acceptImplementation", "returnImplementation"];
        for status in Status::ALL {
            let allowed = LIFE.allowed_in(*status);
            let waiting = !allowed.is_empty() && allowed.iter().all(|act| of_street.contains(act));
            assert_eq!(WAITING_FOR_STREET.contains(status), waiting, "{status}");
        }
    }

    #[test]
    fn what_came_to_an_end_stays() {
        for status in Status::ALL {
            let over = LIFE.allowed_in(*status).is_empty();
            assert_eq!(OPEN.contains(status), !over, "{status}");
            assert!(!RELEASABLE.contains(status) || OPEN.contains(status), "{status}");
        }
    }
}
