//! What becomes of implementations by what their priority becomes.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use sea_orm::{
    ActiveValue::Set, ColumnTrait, EntityTrait, ExprTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
    UpdateMany, sea_query::Expr,
};
use tongxin_entity::{
    implementation::{self, ImplementationStatus as Status},
    priority,
};
use tongxin_kernel::{
    act::{Permit, Step},
    clock::shanghai_day,
    error::{Refusal, Result},
    id::new_id,
    say,
};

use super::rules::{ASK_AGAIN, LEAVE_OUT, LIFE, OPEN, TAKE_BACK, WAITING_FOR_STREET, adopt_by_when_asked};

/// Asks the communities of a priority that is published now to adopt it or object.
///
/// # Errors
/// Whatever the database refuses.
pub async fn open<A>(permit: &Permit<'_, A>, priority_id: &str, codes: &BTreeSet<String>) -> Result<()> {
    ask(permit, priority_id, codes, None).await
}

/// Asks more communities of a published priority, those once released anew; they have as long to answer as the first had.
///
/// # Errors
/// Whatever the database refuses.
pub async fn open_later<A>(permit: &Permit<'_, A>, priority: &priority::Model, codes: &BTreeSet<String>) -> Result<()> {
    let adopt_by = adopt_by_when_asked(priority, shanghai_day(permit.now()));
    ask(permit, &priority.id, codes, Some(adopt_by)).await
}

/// The latest day to answer that a community which has yet to do so has of its own.
///
/// # Errors
/// Whatever the database refuses.
pub async fn latest_answer<A>(permit: &Permit<'_, A>, priority_id: &str) -> Result<Option<NaiveDate>> {
    let open = implementation::Entity::find()
        .select_only()
        .column_as(implementation::Column::AdoptBy.max(), "latest")
        .filter(implementation::Column::PriorityId.eq(priority_id))
        .filter(implementation::Column::Status.eq(Status::Pending));
    Ok(open.into_tuple::<Option<NaiveDate>>().one(permit.db()).await?.flatten())
}

async fn ask<A>(
    permit: &Permit<'_, A>,
    priority_id: &str,
    codes: &BTreeSet<String>,
    adopt_by: Option<NaiveDate>,
) -> Result<()> {
    let known = of(permit, priority_id, codes).await?;
    let anew = implementation::ActiveModel {
        must_adopt: Set(false),
        adopt_by: Set(adopt_by),
        objection: Set(None),
        decision: Set(None),
        decided_at: Set(None),
        ..Default::default()
    };
    update(permit, priority_id, &ASK_AGAIN)
        .set(anew)
        .filter(implementation::Column::CommunityCode.is_in(codes))
        .exec(permit.db())
        .await?;
    let mut rows = Vec::new();
    for code in codes.iter().filter(|code| known.iter().all(|row| row.community_code != **code)) {
        let row = implementation::Model {
            id: new_id("impl", permit.now())?,
            priority_id: priority_id.to_owned(),
            community_code: code.clone(),
            status: Status::Pending,
            must_adopt: false,
            adopt_by,
            plan: None,
            objection: None,
            decision: None,
            result: None,
            adopted_at: None,
            submitted_at: None,
            judge_by: None,
            judge_by_provisional: false,
            decided_at: None,
            created_at: permit.now(),
            updated_at: permit.now(),
            version: 1,
        };
        rows.push(row.into_active_model());
    }
    if !rows.is_empty() {
        implementation::Entity::insert_many(rows).exec_without_returning(permit.db()).await?;
    }
    Ok(())
}

