//! The acts on claims.

mod claiming;

use async_graphql::{ID, InputObject};
use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait as _},
};
use serde_json::json;
use tongxin_entity::{
    claim::{Column, Model},
    service_item::{self, ServiceItemStatus},
};
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Seen, Way},
    error::Result,
    input::Check,
    on,
    see::{Field, Owner},
};

use super::{
    Claim,
    deadlines::JUDGES,
    rules::{ACCEPT, RETURN, START, SUBMIT, WITHDRAW},
    shape::shown,
};
use crate::service_items::{CHANGED, ServiceItem};

pub use self::claiming::ClaimServiceItemInput;

/// 开始办理认领 · 开始办理哪一项认领 · which claim
#[derive(InputObject, Debug)]
pub struct StartClaimInput {
    /// 认领 · 认领的编号 · the claim's id
    pub claim_id: ID,
}

/// 提交认领结果 · 提交哪一项认领、完成了什么 · which claim, and what was done
#[derive(InputObject, Debug)]
pub struct SubmitClaimInput {
    /// 认领 · 认领的编号 · the claim's id
    pub claim_id: ID,
    /// 完成情况 · 完成了什么，1 至 4000 字 · what was done; 1 to 4,000 characters
    pub summary: String,
}

/// 验收认领 · 指明验收哪一项认领 · which claim
#[derive(InputObject, Debug)]
pub struct AcceptClaimInput {
    /// 认领 · 认领的编号 · the claim's id
    pub claim_id: ID,
    /// 版本 · 所验收的认领的版本，版本不符即被拒绝 · the version of the claim that was judged; another one is refused
    pub version: Option<i32>,
}

/// 退回认领 · 退回哪一项认领、缺少什么 · which claim, and what is missing
#[derive(InputObject, Debug)]
pub struct ReturnClaimInput {
    /// 认领 · 认领的编号 · the claim's id
    pub claim_id: ID,
    /// 退回原因 · 缺少什么，1 至 1000 字 · what is missing; 1 to 1,000 characters
    pub reason: String,
    /// 版本 · 所验收的认领的版本，版本不符即被拒绝 · the version of the claim that was judged; another one is refused
    pub version: Option<i32>,
}

/// 退出认领 · 退出哪一项认领、为何退出 · which claim, and why
#[derive(InputObject, Debug)]
pub struct WithdrawClaimInput {
    /// 认领 · 认领的编号 · the claim's id
    pub claim_id: ID,
    /// 退出原因 · 为何退出，1 至 1000 字 · why; 1 to 1,000 characters
    pub reason: String,
}

impl Act for StartClaimInput {
    const ACTION: &'static str = "startClaim";
    const ABOUT: &'static str = "开始办理认领 · 认领方开始办理 · the claimant begins to work";
    const ANSWER: &'static str = "开始办理认领的结果 · 办理中的认领 · the claim in progress";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Claim, claim_id, by_claimant().step::<Claim>(&START));

    async fn run(&self, permit: &Permit<'_, Self>, claim: Model) -> Result<Done> {
        let changes = [(Column::StartedAt, Expr::value(permit.now()))];
        let after = permit.lead::<Claim>(&START, &claim, Seen::State, changes).await?;
        Ok(done(&claim, &after, &permit.see::<ServiceItem>(&claim.service_item_id).await?, None))
    }
}

impl Act for SubmitClaimInput {
    const ACTION: &'static str = "submitClaim";
    const ABOUT: &'static str = "提交认领结果 · 认领方提交办理结果，被退回后也由此再次提交 · the claimant hands in what was done, also after a return";
    const ANSWER: &'static str = "提交认领结果的结果 · 已提交结果的认领 · the claim handed in";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Claim, claim_id, by_claimant().step::<Claim>(&SUBMIT));

    async fn run(&self, permit: &Permit<'_, Self>, claim: Model) -> Result<Done> {
        let mut check = Check::default();
        let summary = check.text("summary", &self.summary, 1..=4000);
        check.done()?;
        let judge = permit.due(permit.now(), permit.rules().judging());
        let changes = [
            (Column::SubmittedAt, Expr::value(permit.now())),
            (Column::JudgeBy, Expr::value(judge.day())),
            (Column::JudgeByProvisional, Expr::value(judge.provisional)),
            (Column::JudgedAt, Expr::value(None::<DateTime<Utc>>)),
            (Column::Summary, Expr::value(summary)),
        ];
        let after = permit.lead::<Claim>(&SUBMIT, &claim, Seen::State, changes).await?;
        Ok(done(&claim, &after, &permit.see::<ServiceItem>(&claim.service_item_id).await?, None))
    }
}

