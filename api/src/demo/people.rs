//! People, their posts, homes and check-ins, and the client application.

use sea_orm::DbErr;
use tongxin_entity::{
    check_in,
    client_application::{self, Scopes},
    person,
    post::{self, PostRole::*},
};

use super::{
    accounts::{ACCOUNTS, Holder, Human, Post, part_time, staff, term},
    cast::{Acting, Cast, make_id},
    organisations::short_name,
    places::{Divisions, FAR_STREET, HERE, STREET},
};

/// People without an account, by the names of the demo.
#[rustfmt::skip]
const OTHERS: &[(&str, Human)] = &[
    ("street-deputy", Human::new("曹样例", &[term(FullTimeMember, "council-street")])),
    ("deputy-secretary", Human::new("严样例", &[term(FullTimeMember, "council")])),
    ("organiser", Human::new("华样例", &[term(FullTimeMember, "council")])),
    ("far-deputy", Human::new("金样例", &[term(FullTimeMember, "council-far")])),
    ("doctor", Human::new("魏样例", &[part_time("council-street", "hospital-party"), part_time("council", "hospital-party")])),
    ("librarian", Human::new("陶样例", &[staff(UnitLiaison, "library"), part_time("council-far", "library-party")])),
    ("headteacher", Human::new("姜样例", &[staff(UnitLiaison, "school")])),
    ("stallholder", Human::new("戚样例", &[staff(UnitLiaison, "market")])),
    ("team-leader", Human::new("谢样例", &[staff(PropertyManager, "company-fallback")])),
    ("sibling-manager", Human::new("邹样例", &[staff(PropertyManager, "company-five")])),
    ("owner-two", Human::new("喻样例", &[term(OwnersMember, "owners")]).living_in(HERE, "compound-three")),
    ("owner-three", Human::new("柏样例", &[term(OwnersMember, "owners")]).living_in(HERE, "compound-three")),
    ("resident-two", Human::new("水样例", &[]).living_in(HERE, "compound-one")),
    ("resident-three", Human::new("窦样例", &[]).living_in(HERE, "compound-two")),
    ("resident-four", Human::new("章样例", &[]).living_in(HERE, "compound-four")),
    ("resident-five", Human::new("云样例", &[]).living_in(HERE, "compound-five")),
];

/// Everyone.
pub(super) fn add(
    cast: &mut Cast,
    divisions: &Divisions,
    seal: impl Fn(&str, &str) -> (String, String),
) -> Result<(), DbErr> {
    for account in ACCOUNTS {
        match account.holder {
            Holder::Person(human) => add_person(cast, account.name, Some(account.name), &human, &seal)?,
            Holder::Client { name, scopes } => add_client(cast, account.name, name, scopes)?,
        }
    }
    for (name, human) in OTHERS {
        add_person(cast, name, None, human, &seal)?;
    }
    for street in [STREET, FAR_STREET] {
        for community in divisions.of(street) {
            add_secretary(cast, &community.code, &community.name)?;
        }
    }
    Ok(())
}

fn add_person(
    cast: &mut Cast,
    name: &str,
    account: Option<&str>,
    human: &Human,
    seal: &impl Fn(&str, &str) -> (String, String),
) -> Result<(), DbErr> {
    let when = cast.when;
    let created_at = when.ago(500);
    let id = cast.make(name, "person", created_at)?;
    // A series that is plainly nobody's.
    let (sealed, masked) = seal(&id, &format!("138000{:05}", cast.rows.people.len() + 1));
    cast.rows.people.push(person::Model {
        id: id.clone(),
        name: human.name.to_owned(),
        account: account.map(str::to_owned),
        home_community_code: human.home.map(|(community, _)| community.to_owned()),
        home_compound_id: cast.some_id(human.home.map(|(_, compound)| compound))?,
        phone_sealed: Some(sealed),
        phone_masked: Some(masked),
        registered_code: None,
        registered_by: None,
        erased_at: None,
        created_at,
        version: 1,
    });
    for post in human.posts {
        add_post(cast, name, &id, post)?;
    }
    if let Some(community) = human.checked_in {
        cast.rows.check_ins.push(check_in::Model {
            id: make_id("checkin", when.ago(200))?,
            person_id: Some(id),
            unit_id: None,
            community_code: community.to_owned(),
            starts_on: when.day(-200),
            ends_on: None,
            ended_at: None,
            created_at: when.ago(200),
        });
    }
    Ok(())
}

/// A post of a person whom the tables call `name`.
pub(super) fn add_post(cast: &mut Cast, name: &str, person: &str, post: &Post<'_>) -> Result<(), DbErr> {
    let when = cast.when;
    let created_at = when.ago(3 - post.from);
    let id = make_id("post", created_at)?;
    cast.may_act(name, Acting { person: person.to_owned(), post: Some(id.clone()), role: post.role.as_str() });
    cast.rows.posts.push(post::Model {
        id,
        person_id: person.to_owned(),
        role: post.role,
        organisation_id: cast.id(post.at)?,
        representing_id: cast.some_id(post.representing)?,
        starts_on: when.day(post.from),
        ends_on: post.until.map(|days| when.day(days)),
        ended_at: None,
        end_reason: None,
        appointed_by: None,
        created_at,
    });
    Ok(())
}

/// A secretary, `secretary/CODE`, for a community whose secretary has no account.
fn add_secretary(cast: &mut Cast, code: &str, community: &str) -> Result<(), DbErr> {
    let party = format!("party/{code}");
    let committee = cast.id(&party)?;
    let served = |post: &post::Model| post.role == CommunitySecretary && post.organisation_id == committee;
    if cast.rows.posts.iter().any(served) {
        return Ok(());
    }
    let created_at = cast.when.ago(480);
    let name = format!("secretary/{code}");
    let id = cast.make(&name, "person", created_at)?;
    cast.rows.people.push(person::Model {
        id: id.clone(),
        name: format!("{}书记样例", short_name(community).trim_end_matches("社区")),
        account: None,
        home_community_code: None,
        home_compound_id: None,
        phone_sealed: None,
        phone_masked: None,
        registered_code: None,
        registered_by: None,
        erased_at: None,
        created_at,
        version: 1,
    });
    add_post(cast, &name, &id, &term(CommunitySecretary, &party))
}

fn add_client(cast: &mut Cast, account: &str, name: &str, scopes: &[&str]) -> Result<(), DbErr> {
    let created_at = cast.when.ago(150);
    let client = client_application::Model {
        id: cast.make(account, "client", created_at)?,
        name: name.to_owned(),
        account: Some(account.to_owned()),
        scopes: Scopes(scopes.iter().map(|&scope| scope.to_owned()).collect()),
        active: true,
        created_at,
    };
    cast.rows.client_applications.push(client);
    Ok(())
}
