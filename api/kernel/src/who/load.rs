//! Reads an actor from the database: its posts in force now, where their organisations serve, and until when that holds.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use tongxin_entity::{
    check_in, client_application, compound, entrusted_compound,
    organisation::{self, OrganisationKind},
    owners_committee, party_organisation, person, person_link, post, property_contract,
};
use tongxin_policies::{Role, Table};

use super::{
    actor::{Actor, Home, PostInForce, Serving, Who},
    subject::{Login, Subject},
};
use crate::{
    clock::{end_of_day, shanghai_day, start_of_day},
    error::{Refusal, Result},
    say,
};

/// The scope with which a client application reads what is public.
pub const READ_PUBLIC: &str = "read:public";

/// Whoever calls without a token.
pub fn stranger() -> Actor {
    let posts = vec![without_post(Role::ANONYMOUS)];
    Actor { who: Who::Anonymous, login: None, name: String::new(), posts, home: None, until: None }
}

/// The actor behind a token's subject.
///
/// # Errors
/// `UNAUTHENTICATED` for an id that is not there, or a client application that was switched off.
pub async fn of(db: &impl ConnectionTrait, policy: &Table, subject: &Subject, now: DateTime<Utc>) -> Result<Actor> {
    match subject {
        Subject::Id(id) => with_id(db, policy, id, now).await,
        Subject::Login(login) => {
            let actor = match linked(db, login).await? {
                Some(person) => of_person(db, policy, person, now).await?,
                None => stranger(),
            };
            Ok(Actor { login: Some(login.clone()), ..actor })
        }
    }
}

/// The person that a login is linked to.
async fn linked(db: &impl ConnectionTrait, login: &Login) -> Result<Option<person::Model>> {
    let links = person_link::Entity::find()
        .filter(person_link::Column::Issuer.eq(&login.issuer))
        .filter(person_link::Column::Subject.eq(&login.subject));
    let Some(link) = links.one(db).await? else { return Ok(None) };
    Ok(person::Entity::find_by_id(link.person_id).one(db).await?)
}

async fn with_id(db: &impl ConnectionTrait, policy: &Table, id: &str, now: DateTime<Utc>) -> Result<Actor> {
    let found = match id.split_once('_') {
        Some(("person", _)) => {
            let found = person::Entity::find_by_id(id).one(db).await?;
            found.filter(|person| person.erased_at.is_none()).map(Account::Person)
        }
        Some(("client", _)) => client_application::Entity::find_by_id(id).one(db).await?.map(Account::Client),
        _ => None,
    };
    match found {
        Some(Account::Person(person)) => of_person(db, policy, person, now).await,
        Some(Account::Client(client)) if client.active => Ok(of_client(client)),
        _ => Err(Refusal::unauthenticated(say!(
            "令牌所指的账号不存在或已停用",
            "the token's account does not exist or is switched off"
        ))),
    }
}

enum Account {
    Person(person::Model),
    Client(client_application::Model),
}

fn of_client(client: client_application::Model) -> Actor {
    let may_read = client.scopes.0.iter().any(|scope| scope == READ_PUBLIC);
    let posts = may_read.then(|| without_post(Role::CIVIC_APP)).into_iter().collect();
    Actor { who: Who::Client(client.id), login: None, name: client.name, posts, home: None, until: None }
}

async fn of_person(
    db: &impl ConnectionTrait,
    policy: &Table,
    person: person::Model,
    now: DateTime<Utc>,
) -> Result<Actor> {
    let today = shanghai_day(now);
    let mut boundary = Boundary { now, next: None };
    let held = post::Entity::find().filter(post::Column::PersonId.eq(&person.id)).all(db).await?;
    let held = held.into_iter().filter(|p| boundary.in_force(p.starts_on, p.ends_on, p.ended_at)).collect::<Vec<_>>();
    let ids = held.iter().map(|post| post.organisation_id.clone()).collect::<Vec<_>>();
    let organisations = if ids.is_empty() {
        Vec::new()
    } else {
        organisation::Entity::find().filter(organisation::Column::Id.is_in(ids)).all(db).await?
    };

    let home =
        person.home_community_code.map(|community_code| Home { community_code, compound_id: person.home_compound_id });
    let mut posts = vec![without_post(Role::ANONYMOUS)];
    posts.extend(home.is_some().then(|| without_post(Role::RESIDENT)));
    for post in held {
        let organisation = organisations.iter().find(|o| o.id == post.organisation_id);
        let Some(organisation) = organisation.filter(|o| o.dissolved_on.is_none_or(|day| today < day)) else {
            continue;
        };
        let role = Role::parse(post.role.as_str());
        let role = role.ok_or_else(|| Refusal::internal(format!("the policies know no role {}", post.role)))?;
        let mut serves = served_by(db, organisation, &mut boundary).await?;
        if serves.is_empty() {
            serves = check_ins(db, check_in::Column::PersonId.eq(&person.id), &mut boundary).await?;
        }
        let compounds = entrusted(db, organisation).await?;
        posts.push(PostInForce {
            id: Some(post.id),
            role,
            organisation_id: Some(organisation.id.clone()),
            organisation_name: organisation.name.clone(),
            // A station keeps its community until it is given compounds.
            governs: (compounds.is_empty() && policy.governs(organisation.kind.as_str()))
                .then(|| organisation.region_code.clone()),
            unit: unit_of(db, organisation).await?,
            compounds,
            serves,
        });
    }
    let who = Who::Person(person.id);
    Ok(Actor { who, login: None, name: person.name, posts, home, until: boundary.next })
}

