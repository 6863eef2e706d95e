//! How a claim is read.

use std::sync::LazyLock;

use tongxin_entity::claim::{self, ClaimStatus};
use tongxin_kernel::{
    living,
    scalars::{Date, DateTime},
    see::{Field, Gate, Gates, On, Owner, Shape, Shaped},
};

use super::rules::LIFE;
use crate::{deadlines::deadlines_on, possible::possible};
use crate::{organisations::Claimant, service_items::ServiceItem};

/// 认领.
pub struct Claim;

impl Shaped for Claim {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
            name: "Claim",
            description: "认领 · 合作方在服务项目中所占的名额及其办理经过 · a partner's place on a service item, and what came of it",
            prefix: Some("claim"),
            table: "claim",
            only: "",
            gates: Gates::through([Gate::all("readClaim")]),
            owner: Owner { organisation: "{c}.claimant_id", person: "{c}.claimed_by", ..Owner::default() },
            interfaces: &["Node"],
            fields: vec![
                Field::id("编号 · 对象的编号，不必解读 · opaque id"),
                possible::<Claim>(),
                deadlines_on::<Claim>(),
                Field::state::<ClaimStatus>("{c}.community_code"),
                Field::one_of::<Claimant>(
                    "claimant",
                    "{c}.id = {p}.claimant_id",
                    "认领方 · 认领的组织 · the organisation that claims",
                ),
                Field::one::<ServiceItem>(
                    "serviceItem",
                    "{c}.id = {p}.service_item_id",
                    "服务项目 · 所认领的项目 · the item",
                ),
                Field::scalar::<Date>(
                    "dueOn",
                    "{c}.due_on",
                    "截止日期 · 完成的最后一天，以项目为准 · the last day to do it, as its item says",
                ),
                Field::scalar::<DateTime>("claimedAt", "{c}.claimed_at", "认领时间 · 何时认领 · when it was claimed"),
                Field::scalar::<DateTime>("startedAt", "{c}.started_at", "开始时间 · 何时开始办理 · when work began")
                    .nullable(),
                Field::scalar::<DateTime>(
                    "submittedAt",
                    "{c}.submitted_at",
                    "提交时间 · 最近一次提交结果的时间 · when it was last handed in",
                )
                .nullable(),
                Field::scalar::<DateTime>(
                    "endedAt",
                    "{c}.ended_at",
                    "结束时间 · 通过验收、退出或被释放的时间 · when it was accepted, withdrawn or released",
                )
                .nullable(),
                Field::updated_at(),
                Field::text("summary", "{c}.summary", "完成情况 · 认领方提交的完成情况 · what was done, as handed in")
                    .costs(0, 1, 0)
                    .nullable(),
                Field::text(
                    "reason",
                    "{c}.reason",
                    "原因 · 最近一次退回、退出或释放的原因 · why it was last returned, withdrawn or released",
                )
                .nullable(),
                Field::boolean(
                    "lapsed",
                    On::Sql("{c}.lapsed"),
                    "逾期释放 · 是否因认领方逾期而被释放 · whether it was released because the claimant let it lapse",
                ),
                Field::scalar::<i32>(
                    "version",
                    "{c}.version",
                    "版本 · 修改的次数，从 1 起计 · number of edits, from 1",
                ),
            ],
        });
        &SHAPE
    }
}

living!(Claim: claim, ClaimStatus, LIFE);

/// What every act on claims answers.
pub(super) fn shown() -> Vec<Field> {
    vec![
        Field::given::<Claim>("claim", "认领 · 认领的现况 · the claim as it is now"),
        Field::given::<ServiceItem>("serviceItem", "服务项目 · 所属项目的现况 · its item as it is now"),
    ]
}
