//! Organisations 组织: party organisations, public bodies, units, property companies, owners' committees, alliances and
//! big party committees, with the compounds and contracts that tell who serves where. Everybody reads them; an ended
//! contract is recorded by the street.

mod board;
mod change;
mod claimant;
mod contract;
mod found;
mod founded;
mod hanging;
mod partners;
mod party;
mod rules;
mod service;

use tongxin_kernel::{
    catalogue::Capability,
    see::{Filter, Newest, Shaped},
};

use self::{
    board::{
        BigPartyCommitteeFilter, CompoundFilter, OwnersCommitteeFilter, PartyAllianceFilter, PartyOrganisationFilter,
        PropertyCompanyFilter, PublicBodyFilter, UnitFilter,
    },
    change::{DissolveOrganisationInput, MoveOrganisationInput, RenameOrganisationInput},
    found::FoundOrganisationInput,
    service::EndPropertyContractInput,
};

pub use claimant::{Claimant, Organisation, governs, see_claimant, see_organisation};
pub use contract::{Compound, PropertyContract};
pub use partners::{OwnersCommittee, PropertyCompany, Unit};
pub use party::{AllianceMember, BigPartyCommittee, PartyAlliance, PartyOrganisation, PublicBody};
pub use rules::{check_credit_code, superior};

pub fn capability() -> Capability {
    let all =
        Capability::new().shape::<AllianceMember>().shape::<PropertyContract>().deadline(contract::end_of_contract());
    let all = listed::<PartyOrganisation, PartyOrganisationFilter>(
        all,
        "partyOrganisations",
        "党组织列表 · 各级党组织 · party organisations",
    );
    let all = listed::<PublicBody, PublicBodyFilter>(
        all,
        "publicBodies",
        "公共机构列表 · 指挥中心、部门和服务站 · command centres, departments and service stations",
    );
    let all = listed::<Unit, UnitFilter>(
        all,
        "units",
        "驻区单位列表 · 驻区单位和社会组织 · resident units and social organisations",
    );
    let all = listed::<PropertyCompany, PropertyCompanyFilter>(
        all,
        "propertyCompanies",
        "物业企业列表 · 各家物业企业 · property companies",
    );
    let all = listed::<OwnersCommittee, OwnersCommitteeFilter>(
        all,
        "ownersCommittees",
        "业委会列表 · 各小区的业委会 · owners' committees",
    );
    let all = listed::<PartyAlliance, PartyAllianceFilter>(
        all,
        "partyAlliances",
        "党建联盟列表 · 各个党建联盟 · party alliances",
    );
    let all = listed::<BigPartyCommittee, BigPartyCommitteeFilter>(
        all,
        "bigPartyCommittees",
        "大工委、大党委列表 · 各街道大工委、社区大党委 · big party committees",
    );
    let all = listed::<Compound, CompoundFilter>(all, "compounds", "小区列表 · 各个住宅小区 · residential compounds");
    all.act::<EndPropertyContractInput>()
        .act::<FoundOrganisationInput>()
        .act::<RenameOrganisationInput>()
        .act::<MoveOrganisationInput>()
        .act::<DissolveOrganisationInput>()
}

/// Whatever lies in a place is found by its id, and listed for everybody who reads organisations.
fn listed<T: Shaped, F: Filter>(all: Capability, name: &'static str, description: &'static str) -> Capability {
    all.shape::<T>().list::<T, F, Newest>(name, "readOrganisation", description)
}
