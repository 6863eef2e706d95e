//! A service that takes another issuer's tokens too, and somebody who signs them.

use std::{
    fs,
    panic::{AssertUnwindSafe, resume_unwind},
    time::Duration,
};

use chrono::TimeDelta;
use futures_util::FutureExt as _;
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, DbErr};
use serde_json::json;
use tokio::time::timeout;
use tongxin::config::{IssuerConfig, SubjectConfig};
use tongxin_entity::person_link;
use tongxin_kernel::{
    id::new_id,
    who::{
        issuer::{Saying, sign},
        keys::{Ring, generate_pair},
    },
};

use crate::{Actor, Database, TestApp};

/// How long a link may take to count: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(30);
/// What the issuer calls itself.
pub const CITY: &str = "https://id.city.example";
/// Who the caller is.
pub const ME: &str = "{ me { id name } }";

/// A service that takes the city's tokens too, and the key that the city signs with.
pub struct City {
    pub app: TestApp,
    ring: Ring,
    _folder: tempfile::TempDir,
}

/// Tells a story of logins on a fresh demo city.
///
/// # Panics
/// When the story does not go as it says.
pub async fn tell_of_logins(database: Database, story: impl AsyncFn(&City)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.json");
    let (private, public) = generate_pair();
    fs::write(&path, public).unwrap();
    let app = TestApp::start_with(database, |config| {
        config.issuers = vec![IssuerConfig {
            iss: CITY.into(),
            keys: path.to_str().unwrap().into(),
            subject: SubjectConfig::Linked,
            ..IssuerConfig::default()
        }];
    });
    let city = City { app: app.await, ring: Ring::parse(&private).unwrap().0, _folder: folder };
    let outcome = AssertUnwindSafe(story(&city)).catch_unwind().await;
    city.app.stop().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

impl City {
    /// Somebody whom the city calls so.
    ///
    /// # Panics
    /// When the key does not sign.
    pub fn knows(&self, subject: &str) -> Actor {
        let saying = Saying { issuer: CITY, audience: "tongxin", subject };
        self.app.bearer(sign(&self.ring, saying, self.app.clock.now(), TimeDelta::hours(1)).unwrap())
    }

    /// Links whoever is called so to the person of an account, past the service.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn link(&self, subject: &str, account: &str) -> Result<person_link::Model, DbErr> {
        link_row(&self.app, subject, &self.app.id_of(account)).insert(&self.app.db).await
    }

    /// Waits until whoever comes with this login is called so, or is nobody.
    ///
    /// # Panics
    /// When that never comes about.
    pub async fn is_called(&self, subject: &str, name: Option<&str>) {
        let caller = self.knows(subject);
        let called = async { while caller.query(ME, json!({})).await.body["data"]["me"]["name"].as_str() != name {} };
        timeout(PATIENCE, called).await.unwrap_or_else(|_| panic!("{subject} is not called {name:?}"));
    }
}

impl TestApp {
    /// Links a login of the city to a person, past the service; its id.
    ///
    /// # Panics
    /// When the database refuses it.
    pub async fn link(&self, person: &str, subject: &str) -> String {
        link_row(self, subject, person).insert(&self.db).await.expect("a link").id
    }
}

fn link_row(app: &TestApp, subject: &str, person: &str) -> person_link::ActiveModel {
    person_link::ActiveModel {
        id: Set(new_id("link", app.clock.now()).expect("an id")),
        issuer: Set(CITY.into()),
        subject: Set(subject.into()),
        person_id: Set(person.into()),
        created_at: Set(app.clock.now()),
    }
}
