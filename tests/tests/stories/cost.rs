//! What bounds a request bounds the statement that it becomes: dear ones are refused or cheap, whoever sends them.

use std::fmt::Write as _;

use sea_orm::{ConnectionTrait as _, DbBackend, Statement, TransactionTrait as _};
use serde_json::{Value, json};
use tongxin_tests::{
    Database, TestApp, ids, on_each_database,
    worst::{Known, Meter, Search, Taken, UNIT_KB, UNIT_MS},
};

on_each_database![
    small_texts_that_become_large_statements_are_refused_or_cheap,
    equal_ids_are_read_once_and_answered_in_each_place,
    large_requests_of_honest_clients_are_answered,
    random_requests_within_the_limits_are_answered,
];

/// How many aliases, all of the same.
fn aliased(count: usize, field: &str) -> String {
    (0..count).fold(String::new(), |mut all, number| {
        let _ = write!(all, "x{number}: {field} ");
        all
    })
}

async fn some_ids(app: &TestApp, list: &str) -> Vec<String> {
    let page = app.stranger().read(&format!("{{ list: {list}(first: 100) {{ nodes {{ id }} }} }}"), json!({})).await;
    ids(&page["list"]).into_iter().map(str::to_owned).collect()
}

/// The sessions of the service.
async fn sessions(app: &TestApp) -> Vec<u32> {
    let text = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()";
    let rows = app.db.query_all_raw(Statement::from_string(DbBackend::Postgres, text)).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index::<i32>(0).unwrap().try_into().unwrap()).collect()
}

/// What PostgreSQL takes for a request of a stranger; nothing is known of SQLite, which works within this process.
async fn taken(app: &TestApp, query: &str, variables: Value) -> (tongxin_tests::Answer, Option<Taken>) {
    let postgres = app.db.get_database_backend() == DbBackend::Postgres;
    let meter = if postgres { Some(Meter::begin(sessions(app).await)) } else { None };
    let answer = app.stranger().query(query, variables).await;
    (answer, meter.map(Meter::end))
}

async fn small_texts_that_become_large_statements_are_refused_or_cheap(app: &TestApp) {
    let item = some_ids(app, "serviceItems").await.remove(0);
    let fields = aliased(45, "priority { id title progress }");
    let same = format!("query($i: [ID!]!) {{ nodes(ids: $i) {{ id ... on ServiceItem {{ {fields} }} }} }}");
    let lists =
        format!("{{ region(code: \"120106001\") {{ {} }} }}", aliased(45, "serviceItems(first: 1) { nodes { id } }"));
    let mut spread = format!("{{ serviceItem(id: \"{item}\") {{ ...F0 ...F1 ...F2 ...F3 }} }}");
    for number in 0..4 {
        let _ =
            write!(spread, " fragment F{number} on ServiceItem {{ a{number}: street {{ ...G0 ...G1 ...G2 ...G3 }} }}");
        let _ = write!(spread, " fragment G{number} on Region {{ b{number}: parent {{ ...H0 ...H1 ...H2 ...H3 }} }}");
        let _ =
            write!(spread, " fragment H{number} on Region {{ c{number}: parent {{ serviceItems {{ totalCount }} }} }}");
    }
    for (query, variables) in [(same, json!({"i": vec![item; 100]})), (lists, json!({})), (spread, json!({}))] {
        assert!(query.len() < 5_000);
        let (answer, taken) = taken(app, &query, variables).await;
        if answer.code().is_some() {
            let facts = answer.refused("QUERY_TOO_COMPLEX");
            assert_eq!((&facts["measure"], &facts["limit"]), (&json!("cost"), &json!(10_000)));
            assert!(facts["cost"].as_u64() > Some(10_000), "{facts}");
        }
        if let Some(taken) = taken {
            assert!(taken.units() < 10_000.0, "{taken:?}: {query}");
        }
    }
}

