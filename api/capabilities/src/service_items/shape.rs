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
    see::{Field, Gate, Gates, Newest, NoFilter, On, Owner, Shape, Shaped, Spelt},
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
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            Shape {
            name: "ServiceItem",
            description: "服务项目 · 由社区发布、合作方认领、居民评价的工作 · work that a community publishes, partners claim and residents judge",
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
                Field::id("编号 · 对象的编号，不必解读 · opaque id"),
                possible::<ServiceItem>(),
                deadlines_on::<ServiceItem>(),
                Field::text("title", "{c}.title", "标题 · 用一句话说明要做什么，1 至 200 字 · what is to be done, in a line; 1 to 200 characters"),
                Field::text("description", "{c}.description", "内容 · 要做什么，最多 4000 字 · what is to be done; up to 4,000 characters")
                    .costs(0, 1, 0),
                Field::text(
                    "audience",
                    "{c}.audience",
                    "服务对象 · 为谁服务，最多 1000 字 · for whom; up to 1,000 characters",
                )
                .nullable(),
                Field::word::<ServiceItemKind>("kind", "{c}.kind", "类别 · 服务项目或公益岗位 · a service, or a service post 公益岗位"),
                Field::state::<ServiceItemStatus>("{c}.community_code"),
                Field::one::<Region>(
                    "community",
                    "{c}.code = {p}.community_code",
                    "社区 · 发布项目的社区 · the community that publishes it",
                ),
                Field::one::<Region>(
                    "street",
                    "{c}.code = substr({p}.community_code, 1, 9)",
                    "街道 · 社区所属的街道 · the street of the community",
                ),
                Field::one::<Compound>(
                    "compound",
                    "{c}.id = {p}.compound_id",
                    "小区 · 只面向一个小区时为该小区 · the one compound it is for, if not for the whole community",
                )
                .nullable(),
                Field::one::<PartyOrganisation>(
                    "publisher",
                    "{c}.kind = 'COMMUNITY_COMMITTEE' AND {c}.region_code = {p}.community_code",
                    "责任主体 · 发布并验收项目的党组织 · the party committee that publishes and accepts it",
                )
                .nullable(),
                Field::one::<Priority>(
                    "priority",
                    "{c}.id = {p}.priority_id",
                    "重点任务 · 所落实的任务，社区承诺制的自主项目没有 · the priority it serves; none for the community's own commitment 承诺制",
                )
                .nullable(),
                Field::one::<Implementation>(
                    "implementation",
                    "{c}.id = {p}.implementation_id",
                    "落实 · 项目所属的落实 · the implementation it is part of",
                )
                .nullable(),
                Field::scalar::<Date>("dueOn", "{c}.due_on", "截止日期 · 完成项目的最后一天 · the last day to do it"),
                Field::json::<Vec<Spelt<ClaimantKind>>>(
                    "claimableBy",
                    CLAIMABLE_BY,
                    "可认领方 · 哪几类组织可以认领 · which kinds of claimant may claim it",
                )
                .costs(8, 0, 0),
                Field::scalar::<i32>(
                    "quota",
                    "{c}.quota",
                    "名额 · 可有几方认领，1 至 1000 · how many claims it takes; 1 to 1,000",
                ),
                Field::scalar::<i32>(
                    "claimCount",
                    "{c}.live_claims",
                    "已认领数 · 未退出且未被释放的认领数 · claims neither withdrawn nor released",
                ),
                Field::scalar::<i32>("acceptedCount", "{c}.accepted_claims", "已验收数 · 已通过验收的认领数 · claims accepted"),
                Field::page::<Claim, ClaimFilter, Newest>(
                    "claims",
                    "{c}.service_item_id = {p}.id",
                    "认领 · 此项目的各项认领 · its claims",
                ),
                Field::first::<Rating>(
                    "latestRating",
                    "{c}.service_item_id = {p}.id",
                    "{c}.id DESC",
                    "最新评价 · 最近一次评价 · the newest rating",
                ),
                Field::page::<Rating, NoFilter, Newest>(
                    "ratings",
                    "{c}.service_item_id = {p}.id",
                    "评价 · 此项目的各次评价 · its ratings",
                ),
                Field::scalar::<f64>(
                    "averageStars",
                    On::Over { value: "round(avg({c}.stars), 2)", of: Rating::shape, on: "{c}.service_item_id = {p}.id" },
                    "平均星级 · 各次评价的平均星级，1 至 5，保留两位小数 · mean of its ratings, 1 to 5 with two decimals",
                )
                .costs(12, 1, 1)
                .nullable(),
                Field::text("cancelReason", "{c}.cancel_reason", "取消原因 · 项目为何取消 · why it was cancelled").nullable(),
                Field::scalar::<DateTime>("createdAt", "{c}.created_at", "起草时间 · 何时起草 · when it was drafted"),
                Field::updated_at(),
                Field::scalar::<DateTime>("openedAt", "{c}.opened_at", "发布时间 · 何时发布 · when it was published").nullable(),
                Field::scalar::<DateTime>("doneAt", "{c}.done_at", "完成时间 · 全部认领通过验收的时间 · when all its claims were accepted")
                    .nullable(),
                Field::scalar::<DateTime>(
                    "closedAt",
                    "{c}.closed_at",
                    "结束时间 · 结项、过期或取消的时间 · when it was closed, expired or cancelled",
                )
                .nullable(),
                Field::scalar::<i32>("version", "{c}.version", "版本 · 修改的次数，从 1 起计 · number of edits, from 1"),
            ],
        }
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
    vec![Field::given::<ServiceItem>("serviceItem", "服务项目 · 项目的现况 · the item as it is now")]
}
