//! How an audit entry is read: by whoever reads the trail where it belongs and sees what it is about; what a draft said by
//! whoever sees drafts; and whoever acted is named where a post that is seen did it, or the person is.

use std::sync::LazyLock;

use tongxin_entity::audit_entry::{AuditOutcome, Secrecy};
use tongxin_kernel::{
    scalars::{DateTime, Json},
    see::{
        Field, Gate, Gates, On, Owner, Shape, Shaped, ShapedInterface as _, Sql, push_exists, push_is_of, push_may,
        push_seen,
    },
};

use crate::{
    Node,
    people::{Person, Post},
    priorities::Priority,
};

/// 审计记录.
pub struct AuditEntry;

impl Shaped for AuditEntry {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            Shape {
            name: "AuditEntry",
            description: "审计记录 · 何人依据何种规定、为哪项任务、对何对象办理或被拒绝办理何事 · who did, or was refused, what, on what, under which rule and which priority",
            prefix: Some("audit"),
            table: "audit_entry",
            only: "",
            gates: Gates::through([Gate::all("readAuditTrail").and(|sql, row| push_seen(sql, subjects(), SUBJECT, row))]),
            owner: Owner { region: "{c}.region_code", person: "{c}.actor_id", ..Owner::default() },
            interfaces: &["Node"],
            fields: vec![
                Field::id("编号 · 对象的编号，不必解读 · opaque id"),
                Field::scalar::<DateTime>("at", "{c}.at", "时间 · 事项发生的时间 · when"),
                Field::text(
                    "actorId",
                    On::With(|sql, _, row| push_if_named(sql, row, "{c}.actor_id")),
                    "行为人 · 个人或应用的编号、`system`，或命令行的 `operator:` 加名称；未以岗位办理者只对可查看其本人的人显示，评价人不对他人显示 · id of the person or application, `system`, or `operator:` and a name for the command line; who acted without a post, for those who may see the person; who rated, for nobody else",
                )
                .nullable(),
                Field::text(
                    "actorName",
                    On::With(|sql, _, row| {
                        push_if_named(sql, row, "(SELECT h.name FROM person h WHERE h.id = {c}.actor_id)");
                    }),
                    "姓名 · 行为人的姓名，仅在显示行为人时显示 · the person's name, where `actorId` is shown",
                )
                .nullable(),
                Field::text(
                    "postId",
                    On::With(|sql, _, row| push_if_named(sql, row, "{c}.post_id")),
                    "任职 · 据以办理的任职的编号，无权办理时为被拒绝者的首要任职 · id of the post that acted; where none gave the right, the foremost of whoever was refused",
                )
                .nullable(),
                Field::text("role", "{c}.role", "岗位 · 据以办理的岗位 · the role that acted"),
                Field::text("action", "{c}.action", "行为 · 所办理的变更 · the mutation"),
                Field::word::<AuditOutcome>("outcome", "{c}.outcome", "结果 · 是否已经办理 · whether it was done"),
                Field::word::<Secrecy>("secrecy", "{c}.secrecy", "保密级别 · 此记录保留哪些内容、让谁知道 · what of it is kept, and who learns of it"),
                Field::text("subjectId", "{c}.subject_id", "对象 · 所办理的对象的编号 · id of what it was done to").nullable(),
                Field::text("regionCode", "{c}.region_code", "地点 · 办理地点的统计代码 · statistical code of where").nullable(),
                Field::one::<Priority>("priority", "{c}.id = {p}.priority_id", "重点任务 · 此事所属的重点任务 · the priority it belongs to")
                    .nullable(),
                Field::text("rule", "{c}.rule", "依据 · 据以判断的政策条款，如 `claims.csv:12` · the policy line that decided, such as `claims.csv:12`")
                    .nullable(),
                Field::text("reason", "{c}.reason", "原因 · 办理时填写的原因，或被拒绝的原因 · the reason given, or of the refusal").nullable(),
                Field::text("purpose", "{c}.purpose", "用途 · 查看个人信息的用途 · what personal data was read for").nullable(),
                Field::json::<Json>(
                    "before",
                    On::With(|sql, _, row| push_content(sql, row, "{c}.before", "{c}.before_by")),
                    "变更前 · 变更之处原来的内容，草稿的内容只对可查看草稿的人显示 · what changed, as it was; of a draft, for those who see drafts",
                )
                .costs(0, 1, 0)
                .nullable(),
                Field::json::<Json>(
                    "after",
                    On::With(|sql, _, row| push_content(sql, row, "{c}.after", "{c}.after_by")),
                    "变更后 · 变更之处现在的内容，草稿的内容只对可查看草稿的人显示 · what changed, as it became; of a draft, for those who see drafts",
                )
                .costs(0, 1, 0)
                .nullable(),
                Field::text(
                    "requestId",
                    On::With(|sql, _, row| push_if_named(sql, row, "{c}.request_id")),
                    "请求编号 · 所属请求的编号，仅在显示行为人时显示 · the request, where `actorId` is shown",
                )
                .nullable(),
            ],
        }
        });
        &SHAPE
    }
}

/// What the entry is about.
const SUBJECT: &str = "{c}.subject_id";

/// Whatever an entry may be about: every sort of node but the entries themselves.
fn subjects() -> impl Iterator<Item = &'static Shape> {
    let shapes = Node::interface().members.iter().map(|member| (member.shape)());
    shapes.filter(|shape| shape.prefix != AuditEntry::shape().prefix)
}

/// Writes `what` where the reader is told who acted: whoever reads the own entry; else, unless the act names nobody, what is
/// no person, who acted by a post that the reader sees, and who is seen as a person.
fn push_if_named(sql: &mut Sql<'_>, row: &str, what: &str) {
    let me = sql.actor.id().to_owned();
    sql.push("CASE WHEN ").push_template("{c}.actor_id", row, row).push(" = ").bind(me);
    sql.push(" OR ").push_template("{c}.secrecy <> 'UNNAMED'", row, row).push(" AND (NOT ");
    push_is_of(sql, Person::shape(), "{c}.actor_id", row);
    for (shape, id) in [(Post::shape(), "{c}.post_id"), (Person::shape(), "{c}.actor_id")] {
        sql.push(" OR ");
        push_seen(sql, [shape], id, row);
    }
    sql.push(") THEN ").push_template(what, row, row).push(" END");
}

/// Writes what an act changed, where the reader may see it: like the subject, or by the gate of the subject that `by` names.
fn push_content(sql: &mut Sql<'_>, row: &str, what: &str, by: &str) {
    sql.push("CASE WHEN ").push_template(by, row, row).push(" IS NULL");
    for shape in subjects().filter(|shape| shape.gates.all().len() > 1) {
        for gate in shape.gates.all() {
            sql.push(" OR ").push_template(by, row, row).push(" = '").push(gate.action).push("' AND ");
            push_is_of(sql, shape, SUBJECT, row);
            sql.push(" AND ");
            push_exists(sql, shape, SUBJECT, row, |sql, object| push_may(sql, gate.action, &shape.owner, object));
        }
    }
    sql.push(" THEN ").push_template(what, row, row).push(" END");
}
