//! Claims, ratings and the audit trail of one item.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::DbErr;
use tongxin_entity::{
    claim::{self, ClaimStatus},
    rating,
    service_item::ServiceItemStatus as Status,
};

use super::{
    chance::Span,
    history::{History, Work},
};
use crate::demo::{
    cast::{Acting, make_id},
    trail::{self, Act, Outcome, Place},
};

/// Long enough ago that nobody is barred for letting claims lapse.
const FORGIVEN_DAYS: i64 = 130;
/// More claims than this nobody lets go of one item.
const LET_GO: usize = 3;

impl History {
    /// The claims that stand, and before them some that were let go.
    pub(super) fn add_claims(&mut self, work: &Work, live: &[ClaimStatus]) -> Result<(), DbErr> {
        let due = self.size.claims * (work.number + 1) / self.size.items;
        let let_go = due.saturating_sub(self.claims + live.len()).min(LET_GO);
        let long_ago = work.open.to < self.cast.when.ago(FORGIVEN_DAYS);
        for _ in 0..let_go {
            let claimant = self.chance.one_of(&work.shape.claimants);
            let lapsed = long_ago && self.chance.percent() < 40;
            let status = if lapsed { ClaimStatus::Released } else { ClaimStatus::Withdrawn };
            self.add_claim(work, claimant, status, false)?;
        }
        let mut accepted = Vec::new();
        for (number, (&status, &claimant)) in live.iter().zip(&work.shape.claimants).enumerate() {
            let ended_at = self.add_claim(work, claimant, status, number == 0)?;
            accepted.extend(ended_at.filter(|_| status == ClaimStatus::Accepted));
        }
        match accepted.into_iter().min() {
            Some(first) => self.add_ratings(work, first),
            None => Ok(()),
        }
    }

    /// One claim and its trail; returns when it ended. The `last` to be accepted is so the moment the item is done.
    fn add_claim(
        &mut self,
        work: &Work,
        claimant: usize,
        status: ClaimStatus,
        last: bool,
    ) -> Result<Option<DateTime<Utc>>, DbErr> {
        let begun = !matches!(status, ClaimStatus::Claimed | ClaimStatus::Withdrawn | ClaimStatus::Released);
        let handed_in = begun && status != ClaimStatus::InProgress;
        let claimed_at = match status {
            // Not begun, so not longer ago than the three days there are for that.
            ClaimStatus::Claimed => work.open.from.max(work.open.to - TimeDelta::minutes(self.chance.number(5, 3600))),
            _ => self.chance.moment(work.open, 1, 40),
        };
        let rest = Span { from: claimed_at, to: work.open.to };
        let ended_at = match status {
            ClaimStatus::Accepted if last && work.status != Status::InProgress && work.status != Status::Open => {
                Some(work.open.to)
            }
            ClaimStatus::Accepted => Some(self.chance.moment(rest, 70, 95)),
            ClaimStatus::Withdrawn => Some(self.chance.moment(rest, 10, 40)),
            ClaimStatus::Released => Some(claimed_at + TimeDelta::days(3)),
            _ => None,
        };
        let started_at = begun.then(|| self.chance.moment(rest, 5, 20));
        let submitted_at = handed_in.then(|| self.chance.moment(rest, 40, 60));
        let returned_at = (status == ClaimStatus::Returned).then(|| self.chance.moment(rest, 70, 90));

        let id = make_id("claim", claimed_at)?;
        let by = &self.communities[work.community].claimants[claimant];
        let acting = by.acting.clone();
        self.cast.rows.claims.push(claim::Model {
            id: id.clone(),
            service_item_id: work.id.clone(),
            community_code: work.place.community.clone(),
            due_on: work.due_on,
            claimant_id: by.organisation.clone(),
            status,
            claimed_by: acting.person.clone(),
            claimed_at,
            started_at,
            submitted_at,
            judge_by: None,
            judge_by_provisional: false,
            judged_at: returned_at.or(ended_at.filter(|_| status == ClaimStatus::Accepted)),
            ended_at,
            updated_at: claimed_at,
            lapsed: status == ClaimStatus::Released,
            summary: handed_in.then(|| "已按要求完成。".to_owned()),
            reason: match status {
                ClaimStatus::Returned => Some("请补做后再交。".to_owned()),
                ClaimStatus::Withdrawn => Some("人手不足。".to_owned()),
                ClaimStatus::Released => Some("认领后三日内未开始，自动释放。".to_owned()),
                _ => None,
            },
            version: 1 + i32::from(begun) + i32::from(handed_in) + i32::from(ended_at.is_some()),
        });
        self.claims += 1;
        self.rows += 1;
        let acts = [
            (&acting, Act::Claim, Some(claimed_at)),
            (&acting, Act::Start, started_at),
            (&acting, Act::Submit, submitted_at),
            (&work.secretary, Act::Return, returned_at),
            (&work.secretary, Act::Accept, ended_at.filter(|_| status == ClaimStatus::Accepted)),
            (&acting, Act::Withdraw, ended_at.filter(|_| status == ClaimStatus::Withdrawn)),
        ];
        for (who, act, at) in acts {
            if let Some(at) = at {
                self.record(who, act, at, &id, &work.place)?;
            }
        }
        Ok(ended_at)
    }

