//! How compounds and property contracts are read.

use std::sync::LazyLock;

use tongxin_entity::{Word, property_contract::PropertyContractKind};
use tongxin_kernel::{
    act::DeclaredDeadline,
    scalars::{Area, Date, Fen},
    see::{Field, Gate, Gates, Newest, NoFilter, On, Owner, Shape, Shaped, Sql, Stored, push_term},
};

use super::{OwnersCommittee, PropertyCompany};
use crate::{deadlines::deadlines_on, possible::possible, regions::Region};

/// 小区.
pub struct Compound;

impl Shaped for Compound {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            Shape {
            name: "Compound",
            description: "小区 · 社区中的一个住宅小区 · a residential compound of a community",
            prefix: Some("compound"),
            table: "compound",
            only: "",
            gates: Gates::through([Gate::all("readOrganisation")]),
            owner: Owner { region: "{c}.community_code", compound: "{c}.id", ..Owner::default() },
            interfaces: &["Node"],
            fields: vec![
                Field::id("编号 · 对象的编号，不必解读 · opaque id"),
                Field::text("name", "{c}.name", "名称 · 此组织的名称 · its name"),
                Field::one::<Region>("community", "{c}.code = {p}.community_code", "社区 · 小区所在的社区 · the community it is in"),
                Field::scalar::<i32>("households", "{c}.households", "户数 · 小区的户数 · number of households"),
                Field::scalar::<Area>(
                    "builtArea",
                    "{c}.built_area",
                    "建筑面积 · 小区房屋的建筑面积，未测绘时为空 · floor area of its buildings; null where it was not surveyed",
                )
                .nullable(),
                Field::first::<PropertyContract>(
                    "contract",
                    On::With(contract_in_force),
                    "{c}.starts_on DESC",
                    "现行物业合同 · 现在有效的物业合同 · the property contract in force now",
                ),
                Field::one::<OwnersCommittee>(
                    "ownersCommittee",
                    On::With(newest_committee),
                    "业委会 · 小区最近一届业主委员会 · its owners' committee: the one elected last",
                )
                .nullable(),
                Field::page::<PropertyContract, NoFilter, Newest>(
                    "contracts",
                    "{c}.compound_id = {p}.id",
                    "历次合同 · 小区的全部物业合同 · its contracts",
                ),
            ],
        }
        });
        &SHAPE
    }
}

impl Stored for Compound {
    type Entity = tongxin_entity::compound::Entity;
}

/// Committees of one compound follow one another; the last stays in sight when its term is over.
fn newest_committee(sql: &mut Sql<'_>, parent: &str, child: &str) {
    let today = sql.today;
    sql.push_template(
        "{c}.id = (SELECT d.id FROM owners_committee d WHERE d.compound_id = {p}.id AND d.elected_on <= ",
        parent,
        child,
    );
    sql.bind(today).push(" ORDER BY d.elected_on DESC LIMIT 1)");
}

fn contract_in_force(sql: &mut Sql<'_>, parent: &str, child: &str) {
    sql.push_template("{c}.compound_id = {p}.id AND ", parent, child);
    push_in_force(sql, child);
}

/// A contract is in force from its first day to its last, or until the day on which it was ended before.
fn push_in_force(sql: &mut Sql<'_>, row: &str) {
    let today = sql.today;
    push_term(sql, row);
    sql.push(" AND (").push(row).push(".ended_on IS NULL OR ").push(row).push(".ended_on > ").bind(today).push(")");
}

/// A contract runs out on its last day, unless it was ended before.
pub(super) fn end_of_contract() -> DeclaredDeadline {
    let kind = Word { code: "CONTRACT_ENDS", zh: "物业合同期满", en: "a property contract runs out" };
    let runs = |sql: &mut Sql<'_>, _: &str, row: &str| {
        let today = sql.today;
        sql.push_template("{c}.ended_on IS NULL AND {c}.ends_on >= ", row, row).bind(today);
    };
    // It has the day on which it was ended, and no instant.
    let never = |sql: &mut Sql<'_>, _: &str, _: &str| {
        sql.push(if sql.is_postgres() { "CAST(NULL AS timestamptz)" } else { "NULL" });
    };
    DeclaredDeadline::of::<PropertyContract>(kind, "{c}.ends_on", On::With(never))
        .while_so(On::With(runs))
        .at("(SELECT d.community_code FROM compound d WHERE d.id = {c}.compound_id)")
}

/// 物业合同.
pub struct PropertyContract;

impl Shaped for PropertyContract {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            Shape {
            name: "PropertyContract",
            description: "物业合同 · 哪家企业服务哪个小区、起止于何日 · which company serves which compound, from when to when",
            prefix: Some("contract"),
            table: "property_contract",
            only: "",
            gates: Gates::through([Gate::all("readPropertyContract")]),
            owner: Owner { organisation: "{c}.company_id", ..Owner::default() },
            interfaces: &["Node"],
            fields: vec![
                Field::id("编号 · 对象的编号，不必解读 · opaque id"),
                possible::<PropertyContract>(),
                deadlines_on::<PropertyContract>(),
                Field::one::<PropertyCompany>("company", "{c}.id = {p}.company_id", "物业企业 · 提供服务的企业 · the company"),
                Field::one::<Compound>("compound", "{c}.id = {p}.compound_id", "小区 · 接受服务的小区 · the compound"),
                Field::word::<PropertyContractKind>("kind", "{c}.kind", "合同类别 · 企业以何种方式服务 · on which footing"),
                Field::scalar::<Date>("startsOn", "{c}.starts_on", "起始日期 · 生效的第一天 · its first day"),
                Field::scalar::<Date>("endsOn", "{c}.ends_on", "截止日期 · 有效的最后一天 · its last day"),
                Field::scalar::<Date>("endedOn", "{c}.ended_on", "终止日期 · 提前终止的日期 · the day it was ended before its last")
                    .nullable(),
                Field::text("endReason", "{c}.end_reason", "终止原因 · 任职为何终止 · why it was ended").nullable(),
                Field::scalar::<Fen>(
                    "monthlyFee",
                    "{c}.monthly_fee",
                    "物业费 · 每平方米建筑面积每月的物业费，未约定时为空 · what is paid a month for each square metre of built area; null where that was not agreed",
                )
                .nullable(),
                Field::boolean(
                    "inForce",
                    On::With(|sql, _, row| {
                        sql.push("(");
                        push_in_force(sql, row);
                        sql.push(")");
                    }),
                    "有效 · 今天是否有效 · whether it is in force today",
                ),
            ],
        }
        });
        &SHAPE
    }
}

impl Stored for PropertyContract {
    type Entity = tongxin_entity::property_contract::Entity;
}
