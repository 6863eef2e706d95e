//! What an item says: the inputs that give it, the places that they name, and their checks.

use async_graphql::{ID, InputObject};
use sea_orm::{
    ActiveValue::Set,
    sea_query::{Expr, SimpleExpr},
};
use tongxin_entity::{
    implementation::ImplementationStatus,
    service_item::{self, Column},
};
use tongxin_kernel::{
    act::{Act, Permit, Work},
    clock::shanghai_day,
    error::{Refusal, Result},
    input::Check,
    say,
    scalars::Date,
    who::actor::Place,
};

use super::kinds::{ClaimantKind, ServiceItemKind};
use crate::{
    implementations::Implementation, organisations::Compound, priorities::hold_published, regions::check_same_place,
};

/// The inputs that carry an item's content differ only in what they are for.
macro_rules! content_input {
    ($(#[$of:meta])* $name:ident { $($(#[$of_field:meta])* $field:ident: $ty:ty,)* }) => {
        $(#[$of])*
        #[derive(InputObject, Debug)]
        pub struct $name {
            $($(#[$of_field])* pub $field: $ty,)*
            /// 落实 · id of the adopted implementation that it serves; none for the community's own commitment
            pub implementation_id: Option<ID>,
            /// 社区 · the community's 12-digit code
            pub community_code: String,
            /// 小区 · id of the one compound it is for; none for the whole community
            pub compound_id: Option<ID>,
            /// 类别 · a service unless given
            pub kind: Option<ServiceItemKind>,
            /// 标题 · 1 to 200 characters
            pub title: String,
            /// 内容 · 1 to 4,000 characters
            pub description: String,
            /// 服务对象 · for whom; up to 1,000 characters
            pub audience: Option<String>,
            /// 截止日期 · the last day to do it; not in the past
            pub due_on: Date,
            /// 可认领方 · which kinds of claimant may claim it; at least one, up to as many as there are
            pub claimable_by: Vec<ClaimantKind>,
            /// 名额 · how many claims it takes; 1 to 1,000
            pub quota: i32,
        }

        impl ItemContent for $name {
            fn raw(&self) -> Raw<'_> {
                Raw {
                    community_code: &self.community_code,
                    compound_id: self.compound_id.as_deref().map(String::as_str),
                    implementation_id: self.implementation_id.as_deref().map(String::as_str),
                    kind: self.kind.unwrap_or(ServiceItemKind::Service),
                    title: &self.title,
                    description: &self.description,
                    audience: self.audience.as_deref(),
                    due_on: self.due_on,
                    claimable_by: &self.claimable_by,
                    quota: self.quota,
                }
            }
        }
    };
}

content_input! {
    /// 起草服务项目 · what the draft says
    DraftServiceItemInput {}
}
content_input! {
    /// 修改服务项目草稿 · which draft, and what it shall say
    UpdateServiceItemInput {
        /// 服务项目 · the draft's id
        service_item_id: ID,
        /// 版本 · the version that was edited
        version: i32,
    }
}
content_input! {
    /// 发布服务项目 · what is published
    PublishServiceItemInput {
        /// 草稿 · id of the draft that is published with this content; none for a new item
        draft_id: Option<ID>,
    }
}

/// Inputs that carry an item's content.
pub trait ItemContent {
    fn raw(&self) -> Raw<'_>;
}

/// The content as the client wrote it.
pub struct Raw<'a> {
    pub community_code: &'a str,
    pub compound_id: Option<&'a str>,
    pub implementation_id: Option<&'a str>,
    pub kind: ServiceItemKind,
    pub title: &'a str,
    pub description: &'a str,
    pub audience: Option<&'a str>,
    pub due_on: Date,
    pub claimable_by: &'a [ClaimantKind],
    pub quota: i32,
}

/// The content, checked.
pub struct Content {
    community_code: String,
    compound_id: Option<String>,
    kind: service_item::ServiceItemKind,
    title: String,
    description: String,
    audience: Option<String>,
    due_on: chrono::NaiveDate,
    claimable_by: i16,
    quota: i32,
    /// The implementation and priority that it serves.
    under: Option<(String, String)>,
}

impl Content {
    fn check<A: Act>(raw: &Raw<'_>, work: &Work<A>, check: &mut Check) -> Self {
        if raw.due_on.0 < shanghai_day(work.now()) {
            check.fault("dueOn", "PAST", say!("不能早于今天", "must not be in the past"));
        }
        if raw.claimable_by.is_empty() {
            check.fault("claimableBy", "EMPTY", say!("至少选择一类认领方", "needs at least one kind of claimant"));
        }
        Self {
            community_code: raw.community_code.to_owned(),
            compound_id: raw.compound_id.map(str::to_owned),
            kind: raw.kind.into(),
            title: check.text("title", raw.title, 1..=200),
            description: check.text("description", raw.description, 1..=4000),
            audience: check.optional_text("audience", raw.audience, 1000),
            due_on: raw.due_on.0,
            claimable_by: raw.claimable_by.iter().fold(0, |bits, kind| bits | kind.bit()),
            quota: check.range("quota", raw.quota, 1..=1000),
            under: None,
        }
    }

    /// The content as columns of a new row.
    pub fn row(&self) -> service_item::ActiveModel {
        let (implementation_id, priority_id) = self.under.clone().unzip();
        service_item::ActiveModel {
            community_code: Set(self.community_code.clone()),
            compound_id: Set(self.compound_id.clone()),
            implementation_id: Set(implementation_id),
            priority_id: Set(priority_id),
            kind: Set(self.kind),
            title: Set(self.title.clone()),
            description: Set(self.description.clone()),
            audience: Set(self.audience.clone()),
            due_on: Set(self.due_on),
            claimable_by: Set(self.claimable_by),
            quota: Set(self.quota),
            ..Default::default()
        }
    }

    /// The content as changes of a row that is there.
    pub fn columns(&self) -> Vec<(Column, SimpleExpr)> {
        let (implementation_id, priority_id) = self.under.clone().unzip();
        vec![
            (Column::CommunityCode, Expr::value(self.community_code.clone())),
            (Column::CompoundId, Expr::value(self.compound_id.clone())),
            (Column::ImplementationId, Expr::value(implementation_id)),
            (Column::PriorityId, Expr::value(priority_id)),
            (Column::Kind, Expr::value(self.kind)),
            (Column::Title, Expr::value(self.title.clone())),
            (Column::Description, Expr::value(self.description.clone())),
            (Column::Audience, Expr::value(self.audience.clone())),
            (Column::DueOn, Expr::value(self.due_on)),
            (Column::ClaimableBy, Expr::value(self.claimable_by)),
            (Column::Quota, Expr::value(self.quota)),
        ]
    }
}

/// Asks for the permit at every place that the content names, then checks the content.
pub async fn prepare<'w, A: Act + ItemContent>(work: &'w Work<A>, input: &A) -> Result<(Permit<'w, A>, Content)> {
    let raw = input.raw();
    let permit = work.permit(&Place::region(raw.community_code.to_owned()))?;
    let mut check = Check::default();
    let mut content = Content::check(&raw, work, &mut check);
    if let Some(id) = raw.compound_id {
        let compound = work.see::<Compound>(id).await?;
        work.permit(&Place::region(compound.community_code.clone()))?;
        check_same_place(&mut check, raw.community_code, "compoundId", &compound.community_code);
    }
    let Some(id) = raw.implementation_id else {
        check.done()?;
        return Ok((permit, content));
    };
    let implementation = work.see::<Implementation>(id).await?;
    work.permit(&Place::region(implementation.community_code.clone()))?;
    check_same_place(&mut check, raw.community_code, "implementationId", &implementation.community_code);
    check.done()?;
    if !matches!(implementation.status, ImplementationStatus::Adopted | ImplementationStatus::Returned) {
        let message = say!(
            "该落实尚未承接或已结束，不能在其下发布项目",
            "items are published under an implementation while it is being worked on"
        );
        return Err(Refusal::conflict(message, implementation.status.as_str()));
    }
    let priority = hold_published(&permit, &implementation.priority_id).await?;
    content.under = Some((implementation.id, priority.id));
    Ok((permit, content))
}
