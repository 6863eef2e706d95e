//! The lists of implementations: states and conditions.

use async_graphql::{Enum, ID, InputObject};
use tongxin_entity::implementation;
use tongxin_kernel::{filter, see::push_under};

use super::shape::push_open;

/// 落实状态 · where an implementation stands
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "implementation::ImplementationStatus")]
pub enum ImplementationStatus {
    /// 待落实 · neither adopted nor objected to yet
    Pending,
    /// 有异议 · waits for the street's decision on the objection
    Objected,
    /// 已免除 · the community is released
    Released,
    /// 已承接 · adopted, at work
    Adopted,
    /// 已提交 · waits for the street's inspection
    Submitted,
    /// 已退回 · returned by the street, to be submitted again
    Returned,
    /// 已验收 · accepted by the street
    Accepted,
    /// 已撤回 · the priority was withdrawn
    Withdrawn,
}

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
    status: Option<ImplementationStatus>,
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
        let status = implementation::ImplementationStatus::from(status);
        sql.push(" AND ").push(row).push(".status = ").bind(status.as_str());
    }
    if let Some(open) = this.open {
        sql.push(if open { " AND (" } else { " AND NOT (" });
        push_open(sql, row);
        sql.push(")");
    }
});
