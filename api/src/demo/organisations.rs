//! The organisations: a party organisation for every street and community, and the invented partners.

use sea_orm::DbErr;
use tongxin_entity::{
    alliance_member, big_party_committee, check_in,
    organisation::{
        self,
        OrganisationKind::{self, *},
    },
    party_alliance::{self, PartyAllianceCategory},
    party_organisation, property_company, region,
    unit::{self, UnitCategory},
};
use tongxin_kernel::input::folded;

use super::{
    cast::{Cast, make_id},
    places::{DISTRICT, Divisions, FAR, FAR_STREET, HERE, SIBLING, STREET},
};

/// An organisation and its superior, by the names of the demo.
struct Body {
    name: &'static str,
    kind: OrganisationKind,
    title: &'static str,
    region: &'static str,
    superior: Option<&'static str>,
}

const fn body(
    name: &'static str,
    kind: OrganisationKind,
    title: &'static str,
    region: &'static str,
    superior: Option<&'static str>,
) -> Body {
    Body { name, kind, title, region, superior }
}

/// The bodies of the district, above the streets' committees.
const DISTRICT_BODIES: &[Body] = &[
    body("district", DistrictCommittee, "红桥区委（演示）", DISTRICT, None),
    body("centre", DistrictCentre, "红桥区演示指挥中心", DISTRICT, Some("district")),
    body("department", Department, "红桥区演示城管委", DISTRICT, Some("centre")),
];

/// All others; `party/` and a code is the committee of that street or community.
#[rustfmt::skip]
const BODIES: &[Body] = &[
    body("station", Station, "增产里党群服务站（演示）", HERE, Some("party/120106001002")),
    body("station-far", Station, "凤城党群服务站（演示）", FAR, Some("party/120106003001")),
    body("grid-one", GridBranch, "增产里第一网格党支部（演示）", HERE, Some("party/120106001002")),
    body("grid-two", GridBranch, "增产里第二网格党支部（演示）", HERE, Some("party/120106001002")),
    body("branch-one", CompoundBranch, "演示家园一区党支部", HERE, Some("party/120106001002")),
    body("branch-three", CompoundBranch, "演示家园三区党支部", HERE, Some("party/120106001002")),
    body("company-one", PropertyCompany, "演示物业一号有限公司", DISTRICT, None),
    body("company-two", PropertyCompany, "演示物业二号有限公司", DISTRICT, None),
    body("company-three", PropertyCompany, "演示物业三号有限公司", DISTRICT, None),
    body("company-four", PropertyCompany, "演示物业四号有限公司", DISTRICT, None),
    body("company-five", PropertyCompany, "演示物业五号有限公司", DISTRICT, None),
    // The community's own company, for the compound that no other would serve.
    body("company-fallback", PropertyCompany, "增产里社区兜底物业服务队（演示）", HERE, Some("party/120106001002")),
    body("owners", OwnersCommittee, "演示家园三区业主委员会", HERE, None),
    body("council-street", BigPartyCommittee, "西于庄街道大工委（演示）", STREET, Some("party/120106001")),
    body("council", BigPartyCommittee, "增产里社区大党委（演示）", HERE, Some("party/120106001002")),
    body("council-far", BigPartyCommittee, "凤城社区大党委（演示）", FAR, Some("party/120106003001")),
    body("alliance", PartyAlliance, "西于庄区域党建联盟（演示）", STREET, Some("party/120106001")),
    body("alliance-far", PartyAlliance, "咸阳北路楼宇党建联盟（演示）", FAR_STREET, Some("party/120106003")),
];

/// A unit or social organisation, with a party organisation `NAME-party`, checked in to the community where it is seated.
struct Partner {
    name: &'static str,
    kind: OrganisationKind,
    category: UnitCategory,
    title: &'static str,
    community: &'static str,
}

#[rustfmt::skip]
const PARTNERS: &[Partner] = &[
    Partner { name: "hospital", kind: Unit, category: UnitCategory::Hospital, title: "演示医院", community: HERE },
    Partner { name: "school", kind: Unit, category: UnitCategory::School, title: "演示小学", community: HERE },
    Partner { name: "enterprise", kind: Unit, category: UnitCategory::TwoNew, title: "演示科技有限公司", community: HERE },
    Partner { name: "charity", kind: SocialOrganisation, category: UnitCategory::SocialOrganisation, title: "演示公益服务中心", community: HERE },
    Partner { name: "market", kind: Unit, category: UnitCategory::Enterprise, title: "演示农贸市场", community: SIBLING },
    Partner { name: "library", kind: Unit, category: UnitCategory::GovernmentBody, title: "演示图书馆", community: FAR },
];

/// Which party organisations belong to which alliance, and what they take on. The last has left.
const PACTS: &[(&str, &str, &str, bool)] = &[
    ("alliance", "hospital-party", "每季度到社区义诊一次，开放健康讲座。", false),
    ("alliance", "school-party", "周末开放操场，假期办托管班。", false),
    ("alliance", "charity-party", "承接为老服务项目，培训志愿者。", false),
    ("alliance", "enterprise-party", "提供信息化支持，结对帮扶。", true),
    ("alliance-far", "library-party", "开放自习室，送书进楼宇。", false),
];

