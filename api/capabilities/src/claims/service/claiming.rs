//! Claiming: of any number at once exactly the quota.

use async_graphql::{ID, InputObject};
use indexmap::IndexSet;
use sea_orm::{ActiveEnum as _, EntityTrait as _};
use serde_json::json;
use tongxin_entity::{
    claim::ClaimStatus,
    organisation::{self, OrganisationKind},
    service_item::{self, ServiceItemStatus},
};
use tongxin_kernel::{
    act::{Act, Done, Living as _, Permit, Record, Way, Work},
    clock::shanghai_day,
    error::{Message, Refusal, Result},
    id::new_id,
    rules::Rules,
    say,
    see::{Field, Look, On, Sql, not_found},
    who::actor::{Actor, Place},
};

use crate::{
    claims::{
        rules::{Lapses, OVER, suspended_until},
        shape::shown,
    },
    organisations::Claimant,
    service_items::{CHANGED, CLAIM, LIFE, ServiceItem, claimant_kind, place_of},
};

/// 认领服务项目 · 认领哪一个项目、代表哪个组织认领 · which item, and for which organisation
#[derive(InputObject, Debug)]
pub struct ClaimServiceItemInput {
    /// 服务项目 · 项目的编号 · the item's id
    pub service_item_id: ID,
    /// 认领方 · 认领组织的编号，调用者须在其中任职 · id of the organisation that claims; the caller holds a post in it
    pub claimant_id: ID,
}

impl Act for ClaimServiceItemInput {
    const ACTION: &'static str = "claimServiceItem";
    const ABOUT: &'static str = "认领服务项目 · 合作方认领其服务范围内可认领的项目，多方同时认领时恰好满额为止 · a partner takes a place of an open item where it serves; of any number at once exactly the quota succeeds";
    const ANSWER: &'static str = "认领的结果 · 新的认领及其项目 · the new claim and its item";
    const SHOWS: fn() -> Vec<Field> = shown;
    type Seen = (service_item::Model, organisation::Model, Lapses);

    fn ways() -> Vec<Way> {
        let way = Way::on::<ServiceItem>().step::<ServiceItem>(&CLAIM).acting_for(organisations_of);
        vec![
            way.barred(On::With(is_closed_to), closed)
                .unless_told(On::With(has_no_place), || {
                    say!("名额已满或已到期", "all places are taken, or the item is due")
                })
                .unless_told(On::With(is_held), held)
                .unless_told(On::With(is_suspended), || say!("因认领逾期，暂不能认领", "suspended for lapsed claims")),
        ]
    }

    async fn find(&self, work: &Work<Self>) -> Result<(Self::Seen, Place)> {
        let (item, claimant, lapses) = look(work, self).await?;
        let place = place_of_claiming(&item, &claimant);
        Ok(((item, claimant, lapses), place))
    }

    async fn run(&self, permit: &Permit<'_, Self>, (item, claimant, lapses): Self::Seen) -> Result<Done> {
        refuse_suspended(permit, &lapses)?;
        let id = new_id("claim", permit.now())?;
        take_place(permit, &item, &claimant.id, &id, &permit.person()?).await?;
        let record = Record {
            subject: id.clone(),
            region_code: Some(item.community_code.clone()),
            priority_id: item.priority_id.clone(),
            after: Some(json!({"status": ClaimStatus::Claimed, "serviceItemId": item.id, "claimantId": claimant.id})),
            ..Record::default()
        };
        let done = Done::new(record).show("claim", id).show("serviceItem", &item.id);
        Ok(done.event(CHANGED, &item.id, &item.community_code))
    }
}

/// The organisations in which the caller holds a post.
fn organisations_of(actor: &Actor) -> Vec<String> {
    let all = actor.posts.iter().filter_map(|post| post.organisation_id.clone());
    all.collect::<IndexSet<_>>().into_iter().collect()
}

/// Where an item is claimed for an organisation: by its own posts alone, and if the item is open to its kind.
fn place_of_claiming(item: &service_item::Model, claimant: &organisation::Model) -> Place {
    let open = claimant_kind(claimant.kind).is_some_and(|bit| item.claimable_by & bit != 0);
    place_of(item).acting_for(&claimant.id).barred((!open).then(closed))
}

