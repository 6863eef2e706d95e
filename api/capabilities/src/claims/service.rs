//! The acts on claims.

mod claiming;

use async_graphql::{ID, InputObject};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait as _},
};
use serde_json::json;
use tongxin_entity::{
    claim::{Column, Model},
    organisation,
    service_item::{self, ServiceItemStatus},
};
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Seen, Work},
    error::Result,
    input::Check,
    see::{Field, Reader},
    who::actor::{Place, parent_code},
};

use super::{
    Claim,
    rules::{ACCEPT, RETURN, START, SUBMIT, WITHDRAW},
    shape::shown,
};
use crate::{
    organisations::{governs, see_claimant},
    service_items::{CHANGED, ServiceItem, place_of},
};

pub use self::claiming::{ClaimServiceItemInput, place_of_claiming};

/// 开始办理 · which claim
#[derive(InputObject, Debug)]
pub struct StartClaimInput {
    /// 认领 · the claim's id
    pub claim_id: ID,
}

/// 提交结果 · which claim, and what was done
#[derive(InputObject, Debug)]
pub struct SubmitClaimInput {
    /// 认领 · the claim's id
    pub claim_id: ID,
    /// 完成情况 · what was done; 1 to 4,000 characters
    pub summary: String,
}

/// 验收认领 · which claim
#[derive(InputObject, Debug)]
pub struct AcceptClaimInput {
    /// 认领 · the claim's id
    pub claim_id: ID,
}

/// 退回认领 · which claim, and what is missing
#[derive(InputObject, Debug)]
pub struct ReturnClaimInput {
    /// 认领 · the claim's id
    pub claim_id: ID,
    /// 退回原因 · what is missing; 1 to 1,000 characters
    pub reason: String,
}

/// 退出认领 · which claim, and why
#[derive(InputObject, Debug)]
pub struct WithdrawClaimInput {
    /// 认领 · the claim's id
    pub claim_id: ID,
    /// 退出原因 · why; 1 to 1,000 characters
    pub reason: String,
}

impl Act for StartClaimInput {
    const ACTION: &'static str = "startClaim";
    const ABOUT: &'static str = "开始办理 · the claimant begins to work";
    const ANSWER: &'static str = "开始办理的结果 · the claim in progress";

    fn shows() -> Vec<Field> {
        shown()
    }

    async fn run(&self, work: &Work<Self>) -> Result<Done> {
        let (claim, item) = see_claim(work, &self.claim_id).await?;
        let permit = work.permit(&place_of_claimant(&claim, &item))?;
        let changes = [(Column::StartedAt, Expr::value(permit.now()))];
        let after = permit.lead::<Claim>(&START, &claim, Seen::State, changes).await?;
        Ok(done(&claim, &after, &item, None))
    }
}

impl Act for SubmitClaimInput {
    const ACTION: &'static str = "submitClaim";
    const ABOUT: &'static str = "提交结果 · the claimant hands in what was done, also after a return";
    const ANSWER: &'static str = "提交的结果 · the claim handed in";

    fn shows() -> Vec<Field> {
        shown()
    }

    async fn run(&self, work: &Work<Self>) -> Result<Done> {
        let (claim, item) = see_claim(work, &self.claim_id).await?;
        let permit = work.permit(&place_of_claimant(&claim, &item))?;
        let mut check = Check::default();
        let summary = check.text("summary", &self.summary, 1..=4000);
        check.done()?;
        let changes = [(Column::SubmittedAt, Expr::value(permit.now())), (Column::Summary, Expr::value(summary))];
        let after = permit.lead::<Claim>(&SUBMIT, &claim, Seen::State, changes).await?;
        Ok(done(&claim, &after, &item, None))
    }
}

impl Act for AcceptClaimInput {
    const ACTION: &'static str = "acceptClaim";
    const ABOUT: &'static str = "验收认领 · the community's secretary accepts what was handed in";
    const ANSWER: &'static str = "验收的结果 · the accepted claim and its item";

    fn shows() -> Vec<Field> {
        shown()
    }

    async fn run(&self, work: &Work<Self>) -> Result<Done> {
        use service_item::Column as C;
        let (claim, item) = see_claim(work, &self.claim_id).await?;
        let permit = work.permit(&place_of_judgement(work, &claim, &item).await?)?;
        let changes = [(Column::EndedAt, Expr::value(permit.now()))];
        let after = permit.lead::<Claim>(&ACCEPT, &claim, Seen::State, changes).await?;
        let all = || Expr::col(C::AcceptedClaims).add(1).gte(Expr::col(C::Quota));
        let status = Expr::case(all(), Expr::value(ServiceItemStatus::Done)).finally(Expr::col(C::Status));
        let done_at = Expr::case(all(), Expr::value(permit.now())).finally(Expr::col(C::DoneAt));
        service_item::Entity::update_many()
            .col_expr(C::AcceptedClaims, Expr::col(C::AcceptedClaims).add(1))
            .col_expr(C::Status, status.into())
            .col_expr(C::DoneAt, done_at.into())
            .col_expr(C::Version, Expr::col(C::Version).add(1))
            .filter(C::Id.eq(&item.id))
            .exec(permit.db())
            .await?;
        Ok(done(&claim, &after, &item, None))
    }
}

