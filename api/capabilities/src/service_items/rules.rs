//! What may follow what in the life of a service item. Pure.

use tongxin_entity::{
    organisation::OrganisationKind,
    service_item::{ClaimantKind, ServiceItemStatus as Status},
};
use tongxin_kernel::act::{Life, Step};

pub const EDIT: Step<Status> = Step::within("updateServiceItem", &[Status::Draft]);
pub const PUBLISH: Step<Status> = Step::new("publishServiceItem", &[Status::Draft], Status::Open).must();
pub const CLAIM: Step<Status> = Step::within("claimServiceItem", &[Status::Open]);
pub const RATE: Step<Status> = Step::within("rateServiceItem", &[Status::Open, Status::InProgress, Status::Done]);
pub const FINISH: Step<Status> = Step::new("finishServiceItem", &[Status::Open, Status::InProgress], Status::Done);
pub const CLOSE: Step<Status> = Step::new("closeServiceItem", &[Status::Done], Status::Closed);
pub const CANCEL: Step<Status> =
    Step::new("cancelServiceItem", &[Status::Draft, Status::Open, Status::InProgress], Status::Cancelled);

/// The last free place is taken, or given back.
pub const FILL: Step<Status> = Step::follows("claimServiceItem", &[Status::Open], Status::InProgress);
pub const REOPEN: Step<Status> =
    Step::follows("withdrawClaim, releaseLapsedClaims", &[Status::InProgress], Status::Open);
/// The last claim is accepted.
pub const COMPLETE: Step<Status> = Step::follows("acceptClaim", &[Status::Open, Status::InProgress], Status::Done);
/// By the clock: due with no live claim; done for long enough.
pub const EXPIRE: Step<Status> = Step::follows("expireServiceItems", &[Status::Open], Status::Expired);
pub const SETTLE: Step<Status> = Step::follows("closeServiceItems", &[Status::Done], Status::Closed);

/// `draft → open → in progress → done → closed`, or cancelled; or expired by the clock.
pub const LIFE: Life<Status> =
    Life(&[EDIT, PUBLISH, CLAIM, RATE, FINISH, CLOSE, CANCEL, FILL, REOPEN, COMPLETE, EXPIRE, SETTLE]);

/// The bit of `claimable_by` that an organisation answers to; none for those that never claim.
pub const fn claimant_kind(kind: OrganisationKind) -> Option<i16> {
    match kind {
        OrganisationKind::PropertyCompany => Some(ClaimantKind::PropertyCompany.bit()),
        OrganisationKind::OwnersCommittee => Some(ClaimantKind::OwnersCommittee.bit()),
        OrganisationKind::Unit => Some(ClaimantKind::Unit.bit()),
        OrganisationKind::SocialOrganisation => Some(ClaimantKind::SocialOrganisation.bit()),
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
