//! Resident units 驻区单位, social organisations among them.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    /// What sort of unit it is.
    pub enum UnitCategory {
        /// 机关.
        GovernmentBody = "GOVERNMENT_BODY",
        /// 企业.
        Enterprise = "ENTERPRISE",
        /// 两新组织: new economic and new social organisations.
        TwoNew = "TWO_NEW",
        /// 社会组织.
        SocialOrganisation = "SOCIAL_ORGANISATION",
        /// 医院.
        Hospital = "HOSPITAL",
        /// 学校.
        School = "SCHOOL",
        /// Any other.
        Other = "OTHER",
    }
}

/// The unit part of an organisation.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "unit")]
pub struct Model {
    /// The organisation's id, `unit_…`.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Category.
    pub category: UnitCategory,
}

impl ActiveModelBehavior for ActiveModel {}
