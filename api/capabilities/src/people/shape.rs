//! How persons, posts and check-ins are read.

use std::sync::LazyLock;

use tongxin_entity::Word;
use tongxin_kernel::{
    act::DeclaredDeadline,
    scalars::{Date, DateTime},
    see::{Field, Gate, Gates, Newest, NoFilter, On, Owner, Shape, Shaped, Sql, Stored, push_term},
};

use super::{invitation::Invitation, role::RoleName};
use crate::{
    deadlines::deadlines_on,
    organisations::{Compound, Organisation, Unit},
    possible::possible,
    regions::Region,
};

/// 人员.
pub struct Person;

impl Shaped for Person {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
            name: "Person",
            description: "人员 · 一位自然人，本人、所在社区的工作者和所属街道可以查看 · a person; seen by the person, the own community's workers and its street",
            prefix: Some("person"),
            table: "person",
            only: "",
            gates: Gates::through([Gate::all("readPerson")]),
            owner: Owner {
                region: "coalesce({c}.home_community_code, {c}.registered_code)",
                person: "{c}.id",
                organisation: "{c}.registered_by",
                ..Owner::default()
            },
            interfaces: &["Node"],
            fields: vec![
                Field::id("编号 · 对象的编号，不必解读 · opaque id"),
                possible::<Person>(),
                Field::text("name", "{c}.name", "姓名 · 此人的姓名 · the name"),
                Field::text(
                    "phoneMasked",
                    "{c}.phone_masked",
                    "电话（脱敏） · 隐去中间数字的电话号码 · the phone number, its middle hidden",
                )
                .nullable(),
                Field::one::<Region>(
                    "homeCommunity",
                    "{c}.code = {p}.home_community_code",
                    "居住社区 · 此人居住的社区 · the community of residence",
                )
                .nullable(),
                Field::one::<Compound>(
                    "homeCompound",
                    "{c}.id = {p}.home_compound_id",
                    "居住小区 · 此人居住的小区 · the compound of residence",
                )
                .nullable(),
                Field::page::<Invitation, NoFilter, Newest>(
                    "invitations",
                    "{c}.person_id = {p}.id",
                    "邀请 · 为此人发出的各次邀请 · the invitations that were given out for the person",
                ),
                Field::scalar::<i32>(
                    "version",
                    "{c}.version",
                    "版本 · 更正的次数，从 1 起计 · number of corrections, from 1",
                ),
                Field::page::<Post, NoFilter, Newest>(
                    "posts",
                    "{c}.person_id = {p}.id",
                    "任职 · 现有、将有和以往的任职 · posts in force, to come and of the past",
                ),
                Field::page::<CheckIn, NoFilter, Newest>(
                    "checkIns",
                    "{c}.person_id = {p}.id",
                    "报到 · 到各社区的报到 · check-ins to communities",
                ),
            ],
        });
        &SHAPE
    }
}

impl Stored for Person {
    type Entity = tongxin_entity::person::Entity;
}

/// A term ends on its last day, or when it is ended before.
pub(super) fn end_of_term() -> DeclaredDeadline {
    let kind = Word { code: "TERM_ENDS", zh: "任期届满", en: "the term of a post ends" };
    let runs = |sql: &mut Sql<'_>, _: &str, row: &str| {
        let today = sql.today;
        sql.push_template("{c}.ended_at IS NULL AND {c}.ends_on >= ", row, row).bind(today);
    };
    DeclaredDeadline::of::<Post>(kind, "{c}.ends_on", "{c}.ended_at").while_so(On::With(runs))
}

/// 任职.
pub struct Post;

