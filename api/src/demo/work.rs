//! Service items, claims, ratings, and what the audit trail says of them. The counters are counted, not typed in.

use chrono::TimeDelta;
use sea_orm::DbErr;
use tongxin_entity::{
    claim::{self, ClaimStatus},
    rating,
    service_item::{self, ServiceItemStatus},
};
use tongxin_kernel::clock::end_of_day;

use super::{
    cast::{Cast, make_id},
    items::{Claim, EVERYWHERE, ITEMS, Item},
    places::{Divisions, FAR, FAR_STREET, HERE, SIBLING, STREET},
    trail::{self, Act, Place},
};

/// Who claims for which claimant.
const CLAIMING: &[(&str, &str)] = &[
    ("company-one", "property-manager"),
    ("company-two", "rival-property-manager"),
    ("company-three", "far-property-manager"),
    ("company-four", "expired-property-manager"),
    ("company-five", "sibling-manager"),
    ("company-fallback", "team-leader"),
    ("owners", "owners-chair"),
    ("hospital", "unit-liaison"),
    ("charity", "social-liaison"),
    ("school", "headteacher"),
    ("market", "stallholder"),
    ("library", "librarian"),
];

/// Who prepares, and who decides, in the communities that have accounts; elsewhere the secretary does both.
const OFFICES: &[(&str, &str, &str)] = &[
    (HERE, "community-worker", "community-secretary"),
    (SIBLING, "other-community-secretary", "other-community-secretary"),
    (FAR, "far-community-secretary", "far-community-secretary"),
];

/// All items of the demo.
pub(super) fn add(cast: &mut Cast, divisions: &Divisions) -> Result<(), DbErr> {
    for item in ITEMS {
        add_item(cast, item, item.community)?;
    }
    for street in [STREET, FAR_STREET] {
        let others = divisions.of(street).filter(|community| OFFICES.iter().all(|(code, ..)| *code != community.code));
        for community in others {
            for item in EVERYWHERE {
                add_item(cast, item, &community.code)?;
            }
        }
    }
    trail::record_refusals(cast)
}

fn add_item(cast: &mut Cast, item: &Item, community: &str) -> Result<(), DbErr> {
    let when = cast.when;
    let secretary = format!("secretary/{community}");
    let known = OFFICES.iter().find(|(code, ..)| *code == community);
    let (worker, secretary) = known.map_or((&*secretary, &*secretary), |&(_, worker, secretary)| (worker, secretary));

    let created_at = when.ago(item.drafted);
    let id = make_id("item", created_at)?;
    let count = |counted: &dyn Fn(ClaimStatus) -> bool| {
        i32::try_from(item.claims.iter().filter(|claim| counted(claim.status)).count()).unwrap_or(i32::MAX)
    };
    let live_claims = count(&is_live);
    let accepted_claims = count(&|status| status == ClaimStatus::Accepted);
    let finished = matches!(item.status, ServiceItemStatus::Done | ServiceItemStatus::Closed);
    let last_acceptance = item.claims.iter().filter_map(|claim| claim.ended).min();
    let opened_at = (item.status != ServiceItemStatus::Draft).then(|| created_at + TimeDelta::hours(5));
    let due_on = when.day(item.due);
    let implementation = item.priority.map(|priority| format!("{priority}/{community}"));
    cast.rows.service_items.push(service_item::Model {
        id: id.clone(),
        community_code: community.to_owned(),
        compound_id: cast.some_id(item.compound)?,
        implementation_id: cast.some_id(implementation.as_deref())?,
        priority_id: cast.some_id(item.priority)?,
        kind: item.kind,
        title: item.title.to_owned(),
        description: format!("{}：请按约定时间完成，完成后提交说明。", item.title),
        audience: item.audience.map(str::to_owned),
        due_on,
        claimable_by: item.claimable_by,
        quota: item.quota,
        live_claims,
        accepted_claims,
        status: item.status,
        cancel_reason: (item.status == ServiceItemStatus::Cancelled)
            .then(|| "试点已撤回，不再需要（演示）。".to_owned()),
        created_by: cast.id(worker)?,
        created_at,
        updated_at: created_at,
        opened_at,
        done_at: last_acceptance.filter(|_| finished).map(|days| when.ago(days)),
        closed_at: match item.status {
            ServiceItemStatus::Expired => Some(end_of_day(due_on)),
            _ => item.ended.map(|days| when.ago(days)),
        },
        version: 1,
    });

    let place = Place { community: community.to_owned(), priority: cast.some_id(item.priority)? };
    if let Some(at) = opened_at {
        trail::record(cast, secretary, Act::Publish, at, &id, &place)?;
    }
    for row in item.claims {
        add_claim(cast, row, (&id, item.due), secretary, &place)?;
    }
    for &(person, stars, comment, days) in item.ratings {
        let rating = make_id("rating", when.ago(days))?;
        trail::record(cast, person, Act::Rate, when.ago(days), &rating, &place)?;
        cast.rows.ratings.push(rating::Model {
            id: rating,
            service_item_id: id.clone(),
            person_id: cast.id(person)?,
            stars,
            comment: comment.map(str::to_owned),
            created_at: when.ago(days),
        });
    }
    Ok(())
}

