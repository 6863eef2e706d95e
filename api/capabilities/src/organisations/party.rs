//! How party organisations, public bodies, alliances and big party committees are read.

use std::sync::LazyLock;

use tongxin_entity::{organisation::OrganisationKind, party_alliance::PartyAllianceCategory};
use tongxin_kernel::{
    scalars::Date,
    see::{Field, Gate, Gates, Newest, NoFilter, On, Owner, Shape, Shaped},
};

use super::{
    claimant::{Organisation, common},
    hanging::hanging,
};
use crate::{
    people::{Post, push_post_in_force},
    possible::possible,
};

/// Every organisation stands in one table; who sees one is the same for all.
pub(super) fn organisation_shape<T: Shaped>(
    name: &'static str,
    description: &'static str,
    prefix: &'static str,
    only: &'static str,
    interfaces: &'static [&'static str],
    own: Vec<Field>,
) -> Shape {
    let mut fields = common();
    fields.push(possible::<T>());
    fields.push(hanging());
    fields.extend(own);
    let owner = Owner { region: "{c}.region_code", organisation: "{c}.id", ..Owner::default() };
    let gates = Gates::through([Gate::all("readOrganisation")]);
    Shape { name, description, prefix: Some(prefix), table: "organisation", only, gates, owner, interfaces, fields }
}

fn kind() -> Field {
    Field::word::<OrganisationKind>("kind", "{c}.kind", "类别 · 属于哪一类组织 · what sort of organisation it is")
}

fn superior() -> Field {
    Field::one_of::<Organisation>(
        "superior",
        "{c}.id = {p}.superior_id",
        "上级 · 直接上级组织 · the organisation directly above it",
    )
    .nullable()
}

fn posts() -> Field {
    Field::page::<Post, NoFilter, Newest>(
        "posts",
        On::With(in_force),
        "任职 · 现在此组织中的任职 · the posts held in it now",
    )
}

fn in_force(sql: &mut tongxin_kernel::see::Sql<'_>, parent: &str, child: &str) {
    sql.push_template("{c}.organisation_id = {p}.id AND ", parent, child);
    push_post_in_force(sql, child);
}

/// 党组织.
pub struct PartyOrganisation;

impl Shaped for PartyOrganisation {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            organisation_shape::<PartyOrganisation>(
                "PartyOrganisation",
                "党组织 · 街道党工委、社区党委、党支部或单位的党组织 · a party organisation: working committee of a street, committee of a community, branch, or of a unit",
                "party",
                "{c}.kind IN ('DISTRICT_COMMITTEE', 'STREET_COMMITTEE', 'COMMUNITY_COMMITTEE', 'GRID_BRANCH', 'COMPOUND_BRANCH', 'UNIT_PARTY')",
                &["Node", "Organisation"],
                vec![
                    kind(),
                    superior(),
                    Field::scalar::<Date>(
                        "foundedOn",
                        "(SELECT d.founded_on FROM party_organisation d WHERE d.id = {c}.id)",
                        "成立日期 · 组织成立的日期 · the day it was founded",
                    )
                    .nullable(),
                    Field::one::<super::Unit>(
                        "unit",
                        "{c}.id = (SELECT d.unit_id FROM party_organisation d WHERE d.id = {p}.id)",
                        "所属单位 · 党组织所属的单位 · the unit whose party organisation it is",
                    )
                    .nullable(),
                    Field::page::<PartyOrganisation, NoFilter, Newest>(
                        "subordinates",
                        "{c}.superior_id = {p}.id",
                        "下级党组织 · 直接下级的各党组织 · the party organisations directly under it",
                    ),
                    posts(),
                ],
            )
        });
        &SHAPE
    }
}

/// 公共机构.
pub struct PublicBody;

impl Shaped for PublicBody {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            organisation_shape::<PublicBody>(
                "PublicBody",
                "公共机构 · 区的指挥中心、部门，街道办事处，社区居委会或服务站 · a district's command centre or department, the office of a street, a residents' committee, or a service station",
                "body",
                "{c}.kind IN ('DISTRICT_CENTRE', 'DEPARTMENT', 'STREET_OFFICE', 'RESIDENTS_COMMITTEE', 'STATION')",
                &["Node", "Organisation"],
                vec![kind(), superior(), posts()],
            )
        });
        &SHAPE
    }
}

/// 党建联盟.
pub struct PartyAlliance;

