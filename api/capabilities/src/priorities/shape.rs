//! How priorities and their changes are read.

use std::sync::LazyLock;

use tongxin_entity::{
    priority::{self, PriorityStatus},
    priority_change::PriorityChangeWhat,
};
use tongxin_kernel::{
    living,
    scalars::{Date, DateTime},
    see::{Field, Gate, Gates, Newest, NoFilter, On, Owner, Shape, Shaped, Sql},
};

use super::rules::LIFE;
use crate::{
    implementations::{Implementation, ImplementationFilter, push_progress},
    people::Person,
    possible::possible,
    regions::Region,
    service_items::{ServiceItem, ServiceItemFilter, ServiceItemOrder},
};

/// The reading of what was not published yet, or never was.
pub const DRAFTS: &str = "readPriorityDrafts";

/// 重点任务.
pub struct Priority;

impl Shaped for Priority {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
            name: "Priority",
            description: "重点任务 · 街道要求所辖社区在期限内达成的任务 · what a street sets for its communities to reach by a day",
            prefix: Some("priority"),
            table: "priority",
            only: "",
            gates: Gates::through([
                // What was never published is nobody's but those who prepare it, whatever became of it.
                Gate::when("{c}.published_at IS NOT NULL", "readPriority"),
                Gate::when("{c}.published_at IS NULL", DRAFTS),
            ]),
            owner: Owner {
                region: "{c}.street_code",
                person: "{c}.created_by",
                // The party committees of the communities that it is set for.
                addressed: "SELECT o.id FROM priority_target d JOIN organisation o ON o.region_code = d.community_code \
                            AND o.kind = 'COMMUNITY_COMMITTEE' WHERE d.priority_id = {c}.id",
                ..Owner::default()
            },
            interfaces: &["Node"],
            fields: fields(),
        });
        &SHAPE
    }
}

living!(Priority: priority, PriorityStatus, LIFE);

fn fields() -> Vec<Field> {
    vec![
        Field::id("编号 · 对象的编号，不必解读 · opaque id"),
                possible::<Priority>(),
        Field::text("title", "{c}.title", "标题 · 用一句话说明任务，1 至 200 字 · what it is, in a line; 1 to 200 characters"),
        Field::text("description", "{c}.description", "缘由 · 为何下达，最多 4000 字 · why it is set; up to 4,000 characters")
            .costs(0, 1, 0),
        Field::text("target", "{c}.target", "目标 · 要达成什么，须可衡量，最多 4000 字 · what is to be reached, measurably; up to 4,000 characters")
            .costs(0, 1, 0),
        Field::state::<PriorityStatus>("{c}.street_code"),
        Field::scalar::<Date>("dueOn", "{c}.due_on", "截止日期 · 达成目标的最后一天 · the last day to reach the target"),
        Field::scalar::<Date>(
            "adoptBy",
            "{c}.adopt_by",
            "承接期限 · 承接或提出异议的最后一天，过期未答复视为逾期，不视为同意 · the last day to adopt or object; silence past it is overdue, not consent",
        )
        .nullable(),
        Field::scalar::<i32>("weight", "{c}.weight", "权重 · 在街道各项任务中的权重，1 至 100 · weight among the street's priorities, 1 to 100"),
        Field::text("districtTask", "{c}.district_task", "对应区级任务 · 所对应的区级任务原文 · the district task that it answers, cited")
            .nullable(),
        Field::one::<Region>("street", "{c}.code = {p}.street_code", "街道 · 下达任务的街道 · the street that sets it"),
        Field::many::<Region>(
            "communities",
            "{c}.code IN (SELECT d.community_code FROM priority_target d WHERE d.priority_id = {p}.id)",
            "{c}.code",
            "目标社区 · 须落实任务的社区，按统计代码排列 · the communities that it is set for, by code",
        )
        .costs(9, 1, 0)
        .at_most(130),
        Field::page::<Implementation, ImplementationFilter, Newest>(
            "implementations",
            "{c}.priority_id = {p}.id",
            "落实 · 各社区的落实情况 · what each community does about it",
        )
        .costs(0, 0, 5),
        Field::page::<ServiceItem, ServiceItemFilter, ServiceItemOrder>(
            "serviceItems",
            "{c}.priority_id = {p}.id",
            "服务项目 · 此任务之下的服务项目 · the service items under it",
        )
        .costs(0, 1, 10),
        Field::page::<PriorityChange, NoFilter, Newest>(
            "changes",
            "{c}.priority_id = {p}.id",
            "变更 · 发布之后变更了什么、为何变更 · what changed after publication, and why",
        ),
        Field::scalar::<f64>(
            "progress",
            On::With(progress),
            "进度 · 由系统推算的百分比，保留两位小数：各社区的平均值，已免除或撤回的不计 · percent with two decimals, derived: the mean over its communities, those released or withdrawn left out",
        )
        .costs(60, 2, 5),
        Field::scalar::<DateTime>("createdAt", "{c}.created_at", "起草时间 · 何时起草 · when it was drafted"),
        Field::updated_at(),
        Field::scalar::<DateTime>("publishedAt", "{c}.published_at", "发布时间 · 何时发布 · when it was published").nullable(),
        Field::scalar::<DateTime>("endedAt", "{c}.ended_at", "结束时间 · 办结、撤回或作废的时间 · when it was closed, withdrawn or discarded")
            .nullable(),
        Field::text("withdrawReason", "{c}.withdraw_reason", "撤回原因 · 任务为何撤回 · why it was withdrawn").nullable(),
        Field::one::<Person>(
            "createdBy",
            "{c}.id = {p}.created_by",
            "起草人 · 何人起草，对可查看其本人的人显示 · who drafted it, for those who may see the person",
        )
        .nullable(),
        Field::scalar::<i32>("version", "{c}.version", "版本 · 修改的次数，从 1 起计 · number of edits, from 1"),
    ]
}

