//! Residential compounds 小区.

use sea_orm::entity::prelude::*;

/// One compound of a community.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "compound")]
pub struct Model {
    /// `compound_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Name, 1–100 characters.
    pub name: String,
    /// The community it is in.
    pub community_code: String,
    /// Number of households, 0 or more.
    pub households: i32,
    /// Floor area of its buildings in square centimetres, where it was surveyed; above 0, at most 2⁵³ − 1.
    pub built_area: Option<i64>,
}

impl ActiveModelBehavior for ActiveModel {}
