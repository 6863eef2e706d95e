//! What may follow what in the life of a service item. Pure.

use tongxin_entity::{
    organisation::OrganisationKind,
    service_item::{ServiceItemStatus as Status, claimable_by},
};
use tongxin_kernel::act::{Life, Step};

pub const EDIT: Step<Status> = Step::within("updateServiceItem", &[Status::Draft]);
pub const PUBLISH: Step<Status> = Step::new("publishServiceItem", &[Status::Draft], Status::Open).must();
/// The last free place leads on to `IN_PROGRESS`.
pub const CLAIM: Step<Status> = Step::within("claimServiceItem", &[Status::Open]);
pub const RATE: Step<Status> = Step::within("rateServiceItem", &[Status::Open, Status::InProgress, Status::Done]);
pub const FINISH: Step<Status> = Step::new("finishServiceItem", &[Status::Open, Status::InProgress], Status::Done);
pub const CLOSE: Step<Status> = Step::new("closeServiceItem", &[Status::Done], Status::Closed);
pub const CANCEL: Step<Status> =
    Step::new("cancelServiceItem", &[Status::Draft, Status::Open, Status::InProgress], Status::Cancelled);

/// `draft → open → in progress → done → closed`, or cancelled; or expired by the clock.
pub const LIFE: Life<Status> = Life(&[EDIT, PUBLISH, CLAIM, RATE, FINISH, CLOSE, CANCEL]);

/// The bit of `claimable_by` that an organisation answers to; none for those that never claim.
pub const fn claimant_kind(kind: OrganisationKind) -> Option<i16> {
    match kind {
        OrganisationKind::PropertyCompany => Some(claimable_by::PROPERTY_COMPANY),
        OrganisationKind::OwnersCommittee => Some(claimable_by::OWNERS_COMMITTEE),
        OrganisationKind::Unit => Some(claimable_by::UNIT),
        OrganisationKind::SocialOrganisation => Some(claimable_by::SOCIAL_ORGANISATION),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_allows_these_acts_and_no_other() {
        let table: [(Status, &[&str]); 7] = [
            (Status::Draft, &["updateServiceItem", "publishServiceItem", "cancelServiceItem"]),
            (Status::Open, &["claimServiceItem", "rateServiceItem", "finishServiceItem", "cancelServiceItem"]),
            (Status::InProgress, &["rateServiceItem", "finishServiceItem", "cancelServiceItem"]),
            (Status::Done, &["rateServiceItem", "closeServiceItem"]),
            (Status::Closed, &[]),
            (Status::Expired, &[]),
            (Status::Cancelled, &[]),
        ];
        for (status, allowed) in table {
            assert_eq!(LIFE.allowed_in(status), allowed, "{status}");
        }
    }
}