fn closed() -> Message {
    say!("此项目不向贵组织这类认领方开放", "this item is not open to organisations of this kind")
}

fn held() -> Message {
    say!("该组织已认领此项目，一个认领方只能持有一项认领", "this organisation holds a claim of this item already")
}

/// Writes that the item `row` is not open to the kind of the organisation.
fn is_closed_to(sql: &mut Sql<'_>, organisation: &str, row: &str) {
    sql.push("NOT EXISTS (SELECT 1 FROM organisation o WHERE o.id = ").bind(organisation).push(" AND ");
    sql.push(row).push(".claimable_by & CASE o.kind");
    for kind in OrganisationKind::ALL {
        if let Some(bit) = claimant_kind(*kind) {
            sql.push(&format!(" WHEN '{}' THEN {bit}", kind.as_str()));
        }
    }
    sql.push(" ELSE 0 END <> 0)");
}

fn has_no_place(sql: &mut Sql<'_>, _: &str, row: &str) {
    let today = sql.today;
    sql.push_template("{c}.live_claims >= {c}.quota OR {c}.due_on < ", row, row).bind(today);
}

fn is_held(sql: &mut Sql<'_>, organisation: &str, row: &str) {
    sql.push_template("EXISTS (SELECT 1 FROM claim k WHERE k.service_item_id = {c}.id AND k.claimant_id = ", row, row);
    sql.bind(organisation)
        .push(" AND k.status NOT IN ")
        .bind_list(&OVER.map(|status| status.as_str().to_owned()))
        .push(")");
}

/// Writes that lapsed claims suspend the organisation, as [`suspended_until`] says it.
fn is_suspended(sql: &mut Sql<'_>, organisation: &str, _: &str) {
    let Rules { lapses_until_suspension, lapse_window_days, suspension_days, .. } = *sql.rules;
    let Some(before) = lapses_until_suspension.checked_sub(1) else {
        sql.push("1=0");
        return;
    };
    let now = sql.now;
    sql.push("EXISTS (SELECT 1 FROM ");
    for (name, before) in [("newest", 0), ("oldest", before)] {
        sql.push(if name == "oldest" { ", " } else { "" });
        sql.push("(SELECT ended_at AS at FROM claim WHERE claimant_id = ").bind(organisation);
        sql.push(" AND lapsed ORDER BY ended_at DESC LIMIT 1 OFFSET ").bind(i64::from(before)).push(") ").push(name);
    }
    sql.push(" WHERE ").days_between("oldest.at", |sql| {
        sql.push("newest.at");
    });
    sql.push(" <= ").bind(i32::from(lapse_window_days)).push(" AND ").days_between("newest.at", |sql| {
        sql.bind(now);
    });
    sql.push(" < ").bind(i32::from(suspension_days)).push(")");
}

/// The item and the claimant, and when the claimant last let claims lapse.
async fn look(
    work: &Work<ClaimServiceItemInput>,
    input: &ClaimServiceItemInput,
) -> Result<(service_item::Model, organisation::Model, Lapses)> {
    let mut look = Look::new(work);
    let item = look.row::<ServiceItem>(&input.service_item_id)?;
    let claimant = look.member::<Claimant, organisation::Entity>(&input.claimant_id)?;
    let before = i64::from(work.rules().lapses_until_suspension.saturating_sub(1));
    let found = look.run(|sql| {
        for (name, before) in [("newest_lapse", 0), ("oldest_lapse", before)] {
            sql.push(
                ", (SELECT ended_at FROM claim WHERE claimant_id = r1.id AND lapsed ORDER BY ended_at DESC LIMIT 1",
            );
            sql.push(" OFFSET ").bind(before).push(") AS ").push(name);
        }
    });
    let found = found.await?;
    let lapses = Lapses { newest: found.fact("newest_lapse")?, oldest: found.fact("oldest_lapse")? };
    Ok((found.row(&item)?, found.row(&claimant)?, lapses))
}

