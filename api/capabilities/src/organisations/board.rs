//! The lists of organisations.

use async_graphql::InputObject;
use tongxin_entity::organisation::OrganisationKind;
use tongxin_kernel::{
    filter,
    input::folded,
    see::{Spelt, Sql, push_within},
};

/// Conditions that every list of organisations takes.
macro_rules! organisation_filter {
    ($($(#[$of:meta])* $name:ident;)*) => {$(
        $(#[$of])*
        #[derive(InputObject, Debug, Default)]
        pub struct $name {
            /// 所在地 · of this place or anything under it, by statistical code
            region_code: Option<String>,
            /// 名称含有 · whose name holds this text, letters of either case alike; up to 200 characters
            name_contains: Option<String>,
        }

        filter!($name, |this, sql, row| {
            push_organisation_filter(sql, row, this.region_code.as_deref(), this.name_contains.as_deref());
        });
    )*};
}

organisation_filter! {
    /// 党建联盟筛选 · conditions on party alliances
    PartyAllianceFilter;
    /// 大党委筛选 · conditions on big party committees
    BigPartyCommitteeFilter;
    /// 物业企业筛选 · conditions on property companies
    PropertyCompanyFilter;
    /// 业委会筛选 · conditions on owners' committees
    OwnersCommitteeFilter;
    /// 单位筛选 · conditions on units
    UnitFilter;
    /// 公共机构筛选 · conditions on public bodies
    PublicBodyFilter;
}

fn push_organisation_filter(sql: &mut Sql<'_>, row: &str, region: Option<&str>, name: Option<&str>) {
    if let Some(code) = region {
        sql.push(" AND ");
        push_within(sql, "{c}.region_code", row, code);
    }
    if let Some(name) = name.map(folded).filter(|name| !name.is_empty()) {
        sql.push(" AND ").contains(&format!("{row}.name_folded"), &name);
    }
}

/// 党组织筛选 · conditions on party organisations
#[derive(InputObject, Debug, Default)]
pub struct PartyOrganisationFilter {
    /// 所在地 · of this place or anything under it, by statistical code
    region_code: Option<String>,
    /// 名称含有 · whose name holds this text, letters of either case alike; up to 200 characters
    name_contains: Option<String>,
    /// 类别 · of this sort
    kind: Option<Spelt<OrganisationKind>>,
}

filter!(PartyOrganisationFilter, |this, sql, row| {
    push_organisation_filter(sql, row, this.region_code.as_deref(), this.name_contains.as_deref());
    if let Some(kind) = this.kind {
        sql.push(" AND ").push(row).push(".kind = ").bind(kind.0.as_str());
    }
});

/// 小区筛选 · conditions on compounds
#[derive(InputObject, Debug, Default)]
pub struct CompoundFilter {
    /// 所在地 · of this place or anything under it, by statistical code
    region_code: Option<String>,
}

filter!(CompoundFilter, |this, sql, row| {
    if let Some(code) = &this.region_code {
        sql.push(" AND ");
        push_within(sql, "{c}.community_code", row, code);
    }
});
