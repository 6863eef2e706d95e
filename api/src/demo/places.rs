//! Divisions of the demo, its compounds, and who serves them.

use sea_orm::{ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use tongxin_entity::{
    compound, owners_committee,
    property_contract::{self, PropertyContractKind},
    region::{self, RegionLevel},
};

use super::cast::{Cast, make_id};

/// 红桥区.
pub(super) const DISTRICT: &str = "120106";
/// 西于庄街道.
pub(super) const STREET: &str = "120106001";
/// 增产里社区, where most of the demo is.
pub(super) const HERE: &str = "120106001002";
/// 新建里社区, of the same street.
pub(super) const SIBLING: &str = "120106001004";
/// 咸阳北路街道.
pub(super) const FAR_STREET: &str = "120106003";
/// 凤城社区, of that other street.
pub(super) const FAR: &str = "120106003001";

/// The streets and communities under a region, by code.
pub(super) struct Divisions {
    pub streets: Vec<region::Model>,
    pub communities: Vec<region::Model>,
}

impl Divisions {
    /// Reads them; there must be some.
    pub async fn read(db: &impl ConnectionTrait, under: &str) -> Result<Self, DbErr> {
        let code = region::Column::Code;
        let under_it = region::Entity::find().filter(code.gte(under)).filter(code.lt(format!("{under}:")));
        let all = under_it.order_by_asc(code).all(db).await?;
        let (streets, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|region| region.level == RegionLevel::Street);
        let communities: Vec<_> = rest.into_iter().filter(|region| region.level == RegionLevel::Community).collect();
        if communities.is_empty() {
            return Err(DbErr::RecordNotFound(format!("no communities under {under:?}: import the divisions first")));
        }
        Ok(Self { streets, communities })
    }

    /// The communities of a street.
    pub fn of<'a>(&'a self, street: &'a str) -> impl Iterator<Item = &'a region::Model> {
        self.communities.iter().filter(move |community| community.code.starts_with(street))
    }
}

struct Compound {
    name: &'static str,
    title: &'static str,
    community: &'static str,
    households: i32,
}

#[rustfmt::skip]
const COMPOUNDS: &[Compound] = &[
    Compound { name: "compound-one", title: "演示家园一区", community: HERE, households: 620 },
    Compound { name: "compound-two", title: "演示家园二区", community: HERE, households: 480 },
    Compound { name: "compound-three", title: "演示家园三区", community: HERE, households: 355 },
    Compound { name: "compound-four", title: "演示家园四区", community: HERE, households: 210 },
    Compound { name: "compound-five", title: "演示老楼院", community: HERE, households: 64 },
    Compound { name: "compound-sibling", title: "演示里弄", community: SIBLING, households: 300 },
    Compound { name: "compound-far", title: "演示新村", community: FAR, households: 512 },
];

/// Days count from today.
struct Contract {
    company: &'static str,
    compound: &'static str,
    kind: PropertyContractKind,
    from: i64,
    until: i64,
    /// Ended before its time.
    ended: Option<(i64, &'static str)>,
}

#[rustfmt::skip]
const CONTRACTS: &[Contract] = &[
    // What served compound one before: ended early, on record.
    Contract { company: "company-four", compound: "compound-one", kind: PropertyContractKind::Commercial, from: -1100, until: -200,
        ended: Some((-380, "双方协商提前终止，已办理交接（演示）")) },
    Contract { company: "company-one", compound: "compound-one", kind: PropertyContractKind::Commercial, from: -370, until: 725, ended: None },
    Contract { company: "company-two", compound: "compound-two", kind: PropertyContractKind::StateTakeover, from: -250, until: 480, ended: None },
    // Ran out: nobody ended it, and it serves no more.
    Contract { company: "company-four", compound: "compound-four", kind: PropertyContractKind::Commercial, from: -750, until: -20, ended: None },
    Contract { company: "company-fallback", compound: "compound-five", kind: PropertyContractKind::PartyFallback, from: -150, until: 580, ended: None },
    Contract { company: "company-five", compound: "compound-sibling", kind: PropertyContractKind::Commercial, from: -330, until: 400, ended: None },
    Contract { company: "company-three", compound: "compound-far", kind: PropertyContractKind::Commercial, from: -330, until: 765, ended: None },
];

/// Compounds, contracts, and the one owners' committee, elected and filed. The organisations must be there.
/// 85 m² for each household.
pub(super) fn built_area(households: i32) -> i64 {
    i64::from(households) * 850_000
}

/// What is usual on such a footing.
pub(super) fn monthly_fee(kind: PropertyContractKind) -> i64 {
    match kind {
        PropertyContractKind::Commercial => 180,
        PropertyContractKind::StateTakeover => 90,
        PropertyContractKind::PartyFallback => 50,
    }
}

pub(super) fn add(cast: &mut Cast) -> Result<(), DbErr> {
    let when = cast.when;
    for row in COMPOUNDS {
        let id = cast.make(row.name, "compound", when.ago(1200))?;
        let (name, community_code) = (row.title.to_owned(), row.community.to_owned());
        let (households, built_area) = (row.households, Some(built_area(row.households)));
        cast.rows.compounds.push(compound::Model { id, name, community_code, households, built_area });
    }
    for row in CONTRACTS {
        let created_at = when.ago(10 - row.from);
        let contract = property_contract::Model {
            id: make_id("contract", created_at)?,
            company_id: cast.id(row.company)?,
            compound_id: cast.id(row.compound)?,
            kind: row.kind,
            starts_on: when.day(row.from),
            ends_on: when.day(row.until),
            ended_on: row.ended.map(|(day, _)| when.day(day)),
            end_reason: row.ended.map(|(_, reason)| reason.to_owned()),
            monthly_fee: Some(monthly_fee(row.kind)),
            created_at,
        };
        cast.rows.property_contracts.push(contract);
    }
    let committee = owners_committee::Model {
        id: cast.id("owners")?,
        compound_id: cast.id("compound-three")?,
        seats: 7,
        elected_on: when.day(-405),
        term_ends_on: when.day(695),
        filed_on: Some(when.day(-390)),
    };
    cast.rows.owners_committees.push(committee);
    Ok(())
}
