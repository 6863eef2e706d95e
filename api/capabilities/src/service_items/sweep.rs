//! What the clock does to items: those due with no live claim expire, those done long enough are closed.

use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, UpdateMany,
    sea_query::{Expr, ExprTrait as _, Query, SimpleExpr},
};
use serde_json::json;
use tongxin_entity::service_item::{self, Column, Model, ServiceItemStatus as Status};
use tongxin_kernel::{
    act::{Chore, Done, Permit, Record, Step, Work},
    error::Result,
};

use super::{
    CHANGED,
    rules::{EXPIRE, SETTLE},
};

/// How many items change in one transaction.
const BATCH: u64 = 200;

/// 到期处理: open items past their day with no live claim.
#[derive(Default)]
pub struct ExpireItems;

impl Chore for ExpireItems {
    const NAME: &'static str = EXPIRE.by;

    async fn run(&self, work: &Work<Self>) -> Result<Vec<Done>> {
        let permit = work.as_system();
        let due = Column::LiveClaims.eq(0).and(Column::DueOn.lt(permit.today()));
        sweep(&permit, due, &EXPIRE).await
    }
}

/// 自动结项: items done for the days of the rules.
#[derive(Default)]
pub struct CloseItems;

impl Chore for CloseItems {
    const NAME: &'static str = SETTLE.by;

    async fn run(&self, work: &Work<Self>) -> Result<Vec<Done>> {
        let permit = work.as_system();
        let before = permit.now() - chrono::TimeDelta::days(work.rules().close_after_days.into());
        sweep(&permit, Column::DoneAt.lte(before), &SETTLE).await
    }
}

async fn sweep<A>(permit: &Permit<'_, A>, which: SimpleExpr, step: &Step<Status>) -> Result<Vec<Done>> {
    let which = which.and(Column::Status.is_in(step.from.iter().copied()));
    let batch =
        Query::select().column(Column::Id).from(service_item::Entity).and_where(which.clone()).limit(BATCH).to_owned();
    let update: UpdateMany<service_item::Entity> = service_item::Entity::update_many()
        .col_expr(Column::Status, Expr::value(step.to))
        .col_expr(Column::ClosedAt, Expr::value(permit.now()))
        .col_expr(Column::UpdatedAt, Expr::value(permit.now()))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(Column::Id.in_subquery(batch))
        // Once more on the row itself, should another transaction have changed it since it was picked.
        .filter(which);
    let changed = update.exec_with_returning(permit.db()).await?;
    Ok(changed.into_iter().map(|item| done(&item)).collect())
}

fn done(item: &Model) -> Done {
    let record = Record {
        subject: item.id.clone(),
        region_code: Some(item.community_code.clone()),
        priority_id: item.priority_id.clone(),
        after: Some(json!({"status": item.status, "version": item.version})),
        ..Record::default()
    };
    Done::new(record).event(CHANGED, &item.id, &item.community_code)
}
