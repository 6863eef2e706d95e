//! The list of claims: states and filter.

use async_graphql::{Enum, ID, InputObject};
use tongxin_entity::claim;
use tongxin_kernel::filter;

/// 认领状态 · where a claim stands
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "claim::ClaimStatus")]
pub enum ClaimStatus {
    /// 已认领 · a place is taken
    Claimed,
    /// 进行中 · work has begun
    InProgress,
    /// 已提交 · handed in, waits for the community
    Submitted,
    /// 已验收 · accepted by the community
    Accepted,
    /// 已退回 · returned by the community with a reason
    Returned,
    /// 已退出 · withdrawn by the claimant
    Withdrawn,
    /// 已释放 · released because it lapsed or the item was cancelled
    Released,
}

/// 认领筛选 · conditions on claims; all given must hold
#[derive(InputObject, Debug, Default)]
pub struct ClaimFilter {
    /// 状态 · in this state
    status: Option<ClaimStatus>,
    /// 认领方 · of this organisation
    claimant_id: Option<ID>,
    /// 服务项目 · of this item
    service_item_id: Option<ID>,
}

filter!(ClaimFilter, |this, sql, row| {
    if let Some(status) = this.status {
        sql.push(" AND ").push(row).push(".status = ").bind(claim::ClaimStatus::from(status).as_str());
    }
    for (column, id) in [(".claimant_id = ", &this.claimant_id), (".service_item_id = ", &this.service_item_id)] {
        if let Some(id) = id {
            sql.push(" AND ").push(row).push(column).bind(id.0.clone());
        }
    }
});
