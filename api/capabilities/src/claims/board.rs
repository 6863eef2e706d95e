//! The list of claims: its filter.

use async_graphql::ID;
use tongxin_entity::claim::ClaimStatus;
use tongxin_kernel::{
    filter,
    see::{Is, IsIn, Spelt, Sql, Whether},
};

filter! {
    ClaimFilter: "认领筛选 · conditions on claims; all given must hold";
    status: Spelt<ClaimStatus> = Is("{c}.status"), "状态 · in this state";
    status_in: Vec<Spelt<ClaimStatus>> = IsIn("{c}.status"), "状态之一 · in one of these states; up to as many as there are";
    claimant_id: ID = Is("{c}.claimant_id"), "认领方 · of this organisation";
    service_item_id: ID = Is("{c}.service_item_id"), "服务项目 · of this item";
    mine: bool = Whether(push_mine), "我的 · of the caller or an organisation in which it holds a post; or not";
}

fn push_mine(sql: &mut Sql<'_>, row: &str) {
    let mine = sql.actor.person_and_organisations();
    sql.push(row).push(".claimant_id IN ").bind_list(&mine).push(" OR ");
    sql.push(row).push(".claimed_by IN ").bind_list(&mine);
}