/// Takes one of the item's free places and makes the claim; of any number at once exactly the quota succeeds, for the
/// row decides. On PostgreSQL one statement does both, so that the row is held for as short as can be.
async fn take_place(
    permit: &Permit<'_, ClaimServiceItemInput>,
    item: &service_item::Model,
    claimant_id: &str,
    id: &str,
    person_id: &str,
) -> Result<()> {
    let take = |sql: &mut Sql<'_>| {
        sql.push("UPDATE service_item SET live_claims = live_claims + 1, version = version + 1, updated_at = ");
        sql.bind(permit.now()).push(", status = CASE WHEN ");
        sql.push("live_claims + 1 >= quota THEN ").bind(ServiceItemStatus::InProgress.to_value());
        sql.push(" ELSE status END WHERE id = ").bind(item.id.clone());
        sql.push(" AND status = ").bind(ServiceItemStatus::Open.to_value());
        sql.push(" AND live_claims < quota AND due_on >= ").bind(shanghai_day(permit.now())).push(" RETURNING status");
    };
    let make = |sql: &mut Sql<'_>, from: &str| {
        sql.push(
            "INSERT INTO claim (id, service_item_id, community_code, due_on, claimant_id, status, claimed_by, claimed_at, \
             updated_at) SELECT ",
        );
        sql.bind(id).push(", ").bind(item.id.clone()).push(", ").bind(item.community_code.clone()).push(", ");
        sql.bind(item.due_on).push(", ");
        sql.bind(claimant_id).push(", ").bind(ClaimStatus::Claimed.to_value()).push(", ").bind(person_id).push(", ");
        sql.bind(permit.now()).push(", ").bind(permit.now());
        sql.push(from).push(" ON CONFLICT DO NOTHING RETURNING id");
    };
    let mut sql = permit.sql();
    let (status, is_made) = if sql.is_postgres() {
        sql.push("WITH taken AS (");
        take(&mut sql);
        sql.push("), made AS (");
        make(&mut sql, " FROM taken");
        sql.push(") SELECT taken.status, EXISTS (SELECT 1 FROM made) FROM taken");
        match permit.row(sql.into_statement()).await? {
            Some(row) => (row.try_get_by_index(0)?, row.try_get_by_index(1)?),
            None => return Err(refused_place(permit, &item.id).await?),
        }
    } else {
        take(&mut sql);
        let Some(taken) = permit.row(sql.into_statement()).await? else {
            return Err(refused_place(permit, &item.id).await?);
        };
        let mut sql = permit.sql();
        // Without a condition SQLite would take ON for the join's.
        make(&mut sql, " WHERE true");
        (taken.try_get_by_index(0)?, permit.row(sql.into_statement()).await?.is_some())
    };
    if is_made {
        return Ok(());
    }
    let status: ServiceItemStatus = status;
    Err(Refusal::conflict(held(), status.as_str()))
}

/// Why there was no place to take.
async fn refused_place<A: Act>(permit: &Permit<'_, A>, item_id: &str) -> Result<Refusal> {
    let now = service_item::Entity::find_by_id(item_id).one(permit.db()).await?;
    let now = now.ok_or_else(not_found::<ServiceItem>)?;
    if now.status == ServiceItemStatus::Open {
        let due = now.due_on;
        let message = say!("项目已于 {due} 到期，不能再认领", "the item was due on {due}: it is claimed no more");
        return Ok(Refusal::conflict(message, now.status.as_str()).with("dueOn", due.to_string()));
    }
    if now.live_claims >= now.quota {
        let quota = now.quota;
        let message = say!("{quota} 个名额已全部被认领", "all {quota} places are taken");
        return Ok(Refusal::conflict(message, now.status.as_str()).with("allowed", LIFE.allowed_in(now.status)));
    }
    Ok(ServiceItem::wrong_state(&now))
}

/// A claimant that let claims lapse may not claim for a while.
fn refuse_suspended<A>(permit: &Permit<'_, A>, lapses: &Lapses) -> Result<()> {
    match suspended_until(lapses, permit.rules()) {
        Some(until) if permit.now() < until => {
            let day = shanghai_day(until);
            let message = say!(
                "因认领逾期被释放，{day} 前不能认领",
                "suspended for lapsed claims: it may claim again from {day}"
            );
            Err(Refusal::conflict(message, "SUSPENDED").with("until", until.to_rfc3339()))
        }
        _ => Ok(()),
    }
}
