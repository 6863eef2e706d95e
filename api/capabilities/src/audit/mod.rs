//! Audit 审计: who did, or was refused, what, on whose authority. Entries are written with the change itself and never
//! altered; those who supervise a place read them, and everybody the own ones, as far as they see what the entries are about.

mod shape;

use async_graphql::ID;
use tongxin_kernel::{
    catalogue::{Capability, RootField},
    see::{self, Connection, Newest, PageArgs, Request, Window},
};

pub use shape::AuditEntry;

pub fn capability() -> Capability {
    Capability::new().shape::<AuditEntry>().query(audit_trail())
}

fn audit_trail() -> RootField {
    let about = "审计记录 · 对某一对象办理或被拒绝的事项，由新到旧，以调用者监督或亲自办理者为限 · what was done to one object, or refused, newest first; as far as the caller supervises it or did it";
    let field = RootField::new::<Connection<AuditEntry>>("auditTrail", "readAuditTrail", about, |ctx| {
        Box::pin(async move {
            let on = see::required::<ID>(ctx, "on")?;
            let args = PageArgs {
                first: see::parameter(ctx, "first")?,
                after: see::parameter(ctx, "after")?,
                ..PageArgs::default()
            };
            let window = Window::new::<AuditEntry>(args, Newest);
            see::connection(ctx, &Request::of(ctx)?.reading_for("readAuditTrail")?, window, |sql, row| {
                sql.push(row).push(".subject_id = ").bind(on.0.clone());
            })
            .await
        })
    });
    field
        .takes::<ID>("on", "对象 · 所查对象的编号 · id of the object")
        .takes::<Option<i32>>("first", "前几条 · 从头或从 `after` 之后取几条，0 至 100，不填为 20 · how many from the start or after `after`; 0 to 100, 20 unless given")
        .takes::<Option<String>>("after", "起点游标 · 只取此游标之后的，最多 500 字 · only what comes after this cursor; up to 500 characters")
}
