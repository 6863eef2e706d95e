//! A database that is gone or full: told as such, and over as soon as it is back.

use reqwest::StatusCode;
use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use tongxin::database;
use tongxin_tests::{Database, TestApp};

async fn get(app: &TestApp, path: &str) -> StatusCode {
    reqwest::get(format!("http://{}{path}", app.address)).await.expect("the service answers").status()
}

async fn read_and_write(app: &TestApp) -> [tongxin_tests::Answer; 2] {
    let secretary = app.actor("community-secretary");
    let read = secretary.query("{ serviceItems { totalCount } }", json!({})).await;
    let write = secretary.act("publishServiceItem", app.content(), "serviceItem { id }").await;
    [read, write]
}

#[tokio::test]
#[cfg_attr(not(postgres_told), ignore = "TONGXIN_TEST_POSTGRES is not set")]
async fn a_database_that_is_gone_is_waited_for() {
    tongxin_tests::tell(Database::Postgres, async |app| {
        let name = app.config.database_url.as_ref().unwrap().expose().rsplit_once('/').unwrap().1.to_owned();
        let server = std::env::var("TONGXIN_TEST_POSTGRES").unwrap();
        let admin = database::connect(&server, &app.config.pool).await.unwrap();
        let tell = async |statement: String| admin.execute_unprepared(&statement).await.unwrap();
        for _ in 0..2 {
            tell(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false")).await;
            tell(format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")).await;
            for answer in read_and_write(app).await {
                let facts = answer.refused("UNAVAILABLE");
                assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{answer}");
                assert!(facts["retryAfter"].as_u64() >= Some(1), "{answer}");
                assert!(answer.body.get("data").is_none(), "{answer}");
            }
            assert_eq!(get(app, "/readyz").await, StatusCode::SERVICE_UNAVAILABLE);
            assert_eq!(get(app, "/healthz").await, StatusCode::OK);

            tell(format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true")).await;
            read_and_write(app).await.iter().for_each(|answer| drop(answer.data().clone()));
            assert_eq!(get(app, "/readyz").await, StatusCode::OK);
        }
        admin.close().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn a_full_disk_is_told_and_left_behind() {
    // One connection, whose bound on the size of the file stands for the end of the disk.
    let app = TestApp::start_with(Database::Sqlite, |config| config.pool.max_connections = 1).await;
    let before = app.stranger().read("{ serviceItems { totalCount } }", json!({})).await;
    app.db.execute_unprepared("PRAGMA max_page_count = 1").await.unwrap();
    let secretary = app.actor("community-secretary");
    let long = json!("长".repeat(4000));
    let publish = || {
        let mut content = app.content();
        content["description"] = long.clone();
        secretary.act("publishServiceItem", content, "serviceItem { id }")
    };
    let mut refused = publish().await;
    // What room the last page had left.
    for _ in 0..20 {
        refused = publish().await;
        if refused.code().is_some() {
            break;
        }
    }
    refused.refused("UNAVAILABLE");
    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    let during = app.stranger().read("{ serviceItems { totalCount } }", json!({})).await;
    assert!(during["serviceItems"]["totalCount"].as_u64() >= before["serviceItems"]["totalCount"].as_u64());

    app.db.execute_unprepared("PRAGMA max_page_count = 1073741823").await.unwrap();
    publish().await.done();
    let after = app.stranger().read("{ serviceItems { totalCount } }", json!({})).await;
    let count = |read: &Value| read["serviceItems"]["totalCount"].as_u64().unwrap();
    assert_eq!(count(&after), count(&during) + 1);
    app.stop().await;
}