fn add_claim(
    cast: &mut Cast,
    row: &Claim,
    (item, due): (&str, i64),
    secretary: &str,
    place: &Place,
) -> Result<(), DbErr> {
    let when = cast.when;
    let person = CLAIMING.iter().find(|(claimant, _)| *claimant == row.claimant).map_or("", |(_, person)| person);
    // What was claimed today was claimed a little while ago.
    let claimed_at = when.ago(row.claimed) - TimeDelta::hours(if row.claimed == 0 { 2 } else { 0 });
    let ended_at = row.ended.map(|days| when.ago(days));
    let span = ended_at.unwrap_or(when.now) - claimed_at;
    let begun = !matches!(row.status, ClaimStatus::Claimed | ClaimStatus::Withdrawn | ClaimStatus::Released);
    let handed_in = begun && row.status != ClaimStatus::InProgress;
    let started_at = begun.then(|| claimed_at + span / 8);
    let submitted_at = handed_in.then(|| claimed_at + span * 3 / 4);
    let returned_at = submitted_at.map(|at| at + span / 8).filter(|_| row.status == ClaimStatus::Returned);
    let id = make_id("claim", claimed_at)?;
    cast.rows.claims.push(claim::Model {
        id: id.clone(),
        service_item_id: item.to_owned(),
        community_code: place.community.clone(),
        due_on: when.day(due),
        claimant_id: cast.id(row.claimant)?,
        status: row.status,
        claimed_by: cast.id(person)?,
        claimed_at,
        started_at,
        submitted_at,
        judge_by: None,
        judge_by_provisional: false,
        judged_at: returned_at.or(ended_at.filter(|_| row.status == ClaimStatus::Accepted)),
        ended_at,
        updated_at: claimed_at,
        lapsed: row.lapsed,
        summary: handed_in.then(|| "已按要求完成，附现场说明（演示）。".to_owned()),
        reason: row.reason.map(str::to_owned),
        version: 1 + i32::from(begun) + i32::from(handed_in) + i32::from(ended_at.is_some()),
    });

    let acts = [
        (person, Act::Claim, Some(claimed_at)),
        (person, Act::Start, started_at),
        (person, Act::Submit, submitted_at),
        (secretary, Act::Return, returned_at),
        (secretary, Act::Accept, ended_at.filter(|_| row.status == ClaimStatus::Accepted)),
        (person, Act::Withdraw, ended_at.filter(|_| row.status == ClaimStatus::Withdrawn)),
    ];
    for (who, act, at) in acts {
        if let Some(at) = at {
            trail::record(cast, who, act, at, &id, place)?;
        }
    }
    Ok(())
}

/// Whether a claim takes one of the places.
pub(super) fn is_live(status: ClaimStatus) -> bool {
    !matches!(status, ClaimStatus::Withdrawn | ClaimStatus::Released)
}
