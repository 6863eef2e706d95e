//! What may follow what in the life of a service item. Pure.

use tongxin_entity::{
    organisation::OrganisationKind,
    service_item::{ServiceItemStatus as Status, claimable_by},
};

/// What is done to an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemAct {
    Edit,
    Publish,
    Claim,
    Rate,
    Finish,
    Close,
    Cancel,
}

impl ItemAct {
    const ALL: [Self; 7] =
        [Self::Edit, Self::Publish, Self::Claim, Self::Rate, Self::Finish, Self::Close, Self::Cancel];

    /// The states in which it may be done.
    pub const fn from(self) -> &'static [Status] {
        match self {
            Self::Edit | Self::Publish => &[Status::Draft],
            Self::Claim => &[Status::Open],
            Self::Rate => &[Status::Open, Status::InProgress, Status::Done],
            Self::Finish => &[Status::Open, Status::InProgress],
            Self::Close => &[Status::Done],
            Self::Cancel => &[Status::Draft, Status::Open, Status::InProgress],
        }
    }

    /// The mutation that does it.
    const fn mutation(self) -> &'static str {
        match self {
            Self::Edit => "updateServiceItem",
            Self::Publish => "publishServiceItem",
            Self::Claim => "claimServiceItem",
            Self::Rate => "rateServiceItem",
            Self::Finish => "finishServiceItem",
            Self::Close => "closeServiceItem",
            Self::Cancel => "cancelServiceItem",
        }
    }

    /// Whether it may be done in this state.
    pub fn may_follow(self, status: Status) -> bool {
        self.from().contains(&status)
    }

    /// What may be done in a state.
    pub fn allowed_in(status: Status) -> Vec<&'static str> {
        Self::ALL.into_iter().filter(|act| act.may_follow(status)).map(Self::mutation).collect()
    }
}

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
            assert_eq!(ItemAct::allowed_in(status), allowed, "{status}");
        }
    }
}
