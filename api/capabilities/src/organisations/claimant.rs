//! The two interfaces of organisations: any of them, and those that may claim.

use std::sync::LazyLock;

use tongxin_entity::organisation::{self, OrganisationKind};
use tongxin_kernel::{
    error::Result,
    scalars::Date,
    see::{Field, InterfaceShape, Member, Reader, ShapedInterface, see_member},
};

use super::{BigPartyCommittee, OwnersCommittee, PartyAlliance, PartyOrganisation, PropertyCompany, PublicBody, Unit};
use crate::regions::Region;

/// 组织.
pub struct Organisation;

impl ShapedInterface for Organisation {
    fn interface() -> &'static InterfaceShape {
        static SHAPE: LazyLock<InterfaceShape> = LazyLock::new(|| InterfaceShape {
            name: "Organisation",
            description: "组织 · 设有岗位的组织 · an organisation in which posts are held",
            table: "organisation",
            fields: common(),
            members: vec![
                Member::of::<PartyOrganisation>(),
                Member::of::<PublicBody>(),
                Member::of::<PropertyCompany>(),
                Member::of::<OwnersCommittee>(),
                Member::of::<Unit>(),
                Member::of::<BigPartyCommittee>(),
                Member::of::<PartyAlliance>(),
            ],
        });
        &SHAPE
    }
}

/// 认领方.
pub struct Claimant;

impl ShapedInterface for Claimant {
    fn interface() -> &'static InterfaceShape {
        static SHAPE: LazyLock<InterfaceShape> = LazyLock::new(|| InterfaceShape {
            name: "Claimant",
            description: "认领方 · 可以在其服务范围内认领项目的组织 · an organisation that may claim service items where it serves",
            table: "organisation",
            fields: common().into_iter().take(2).collect(),
            members: vec![Member::of::<PropertyCompany>(), Member::of::<OwnersCommittee>(), Member::of::<Unit>()],
        });
        &SHAPE
    }
}

/// What every organisation shows.
pub(super) fn common() -> Vec<Field> {
    vec![
        Field::id("编号 · 对象的编号，不必解读 · opaque id"),
        Field::text("name", "{c}.name", "名称 · 此组织的名称 · its name"),
        Field::one::<Region>("region", "{c}.code = {p}.region_code", "所在地 · 此组织所属的地点 · the place it is of"),
        Field::scalar::<Date>(
            "dissolvedOn",
            "{c}.dissolved_on",
            "撤销日期 · 自这一天起不再存在 · the first day on which it is no more",
        )
        .nullable(),
        Field::scalar::<i32>("version", "{c}.version", "版本 · 修改的次数，从 1 起计 · number of edits, from 1"),
    ]
}

/// The row of an organisation of any kind, if the actor may see it.
///
/// # Errors
/// `NOT_FOUND`
pub async fn see_organisation(reader: &impl Reader, id: &str) -> Result<organisation::Model> {
    see_member::<Organisation, organisation::Entity>(reader, id).await
}

/// The row of an organisation that may claim, if the actor may see it.
///
/// # Errors
/// `NOT_FOUND`
pub async fn see_claimant(reader: &impl Reader, id: &str) -> Result<organisation::Model> {
    see_member::<Claimant, organisation::Entity>(reader, id).await
}

/// Whether the organisation is the party committee of that community.
///
/// # Errors
/// `NOT_FOUND`
pub async fn governs(reader: &impl Reader, id: &str, community_code: &str) -> Result<bool> {
    let superior = see_organisation(reader, id).await?;
    Ok(superior.kind == OrganisationKind::CommunityCommittee && superior.region_code == community_code)
}
