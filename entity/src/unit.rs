//! Resident units 驻区单位, social organisations among them.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    pub enum UnitCategory: "单位类别", "what sort of unit it is" {
        GovernmentBody = "GOVERNMENT_BODY": "机关", "government body";
        Enterprise = "ENTERPRISE": "企业", "enterprise";
        TwoNew = "TWO_NEW": "两新组织", "two-new organisation";
        SocialOrganisation = "SOCIAL_ORGANISATION": "社会组织", "social organisation";
        Hospital = "HOSPITAL": "医院", "hospital";
        School = "SCHOOL": "学校", "school";
        Other = "OTHER": "其他", "other";
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
