//! What can happen between the service and PostgreSQL: the connection is cut before or after a commit, or the database is
//! only read all at once.

use sea_orm::{ConnectionTrait as _, DatabaseConnection};

use super::{Failing, Place, Served, go_through};
use crate::{
    client::Client,
    proxy::Proxy,
    town::{Town, account, serving},
};

/// A town whose service reaches its database through a proxy.
struct Far {
    town: Town,
    proxy: Proxy,
}

impl Far {
    async fn found() -> Option<Self> {
        let town = Town::found().await?;
        let proxy = Proxy::start(&town.server()).await;
        Some(Self { town, proxy })
    }
}

impl Place for Far {
    async fn serve(&self) -> (Served, String) {
        let mut command = self.town.serve();
        command.env("DATABASE_URL", self.town.url_by(&self.proxy.address().to_string()));
        let (program, address) = serving(command).await;
        (Served::Process(program), address)
    }

    async fn look(&self) -> DatabaseConnection {
        self.town.open().await
    }

    async fn writers(&self, address: &str) -> Vec<Client> {
        // The town's own connections may have been ended with the service's.
        let db = self.look().await;
        let writer = account(&db, self.town.folder.path(), address, "community-secretary").await;
        db.close().await.unwrap();
        vec![writer]
    }
}

/// Which side of the commit is cut off.
struct Cut<'a> {
    proxy: &'a Proxy,
    after: bool,
}

impl Failing for Cut<'_> {
    const READS: bool = true;

    async fn fail(&mut self) {
        self.proxy.cut_at_commits(self.after);
    }

    async fn mend(&mut self) {
        self.proxy.speak();
    }
}

#[tokio::test]
async fn a_connection_cut_before_the_commit() {
    let Some(far) = Far::found().await else { return };
    go_through("cut before", &far, async |_| Cut { proxy: &far.proxy, after: false }).await;
    far.town.leave().await;
}

#[tokio::test]
async fn a_connection_cut_after_the_commit() {
    let Some(far) = Far::found().await else { return };
    go_through("cut after", &far, async |_| Cut { proxy: &far.proxy, after: true }).await;
    far.town.leave().await;
}

/// A database in which every new session only reads.
struct OnlyRead<'a>(&'a Town);

impl Failing for OnlyRead<'_> {
    const READS: bool = true;

    async fn fail(&mut self) {
        self.0.alter("SET default_transaction_read_only = on").await;
        let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() \
                   AND pid <> pg_backend_pid()";
        let db = self.0.open().await;
        db.execute_unprepared(end).await.unwrap();
        db.close().await.unwrap();
    }

    /// The sessions that were opened meanwhile only read for as long as they live.
    async fn mend(&mut self) {
        self.0.alter("RESET default_transaction_read_only").await;
    }
}

#[tokio::test]
async fn a_database_that_is_only_read() {
    let Some(far) = Far::found().await else { return };
    go_through("only read", &far, async |_| OnlyRead(&far.town)).await;
    far.town.leave().await;
}
