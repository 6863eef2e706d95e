//! The lists of organisations: their filters.

use tongxin_entity::organisation::OrganisationKind;
use tongxin_kernel::{
    filter,
    see::{Holds, Is, Spelt, Within},
};

/// Conditions that every list of organisations takes, and further ones.
macro_rules! organisation_filter {
    ($name:ident: $about:literal; $($more:tt)*) => {
        filter! {
            $name: $about;
            region_code: String = Within("{c}.region_code"), "所在地 · of this place or anything under it, by statistical code";
            name_contains: String = Holds("{c}.name_folded"),
                "名称含有 · whose name holds this text, letters of either case alike; up to 200 characters";
            $($more)*
        }
    };
}

organisation_filter! { PartyAllianceFilter: "党建联盟筛选 · conditions on party alliances"; }
organisation_filter! { BigPartyCommitteeFilter: "大党委筛选 · conditions on big party committees"; }
organisation_filter! { PropertyCompanyFilter: "物业企业筛选 · conditions on property companies"; }
organisation_filter! { OwnersCommitteeFilter: "业委会筛选 · conditions on owners' committees"; }
organisation_filter! { UnitFilter: "单位筛选 · conditions on units"; }
organisation_filter! { PublicBodyFilter: "公共机构筛选 · conditions on public bodies"; }
organisation_filter! {
    PartyOrganisationFilter: "党组织筛选 · conditions on party organisations";
    kind: Spelt<OrganisationKind> = Is("{c}.kind"), "类别 · of this sort";
}

filter! {
    CompoundFilter: "小区筛选 · conditions on compounds";
    region_code: String = Within("{c}.community_code"), "所在地 · of this place or anything under it, by statistical code";
}
