//! What the city stands on: its communities, and in each of them compounds, partners, officials and residents.

use std::collections::HashMap;

use sea_orm::{ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, QueryFilter as _};
use tongxin_entity::{
    check_in, compound,
    organisation::{self, OrganisationKind},
    owners_committee, person,
    post::{self, PostRole},
    property_company,
    property_contract::{self, PropertyContractKind},
    region,
    service_item::claimable_by,
    unit::{self, UnitCategory},
};

use super::{MARK, Size, choice::choose, story};
use crate::demo::{
    accounts::staff,
    cast::{Acting, Cast, make_id},
    organisations::{add_committee, put, short_name},
    people::add_post,
    places::{Divisions, built_area, monthly_fee},
};

const RESIDENTS: usize = 6;
const SURNAMES: [&str; 12] = ["赵", "钱", "孙", "李", "周", "吴", "郑", "王", "冯", "陈", "褚", "卫"];

/// A community, ready for work.
pub(super) struct Community {
    pub code: String,
    /// Two compounds; the second has an owners' committee.
    pub compounds: [String; 2],
    /// Those who live in either.
    pub residents: [Vec<String>; 2],
    pub worker: String,
    pub secretary: Acting,
    pub claimants: Vec<Claimant>,
    /// Implementation and priority.
    pub tasks: Vec<(String, String)>,
}

/// An organisation that claims, through one person.
pub(super) struct Claimant {
    pub organisation: String,
    /// Its bit of `claimable_by`.
    pub kind: i16,
    pub acting: Acting,
}

impl Claimant {
    /// Whether it may claim an item of the compound with this number, or of the whole community.
    pub fn serves(&self, compound: Option<usize>) -> bool {
        match (self.kind, compound) {
            (_, None) | (claimable_by::PROPERTY_COMPANY, _) => true,
            (claimable_by::OWNERS_COMMITTEE, Some(number)) => number == 1,
            _ => false,
        }
    }
}

/// Chooses the communities and makes what they lack.
pub(super) async fn lay(db: &impl ConnectionTrait, cast: &mut Cast, size: Size) -> Result<Vec<Community>, DbErr> {
    let (streets, communities) = choose(Divisions::read(db, "").await?, size);
    learn(db, cast).await?;
    for (number, street) in (1..).zip(&streets) {
        if cast.id(&format!("party/{}", street.code)).is_err() {
            add_committee(
                cast,
                street,
                OrganisationKind::StreetCommittee,
                None,
                format!("{}党工委（演示）", street.name),
            )?;
        }
        add_company(cast, street, number)?;
        story::set_priorities(cast, street)?;
    }
    communities.iter().map(|community| settle(cast, community)).collect()
}

/// Committees and secretaries that are there already.
async fn learn(db: &impl ConnectionTrait, cast: &mut Cast) -> Result<(), DbErr> {
    let kinds = [OrganisationKind::StreetCommittee, OrganisationKind::CommunityCommittee];
    let committees = organisation::Entity::find().filter(organisation::Column::Kind.is_in(kinds)).all(db).await?;
    let places: HashMap<_, _> = committees.iter().map(|body| (&body.id, &body.region_code)).collect();
    let secretaries = post::Entity::find().filter(post::Column::Role.eq(PostRole::CommunitySecretary)).all(db).await?;
    for post in secretaries {
        if let Some(code) = places.get(&post.organisation_id) {
            let acting = Acting { person: post.person_id, post: Some(post.id), role: post.role.as_str() };
            cast.may_act(&format!("secretary/{code}"), acting);
        }
    }
    for body in committees {
        cast.know(&format!("party/{}", body.region_code), body.id);
    }
    Ok(())
}

/// The street's property company, and the officer who drafts its priorities.
fn add_company(cast: &mut Cast, street: &region::Model, number: usize) -> Result<(), DbErr> {
    let code = &street.code;
    let title = format!("演示{}物业有限公司", street.name);
    let id = put(cast, &format!("company/{code}"), OrganisationKind::PropertyCompany, title, &code[..6], None)?;
    let credit_code = Some(format!("{}{number:06}", &MARK[..12]));
    cast.rows.property_companies.push(property_company::Model { id, credit_code });
    employ(cast, &format!("manager/{code}"), PostRole::PropertyManager, &format!("company/{code}"))?;
    employ(cast, &format!("officer/{code}"), PostRole::StreetOfficer, &format!("party/{code}"))?;
    Ok(())
}

/// A person with a post, both by the names of the demo.
fn employ(cast: &mut Cast, name: &str, role: PostRole, at: &str) -> Result<Acting, DbErr> {
    let id = add_person(cast, None)?;
    cast.know(name, id.clone());
    add_post(cast, name, &id, &staff(role, at))?;
    cast.acting(name)
}

fn add_person(cast: &mut Cast, home: Option<(&str, &str)>) -> Result<String, DbErr> {
    let number = cast.rows.people.len();
    let created_at = cast.when.ago(450);
    let id = make_id("person", created_at)?;
    cast.rows.people.push(person::Model {
        id: id.clone(),
        name: format!("{}样例{number:05}", SURNAMES[number % SURNAMES.len()]),
        account: None,
        home_community_code: home.map(|(community, _)| community.to_owned()),
        home_compound_id: home.map(|(_, compound)| compound.to_owned()),
        phone_sealed: None,
        phone_masked: None,
        registered_code: None,
        registered_by: None,
        erased_at: None,
        created_at,
        version: 1,
    });
    Ok(id)
}

