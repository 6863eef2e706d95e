//! Accounts, posts, homes, contracts: whether everyone stands where the list of accounts says.

use std::collections::BTreeSet;

use sea_orm::{ColumnTrait as _, DatabaseConnection, EntityTrait as _, FromQueryResult, QueryFilter as _};
use tongxin_entity::{client_application, compound, owners_committee, person, property_contract};

use super::{on_each_city, rows, today};
use crate::demo::{ACCOUNTS, is_filled};

#[derive(FromQueryResult, Debug)]
struct Held {
    account: String,
    role: String,
    kind: String,
    region: String,
    starts_on: chrono::NaiveDate,
    ends_on: Option<chrono::NaiveDate>,
}

/// Account, role, kind of organisation, where; in force.
const POSTS: &[(&str, &str, &str, &str, bool)] = &[
    ("district-secretary", "district_secretary", "DISTRICT_COMMITTEE", "120106", true),
    ("district-officer", "district_officer", "DISTRICT_CENTRE", "120106", true),
    ("department-officer", "department_officer", "DEPARTMENT", "120106", true),
    ("street-secretary", "street_secretary", "STREET_COMMITTEE", "120106001", true),
    ("street-officer", "street_officer", "STREET_COMMITTEE", "120106001", true),
    ("other-street-officer", "street_officer", "STREET_COMMITTEE", "120106003", true),
    ("community-secretary", "community_secretary", "COMMUNITY_COMMITTEE", "120106001002", true),
    ("community-worker", "community_worker", "COMMUNITY_COMMITTEE", "120106001002", true),
    ("station-officer", "station_officer", "STATION", "120106001002", true),
    ("other-community-secretary", "community_secretary", "COMMUNITY_COMMITTEE", "120106001004", true),
    ("far-community-secretary", "community_secretary", "COMMUNITY_COMMITTEE", "120106003001", true),
    ("part-time-member", "part_time_member", "BIG_PARTY_COMMITTEE", "120106001002", true),
    ("lapsed-member", "part_time_member", "BIG_PARTY_COMMITTEE", "120106001002", false),
    ("property-manager", "property_manager", "PROPERTY_COMPANY", "120106", true),
    ("rival-property-manager", "property_manager", "PROPERTY_COMPANY", "120106", true),
    ("far-property-manager", "property_manager", "PROPERTY_COMPANY", "120106", true),
    ("expired-property-manager", "property_manager", "PROPERTY_COMPANY", "120106", true),
    ("owners-chair", "owners_chair", "OWNERS_COMMITTEE", "120106001002", true),
    ("unit-liaison", "unit_liaison", "UNIT", "120106001002", true),
    ("social-liaison", "unit_liaison", "SOCIAL_ORGANISATION", "120106001002", true),
    ("party-member", "party_member", "UNIT_PARTY", "120106001002", true),
    ("many-hats", "party_member", "UNIT_PARTY", "120106001002", true),
    ("many-hats", "owners_member", "OWNERS_COMMITTEE", "120106001002", true),
    ("many-hats", "part_time_member", "BIG_PARTY_COMMITTEE", "120106001002", true),
];

#[tokio::test]
async fn every_account_holds_its_posts() {
    on_each_city(async |db| {
        assert!(is_filled(db).await.unwrap());
        let held: Vec<Held> = rows(
            db,
            "SELECT person.account, post.role, organisation.kind, organisation.region_code AS region,
                    post.starts_on, post.ends_on
             FROM post JOIN person ON person.id = post.person_id
             JOIN organisation ON organisation.id = post.organisation_id
             WHERE person.account IS NOT NULL AND post.ended_at IS NULL",
        )
        .await;
        let in_force = |post: &Held| post.starts_on < today() && post.ends_on.is_none_or(|end| end >= today());
        let found: BTreeSet<_> =
            held.iter().map(|post| (&*post.account, &*post.role, &*post.kind, &*post.region, in_force(post))).collect();
        assert_eq!(found, POSTS.iter().copied().collect::<BTreeSet<_>>());
    })
    .await;
}

