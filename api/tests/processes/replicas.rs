//! Two processes on one PostgreSQL, hinting each other through one Redis: what one commits, the other feels.

use std::{
    fs,
    time::{Duration, Instant},
};

use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _};
use serde_json::{Value, json};
use tokio::{sync::Mutex, time::sleep};
use tongxin_entity::audit_entry;

use crate::{
    client::Client,
    commands::copy_policies,
    program::{PATIENCE, Program, run, text, tongxin},
    redis::Redis,
    town::{CLAIM, COMMUNITY, DRAFT, PUBLISH, Town, item, serving},
};

const A_SECOND: Duration = Duration::from_secs(1);

/// Compiling policies takes all the machine there is, which the other test's second cannot spare.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

/// Two processes and a Redis between them.
struct Pair {
    town: Town,
    redis: Redis,
    here: String,
    there: String,
    _programs: [Program; 2],
}

impl Pair {
    async fn start() -> Option<Self> {
        let redis = Redis::start().await?;
        let town = Town::found().await?;
        let serve = || {
            let mut command = town.serve();
            command.env("REDIS_URL", redis.url());
            command
        };
        let ((one, here), (other, there)) = tokio::join!(serving(serve()), serving(serve()));
        redis.heard_by(2).await;
        Some(Self { town, redis, here, there, _programs: [one, other] })
    }

    async fn here(&self, account: &str) -> Client {
        self.town.account(&self.here, account).await
    }
}

#[tokio::test]
async fn what_one_commits_the_other_feels_with_and_without_redis() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let Some(mut pair) = Pair::start().await else { return };
    all_is_felt(&pair, "with Redis").await;
    pair.redis.kill().await;
    all_is_felt(&pair, "with Redis killed").await;
    pair.redis.come_back().await;
    pair.redis.heard_by(2).await;
    all_is_felt(&pair, "with Redis back").await;
    let Pair { town, _programs, .. } = pair;
    drop(_programs);
    town.leave().await;
}

async fn all_is_felt(pair: &Pair, how: &str) {
    an_ended_post(pair, how).await;
    an_ended_contract(pair, how).await;
    a_changed_item(pair, how).await;
}

/// The street ends a post here; the old token's next acts there are refused. Then the term goes on.
async fn an_ended_post(pair: &Pair, how: &str) {
    let worker_here = pair.here("community-worker").await;
    let worker = worker_here.at(&pair.there);
    let act = || worker.ask(DRAFT, item("副本之间", 1));
    act().await.data();
    let me = worker_here.ask("{ me { posts { id role } } }", Value::Null).await;
    let post = me.data()["me"]["posts"].as_array().unwrap().iter().find(|post| post["role"] == "community_worker");
    let post = post.expect("a post")["id"].as_str().unwrap().to_owned();

    let end = "mutation($input: EndPostInput!) { endPost(input: $input) { post { endedAt } } }";
    let street = pair.here("street-secretary").await;
    street.ask(end, json!({"postId": post, "reason": "轮岗（测试）"})).await.data();
    holds_after(A_SECOND, &format!("{how}: an ended post"), async || act().await.code() == "FORBIDDEN").await;

    // Past the service, as an administrator of the database might.
    pair.town.db.execute_unprepared("UPDATE post SET ended_at = NULL, end_reason = NULL").await.unwrap();
    holds_after(A_SECOND, "the term goes on", async || act().await.body.get("errors").is_none()).await;
}

/// The street records the end of a contract here; the company's next claim there is refused.
async fn an_ended_contract(pair: &Pair, how: &str) {
    let company_here = pair.here("property-manager").await;
    let found = company_here
        .ask(
            "{ me { claimants { id } } serviceItems(filter: {communityCode: \"120106001002\", status: OPEN, \
             claimableBy: PROPERTY_COMPANY}, first: 1) { nodes { id } } }",
            Value::Null,
        )
        .await;
    let claimant = found.data()["me"]["claimants"][0]["id"].clone();
    let item = found.data()["serviceItems"]["nodes"][0]["id"].clone();
    let company = company_here.at(&pair.there);
    let act = || company.ask(CLAIM, json!({"serviceItemId": item, "claimantId": claimant}));
    let first = act().await;
    assert_ne!(first.code(), "FORBIDDEN", "{first:?}");

    let sql =
        format!("SELECT id FROM property_contract WHERE company_id = '{}' AND ended_on IS NULL", text_of(&claimant));
    let row = sea_orm::Statement::from_string(pair.town.db.get_database_backend(), sql);
    let contract: String =
        pair.town.db.query_one_raw(row).await.unwrap().expect("it serves").try_get("", "id").unwrap();
    let end = "mutation($input: EndPropertyContractInput!) { endPropertyContract(input: $input) { contract { id } } }";
    let street = pair.here("street-secretary").await;
    street.ask(end, json!({"contractId": contract, "reason": "合同终止（测试）"})).await.data();
    holds_after(A_SECOND, &format!("{how}: an ended contract"), async || act().await.code() == "FORBIDDEN").await;

    let again = format!("UPDATE property_contract SET ended_on = NULL, end_reason = NULL WHERE id = '{contract}'");
    pair.town.db.execute_unprepared(&again).await.unwrap();
    holds_after(A_SECOND, "it serves again", async || act().await.code() != "FORBIDDEN").await;
}

