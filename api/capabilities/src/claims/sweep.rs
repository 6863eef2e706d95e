//! Releases claims that their claimants let lapse.

use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::Expr};
use tongxin_entity::{
    claim::{self, ClaimStatus, Column},
    service_item,
};
use tongxin_kernel::{
    act::{Chore, Done, Seen, Work},
    clock::shanghai_day,
    error::{Code, Result},
};

use super::{
    Claim,
    rules::{RELEASE, is_overdue, start_deadline},
    service::{done, free_place},
};

/// How many are released in one transaction.
const BATCH: u64 = 100;

/// 释放逾期认领: not started in time, or long past the item's due date.
#[derive(Default)]
pub struct ReleaseLapsed;

impl Chore for ReleaseLapsed {
    const NAME: &'static str = RELEASE.by;

    async fn run(&self, work: &Work<Self>) -> Result<Vec<Done>> {
        let permit = work.as_system();
        let (now, rules) = (permit.now(), work.rules());
        let last_due = shanghai_day(now) - chrono::TimeDelta::days(rules.claim_overdue_days.into());
        let not_started = Condition::all()
            .add(Column::Status.eq(ClaimStatus::Claimed))
            .add(Column::ClaimedAt.lte(start_deadline(now, rules)));
        let overdue = service_item::Column::DueOn.lt(last_due);
        let lapsed = claim::Entity::find()
            .find_also_related(service_item::Entity)
            .filter(Column::Status.is_in(RELEASE.from.iter().copied()))
            .filter(Condition::any().add(not_started).add(overdue))
            .order_by_asc(Column::Id)
            .limit(BATCH)
            .all(permit.db())
            .await?;
        let mut all = Vec::new();
        for (claim, item) in lapsed {
            let Some(item) = item else { continue };
            let reason = if is_overdue(item.due_on, now, rules) {
                "逾期未完成，自动释放"
            } else {
                "逾期未开始，自动释放"
            };
            let changes = [
                (Column::EndedAt, Expr::value(now)),
                (Column::Lapsed, Expr::value(true)),
                (Column::Reason, Expr::value(reason)),
            ];
            match permit.lead::<Claim>(&RELEASE, &claim, Seen::State, changes).await {
                Ok(after) => {
                    free_place(&permit, &item.id).await?;
                    all.push(done(&claim, &after, &item, Some(reason.to_owned())));
                }
                // Its claimant, or another process, came first.
                Err(refusal) if refusal.code == Code::Conflict => {}
                Err(refusal) => return Err(refusal),
            }
        }
        Ok(all)
    }
}
