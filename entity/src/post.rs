//! Posts 任职: one person holding one role in one organisation for a term. A committee's membership is its posts.

use sea_orm::entity::prelude::*;

use crate::text_enum::text_enum;

text_enum! {
    /// The roles that are held by a post, as the policy files name them. `resident` is none of them: a home makes it.
    pub enum PostRole {
        /// 党员, checked in to a community.
        PartyMember = "party_member",
        /// 物业经理.
        PropertyManager = "property_manager",
        /// 物业企业负责人.
        PropertyRepresentative = "property_representative",
        /// 业委会主任.
        OwnersChair = "owners_chair",
        /// 业委会委员.
        OwnersMember = "owners_member",
        /// 单位联络员.
        UnitLiaison = "unit_liaison",
        /// 单位党组织书记.
        UnitPartySecretary = "unit_party_secretary",
        /// 兼职委员.
        PartTimeMember = "part_time_member",
        /// 专职委员.
        FullTimeMember = "full_time_member",
        /// 委员、副书记.
        CommitteeMember = "committee_member",
        /// 服务站工作人员.
        StationOfficer = "station_officer",
        /// 社区工作者.
        CommunityWorker = "community_worker",
        /// 社区党委书记.
        CommunitySecretary = "community_secretary",
        /// 街道干部.
        StreetOfficer = "street_officer",
        /// 街道党工委书记.
        StreetSecretary = "street_secretary",
        /// 部门干部.
        DepartmentOfficer = "department_officer",
        /// 区级干部.
        DistrictOfficer = "district_officer",
        /// 区委书记.
        DistrictSecretary = "district_secretary",
    }
}

/// One post. In force at t, on Shanghai day d: `starts_on <= d`, `ends_on` none or `d <= ends_on`, `ended_at` none or `t < ended_at`.
#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "post")]
pub struct Model {
    /// `post_…`
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: String,
    /// Who holds it.
    pub person_id: String,
    /// The role.
    pub role: PostRole,
    /// The organisation it is held in.
    pub organisation_id: String,
    /// A part-time member's own unit or its party organisation.
    pub representing_id: Option<String>,
    /// First day of the term.
    pub starts_on: Date,
    /// Last day of the term; none for a post without term.
    pub ends_on: Option<Date>,
    /// The moment it was ended before its time.
    pub ended_at: Option<DateTimeUtc>,
    /// Why it was ended, up to 1,000 characters.
    pub end_reason: Option<String>,
    /// The person who appointed.
    pub appointed_by: Option<String>,
    /// When it was recorded.
    pub created_at: DateTimeUtc,
    /// The organisation.
    #[sea_orm(belongs_to, from = "organisation_id", to = "id")]
    pub organisation: BelongsTo<super::organisation::Entity>,
}

impl ActiveModelBehavior for ActiveModel {}
