//! The items of the city, one by one in the order of creation, each with its claims, ratings and trail.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::DbErr;
use tongxin_entity::{
    claim::ClaimStatus,
    service_item::{
        self, ServiceItemStatus as Status,
        claimable_by::{OWNERS_COMMITTEE, PROPERTY_COMPANY, SOCIAL_ORGANISATION, UNIT},
    },
};
use tongxin_kernel::clock::{end_of_day, shanghai_day};

use super::{
    Size,
    chance::{Chance, Span},
    ground::Community,
    story::TITLES,
};
use crate::demo::{
    cast::{Acting, Cast, make_id},
    trail::{Act, Place},
};

/// Days from the first item to the last, which has two more behind it.
const DAYS: i64 = 380;
/// Percent of the items that are over, from the first on.
const OVER: usize = 62;
/// Who may claim what is for the whole community, all alike likely.
const CLAIMABLE: [i16; 6] = [
    PROPERTY_COMPANY | OWNERS_COMMITTEE | UNIT | SOCIAL_ORGANISATION,
    PROPERTY_COMPANY | UNIT | SOCIAL_ORGANISATION,
    UNIT | SOCIAL_ORGANISATION,
    PROPERTY_COMPANY | UNIT,
    UNIT,
    PROPERTY_COMPANY,
];

/// All work so far.
pub(super) struct History {
    pub cast: Cast,
    pub communities: Vec<Community>,
    pub chance: Chance,
    pub size: Size,
    /// Claims so far.
    pub claims: usize,
    /// Claims, ratings and audit entries so far.
    pub rows: usize,
}

/// An item in the making.
pub(super) struct Work {
    pub number: usize,
    pub id: String,
    pub place: Place,
    /// The number of its community.
    pub community: usize,
    pub secretary: Acting,
    pub status: Status,
    pub shape: Shape,
    /// From the opening until it was done or given up, or until now.
    pub open: Span,
    pub due_on: NaiveDate,
}

/// For whom an item is, and for how many.
pub(super) struct Shape {
    pub compound: Option<usize>,
    pub claimable_by: i16,
    pub quota: usize,
    /// Which claimants of the community may claim, in the order in which they come.
    pub claimants: Vec<usize>,
}

impl History {
    pub fn new(cast: Cast, communities: Vec<Community>, seed: u64, size: Size) -> Self {
        Self { cast, communities, chance: Chance::new(seed), size, claims: 0, rows: 0 }
    }

    /// Makes the item with this number and all that belongs to it.
    pub fn add(&mut self, number: usize) -> Result<(), DbErr> {
        let now = self.cast.when.now;
        let slot = DAYS * 86_400_000 * number as i64 / self.size.items as i64;
        let created_at =
            now - TimeDelta::days(DAYS + 2) + TimeDelta::milliseconds(slot + self.chance.number(0, 400_000));
        let status = self.status(number);
        let opened_at = created_at + TimeDelta::minutes(self.chance.number(10, 300));
        let until = match status {
            Status::Closed | Status::Expired | Status::Cancelled => {
                opened_at + TimeDelta::days(self.chance.number(12, 50))
            }
            Status::Done => opened_at.max(now - TimeDelta::hours(self.chance.number(30, 500))) + TimeDelta::hours(26),
            _ => now,
        };
        let community = number % self.communities.len();
        let work = Work {
            number,
            id: make_id("item", created_at)?,
            place: Place { community: self.communities[community].code.clone(), priority: None },
            community,
            secretary: self.communities[community].secretary.clone(),
            status,
            shape: self.shape(community),
            open: Span { from: opened_at, to: until },
            due_on: shanghai_day(until),
        };
        let live = self.live_claims(&work);
        let work = self.add_item(work, &live, created_at)?;
        if status != Status::Draft {
            self.record(&work.secretary, Act::Publish, opened_at, &work.id, &work.place)?;
            self.add_claims(&work, &live)?;
            self.add_attempts(&work, live.len() == work.shape.quota)?;
        }
        Ok(())
    }

