//! Imports 导入: a file of the operator's that was taken as a whole.

use sea_orm::entity::prelude::*;

/// One file that was taken.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "import_run")]
pub struct Model {
    /// `import_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// What it holds, such as `people`.
    pub sheet: String,
    /// Whose external ids it goes by.
    pub source: String,
    /// SHA-256 of the file, in hexadecimal digits.
    pub digest: String,
    /// Rows that were new.
    pub rows_new: i32,
    /// Rows that say otherwise than what was known.
    pub rows_changed: i32,
    /// Rows that say what was known.
    pub rows_unchanged: i32,
    /// `operator:` and a name.
    pub made_by: String,
    /// When.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
