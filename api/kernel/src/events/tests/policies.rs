use futures_util::future::join_all;
use sea_orm::{ActiveValue::Set, DatabaseConnection, EntityTrait as _, PaginatorTrait as _};
use sha2::{Digest as _, Sha256};
use tongxin_entity::{audit_entry, policy_bundle};
use tongxin_policies::{Action, PolicySource, ReachSet, Role};

use super::database::{PATIENCE, POLL, Process, noon, on_each, within};
use crate::{
    error::Code,
    events::PolicyState,
    who::{BUILT_IN, Operator, apply_policy, load_policy},
};

const LINE: &str = "p, community_worker, service_item, draftServiceItem, own, allow";

/// The built-in policy without the right of workers to draft, or with another line in its place.
fn policy(instead: &str) -> PolicySource {
    let bundle = PolicySource::embedded().to_bundle();
    assert!(bundle.contains(LINE));
    PolicySource::from_bundle(&bundle.replace(LINE, instead)).unwrap()
}

fn workers_may_draft(process: &Process) -> bool {
    let (role, action) = (Role::parse("community_worker").unwrap(), Action::parse("draftServiceItem").unwrap());
    process.authority.policy().allowed(role, action).contains(ReachSet::OWN)
}

async fn reaches(process: &Process, state: PolicyState) {
    process.watcher.policy().wait_for(|now| *now == state).await.unwrap();
}

#[tokio::test]
async fn a_policy_applied_is_in_force_everywhere_and_a_broken_one_nowhere() {
    on_each(async |world| {
        let (one, other) = (world.process(None, POLL).await, world.process(None, POLL).await);
        assert!(workers_may_draft(&one) && workers_may_draft(&other));
        let stricter = policy("p, community_secretary, service_item, draftServiceItem, own, allow");
        let applied = apply_policy(&world.db, &stricter, &Operator::new("test"), noon()).await.unwrap();
        assert_eq!(applied.version, BUILT_IN + 1);
        let state = PolicyState { in_force: 1, refused: None };
        let both = async { tokio::join!(reaches(&one, state), reaches(&other, state)) };
        within(PATIENCE, "another policy", both).await;
        assert!(!workers_may_draft(&one) && !workers_may_draft(&other));

        let good = PolicySource::embedded().to_bundle();
        let faulty = good.replace("draftServiceItem, own", "draftServiceItem, moon");
        let broken = [(2, "not its digest".to_owned(), good), (3, hex::encode(Sha256::digest(&faulty)), faulty)];
        for (version, digest, body) in broken {
            store(&world.db, version, &digest, &body).await;
            let refused = PolicyState { in_force: 1, refused: Some(version) };
            within(PATIENCE, "a broken policy", reaches(&one, refused)).await;
        }
        assert!(!workers_may_draft(&one), "the policy before it stays");
        assert_eq!(load_policy(&world.db).await.unwrap_err().code, Code::InvalidInput, "no process starts with it");

        let applied = apply_policy(&world.db, &PolicySource::embedded(), &Operator::new("test"), noon()).await.unwrap();
        assert_eq!(applied.version, 4);
        let state = PolicyState { in_force: 4, refused: None };
        let both = async { tokio::join!(reaches(&one, state), reaches(&other, state)) };
        within(PATIENCE, "the next policy", both).await;
        assert!(workers_may_draft(&one) && workers_may_draft(&other));
        assert_eq!(load_policy(&world.db).await.unwrap().1, 4);
    })
    .await;
}

async fn store(db: &DatabaseConnection, version: i64, digest: &str, body: &str) {
    let row = policy_bundle::ActiveModel {
        version: Set(version),
        digest: Set(digest.to_owned()),
        body: Set(body.to_owned()),
        applied_at: Set(noon()),
        applied_by: Set("test".to_owned()),
    };
    policy_bundle::Entity::insert(row).exec_without_returning(db).await.unwrap();
}

#[tokio::test]
async fn a_faulty_policy_is_refused_by_its_lines_and_not_kept() {
    on_each(async |world| {
        let faulty = policy("p, community_worker, service_item, draftServiceItem, moon, allow");
        let refusal = apply_policy(&world.db, &faulty, &Operator::new("test"), noon()).await.unwrap_err();
        assert_eq!(refusal.code, Code::InvalidInput);
        assert!(refusal.message.en.contains("service_items.csv:8"), "{}", refusal.message.en);
        assert_eq!(policy_bundle::Entity::find().count(&world.db).await.unwrap(), 0);
        assert_eq!(audit_entry::Entity::find().count(&world.db).await.unwrap(), 0);
    })
    .await;
}

#[tokio::test]
async fn policies_applied_at_once_get_a_version_each_or_are_refused() {
    on_each(async |world| {
        let policies = (0..4).map(|n| policy(&format!("# {n}\n{LINE}"))).collect::<Vec<_>>();
        let by = Operator::new("test");
        let all = policies.iter().map(|policy| apply_policy(&world.db, policy, &by, noon()));
        let (kept, refused) = join_all(all).await.into_iter().partition::<Vec<_>, _>(Result::is_ok);
        assert!(refused.into_iter().all(|refusal| refusal.unwrap_err().code == Code::Conflict));
        let mut versions = kept.into_iter().map(|bundle| bundle.unwrap().version).collect::<Vec<_>>();
        versions.sort_unstable();
        assert_eq!(versions, (1..=versions.len() as i64).collect::<Vec<_>>());
        assert_eq!(policy_bundle::Entity::find().count(&world.db).await.unwrap(), versions.len() as u64);
        assert_eq!(audit_entry::Entity::find().count(&world.db).await.unwrap(), versions.len() as u64);

        let (_, newest) = load_policy(&world.db).await.unwrap();
        let last = policy("p, community_secretary, service_item, draftServiceItem, own, allow");
        let once = apply_policy(&world.db, &last, &Operator::new("test"), noon()).await.unwrap();
        let twice = apply_policy(&world.db, &last, &Operator::new("somebody else"), noon()).await.unwrap();
        assert_eq!((once.version, &once), (newest + 1, &twice), "what is in force already stays as it is");
    })
    .await;
}