impl Shaped for PartyAlliance {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            organisation_shape::<PartyAlliance>(
                "PartyAlliance",
                "党建联盟 · 按区域、行业、商圈或楼宇以协议组成的党组织联盟 · a regional, industry, circle or building alliance of party organisations, joined by pact",
                "alliance",
                "{c}.kind = 'PARTY_ALLIANCE'",
                &["Node", "Organisation"],
                vec![
                    Field::word::<PartyAllianceCategory>(
                        "category",
                        "(SELECT d.category FROM party_alliance d WHERE d.id = {c}.id)",
                        "联盟类别 · 联盟依何而建 · what it is drawn around",
                    ),
                    Field::one::<PartyOrganisation>(
                        "lead",
                        "{c}.id = (SELECT d.lead_id FROM party_alliance d WHERE d.id = {p}.id)",
                        "牵头党组织 · 牵头组建联盟的党组织 · the party organisation that leads it",
                    )
                    .nullable(),
                    Field::page::<AllianceMember, NoFilter, Newest>(
                        "members",
                        On::With(members_now),
                        "成员 · 现在按协议加入的成员 · its members by pact now",
                    ),
                ],
            )
        });
        &SHAPE
    }
}

/// Members from the day of the signatures until the day on which they leave.
fn members_now(sql: &mut tongxin_kernel::see::Sql<'_>, parent: &str, child: &str) {
    let today = sql.today;
    sql.push_template("{c}.alliance_id = {p}.id AND {c}.signed_on <= ", parent, child).bind(today);
    sql.push_template(" AND ({c}.left_on IS NULL OR {c}.left_on > ", parent, child).bind(today).push(")");
}

/// 共建协议.
pub struct AllianceMember;

impl Shaped for AllianceMember {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
            name: "AllianceMember",
            description: "共建协议 · 党组织按年度协议加入联盟 · a party organisation's membership of an alliance by its yearly pact",
            prefix: Some("pact"),
            table: "alliance_member",
            only: "",
            gates: Gates::through([Gate::all("readAllianceMember")]),
            owner: Owner { organisation: "{c}.member_id", ..Owner::default() },
            interfaces: &["Node"],
            fields: vec![
                Field::id("编号 · 对象的编号，不必解读 · opaque id"),
                Field::one::<PartyAlliance>(
                    "alliance",
                    "{c}.id = {p}.alliance_id",
                    "联盟 · 所加入的联盟 · the alliance",
                ),
                Field::one::<PartyOrganisation>(
                    "member",
                    "{c}.id = {p}.member_id",
                    "成员党组织 · 加入联盟的党组织 · the member",
                ),
                Field::scalar::<i32>("pactYear", "{c}.pact_year", "协议年度 · 协议所属的年份 · the year of the pact"),
                Field::text("duties", "{c}.duties", "职责 · 该成员承担的事项 · what the member takes on"),
                Field::scalar::<Date>("signedOn", "{c}.signed_on", "签订日期 · 签订协议的日期 · the day it was signed"),
                Field::scalar::<Date>("leftOn", "{c}.left_on", "退出日期 · 该成员退出的日期 · the day the member left")
                    .nullable(),
            ],
        });
        &SHAPE
    }
}

/// 大工委、大党委.
pub struct BigPartyCommittee;

impl Shaped for BigPartyCommittee {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            organisation_shape::<BigPartyCommittee>(
                "BigPartyCommittee",
                "大工委、大党委 · 以街道或社区党组织为核心的议事组织，有驻区单位的兼职委员 · the council around a street's or community's party organisation, with part-time members of units",
                "council",
                "{c}.kind = 'BIG_PARTY_COMMITTEE'",
                &["Node", "Organisation"],
                vec![
                    Field::one::<PartyOrganisation>(
                        "host",
                        "{c}.id = (SELECT d.host_id FROM big_party_committee d WHERE d.id = {p}.id)",
                        "所属党组织 · 作为核心的党组织 · the party organisation around which it stands",
                    )
                    .nullable(),
                    Field::page::<Post, NoFilter, Newest>(
                        "members",
                        On::With(in_force),
                        "委员 · 在任的专职委员和兼职委员 · its full-time 专职 and part-time 兼职 members in office",
                    ),
                    Field::page::<Post, NoFilter, Newest>(
                        "allMembers",
                        "{c}.organisation_id = {p}.id",
                        "历任委员 · 在任、将任和已离任的委员 · members in office, to come and of the past",
                    ),
                ],
            )
        });
        &SHAPE
    }
}
