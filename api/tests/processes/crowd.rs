//! Many who claim at once, each from a unit of its own.

use std::{collections::BTreeSet, path::Path};

use futures_util::future::join_all;
use sea_orm::{ActiveValue::Set, ColumnTrait as _, DatabaseConnection, EntityTrait as _, QueryFilter as _};
use serde_json::json;
use tongxin_entity::{
    check_in, claim,
    organisation::{self, OrganisationKind},
    person,
    post::{self, PostRole},
    service_item,
    unit::{self, UnitCategory},
};
use tongxin_kernel::{clock::Clock, id::new_id};

use crate::{
    client::{Answer, Client},
    town::{CLAIM, COMMUNITY, PUBLISH, account, fill_file, item, serve, serving, token_of},
};

/// Somebody who may claim for a unit that is checked in.
pub struct Claimant {
    pub client: Client,
    pub unit: String,
}

impl Claimant {
    pub async fn claim(&self, item: &str, key: Option<&str>) -> reqwest::Result<Answer> {
        self.client.try_ask(CLAIM, json!({"serviceItemId": item, "claimantId": self.unit}), key).await
    }
}

/// Writes units with a liaison each into the database.
pub async fn gather(db: &DatabaseConnection, folder: &Path, address: &str, count: usize) -> Vec<Claimant> {
    let (now, since) = (Clock::system().now(), Clock::system().today() - chrono::TimeDelta::days(1));
    let mut claimants = Vec::new();
    for number in 0..count {
        let (unit, liaison) = (new_id("unit", now).unwrap(), new_id("person", now).unwrap());
        let organisation = organisation::ActiveModel {
            id: Set(unit.clone()),
            kind: Set(OrganisationKind::Unit),
            name: Set(format!("测试单位{number}")),
            name_folded: Set(format!("测试单位{number}")),
            region_code: Set(COMMUNITY.into()),
            superior_id: Set(None),
            dissolved_on: Set(None),
            created_at: Set(now),
            version: Set(1),
        };
        organisation::Entity::insert(organisation).exec_without_returning(db).await.unwrap();
        let row = unit::ActiveModel { id: Set(unit.clone()), category: Set(UnitCategory::Enterprise) };
        unit::Entity::insert(row).exec_without_returning(db).await.unwrap();
        let row = person::ActiveModel {
            id: Set(liaison.clone()),
            name: Set(format!("测试{number}")),
            account: Set(None),
            home_community_code: Set(None),
            home_compound_id: Set(None),
            phone_sealed: Set(None),
            phone_masked: Set(None),
            registered_code: Set(None),
            registered_by: Set(None),
            erased_at: Set(None),
            created_at: Set(now),
            version: Set(1),
        };
        person::Entity::insert(row).exec_without_returning(db).await.unwrap();
        let row = post::ActiveModel {
            id: Set(new_id("post", now).unwrap()),
            person_id: Set(liaison.clone()),
            role: Set(PostRole::UnitLiaison),
            organisation_id: Set(unit.clone()),
            representing_id: Set(None),
            starts_on: Set(since),
            ends_on: Set(None),
            ended_at: Set(None),
            end_reason: Set(None),
            appointed_by: Set(None),
            created_at: Set(now),
        };
        post::Entity::insert(row).exec_without_returning(db).await.unwrap();
        let row = check_in::ActiveModel {
            id: Set(new_id("checkin", now).unwrap()),
            person_id: Set(None),
            unit_id: Set(Some(unit.clone())),
            community_code: Set(COMMUNITY.into()),
            starts_on: Set(since),
            ends_on: Set(None),
            ended_at: Set(None),
            created_at: Set(now),
        };
        check_in::Entity::insert(row).exec_without_returning(db).await.unwrap();
        claimants.push(Claimant { client: Client::new(address, Some(&token_of(folder, &liaison))), unit });
    }
    claimants
}

/// Publishes an item for the crowd, and returns its id.
pub async fn publish(secretary: &Client, title: &str, quota: u32) -> String {
    let answer = secretary.ask(PUBLISH, item(title, quota)).await;
    answer.data()["publishServiceItem"]["serviceItem"]["id"].as_str().unwrap().to_owned()
}

/// Whose claims of the item live, as the rows say; the item's own count must say the same.
pub async fn live(db: &DatabaseConnection, item: &str) -> BTreeSet<String> {
    let claims = claim::Entity::find().filter(claim::Column::ServiceItemId.eq(item)).all(db).await.unwrap();
    let live = claims.iter().filter(|claim| claim.ended_at.is_none()).map(|claim| claim.claimant_id.clone());
    let live = live.collect::<Vec<_>>();
    let found = service_item::Entity::find_by_id(item).one(db).await.unwrap().unwrap();
    assert_eq!(usize::try_from(found.live_claims).unwrap(), live.len(), "the item's count and its claims");
    let distinct = live.iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!(distinct.len(), live.len(), "nobody claims twice");
    distinct
}

#[tokio::test]
async fn fifty_at_once_and_exactly_the_quota_wins() {
    let folder = tempfile::tempdir().unwrap();
    let db = fill_file(folder.path()).await;
    let (program, address) = serving(serve(folder.path())).await;
    let secretary = account(&db, folder.path(), &address, "community-secretary").await;
    let crowd = gather(&db, folder.path(), &address, 50).await;
    for quota in [1, 3] {
        let item = publish(&secretary, "众人认领", quota).await;
        let answers = join_all(crowd.iter().map(|claimant| claimant.claim(&item, None))).await;
        let mut won = BTreeSet::new();
        let mut slowest = std::time::Duration::ZERO;
        for (claimant, answer) in crowd.iter().zip(answers) {
            let answer = answer.unwrap();
            slowest = slowest.max(answer.took);
            assert_eq!(answer.status, 200, "{answer:?}");
            match answer.code() {
                "" => _ = won.insert(claimant.unit.clone()),
                code => assert_eq!(code, "CONFLICT", "{answer:?}"),
            }
        }
        println!("quota {quota}: the slowest of 50 took {slowest:?}");
        assert_eq!(won.len(), quota as usize);
        assert_eq!(live(&db, &item).await, won);
    }
    drop(program);
}
