//! A SQLite file that holds as many pages as it may. Only the connection that sets the bound knows of it, so the service runs
//! inside of this process, on a pool whose connections all do.

use std::net::TcpListener;

use sea_orm::{
    ConnectionTrait as _, Database, DatabaseConnection,
    sqlx::sqlite::{SqliteJournalMode, SqliteSynchronous},
};
use tempfile::TempDir;
use tongxin::app::App;
use tongxin_kernel::{
    clock::Clock,
    store::{self, Pool},
    telemetry::Metrics,
};

use super::{Failing, Place, Served, count, go_through};
use crate::{
    client::Client,
    town::{account, config, fill_file, open_file},
};

/// Pages of 4 KiB that the file may hold: far more than it does.
const MOST: i64 = 10_000;

struct Folder(TempDir);

impl Place for Folder {
    async fn serve(&self) -> (Served, String) {
        let url = store::file_url(&self.0.path().join("tongxin.sqlite"));
        let mut options = store::options(&url, &Pool { max_connections: 8, min_connections: 0, acquire_secs: 5 });
        options.map_sqlx_sqlite_opts(|options| {
            let options = options.journal_mode(SqliteJournalMode::Wal).synchronous(SqliteSynchronous::Normal);
            options.pragma("max_page_count", MOST.to_string())
        });
        let db = Database::connect(options).await.unwrap();
        let mut config = config(self.0.path());
        config.rate_limit.enabled = false;
        config.server.workers = 2;
        let app = App::new(config, db, Clock::system()).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let metrics = Metrics::install().unwrap();
        let served = tokio::spawn(async move {
            app.serve(listener, metrics, None, std::future::pending()).await.unwrap();
        });
        (Served::Task(served), address)
    }

    async fn look(&self) -> DatabaseConnection {
        open_file(self.0.path()).await
    }

    async fn writers(&self, address: &str) -> Vec<Client> {
        let db = self.look().await;
        let writer = account(&db, self.0.path(), address, "community-secretary").await;
        db.close().await.unwrap();
        vec![writer]
    }
}

/// Somebody else writes into the file, whom nothing bounds.
struct Ballast(DatabaseConnection);

impl Failing for Ballast {
    const READS: bool = true;

    async fn fail(&mut self) {
        // What was thrown away before left pages that are free.
        let pages = count(&self.0, "SELECT page_count FROM pragma_page_count", Vec::new()).await;
        let free = count(&self.0, "SELECT freelist_count FROM pragma_freelist_count", Vec::new()).await;
        let bytes = (MOST - pages + free).max(1) * 4096;
        let sql = format!("CREATE TABLE ballast AS SELECT zeroblob({bytes}) AS weight");
        self.0.execute_unprepared(&sql).await.unwrap();
    }

    async fn mend(&mut self) {
        self.0.execute_unprepared("DROP TABLE ballast").await.unwrap();
    }
}

#[tokio::test]
async fn a_file_with_all_its_pages() {
    let folder = Folder(tempfile::tempdir().unwrap());
    fill_file(folder.0.path()).await.close().await.unwrap();
    go_through("pages", &folder, async |_| Ballast(folder.look().await)).await;
}
