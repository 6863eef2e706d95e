//! Who and what the tests tell of.

use sea_orm::{
    ActiveModelTrait as _,
    ActiveValue::{Set, Unchanged},
    DatabaseConnection, EntityTrait as _,
};
use tongxin_entity::{
    client_application::{self, Scopes},
    organisation::{self, OrganisationKind},
    person,
    post::{self, PostRole},
    region::{self, RegionKind, RegionLevel},
};

use super::database::noon;
use crate::{clock::shanghai_day, id::new_id};

pub const COMMUNITY: &str = "120106001002";

/// A community's secretary in office: the person and the post.
pub async fn secretary(db: &DatabaseConnection) -> (String, String) {
    let regions = [
        ("1201", RegionLevel::City, RegionKind::City, None),
        ("120106", RegionLevel::District, RegionKind::District, Some("1201")),
        ("120106001", RegionLevel::Street, RegionKind::Street, Some("120106")),
        (COMMUNITY, RegionLevel::Community, RegionKind::ResidentsCommittee, Some("120106001")),
    ];
    for (code, level, kind, parent) in regions {
        let row = region::ActiveModel {
            id: Set(new_id("region", noon()).unwrap()),
            code: Set(code.to_owned()),
            level: Set(level),
            kind: Set(kind),
            name: Set(code.to_owned()),
            name_folded: Set(code.to_owned()),
            parent_code: Set(parent.map(str::to_owned)),
        };
        region::Entity::insert(row).exec_without_returning(db).await.unwrap();
    }
    let organisation = new_id("party", noon()).unwrap();
    let row = organisation::ActiveModel {
        id: Set(organisation.clone()),
        kind: Set(OrganisationKind::CommunityCommittee),
        name: Set("社区党委".to_owned()),
        name_folded: Set("社区党委".to_owned()),
        region_code: Set(COMMUNITY.to_owned()),
        created_at: Set(noon()),
        version: Set(1),
        ..Default::default()
    };
    organisation::Entity::insert(row).exec_without_returning(db).await.unwrap();
    let (person, post) = (new_id("person", noon()).unwrap(), new_id("post", noon()).unwrap());
    let row = person::ActiveModel {
        id: Set(person.clone()),
        name: Set("王书记".to_owned()),
        created_at: Set(noon()),
        version: Set(1),
        ..Default::default()
    };
    person::Entity::insert(row).exec_without_returning(db).await.unwrap();
    let row = post::ActiveModel {
        id: Set(post.clone()),
        person_id: Set(person.clone()),
        role: Set(PostRole::CommunitySecretary),
        organisation_id: Set(organisation),
        starts_on: Set(shanghai_day(noon()).pred_opt().unwrap()),
        created_at: Set(noon()),
        ..Default::default()
    };
    post::Entity::insert(row).exec_without_returning(db).await.unwrap();
    (person, post)
}

/// Ends a post behind the back of every process.
pub async fn end_post(db: &DatabaseConnection, id: &str) {
    let row = post::ActiveModel { id: Unchanged(id.to_owned()), ended_at: Set(Some(noon())), ..Default::default() };
    row.update(db).await.unwrap();
}

pub async fn client(db: &DatabaseConnection) -> String {
    let id = new_id("client", noon()).unwrap();
    let row = client_application::ActiveModel {
        id: Set(id.clone()),
        name: Set("市民应用".to_owned()),
        account: Set(None),
        scopes: Set(Scopes(vec!["read:public".to_owned()])),
        active: Set(true),
        created_at: Set(noon()),
    };
    client_application::Entity::insert(row).exec_without_returning(db).await.unwrap();
    id
}

pub async fn switch_off(db: &DatabaseConnection, id: &str) {
    let row =
        client_application::ActiveModel { id: Unchanged(id.to_owned()), active: Set(false), ..Default::default() };
    row.update(db).await.unwrap();
}
