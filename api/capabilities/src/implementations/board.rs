//! The lists of implementations: states and conditions.

use async_graphql::{ID, InputObject};
use tongxin_entity::implementation::ImplementationStatus;
use tongxin_kernel::{
    filter,
    see::{Spelt, push_under},
};

use super::shape::push_open;

/// 落实筛选 · conditions on implementations; all given must hold
#[derive(InputObject, Debug, Default)]
pub struct ImplementationFilter {
    /// 社区 · of this community, by its 12-digit code
    community_code: Option<String>,
    /// 街道 · of the communities of this street, by its 9-digit code
    street_code: Option<String>,
    /// 重点任务 · of this priority
    priority_id: Option<ID>,
    /// 状态 · in this state
    status: Option<Spelt<ImplementationStatus>>,
    /// 未了结 · of which something may still be done, or nothing any more
    open: Option<bool>,
}

filter!(ImplementationFilter, |this, sql, row| {
    if let Some(code) = &this.community_code {
        sql.push(" AND ").push(row).push(".community_code = ").bind(code.clone());
    }
    if let Some(code) = &this.street_code {
        sql.push(" AND ");
        push_under(sql, "{c}.community_code", row, code);
    }
    if let Some(id) = &this.priority_id {
        sql.push(" AND ").push(row).push(".priority_id = ").bind(id.0.clone());
    }
    if let Some(status) = this.status {
        sql.push(" AND ").push(row).push(".status = ").bind(status.0.as_str());
    }
    if let Some(open) = this.open {
        sql.push(if open { " AND (" } else { " AND NOT (" });
        push_open(sql, row);
        sql.push(")");
    }
});