fn text_of(value: &Value) -> &str {
    value.as_str().expect("a text")
}

/// What is asked once so long has passed is answered by what was committed before; how long the answer takes is up to
/// the machine.
async fn holds_after(limit: Duration, what: &str, ask: impl AsyncFn() -> bool) {
    let committed = Instant::now();
    loop {
        let asked = committed.elapsed();
        if ask().await {
            println!("{what}: felt by what was asked after {asked:?}");
            return;
        }
        assert!(asked < limit, "{what}: not felt by what was asked after {asked:?}");
    }
}

/// The community publishes here; a subscriber there hears of it.
async fn a_changed_item(pair: &Pair, how: &str) {
    let secretary = pair.here("community-secretary").await;
    let mut subscriber = secretary.at(&pair.there).subscribe(COMMUNITY).await;
    let answer = secretary.ask(PUBLISH, item("副本之间发布", 2)).await;
    let id = answer.data()["publishServiceItem"]["serviceItem"]["id"].as_str().unwrap().to_owned();
    let begun = Instant::now();
    let heard = async {
        subscriber.hear_of(&id).await;
        begun.elapsed()
    };
    // A second, or on a machine so busy that half a second and a reading take as long, twice the time of these.
    let half = async {
        sleep(A_SECOND / 2).await;
        secretary.at(&pair.there).ask("{ me { name } }", Value::Null).await.data();
        begun.elapsed()
    };
    let (heard, half) = tokio::join!(heard, half);
    println!("{how}: a changed item: heard after {heard:?}");
    assert!(heard <= A_SECOND.max(2 * half), "{how}: a changed item: {heard:?}, where half a second took {half:?}");
}

#[tokio::test]
async fn applied_policies_are_felt_by_both() {
    let _alone = ONE_AT_A_TIME.lock().await;
    let Some(pair) = Pair::start().await else { return };
    let worker = pair.here("community-worker").await;
    let both = [worker.clone(), worker.at(&pair.there)];
    for worker in &both {
        worker.ask(DRAFT, item("政策之前", 1)).await.data();
    }
    let folder = tempfile::tempdir().unwrap();
    let policies = copy_policies(folder.path());
    let items = policies.join("service_items.csv");
    let rules = fs::read_to_string(&items).unwrap();
    // The secretary keeps what the worker loses.
    let others = rules.replace(
        "community_worker, service_item, draftServiceItem",
        "community_secretary, service_item, draftServiceItem",
    );
    assert_ne!(others, rules);
    fs::write(&items, others).unwrap();
    let apply = |arguments: &[&str]| {
        let mut command = tongxin(&[&["policy", "apply"], arguments].concat());
        command.env("DATABASE_URL", &pair.town.url).env("REDIS_URL", pair.redis.url());
        run(command)
    };
    // Policies are compiled some ten times as fast in a release.
    let limit = if cfg!(debug_assertions) { PATIENCE } else { A_SECOND };
    for (arguments, code) in [(&[text(&policies)][..], "FORBIDDEN"), (&[], "")] {
        let applied = apply(arguments).await;
        assert_eq!(applied.code, Some(0), "{applied:?}");
        let felt = async || {
            let answers =
                [both[0].ask(DRAFT, item("政策之后", 1)).await, both[1].ask(DRAFT, item("政策之后", 1)).await];
            answers.iter().all(|answer| answer.code() == code)
        };
        holds_after(limit, &format!("policies with code {code:?}"), felt).await;
    }
    let kept = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("applyPolicy"));
    assert_eq!(kept.count(&pair.town.db).await.unwrap(), 2, "each is audited");
    let Pair { town, _programs, .. } = pair;
    for program in _programs {
        program.signal("TERM");
        assert_eq!(program.ended(PATIENCE).await.code, Some(0));
    }
    town.leave().await;
}
