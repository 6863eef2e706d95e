//! How units, property companies and owners' committees are read.

use std::sync::LazyLock;

use tongxin_entity::unit::UnitCategory;
use tongxin_kernel::{
    scalars::Date,
    see::{Field, Newest, NoFilter, On, Shape, Shaped, Sql, Stored},
};

use super::{Compound, PropertyContract, party::organisation_shape};
use crate::{
    claims::{Claim, ClaimFilter},
    people::{CheckIn, Post, push_post_in_force},
};

fn claims() -> Field {
    Field::page::<Claim, ClaimFilter, Newest>(
        "claims",
        "{c}.claimant_id = {p}.id",
        "认领记录 · 所认领过的项目 · what it claimed",
    )
    .costs(0, 1, 20)
}

/// 驻区单位.
pub struct Unit;

impl Shaped for Unit {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            organisation_shape::<Unit>(
                "Unit",
                "驻区单位 · 驻区单位或社会组织，可在报到的社区认领项目 · a resident unit or social organisation; it claims where it is checked in",
                "unit",
                "{c}.kind IN ('UNIT', 'SOCIAL_ORGANISATION')",
                &["Node", "Claimant", "Organisation"],
                vec![
                    Field::word::<UnitCategory>(
                        "category",
                        "(SELECT d.category FROM unit d WHERE d.id = {c}.id)",
                        "单位类别 · 属于哪一类单位 · what sort of unit it is",
                    ),
                    Field::page::<CheckIn, NoFilter, Newest>(
                        "checkIns",
                        "{c}.unit_id = {p}.id",
                        "报到 · 单位到各社区的报到 · its check-ins to communities",
                    ),
                    claims(),
                ],
            )
        });
        &SHAPE
    }
}

impl Stored for Unit {
    type Entity = tongxin_entity::organisation::Entity;
}

/// 物业企业.
pub struct PropertyCompany;

impl Shaped for PropertyCompany {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            organisation_shape::<PropertyCompany>(
                "PropertyCompany",
                "物业企业 · 物业服务企业，可在其合同有效的小区认领项目 · a property company; it claims where a contract of its is in force",
                "company",
                "{c}.kind = 'PROPERTY_COMPANY'",
                &["Node", "Claimant", "Organisation"],
                vec![
                    Field::text(
                        "creditCode",
                        "(SELECT d.credit_code FROM property_company d WHERE d.id = {c}.id)",
                        "统一社会信用代码 · 企业的统一社会信用代码 · its unified social credit code",
                    )
                    .nullable(),
                    Field::page::<PropertyContract, NoFilter, Newest>(
                        "contracts",
                        "{c}.company_id = {p}.id",
                        "物业合同 · 企业的各份物业合同 · its contracts",
                    ),
                    claims(),
                ],
            )
        });
        &SHAPE
    }
}

/// 业委会.
pub struct OwnersCommittee;

impl Shaped for OwnersCommittee {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            organisation_shape::<OwnersCommittee>(
                "OwnersCommittee",
                "业委会 · 小区业主选举产生的委员会，备案后可在本小区认领项目 · the elected committee of a compound's owners; it claims in its compound once it is filed",
                "owners",
                "{c}.kind = 'OWNERS_COMMITTEE'",
                &["Node", "Claimant", "Organisation"],
                vec![
                    Field::one::<Compound>(
                        "compound",
                        "{c}.id = (SELECT d.compound_id FROM owners_committee d WHERE d.id = {p}.id)",
                        "小区 · 所在的小区 · its compound",
                    ),
                    Field::scalar::<i32>(
                        "seats",
                        "(SELECT d.seats FROM owners_committee d WHERE d.id = {c}.id)",
                        "席位 · 委员人数，5 至 11 人，须为单数 · 5 to 11 members, odd",
                    ),
                    Field::scalar::<Date>(
                        "electedOn",
                        "(SELECT d.elected_on FROM owners_committee d WHERE d.id = {c}.id)",
                        "选举日期 · 选举产生的日期 · the day of its election",
                    ),
                    Field::scalar::<Date>(
                        "termEndsOn",
                        "(SELECT d.term_ends_on FROM owners_committee d WHERE d.id = {c}.id)",
                        "届满日期 · 任期的最后一天，任期最长 5 年 · the last day of its term, at most 5 years",
                    ),
                    Field::scalar::<Date>(
                        "filedOn",
                        "(SELECT d.filed_on FROM owners_committee d WHERE d.id = {c}.id)",
                        "备案日期 · 完成备案的日期 · the day of its filing",
                    )
                    .nullable(),
                    Field::page::<Post, NoFilter, Newest>(
                        "members",
                        On::With(members),
                        "委员 · 在任的委员 · its members in office",
                    ),
                    claims(),
                ],
            )
        });
        &SHAPE
    }
}

fn members(sql: &mut Sql<'_>, parent: &str, child: &str) {
    sql.push_template("{c}.organisation_id = {p}.id AND ", parent, child);
    push_post_in_force(sql, child);
}
