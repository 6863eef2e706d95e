//! Links 登录关联: which person an issuer's subject is.

use sea_orm::entity::prelude::*;

/// One login of one person: whoever comes with a good token of this issuer and subject is that person. What an issuer calls
/// somebody is personal, and stands in no log and no audit entry.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person_link")]
pub struct Model {
    /// `link_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// The issuer, as its tokens say it (`iss`), 1–200 characters. With the subject it is one person's.
    pub issuer: String,
    /// Whom the issuer means (`sub`), 1–200 characters.
    pub subject: String,
    /// Who that is here.
    pub person_id: String,
    /// When the two were linked.
    pub created_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
