//! The acts of a community on its service items.

use async_graphql::{ID, InputObject};
use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, QueryFilter,
    sea_query::{Expr, ExprTrait as _},
};
use serde_json::json;
use tongxin_entity::{
    claim::{self, ClaimStatus},
    service_item::{self, Column, Model, ServiceItemStatus as Status},
};
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Seen, Way, Work},
    error::{Message, Refusal, Result},
    id::new_id,
    input::Check,
    on, say,
    see::{Field, not_found},
    who::actor::Place,
};

use super::{
    CHANGED, ServiceItem,
    content::prepare,
    rules::{CANCEL, CLOSE, EDIT, FINISH, PUBLISH},
    shape::{DRAFTS, shown},
};

use crate::{
    claims::RUNNING,
    implementations::{Implementation, WORKED_ON},
    regions::Region,
};

pub use super::content::{DraftServiceItemInput, PublishServiceItemInput, UpdateServiceItemInput};

/// 结束服务项目认领 · 结束哪一个项目的认领 · which item
#[derive(InputObject, Debug)]
pub struct FinishServiceItemInput {
    /// 服务项目 · 项目的编号 · the item's id
    pub service_item_id: ID,
}

/// 服务项目结项 · 哪一个项目结项 · which item
#[derive(InputObject, Debug)]
pub struct CloseServiceItemInput {
    /// 服务项目 · 项目的编号 · the item's id
    pub service_item_id: ID,
}

/// 取消服务项目 · 取消哪一个项目、为何取消 · which item, and why
#[derive(InputObject, Debug)]
pub struct CancelServiceItemInput {
    /// 服务项目 · 项目的编号 · the item's id
    pub service_item_id: ID,
    /// 取消原因 · 为何取消，1 至 1000 字 · why; 1 to 1,000 characters
    pub reason: String,
}

impl Act for DraftServiceItemInput {
    const ACTION: &'static str = "draftServiceItem";
    const ABOUT: &'static str = "起草服务项目 · 社区工作者起草项目，由书记发布 · a community worker drafts an item for the secretary to publish";
    const ANSWER: &'static str = "起草服务项目的结果 · 起草的草稿 · the draft";
    const SHOWS: fn() -> Vec<Field> = shown;
    type Seen = ();

    fn ways() -> Vec<Way> {
        begun().into()
    }

    async fn find(&self, _: &Work<Self>) -> Result<((), Place)> {
        Ok(((), Place::region(&*self.community_code)))
    }

    async fn run(&self, permit: &Permit<'_, Self>, (): ()) -> Result<Done> {
        let content = prepare(permit, self).await?;
        let item = insert(permit, content, Status::Draft).await?;
        Ok(done(record(&item, None), &item))
    }
}

impl Act for PublishServiceItemInput {
    const ACTION: &'static str = "publishServiceItem";
    const ABOUT: &'static str = "发布服务项目 · 社区书记发布项目，可落实已承接的任务，也可以是社区自主项目 · the community's secretary publishes an item, under an adopted priority or as the community's own commitment";
    const ANSWER: &'static str = "发布服务项目的结果 · 已发布的项目 · the published item";
    const SHOWS: fn() -> Vec<Field> = shown;
    type Seen = Option<Model>;

    fn ways() -> Vec<Way> {
        let [at_home, in_answer] = begun();
        vec![Way::on::<ServiceItem>().step::<ServiceItem>(&PUBLISH), at_home, in_answer]
    }

    async fn find(&self, work: &Work<Self>) -> Result<(Option<Model>, Place)> {
        let Some(id) = &self.draft_id else { return Ok((None, Place::region(&*self.community_code))) };
        let (draft, place) = work.find::<ServiceItem>(id).await?;
        Ok((Some(draft), place))
    }

    async fn run(&self, permit: &Permit<'_, Self>, draft: Option<Model>) -> Result<Done> {
        let content = prepare(permit, self).await?;
        let Some(draft) = draft else {
            let item = insert(permit, content, Status::Open).await?;
            return Ok(done(record(&item, None), &item));
        };
        let opened = service_item::ActiveModel { opened_at: Set(Some(permit.now())), ..content };
        let item = permit.change::<ServiceItem>(&PUBLISH, &draft, Seen::State, opened).await?;
        Ok(done(record(&item, Some(&draft)), &item))
    }
}

