//! The lists of organisations.

use tongxin_entity::organisation::OrganisationKind;
use tongxin_kernel::{
    filter,
    see::{Condition, Spelt},
};

/// Conditions that every list of organisations takes.
macro_rules! organisation_filter {
    ($($name:ident: $description:literal $(, $more:expr)*;)*) => {$(
        filter!($name: $description, vec![
            Condition::region("{c}.region_code"),
            Condition::holding(
                "nameContains",
                "{c}.name_folded",
                "名称含有 · 名称中含有此文字，不分大小写，最多 200 字 · whose name holds this text, letters of either case alike; up to 200 characters",
            ),
            $($more,)*
        ]);
    )*};
}

organisation_filter! {
    PartyOrganisationFilter: "党组织筛选 · 筛选党组织的条件 · conditions on party organisations",
        Condition::equal::<Spelt<OrganisationKind>>("kind", "{c}.kind", "类别 · 属于此类别 · of this sort");
    PartyAllianceFilter: "党建联盟筛选 · 筛选党建联盟的条件 · conditions on party alliances";
    BigPartyCommitteeFilter: "大党委筛选 · 筛选大工委、大党委的条件 · conditions on big party committees";
    PropertyCompanyFilter: "物业企业筛选 · 筛选物业企业的条件 · conditions on property companies";
    OwnersCommitteeFilter: "业委会筛选 · 筛选业委会的条件 · conditions on owners' committees";
    UnitFilter: "单位筛选 · 筛选单位的条件 · conditions on units";
    PublicBodyFilter: "公共机构筛选 · 筛选公共机构的条件 · conditions on public bodies";
}

filter!(CompoundFilter: "小区筛选 · 筛选小区的条件 · conditions on compounds", vec![
    Condition::region("{c}.community_code"),
]);
