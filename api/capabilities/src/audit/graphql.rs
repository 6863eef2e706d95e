//! The root fields of audit.

use async_graphql::{Context, ID, Object};
use tongxin_kernel::{
    directive::needs,
    error::Result,
    see::{self, Connection, Newest, NoFilter, PageArgs, Request, Window},
};

use super::AuditEntry;

#[derive(Default)]
pub struct AuditQuery;

#[Object]
impl AuditQuery {
    /// 审计记录 · what was done to one object, or refused, newest first; as far as the caller supervises it or did it
    #[graphql(directive = needs::apply("readAuditTrail".into()))]
    async fn audit_trail(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "对象 · id of the object")] on: ID,
        #[graphql(desc = "前几条 · how many from the start or after `after`; 0 to 100, 20 unless given")] first: Option<
            i32,
        >,
        #[graphql(desc = "起点游标 · only what comes after this cursor; up to 500 characters")] after: Option<String>,
    ) -> Result<Connection<AuditEntry>> {
        let args = PageArgs { first, after, ..PageArgs::default() };
        let window = Window::new::<AuditEntry>(args, None::<NoFilter>, Newest);
        see::connection(ctx, &Request::of(ctx)?.reading_for("readAuditTrail")?, window, |sql, row| {
            sql.push(row).push(".subject_id = ").bind(on.0.clone());
        })
        .await
    }
}
