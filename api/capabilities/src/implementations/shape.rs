//! How implementations and their reports are read.

use std::sync::LazyLock;

use tongxin_entity::implementation::{self, ImplementationStatus};
use tongxin_kernel::{
    living,
    scalars::{Date, DateTime},
    see::{Field, Gate, Gates, Newest, NoFilter, On, Owner, Shape, Shaped, Sql},
};

use super::rules::{LIFE, OPEN};
use crate::{
    deadlines::deadlines_on,
    people::Person,
    possible::possible,
    priorities::Priority,
    regions::Region,
    service_items::{ServiceItem, ServiceItemFilter, ServiceItemOrder},
};

/// 落实.
pub struct Implementation;

impl Shaped for Implementation {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            Shape {
            name: "Implementation",
            description: "落实 · 一个社区对所属街道一项重点任务的落实 · what one community does about one priority of its street",
            prefix: Some("impl"),
            table: "implementation",
            only: "",
            gates: Gates::through([Gate::all("readImplementation")]),
            owner: Owner { region: "{c}.community_code", ..Owner::default() },
            interfaces: &["Node"],
            fields: vec![
                Field::id("编号 · 对象的编号，不必解读 · opaque id"),
                possible::<Implementation>(),
                deadlines_on::<Implementation>(),
                Field::state::<ImplementationStatus>("{c}.community_code"),
                Field::one::<Priority>("priority", "{c}.id = {p}.priority_id", "重点任务 · 所落实的任务 · the priority"),
                Field::one::<Region>("community", "{c}.code = {p}.community_code", "社区 · 负责落实的社区 · the community"),
                Field::one::<Region>(
                    "street",
                    "{c}.code = substr({p}.community_code, 1, 9)",
                    "街道 · 监督落实的街道 · the street that supervises it",
                ),
                Field::text("plan", "{c}.plan", "实施方案 · 社区打算如何实施，最多 4000 字 · how the community goes about it; up to 4,000 characters")
                    .costs(0, 1, 0)
                    .nullable(),
                Field::text("objection", "{c}.objection", "异议 · 社区提出异议的理由，最多 1000 字 · why the community objected; up to 1,000 characters")
                    .nullable(),
                Field::text(
                    "decision",
                    "{c}.decision",
                    "街道意见 · 街道对异议的裁定理由，或最近一次退回的理由 · the street's reasons: on the objection, or for the last return",
                )
                .nullable(),
                Field::text("result", "{c}.result", "成果 · 所达成的结果，最多 4000 字 · what was reached; up to 4,000 characters")
                    .costs(0, 1, 0)
                    .nullable(),
                Field::boolean(
                    "mustAdopt",
                    On::Sql("{c}.must_adopt"),
                    "须承接 · 异议已被驳回，社区必须承接 · its objection was rejected, so that it must adopt",
                ),
                Field::scalar::<DateTime>("createdAt", "{c}.created_at", "下达时间 · 任务下达给社区的时间 · when the community was asked"),
                Field::updated_at(),
                Field::scalar::<DateTime>("adoptedAt", "{c}.adopted_at", "承接时间 · 社区承接的时间 · when it was adopted").nullable(),
                Field::scalar::<DateTime>("submittedAt", "{c}.submitted_at", "提交时间 · 最近一次提交的时间 · when it was last submitted")
                    .nullable(),
                Field::scalar::<DateTime>("decidedAt", "{c}.decided_at", "决定时间 · 街道最近一次作出决定的时间 · when the street last decided")
                    .nullable(),
                Field::scalar::<Date>(
                    "adoptBy",
                    ADOPT_BY,
                    "承接期限 · 社区承接或提出异议的最后一天，一般与任务相同，较晚下达或异议被驳回时可以更晚 · its last day to adopt or object: the priority's, or a later one where it was asked later or its objection rejected",
                )
                .nullable(),
                Field::boolean(
                    "overdue",
                    On::With(|sql, _, row| push_overdue(sql, row)),
                    "逾期 · 任务进行期间，过了承接期限而既未承接也未提出异议 · neither adopted nor objected to by its last day to adopt, while the priority runs",
                )
                .costs(18, 0, 0),
                Field::boolean(
                    "open",
                    On::With(|sql, _, row| push_open(sql, row)),
                    "未了结 · 是否仍有事项可办，即落实和任务都没有结束 · whether anything may still be done about it: neither it nor its priority has come to an end",
                )
                .costs(9, 0, 0),
                Field::scalar::<f64>(
                    "progress",
                    On::With(|sql, _, row| {
                        sql.push("round(");
                        push_progress(sql, row);
                        sql.push(", 2)");
                    }),
                    "进度 · 由系统推算的百分比，保留两位小数：验收后为 100，此前为其项目名额中已验收的比例 · percent with two decimals, derived: 100 once accepted, else the accepted share of the places of its items",
                )
                .costs(25, 1, 0),
                Field::page::<ServiceItem, ServiceItemFilter, ServiceItemOrder>(
                    "serviceItems",
                    "{c}.implementation_id = {p}.id",
                    "服务项目 · 为落实任务而分解的服务项目 · the service items that it is broken into",
                ),
                Field::page::<ImplementationReport, NoFilter, Newest>(
                    "reports",
                    "{c}.implementation_id = {p}.id",
                    "进展报告 · 社区的各次进展报告 · its progress reports",
                ),
                Field::scalar::<i32>("version", "{c}.version", "版本 · 修改的次数，从 1 起计 · number of edits, from 1"),
            ],
        }
        });
        &SHAPE
    }
}

