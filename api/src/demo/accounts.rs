//! Who can sign in: the one table that both the filling and the listings of accounts read.

use serde::Serialize;
use tongxin_entity::post::PostRole::{self, *};

use super::places::{FAR, HERE};

/// An account of the demo: a person with posts, or a client application.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Account {
    /// What a token is asked for, such as `street-secretary`.
    pub name: &'static str,
    /// Place and post, in Chinese.
    pub zh: &'static str,
    /// Place and post, in English.
    pub en: &'static str,
    #[serde(skip)]
    pub(super) holder: Holder,
}

impl Account {
    /// The name of the person or application.
    pub const fn holder_name(&self) -> &'static str {
        match self.holder {
            Holder::Person(human) => human.name,
            Holder::Client { name, .. } => name,
        }
    }
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Holder {
    Person(Human),
    Client { name: &'static str, scopes: &'static [&'static str] },
}

/// A person of the demo, with or without an account.
#[derive(Debug, Clone, Copy)]
pub(super) struct Human {
    pub name: &'static str,
    pub posts: &'static [Post<'static>],
    /// Community and compound.
    pub home: Option<(&'static str, &'static str)>,
    pub checked_in: Option<&'static str>,
}

/// A post; its days count from today.
#[derive(Debug, Clone, Copy)]
pub(super) struct Post<'a> {
    pub role: PostRole,
    /// The organisation, by its name in the demo.
    pub at: &'a str,
    pub representing: Option<&'a str>,
    pub from: i64,
    pub until: Option<i64>,
}

impl Human {
    pub const fn new(name: &'static str, posts: &'static [Post<'static>]) -> Self {
        Self { name, posts, home: None, checked_in: None }
    }

    pub const fn living_in(mut self, community: &'static str, compound: &'static str) -> Self {
        self.home = Some((community, compound));
        self
    }

    const fn checked_in(mut self, community: &'static str) -> Self {
        self.checked_in = Some(community);
        self
    }
}

/// Holds office until further notice.
pub(super) const fn staff(role: PostRole, at: &str) -> Post<'_> {
    Post { role, at, representing: None, from: -420, until: None }
}

/// Elected or appointed for a term.
pub(super) const fn term(role: PostRole, at: &str) -> Post<'_> {
    Post { role, at, representing: None, from: -400, until: Some(695) }
}

/// A part-time member of a big party committee, from the party organisation of a unit.
pub(super) const fn part_time<'a>(at: &'a str, representing: &'a str) -> Post<'a> {
    Post { role: PartTimeMember, at, representing: Some(representing), from: -300, until: Some(430) }
}