async fn equal_ids_are_read_once_and_answered_in_each_place(app: &TestApp) {
    let (items, priorities) = (some_ids(app, "serviceItems").await, some_ids(app, "priorities").await);
    let unknown = "item_00000000000000000000000000";
    let draft = app.draft(json!({})).await;
    let sought =
        [&items[0], &priorities[0], unknown, &items[0], &items[1], "nonsense", &draft, &priorities[0], "item_"];
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on ServiceItem { title } ... on Priority { progress } } }";
    let answer = app.stranger().read(nodes, json!({"ids": sought})).await;
    let found = answer["nodes"].as_array().unwrap().iter().map(|node| node["id"].as_str()).collect::<Vec<_>>();
    let invisible = [unknown, "nonsense", draft.as_str(), "item_"];
    assert_eq!(found, sought.map(|id| Some(id).filter(|id| !invisible.contains(id))));
    assert_eq!(answer["nodes"][0], answer["nodes"][3]);
    assert_eq!(answer["nodes"][1]["__typename"], "Priority");
    // Many of one type say their selection no more often than one does, so a hundred are within the limits.
    let many = items.iter().chain(&items).take(100).collect::<Vec<_>>();
    let answer = app.stranger().read(nodes, json!({"ids": many})).await;
    assert_eq!(answer["nodes"].as_array().unwrap().len(), many.len());
    let none = app.stranger().read(nodes, json!({"ids": []})).await;
    assert_eq!(none, json!({"nodes": []}));
}

async fn large_requests_of_honest_clients_are_answered(app: &TestApp) {
    let tree = "{ region(code: \"120106001\") { code name children(first: 100) { totalCount pageInfo { hasNextPage endCursor }
        nodes { code name serviceItems(first: 10) { totalCount nodes { id title description status dueOn quota claimCount
        claims(first: 1) { nodes { id status claimedAt claimant { __typename id name } } } } } } } } }";
    let boards = "{ serviceItems(filter: {status: OPEN}, orderBy: DUE_FIRST, first: 100) { totalCount pageInfo { endCursor hasNextPage }
        edges { cursor node { id title description audience kind status dueOn claimableBy quota claimCount acceptedCount
        averageStars version community { code name } street { code name } compound { id name } publisher { id name }
        priority { id title progress } implementation { id status progress } latestRating { stars comment }
        claims(first: 5) { nodes { id status claimant { id name } } } ratings(first: 5) { totalCount nodes { stars comment } } } } }
        priorities(first: 50) { totalCount nodes { id title target progress communities { code name }
        implementations(first: 5) { nodes { id status progress community { name } } } } } }";
    for query in [tree, boards] {
        app.actor("street-secretary").read(query, json!({})).await;
    }
}

async fn random_requests_within_the_limits_are_answered(app: &TestApp) {
    let mut known = Known { ids: Vec::new(), codes: Vec::new() };
    for list in ["serviceItems", "priorities", "implementations", "claims", "partyOrganisations"] {
        known.ids.extend(some_ids(app, list).await);
    }
    known.codes.extend(["1201", "120106", "120106001", "120106001002"].map(str::to_owned));
    let mut search = Search::new(20_261_126, known);
    for _ in 0..150 {
        let (candidate, cost) = search.propose();
        let query = candidate.text();
        let (answer, taken) = taken(app, &query, json!({})).await;
        let code = answer.code().unwrap_or("OK");
        assert!(!["QUERY_TOO_COMPLEX", "INTERNAL", "UNAVAILABLE"].contains(&code), "{answer}: {query}");
        // On its way an answer is held some ten times.
        let kilobytes = answer.body.to_string().len() as f64 / 1024.0;
        assert!(kilobytes * 10.0 <= cost as f64 * UNIT_KB, "{kilobytes} kB for {cost}: {query}");
        if let Some(taken) = taken {
            let Taken { cpu_ms, peak_kb, .. } = taken;
            assert!(cpu_ms <= cost as f64 * UNIT_MS, "{cpu_ms} ms for {cost}: {query}");
            // What a session learns of the tables that it meets first is its own affair.
            assert!(peak_kb <= cost as f64 * UNIT_KB + 8_192.0, "{peak_kb} kB for {cost}: {query}");
            search.learn(candidate, cost, taken);
        } else {
            search.learn(candidate, cost, Taken { peak_kb: kilobytes * 10.0, ..Taken::default() });
        }
    }
}

#[tokio::test]
#[cfg_attr(not(postgres_told), ignore = "TONGXIN_TEST_POSTGRES is not set")]
async fn a_read_that_waits_too_long_is_given_up() {
    tongxin_tests::tell(Database::Postgres, async |app| {
        let lock = app.db.begin().await.unwrap();
        lock.execute_unprepared("LOCK TABLE service_item IN ACCESS EXCLUSIVE MODE").await.unwrap();
        let answer = app.stranger().query("{ serviceItems { totalCount } }", json!({})).await;
        answer.refused("UNAVAILABLE");
        lock.rollback().await.unwrap();
        app.stranger().read("{ serviceItems { totalCount } }", json!({})).await;
    })
    .await;
}