impl Act for ReturnClaimInput {
    const ACTION: &'static str = "returnClaim";
    const ABOUT: &'static str = "退回认领 · the community returns what was handed in, with a reason";
    const ANSWER: &'static str = "退回的结果 · the returned claim";

    fn shows() -> Vec<Field> {
        shown()
    }

    async fn run(&self, work: &Work<Self>) -> Result<Done> {
        let (claim, item) = see_claim(work, &self.claim_id).await?;
        let permit = work.permit(&place_of_judgement(work, &claim, &item).await?)?;
        let reason = reason(&self.reason)?;
        let changes = [(Column::Reason, Expr::value(reason.clone()))];
        let after = permit.lead::<Claim>(&RETURN, &claim, Seen::State, changes).await?;
        Ok(done(&claim, &after, &item, Some(reason)))
    }
}

impl Act for WithdrawClaimInput {
    const ACTION: &'static str = "withdrawClaim";
    const ABOUT: &'static str = "退出认领 · the claimant gives its place back; the item is open again";
    const ANSWER: &'static str = "退出的结果 · the withdrawn claim and its item";

    fn shows() -> Vec<Field> {
        shown()
    }

    async fn run(&self, work: &Work<Self>) -> Result<Done> {
        let (claim, item) = see_claim(work, &self.claim_id).await?;
        let permit = work.permit(&place_of_claimant(&claim, &item))?;
        let reason = reason(&self.reason)?;
        let changes = [(Column::Reason, Expr::value(reason.clone())), (Column::EndedAt, Expr::value(permit.now()))];
        let after = permit.lead::<Claim>(&WITHDRAW, &claim, Seen::State, changes).await?;
        free_place(&permit, &item.id).await?;
        Ok(done(&claim, &after, &item, Some(reason)))
    }
}

/// Gives a place back; an item that was full is open again.
pub(super) async fn free_place<A>(permit: &Permit<'_, A>, item_id: &str) -> Result<()> {
    use service_item::Column as C;
    let was_full = C::Status.eq(ServiceItemStatus::InProgress);
    let status = Expr::case(was_full, Expr::value(ServiceItemStatus::Open)).finally(Expr::col(C::Status));
    service_item::Entity::update_many()
        .col_expr(C::LiveClaims, Expr::col(C::LiveClaims).sub(1))
        .col_expr(C::Status, status.into())
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .filter(C::Id.eq(item_id))
        .exec(permit.db())
        .await?;
    Ok(())
}

async fn see_claim<A: Act>(work: &Work<A>, id: &str) -> Result<(Model, service_item::Model)> {
    let claim = work.see::<Claim>(id).await?;
    let item = work.see::<ServiceItem>(&claim.service_item_id).await?;
    Ok((claim, item))
}

/// A claim is its claimant's to work on.
pub fn place_of_claimant(claim: &Model, item: &service_item::Model) -> Place {
    Place { person_id: None, ..place_of(item) }.organisation(&claim.claimant_id)
}

/// Where a claim is judged: in the community; in its street when the claimant is the community's own body 领办. Whoever
/// claimed, or belongs to the claimant, is involved.
pub async fn place_of_judgement(reader: &impl Reader, claim: &Model, item: &service_item::Model) -> Result<Place> {
    let organisation::Model { superior_id, .. } = see_claimant(reader, &claim.claimant_id).await?;
    let own_body = match superior_id {
        Some(id) => governs(reader, &id, &item.community_code).await?,
        None => false,
    };
    let street = parent_code(&item.community_code).filter(|_| own_body);
    let region = street.unwrap_or(&item.community_code);
    let involved = [claim.claimant_id.clone(), claim.claimed_by.clone()];
    Ok(Place::region(region).involving(involved))
}

fn reason(text: &str) -> Result<String> {
    let mut check = Check::default();
    let reason = check.text("reason", text, 1..=1000);
    check.done()?;
    Ok(reason)
}

pub(super) fn done(before: &Model, after: &Model, item: &service_item::Model, reason: Option<String>) -> Done {
    let record = Record {
        subject: after.id.clone(),
        region_code: Some(item.community_code.clone()),
        priority_id: item.priority_id.clone(),
        before: Some(json!({"status": before.status, "version": before.version})),
        after: Some(json!({"status": after.status, "version": after.version})),
        reason,
        ..Record::default()
    };
    let done = Done::new(record).show("claim", &after.id).show("serviceItem", &item.id);
    done.event(CHANGED, &item.id, &item.community_code)
}