impl Act for AcceptClaimInput {
    const ACTION: &'static str = "acceptClaim";
    const ABOUT: &'static str =
        "验收认领 · 社区书记验收所提交的结果 · the community's secretary accepts what was handed in";
    const ANSWER: &'static str = "验收的结果 · 验收后的认领及其项目 · the accepted claim and its item";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Claim, claim_id, by_judge().step::<Claim>(&ACCEPT));

    async fn run(&self, permit: &Permit<'_, Self>, claim: Model) -> Result<Done> {
        use service_item::Column as C;
        let changes = [(Column::EndedAt, Expr::value(permit.now())), (Column::JudgedAt, Expr::value(permit.now()))];
        let after = permit.lead::<Claim>(&ACCEPT, &claim, Seen::asked(self.version), changes).await?;
        let all = || Expr::col(C::AcceptedClaims).add(1).gte(Expr::col(C::Quota));
        let status = Expr::case(all(), Expr::value(ServiceItemStatus::Done)).finally(Expr::col(C::Status));
        let done_at = Expr::case(all(), Expr::value(permit.now())).finally(Expr::col(C::DoneAt));
        service_item::Entity::update_many()
            .col_expr(C::AcceptedClaims, Expr::col(C::AcceptedClaims).add(1))
            .col_expr(C::Status, status.into())
            .col_expr(C::DoneAt, done_at.into())
            .col_expr(C::UpdatedAt, Expr::value(permit.now()))
            .col_expr(C::Version, Expr::col(C::Version).add(1))
            .filter(C::Id.eq(&claim.service_item_id))
            .exec(permit.db())
            .await?;
        Ok(done(&claim, &after, &permit.see::<ServiceItem>(&claim.service_item_id).await?, None))
    }
}

impl Act for ReturnClaimInput {
    const ACTION: &'static str = "returnClaim";
    const ABOUT: &'static str =
        "退回认领 · 社区退回所提交的结果并说明原因 · the community returns what was handed in, with a reason";
    const ANSWER: &'static str = "退回的结果 · 被退回的认领 · the returned claim";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Claim, claim_id, by_judge().step::<Claim>(&RETURN));

    async fn run(&self, permit: &Permit<'_, Self>, claim: Model) -> Result<Done> {
        let reason = reason(&self.reason)?;
        let changes = [(Column::Reason, Expr::value(reason.clone())), (Column::JudgedAt, Expr::value(permit.now()))];
        let after = permit.lead::<Claim>(&RETURN, &claim, Seen::asked(self.version), changes).await?;
        Ok(done(&claim, &after, &permit.see::<ServiceItem>(&claim.service_item_id).await?, Some(reason)))
    }
}

impl Act for WithdrawClaimInput {
    const ACTION: &'static str = "withdrawClaim";
    const ABOUT: &'static str =
        "退出认领 · 认领方退出，名额重新开放 · the claimant gives its place back; the item is open again";
    const ANSWER: &'static str = "退出的结果 · 已退出的认领及其项目 · the withdrawn claim and its item";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Claim, claim_id, by_claimant().step::<Claim>(&WITHDRAW));

    async fn run(&self, permit: &Permit<'_, Self>, claim: Model) -> Result<Done> {
        let reason = reason(&self.reason)?;
        let changes = [(Column::Reason, Expr::value(reason.clone())), (Column::EndedAt, Expr::value(permit.now()))];
        let after = permit.lead::<Claim>(&WITHDRAW, &claim, Seen::State, changes).await?;
        free_place(permit, &claim.service_item_id).await?;
        Ok(done(&claim, &after, &permit.see::<ServiceItem>(&claim.service_item_id).await?, Some(reason)))
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
        .col_expr(C::UpdatedAt, Expr::value(permit.now()))
        .col_expr(C::Version, Expr::col(C::Version).add(1))
        .filter(C::Id.eq(item_id))
        .exec(permit.db())
        .await?;
    Ok(())
}

/// A claim is its claimant's to work on.
fn by_claimant() -> Way {
    Way::on::<Claim>().at(Owner {
        region: "{c}.community_code",
        compound: "(SELECT i.compound_id FROM service_item i WHERE i.id = {c}.service_item_id)",
        organisation: "{c}.claimant_id",
        ..Owner::default()
    })
}

/// Whoever claimed, or belongs to the claimant, is involved.
fn by_judge() -> Way {
    let judges = Owner {
        region: JUDGES,
        lies: "{c}.community_code",
        involved: "SELECT {c}.claimant_id AS id UNION ALL SELECT {c}.claimed_by",
        ..Owner::default()
    };
    Way::on::<Claim>().at(judges).versioned()
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