fn settle(cast: &mut Cast, community: &region::Model) -> Result<Community, DbErr> {
    let (code, name) = (&community.code, short_name(&community.name).to_owned());
    let (street, party) = (code[..9].to_owned(), format!("party/{code}"));
    if cast.id(&party).is_err() {
        let title = format!("{name}党委（演示）");
        let superior = format!("party/{street}");
        add_committee(cast, community, OrganisationKind::CommunityCommittee, Some(&superior), title)?;
    }
    let secretary = match cast.acting(&format!("secretary/{code}")) {
        Ok(acting) => acting,
        Err(_) => employ(cast, &format!("secretary/{code}"), PostRole::CommunitySecretary, &party)?,
    };
    let worker = employ(cast, &format!("worker/{code}"), PostRole::CommunityWorker, &party)?.person;
    let compounds =
        [add_compound(cast, code, format!("{name}演示苑"))?, add_compound(cast, code, format!("{name}演示园"))?];
    let mut residents = [Vec::new(), Vec::new()];
    for (compound, living) in compounds.iter().zip(&mut residents) {
        for _ in 0..RESIDENTS {
            living.push(add_person(cast, Some((code, compound)))?);
        }
    }
    let company = Claimant {
        organisation: cast.id(&format!("company/{street}"))?,
        kind: claimable_by::PROPERTY_COMPANY,
        acting: cast.acting(&format!("manager/{street}"))?,
    };
    let claimants = vec![
        company,
        add_owners(cast, code, format!("{name}演示园业主委员会"), &compounds[1])?,
        add_unit(cast, code, format!("{name}演示诊所"), UnitCategory::Hospital)?,
        add_unit(cast, code, format!("{name}演示商行"), UnitCategory::Enterprise)?,
        add_unit(cast, code, format!("{name}演示互助社"), UnitCategory::SocialOrganisation)?,
    ];
    let tasks = story::adopt(cast, &street, code)?;
    Ok(Community { code: code.clone(), compounds, residents, worker, secretary, claimants, tasks })
}

/// A compound that the street's company serves.
fn add_compound(cast: &mut Cast, code: &str, name: String) -> Result<String, DbErr> {
    let when = cast.when;
    let created_at = when.ago(440);
    let id = make_id("compound", created_at)?;
    let community_code = code.to_owned();
    let (households, built_area) = (400, Some(built_area(400)));
    cast.rows.compounds.push(compound::Model { id: id.clone(), name, community_code, households, built_area });
    cast.rows.property_contracts.push(property_contract::Model {
        id: make_id("contract", created_at)?,
        company_id: cast.id(&format!("company/{}", &code[..9]))?,
        compound_id: id.clone(),
        kind: PropertyContractKind::Commercial,
        starts_on: when.day(-430),
        ends_on: when.day(665),
        ended_on: None,
        end_reason: None,
        monthly_fee: Some(monthly_fee(PropertyContractKind::Commercial)),
        created_at,
    });
    Ok(id)
}

fn add_owners(cast: &mut Cast, code: &str, title: String, compound: &str) -> Result<Claimant, DbErr> {
    let when = cast.when;
    let name = format!("owners/{code}");
    let id = put(cast, &name, OrganisationKind::OwnersCommittee, title, code, None)?;
    cast.rows.owners_committees.push(owners_committee::Model {
        id: id.clone(),
        compound_id: compound.to_owned(),
        seats: 5,
        elected_on: when.day(-425),
        term_ends_on: when.day(670),
        filed_on: Some(when.day(-410)),
    });
    let acting = employ(cast, &format!("chair/{code}"), PostRole::OwnersChair, &name)?;
    Ok(Claimant { organisation: id, kind: claimable_by::OWNERS_COMMITTEE, acting })
}

/// A unit or social organisation, checked in.
fn add_unit(cast: &mut Cast, code: &str, title: String, category: UnitCategory) -> Result<Claimant, DbErr> {
    let when = cast.when;
    let (kind, bit) = match category {
        UnitCategory::SocialOrganisation => (OrganisationKind::SocialOrganisation, claimable_by::SOCIAL_ORGANISATION),
        _ => (OrganisationKind::Unit, claimable_by::UNIT),
    };
    let name = format!("unit/{title}/{code}");
    let id = put(cast, &name, kind, title, code, None)?;
    cast.rows.units.push(unit::Model { id: id.clone(), category });
    cast.rows.check_ins.push(check_in::Model {
        id: make_id("checkin", when.ago(410))?,
        person_id: None,
        unit_id: Some(id.clone()),
        community_code: code.to_owned(),
        starts_on: when.day(-410),
        ends_on: None,
        ended_at: None,
        created_at: when.ago(410),
    });
    let acting = employ(cast, &format!("liaison/{name}"), PostRole::UnitLiaison, &name)?;
    Ok(Claimant { organisation: id, kind: bit, acting })
}
