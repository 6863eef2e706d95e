//! The act of rating.

use async_graphql::{ID, InputObject};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use serde_json::json;
use tongxin_entity::{audit_entry::Secrecy, rating, service_item};
use tongxin_kernel::{
    act::{Act, Done, Living as _, Permit, Record, Way},
    error::{Message, Refusal, Result},
    id::new_id,
    input::Check,
    on, say,
    see::{Field, On, Owner, Shaped as _, Sql, not_found},
};

use super::Rating;
use crate::service_items::{CHANGED, RATE, ServiceItem};

/// 评价服务项目 · 评价哪一个项目、如何评价 · which item, and how it is judged
#[derive(InputObject, Debug)]
pub struct RateServiceItemInput {
    /// 服务项目 · 项目的编号 · the item's id
    pub service_item_id: ID,
    /// 星级 · 1 星最差，5 星最好 · 1 (worst) to 5 (best)
    pub stars: i32,
    /// 评语 · 居民自己的话，最多 1000 字 · the resident's words; up to 1,000 characters
    pub comment: Option<String>,
}

impl Act for RateServiceItemInput {
    const ACTION: &'static str = "rateServiceItem";
    const SECRECY: Secrecy = Secrecy::Unnamed;
    const ABOUT: &'static str = "评价服务项目 · 项目所在社区的居民在有认领通过验收之后、项目结项之前评价一次 · a resident of the item's community judges it, once, after a claim of it was accepted and until it is closed";
    const ANSWER: &'static str = "评价的结果 · 此次评价及所评价的项目 · the rating and the item it judges";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(ServiceItem, service_item_id, by_those_served());

    async fn run(&self, permit: &Permit<'_, Self>, item: service_item::Model) -> Result<Done> {
        let mut check = Check::default();
        let stars = check.range("stars", self.stars, 1..=5);
        let comment = check.optional_text("comment", self.comment.as_deref(), 1000);
        check.done()?;
        hold_rateable(permit, &item.id).await?;
        let id = new_id("rating", permit.now())?;
        let row = rating::ActiveModel {
            id: Set(id.clone()),
            service_item_id: Set(item.id.clone()),
            person_id: Set(permit.person()?),
            stars: Set(stars),
            comment: Set(comment),
            created_at: Set(permit.now()),
        };
        let once = OnConflict::new().do_nothing().to_owned();
        if rating::Entity::insert(row).on_conflict(once).exec_without_returning(permit.db()).await? == 0 {
            return Err(Refusal::conflict(rated(), "RATED"));
        }
        let record = Record {
            subject: item.id.clone(),
            region_code: Some(item.community_code.clone()),
            priority_id: item.priority_id.clone(),
            after: Some(json!({"ratingId": id, "stars": stars})),
            ..Record::default()
        };
        let done = Done::new(record).show("rating", id).show("serviceItem", &item.id);
        Ok(done.event(CHANGED, &item.id, &item.community_code))
    }
}

/// An item is rated where it is, once it has an accepted claim, by each person once; nobody judges the work of the own
/// organisation.
fn by_those_served() -> Way {
    let involved = "SELECT k.claimant_id AS id FROM claim k WHERE k.service_item_id = {c}.id \
                    UNION ALL SELECT k.claimed_by FROM claim k WHERE k.service_item_id = {c}.id";
    Way::on::<ServiceItem>()
        .at(Owner { involved, ..ServiceItem::shape().owner })
        .step::<ServiceItem>(&RATE)
        .unless_told("{c}.accepted_claims = 0", none_accepted)
        .unless_told(On::With(is_rated), rated)
}

fn none_accepted() -> Message {
    say!("尚无验收通过的认领，暂不能评价", "it is rated once a claim of it is accepted")
}

fn rated() -> Message {
    say!("您已评价过此项目，每人每项评价一次", "you rated this item already: once per person and item")
}

fn is_rated(sql: &mut Sql<'_>, _: &str, row: &str) {
    let me = sql.actor.person_id().map(str::to_owned);
    sql.push_template("EXISTS (SELECT 1 FROM rating r WHERE r.service_item_id = {c}.id AND r.person_id = ", row, row);
    sql.bind(me).push(")");
}

fn shown() -> Vec<Field> {
    vec![
        Field::given::<Rating>("rating", "评价 · 此次所作的评价 · the rating"),
        Field::given::<ServiceItem>("serviceItem", "服务项目 · 项目的现况 · the item as it is now"),
    ]
}

/// Holds the item in a state in which it is rated, until the rating is kept: from its first accepted claim until closed.
async fn hold_rateable<A: Act>(permit: &Permit<'_, A>, item_id: &str) -> Result<()> {
    use service_item::Column as C;
    let held = service_item::Entity::update_many()
        .col_expr(C::Version, Expr::col(C::Version))
        .filter(C::Id.eq(item_id))
        .filter(C::Status.is_in(RATE.from.iter().copied()))
        .filter(C::AcceptedClaims.gt(0))
        .exec(permit.db())
        .await?;
    if held.rows_affected > 0 {
        return Ok(());
    }
    let now = service_item::Entity::find_by_id(item_id).one(permit.db()).await?;
    let now = now.ok_or_else(not_found::<ServiceItem>)?;
    if RATE.may_follow(now.status) {
        return Err(Refusal::conflict(none_accepted(), now.status.as_str()));
    }
    Err(ServiceItem::wrong_state(&now))
}