    /// Two to four residents rate it, within three weeks of the first acceptance.
    fn add_ratings(&mut self, work: &Work, first: DateTime<Utc>) -> Result<(), DbErr> {
        let homes = &self.communities[work.community].residents;
        let homes = match work.shape.compound {
            Some(number) => std::slice::from_ref(&homes[number]),
            None => &homes[..],
        };
        let residents: Vec<_> = homes.iter().flatten().cloned().collect();
        let count = self.chance.one_of(&[2, 3, 3, 3, 4, 4, 4]);
        let while_fresh = Span { from: first, to: self.cast.when.now.min(first + TimeDelta::days(21)) };
        for place in self.chance.some(count, residents.len()) {
            let created_at = self.chance.moment(while_fresh, 1, 99);
            let id = make_id("rating", created_at)?;
            let acting = Acting { person: residents[place].clone(), post: None, role: "resident" };
            self.record(&acting, Act::Rate, created_at, &id, &work.place)?;
            self.cast.rows.ratings.push(rating::Model {
                id,
                service_item_id: work.id.clone(),
                person_id: acting.person,
                stars: self.chance.one_of(&[5, 5, 5, 4, 4, 3, 2, 1]),
                comment: (self.chance.percent() < 30).then(|| "做得不错。".to_owned()),
                created_at,
            });
            self.rows += 1;
        }
        Ok(())
    }

    /// Refused attempts, until the trail is as long as it should be by now: those who came late, or serve elsewhere.
    pub(super) fn add_attempts(&mut self, work: &Work, full: bool) -> Result<(), DbErr> {
        let due = self.size.history * (work.number + 1) / self.size.items;
        while self.rows < due {
            let elsewhere = (work.community + 1) % self.communities.len();
            let late = full && self.chance.percent() < 50;
            let community = &self.communities[if late { work.community } else { elsewhere }];
            let claimant = self.chance.number(0, community.claimants.len() as i64 - 1) as usize;
            let reason = if late { "名额已满" } else { "只可在所服务的地方认领" };
            let at = self.chance.moment(work.open, 1, 99);
            let acting = &community.claimants[claimant].acting;
            let entry = trail::entry(acting, Act::Claim, at, &work.id, &work.place, &Outcome::Refused(reason))?;
            self.cast.rows.audit_entries.push(entry);
            self.rows += 1;
        }
        Ok(())
    }

    /// What somebody did, in the trail.
    pub(super) fn record(
        &mut self,
        acting: &Acting,
        act: Act,
        at: DateTime<Utc>,
        subject: &str,
        place: &Place,
    ) -> Result<(), DbErr> {
        let entry = trail::entry(acting, act, at, subject, place, &Outcome::Done(&self.cast.citations))?;
        self.cast.rows.audit_entries.push(entry);
        self.rows += 1;
        Ok(())
    }
}