const fn lapsed(post: Post<'_>) -> Post<'_> {
    Post { from: -760, until: Some(-30), ..post }
}

const fn person(name: &'static str, zh: &'static str, en: &'static str, human: Human) -> Account {
    Account { name, zh, en, holder: Holder::Person(human) }
}

/// Every account, from the district down.
#[rustfmt::skip]
pub const ACCOUNTS: &[Account] = &[
    person("district-secretary", "红桥区 · 区委书记", "Hongqiao district: secretary of the district committee",
        Human::new("孟示范", &[term(DistrictSecretary, "district")])),
    person("district-officer", "红桥区 · 指挥中心干部", "Hongqiao district: officer of the command centre",
        Human::new("赵示范", &[staff(DistrictOfficer, "centre")])),
    person("department-officer", "红桥区 · 部门干部", "Hongqiao district: officer of a department",
        Human::new("钱示范", &[staff(DepartmentOfficer, "department")])),
    person("street-secretary", "西于庄街道 · 党工委书记", "Xiyuzhuang street: secretary of the working committee",
        Human::new("孙示范", &[term(StreetSecretary, "party/120106001")])),
    person("street-officer", "西于庄街道 · 街道干部", "Xiyuzhuang street: officer of the working committee",
        Human::new("李示范", &[staff(StreetOfficer, "party/120106001")])),
    person("other-street-officer", "咸阳北路街道 · 街道干部", "Xianyang North Road street: officer of the working committee",
        Human::new("周示范", &[staff(StreetOfficer, "party/120106003")])),
    person("community-secretary", "增产里社区 · 党委书记", "Zengchanli community: secretary of the party committee",
        Human::new("吴示范", &[term(CommunitySecretary, "party/120106001002")])),
    person("community-worker", "增产里社区 · 社区工作者", "Zengchanli community: community worker",
        Human::new("郑示范", &[staff(CommunityWorker, "party/120106001002")])),
    person("station-officer", "增产里社区 · 党群服务站工作人员", "Zengchanli community: officer of the service station",
        Human::new("王示范", &[staff(StationOfficer, "station")])),
    person("other-community-secretary", "新建里社区（同一街道） · 党委书记", "Xinjianli community, same street: secretary",
        Human::new("冯示范", &[term(CommunitySecretary, "party/120106001004")])),
    person("far-community-secretary", "凤城社区（咸阳北路街道） · 党委书记", "Fengcheng community, another street: secretary",
        Human::new("陈示范", &[term(CommunitySecretary, "party/120106003001")])),
    person("part-time-member", "增产里社区大党委 · 兼职委员，来自演示小学", "Zengchanli big party committee: part-time member, from a school",
        Human::new("褚示范", &[part_time("council", "school-party")])),
    person("lapsed-member", "增产里社区大党委 · 兼职委员，任期已满", "Zengchanli big party committee: part-time member, term ended",
        Human::new("卫示范", &[lapsed(part_time("council", "enterprise-party"))])),
    person("property-manager", "演示物业一号，服务增产里社区的小区 · 物业经理", "Company one, serves a compound of Zengchanli: manager",
        Human::new("蒋示范", &[staff(PropertyManager, "company-one")])),
    person("rival-property-manager", "演示物业二号，服务增产里社区的另一小区 · 物业经理", "Company two, serves another compound there: manager",
        Human::new("沈示范", &[staff(PropertyManager, "company-two")])),
    person("far-property-manager", "演示物业三号，只服务凤城社区 · 物业经理", "Company three, serves only in Fengcheng: manager",
        Human::new("韩示范", &[staff(PropertyManager, "company-three")])),
    person("expired-property-manager", "演示物业四号，在增产里社区的合同已到期 · 物业经理", "Company four, contract in Zengchanli expired: manager",
        Human::new("杨示范", &[staff(PropertyManager, "company-four")])),
    person("owners-chair", "演示家园三区业委会 · 主任，住该小区", "Owners' committee of compound three: chair, lives there",
        Human::new("朱示范", &[term(OwnersChair, "owners")]).living_in(HERE, "compound-three")),
    person("unit-liaison", "演示医院，已到增产里社区报到 · 单位联络员", "A hospital checked in at Zengchanli: liaison",
        Human::new("秦示范", &[staff(UnitLiaison, "hospital")])),
    person("social-liaison", "演示公益服务中心（社会组织），已到增产里社区报到 · 联络员", "A social organisation checked in at Zengchanli: liaison",
        Human::new("尤示范", &[staff(UnitLiaison, "charity")])),
    person("party-member", "演示科技党支部 · 党员，已到增产里社区报到", "A party member checked in at Zengchanli",
        Human::new("许示范", &[staff(PartyMember, "enterprise-party")]).checked_in(HERE)),
    person("resident", "增产里社区演示家园一区 · 居民", "Resident of compound one of Zengchanli",
        Human::new("何示范", &[]).living_in(HERE, "compound-one")),
    person("neighbour", "增产里社区演示家园二区 · 居民", "Resident of compound two of Zengchanli",
        Human::new("吕示范", &[]).living_in(HERE, "compound-two")),
    person("far-resident", "凤城社区演示新村 · 居民", "Resident of Fengcheng, another street",
        Human::new("施示范", &[]).living_in(FAR, "compound-far")),
    person("many-hats", "增产里社区 · 党员、业委会委员、大党委兼职委员", "Zengchanli: party member, owners' committee member, part-time member",
        Human::new("张示范", &[
            staff(PartyMember, "enterprise-party"), term(OwnersMember, "owners"), part_time("council", "enterprise-party"),
        ]).living_in(HERE, "compound-three").checked_in(HERE)),
    Account { name: "civic-app", zh: "演示便民小程序 · 只读公开信息", en: "A client application that reads what is public",
        holder: Holder::Client { name: "演示便民小程序", scopes: &["read:public"] } },
];