/// Every organisation.
pub(super) fn add(cast: &mut Cast, divisions: &Divisions) -> Result<(), DbErr> {
    for row in DISTRICT_BODIES {
        add_body(cast, row)?;
    }
    for street in &divisions.streets {
        add_committee(cast, street, StreetCommittee, Some("district"), format!("{}党工委（演示）", street.name))?;
    }
    for community in &divisions.communities {
        let superior = format!("party/{}", &community.code[..9]);
        let title = format!("{}党委（演示）", short_name(&community.name));
        add_committee(cast, community, CommunityCommittee, Some(&superior), title)?;
    }
    for row in BODIES {
        add_body(cast, row)?;
    }
    for row in PARTNERS {
        add_partner(cast, row)?;
    }
    Ok(())
}

/// A community's name without the kind of its committee: 增产里社区.
pub(super) fn short_name(name: &str) -> &str {
    let name = name.strip_suffix("委员会").or_else(|| name.strip_suffix("委会")).unwrap_or(name);
    ["居民", "村民", "居", "村"]
        .iter()
        .find_map(|kind| name.strip_suffix(kind))
        .filter(|rest| !rest.is_empty())
        .unwrap_or(name)
}

/// Puts the row of the organisation itself and returns its id.
pub(super) fn put(
    cast: &mut Cast,
    name: &str,
    kind: OrganisationKind,
    title: String,
    region: &str,
    superior: Option<&str>,
) -> Result<String, DbErr> {
    let created_at = cast.when.ago(1000);
    let id = cast.make(name, kind.prefix(), created_at)?;
    cast.rows.organisations.push(organisation::Model {
        id: id.clone(),
        kind,
        name_folded: folded(&title),
        name: title,
        region_code: region.to_owned(),
        superior_id: cast.some_id(superior)?,
        dissolved_on: None,
        created_at,
        version: 1,
    });
    Ok(id)
}

/// The committee, `party/CODE`, of a street or community.
pub(super) fn add_committee(
    cast: &mut Cast,
    region: &region::Model,
    kind: OrganisationKind,
    superior: Option<&str>,
    title: String,
) -> Result<(), DbErr> {
    let id = put(cast, &format!("party/{}", region.code), kind, title, &region.code, superior)?;
    let founded_on = Some(cast.when.day(-4000));
    cast.rows.party_organisations.push(party_organisation::Model { id, unit_id: None, founded_on });
    Ok(())
}

/// The organisation and what its kind has besides, as far as that is known from the kind alone.
fn add_body(cast: &mut Cast, row: &Body) -> Result<(), DbErr> {
    let id = put(cast, row.name, row.kind, row.title.to_owned(), row.region, row.superior)?;
    match row.kind {
        DistrictCommittee | GridBranch | CompoundBranch => {
            let founded_on = Some(cast.when.day(-1500));
            cast.rows.party_organisations.push(party_organisation::Model { id, unit_id: None, founded_on });
        }
        PropertyCompany => {
            // O is no letter of such codes, so that no company can have this one.
            let credit_code = Some(format!("91120106DEMO{:06}", cast.rows.property_companies.len() + 1));
            cast.rows.property_companies.push(property_company::Model { id, credit_code });
        }
        BigPartyCommittee => {
            let host_id = cast.id(row.superior.unwrap_or_default())?;
            cast.rows.big_party_committees.push(big_party_committee::Model { id, host_id });
        }
        PartyAlliance => {
            let regional = row.region == STREET;
            let category = if regional { PartyAllianceCategory::Regional } else { PartyAllianceCategory::Building };
            let lead_id = cast.id(row.superior.unwrap_or_default())?;
            cast.rows.party_alliances.push(party_alliance::Model { id, category, lead_id });
        }
        _ => {}
    }
    Ok(())
}

fn add_partner(cast: &mut Cast, row: &Partner) -> Result<(), DbErr> {
    let when = cast.when;
    let id = put(cast, row.name, row.kind, row.title.to_owned(), row.community, None)?;
    cast.rows.units.push(unit::Model { id: id.clone(), category: row.category });
    let superior = format!("party/{}", row.community);
    let title = format!("{}党支部", row.title);
    let party = put(cast, &format!("{}-party", row.name), UnitParty, title, row.community, Some(&superior))?;
    let founded_on = Some(when.day(-2000));
    cast.rows.party_organisations.push(party_organisation::Model { id: party, unit_id: Some(id.clone()), founded_on });
    cast.rows.check_ins.push(check_in::Model {
        id: make_id("checkin", when.ago(360))?,
        person_id: None,
        unit_id: Some(id),
        community_code: row.community.to_owned(),
        starts_on: when.day(-360),
        ends_on: Some(when.day(735)),
        ended_at: None,
        created_at: when.ago(360),
    });
    Ok(())
}

/// The pacts of the alliances.
pub(super) fn join(cast: &mut Cast) -> Result<(), DbErr> {
    let when = cast.when;
    for &(alliance, member, duties, left) in PACTS {
        let pact = alliance_member::Model {
            id: make_id("pact", when.ago(120))?,
            alliance_id: cast.id(alliance)?,
            member_id: cast.id(member)?,
            pact_year: when.year(),
            duties: duties.to_owned(),
            signed_on: when.day(-120),
            left_on: left.then(|| when.day(-15)),
        };
        cast.rows.alliance_members.push(pact);
    }
    Ok(())
}
