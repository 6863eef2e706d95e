//! Property companies 物业企业.

use sea_orm::entity::prelude::*;

/// The company part of an organisation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "property_company")]
pub struct Model {
    /// The organisation's id, `company_…`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Unified social credit code 统一社会信用代码, up to 18 characters.
    #[sea_orm(unique)]
    pub credit_code: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
