//! How an audit entry is read.

use std::sync::LazyLock;

use async_graphql::Enum;
use tongxin_entity::audit_entry;

use crate::{
    capabilities::priorities::Priority,
    read::{Field, Gate, Owner, Shape, Shaped},
    scalars::{DateTime, Json},
};

/// 结果 · how a decision went
#[derive(Enum, Debug, Clone, Copy, PartialEq, Eq)]
#[graphql(remote = "audit_entry::AuditOutcome")]
pub enum AuditOutcome {
    /// 已允许 · it was allowed, and done
    Allowed,
    /// 已拒绝 · it was refused
    Refused,
}

/// 审计记录.
pub struct AuditEntry;

impl Shaped for AuditEntry {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
            name: "AuditEntry",
            description: "审计记录 · who did, or was refused, what, on what, under which rule and which priority",
            prefix: Some("audit"),
            table: "audit_entry",
            only: "",
            gates: vec![Gate::all("readAuditTrail")],
            owner: Owner { region: "{c}.region_code", person: "{c}.actor_id", ..Owner::default() },
            interfaces: &["Node"],
            fields: vec![
                Field::id("编号 · opaque id"),
                Field::scalar::<DateTime>("at", "{c}.at", "时间 · when"),
                Field::text(
                    "actorId",
                    "{c}.actor_id",
                    "行为人 · id of the person or application, `system`, or `operator:` and a name for the command line",
                ),
                Field::text(
                    "actorName",
                    "(SELECT h.name FROM person h WHERE h.id = {c}.actor_id)",
                    "姓名 · the person's name",
                )
                .nullable(),
                Field::text("postId", "{c}.post_id", "任职 · id of the post that acted").nullable(),
                Field::text("role", "{c}.role", "岗位 · the role that acted"),
                Field::text("action", "{c}.action", "行为 · the mutation"),
                Field::scalar::<AuditOutcome>("outcome", "{c}.outcome", "结果 · whether it was done"),
                Field::text("subjectId", "{c}.subject_id", "对象 · id of what it was done to").nullable(),
                Field::text("regionCode", "{c}.region_code", "地点 · statistical code of where").nullable(),
                Field::one::<Priority>("priority", "{c}.id = {p}.priority_id", "重点任务 · the priority it belongs to")
                    .nullable(),
                Field::text("rule", "{c}.rule", "依据 · the policy line that decided, such as `claims.csv:12`")
                    .nullable(),
                Field::text("reason", "{c}.reason", "原因 · the reason given, or of the refusal").nullable(),
                Field::text("purpose", "{c}.purpose", "用途 · what personal data was read for").nullable(),
                Field::json::<Json>("before", "{c}.before", "变更前 · what changed, as it was")
                    .costs(0, 1, 0)
                    .nullable(),
                Field::json::<Json>("after", "{c}.after", "变更后 · what changed, as it became")
                    .costs(0, 1, 0)
                    .nullable(),
                Field::text("requestId", "{c}.request_id", "请求编号 · the request"),
            ],
        });
        &SHAPE
    }
}
