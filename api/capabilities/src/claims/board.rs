//! The list of claims: its conditions.

use async_graphql::ID;
use tongxin_entity::claim::ClaimStatus;
use tongxin_kernel::{
    filter,
    see::{Condition, Sql},
};

use super::rules::UNFINISHED;
use crate::people::claimants_of;

filter!(ClaimFilter: "认领筛选 · 筛选认领的条件，须全部符合 · conditions on claims; all given must hold", vec![
    Condition::status::<ClaimStatus>("{c}.status"),
    Condition::status_in::<ClaimStatus>("{c}.status"),
    Condition::equal::<ID>("claimantId", "{c}.claimant_id", "认领方 · 由此组织认领 · of this organisation"),
    Condition::equal::<ID>("serviceItemId", "{c}.service_item_id", "服务项目 · 属于此项目 · of this item"),
    Condition::region("{c}.community_code"),
    Condition::due_by("{c}.due_on"),
    Condition::overdue(overdue),
    Condition::mine(push_mine),
    Condition::updated_since("{c}.updated_at"),
]);

fn overdue(sql: &mut Sql<'_>, row: &str) {
    let today = sql.today;
    let unfinished = UNFINISHED.iter().map(|status| format!("'{}'", status.as_str())).collect::<Vec<_>>();
    sql.push(row).push(".status IN (").push(&unfinished.join(", ")).push(") AND ").push(row).push(".due_on < ");
    sql.bind(today);
}

/// Whether the caller made the claim, or an organisation for which it may claim.
pub fn push_mine(sql: &mut Sql<'_>, row: &str) {
    let me = sql.actor.person_id().map(str::to_owned);
    let claimants = claimants_of(sql);
    sql.push(row).push(".claimant_id IN ").bind_list(&claimants);
    if let Some(me) = me {
        sql.push(" OR ").push(row).push(".claimed_by = ").bind(me);
    }
}
