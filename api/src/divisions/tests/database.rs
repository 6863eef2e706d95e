use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt as _;
use sea_orm::{ConnectOptions, ConnectionTrait as _, Database, DatabaseConnection};
use tongxin_migration::{Migrator, MigratorTrait as _};

/// Runs the test on a fresh, migrated database of each kind there is.
pub async fn on_each(test: impl AsyncFn(&DatabaseConnection)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("test.db");
    let file = connect(&format!("sqlite://{}?mode=rwc", path.display())).await;
    Migrator::up(&file, None).await.unwrap();
    test(&file).await;

    if let Ok(server) = std::env::var("TONGXIN_TEST_POSTGRES") {
        let admin = connect(&server).await;
        let name = format!("tongxin_divisions_{}", uuid::Uuid::now_v7().simple());
        admin.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
        let (base, _) = server.rsplit_once('/').expect("a URL with a database");
        let fresh = connect(&format!("{base}/{name}")).await;
        Migrator::up(&fresh, None).await.unwrap();
        let outcome = AssertUnwindSafe(test(&fresh)).catch_unwind().await;
        admin.execute_unprepared(&format!("DROP DATABASE {name} WITH (FORCE)")).await.unwrap();
        if let Err(panic) = outcome {
            resume_unwind(panic);
        }
    }
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(2).sqlx_logging(false);
    Database::connect(options).await.unwrap()
}
