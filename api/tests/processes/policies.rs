//! Policies applied at the command line: what the audit keeps of it, and who is told.

use std::{fs, path::Path, process::Command};

use futures_util::StreamExt as _;
use sea_orm::{ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde_json::{Value, json};
use tongxin_entity::{
    audit_entry::{self, AuditOutcome},
    policy_bundle,
};
use tongxin_kernel::store::{self, Pool};

use crate::{
    commands::{copy_policies, done, on},
    program::{PATIENCE, run, text, within},
    redis::Redis,
};

fn apply(folder: &Path, policies: &Path, redis: &Redis, by: &str) -> Command {
    let mut command = on(folder, &["policy", "apply", text(policies), "--by", by]);
    command.env("REDIS_URL", redis.url());
    command
}

async fn stored(folder: &Path) -> (Vec<audit_entry::Model>, Vec<policy_bundle::Model>) {
    let pool = Pool { max_connections: 1, min_connections: 0, acquire_secs: 30 };
    let db = store::connect(&store::file_url(&folder.join("tongxin.sqlite")), &pool).await.unwrap();
    let entries = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("applyPolicy"));
    let entries = entries.order_by_asc(audit_entry::Column::At).all(&db).await.unwrap();
    let bundles = policy_bundle::Entity::find().order_by_asc(policy_bundle::Column::Version).all(&db).await.unwrap();
    db.close().await.unwrap();
    (entries, bundles)
}

#[tokio::test]
async fn applied_policies_are_audited_and_hinted() {
    let Some(mut redis) = Redis::start().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    done(on(folder, &["migrate", "up"])).await;
    let policies = copy_policies(folder);

    let mut hints = redis.listen().await.into_on_message();
    assert_eq!(done(apply(folder, &policies, &redis, "王示范")).await, "version 1 is in force\n");
    within(PATIENCE, "a hint", hints.next()).await.expect("a hint");

    // The same once more changes nothing, and is nothing to keep.
    done(apply(folder, &policies, &redis, "李示范")).await;
    let (entries, bundles) = stored(folder).await;
    let digest = &bundles[0].digest;
    assert_eq!((entries.len(), bundles.len()), (1, 1));
    let audit_entry::Model { actor_id, role, outcome, subject_id, region_code, before, after, at, .. } = &entries[0];
    assert!(actor_id.starts_with("operator:王示范 (") && role == "operator", "{actor_id}");
    assert_eq!((*outcome, subject_id.as_deref(), region_code), (AuditOutcome::Allowed, Some("policy"), &None));
    assert_eq!(before.as_ref(), Some(&json!({"version": 0, "digest": Value::Null})), "the built-in ones");
    assert_eq!(after.as_ref(), Some(&json!({"version": 1, "digest": digest})));
    assert_eq!(at, &bundles[0].applied_at);

    // Without Redis it is in force all the same, and said that nobody was told.
    redis.kill().await;
    let file = policies.join("regions.csv");
    fs::write(&file, format!("{}# 变更\n", fs::read_to_string(&file).unwrap())).unwrap();
    let ended = run(apply(folder, &policies, &redis, "李示范")).await;
    assert_eq!((ended.code, ended.out.as_str()), (Some(0), "version 2 is in force\n"), "{ended:?}");
    assert!(ended.err.contains("Redis took no hint"), "{ended:?}");
    let (entries, bundles) = stored(folder).await;
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[1].before, Some(json!({"version": 1, "digest": digest})));
    assert_eq!(entries[1].after, Some(json!({"version": 2, "digest": bundles[1].digest})));
}
