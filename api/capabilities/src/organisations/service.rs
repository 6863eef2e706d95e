//! The acts on property contracts.

use async_graphql::{ID, InputObject};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;
use tongxin_entity::property_contract;
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Way},
    error::{Message, Refusal, Result},
    input::Check,
    on, say,
    see::{Field, On, Owner, Sql},
};

use super::{Compound, PropertyContract};

/// 备案合同终止 · 哪一份合同已终止、为何终止 · which contract ended, and why
#[derive(InputObject, Debug)]
pub struct EndPropertyContractInput {
    /// 合同 · 合同的编号 · the contract's id
    pub contract_id: ID,
    /// 终止原因 · 合同为何终止，最多 1000 字 · why it ended; up to 1,000 characters
    pub reason: String,
}

impl Act for EndPropertyContractInput {
    const ACTION: &'static str = "endPropertyContract";
    const ABOUT: &'static str = "备案合同终止 · 街道记录物业合同提前终止，该企业从此不再服务该小区 · the street records that a property contract ended before its last day; the company serves there no longer";
    const ANSWER: &'static str = "备案合同终止的结果 · 合同终止后的变化 · what ending a contract changed";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(PropertyContract, contract_id, by_the_street());

    async fn run(&self, permit: &Permit<'_, Self>, contract: property_contract::Model) -> Result<Done> {
        let compound = permit.see::<Compound>(&contract.compound_id).await?;
        let mut check = Check::default();
        let reason = check.text("reason", &self.reason, 1..=1000);
        check.done()?;
        let today = permit.today();
        let ended = property_contract::Entity::update_many()
            .col_expr(property_contract::Column::EndedOn, Expr::value(today))
            .col_expr(property_contract::Column::EndReason, Expr::value(reason.clone()))
            .filter(property_contract::Column::Id.eq(&contract.id))
            .filter(property_contract::Column::EndedOn.is_null())
            .filter(property_contract::Column::EndsOn.gte(today))
            .exec(permit.db())
            .await?;
        if ended.rows_affected == 0 {
            return Err(Refusal::conflict(over(), "ENDED"));
        }
        let record = Record {
            subject: contract.id.clone(),
            region_code: Some(compound.community_code),
            before: Some(json!({"companyId": contract.company_id, "endsOn": contract.ends_on, "endedOn": null})),
            after: Some(json!({"endedOn": today, "endReason": reason})),
            reason: Some(reason),
            ..Record::default()
        };
        Ok(Done::new(record).show("contract", contract.id).rights_changed())
    }
}

/// A contract is filed where its compound is.
fn by_the_street() -> Way {
    let region = "(SELECT d.community_code FROM compound d WHERE d.id = {c}.compound_id)";
    Way::on::<PropertyContract>().at(Owner { region, ..Owner::default() }).unless_told(On::With(is_over), over)
}

fn is_over(sql: &mut Sql<'_>, _: &str, row: &str) {
    let today = sql.today;
    sql.push_template("{c}.ended_on IS NOT NULL OR {c}.ends_on < ", row, row).bind(today);
}

fn over() -> Message {
    say!("合同此前已终止或期满", "the contract was ended before, or has run out")
}

fn shown() -> Vec<Field> {
    vec![Field::given::<PropertyContract>("contract", "合同 · 物业合同的现况 · the contract")]
}
