//! The root fields of organisations.

use std::sync::LazyLock;

use async_graphql::{Context, InputObject, MergedObject, Object};
use tongxin_kernel::{
    act::act,
    directive::needs,
    error::Result,
    filter,
    input::folded,
    see::{Field, Shape, Shaped, Spliced, Sql, push_within},
};

use super::{
    BigPartyCommittee, Compound, EndPropertyContractInput, OwnersCommittee, PartyAlliance, PartyOrganisation,
    PropertyCompany, PropertyContract, PublicBody, Unit, kinds::OrganisationKind,
};
use crate::list_query;

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
    kind: Option<OrganisationKind>,
}

filter!(PartyOrganisationFilter, |this, sql, row| {
    push_organisation_filter(sql, row, this.region_code.as_deref(), this.name_contains.as_deref());
    if let Some(kind) = this.kind {
        let kind = tongxin_entity::organisation::OrganisationKind::from(kind);
        sql.push(" AND ").push(row).push(".kind = ").bind(kind.as_str());
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

list_query!(PartyOrganisationList, party_organisations: PartyOrganisation, PartyOrganisationFilter, "readOrganisation", " 党组织列表 · party organisations");
list_query!(PublicBodyList, public_bodies: PublicBody, PublicBodyFilter, "readOrganisation", " 公共机构列表 · command centres, departments and service stations");
list_query!(UnitList, units: Unit, UnitFilter, "readOrganisation", " 驻区单位列表 · resident units and social organisations");
list_query!(PropertyCompanyList, property_companies: PropertyCompany, PropertyCompanyFilter, "readOrganisation", " 物业企业列表 · property companies");
list_query!(OwnersCommitteeList, owners_committees: OwnersCommittee, OwnersCommitteeFilter, "readOrganisation", " 业委会列表 · owners' committees");
list_query!(PartyAllianceList, party_alliances: PartyAlliance, PartyAllianceFilter, "readOrganisation", " 党建联盟列表 · party alliances");
list_query!(BigPartyCommitteeList, big_party_committees: BigPartyCommittee, BigPartyCommitteeFilter, "readOrganisation", " 大工委、大党委列表 · big party committees");
list_query!(CompoundList, compounds: Compound, CompoundFilter, "readOrganisation", " 小区列表 · residential compounds");

#[derive(MergedObject, Default)]
pub struct OrganisationQuery(
    PartyOrganisationList,
    PublicBodyList,
    UnitList,
    PropertyCompanyList,
    OwnersCommitteeList,
    PartyAllianceList,
    BigPartyCommitteeList,
    CompoundList,
);

/// 终止物业合同的结果.
pub struct EndPropertyContractPayload;

impl Shaped for EndPropertyContractPayload {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            Shape::payload(
                "EndPropertyContractPayload",
                "终止物业合同的结果 · what ending a contract changed",
                vec![Field::given::<PropertyContract>("contract", "合同 · the contract")],
            )
        });
        &SHAPE
    }
}

#[derive(Default)]
pub struct OrganisationMutation;

#[Object]
impl OrganisationMutation {
    /// 终止物业合同 · the street records that a property contract ended before its last day; the company serves there no longer
    #[graphql(directive = needs::apply("endPropertyContract".into()))]
    async fn end_property_contract(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "输入 · which contract, and why")] input: EndPropertyContractInput,
    ) -> Result<Spliced<EndPropertyContractPayload>> {
        act(ctx, input).await
    }
}
