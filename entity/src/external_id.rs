//! External ids 外部编号: what a source calls an object, so that its file can be sent again.

use sea_orm::entity::prelude::*;

/// One name of one object; of a source and a sheet it is unique.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "external_id")]
pub struct Model {
    /// Whose name it is, 1–100 characters.
    #[sea_orm(primary_key, auto_increment = false)]
    pub source: String,
    /// The sheet in which it stands, such as `people`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub sheet: String,
    /// The name, 1–100 characters.
    #[sea_orm(primary_key, auto_increment = false)]
    pub external_id: String,
    /// What is called so.
    pub object_id: String,
    /// The import by which it came.
    pub import_id: String,
}

impl ActiveModelBehavior for ActiveModel {}
