//! Client applications 第三方应用: apps and partners' systems, with scopes.

use sea_orm::{FromJsonQueryResult, entity::prelude::*};
use serde::{Deserialize, Serialize};

/// What an application may be used for, such as `read:public`; stored as a JSON list of text.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, FromJsonQueryResult)]
pub struct Scopes(pub Vec<String>);

/// One application.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "client_application")]
pub struct Model {
    /// `client_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Name, 1–100 characters.
    pub name: String,
    /// The name that tokens carry, 1–100 characters.
    #[sea_orm(unique)]
    pub account: Option<String>,
    /// Scopes.
    #[sea_orm(column_type = "JsonBinary")]
    pub scopes: Scopes,
    /// False once it is shut out.
    pub active: bool,
    /// When it was registered.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
