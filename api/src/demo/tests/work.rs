//! Priorities, items, claims, ratings: whether every state is there, and no row says what the rules forbid.

use std::{
    collections::{BTreeSet, HashMap},
    fmt::Debug,
};

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait as _, DatabaseConnection, EntityTrait as _, FromQueryResult, QueryFilter as _};
use tongxin_entity::{
    audit_entry::{self, AuditOutcome},
    claim::{self, ClaimStatus},
    implementation::{self, ImplementationStatus},
    priority::{self, PriorityStatus},
    property_contract::{self, PropertyContractKind},
    rating,
    service_item::{self, ServiceItemStatus as Status},
};

use super::{now, on_each_city, rows, today};
use crate::demo::places::HERE;

fn assert_all<T: Ord + Copy + Debug>(found: impl Iterator<Item = T>, all: &[T]) {
    assert_eq!(found.collect::<BTreeSet<_>>(), all.iter().copied().collect());
}

#[tokio::test]
async fn every_state_is_there() {
    on_each_city(async |db| {
        let items = service_item::Entity::find().all(db).await.unwrap();
        assert_all(items.iter().map(|item| item.status), Status::ALL);
        let claims = claim::Entity::find().all(db).await.unwrap();
        assert_all(claims.iter().map(|claim| claim.status), ClaimStatus::ALL);
        let priorities = priority::Entity::find().all(db).await.unwrap();
        assert_all(priorities.iter().map(|priority| priority.status), PriorityStatus::ALL);
        let implementations = implementation::Entity::find().all(db).await.unwrap();
        assert_all(implementations.iter().map(|implementation| implementation.status), ImplementationStatus::ALL);
        let contracts = property_contract::Entity::find().all(db).await.unwrap();
        assert_all(contracts.iter().map(|contract| contract.kind), PropertyContractKind::ALL);
        let entries = audit_entry::Entity::find().all(db).await.unwrap();
        assert_all(entries.iter().map(|entry| entry.outcome), AuditOutcome::ALL);
        for entry in &entries {
            assert_eq!(entry.rule.is_some(), entry.outcome == AuditOutcome::Allowed, "{entry:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn there_is_something_to_claim_for_everyone() {
    on_each_city(async |db| {
        let open = service_item::Entity::find()
            .filter(service_item::Column::CommunityCode.eq(HERE))
            .filter(service_item::Column::Status.eq(Status::Open));
        let open = open.all(db).await.unwrap();
        assert!(open.iter().all(|item| item.due_on > today()));
        for kind in [1, 2, 4, 8] {
            assert!(open.iter().any(|item| item.claimable_by == kind && item.live_claims == 0), "{kind}");
        }
        assert!(open.iter().any(|item| item.quota == 3 && item.claimable_by == 15));
        let compounds: BTreeSet<_> = open.iter().filter_map(|item| item.compound_id.as_ref()).collect();
        assert_eq!(compounds.len(), 4);
    })
    .await;
}

#[derive(FromQueryResult, Debug)]
struct Title {
    #[expect(dead_code, reason = "shown when it should not be there")]
    title: String,
}

/// What must hold of any filling, small or large.
pub(super) async fn assert_consistent(db: &DatabaseConnection) {
    let claims = "SELECT count(*) FROM claim WHERE claim.service_item_id = service_item.id AND claim.status";
    for wrong in [
        &format!("live_claims <> ({claims} NOT IN ('WITHDRAWN', 'RELEASED'))"),
        &format!("accepted_claims <> ({claims} = 'ACCEPTED')"),
        "status = 'OPEN' AND live_claims >= quota",
        &format!("status = 'OPEN' AND due_on < '{}'", today()),
        "status = 'IN_PROGRESS' AND (live_claims < quota OR accepted_claims = live_claims)",
        "status IN ('DONE', 'CLOSED') AND (accepted_claims < live_claims OR accepted_claims = 0 OR done_at IS NULL)",
        "status IN ('DRAFT', 'EXPIRED', 'CANCELLED') AND live_claims <> 0",
        "(status = 'DRAFT') <> (opened_at IS NULL)",
        "(status IN ('CLOSED', 'EXPIRED', 'CANCELLED')) <> (closed_at IS NOT NULL)",
        "(status = 'CANCELLED') <> (cancel_reason IS NOT NULL)",
        // An implementation is that of the item's own community and priority.
        "implementation_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM implementation i WHERE i.id = implementation_id
            AND i.community_code = service_item.community_code AND i.priority_id = service_item.priority_id)",
        "compound_id IS NOT NULL AND community_code <> (SELECT c.community_code FROM compound c WHERE c.id = compound_id)",
        // Only those may claim whom the item names, and only where they serve.
        "EXISTS (SELECT 1 FROM claim JOIN organisation o ON o.id = claimant_id WHERE service_item_id = service_item.id
            AND claimable_by & CASE o.kind WHEN 'PROPERTY_COMPANY' THEN 1 WHEN 'OWNERS_COMMITTEE' THEN 2
                WHEN 'UNIT' THEN 4 WHEN 'SOCIAL_ORGANISATION' THEN 8 ELSE 0 END = 0)",
        "EXISTS (SELECT 1 FROM claim WHERE service_item_id = service_item.id AND NOT EXISTS (
            SELECT 1 FROM property_contract p JOIN compound c ON c.id = p.compound_id WHERE p.company_id = claimant_id
                AND c.community_code = service_item.community_code
                AND (service_item.compound_id IS NULL OR c.id = service_item.compound_id)
            UNION ALL SELECT 1 FROM owners_committee w JOIN compound c ON c.id = w.compound_id WHERE w.id = claimant_id
                AND c.community_code = service_item.community_code
                AND (service_item.compound_id IS NULL OR c.id = service_item.compound_id)
            UNION ALL SELECT 1 FROM check_in k WHERE k.unit_id = claimant_id
                AND k.community_code = service_item.community_code AND service_item.compound_id IS NULL))",
        "EXISTS (SELECT 1 FROM claim WHERE service_item_id = service_item.id AND NOT EXISTS (
            SELECT 1 FROM post WHERE person_id = claimed_by AND organisation_id = claimant_id))",
        // Rated by residents, once there was something to rate.
        "EXISTS (SELECT 1 FROM rating JOIN person p ON p.id = person_id WHERE service_item_id = service_item.id
            AND (accepted_claims = 0 OR p.home_community_code IS NULL OR p.home_community_code <> community_code
                OR (compound_id IS NOT NULL AND p.home_compound_id <> compound_id)))",
    ] {
        let wrong_ones = rows::<Title>(db, &format!("SELECT title FROM service_item WHERE {wrong}")).await;
        assert!(wrong_ones.is_empty(), "{wrong}: {:?}", &wrong_ones[..wrong_ones.len().min(5)]);
    }
    let claims = claim::Entity::find().all(db).await.unwrap();
    for claim in &claims {
        let moments = [Some(claim.claimed_at), claim.started_at, claim.submitted_at, claim.ended_at, Some(now())];
        let moments: Vec<_> = moments.into_iter().flatten().collect();
        assert!(moments.is_sorted(), "{claim:?}");
        let begun = !matches!(claim.status, ClaimStatus::Claimed | ClaimStatus::Withdrawn | ClaimStatus::Released);
        assert_eq!(claim.started_at.is_some(), begun, "{claim:?}");
        let over = matches!(claim.status, ClaimStatus::Accepted | ClaimStatus::Withdrawn | ClaimStatus::Released);
        assert_eq!(claim.ended_at.is_some(), over, "{claim:?}");
        assert_eq!(claim.judge_by.is_some(), claim.submitted_at.is_some(), "{claim:?}");
        let judged = matches!(claim.status, ClaimStatus::Accepted | ClaimStatus::Returned);
        assert_eq!(claim.judged_at.is_some(), judged, "{claim:?}");
        assert!(claim.judged_at.is_none() || claim.submitted_at < claim.judged_at, "{claim:?}");
    }
    let items = service_item::Entity::find().all(db).await.unwrap();
    let opened: HashMap<_, _> = items.iter().filter_map(|item| Some((&item.id, item.opened_at?))).collect();
    assert!(claims.iter().all(|claim| opened[&claim.service_item_id] < claim.claimed_at));
    let accepted = claims.iter().filter(|claim| claim.status == ClaimStatus::Accepted);
    let mut first = HashMap::new();
    for (item, at) in accepted.filter_map(|claim| Some((&claim.service_item_id, claim.ended_at?))) {
        first.entry(item).and_modify(|known: &mut DateTime<Utc>| *known = at.min(*known)).or_insert(at);
    }
    for rating in rating::Entity::find().all(db).await.unwrap() {
        assert!(first[&rating.service_item_id] < rating.created_at && rating.created_at < now(), "{rating:?}");
    }
}

#[tokio::test]
async fn no_row_says_what_the_rules_forbid() {
    on_each_city(assert_consistent).await;
}
