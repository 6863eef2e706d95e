//! Which posts may be given by whom. The policies tell who appoints where; these rules tell to what.

use tongxin_entity::{organisation::OrganisationKind, post::PostRole};

/// The sorts of organisation in which a role may be held.
pub fn held_in(role: PostRole) -> &'static [OrganisationKind] {
    use OrganisationKind as K;
    match role {
        PostRole::PartyMember => &[K::UnitParty, K::CommunityCommittee, K::GridBranch, K::CompoundBranch],
        PostRole::PropertyManager => &[K::PropertyCompany],
        PostRole::OwnersChair | PostRole::OwnersMember => &[K::OwnersCommittee],
        PostRole::UnitLiaison => &[K::Unit, K::SocialOrganisation],
        PostRole::PartTimeMember | PostRole::FullTimeMember => &[K::BigPartyCommittee],
        PostRole::StationOfficer => &[K::Station],
        PostRole::CommunityWorker | PostRole::CommunitySecretary => &[K::CommunityCommittee],
        PostRole::StreetOfficer | PostRole::StreetSecretary => &[K::StreetCommittee],
        PostRole::DepartmentOfficer => &[K::Department],
        PostRole::DistrictOfficer => &[K::DistrictCentre],
    }
}

/// The level whose secretary appoints to a role. Elected and entrusted posts (owners' committees, companies, units,
/// the street's and district's own secretaries) are nobody's to give here.
pub fn appointed_by(role: PostRole) -> Option<Appointer> {
    match role {
        PostRole::CommunitySecretary | PostRole::StreetOfficer => Some(Appointer::Street),
        PostRole::CommunityWorker | PostRole::StationOfficer => Some(Appointer::Community),
        // The host body appoints its part-time members (Kunming; the confirming superior is ours, as a later step).
        PostRole::PartTimeMember | PostRole::FullTimeMember => Some(Appointer::Host),
        _ => None,
    }
}

/// Whose act an appointment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Appointer {
    Street,
    Community,
    /// The party organisation around which a big party committee stands.
    Host,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_a_home() {
        for role in PostRole::ALL {
            assert!(!held_in(*role).is_empty(), "{role}");
        }
    }

    #[test]
    fn nobody_appoints_to_elected_or_entrusted_posts() {
        for role in
            [PostRole::OwnersChair, PostRole::PropertyManager, PostRole::StreetSecretary, PostRole::DistrictOfficer]
        {
            assert_eq!(appointed_by(role), None, "{role}");
        }
        assert_eq!(appointed_by(PostRole::CommunitySecretary), Some(Appointer::Street));
    }
}
