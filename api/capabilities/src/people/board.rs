//! The list of people.

use async_graphql::InputObject;
use tongxin_kernel::{filter, see::push_within};

/// 人员筛选 · conditions on persons; all given must hold
#[derive(InputObject, Debug, Default)]
pub struct PersonFilter {
    /// 居住地 · who live in this place or anything under it, by statistical code
    home_code: Option<String>,
}

filter!(PersonFilter, |this, sql, row| {
    if let Some(code) = &this.home_code {
        sql.push(" AND ");
        push_within(sql, "{c}.home_community_code", row, code);
    }
});