impl Act for UpdateServiceItemInput {
    const ACTION: &'static str = "updateServiceItem";
    const ABOUT: &'static str = "修改服务项目草稿 · 社区工作者修改草稿 · a community worker edits a draft";
    const ANSWER: &'static str = "修改服务项目草稿的结果 · 修改后的草稿 · the edited draft";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(ServiceItem, service_item_id, Way::on::<ServiceItem>().step::<ServiceItem>(&EDIT).versioned());

    async fn run(&self, permit: &Permit<'_, Self>, draft: Model) -> Result<Done> {
        let content = prepare(permit, self).await?;
        let item = permit.change::<ServiceItem>(&EDIT, &draft, Seen::Version(self.version), content).await?;
        Ok(done(record(&item, Some(&draft)), &item))
    }
}

impl Act for FinishServiceItemInput {
    const ACTION: &'static str = "finishServiceItem";
    const ABOUT: &'static str = "结束服务项目认领 · 书记结束认领，须至少一项认领已验收且没有进行中的认领 · the secretary ends claiming: at least one claim is accepted and none is running";
    const ANSWER: &'static str = "结束服务项目认领的结果 · 已结束认领的项目 · the finished item";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(
        ServiceItem,
        service_item_id,
        Way::on::<ServiceItem>()
            .step::<ServiceItem>(&FINISH)
            .unless_told("{c}.accepted_claims = 0 OR {c}.live_claims <> {c}.accepted_claims", unsettled)
    );

    async fn run(&self, permit: &Permit<'_, Self>, item: Model) -> Result<Done> {
        let settled = Expr::col(Column::LiveClaims).eq(Expr::col(Column::AcceptedClaims));
        let update = service_item::Entity::update_many()
            .col_expr(Column::DoneAt, Expr::value(permit.now()))
            .filter(settled)
            .filter(Column::AcceptedClaims.gt(0));
        let Some(after) = permit.take::<ServiceItem>(&FINISH, &item, Seen::State, update).await? else {
            let now = service_item::Entity::find_by_id(&item.id).one(permit.db()).await?;
            let now = now.ok_or_else(not_found::<ServiceItem>)?;
            let (live, accepted) = (now.live_claims, now.accepted_claims);
            let message = say!(
                "至少一项认领已验收且没有进行中的认领时才能结束；现有认领 {live}，已验收 {accepted}",
                "claiming ends once at least one claim is accepted and none is running; now {accepted} of {live} are accepted"
            );
            return Err(Refusal::conflict(message, now.status.as_str()));
        };
        Ok(done(record(&after, Some(&item)), &after))
    }
}

impl Act for CloseServiceItemInput {
    const ACTION: &'static str = "closeServiceItem";
    const ABOUT: &'static str = "服务项目结项 · 书记将已完成的项目结项，此后不再接受评价 · the secretary closes a done item; it is rated no more";
    const ANSWER: &'static str = "服务项目结项的结果 · 已结项的项目 · the closed item";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(ServiceItem, service_item_id, Way::on::<ServiceItem>().step::<ServiceItem>(&CLOSE));

    async fn run(&self, permit: &Permit<'_, Self>, item: Model) -> Result<Done> {
        let changes = [(Column::ClosedAt, Expr::value(permit.now()))];
        let after = permit.lead::<ServiceItem>(&CLOSE, &item, Seen::State, changes).await?;
        Ok(done(record(&after, Some(&item)), &after))
    }
}

impl Act for CancelServiceItemInput {
    const ACTION: &'static str = "cancelServiceItem";
    const ABOUT: &'static str = "取消服务项目 · 书记取消项目并说明原因，不影响认领方的记录 · the secretary cancels an item with a reason; no mark against its claimants";
    const ANSWER: &'static str = "取消服务项目的结果 · 已取消的项目 · the cancelled item";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(ServiceItem, service_item_id, Way::on::<ServiceItem>().step::<ServiceItem>(&CANCEL));

