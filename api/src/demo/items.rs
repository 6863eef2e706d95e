//! The service items of the demo, in every state, with their claims and ratings. Days count from today.

use tongxin_entity::{
    claim::ClaimStatus::{self, *},
    service_item::{
        ServiceItemKind::{self, *},
        ServiceItemStatus,
        claimable_by::{OWNERS_COMMITTEE, PROPERTY_COMPANY, SOCIAL_ORGANISATION, UNIT},
    },
};

use super::places::{FAR, HERE, SIBLING};

/// A service item.
pub(super) struct Item {
    pub community: &'static str,
    pub compound: Option<&'static str>,
    /// The priority of the street that it is part of.
    pub priority: Option<&'static str>,
    pub kind: ServiceItemKind,
    pub title: &'static str,
    pub audience: Option<&'static str>,
    pub claimable_by: i16,
    pub quota: i32,
    pub status: ServiceItemStatus,
    /// Days ago.
    pub drafted: i64,
    /// Days from today.
    pub due: i64,
    /// Days ago, for what was closed or cancelled.
    pub ended: Option<i64>,
    pub claims: &'static [Claim],
    /// Person, stars, comment, days ago.
    pub ratings: &'static [(&'static str, i32, Option<&'static str>, i64)],
}

/// A claim; `claimed` and `ended` are days ago.
pub(super) struct Claim {
    pub claimant: &'static str,
    pub status: ClaimStatus,
    pub claimed: i64,
    pub ended: Option<i64>,
    pub lapsed: bool,
    pub reason: Option<&'static str>,
}

const ANY: i16 = PROPERTY_COMPANY | OWNERS_COMMITTEE | UNIT | SOCIAL_ORGANISATION;

/// An open item of the community, for whoever serves it.
const ITEM: Item = Item {
    community: HERE,
    compound: None,
    priority: None,
    kind: Service,
    title: "",
    audience: None,
    claimable_by: ANY,
    quota: 1,
    status: ServiceItemStatus::Open,
    drafted: 6,
    due: 30,
    ended: None,
    claims: &[],
    ratings: &[],
};

const fn running(claimant: &'static str, status: ClaimStatus, claimed: i64) -> Claim {
    Claim { claimant, status, claimed, ended: None, lapsed: false, reason: None }
}

const fn returned(claimant: &'static str, claimed: i64) -> Claim {
    Claim {
        reason: Some("现场还有两处未清理，请补做后再交（演示）。"), ..running(claimant, Returned, claimed)
    }
}

const fn accepted(claimant: &'static str, claimed: i64, ended: i64) -> Claim {
    Claim { ended: Some(ended), ..running(claimant, Accepted, claimed) }
}

const fn withdrawn(claimant: &'static str, claimed: i64, ended: i64) -> Claim {
    Claim {
        ended: Some(ended),
        reason: Some("人手不足，暂时无法承担（演示）。"),
        ..running(claimant, Withdrawn, claimed)
    }
}

/// Never begun in the three days there are.
const fn lapsed(claimant: &'static str, claimed: i64) -> Claim {
    let reason = Some("认领后三日内未开始，自动释放（演示）。");
    Claim { ended: Some(claimed - 3), lapsed: true, reason, ..running(claimant, Released, claimed) }
}

/// Let go with the item, which is no mark against the claimant.
const fn let_go(claimant: &'static str, claimed: i64, ended: i64) -> Claim {
    let reason = Some("项目已取消（演示）。");
    Claim { ended: Some(ended), reason, ..running(claimant, Released, claimed) }
}

