//! The real service: its own database, server and port; only the clock is not the machine's.

use std::{net::TcpListener, sync::Arc};

use chrono::TimeDelta;
use sea_orm::DatabaseConnection;
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};
use tongxin::{
    app::{App, StartError},
    config::Config,
};
use tongxin_kernel::{
    clock::Clock,
    telemetry::Metrics,
    who::{Authority, issuer::Issuer},
};

use crate::{
    Actor, Database,
    database::Server,
    template::{Template, beginning, config},
};

/// A running service with the demo city in it.
pub struct TestApp {
    /// The service's time; it stands still unless it is moved.
    pub clock: Clock,
    /// For the facts that no mutation makes, such as another company.
    pub db: DatabaseConnection,
    pub authority: Arc<Authority>,
    pub config: Config,
    issuer: Issuer,
    pub address: String,
    client: reqwest::Client,
    template: &'static Template,
    stop: oneshot::Sender<()>,
    served: JoinHandle<Result<(), StartError>>,
    folder: TempDir,
    /// The database on PostgreSQL.
    name: Option<String>,
}

impl TestApp {
    /// Starts the service on a fresh demo city.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start(database: Database) -> Self {
        Self::start_with(database, |_| {}).await
    }

    /// The same with a configuration that differs.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn start_with(database: Database, change: impl FnOnce(&mut Config)) -> Self {
        let template = Template::of(database);
        let folder = tempfile::tempdir().expect("a folder");
        template.copy_files(folder.path());
        let (mut name, mut url) = (None, None);
        if let Some(run) = &template.run {
            let (server, fresh) = (Server::told(), run.next_name());
            server.create(&fresh, &run.template).await;
            url = Some(server.address(&fresh));
            name = Some(fresh);
        }
        let mut config = config(folder.path(), url);
        change(&mut config);
        let db = config.store().open_to_serve().await.expect("a database");
        let clock = Clock::manual(beginning());
        let app = App::with_policy(config.clone(), db.clone(), clock.clone(), template.policy.clone());
        let app = app.expect("a service");

        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address").to_string();
        let (stop, stopped) = oneshot::channel::<()>();
        let (authority, issuer) = (app.authority.clone(), app.issuer().expect("an issuer"));
        let metrics = Metrics::install().expect("metrics");
        let served = tokio::spawn(app.serve(listener, metrics, None, async { drop(stopped.await) }));
        let client = reqwest::Client::new();
        // What a story does before the service watches its database would not be noticed.
        client.get(format!("http://{address}/healthz")).send().await.expect("the service starts");
        Self { clock, db, authority, config, issuer, address, client, template, stop, served, folder, name }
    }

    /// Stops the service and throws its database away.
    ///
    /// # Panics
    /// When it does not stop in order.
    pub async fn stop(self) {
        let Self { stop, served, client, db, template, folder, name, .. } = self;
        // Connections that the client keeps open would hold the server up.
        drop(client);
        let _ = stop.send(());
        served.await.expect("the server ends").expect("the server ends in order");
        db.close().await.expect("closed");
        drop(folder);
        if let (Some(run), Some(name)) = (&template.run, name) {
            run.throw_away(name);
        }
    }

    /// Somebody with an account of the demo, such as `property-manager`.
    pub fn actor(&self, account: &str) -> Actor {
        Actor { name: account.to_owned(), ..self.actor_of(&self.id_of(account)) }
    }

    /// The person or application with this id.
    ///
    /// # Panics
    /// When no token can be made.
    pub fn actor_of(&self, id: &str) -> Actor {
        let token = self.issuer.issue(id, TimeDelta::days(30)).expect("a token");
        Actor { name: id.to_owned(), token: Some(token), ..self.stranger() }
    }

    /// Somebody without a token.
    pub fn stranger(&self) -> Actor {
        let endpoint = format!("http://{}/graphql", self.address);
        Actor { name: "stranger".into(), token: None, endpoint, client: self.client.clone() }
    }

    /// Somebody with a token as it stands.
    pub fn bearer(&self, token: impl Into<String>) -> Actor {
        Actor { name: "bearer".into(), token: Some(token.into()), ..self.stranger() }
    }

    /// The id of the person or application behind an account.
    ///
    /// # Panics
    /// For an account that the demo does not have.
    #[track_caller]
    pub fn id_of(&self, account: &str) -> String {
        self.template.accounts.get(account).unwrap_or_else(|| panic!("no account {account}")).clone()
    }

    /// Today, moved by so many days, as the API writes it.
    pub fn day(&self, days: i64) -> String {
        (self.clock.today() + TimeDelta::days(days)).to_string()
    }
}
