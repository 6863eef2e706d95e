//! Where every account of the demo stands, written down anew: what the service makes of posts, contracts and homes is
//! compared with this table.

use tongxin_policies::{Reach, ReachSet, Role};
use tongxin_tests::{
    TestApp,
    places::{DISTRICT, FAR, FAR_STREET, HERE, SIBLING, STREET},
};

use super::attempts::Spot;

/// What a role gives its holder to stand on.
#[derive(Debug, Clone, Copy)]
pub enum Seat {
    /// A body that governs a place.
    Governs(&'static str),
    /// A partner: where it serves now, in one compound or in the whole community.
    Serves(&'static [(&'static str, Option<&'static str>)]),
    Lives(&'static str, &'static str),
    Nowhere,
}

use Seat::{Governs, Lives, Nowhere, Serves};

/// Every account with its roles in force.
#[rustfmt::skip]
pub const ACCOUNTS: &[(&str, &[(&str, Seat)])] = &[
    ("stranger", &[]),
    ("civic-app", &[("civic_app", Nowhere)]),
    ("resident", &[("resident", Lives(HERE, "one"))]),
    ("neighbour", &[("resident", Lives(HERE, "two"))]),
    ("far-resident", &[("resident", Lives(FAR, "far"))]),
    ("party-member", &[("party_member", Serves(&[(HERE, None)]))]),
    ("many-hats", &[("resident", Lives(HERE, "three")), ("party_member", Serves(&[(HERE, None)])),
        ("owners_member", Serves(&[(HERE, Some("three"))])), ("part_time_member", Nowhere)]),
    ("property-manager", &[("property_manager", Serves(&[(HERE, Some("one"))]))]),
    ("rival-property-manager", &[("property_manager", Serves(&[(HERE, Some("two"))]))]),
    ("far-property-manager", &[("property_manager", Serves(&[(FAR, Some("far"))]))]),
    ("expired-property-manager", &[("property_manager", Serves(&[]))]),
    ("owners-chair", &[("resident", Lives(HERE, "three")), ("owners_chair", Serves(&[(HERE, Some("three"))]))]),
    ("unit-liaison", &[("unit_liaison", Serves(&[(HERE, None)]))]),
    ("social-liaison", &[("unit_liaison", Serves(&[(HERE, None)]))]),
    ("part-time-member", &[("part_time_member", Nowhere)]),
    ("lapsed-member", &[]),
    ("station-officer", &[("station_officer", Governs(HERE))]),
    ("community-worker", &[("community_worker", Governs(HERE))]),
    ("community-secretary", &[("community_secretary", Governs(HERE))]),
    ("other-community-secretary", &[("community_secretary", Governs(SIBLING))]),
    ("far-community-secretary", &[("community_secretary", Governs(FAR))]),
    ("street-officer", &[("street_officer", Governs(STREET))]),
    ("street-secretary", &[("street_secretary", Governs(STREET))]),
    ("other-street-officer", &[("street_officer", Governs(FAR_STREET))]),
    ("department-officer", &[("department_officer", Governs(DISTRICT))]),
    ("district-secretary", &[("district_secretary", Governs(DISTRICT))]),
    ("district-officer", &[("district_officer", Governs(DISTRICT))]),
];

/// The posts of an account, each with how it stands to a place: what the words for the reaches mean, and no code of the
/// service.
pub fn held(app: &TestApp, account: &str, claimant: Option<&str>, spot: &Spot) -> Vec<(Role, ReachSet)> {
    let (_, roles) = ACCOUNTS.iter().find(|(name, _)| *name == account).expect("an account");
    let person = (account != "stranger").then(|| app.id_of(account));
    let mut of_person = ReachSet::from(Reach::Anyone);
    of_person.set(Reach::Mine.into(), person.is_some() && person == spot.person);
    of_person.set(Reach::Involved.into(), claimant.is_some() && claimant == spot.involved.as_deref());
    let own = claimant.is_some() && claimant == spot.organisation.as_deref();
    let everyone = [("anonymous", Nowhere)];
    everyone
        .iter()
        .chain(*roles)
        .map(|&(role, seat)| {
            let mut reaches = of_person;
            reaches.set(Reach::Own.into(), own && matches!(seat, Serves(_)));
            match seat {
                Governs(seat) => {
                    let (mine, theirs) = (seat, spot.region.as_str());
                    reaches |= match () {
                        () if mine == theirs => Reach::Own.into(),
                        () if theirs.starts_with(mine) => Reach::Below.into(),
                        () if mine.starts_with(theirs) && mine.len() == theirs.len() + 3 => Reach::Above.into(),
                        () if mine.len() == theirs.len() && mine[..mine.len() - 3] == theirs[..mine.len() - 3] => {
                            Reach::Peer.into()
                        }
                        () => ReachSet::empty(),
                    };
                }
                Serves(places) => {
                    let serves = |&(code, compound)| {
                        code == spot.region && (spot.compound.is_none() || spot.compound == compound)
                    };
                    reaches.set(Reach::Serving.into(), places.iter().any(serves));
                }
                Lives(code, compound) => {
                    let home = code == spot.region && spot.compound.is_none_or(|of| of == compound);
                    reaches.set(Reach::Home.into(), home);
                }
                Nowhere => {}
            }
            (Role::parse(role).expect("a role"), reaches)
        })
        .collect()
}
