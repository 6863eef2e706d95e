//! The whole city in memory, and what each field of each row is, read without SQL.

use async_graphql::Value;
use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{DatabaseConnection, EntityTrait as _};
use tongxin_entity::{
    big_party_committee, check_in, claim, compound,
    organisation::{self, OrganisationKind as Kind},
    owners_committee, party_alliance, party_organisation, person,
    post::{self, PostRole},
    priority, priority_target, property_company, property_contract, rating, region, service_item, unit,
};
use tongxin_kernel::who::actor::Place;

macro_rules! city {
    ($($field:ident: $table:ident,)+) => {
        pub struct City { pub today: NaiveDate, $(pub $field: Vec<$table::Model>,)+ }

        impl City {
            pub async fn load(db: &DatabaseConnection, today: NaiveDate) -> Self {
                Self { today, $($field: $table::Entity::find().all(db).await.unwrap(),)+ }
            }
        }
    };
}

city! {
    regions: region,
    items: service_item,
    claims: claim,
    ratings: rating,
    priorities: priority,
    targets: priority_target,
    people: person,
    posts: post,
    check_ins: check_in,
    compounds: compound,
    contracts: property_contract,
    organisations: organisation,
    parties: party_organisation,
    units: unit,
    companies: property_company,
    owners: owners_committee,
    alliances: party_alliance,
    councils: big_party_committee,
}

