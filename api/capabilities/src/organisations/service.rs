//! The acts on property contracts.

use async_graphql::{ID, InputObject};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, sea_query::Expr};
use serde_json::json;
use tongxin_entity::{compound, property_contract};
use tongxin_kernel::{
    act::{Act, Done, Record, Work},
    error::{Refusal, Result},
    input::Check,
    say,
    see::Field,
    who::actor::Place,
};

use super::PropertyContract;

/// 终止物业合同 · which contract ended, and why
#[derive(InputObject, Debug)]
pub struct EndPropertyContractInput {
    /// 合同 · the contract's id
    pub contract_id: ID,
    /// 终止原因 · why it ended; up to 1,000 characters
    pub reason: String,
}

impl Act for EndPropertyContractInput {
    const ACTION: &'static str = "endPropertyContract";
    const ABOUT: &'static str = "终止物业合同 · the street records that a property contract ended before its last day; the company serves there no longer";
    const ANSWER: &'static str = "终止物业合同的结果 · what ending a contract changed";

    fn shows() -> Vec<Field> {
        vec![Field::given::<PropertyContract>("contract", "合同 · the contract")]
    }

    async fn run(&self, work: &Work<Self>) -> Result<Done> {
        let contract = work.see::<PropertyContract>(&self.contract_id).await?;
        let compound = work.see::<super::Compound>(&contract.compound_id).await?;
        let compound::Model { community_code, .. } = compound;
        let permit = work.permit(&Place::region(community_code.clone()))?;
        let mut check = Check::default();
        let reason = check.text("reason", &self.reason, 1..=1000);
        check.done()?;
        let today = tongxin_kernel::clock::shanghai_day(permit.now());
        let ended = property_contract::Entity::update_many()
            .col_expr(property_contract::Column::EndedOn, Expr::value(today))
            .col_expr(property_contract::Column::EndReason, Expr::value(reason.clone()))
            .filter(property_contract::Column::Id.eq(&contract.id))
            .filter(property_contract::Column::EndedOn.is_null())
            .filter(property_contract::Column::EndsOn.gte(today))
            .exec(permit.db())
            .await?;
        if ended.rows_affected == 0 {
            let message = say!("合同此前已终止或期满", "the contract was ended before, or has run out");
            return Err(Refusal::conflict(message, "ENDED"));
        }
        let record = Record {
            subject: contract.id.clone(),
            region_code: Some(community_code),
            before: Some(json!({"companyId": contract.company_id, "endsOn": contract.ends_on, "endedOn": null})),
            after: Some(json!({"endedOn": today, "endReason": reason})),
            reason: Some(reason),
            ..Record::default()
        };
        Ok(Done::new(record).show("contract", contract.id).rights_changed())
    }
}
