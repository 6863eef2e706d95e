//! Progress reports of an implementation.

use sea_orm::entity::prelude::*;

/// One report.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "implementation_report")]
pub struct Model {
    /// `report_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The implementation.
    pub implementation_id: String,
    /// What was done, 1–4,000 characters.
    pub body: String,
    /// The person who reports.
    pub reported_by: String,
    /// When.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