/// Any row, with the type that shows it.
#[derive(Debug, Clone, Copy)]
pub enum Row<'a> {
    Region(&'a region::Model),
    Item(&'a service_item::Model),
    Claim(&'a claim::Model),
    Rating(&'a rating::Model),
    Priority(&'a priority::Model),
    Person(&'a person::Model),
    Post(&'a post::Model),
    CheckIn(&'a check_in::Model),
    Compound(&'a compound::Model),
    Contract(&'a property_contract::Model),
    Organisation(&'a organisation::Model),
}

/// What a field holds, before anybody's scope.
pub enum Held<'a> {
    Leaf(Value),
    One(Option<Row<'a>>),
    /// A person who is shown to that person alone.
    Oneself(Option<Row<'a>>),
    Many(Vec<Row<'a>>),
}

impl<'a> Row<'a> {
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Region(_) => "Region",
            Self::Item(_) => "ServiceItem",
            Self::Claim(_) => "Claim",
            Self::Rating(_) => "Rating",
            Self::Priority(_) => "Priority",
            Self::Person(_) => "Person",
            Self::Post(_) => "Post",
            Self::CheckIn(_) => "CheckIn",
            Self::Compound(_) => "Compound",
            Self::Contract(_) => "PropertyContract",
            Self::Organisation(row) => match row.kind {
                Kind::DistrictCentre | Kind::Department | Kind::Station => "PublicBody",
                Kind::Unit | Kind::SocialOrganisation => "Unit",
                Kind::PropertyCompany => "PropertyCompany",
                Kind::OwnersCommittee => "OwnersCommittee",
                Kind::PartyAlliance => "PartyAlliance",
                Kind::BigPartyCommittee => "BigPartyCommittee",
                _ => "PartyOrganisation",
            },
        }
    }

    pub fn id(self) -> &'a str {
        match self {
            Self::Region(row) => &row.id,
            Self::Item(row) => &row.id,
            Self::Claim(row) => &row.id,
            Self::Rating(row) => &row.id,
            Self::Priority(row) => &row.id,
            Self::Person(row) => &row.id,
            Self::Post(row) => &row.id,
            Self::CheckIn(row) => &row.id,
            Self::Compound(row) => &row.id,
            Self::Contract(row) => &row.id,
            Self::Organisation(row) => &row.id,
        }
    }

    /// What the policies ask of whoever reads it, and where it stands.
    pub fn read_by(self, city: &City) -> (&'static str, Place) {
        match self {
            Self::Region(row) => ("readRegion", Place::region(&row.code)),
            Self::Item(row) => {
                let draft = row.opened_at.is_none();
                let action = if draft { "readServiceItemDrafts" } else { "readServiceItem" };
                let place = Place::region(&row.community_code).compound(row.compound_id.clone());
                (action, place.person(&row.created_by))
            }
            Self::Claim(row) => ("readClaim", Place::default().organisation(&row.claimant_id).person(&row.claimed_by)),
            Self::Rating(row) => ("readRating", Place::default().person(&row.person_id)),
            Self::Priority(row) => {
                let draft = row.published_at.is_none();
                let action = if draft { "readPriorityDrafts" } else { "readPriority" };
                (action, Place::region(&row.street_code).person(&row.created_by))
            }
            Self::Person(row) => (
                "readPerson",
                Place {
                    region_code: row.home_community_code.clone().or(row.registered_code.clone()),
                    ..Place::default()
                }
                .person(&row.id),
            ),
            Self::Post(row) => {
                let organisation = city.organisation(&row.organisation_id).unwrap();
                let action = if row.role == PostRole::PartyMember { "readPerson" } else { "readPost" };
                (action, Place::region(&organisation.region_code).person(&row.person_id))
            }
            Self::CheckIn(row) => {
                let action = if row.unit_id.is_some() { "readOrganisation" } else { "readCheckIn" };
                let place = Place { person_id: row.person_id.clone(), ..Place::region(&row.community_code) };
                (action, Place { organisation_id: row.unit_id.clone(), ..place })
            }
            Self::Compound(row) => {
                ("readOrganisation", Place::region(&row.community_code).compound(Some(row.id.clone())))
            }
            Self::Contract(row) => ("readPropertyContract", Place::default().organisation(&row.company_id)),
            Self::Organisation(row) => ("readOrganisation", Place::region(&row.region_code).organisation(&row.id)),
        }
    }
}

pub fn text(text: impl ToString) -> Value {
    Value::String(text.to_string())
}

pub fn maybe<T: ToString>(text: Option<T>) -> Value {
    text.map_or(Value::Null, |text| Value::String(text.to_string()))
}

pub fn moment(at: DateTime<Utc>) -> Value {
    text(at.to_rfc3339_opts(chrono::SecondsFormat::Micros, true))
}

impl City {
    pub fn region(&self, code: &str) -> Option<&region::Model> {
        self.regions.iter().find(|row| row.code == code)
    }

    pub fn organisation(&self, id: &str) -> Option<&organisation::Model> {
        self.organisations.iter().find(|row| row.id == id)
    }

    pub fn person(&self, id: &str) -> Option<&person::Model> {
        self.people.iter().find(|row| row.id == id)
    }

    pub fn compound(&self, id: &str) -> Option<&compound::Model> {
        self.compounds.iter().find(|row| row.id == id)
    }

    /// Whether a post or check-in is in force by its days.
    pub fn in_force(&self, starts: NaiveDate, ends: Option<NaiveDate>, ended: Option<DateTime<Utc>>) -> bool {
        starts <= self.today && ends.is_none_or(|ends| ends >= self.today) && ended.is_none()
    }

    pub fn contract_in_force(&self, row: &property_contract::Model) -> bool {
        self.in_force(row.starts_on, Some(row.ends_on), None) && row.ended_on.is_none_or(|ended| ended > self.today)
    }

    /// Every row of a type, in no order.
    pub fn all(&self, type_name: &str) -> Vec<Row<'_>> {
        match type_name {
            "Region" => self.regions.iter().map(Row::Region).collect(),
            "ServiceItem" => self.items.iter().map(Row::Item).collect(),
            "Claim" => self.claims.iter().map(Row::Claim).collect(),
            "Rating" => self.ratings.iter().map(Row::Rating).collect(),
            "Priority" => self.priorities.iter().map(Row::Priority).collect(),
            "Person" => self.people.iter().map(Row::Person).collect(),
            "Post" => self.posts.iter().map(Row::Post).collect(),
            "CheckIn" => self.check_ins.iter().map(Row::CheckIn).collect(),
            "Compound" => self.compounds.iter().map(Row::Compound).collect(),
            "PropertyContract" => self.contracts.iter().map(Row::Contract).collect(),
            of => {
                let all = self.organisations.iter().map(Row::Organisation);
                all.filter(|row| row.type_name() == of).collect()
            }
        }
    }
}
