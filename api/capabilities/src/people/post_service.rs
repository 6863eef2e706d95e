//! The acts on posts: appointing, and ending a term before its last day.

use async_graphql::{ID, InputObject};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, EntityTrait, ExprTrait as _, QueryFilter,
    sea_query::{Expr, OnConflict},
};
use serde_json::json;
use tongxin_entity::{organisation, post};
use tongxin_kernel::{
    act::{Act, Done, Permit, Record, Way, Work},
    error::{Message, Refusal, Result, is_overlap},
    id::new_id,
    input::Check,
    on, say,
    scalars::Date,
    see::{Field, On, Owner, Reader as _, Sql, not_found},
    who::actor::Place,
};
use tongxin_policies::{Given, Seat, Table};

use super::{
    Person, Post,
    giving::{Giving, given_at},
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

/// 终止任职 · 终止哪一项任职、为何终止 · which post, and why
#[derive(InputObject, Debug)]
pub struct EndPostInput {
    /// 任职 · 任职的编号 · the post's id
    pub post_id: ID,
    /// 终止原因 · 为何终止任职，1 至 1000 字 · why; 1 to 1,000 characters
    pub reason: String,
}

impl Act for AppointPostInput {
    const ACTION: &'static str = "appointPost";
    const ABOUT: &'static str = "任命 · 书记任命某人担任某岗位，权限随任期生效；岗位与姓名公开，此外不向原本看不到此人者透露任何信息 · a secretary appoints a person to a post for a term; the right it gives begins with the term. The post is public and shows the name; nothing else of the person is shown to whoever could not see it before";
    const ANSWER: &'static str = "任命的结果 · 新的任职 · the new post";
    const SHOWS: fn() -> Vec<Field> = shown;
    type Seen = organisation::Model;

    fn ways() -> Vec<Way> {
        GIVEN.map(appointing).into()
    }

    async fn find(&self, work: &Work<Self>) -> Result<(organisation::Model, Place)> {
        let organisation = see_organisation(work, &self.organisation_id).await?;
        let given = self.seat(work.policy(), &organisation).map(|seat| seat.given);
        let place = place_of_appointment(&organisation, given).person(&*self.person_id);
        Ok((organisation, place))
    }

    async fn run(&self, permit: &Permit<'_, Self>, organisation: organisation::Model) -> Result<Done> {
        let seat = self.seat(permit.work().policy(), &organisation);
        let representing = match &self.representing_id {
            Some(id) => Some(see_organisation(permit.work(), id).await?.id),
            None => None,
        };
        let mut check = Check::default();
        if seat.is_none_or(|seat| seat.given == Given::Nobody) {
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
        let once = OnConflict::new().do_nothing().to_owned();
        let kept = post::Entity::insert(row).on_conflict(once).exec_without_returning(permit.db()).await;
        match kept {
            Ok(0) => return Err(held()),
            Err(error) if is_overlap(&error, "post_terms_apart") => return Err(held()),
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

/// Where posts are given by appointment; the nearest first, as an appointment is judged where nothing else is said.
const GIVEN: [Given; 3] = [Given::Own, Given::Street, Given::District];

/// The place at which a post is given: the district or the street in which the organisation is, or its own place.
fn place_of_appointment(organisation: &organisation::Model, given: Option<Given>) -> Place {
    let code = &organisation.region_code;
    let digits = match given {
        Some(Given::District) => 6,
        Some(Given::Street) => 9,
        _ => code.len(),
    };
    Place::region(code.get(..digits).unwrap_or(code))
}

/// Appointing to what is given there.
fn appointing(given: Given) -> Way {
    let (region, not_given) = match given {
        Given::District => {
            ("substr({c}.region_code, 1, 6)", On::With(|sql, _, row| push_not_given(sql, row, Given::District)))
        }
        Given::Street => {
            ("substr({c}.region_code, 1, 9)", On::With(|sql, _, row| push_not_given(sql, row, Given::Street)))
        }
        Given::Own | Given::Nobody => ("{c}.region_code", On::With(|sql, _, row| push_not_given(sql, row, Given::Own))),
    };
    let none = || say!("该组织没有由此任命的岗位", "the organisation has no post that is given from there");
    let way = Way::on_any::<Organisation>(Owner { region, ..Owner::default() });
    // Where the organisation has no post that is given from above, above has nothing to say there.
    if given == Given::Own { way.unless_told(not_given, none) } else { way.barred(not_given, none) }
}

/// Writes that the organisation has no post that is given so.
fn push_not_given(sql: &mut Sql<'_>, row: &str, given: Given) {
    let seats = sql.policy.seats().iter().filter(|seat| seat.given == given);
    let kinds = seats.map(|seat| seat.kind.clone()).collect::<Vec<_>>();
    sql.push(row).push(".kind NOT IN ").bind_list(&kinds);
}

/// A post is ended where it is given, or by its holder; what nobody gives, by its holder alone.
fn ending() -> Vec<Way> {
    let nowhere = || say!("该岗位不由此任免", "the post is not given from there");
    let way = |region| {
        let owner = Owner { region, person: "{c}.person_id", ..Owner::default() };
        Way::on::<Post>().at(owner).unless_told(On::With(is_over), over)
    };
    let given = given_at().map(|Giving { region, elsewhere, .. }| way(region).barred(elsewhere, nowhere));
    given.into_iter().chain([way("")]).collect()
}

fn is_over(sql: &mut Sql<'_>, _: &str, row: &str) {
    let today = sql.today;
    sql.push_template("{c}.ended_at IS NOT NULL OR {c}.ends_on < ", row, row).bind(today);
}

fn over() -> Message {
    say!("该任职此前已终止或届满", "the post was ended before, or its term is over")
}

impl Act for EndPostInput {
    const ACTION: &'static str = "endPost";
    const ABOUT: &'static str = "终止任职 · 书记终止某项任职，或任职者本人辞任，由此而来的权限立即失效 · a secretary ends a post, or its holder resigns; every right it gave ends at once";
    const ANSWER: &'static str = "终止任职的结果 · 已终止的任职 · the ended post";
    const SHOWS: fn() -> Vec<Field> = shown;

    on!(Post, post_id, ending());

    async fn run(&self, permit: &Permit<'_, Self>, held: post::Model) -> Result<Done> {
        let organisation = see_organisation(permit.work(), &held.organisation_id).await?;
        let mut check = Check::default();
        let reason = check.text("reason", &self.reason, 1..=1000);
        check.done()?;
        let ended = post::Entity::update_many()
            .col_expr(post::Column::EndedAt, Expr::value(permit.now()))
            .col_expr(post::Column::EndReason, Expr::value(reason.clone()))
            .filter(post::Column::Id.eq(&held.id))
            .filter(post::Column::EndedAt.is_null())
            .filter(post::Column::EndsOn.is_null().or(post::Column::EndsOn.gte(permit.today())))
            .exec(permit.db())
            .await?;
        if ended.rows_affected == 0 {
            return Err(Refusal::conflict(over(), "ENDED"));
        }
        let record = Record {
            subject: held.id.clone(),
            region_code: Some(organisation.region_code),
            before: Some(json!({"role": held.role, "organisationId": held.organisation_id, "endsOn": held.ends_on})),
            after: Some(json!({"endedAt": permit.now()})),
            reason: Some(reason),
            ..Record::default()
        };
        Ok(Done::new(record).show("post", held.id).rights_changed())
    }
}