    /// The first items are over, a few of them without anyone; the others run or are open.
    fn status(&mut self, number: usize) -> Status {
        let percent = self.chance.percent();
        if number * 100 < self.size.items * OVER {
            return match percent {
                0..90 => Status::Closed,
                90..96 => Status::Expired,
                _ => Status::Cancelled,
            };
        }
        match percent {
            0..50 => Status::Open,
            50..87 => Status::InProgress,
            87..97 => Status::Done,
            _ => Status::Draft,
        }
    }

    fn shape(&mut self, community: usize) -> Shape {
        let compound = (self.chance.percent() < 20).then(|| usize::from(self.chance.percent() < 50));
        let claimable_by = match compound {
            None => self.chance.one_of(&CLAIMABLE),
            Some(0) => PROPERTY_COMPANY,
            Some(_) => PROPERTY_COMPANY | OWNERS_COMMITTEE,
        };
        let all = &self.communities[community].claimants;
        let mut claimants = self.chance.some(all.len(), all.len());
        claimants.retain(|&place| all[place].kind & claimable_by != 0 && all[place].serves(compound));
        let wanted = match self.chance.percent() {
            0..60 => 1,
            60..85 => 2,
            _ => 3,
        };
        let quota = if compound.is_some() { 1 } else { wanted.min(claimants.len()) };
        Shape { compound, claimable_by, quota, claimants }
    }

    /// How the claims stand that take its places.
    fn live_claims(&mut self, work: &Work) -> Vec<ClaimStatus> {
        use ClaimStatus::{Accepted, Claimed, InProgress, Returned, Submitted};
        let quota = work.shape.quota;
        let taken = match work.status {
            Status::Closed | Status::Done => return vec![Accepted; quota],
            Status::InProgress => quota,
            Status::Open => self.chance.number(0, quota as i64 - 1) as usize,
            _ => 0,
        };
        let running = [Claimed, InProgress, InProgress, Submitted, Returned, Accepted];
        // The first is never accepted, or all might be.
        (0..taken).map(|number| self.chance.one_of(&running[..if number == 0 { 5 } else { 6 }])).collect()
    }

    fn add_item(&mut self, mut work: Work, live: &[ClaimStatus], created_at: DateTime<Utc>) -> Result<Work, DbErr> {
        let community = &self.communities[work.community];
        let task = (self.chance.percent() < 40).then(|| community.tasks[self.chance.number(0, 1) as usize].clone());
        let (implementation_id, priority_id) = task.unzip();
        work.place.priority.clone_from(&priority_id);
        let (kind, title) = self.chance.one_of(TITLES);
        let until = work.open.to;
        let over = matches!(work.status, Status::Closed | Status::Expired | Status::Cancelled);
        let due_on = if over { shanghai_day(until) } else { self.cast.when.day(self.chance.number(5, 120)) };
        work.due_on = due_on;
        let count = |claims: usize| i32::try_from(claims).unwrap_or(i32::MAX);
        self.cast.rows.service_items.push(service_item::Model {
            id: work.id.clone(),
            community_code: community.code.clone(),
            compound_id: work.shape.compound.map(|number| community.compounds[number].clone()),
            implementation_id,
            priority_id,
            kind,
            title: format!("{title}（演示 {:05}）", work.number + 1),
            description: format!("{title}：请按约定时间完成，完成后提交说明。"),
            audience: None,
            due_on,
            claimable_by: work.shape.claimable_by,
            quota: count(work.shape.quota),
            live_claims: count(live.len()),
            accepted_claims: count(live.iter().filter(|status| **status == ClaimStatus::Accepted).count()),
            status: work.status,
            cancel_reason: (work.status == Status::Cancelled).then(|| "不再需要。".to_owned()),
            created_by: community.worker.clone(),
            created_at,
            updated_at: created_at,
            opened_at: (work.status != Status::Draft).then_some(work.open.from),
            done_at: matches!(work.status, Status::Done | Status::Closed).then_some(until),
            closed_at: match work.status {
                Status::Closed => Some(until + TimeDelta::days(30)),
                Status::Expired => Some(end_of_day(due_on)),
                Status::Cancelled => Some(until),
                _ => None,
            },
            version: 1,
        });
        Ok(work)
    }
}