#[rustfmt::skip]
pub(super) const ITEMS: &[Item] = &[
    // 可认领 · to be claimed.
    Item { title: "小区停车引导（演示）", claimable_by: PROPERTY_COMPANY, due: 21, drafted: 3, ..ITEM },
    Item { title: "业主自治议事日（演示）", kind: Adviser, claimable_by: OWNERS_COMMITTEE, drafted: 4, ..ITEM },
    Item { title: "老年人健康义诊（演示）", kind: Helper, claimable_by: UNIT, audience: Some("六十岁以上居民"), due: 25, drafted: 5, ..ITEM },
    Item { title: "文明养犬劝导（演示）", kind: Civility, claimable_by: SOCIAL_ORGANISATION, due: 40, drafted: 5, ..ITEM },
    Item { title: "一区门禁维修（演示）", compound: Some("compound-one"), claimable_by: PROPERTY_COMPANY, due: 14, ..ITEM },
    Item { title: "二区绿化补种（演示）", compound: Some("compound-two"), claimable_by: PROPERTY_COMPANY, due: 35, ..ITEM },
    Item { title: "三区公共座椅更换（演示）", compound: Some("compound-three"), claimable_by: PROPERTY_COMPANY | OWNERS_COMMITTEE, ..ITEM },
    Item { title: "四区垃圾桶站清洁（演示）", compound: Some("compound-four"), claimable_by: PROPERTY_COMPANY, due: 28, ..ITEM },
    Item { title: "邻里节志愿服务（演示）", kind: Helper, quota: 3, due: 45, drafted: 2, ..ITEM },
    Item { title: "政策宣讲进楼门（演示）", kind: PolicyGuide, quota: 2, due: 33, drafted: 8,
        claims: &[running("hospital", Claimed, 0)], ..ITEM },
    Item { title: "楼道灯具更换（演示）", priority: Some("stairwells"), claimable_by: PROPERTY_COMPANY | UNIT, quota: 2, due: 50, drafted: 40,
        claims: &[running("company-one", InProgress, 6)], ..ITEM },
    Item { title: "楼道墙面粉刷（演示）", priority: Some("stairwells"), due: 60, drafted: 30,
        claims: &[withdrawn("company-two", 20, 15)], ..ITEM },
    Item { title: "居民信息采集协助（演示）", kind: Information, claimable_by: UNIT, due: 20, drafted: 35,
        claims: &[lapsed("school", 30)], ..ITEM },
    Item { title: "平安夜巡（演示）", kind: Safety, due: 55, drafted: 22,
        claims: &[lapsed("school", 18)], ..ITEM },
    // 进行中 · every place taken.
    Item { title: "楼道堆物清理（演示）", priority: Some("stairwells"), status: ServiceItemStatus::InProgress, due: 15, drafted: 45,
        claims: &[running("company-one", InProgress, 12)], ..ITEM },
    Item { title: "高龄老人助浴（演示）", kind: Helper, status: ServiceItemStatus::InProgress, due: 10, drafted: 28,
        claims: &[running("hospital", Submitted, 16)], ..ITEM },
    Item { title: "消防通道划线（演示）", kind: Safety, status: ServiceItemStatus::InProgress, due: 8, drafted: 33,
        claims: &[returned("company-two", 19)], ..ITEM },
    Item { title: "老楼院院墙修补（演示）", compound: Some("compound-five"), claimable_by: PROPERTY_COMPANY,
        status: ServiceItemStatus::InProgress, due: 6, drafted: 26, claims: &[running("company-fallback", Submitted, 20)], ..ITEM },
    Item { title: "周末课业辅导（演示）", kind: Helper, quota: 2, status: ServiceItemStatus::InProgress, due: 26, drafted: 48,
        claims: &[accepted("charity", 40, 9), running("hospital", InProgress, 11)],
        ratings: &[("resident-two", 4, None, 5)], ..ITEM },
    // 逾期但未满七日 · late, not yet released.
    Item { title: "雨水箅子疏通（演示）", claimable_by: PROPERTY_COMPANY, status: ServiceItemStatus::InProgress, due: -2, drafted: 24,
        claims: &[running("company-two", InProgress, 13)], ..ITEM },
    // 已完成 · may be rated.
    Item { title: "楼道消杀（演示）", priority: Some("stairwells"), status: ServiceItemStatus::Done, due: 5, drafted: 55,
        claims: &[accepted("hospital", 45, 18)],
        ratings: &[("resident-two", 5, Some("很及时，楼道干净多了。"), 16), ("resident-three", 4, None, 12)], ..ITEM },
    Item { title: "一区路灯检修（演示）", compound: Some("compound-one"), claimable_by: PROPERTY_COMPANY,
        status: ServiceItemStatus::Done, due: -4, drafted: 38, claims: &[accepted("company-one", 30, 10)],
        ratings: &[("resident-two", 3, Some("还有一盏不亮。"), 7)], ..ITEM },
    Item { title: "三区议事亭修缮（演示）", compound: Some("compound-three"), claimable_by: OWNERS_COMMITTEE,
        status: ServiceItemStatus::Done, due: -6, drafted: 50, claims: &[accepted("owners", 42, 14)], ..ITEM },
    // 已结项 · closed, on record.
    Item { title: "垃圾分类宣传周（演示）", kind: PolicyGuide, priority: Some("waste"), quota: 2, status: ServiceItemStatus::Closed,
        due: -110, drafted: 220, ended: Some(80), claims: &[accepted("charity", 200, 120), accepted("school", 195, 110)],
        ratings: &[("resident", 5, Some("讲得清楚。"), 100), ("neighbour", 4, None, 98), ("owner-two", 5, None, 95)], ..ITEM },
    Item { title: "四区屋面防水（演示）", compound: Some("compound-four"), claimable_by: PROPERTY_COMPANY, status: ServiceItemStatus::Closed,
        due: -60, drafted: 130, ended: Some(35), claims: &[accepted("company-four", 120, 65)],
        ratings: &[("resident-four", 2, Some("雨天仍有渗水。"), 50)], ..ITEM },
    // 其余各状态 · the other states.
    Item { title: "新年写春联（演示）", kind: Civility, status: ServiceItemStatus::Draft, due: 75, drafted: 1, ..ITEM },
    Item { title: "临时便民菜点（演示）", claimable_by: SOCIAL_ORGANISATION, status: ServiceItemStatus::Expired, due: -12, drafted: 60,
        claims: &[withdrawn("charity", 50, 44)], ..ITEM },
    Item { title: "夜市秩序维护（演示）", kind: Safety, priority: Some("night-market"), status: ServiceItemStatus::Cancelled, due: 20, drafted: 80,
        ended: Some(40), claims: &[let_go("company-one", 60, 40)], ..ITEM },
    // 新建里 · the neighbouring community.
    Item { title: "便民理发日（演示）", community: SIBLING, claimable_by: UNIT | SOCIAL_ORGANISATION, quota: 2, drafted: 7, ..ITEM },
    Item { title: "里弄下水疏通（演示）", community: SIBLING, compound: Some("compound-sibling"), claimable_by: PROPERTY_COMPANY,
        status: ServiceItemStatus::InProgress, due: 12, drafted: 25, claims: &[running("company-five", InProgress, 9)], ..ITEM },
    Item { title: "食品安全巡查（演示）", community: SIBLING, kind: Safety, priority: Some("waste"), status: ServiceItemStatus::Closed,
        due: -100, drafted: 210, ended: Some(60), claims: &[accepted("market", 190, 95)], ..ITEM },
    // 凤城 · another street's community.
    Item { title: "新村健身器材维护（演示）", community: FAR, compound: Some("compound-far"), claimable_by: PROPERTY_COMPANY, drafted: 5, ..ITEM },
    Item { title: "电梯加装意愿征询（演示）", community: FAR, kind: Information, priority: Some("far-elevators"), quota: 2, due: 80, drafted: 15, ..ITEM },
    Item { title: "新村楼门清洗（演示）", community: FAR, claimable_by: PROPERTY_COMPANY, status: ServiceItemStatus::Done, due: -3, drafted: 44,
        claims: &[accepted("company-three", 36, 11)], ..ITEM },
    Item { title: "图书漂流角（演示）", community: FAR, kind: Civility, status: ServiceItemStatus::InProgress, due: 18, drafted: 27,
        claims: &[running("library", Submitted, 14)], ..ITEM },
];

/// What every other community of the two streets has open, so that lists of a street have something to list.
pub(super) const EVERYWHERE: &[Item] = &[
    Item { title: "单元门口清扫（演示）", claimable_by: PROPERTY_COMPANY, drafted: 10, due: 22, ..ITEM },
    Item { title: "邻里互助结对（演示）", kind: Helper, quota: 2, drafted: 12, due: 44, ..ITEM },
];
