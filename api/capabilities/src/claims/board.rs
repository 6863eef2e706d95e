//! The list of claims: states and filter.

use async_graphql::{ID, InputObject};
use tongxin_entity::claim::ClaimStatus;
use tongxin_kernel::{filter, see::Spelt};

/// 认领筛选 · conditions on claims; all given must hold
#[derive(InputObject, Debug, Default)]
pub struct ClaimFilter {
    /// 状态 · in this state
    status: Option<Spelt<ClaimStatus>>,
    /// 认领方 · of this organisation
    claimant_id: Option<ID>,
    /// 服务项目 · of this item
    service_item_id: Option<ID>,
}

filter!(ClaimFilter, |this, sql, row| {
    if let Some(status) = this.status {
        sql.push(" AND ").push(row).push(".status = ").bind(status.0.as_str());
    }
    for (column, id) in [(".claimant_id = ", &this.claimant_id), (".service_item_id = ", &this.service_item_id)] {
        if let Some(id) = id {
            sql.push(" AND ").push(row).push(column).bind(id.0.clone());
        }
    }
});