living!(Implementation: implementation, ImplementationStatus, LIFE);

/// Its last day to adopt or object.
pub const ADOPT_BY: &str = "coalesce({c}.adopt_by, (SELECT d.adopt_by FROM priority d WHERE d.id = {c}.priority_id))";

/// How far an implementation is, in percent, unrounded. `100.0` comes first, so that neither database divides integers.
pub fn push_progress(sql: &mut Sql<'_>, row: &str) {
    let item = sql.alias();
    sql.push_template(
        "CASE WHEN {p}.status = 'ACCEPTED' THEN 100.0 ELSE coalesce((SELECT 100.0 * sum(\
         CASE WHEN {c}.status IN ('DONE', 'CLOSED') THEN {c}.quota ELSE {c}.accepted_claims END) / sum({c}.quota)",
        row,
        &item,
    );
    sql.push(" FROM service_item ").push(&item).push_template(
        " WHERE {c}.implementation_id = {p}.id AND {c}.status NOT IN ('DRAFT', 'CANCELLED')), 0.0) END",
        row,
        &item,
    );
}

/// Neither adopted nor objected to by its last day, while the priority runs.
pub fn push_overdue(sql: &mut Sql<'_>, row: &str) {
    let today = sql.today;
    sql.push(row).push(".status = 'PENDING' AND EXISTS (SELECT 1 FROM priority d WHERE d.id = ").push(row);
    sql.push(".priority_id AND d.status = 'PUBLISHED' AND coalesce(").push(row);
    sql.push(".adopt_by, d.adopt_by) < ").bind(today).push(")");
}

/// Whether anything may still be done: neither it nor its priority has come to an end.
pub fn push_open(sql: &mut Sql<'_>, row: &str) {
    sql.push(row).push(".status IN ").bind_list(&OPEN.map(|status| status.as_str().to_owned()));
    sql.push(" AND EXISTS (SELECT 1 FROM priority d WHERE d.id = ").push(row);
    sql.push(".priority_id AND d.status = 'PUBLISHED')");
}

/// 进展报告.
pub struct ImplementationReport;

impl Shaped for ImplementationReport {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
            name: "ImplementationReport",
            description: "进展报告 · 社区对正在落实的任务的报告 · what a community reports of an implementation under way",
            prefix: Some("report"),
            table: "implementation_report",
            only: "",
            gates: Gates::through([Gate::all("readImplementation")]),
            owner: Owner {
                region: "(SELECT d.community_code FROM implementation d WHERE d.id = {c}.implementation_id)",
                person: "{c}.reported_by",
                ..Owner::default()
            },
            interfaces: &["Node"],
            fields: vec![
                Field::id("编号 · 对象的编号，不必解读 · opaque id"),
                Field::text("body", "{c}.body", "内容 · 所做的事，1 至 4000 字 · what was done; 1 to 4,000 characters")
                    .costs(0, 1, 0),
                Field::one::<Implementation>(
                    "implementation",
                    "{c}.id = {p}.implementation_id",
                    "落实 · 所报告的落实 · the implementation",
                ),
                Field::one::<Person>(
                    "reportedBy",
                    "{c}.id = {p}.reported_by",
                    "报告人 · 何人报告，对可查看其本人的人显示 · who reports, for those who may see the person",
                )
                .nullable(),
                Field::scalar::<DateTime>("createdAt", "{c}.created_at", "报告时间 · 何时报告 · when it was reported"),
            ],
        });
        &SHAPE
    }
}

/// What most acts on implementations answers.
pub(super) fn shown() -> Vec<Field> {
    vec![Field::given::<Implementation>("implementation", "落实 · 落实的现况 · the implementation as it is now")]
}
