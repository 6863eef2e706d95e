//! People 人员.

use sea_orm::entity::prelude::*;

/// One human. The phone number is the only personal data kept, sealed.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "person")]
pub struct Model {
    /// `person_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Name, 1–100 characters.
    pub name: String,
    /// The name that tokens carry, 1–100 characters.
    #[sea_orm(unique)]
    pub account: Option<String>,
    /// The community the person lives in; makes a resident of it.
    pub home_community_code: Option<String>,
    /// The compound in that community.
    pub home_compound_id: Option<String>,
    /// The phone number, encrypted with authentication, base64.
    pub phone_sealed: Option<String>,
    /// The phone number with its middle hidden, to show.
    pub phone_masked: Option<String>,
    /// The place whose body recorded somebody who lives nowhere here: there the person is seen.
    pub registered_code: Option<String>,
    /// The company or unit that keeps the record of its own staff.
    pub registered_by: Option<String>,
    /// When the person had the record erased: nothing of it is left but the id.
    pub erased_at: Option<DateTimeUtc>,
    /// When the person was recorded.
    pub created_at: DateTimeUtc,
    /// Number of edits, from 1.
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
