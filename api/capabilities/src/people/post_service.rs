//! The acts on posts: appointing, and ending a term before its last day.

use async_graphql::{ID, InputObject};
use sea_orm::{ActiveValue::Set, EntityTrait as _};
use serde_json::json;
use tongxin_entity::{organisation, post};
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Way, Work},
    error::{Refusal, Result, is_refused_by},
    id::new_id,
    input::Check,
    say,
    scalars::Date,
    see::{Field, On, Owner, Reader as _, Sql, not_found},
    who::actor::Place,
};
use tongxin_policies::{Given, Role, Seat, Table};

use super::{
    Person,
    giving::{EVERYWHERE, From, push_given, push_held},
    role::RoleName,
    shape::shown,
};
use crate::organisations::{Organisation, see_organisation};

/// 任命 · 任命谁、任何岗位、在哪个组织、任期多长 · who, to what, where, for which term
#[derive(InputObject, Debug)]
pub struct AppointPostInput {
    /// 人员 · 人员的编号，由本人从 me 处得知；也可以是任命者看不到的人，此编号是否存在最后才告知 · the person's id, as `me` tells it to the person; also of somebody whom the caller may not see. Whether anybody has it is told last
    pub person_id: ID,
    /// 岗位 · 任何岗位，须为该组织所设、且有人可以任命 · the role; one that the organisation has, and that somebody may give
    pub role: RoleName,
    /// 组织 · 任职所在组织的编号 · id of the organisation in which it is held
    pub organisation_id: ID,
    /// 代表单位 · 兼职委员所来自的单位的编号 · id of the unit that a part-time member comes from
    pub representing_id: Option<ID>,
    /// 任期开始 · 任期的第一天 · the first day of the term
    pub starts_on: Date,
    /// 任期届满 · 任期的最后一天，不填即无固定任期 · the last day of the term; none for an open one
    pub ends_on: Option<Date>,
}

impl Act for AppointPostInput {
    const ACTION: &'static str = "appointPost";
    const ABOUT: &'static str = "任命 · 书记任命某人担任某岗位，权限随任期生效；岗位与姓名公开，此外不向原本看不到此人者透露任何信息 · a secretary appoints a person to a post for a term; the right it gives begins with the term. The post is public and shows the name; nothing else of the person is shown to whoever could not see it before";
    const ANSWER: &'static str = "任命的结果 · 新的任职 · the new post";
    const SHOWS: fn() -> Vec<Field> = shown;
    /// The organisation, and whether the post is given within.
    type Seen = (organisation::Model, bool);

    fn ways() -> Vec<Way> {
        EVERYWHERE.map(appointing).into()
    }

    async fn find(&self, work: &Work<Self>) -> Result<(Self::Seen, Place)> {
        let organisation = see_organisation(work, &self.organisation_id).await?;
        let place = match self.seat(work.policy(), &organisation) {
            Some(Seat { within: Some(by), .. }) if is_held(work, *by, &organisation.id).await? => {
                Place::default().organisation(&organisation.id)
            }
            seat => Place::region(seat.map_or(Given::Own, |seat| seat.given).place(&organisation.region_code)),
        };
        let within = place.organisation_id.is_some();
        Ok(((organisation, within), place.person(&*self.person_id)))
    }

    async fn run(&self, permit: &Permit<'_, Self>, (organisation, within): Self::Seen) -> Result<Done> {
        let seat = self.seat(permit.work().policy(), &organisation);
        let representing = match &self.representing_id {
            Some(id) => Some(see_organisation(permit.work(), id).await?.id),
            None => None,
        };
        let mut check = Check::default();
        if seat.is_none_or(|seat| seat.given == Given::Nobody && !within) {
            check.fault("role", "NOT_APPOINTED", say!("此岗位不由任命产生", "nobody appoints to this role"));
        }
        if seat.is_some_and(|seat| seat.kind != organisation.kind.as_str()) {
            check.fault(
                "organisationId",
                "WRONG_KIND",
                say!("此岗位不在该类组织中任职", "the role is not held in this sort of organisation"),
            );
        }
        if self.ends_on.is_some_and(|ends| ends.0 < self.starts_on.0) {
            check.fault("endsOn", "BEFORE_START", say!("不能早于任期开始", "must not lie before the first day"));
        }
        check.done()?;
        let role = self.role.0;
        let person_id = existing(permit.work(), &self.person_id).await?;
        let id = new_id("post", permit.now())?;
        let row = post::ActiveModel {
            id: Set(id.clone()),
            person_id: Set(person_id),
            role: Set(role),
            organisation_id: Set(organisation.id.clone()),
            representing_id: Set(representing),
            starts_on: Set(self.starts_on.0),
            ends_on: Set(self.ends_on.map(|day| day.0)),
            ended_at: Set(None),
            end_reason: Set(None),
            appointed_by: Set(Some(permit.person()?)),
            created_at: Set(permit.now()),
        };
        match post::Entity::insert(row).exec_without_returning(permit.db()).await {
            Err(error) if is_refused_by(&error, "post_terms_apart") => return Err(held()),
            Err(error) if is_refused_by(&error, "post_one_seat") => return Err(taken()),
            Err(error) if is_refused_by(&error, "post_not_on_dissolved") => {
                return Err(Refusal::conflict(say!("该组织已撤销", "the organisation was dissolved"), "DISSOLVED"));
            }
            kept => kept?,
        };
        // Whose it is, the post itself tells those who may know.
        let after = json!({
            "role": role, "organisationId": organisation.id, "startsOn": self.starts_on.0,
            "endsOn": self.ends_on.map(|day| day.0),
        });
        let record = Record {
            subject: id.clone(),
            region_code: Some(organisation.region_code),
            after: Some(after),
            ..Record::default()
        };
        Ok(Done::new(record).show("post", id).rights_changed())
    }
}