fn progress(sql: &mut Sql<'_>, _: &str, row: &str) {
    let each = sql.alias();
    sql.push("coalesce((SELECT round(avg(");
    push_progress(sql, &each);
    sql.push("), 2) FROM implementation ").push(&each).push(" WHERE ");
    sql.push_template("{c}.priority_id = {p}.id AND {c}.status NOT IN ('RELEASED', 'WITHDRAWN')), 0)", row, &each);
}

/// 重点任务变更.
pub struct PriorityChange;

impl Shaped for PriorityChange {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
            name: "PriorityChange",
            description: "重点任务变更 · 已发布的任务变更了什么、为何变更 · what changed of a published priority, and why",
            prefix: Some("change"),
            table: "priority_change",
            only: "",
            gates: Gates::through([Gate::all("readPriority")]),
            owner: Owner {
                region: "(SELECT d.street_code FROM priority d WHERE d.id = {c}.priority_id)",
                person: "{c}.changed_by",
                ..Owner::default()
            },
            interfaces: &["Node"],
            fields: vec![
                Field::id("编号 · 对象的编号，不必解读 · opaque id"),
                Field::word::<PriorityChangeWhat>("what", "{c}.what", "变更事项 · 变更了哪一项 · what changed"),
                Field::text(
                    "before",
                    "{c}.before",
                    "变更前 · 原来的内容，即日期或以逗号分隔的社区代码 · as it was: a day, or codes of communities joined by commas",
                ),
                Field::text("after", "{c}.after", "变更后 · 变更之后的内容 · as it became"),
                Field::text("reason", "{c}.reason", "变更原因 · 为何变更 · why"),
                Field::scalar::<DateTime>("changedAt", "{c}.changed_at", "变更时间 · 何时变更 · when"),
                Field::one::<Person>(
                    "changedBy",
                    "{c}.id = {p}.changed_by",
                    "变更人 · 何人变更，对可查看其本人的人显示 · who changed it, for those who may see the person",
                )
                .nullable(),
                Field::one::<Priority>(
                    "priority",
                    "{c}.id = {p}.priority_id",
                    "重点任务 · 所落实的任务 · the priority",
                ),
            ],
        });
        &SHAPE
    }
}

/// What every act on priorities answers.
pub(super) fn shown() -> Vec<Field> {
    vec![Field::given::<Priority>("priority", "重点任务 · 重点任务的现况 · the priority as it is now")]
}
