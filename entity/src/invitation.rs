//! Invitations 邀请: a code that was given out for one person, so that whoever holds it is that person from then on.

use sea_orm::entity::prelude::*;

/// One code. It is open until it is redeemed, taken back, followed by another one for the same person, or past its time.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitation")]
pub struct Model {
    /// `invitation_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// For whom.
    pub person_id: String,
    /// SHA-256 of the code, in hexadecimal digits.
    #[sea_orm(unique)]
    pub code_hash: String,
    /// The person who gave it out, or `operator:` and a name.
    pub made_by: String,
    /// When.
    pub created_at: DateTimeUtc,
    /// From when on it is good for nothing.
    pub expires_at: DateTimeUtc,
    /// When it was redeemed.
    pub redeemed_at: Option<DateTimeUtc>,
    /// When it was taken back, or another one took its place.
    pub ended_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
