//! What each account is there to show, with a request that can be sent as it is.

use chrono::{Days, NaiveDate};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DbErr, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
};
use serde::Serialize;
use tongxin_entity::{
    person, post,
    priority::{self, PriorityStatus},
    rating,
    service_item::{self, ServiceItemStatus},
};

use super::places::{HERE, STREET};

/// The level of the city that an account belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Level {
    pub zh: &'static str,
    pub en: &'static str,
}

/// What an account may do, in words, and a request that shows it.
#[derive(Debug, Clone, Serialize)]
pub struct Sample {
    pub level: Level,
    pub zh: &'static str,
    pub en: &'static str,
    pub request: String,
    /// The code of the refusal that is to be expected, for who is there to be refused.
    pub refused: Option<&'static str>,
}

struct Row {
    account: &'static str,
    level: Level,
    zh: &'static str,
    en: &'static str,
    ask: Ask,
}

#[derive(Clone, Copy)]
enum Ask {
    /// As it stands; `<due>` is a day some weeks off.
    This(&'static str),
    /// Publish the street's oldest draft.
    Publish,
    /// Claim the item of this title.
    Claim(&'static str),
    /// The same, by one who may not.
    ClaimInVain(&'static str),
    /// Rate the item of this title.
    Rate(&'static str),
    RateInVain(&'static str),
}
use Ask::*;

const fn level(zh: &'static str, en: &'static str) -> Level {
    Level { zh, en }
}

const DISTRICT: Level = level("区", "District");
const STREETS: Level = level("街道", "Streets");
const COMMUNITIES: Level = level("社区", "Communities");
const COUNCILS: Level = level("大党委", "Big party committees");
const PARTNERS: Level = level("共建单位", "Partners");
const PEOPLE: Level = level("群众", "People");
const APPLICATIONS: Level = level("第三方应用", "Applications");

const fn row(account: &'static str, level: Level, zh: &'static str, en: &'static str, ask: Ask) -> Row {
    Row { account, level, zh, en, ask }
}

#[rustfmt::skip]
const ROWS: &[Row] = &[
    row("district-secretary", DISTRICT, "任命各街道书记和区级干部，不替街道、社区办事", "appoints the streets' secretaries and the district's officers, and does none of the streets' or communities' work",
        This(r#"{ partyOrganisations(filter: {kind: STREET_COMMITTEE}, first: 3) { nodes { id name posts { nodes { role personName inForce } } possibleActs { act allowed reason } } } }"#)),
    row("district-officer", DISTRICT, "看全区的事实；不设、不改街道的重点任务", "reads the facts of the district; never sets or edits a street's priorities",
        This(r#"{ region(code: "120106") { name children(first: 9) { nodes { code name } } } priorities(first: 5) { nodes { street { name } title status progress } } }"#)),
    row("department-officer", DISTRICT, "经街道办事；不能直接给社区派活", "works through the street; creates nothing in a community",
        This("{ me { name posts { role organisation { name } } actions } }")),
    row("street-secretary", STREETS, "发布、变更、撤回重点任务，裁定异议，验收落实", "publishes, amends and withdraws priorities, decides objections, accepts what communities reach", Publish),
    row("street-officer", STREETS, "起草重点任务，退回不合格的落实", "drafts priorities, returns work that falls short",
        This(r#"mutation { createPriority(input: {title: "冬季供暖走访", description: "供暖季前把问题解决在社区", target: "走访 200 户，件件有回音", dueOn: "<due>", streetCode: "120106001", communityCodes: []}) { priority { id title status communities { name } } } }"#)),
    row("other-street-officer", STREETS, "只管自己的街道，别的街道只能看公开的事", "works for another street; sees of the first what is public",
        This(r#"mutation { createPriority(input: {title: "背街小巷整治", description: "居民反映集中", target: "整治小巷 6 条", dueOn: "<due>", streetCode: "120106003", communityCodes: ["120106003001"]}) { priority { id title status street { name } } } }"#)),
    row("community-secretary", COMMUNITIES, "认领重点任务，发布和取消服务项目，验收认领", "adopts priorities, publishes and cancels service items, accepts claims",
        This(r#"mutation { publishServiceItem(input: {communityCode: "120106001002", title: "楼门口扶手加装", description: "为高龄老人加装扶手", dueOn: "<due>", claimableBy: [PROPERTY_COMPANY, UNIT], quota: 2}) { serviceItem { id title status quota } } }"#)),
    row("community-worker", COMMUNITIES, "起草服务项目，报告进展，退回认领", "drafts service items, reports progress, returns claims",
        This(r#"mutation { draftServiceItem(input: {communityCode: "120106001002", title: "周末亲子阅读", description: "每周六上午一场", dueOn: "<due>", claimableBy: [UNIT, SOCIAL_ORGANISATION], quota: 1}) { serviceItem { id title status } } }"#)),
    row("station-officer", COMMUNITIES, "登记、研究本社区的事，看得到草稿，不代社区拍板", "studies and registers; sees drafts, decides nothing",
        This(r#"{ serviceItems(filter: {regionCode: "120106001002", status: DRAFT}, first: 5) { nodes { id title status createdAt } } }"#)),
    row("other-community-secretary", COMMUNITIES, "同街道另一社区的书记，看自己社区的落实", "of another community of the street; looks after what is its own",
        This(r#"{ implementations(filter: {regionCode: "120106001004"}, first: 5) { nodes { id status priority { title dueOn } } } }"#)),
    row("far-community-secretary", COMMUNITIES, "别的街道的社区书记，够不着这里", "of a community of another street; its reach ends there",
        This(r#"{ implementations(filter: {regionCode: "120106003001"}, first: 5) { nodes { id status priority { title dueOn } } } }"#)),
    row("part-time-member", COUNCILS, "参加大党委议事；不代社区定事、办事", "deliberates in the council; sets, adopts and accepts nothing",
        This(r#"{ bigPartyCommittees(filter: {regionCode: "120106001002"}) { nodes { name members(first: 10) { nodes { role personName endsOn representing { name } } } } } }"#)),
    row("lapsed-member", COUNCILS, "任期已满，职权随之终止", "the term has ended, and every right it gave",
        This("{ me { name posts { role endsOn } actions } }")),
    row("property-manager", PARTNERS, "在所服务的小区和社区认领、办理、提交", "claims, works and hands in where the company serves", Claim("一区门禁维修（演示）")),
    row("rival-property-manager", PARTNERS, "服务另一小区的公司，同样可以认领", "a second company, of another compound", Claim("二区绿化补种（演示）")),
    row("far-property-manager", PARTNERS, "不服务这里：认领被拒绝，理由写明", "serves elsewhere: refused here, with the reason", ClaimInVain("小区停车引导（演示）")),
    row("expired-property-manager", PARTNERS, "合同已到期：认领被拒绝，理由写明", "the contract has ended: refused, with the reason", ClaimInVain("小区停车引导（演示）")),
    row("owners-chair", PARTNERS, "代表业委会认领本小区、本社区的项目", "claims for the owners' committee", Claim("业主自治议事日（演示）")),
    row("unit-liaison", PARTNERS, "代表报到单位认领", "claims for a unit that has checked in", Claim("老年人健康义诊（演示）")),
    row("social-liaison", PARTNERS, "代表社会组织认领", "claims for a social organisation", Claim("文明养犬劝导（演示）")),
    row("party-member", PEOPLE, "到社区报到的党员，看有哪些事可做", "a party member who has checked in sees what there is to do",
        This(r#"{ serviceItems(filter: {regionCode: "120106001002", status: OPEN}, first: 5) { nodes { id title dueOn quota claimCount } } }"#)),
    row("resident", PEOPLE, "评价本社区办成的事，一事一评", "rates what was done at home, once for each item", Rate("楼道消杀（演示）")),
    row("neighbour", PEOPLE, "同社区另一小区的居民", "of the same community, another compound", Rate("楼道消杀（演示）")),
    row("far-resident", PEOPLE, "不住这里：评价被拒绝，理由写明", "lives elsewhere: refused here, with the reason", RateInVain("楼道消杀（演示）")),
    row("many-hats", PEOPLE, "一人数职：权利来自任职，不来自人", "one person, several posts: rights come from posts",
        This("{ me { name homeCommunity { name } posts { role organisation { name } } claimants { name } actions } }")),
    row("civic-app", APPLICATIONS, "只读公开信息，别无他权", "reads what is public and nothing else",
        This("{ serviceItems(filter: {status: OPEN}, first: 3) { totalCount nodes { title dueOn community { name } } } }")),
];

/// The board of the community: what is left to ask for when the sample's own item is no more to be had.
const BOARD: &str = r#"{ me { name } serviceItems(filter: {regionCode: "120106001002"}, first: 5) { nodes { id title status quota claimCount latestRating { stars } } } }"#;

/// The sample of an account, with ids as they are in this database.
///
/// # Errors
/// When the database cannot be read.
pub async fn sample(db: &impl ConnectionTrait, account: &str, today: NaiveDate) -> Result<Option<Sample>, DbErr> {
    let Some(row) = ROWS.iter().find(|row| row.account == account) else { return Ok(None) };
    let request = match row.ask {
        This(request) => Some(request.replace("<due>", &due(today))),
        Publish => publishing(db).await?,
        Claim(title) => claiming(db, account, title, true).await?,
        ClaimInVain(title) => claiming(db, account, title, false).await?,
        Rate(title) => rating(db, Some(account), title).await?,
        RateInVain(title) => rating(db, None, title).await?,
    };
    let refused = matches!(row.ask, ClaimInVain(_) | RateInVain(_)).then_some("FORBIDDEN");
    let (refused, request) = request.map_or((None, BOARD.to_owned()), |request| (refused, request));
    Ok(Some(Sample { level: row.level, zh: row.zh, en: row.en, request, refused }))
}

/// A day that is due some weeks from today.
pub(super) fn due(today: NaiveDate) -> String {
    (today + Days::new(60)).to_string()
}

async fn publishing(db: &impl ConnectionTrait) -> Result<Option<String>, DbErr> {
    let drafts = priority::Entity::find()
        .filter(priority::Column::StreetCode.eq(STREET))
        .filter(priority::Column::Status.eq(PriorityStatus::Draft));
    let draft = drafts.order_by_asc(priority::Column::Id).one(db).await?;
    Ok(draft.map(|draft| {
        let id = draft.id;
        format!(
            r#"mutation {{ publishPriority(input: {{priorityId: "{id}"}}) {{ priority {{ title status adoptBy }} }} }}"#
        )
    }))
}

async fn claiming(db: &impl ConnectionTrait, account: &str, title: &str, open: bool) -> Result<Option<String>, DbErr> {
    let item = item(db, title).await?.filter(|item| !open || item.status == ServiceItemStatus::Open);
    let (Some(item), Some(claimant)) = (item, organisation_of(db, account).await?) else { return Ok(None) };
    let id = item.id;
    Ok(Some(format!(
        r#"mutation {{ claimServiceItem(input: {{serviceItemId: "{id}", claimantId: "{claimant}"}}) {{ claim {{ id status }} serviceItem {{ title status }} }} }}"#
    )))
}

async fn rating(db: &impl ConnectionTrait, by: Option<&str>, title: &str) -> Result<Option<String>, DbErr> {
    let Some(item) = item(db, title).await?.filter(|item| item.status == ServiceItemStatus::Done) else {
        return Ok(None);
    };
    if let Some(person) = by {
        let rated = rating::Entity::find()
            .filter(rating::Column::ServiceItemId.eq(&item.id))
            .filter(rating::Column::PersonId.eq(person_of(db, person).await?));
        if rated.count(db).await? > 0 {
            return Ok(None);
        }
    }
    let id = item.id;
    Ok(Some(format!(
        r#"mutation {{ rateServiceItem(input: {{serviceItemId: "{id}", stars: 5, comment: "干净多了"}}) {{ rating {{ stars comment }} serviceItem {{ title averageStars }} }} }}"#
    )))
}

async fn item(db: &impl ConnectionTrait, title: &str) -> Result<Option<service_item::Model>, DbErr> {
    let titled = service_item::Entity::find()
        .filter(service_item::Column::CommunityCode.eq(HERE))
        .filter(service_item::Column::Title.eq(title));
    titled.order_by_asc(service_item::Column::Id).one(db).await
}

/// The organisation in which the account has held a post the longest.
pub(super) async fn organisation_of(db: &impl ConnectionTrait, account: &str) -> Result<Option<String>, DbErr> {
    let posts = post::Entity::find().filter(post::Column::PersonId.eq(person_of(db, account).await?));
    Ok(posts.order_by_asc(post::Column::Id).one(db).await?.map(|post| post.organisation_id))
}

async fn person_of(db: &impl ConnectionTrait, account: &str) -> Result<Option<String>, DbErr> {
    let person = person::Entity::find().filter(person::Column::Account.eq(account)).one(db).await?;
    Ok(person.map(|person| person.id))
}
