//! The community works: it reports progress and submits what it reached.

use async_graphql::{ID, InputObject};
use sea_orm::{ActiveValue::Set, EntityTrait, IntoActiveModel};
use serde_json::json;
use tongxin_entity::{implementation, implementation_report};
use tongxin_kernel::{
    act::{Act, Done, Permit},
    error::Result,
    id::new_id,
    input::Check,
    on,
    see::Field,
};

use super::{by_community, change, record};
use crate::{
    implementations::{
        Implementation, ImplementationReport,
        rules::{REPORT, SUBMIT},
        shape::shown,
    },
    priorities::hold_published,
};

/// 报告落实进展 · 为落实任务做了什么 · what was done for an implementation
#[derive(InputObject, Debug)]
pub struct ReportImplementationInput {
    /// 落实 · 落实的编号 · the implementation's id
    pub implementation_id: ID,
    /// 内容 · 所做的事，1 至 4000 字 · what was done; 1 to 4,000 characters
    pub body: String,
}

impl Act for ReportImplementationInput {
    const ACTION: &'static str = "reportImplementation";
    const ABOUT: &'static str =
        "报告落实进展 · 社区工作者报告正在落实的任务的进展 · a community worker reports on an implementation under way";
    const ANSWER: &'static str = "报告落实进展的结果 · 此次报告及其落实 · the report and its implementation";
    const SHOWS: fn() -> Vec<Field> = reported;

    on!(Implementation, implementation_id, by_community().step::<Implementation>(&REPORT));

    async fn run(&self, permit: &Permit<'_, Self>, seen: implementation::Model) -> Result<Done> {
        let mut check = Check::default();
        let body = check.text("body", &self.body, 1..=4000);
        check.done()?;
        permit.ensure::<Implementation>(&REPORT, &seen)?;
        hold_published(permit, &seen.priority_id).await?;
        // Takes the row, so that a report and a submission at once are told apart.
        change(permit, &REPORT, &seen, implementation::ActiveModel::default()).await?;
        let report = implementation_report::Model {
            id: new_id("report", permit.now())?,
            implementation_id: seen.id.clone(),
            body,
            reported_by: permit.person()?,
            created_at: permit.now(),
        };
        let row = report.clone().into_active_model();
        implementation_report::Entity::insert(row).exec_without_returning(permit.db()).await?;
        let after = json!({"reportId": report.id, "body": report.body});
        let record = record(&seen, &REPORT, after);
        Ok(Done::new(record).show("implementation", seen.id).show("report", report.id))
    }
}

/// 提交落实结果 · 达成了什么结果，由街道验收 · what an implementation reached, for the street to inspect
#[derive(InputObject, Debug)]
pub struct SubmitImplementationInput {
    /// 落实 · 落实的编号 · the implementation's id
    pub implementation_id: ID,
    /// 成果 · 达成了什么结果，1 至 4000 字 · what was reached; 1 to 4,000 characters
    pub result: String,
}

impl Act for SubmitImplementationInput {
    const ACTION: &'static str = "submitImplementation";
    const ABOUT: &'static str = "提交落实结果 · 社区工作者提交达成的结果，由街道验收 · a community worker hands in what was reached for the street to inspect";
    const ANSWER: &'static str = "提交落实结果的结果 · 已提交结果的落实 · the submitted implementation";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Implementation, implementation_id, by_community().step::<Implementation>(&SUBMIT));

    async fn run(&self, permit: &Permit<'_, Self>, seen: implementation::Model) -> Result<Done> {
        let mut check = Check::default();
        let result = check.text("result", &self.result, 1..=4000);
        check.done()?;
        permit.ensure::<Implementation>(&SUBMIT, &seen)?;
        hold_published(permit, &seen.priority_id).await?;
        let judge = permit.due(permit.now(), permit.rules().judging());
        let values = implementation::ActiveModel {
            result: Set(Some(result.clone())),
            submitted_at: Set(Some(permit.now())),
            judge_by: Set(Some(judge.day())),
            judge_by_provisional: Set(judge.provisional),
            ..Default::default()
        };
        change(permit, &SUBMIT, &seen, values).await?;
        let record = record(&seen, &SUBMIT, json!({"result": result}));
        Ok(Done::new(record).show("implementation", seen.id))
    }
}

fn reported() -> Vec<Field> {
    vec![
        Field::given::<Implementation>("implementation", "落实 · 落实的现况 · the implementation as it is now"),
        Field::given::<ImplementationReport>("report", "进展报告 · 此次的报告 · the report"),
    ]
}