impl AppointPostInput {
    /// The seat that is to be taken; where the role is not held in such an organisation, another one of it.
    fn seat<'p>(&self, policy: &'p Table, organisation: &organisation::Model) -> Option<&'p Seat> {
        let role = policy.role(self.role.0.as_str())?;
        policy.seat(role, organisation.kind.as_str())
    }
}

/// Terms follow one another.
fn held() -> Refusal {
    let message = say!(
        "此人在该组织已有此岗位的任期与之重叠，任期只能前后相接",
        "the person holds this role there in a term that overlaps: terms follow one another"
    );
    Refusal::conflict(message, "HELD")
}

/// Of some roles an organisation has one at a time.
fn taken() -> Refusal {
    let message = say!(
        "该岗位同时只设一人，与他人的任期重叠；请先终止或约定其任期届满之日",
        "of this role there is one at a time, and the term overlaps that of somebody else: end it first, or set its last day"
    );
    Refusal::conflict(message, "TAKEN")
}

/// Whether somebody holds the role in the organisation, or in the party organisation of the unit.
async fn is_held<A: Act>(work: &Work<A>, role: Role, organisation: &str) -> Result<bool> {
    let statement = {
        let mut sql = work.sql();
        sql.push("SELECT o.id FROM organisation o WHERE o.id = ").bind(organisation).push(" AND ");
        push_held(&mut sql, role, "{c}.id", "o");
        sql.into_statement()
    };
    Ok(work.text(statement).await?.is_some())
}

/// The id, if anybody has it. Whom one may appoint is not bound to whom one may see: a post often goes to somebody who lives
/// elsewhere. It comes after every other check, so that nothing but an appointment, which is public, tells that a person exists.
async fn existing<A: Act>(work: &Work<A>, id: &str) -> Result<String> {
    let statement = {
        let mut sql = work.sql();
        sql.push("SELECT h.id FROM person h WHERE h.id = ").bind(id);
        sql.into_statement()
    };
    work.text(statement).await?.ok_or_else(not_found::<Person>)
}

/// Appointing to what is given from there.
fn appointing(from: From) -> Way {
    let place = |region| Owner { region, ..Owner::default() };
    let (owner, not_given) = match from {
        From::Place(Given::District) => (
            place("substr({c}.region_code, 1, 6)"),
            On::With(|sql, _, row| push_not_given(sql, row, From::Place(Given::District))),
        ),
        From::Place(Given::Street) => (
            place("substr({c}.region_code, 1, 9)"),
            On::With(|sql, _, row| push_not_given(sql, row, From::Place(Given::Street))),
        ),
        From::Place(Given::Own | Given::Nobody) => {
            (place("{c}.region_code"), On::With(|sql, _, row| push_not_given(sql, row, From::Place(Given::Own))))
        }
        From::Within => (
            Owner { organisation: "{c}.id", ..Owner::default() },
            On::With(|sql, _, row| push_not_given(sql, row, From::Within)),
        ),
    };
    let none = || say!("该组织没有由此任命的岗位", "the organisation has no post that is given from there");
    let dissolved = || say!("该组织已撤销", "the organisation was dissolved");
    let way = Way::on_any::<Organisation>(owner).unless_told("{c}.dissolved_on IS NOT NULL", dissolved);
    // Where the organisation has no post that is given from elsewhere, elsewhere has nothing to say there.
    let nearest = from == EVERYWHERE[0];
    if nearest { way.unless_told(not_given, none) } else { way.barred(not_given, none) }
}

/// Writes that the organisation has no post that is given so.
fn push_not_given(sql: &mut Sql<'_>, row: &str, from: From) {
    sql.push("NOT ");
    push_given(sql, from, "{c}.id", row, |sql, seat| {
        sql.push(row).push(".kind = ").bind(seat.kind.clone());
    });
}
