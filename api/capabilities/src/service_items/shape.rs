//! How a service item is read.

use std::sync::LazyLock;

use tongxin_entity::{
    Word,
    service_item::{self, ClaimantKind, ServiceItemKind, ServiceItemStatus},
};
use tongxin_kernel::{
    act::DeclaredDeadline,
    living,
    scalars::{Date, DateTime},
    see::{Field, Gate, Gates, Newest, NoFilter, Owner, Shape, Shaped, Spelt},
};

use super::rules::LIFE;
use crate::{
    claims::{Claim, ClaimFilter},
    deadlines::deadlines_on,
    implementations::Implementation,
    organisations::{Compound, PartyOrganisation},
    possible::possible,
    priorities::Priority,
    ratings::Rating,
    regions::Region,
};

/// 服务项目.
pub struct ServiceItem;

/// The reading of what was not opened yet, or never was.
pub const DRAFTS: &str = "readServiceItemDrafts";

/// The bits of `claimable_by` as a list of their names.
const CLAIMABLE_BY: &str = "replace('[' || CASE WHEN {c}.claimable_by & 1 <> 0 THEN '\"PROPERTY_COMPANY\",' ELSE '' END \
    || CASE WHEN {c}.claimable_by & 2 <> 0 THEN '\"OWNERS_COMMITTEE\",' ELSE '' END \
    || CASE WHEN {c}.claimable_by & 4 <> 0 THEN '\"UNIT\",' ELSE '' END \
    || CASE WHEN {c}.claimable_by & 8 <> 0 THEN '\"SOCIAL_ORGANISATION\",' ELSE '' END || ']', ',]', ']')";

impl Shaped for ServiceItem {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
            name: "ServiceItem",
            description: "服务项目 · work that a community publishes, partners claim and residents judge",
            prefix: Some("item"),
            table: "service_item",
            only: "",
            gates: Gates::through([
                // What was never opened is nobody's but those who prepare it, whatever became of it.
                Gate::when("{c}.opened_at IS NOT NULL", "readServiceItem"),
                Gate::when("{c}.opened_at IS NULL", DRAFTS),
            ]),
            owner: Owner {
                region: "{c}.community_code",
                compound: "{c}.compound_id",
                person: "{c}.created_by",
                ..Owner::default()
            },
            interfaces: &["Node"],
            fields: vec![
                Field::id("编号 · opaque id"),
                possible::<ServiceItem>(),
                deadlines_on::<ServiceItem>(),
                Field::text("title", "{c}.title", "标题 · what is to be done, in a line; 1 to 200 characters"),
                Field::text("description", "{c}.description", "内容 · what is to be done; up to 4,000 characters")
                    .costs(0, 1, 0),
                Field::text("audience", "{c}.audience", "服务对象 · for whom; up to 1,000 characters").nullable(),
                Field::word::<ServiceItemKind>("kind", "{c}.kind", "类别 · a service, or a service post 公益岗位"),
                Field::word::<ServiceItemStatus>("status", "{c}.status", "状态 · where it stands"),
                Field::one::<Region>(
                    "community",
                    "{c}.code = {p}.community_code",
                    "社区 · the community that publishes it",
                ),
                Field::one::<Region>(
                    "street",
                    "{c}.code = substr({p}.community_code, 1, 9)",
                    "街道 · the street of the community",
                ),
                Field::one::<Compound>(
                    "compound",
                    "{c}.id = {p}.compound_id",
                    "小区 · the one compound it is for, if not for the whole community",
                )
                .nullable(),
                Field::one::<PartyOrganisation>(
                    "publisher",
                    "{c}.kind = 'COMMUNITY_COMMITTEE' AND {c}.region_code = {p}.community_code",
                    "责任主体 · the party committee that publishes and accepts it",
                )
                .nullable(),
                Field::one::<Priority>(
                    "priority",
                    "{c}.id = {p}.priority_id",
                    "重点任务 · the priority it serves; none for the community's own commitment 承诺制",
                )
                .nullable(),
                Field::one::<Implementation>(
                    "implementation",
                    "{c}.id = {p}.implementation_id",
                    "落实 · the implementation it is part of",
                )
                .nullable(),
                Field::scalar::<Date>("dueOn", "{c}.due_on", "截止日期 · the last day to do it"),
                Field::json::<Vec<Spelt<ClaimantKind>>>(
                    "claimableBy",
                    CLAIMABLE_BY,
                    "可认领方 · which kinds of claimant may claim it",
                )
                .costs(8, 0, 0),
                Field::scalar::<i32>("quota", "{c}.quota", "名额 · how many claims it takes; 1 to 1,000"),
                Field::scalar::<i32>(
                    "claimCount",
                    "{c}.live_claims",
                    "已认领数 · claims neither withdrawn nor released",
                ),
                Field::scalar::<i32>("acceptedCount", "{c}.accepted_claims", "已验收数 · claims accepted"),
                Field::page::<Claim, ClaimFilter, Newest>(
                    "claims",
                    "{c}.service_item_id = {p}.id",
                    "认领 · its claims",
                ),
                Field::first::<Rating>(
                    "latestRating",
                    "{c}.service_item_id = {p}.id",
                    "{c}.id DESC",
                    "最新评价 · the newest rating",
                ),
                Field::page::<Rating, NoFilter, Newest>(
                    "ratings",
                    "{c}.service_item_id = {p}.id",
                    "评价 · its ratings",
                ),
                Field::scalar::<f64>(
                    "averageStars",
                    "(SELECT round(avg(r.stars), 2) FROM rating r WHERE r.service_item_id = {c}.id)",
                    "平均星级 · mean of its ratings, 1 to 5 with two decimals",
                )
                .costs(12, 1, 1)
                .nullable(),
                Field::text("cancelReason", "{c}.cancel_reason", "取消原因 · why it was cancelled").nullable(),
                Field::scalar::<DateTime>("createdAt", "{c}.created_at", "起草时间 · when it was drafted"),
                Field::updated_at(),
                Field::scalar::<DateTime>("openedAt", "{c}.opened_at", "发布时间 · when it was published").nullable(),
                Field::scalar::<DateTime>("doneAt", "{c}.done_at", "完成时间 · when all its claims were accepted")
                    .nullable(),
                Field::scalar::<DateTime>(
                    "closedAt",
                    "{c}.closed_at",
                    "结束时间 · when it was closed, expired or cancelled",
                )
                .nullable(),
                Field::scalar::<i32>("version", "{c}.version", "版本 · number of edits, from 1"),
            ],
        });
        &SHAPE
    }
}

living!(ServiceItem: service_item, ServiceItemStatus, LIFE);

/// An item is to be done by its day.
pub(super) fn finish_by() -> DeclaredDeadline {
    let kind = Word { code: "FINISH_ITEM", zh: "完成服务项目", en: "have all claims of an item accepted" };
    let open = [ServiceItemStatus::Open, ServiceItemStatus::InProgress];
    DeclaredDeadline::of::<ServiceItem>(kind, "{c}.due_on", "{c}.done_at")
        .within::<ServiceItem>(&open)
        .climbs("{c}.opened_at")
}

/// What every act on items answers.
pub(super) fn shown() -> Vec<Field> {
    vec![Field::given::<ServiceItem>("serviceItem", "服务项目 · the item as it is now")]
}
