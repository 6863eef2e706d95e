//! Ratings 评价: residents judge what was done for them.

use sea_orm::entity::prelude::*;

/// One rating; one per person and item.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "rating")]
pub struct Model {
    /// `rating_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The item.
    pub service_item_id: String,
    /// The resident.
    pub person_id: String,
    /// Stars, 1–5.
    pub stars: i32,
    /// In words, up to 1,000 characters.
    pub comment: Option<String>,
    /// When.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
