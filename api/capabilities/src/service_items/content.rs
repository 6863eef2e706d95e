//! What an item says: the inputs that give it, the places that they name, and their checks.

use async_graphql::{ID, InputObject};
use chrono::NaiveDate;
use sea_orm::ActiveValue::Set;
use tongxin_entity::service_item::{ActiveModel, ClaimantKind, ServiceItemKind};
use tongxin_kernel::{
    act::{Act, Permit},
    error::{Refusal, Result},
    input::Check,
    say,
    scalars::Date,
    see::Spelt,
    who::actor::Place,
};

use crate::{
    implementations::{Implementation, WORKED_ON},
    organisations::Compound,
    priorities::hold_published,
    regions::check_same_place,
};

/// The inputs that carry an item's content differ only in what they are for.
macro_rules! content_input {
    ($(#[$of:meta])* $name:ident { $($(#[$of_field:meta])* $field:ident: $ty:ty,)* }) => {
        $(#[$of])*
        #[derive(InputObject, Debug)]
        pub struct $name {
            $($(#[$of_field])* pub $field: $ty,)*
            /// 落实 · 项目所服务的已承接任务的编号，社区自主项目不填 · id of the adopted implementation that it serves; none for the community's own commitment
            pub implementation_id: Option<ID>,
            /// 社区 · 社区的 12 位统计代码 · the community's 12-digit code
            pub community_code: String,
            /// 小区 · 项目只面向一个小区时填其编号，面向整个社区则不填 · id of the one compound it is for; none for the whole community
            pub compound_id: Option<ID>,
            /// 类别 · 项目的类别，不填即为服务 · a service unless given
            pub kind: Option<Spelt<ServiceItemKind>>,
            /// 标题 · 项目的标题，1 至 200 字 · 1 to 200 characters
            pub title: String,
            /// 内容 · 项目的内容，1 至 4000 字 · 1 to 4,000 characters
            pub description: String,
            /// 服务对象 · 为谁服务，最多 1000 字 · for whom; up to 1,000 characters
            pub audience: Option<String>,
            /// 截止日期 · 完成项目的最后一天，不能早于今天 · the last day to do it; not in the past
            pub due_on: Date,
            /// 可认领方 · 哪几类组织可以认领，至少一类，不超过类别总数 · which kinds of claimant may claim it; at least one, up to as many as there are
            pub claimable_by: Vec<Spelt<ClaimantKind>>,
            /// 名额 · 可有几方认领，1 至 1000 · how many claims it takes; 1 to 1,000
            pub quota: i32,
        }

        impl ItemContent for $name {
            fn raw(&self) -> Raw<'_> {
                Raw {
                    community_code: &self.community_code,
                    compound_id: self.compound_id.as_deref().map(String::as_str),
                    implementation_id: self.implementation_id.as_deref().map(String::as_str),
                    kind: self.kind.map_or(ServiceItemKind::Service, |kind| kind.0),
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
    /// 起草服务项目 · 草稿的内容 · what the draft says
    DraftServiceItemInput {}
}
content_input! {
    /// 修改服务项目草稿 · 修改哪一份草稿、改成什么 · which draft, and what it shall say
    UpdateServiceItemInput {
        /// 服务项目 · 草稿的编号 · the draft's id
        service_item_id: ID,
        /// 版本 · 所修改的版本 · the version that was edited
        version: i32,
    }
}
content_input! {
    /// 发布服务项目 · 所发布的内容 · what is published
    PublishServiceItemInput {
        /// 草稿 · 以此内容发布的草稿的编号，新项目不填 · id of the draft that is published with this content; none for a new item
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
    pub claimable_by: &'a [Spelt<ClaimantKind>],
    pub quota: i32,
}

/// The content, checked: the columns that it sets.
fn checked(raw: &Raw<'_>, today: NaiveDate, check: &mut Check) -> ActiveModel {
    if raw.due_on.0 < today {
        check.fault("dueOn", "PAST", say!("不能早于今天", "must not be in the past"));
    }
    if raw.claimable_by.is_empty() {
        check.fault("claimableBy", "EMPTY", say!("至少选择一类认领方", "needs at least one kind of claimant"));
    }
    ActiveModel {
        community_code: Set(raw.community_code.to_owned()),
        compound_id: Set(raw.compound_id.map(str::to_owned)),
        implementation_id: Set(None),
        priority_id: Set(None),
        kind: Set(raw.kind),
        title: Set(check.text("title", raw.title, 1..=200)),
        description: Set(check.text("description", raw.description, 1..=4000)),
        audience: Set(check.optional_text("audience", raw.audience, 1000)),
        due_on: Set(raw.due_on.0),
        claimable_by: Set(raw.claimable_by.iter().fold(0, |bits, kind| bits | kind.0.bit())),
        quota: Set(check.range("quota", raw.quota, 1..=1000)),
        ..Default::default()
    }
}

/// Asks whether the act may be done at every place that the content names, then checks the content.
pub async fn prepare<A: Act + ItemContent>(permit: &Permit<'_, A>, input: &A) -> Result<ActiveModel> {
    let raw = input.raw();
    permit.also(&Place::region(raw.community_code))?;
    let mut check = Check::default();
    let mut content = checked(&raw, permit.today(), &mut check);
    if let Some(id) = raw.compound_id {
        let compound = permit.see::<Compound>(id).await?;
        permit.also(&Place::region(compound.community_code.clone()))?;
        check_same_place(&mut check, raw.community_code, "compoundId", &compound.community_code);
    }
    let Some(id) = raw.implementation_id else {
        check.done()?;
        return Ok(content);
    };
    let implementation = permit.see::<Implementation>(id).await?;
    permit.also(&Place::region(implementation.community_code.clone()))?;
    check_same_place(&mut check, raw.community_code, "implementationId", &implementation.community_code);
    check.done()?;
    if !WORKED_ON.contains(&implementation.status) {
        let message = say!(
            "该落实尚未承接或已结束，不能在其下发布项目",
            "items are published under an implementation while it is being worked on"
        );
        return Err(Refusal::conflict(message, implementation.status.as_str()));
    }
    let priority = hold_published(permit, &implementation.priority_id).await?;
    (content.implementation_id, content.priority_id) = (Set(Some(implementation.id)), Set(Some(priority.id)));
    Ok(content)
}
