//! What each field of each row holds.

use async_graphql::Value;
use tongxin_entity::{
    organisation::{self, OrganisationKind},
    service_item,
};

use super::plain::{City, Held, Row, maybe, moment, text};

const KINDS: [(i16, &str); 4] =
    [(1, "PROPERTY_COMPANY"), (2, "OWNERS_COMMITTEE"), (4, "UNIT"), (8, "SOCIAL_ORGANISATION")];

impl<'a> Row<'a> {
    pub fn field(self, city: &'a City, name: &str) -> Held<'a> {
        let leaf = match (self, name) {
            (_, "id") => text(self.id()),
            (_, "__typename") => text(self.type_name()),
            (Self::Item(row), _) => return item(city, row, name),
            (Self::Organisation(row), _) => return organisation(city, row, name),
            (Self::Region(row), "code") => text(&row.code),
            (Self::Region(row), "name") => text(&row.name),
            (Self::Region(row), "level") => text(row.level),
            (Self::Region(row), "kind") => text(row.kind),
            (Self::Claim(row), "status") => text(row.status),
            (Self::Claim(row), "dueOn") => text(row.due_on),
            (Self::Claim(row), "claimedAt") => moment(row.claimed_at),
            (Self::Claim(row), "startedAt") => row.started_at.map_or(Value::Null, moment),
            (Self::Claim(row), "submittedAt") => row.submitted_at.map_or(Value::Null, moment),
            (Self::Claim(row), "endedAt") => row.ended_at.map_or(Value::Null, moment),
            (Self::Claim(row), "updatedAt") => moment(row.updated_at),
            (Self::Claim(row), "summary") => maybe(row.summary.as_ref()),
            (Self::Claim(row), "reason") => maybe(row.reason.as_ref()),
            (Self::Claim(row), "lapsed") => row.lapsed.into(),
            (Self::Claim(row), "version") => row.version.into(),
            (Self::Rating(row), "stars") => row.stars.into(),
            (Self::Rating(row), "comment") => maybe(row.comment.as_ref()),
            (Self::Rating(row), "createdAt") => moment(row.created_at),
            (Self::Priority(row), "title") => text(&row.title),
            (Self::Priority(row), "status") => text(row.status),
            (Self::Priority(row), "dueOn") => text(row.due_on),
            (Self::Priority(row), "adoptBy") => maybe(row.adopt_by),
            (Self::Priority(row), "weight") => row.weight.into(),
            (Self::Priority(row), "createdAt") => moment(row.created_at),
            (Self::Priority(row), "updatedAt") => moment(row.updated_at),
            (Self::Priority(row), "publishedAt") => row.published_at.map_or(Value::Null, moment),
            (Self::Priority(row), "withdrawReason") => maybe(row.withdraw_reason.as_ref()),
            (Self::Priority(row), "version") => row.version.into(),
            (Self::Person(row), "name") => text(&row.name),
            (Self::Person(row), "phoneMasked") => maybe(row.phone_masked.as_ref()),
            (Self::Post(row), "role") => text(row.role),
            (Self::Post(row), "personName") => text(&city.person(&row.person_id).unwrap().name),
            (Self::Post(row), "startsOn") => text(row.starts_on),
            (Self::Post(row), "endsOn") => maybe(row.ends_on),
            (Self::Post(row), "endedAt") => row.ended_at.map_or(Value::Null, moment),
            (Self::Post(row), "inForce") => city.in_force(row.starts_on, row.ends_on, row.ended_at).into(),
            (Self::CheckIn(row), "startsOn") => text(row.starts_on),
            (Self::CheckIn(row), "endsOn") => maybe(row.ends_on),
            (Self::CheckIn(row), "endedAt") => row.ended_at.map_or(Value::Null, moment),
            (Self::CheckIn(row), "inForce") => city.in_force(row.starts_on, row.ends_on, row.ended_at).into(),
            (Self::Compound(row), "name") => text(&row.name),
            (Self::Compound(row), "households") => row.households.into(),
            (Self::Compound(row), "builtArea") => row.built_area.into(),
            (Self::Contract(row), "kind") => text(row.kind),
            (Self::Contract(row), "startsOn") => text(row.starts_on),
            (Self::Contract(row), "endsOn") => text(row.ends_on),
            (Self::Contract(row), "endedOn") => maybe(row.ended_on),
            (Self::Contract(row), "endReason") => maybe(row.end_reason.as_ref()),
            (Self::Contract(row), "monthlyFee") => row.monthly_fee.into(),
            (Self::Contract(row), "inForce") => city.contract_in_force(row).into(),
            _ => return self.related(city, name),
        };
        Held::Leaf(leaf)
    }

    fn related(self, city: &'a City, name: &str) -> Held<'a> {
        let region = |code: &str| Held::One(city.region(code).map(Row::Region));
        let person = |id: &str| Held::One(city.person(id).map(Row::Person));
        match (self, name) {
            (Self::Region(row), "parent") => {
                Held::One(row.parent_code.as_deref().and_then(|c| city.region(c)).map(Row::Region))
            }
            (Self::Region(row), "children") => {
                Held::many(&city.regions, |child| child.parent_code.as_ref() == Some(&row.code), Row::Region)
            }
            (Self::Region(row), "serviceItems") => {
                Held::many(&city.items, |item| item.community_code.starts_with(&row.code), Row::Item)
            }
            (Self::Claim(row), "claimant") => {
                let claimant = city.organisation(&row.claimant_id).map(Row::Organisation);
                Held::One(
                    claimant.filter(|row| matches!(row.type_name(), "Unit" | "PropertyCompany" | "OwnersCommittee")),
                )
            }
            (Self::Claim(row), "serviceItem") => Held::item(city, &row.service_item_id),
            (Self::Rating(row), "serviceItem") => Held::item(city, &row.service_item_id),
            (Self::Rating(row), "ratedBy") => Held::Oneself(city.person(&row.person_id).map(Row::Person)),
            (Self::Priority(row), "street") => region(&row.street_code),
            (Self::Priority(row), "communities") => {
                let mut targets: Vec<_> = city.targets.iter().filter(|target| target.priority_id == row.id).collect();
                targets.sort_by_key(|target| &target.community_code);
                Held::Many(targets.iter().map(|t| Row::Region(city.region(&t.community_code).unwrap())).collect())
            }
            (Self::Priority(row), "serviceItems") => {
                Held::many(&city.items, |item| item.priority_id.as_ref() == Some(&row.id), Row::Item)
            }
            (Self::Priority(row), "createdBy") => person(&row.created_by),
            (Self::Person(row), "homeCommunity") => row.home_community_code.as_deref().map_or(Held::One(None), region),
            (Self::Person(row), "homeCompound") => {
                Held::One(row.home_compound_id.as_deref().and_then(|id| city.compound(id)).map(Row::Compound))
            }
            (Self::Person(row), "posts") => Held::many(&city.posts, |post| post.person_id == row.id, Row::Post),
            (Self::Person(row), "checkIns") => {
                Held::many(&city.check_ins, |check_in| check_in.person_id.as_ref() == Some(&row.id), Row::CheckIn)
            }
            (Self::Post(row), "person") => person(&row.person_id),
            (Self::Post(row), "organisation") => Held::organisation(city, Some(&row.organisation_id)),
            (Self::Post(row), "representing") => Held::organisation(city, row.representing_id.as_deref()),
            (Self::CheckIn(row), "community") => region(&row.community_code),
            (Self::CheckIn(row), "unit") => Held::organisation(city, row.unit_id.as_deref()),
            (Self::CheckIn(row), "person") => row.person_id.as_deref().map_or(Held::One(None), person),
            (Self::Compound(row), "community") => region(&row.community_code),
            (Self::Compound(row), "contract") => {
                let mut all: Vec<_> = city.contracts.iter().filter(|c| c.compound_id == row.id).collect();
                all.retain(|contract| city.contract_in_force(contract));
                Held::One(all.into_iter().max_by_key(|contract| contract.starts_on).map(Row::Contract))
            }
            (Self::Compound(row), "ownersCommittee") => {
                let owners = city.owners.iter().filter(|owners| owners.compound_id == row.id);
                let elected = owners.filter(|owners| owners.elected_on <= city.today);
                Held::organisation(city, elected.max_by_key(|owners| owners.elected_on).map(|owners| &*owners.id))
            }
            (Self::Compound(row), "contracts") => {
                Held::many(&city.contracts, |contract| contract.compound_id == row.id, Row::Contract)
            }
            (Self::Contract(row), "company") => Held::organisation(city, Some(&row.company_id)),
            (Self::Contract(row), "compound") => Held::One(city.compound(&row.compound_id).map(Row::Compound)),
            _ => panic!("{}.{name} is not read plainly", self.type_name()),
        }
    }
}

impl<'a> Held<'a> {
    fn many<T>(rows: &'a [T], which: impl Fn(&T) -> bool, show: impl Fn(&'a T) -> Row<'a>) -> Self {
        Self::Many(rows.iter().filter(|row| which(row)).map(show).collect())
    }

    fn item(city: &'a City, id: &str) -> Self {
        Self::One(city.items.iter().find(|item| item.id == id).map(Row::Item))
    }

    fn organisation(city: &'a City, id: Option<&str>) -> Self {
        Self::One(id.and_then(|id| city.organisation(id)).map(Row::Organisation))
    }
}

fn item<'a>(city: &'a City, row: &'a service_item::Model, name: &str) -> Held<'a> {
    let leaf = match name {
        "title" => text(&row.title),
        "description" => text(&row.description),
        "audience" => maybe(row.audience.as_ref()),
        "kind" => text(row.kind),
        "status" => text(row.status),
        "dueOn" => text(row.due_on),
        "quota" => row.quota.into(),
        "claimCount" => row.live_claims.into(),
        "acceptedCount" => row.accepted_claims.into(),
        "claimableBy" => {
            let kinds = KINDS.iter().filter(|(bit, _)| row.claimable_by & bit != 0);
            Value::List(kinds.map(|(_, name)| text(name)).collect())
        }
        "averageStars" => {
            let stars: Vec<_> = city.ratings.iter().filter(|r| r.service_item_id == row.id).map(|r| r.stars).collect();
            let mean = f64::from(stars.iter().sum::<i32>()) / stars.len() as f64;
            let mean = serde_json::Number::from_f64((mean * 100.0).round() / 100.0);
            mean.map_or(Value::Null, Value::Number)
        }
        "cancelReason" => maybe(row.cancel_reason.as_ref()),
        "createdAt" => moment(row.created_at),
        "updatedAt" => moment(row.updated_at),
        "openedAt" => row.opened_at.map_or(Value::Null, moment),
        "doneAt" => row.done_at.map_or(Value::Null, moment),
        "closedAt" => row.closed_at.map_or(Value::Null, moment),
        "version" => row.version.into(),
        "community" => return Held::One(city.region(&row.community_code).map(Row::Region)),
        "street" => return Held::One(city.region(&row.community_code[..9]).map(Row::Region)),
        "compound" => {
            return Held::One(row.compound_id.as_deref().and_then(|id| city.compound(id)).map(Row::Compound));
        }
        "publisher" => {
            let of = |body: &&organisation::Model| {
                body.kind == OrganisationKind::CommunityCommittee && body.region_code == row.community_code
            };
            return Held::One(city.organisations.iter().find(of).map(Row::Organisation));
        }
        "priority" => {
            return Held::One(
                city.priorities.iter().find(|p| row.priority_id.as_ref() == Some(&p.id)).map(Row::Priority),
            );
        }
        "claims" => return Held::many(&city.claims, |claim| claim.service_item_id == row.id, Row::Claim),
        "ratings" => return Held::many(&city.ratings, |rating| rating.service_item_id == row.id, Row::Rating),
        "latestRating" => {
            let ratings = city.ratings.iter().filter(|rating| rating.service_item_id == row.id);
            return Held::One(ratings.max_by_key(|rating| &rating.id).map(Row::Rating));
        }
        _ => panic!("ServiceItem.{name} is not read plainly"),
    };
    Held::Leaf(leaf)
}

fn organisation<'a>(city: &'a City, row: &'a organisation::Model, name: &str) -> Held<'a> {
    let party = || city.parties.iter().find(|party| party.id == row.id).unwrap();
    let owners = || city.owners.iter().find(|owners| owners.id == row.id).unwrap();
    let of_type = Row::Organisation(row).type_name();
    let leaf = match (of_type, name) {
        (_, "name") => text(&row.name),
        (_, "kind") => text(row.kind),
        (_, "region") => return Held::One(city.region(&row.region_code).map(Row::Region)),
        (_, "superior") => return Held::organisation(city, row.superior_id.as_deref()),
        (_, "claims") => return Held::many(&city.claims, |claim| claim.claimant_id == row.id, Row::Claim),
        (_, "posts" | "members") => {
            let here = |post: &tongxin_entity::post::Model| {
                post.organisation_id == row.id && city.in_force(post.starts_on, post.ends_on, post.ended_at)
            };
            return Held::many(&city.posts, here, Row::Post);
        }
        (_, "allMembers") => return Held::many(&city.posts, |post| post.organisation_id == row.id, Row::Post),
        ("PartyOrganisation", "foundedOn") => maybe(party().founded_on),
        ("PartyOrganisation", "unit") => return Held::organisation(city, party().unit_id.as_deref()),
        ("PartyOrganisation", "subordinates") => {
            let below = |body: &organisation::Model| {
                body.superior_id.as_ref() == Some(&row.id) && Row::Organisation(body).type_name() == "PartyOrganisation"
            };
            return Held::many(&city.organisations, below, Row::Organisation);
        }
        ("Unit", "category") => text(city.units.iter().find(|unit| unit.id == row.id).unwrap().category),
        ("Unit", "checkIns") => {
            return Held::many(&city.check_ins, |check_in| check_in.unit_id.as_ref() == Some(&row.id), Row::CheckIn);
        }
        ("PropertyCompany", "creditCode") => {
            maybe(city.companies.iter().find(|company| company.id == row.id).unwrap().credit_code.as_ref())
        }
        ("PropertyCompany", "contracts") => {
            return Held::many(&city.contracts, |contract| contract.company_id == row.id, Row::Contract);
        }
        ("OwnersCommittee", "compound") => return Held::One(city.compound(&owners().compound_id).map(Row::Compound)),
        ("OwnersCommittee", "seats") => owners().seats.into(),
        ("OwnersCommittee", "electedOn") => text(owners().elected_on),
        ("OwnersCommittee", "termEndsOn") => text(owners().term_ends_on),
        ("OwnersCommittee", "filedOn") => maybe(owners().filed_on),
        ("PartyAlliance", "category") => {
            text(city.alliances.iter().find(|alliance| alliance.id == row.id).unwrap().category)
        }
        ("PartyAlliance", "lead") => {
            let lead = &city.alliances.iter().find(|alliance| alliance.id == row.id).unwrap().lead_id;
            return Held::organisation(city, Some(lead));
        }
        ("BigPartyCommittee", "host") => {
            let host = &city.councils.iter().find(|council| council.id == row.id).unwrap().host_id;
            return Held::organisation(city, Some(host));
        }
        _ => panic!("{of_type}.{name} is not read plainly"),
    };
    Held::Leaf(leaf)
}