impl Shaped for Post {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
            name: "Post",
            description: "任职 · 一人在一个组织中于一段任期内担任一个岗位 · one person holding one role in one organisation for a term",
            prefix: Some("post"),
            table: "post",
            only: "",
            // Who holds office is public; who is a party member is the member's own affair.
            gates: Gates::through([
                Gate::when("{c}.role <> 'party_member'", "readPost"),
                Gate::when("{c}.role = 'party_member'", "readPerson"),
            ]),
            owner: Owner {
                region: "(SELECT o.region_code FROM organisation o WHERE o.id = {c}.organisation_id)",
                person: "{c}.person_id",
                ..Owner::default()
            },
            interfaces: &["Node"],
            fields: vec![
                Field::id("编号 · 对象的编号，不必解读 · opaque id"),
                possible::<Post>(),
                deadlines_on::<Post>(),
                Field::scalar::<RoleName>("role", "{c}.role", "岗位 · 所担任的岗位 · the role"),
                Field::text(
                    "personName",
                    "(SELECT h.name FROM person h WHERE h.id = {c}.person_id)",
                    "姓名 · 任职者的姓名 · who holds it",
                ),
                Field::one::<Person>(
                    "person",
                    "{c}.id = {p}.person_id",
                    "人员 · 任职者本人，对可查看其本人的人显示 · who holds it, for those who may see the person",
                )
                .nullable(),
                Field::one_of::<Organisation>(
                    "organisation",
                    "{c}.id = {p}.organisation_id",
                    "组织 · 任职所在的组织 · the organisation it is held in",
                ),
                Field::one_of::<Organisation>(
                    "representing",
                    "{c}.id = {p}.representing_id",
                    "代表单位 · 兼职委员所来自的单位 · the unit that a part-time member comes from",
                )
                .nullable(),
                Field::scalar::<Date>(
                    "startsOn",
                    "{c}.starts_on",
                    "任期开始 · 任期的第一天 · the first day of the term",
                ),
                Field::scalar::<Date>("endsOn", "{c}.ends_on", "任期届满 · 任期的最后一天 · the last day of the term")
                    .nullable(),
                Field::scalar::<DateTime>(
                    "endedAt",
                    "{c}.ended_at",
                    "终止时间 · 提前终止的时间 · when it was ended before that",
                )
                .nullable(),
                Field::text("endReason", "{c}.end_reason", "终止原因 · 任职为何终止 · why it was ended").nullable(),
                Field::boolean(
                    "inForce",
                    On::With(|sql, _, row| {
                        sql.push("(");
                        push_post_in_force(sql, row);
                        sql.push(")");
                    }),
                    "在任 · 今天是否仍由此产生权限 · whether it gives any right today",
                ),
            ],
        });
        &SHAPE
    }
}

impl Stored for Post {
    type Entity = tongxin_entity::post::Entity;
}

/// A post is in force within its term unless it was ended; ends lie in the past.
pub fn push_post_in_force(sql: &mut Sql<'_>, row: &str) {
    push_term(sql, row);
    sql.push(" AND ").push(row).push(".ended_at IS NULL");
}

/// 报到.
pub struct CheckIn;

impl Shaped for CheckIn {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
            name: "CheckIn",
            description: "报到 · 单位或党员到社区报到 · a unit or party member checked in to a community",
            prefix: Some("checkin"),
            table: "check_in",
            only: "",
            gates: Gates::through([
                Gate::when("{c}.unit_id IS NOT NULL", "readOrganisation"),
                Gate::when("{c}.person_id IS NOT NULL", "readCheckIn"),
            ]),
            owner: Owner {
                region: "{c}.community_code",
                person: "{c}.person_id",
                organisation: "{c}.unit_id",
                ..Owner::default()
            },
            interfaces: &["Node"],
            fields: vec![
                Field::id("编号 · 对象的编号，不必解读 · opaque id"),
                Field::one::<Region>(
                    "community",
                    "{c}.code = {p}.community_code",
                    "社区 · 所报到的社区 · the community",
                ),
                Field::one::<Unit>(
                    "unit",
                    "{c}.id = {p}.unit_id",
                    "单位 · 报到的单位，由单位报到时才有 · the unit, if it is one",
                )
                .nullable(),
                Field::one::<Person>(
                    "person",
                    "{c}.id = {p}.person_id",
                    "党员 · 报到的党员，由党员报到时才有 · the party member, if it is one",
                )
                .nullable(),
                Field::scalar::<Date>("startsOn", "{c}.starts_on", "起始日期 · 生效的第一天 · its first day"),
                Field::scalar::<Date>("endsOn", "{c}.ends_on", "截止日期 · 有效的最后一天 · its last day").nullable(),
                Field::scalar::<DateTime>(
                    "endedAt",
                    "{c}.ended_at",
                    "终止时间 · 提前终止的时间 · when it was ended before that",
                )
                .nullable(),
                Field::boolean(
                    "inForce",
                    On::With(|sql, _, row| {
                        sql.push("(");
                        push_post_in_force(sql, row);
                        sql.push(")");
                    }),
                    "有效 · 今天是否有效 · whether it is in force today",
                ),
            ],
        });
        &SHAPE
    }
}

/// What acts on posts answers.
pub(super) fn shown() -> Vec<Field> {
    vec![Field::given::<Post>("post", "任职 · 任职的现况 · the post as it is now")]
}