/// Releases communities that the priority names no longer.
///
/// # Errors
/// `CONFLICT` when one of them has adopted it already.
pub async fn release<A>(permit: &Permit<'_, A>, priority_id: &str, codes: &BTreeSet<String>) -> Result<()> {
    update(permit, priority_id, &LEAVE_OUT)
        .set(implementation::ActiveModel { decided_at: Set(Some(permit.now())), ..Default::default() })
        .filter(implementation::Column::CommunityCode.is_in(codes))
        .exec(permit.db())
        .await?;
    let kept = of(permit, priority_id, codes).await?;
    let kept = kept.iter().filter(|row| !matches!(row.status, Status::Released | Status::Withdrawn));
    let kept = kept.map(|row| (row.community_code.as_str(), row.status.as_str())).collect::<Vec<_>>();
    let Some((_, current)) = kept.first() else { return Ok(()) };
    let list = kept.iter().map(|(code, status)| format!("{code} {status}")).collect::<Vec<_>>().join(", ");
    let message =
        say!("以下社区已承接，不能移除：{list}", "these communities have adopted it and cannot be left out: {list}");
    let codes = kept.iter().map(|(code, _)| *code).collect::<Vec<_>>();
    Err(Refusal::conflict(message, *current).with("communityCodes", codes).with("allowed", vec!["withdrawPriority"]))
}

/// Takes back whatever has not come to an end, and says how many that were.
///
/// # Errors
/// Whatever the database refuses.
pub async fn withdraw<A>(permit: &Permit<'_, A>, priority_id: &str) -> Result<u64> {
    let withdrawn = update(permit, priority_id, &TAKE_BACK)
        .set(implementation::ActiveModel { decided_at: Set(Some(permit.now())), ..Default::default() });
    Ok(withdrawn.exec(permit.db()).await?.rows_affected)
}

/// Takes stock of a priority that is being closed: every implementation stays as far as it came. Says how many did not come
/// to an end.
///
/// # Errors
/// `CONFLICT` while any of them waits for the street's own word.
pub async fn settle<A>(permit: &Permit<'_, A>, priority_id: &str) -> Result<usize> {
    let open = implementation::Entity::find()
        .filter(implementation::Column::PriorityId.eq(priority_id))
        .filter(implementation::Column::Status.is_in(OPEN))
        .order_by_asc(implementation::Column::CommunityCode)
        .all(permit.db())
        .await?;
    let waiting = open.iter().filter(|row| WAITING_FOR_STREET.contains(&row.status)).collect::<Vec<_>>();
    let Some(first) = waiting.first() else { return Ok(open.len()) };
    let list =
        waiting.iter().map(|row| format!("{} {}", row.community_code, row.status)).collect::<Vec<_>>().join(", ");
    let message = say!(
        "以下社区的异议或提交尚待街道处理，处理后方可办结：{list}",
        "objections or submissions of these communities wait for the street, which closes once it has dealt with them: {list}"
    );
    let mut allowed = Vec::new();
    for act in waiting.iter().flat_map(|row| LIFE.allowed_in(row.status)) {
        if !allowed.contains(&act) {
            allowed.push(act);
        }
    }
    allowed.push("withdrawPriority");
    let codes = waiting.iter().map(|row| row.community_code.as_str()).collect::<Vec<_>>();
    Err(Refusal::conflict(message, first.status.as_str()).with("communityCodes", codes).with("allowed", allowed))
}

fn update<A>(permit: &Permit<'_, A>, priority_id: &str, step: &Step<Status>) -> UpdateMany<implementation::Entity> {
    implementation::Entity::update_many()
        .col_expr(implementation::Column::Status, Expr::value(step.to))
        .col_expr(implementation::Column::UpdatedAt, Expr::value(permit.now()))
        .col_expr(implementation::Column::Version, Expr::col(implementation::Column::Version).add(1))
        .filter(implementation::Column::PriorityId.eq(priority_id))
        .filter(implementation::Column::Status.is_in(step.from.iter().copied()))
}

async fn of<A>(
    permit: &Permit<'_, A>,
    priority_id: &str,
    codes: &BTreeSet<String>,
) -> Result<Vec<implementation::Model>> {
    let rows = implementation::Entity::find()
        .filter(implementation::Column::PriorityId.eq(priority_id))
        .filter(implementation::Column::CommunityCode.is_in(codes))
        .order_by_asc(implementation::Column::CommunityCode);
    Ok(rows.all(permit.db()).await?)
}