#[tokio::test]
async fn every_account_exists_with_its_home_and_number() {
    on_each_city(async |db| {
        let people = person::Entity::find().filter(person::Column::Account.is_not_null()).all(db).await.unwrap();
        let clients = client_application::Entity::find().all(db).await.unwrap();
        let names = people.iter().map(|person| person.account.clone()).chain(clients.iter().map(|c| c.account.clone()));
        let names: BTreeSet<_> = names.flatten().collect();
        assert_eq!(names, ACCOUNTS.iter().map(|account| account.name.to_owned()).collect());
        assert_eq!(names.len(), ACCOUNTS.len());
        assert_eq!(clients[0].account.as_deref(), Some("civic-app"));
        assert!(clients[0].active);
        assert_eq!(clients[0].scopes.0, ["read:public"]);

        for person in &people {
            let sealed = person.phone_sealed.as_deref().unwrap();
            let (owner, phone) = sealed.split_once('/').unwrap();
            assert_eq!(owner, person.id);
            assert!(phone.len() == 11 && phone.starts_with("138000"), "{phone}");
        }
        let compounds = compound::Entity::find().all(db).await.unwrap();
        let homes = people.iter().filter_map(|person| {
            let home = compounds.iter().find(|compound| Some(&compound.id) == person.home_compound_id.as_ref())?;
            assert_eq!(person.home_community_code.as_ref(), Some(&home.community_code));
            Some((person.account.as_deref()?, home.name.as_str(), home.community_code.as_str()))
        });
        assert_eq!(
            homes.collect::<BTreeSet<_>>(),
            BTreeSet::from([
                ("resident", "演示家园一区", "120106001002"),
                ("neighbour", "演示家园二区", "120106001002"),
                ("owners-chair", "演示家园三区", "120106001002"),
                ("many-hats", "演示家园三区", "120106001002"),
                ("far-resident", "演示新村", "120106003001"),
            ])
        );
    })
    .await;
}

/// The communities where a company serves today.
async fn served(db: &DatabaseConnection, account: &str) -> Vec<String> {
    let contracts = format!(
        "SELECT property_contract.* FROM property_contract JOIN post ON post.organisation_id = company_id
         JOIN person ON person.id = post.person_id WHERE person.account = '{account}'"
    );
    let mut served = Vec::new();
    for contract in rows::<property_contract::Model>(db, &contracts).await {
        let ended = contract.ended_on.is_some_and(|day| day <= today());
        if contract.starts_on <= today() && today() <= contract.ends_on && !ended {
            let compound = compound::Entity::find_by_id(contract.compound_id).one(db).await.unwrap().unwrap();
            served.push(compound.community_code);
        }
    }
    served
}

#[tokio::test]
async fn partners_serve_where_they_should() {
    on_each_city(async |db| {
        assert_eq!(served(db, "property-manager").await, ["120106001002"]);
        assert_eq!(served(db, "rival-property-manager").await, ["120106001002"]);
        assert_eq!(served(db, "far-property-manager").await, ["120106003001"]);
        assert_eq!(served(db, "expired-property-manager").await, [""; 0]);

        let committee = owners_committee::Entity::find().one(db).await.unwrap().unwrap();
        assert!(committee.filed_on.is_some_and(|day| day <= today()));
        assert!(committee.elected_on < today() && today() < committee.term_ends_on);

        let checked_in = "SELECT person.account AS name FROM check_in JOIN person ON person.id = check_in.person_id
             WHERE check_in.community_code = '120106001002' AND check_in.ended_at IS NULL
             UNION SELECT organisation.name FROM check_in JOIN organisation ON organisation.id = check_in.unit_id
             WHERE check_in.community_code = '120106001002' AND check_in.ended_at IS NULL";
        let names: BTreeSet<_> = rows::<Name>(db, checked_in).await.into_iter().map(|row| row.name).collect();
        let expected = ["many-hats", "party-member", "演示公益服务中心", "演示医院", "演示小学", "演示科技有限公司"];
        assert_eq!(names, expected.map(str::to_owned).into());
    })
    .await;
}

#[derive(FromQueryResult)]
struct Name {
    name: String,
}

#[tokio::test]
async fn every_street_and_community_has_its_committee() {
    on_each_city(async |db| {
        let without = "SELECT region.name FROM region WHERE level IN ('STREET', 'COMMUNITY') AND NOT EXISTS (
             SELECT 1 FROM organisation JOIN party_organisation ON party_organisation.id = organisation.id
             WHERE region_code = region.code AND organisation.kind = region.level || '_COMMITTEE')";
        let names: Vec<_> = rows::<Name>(db, without).await.into_iter().map(|row| row.name).collect();
        assert_eq!(names, [""; 0]);

        let superior = "SELECT organisation.name FROM organisation JOIN organisation superior ON superior.id = organisation.superior_id
             WHERE organisation.kind = 'COMMUNITY_COMMITTEE'
             AND (superior.kind <> 'STREET_COMMITTEE' OR superior.region_code <> substr(organisation.region_code, 1, 9))";
        assert!(rows::<Name>(db, superior).await.is_empty());
    })
    .await;
}
