//! What may follow what in the life of a claim. Pure.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use tongxin_entity::claim::ClaimStatus as Status;
use tongxin_kernel::{
    act::{Life, Step},
    clock::end_of_day,
    rules::Rules,
};

pub const START: Step<Status> = Step::new("startClaim", &[Status::Claimed], Status::InProgress).must();
pub const SUBMIT: Step<Status> =
    Step::new("submitClaim", &[Status::InProgress, Status::Returned], Status::Submitted).must();
pub const ACCEPT: Step<Status> = Step::new("acceptClaim", &[Status::Submitted], Status::Accepted).must();
pub const RETURN: Step<Status> = Step::new("returnClaim", &[Status::Submitted], Status::Returned).must();
pub const WITHDRAW: Step<Status> = Step::new("withdrawClaim", UNFINISHED, Status::Withdrawn);
/// By the clock: what was handed in waits for the community, not for the claimant.
pub const RELEASE: Step<Status> = Step::follows("releaseLapsedClaims", UNFINISHED, Status::Released);
/// With its item: what runs when that is cancelled ends without a mark.
pub const END: Step<Status> = Step::follows("cancelServiceItem", &RUNNING, Status::Released);

/// In which something is yet to be done about a claim.
pub const RUNNING: [Status; 4] = [Status::Claimed, Status::InProgress, Status::Submitted, Status::Returned];

/// In which the claimant has something yet to do.
pub const UNFINISHED: &[Status] = &[Status::Claimed, Status::InProgress, Status::Returned];

/// In which a claim takes no place of its item.
pub const OVER: [Status; 2] = [Status::Withdrawn, Status::Released];

/// `claimed → in progress → submitted → accepted`, or returned and submitted again; withdrawn, or released by the clock.
pub const LIFE: Life<Status> = Life(&[START, SUBMIT, ACCEPT, RETURN, WITHDRAW, RELEASE, END]);

/// The lapses of a claimant that a suspension goes by.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lapses {
    pub newest: Option<DateTime<Utc>>,
    /// The one by which there are `lapses_until_suspension`, counted back from the newest.
    pub oldest: Option<DateTime<Utc>>,
}

/// Until when a claimant with these lapses may not claim: `lapses_until_suspension` within `lapse_window_days` suspend
/// for `suspension_days` from the last of them (ours).
pub fn suspended_until(lapses: &Lapses, rules: &Rules) -> Option<DateTime<Utc>> {
    let (newest, oldest) = lapses.newest.zip(lapses.oldest).filter(|_| rules.lapses_until_suspension > 0)?;
    let within = newest - oldest <= TimeDelta::days(rules.lapse_window_days.into());
    within.then(|| newest + TimeDelta::days(rules.suspension_days.into()))
}

/// The moment before which a claim had to be made so that, not started, it lapses now.
pub fn start_deadline(now: DateTime<Utc>, rules: &Rules) -> DateTime<Utc> {
    now - TimeDelta::days(rules.claim_start_days.into())
}

/// Whether an item due on that day is so long past that unfinished claims lapse.
pub fn is_overdue(due_on: NaiveDate, now: DateTime<Utc>, rules: &Rules) -> bool {
    end_of_day(due_on) + TimeDelta::days(rules.claim_overdue_days.into()) <= now
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Rules {
        Rules::default()
    }

    #[test]
    fn each_state_allows_these_acts_and_no_other() {
        let table: [(Status, &[&str]); 7] = [
            (Status::Claimed, &["startClaim", "withdrawClaim"]),
            (Status::InProgress, &["submitClaim", "withdrawClaim"]),
            (Status::Submitted, &["acceptClaim", "returnClaim"]),
            (Status::Returned, &["submitClaim", "withdrawClaim"]),
            (Status::Accepted, &[]),
            (Status::Withdrawn, &[]),
            (Status::Released, &[]),
        ];
        for (status, allowed) in table {
            assert_eq!(LIFE.allowed_in(status), allowed, "{status}");
        }
    }

    #[test]
    fn two_lapses_in_ninety_days_suspend_for_thirty() {
        let day = |n: i64| DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(n);
        // (days of the newest and of the one before it, whatever came before them; suspended until)
        let table = [
            (None, None, None),
            (Some(100), None, None),
            (Some(100), Some(10), Some(130)),
            (Some(101), Some(10), None),
            (Some(200), Some(150), Some(230)),
        ];
        for (newest, oldest, until) in table {
            let lapses = Lapses { newest: newest.map(day), oldest: oldest.map(day) };
            assert_eq!(suspended_until(&lapses, &rules()), until.map(day), "{lapses:?}");
            let nobody = Rules { lapses_until_suspension: 0, ..rules() };
            assert_eq!(suspended_until(&lapses, &nobody), None, "{lapses:?}");
        }
    }

    #[test]
    fn seven_days_past_due_is_overdue() {
        let due = NaiveDate::from_ymd_opt(2026, 3, 1).unwrap();
        assert!(!is_overdue(due, end_of_day(due) + TimeDelta::days(7) - TimeDelta::seconds(1), &rules()));
        assert!(is_overdue(due, end_of_day(due) + TimeDelta::days(7), &rules()));
    }
}