fn without_post(role: Role) -> PostInForce {
    PostInForce {
        id: None,
        role,
        organisation_id: None,
        organisation_name: String::new(),
        governs: None,
        unit: None,
        compounds: Vec::new(),
        serves: Vec::new(),
    }
}

/// The compounds that an organisation was given, where it is of a kind that is given any.
async fn entrusted(db: &impl ConnectionTrait, to: &organisation::Model) -> Result<Vec<String>> {
    use OrganisationKind::{CompoundBranch, Station};
    if !matches!(to.kind, CompoundBranch | Station) {
        return Ok(Vec::new());
    }
    let given = entrusted_compound::Entity::find().filter(entrusted_compound::Column::OrganisationId.eq(&to.id));
    Ok(given.all(db).await?.into_iter().map(|given| given.compound_id).collect())
}

/// The unit whose party organisation it is.
async fn unit_of(db: &impl ConnectionTrait, of: &organisation::Model) -> Result<Option<String>> {
    if of.kind != OrganisationKind::UnitParty {
        return Ok(None);
    }
    let party = party_organisation::Entity::find_by_id(&of.id).one(db).await?;
    Ok(party.and_then(|party| party.unit_id))
}

/// Where a partner serves now: by contract, by its compound once it is filed, by check-in.
async fn served_by(
    db: &impl ConnectionTrait,
    of: &organisation::Model,
    boundary: &mut Boundary,
) -> Result<Vec<Serving>> {
    let compounds = match of.kind {
        OrganisationKind::PropertyCompany => {
            let contracts = property_contract::Entity::find().filter(property_contract::Column::CompanyId.eq(&of.id));
            let contracts = contracts.all(db).await?.into_iter();
            let contracts = contracts.filter(|c| boundary.in_force_until_day(c.starts_on, Some(c.ends_on), c.ended_on));
            contracts.map(|contract| contract.compound_id).collect::<Vec<_>>()
        }
        OrganisationKind::OwnersCommittee => {
            let committee = owners_committee::Entity::find_by_id(&of.id).one(db).await?;
            let committee = committee.filter(|c| c.filed_on.is_some());
            let committee = committee.filter(|c| boundary.in_force(c.elected_on, Some(c.term_ends_on), None));
            committee.map(|committee| committee.compound_id).into_iter().collect()
        }
        OrganisationKind::Unit | OrganisationKind::SocialOrganisation => {
            return check_ins(db, check_in::Column::UnitId.eq(&of.id), boundary).await;
        }
        _ => return Ok(Vec::new()),
    };
    if compounds.is_empty() {
        return Ok(Vec::new());
    }
    let compounds = compound::Entity::find().filter(compound::Column::Id.is_in(compounds)).all(db).await?;
    Ok(compounds.into_iter().map(|c| Serving { community_code: c.community_code, compound_id: Some(c.id) }).collect())
}

async fn check_ins(
    db: &impl ConnectionTrait,
    whose: sea_orm::sea_query::SimpleExpr,
    boundary: &mut Boundary,
) -> Result<Vec<Serving>> {
    let rows = check_in::Entity::find().filter(whose).all(db).await?.into_iter();
    let rows = rows.filter(|c| boundary.in_force(c.starts_on, c.ends_on, c.ended_at));
    Ok(rows.map(|c| Serving { community_code: c.community_code, compound_id: None }).collect())
}

/// Tells what is in force and remembers the next moment at which that changes.
struct Boundary {
    now: DateTime<Utc>,
    next: Option<DateTime<Utc>>,
}

impl Boundary {
    fn in_force(&mut self, starts: NaiveDate, ends: Option<NaiveDate>, ended: Option<DateTime<Utc>>) -> bool {
        let begins = start_of_day(starts);
        let ends = ends.map(end_of_day).into_iter().chain(ended).min();
        for moment in std::iter::once(begins).chain(ends).filter(|moment| self.now < *moment) {
            self.next = Some(self.next.map_or(moment, |next| next.min(moment)));
        }
        begins <= self.now && ends.is_none_or(|end| self.now < end)
    }

    fn in_force_until_day(&mut self, starts: NaiveDate, ends: Option<NaiveDate>, ended: Option<NaiveDate>) -> bool {
        self.in_force(starts, ends, ended.map(start_of_day))
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::Boundary;
    use crate::clock::start_of_day;

    #[test]
    fn a_term_runs_from_its_first_to_its_last_day_in_china() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 3, d).unwrap();
        let at = |d, hours| start_of_day(day(d)) + chrono::TimeDelta::hours(hours);
        // (now, starts, ends, ended, in force, next boundary)
        let table = [
            (at(9, 23), day(10), Some(day(12)), None, false, Some(at(10, 0))),
            (at(10, 0), day(10), Some(day(12)), None, true, Some(at(13, 0))),
            (at(12, 23), day(10), Some(day(12)), None, true, Some(at(13, 0))),
            (at(13, 0), day(10), Some(day(12)), None, false, None),
            (at(11, 0), day(10), None, None, true, None),
            (at(11, 5), day(10), None, Some(at(11, 4)), false, None),
            (at(11, 3), day(10), Some(day(12)), Some(at(11, 4)), true, Some(at(11, 4))),
        ];
        for (now, starts, ends, ended, holds, next) in table {
            let mut boundary = Boundary { now, next: None };
            assert_eq!(boundary.in_force(starts, ends, ended), holds, "at {now}");
            assert_eq!(boundary.next, next, "after {now}");
        }
    }
}