    async fn run(&self, permit: &Permit<'_, Self>, item: Model) -> Result<Done> {
        let mut check = Check::default();
        let reason = check.text("reason", &self.reason, 1..=1000);
        check.done()?;
        let changes = [
            (Column::CancelReason, Expr::value(reason.clone())),
            (Column::ClosedAt, Expr::value(permit.now())),
            (Column::LiveClaims, Expr::col(Column::AcceptedClaims)),
        ];
        let after = permit.lead::<ServiceItem>(&CANCEL, &item, Seen::State, changes).await?;
        release_running(permit, &item.id, &reason).await?;
        let record = Record { reason: Some(reason), ..record(&after, Some(&item)) };
        Ok(done(record, &after))
    }
}

/// Where an item stands, for a decision about it.
pub fn place_of(item: &Model) -> Place {
    Place::region(item.community_code.clone()).compound(item.compound_id.clone()).person(item.created_by.clone())
}

/// What begins an item: its community's own commitment, or what it adopted, while that is worked on.
fn begun() -> [Way; 2] {
    let no_community = || say!("服务项目由社区发布", "a community publishes items");
    let ended = "NOT EXISTS (SELECT 1 FROM priority d WHERE d.id = {c}.priority_id AND d.status = 'PUBLISHED')";
    [
        Way::on::<Region>().unless_told("{c}.level <> 'COMMUNITY'", no_community),
        Way::on::<Implementation>()
            .within("status", &WORKED_ON)
            .unless_told(ended, || say!("重点任务已结束", "its priority is no longer published")),
    ]
}

fn unsettled() -> Message {
    say!(
        "至少一项认领已验收且没有进行中的认领时才能结束",
        "claiming ends once at least one claim is accepted and none is running"
    )
}

async fn insert<A: Act>(permit: &Permit<'_, A>, content: service_item::ActiveModel, status: Status) -> Result<Model> {
    let now: DateTime<Utc> = permit.now();
    let row = service_item::ActiveModel {
        id: Set(new_id("item", now)?),
        status: Set(status),
        live_claims: Set(0),
        accepted_claims: Set(0),
        created_by: Set(permit.person()?),
        created_at: Set(now),
        updated_at: Set(now),
        opened_at: Set((status == Status::Open).then_some(now)),
        version: Set(1),
        ..content
    };
    Ok(service_item::Entity::insert(row).exec_with_returning(permit.db()).await?)
}

/// Claims that were running when their item was cancelled end without a mark.
async fn release_running<A: Act>(permit: &Permit<'_, A>, item_id: &str, reason: &str) -> Result<()> {
    claim::Entity::update_many()
        .col_expr(claim::Column::Status, Expr::value(ClaimStatus::Released))
        .col_expr(claim::Column::EndedAt, Expr::value(permit.now()))
        .col_expr(claim::Column::Reason, Expr::value(reason))
        .col_expr(claim::Column::UpdatedAt, Expr::value(permit.now()))
        .col_expr(claim::Column::Version, Expr::col(claim::Column::Version).add(1))
        .filter(claim::Column::ServiceItemId.eq(item_id))
        .filter(claim::Column::Status.is_in(RUNNING))
        .exec(permit.db())
        .await?;
    Ok(())
}

fn record(item: &Model, before: Option<&Model>) -> Record {
    let facts = |item: &Model| {
        json!({
            "status": item.status, "title": item.title, "dueOn": item.due_on, "quota": item.quota,
            "claimableBy": item.claimable_by, "version": item.version,
        })
    };
    let draft = |item: &Model| item.opened_at.is_none().then_some(DRAFTS);
    Record {
        subject: item.id.clone(),
        region_code: Some(item.community_code.clone()),
        priority_id: item.priority_id.clone(),
        before: before.map(facts),
        after: Some(facts(item)),
        before_by: before.and_then(draft),
        after_by: draft(item),
        ..Record::default()
    }
}

/// What was never opened changes unheard.
fn done(record: Record, item: &Model) -> Done {
    let done = Done::new(record).show("serviceItem", &item.id);
    if item.opened_at.is_some() { done.event(CHANGED, &item.id, &item.community_code) } else { done }
}
