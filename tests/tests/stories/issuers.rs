//! Logins of somebody else's issuer: a person is whoever it is linked to, and nobody else.

use std::{
    fs,
    panic::{AssertUnwindSafe, resume_unwind},
    time::Duration,
};

use chrono::TimeDelta;
use futures_util::FutureExt as _;
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, EntityTrait as _, ModelTrait as _, SqlErr};
use serde_json::json;
use tokio::time::timeout;
use tongxin::config::{IssuerConfig, SubjectConfig};
use tongxin_entity::person_link;
use tongxin_kernel::{
    id::new_id,
    who::{
        Subject,
        issuer::{Saying, sign},
        keys::{Ring, generate_pair},
    },
};
use tongxin_tests::{Actor, Database, TestApp};

/// How long a link may take to count: the machine may be busy.
const PATIENCE: Duration = Duration::from_secs(30);
const CITY: &str = "https://id.city.example";
const ME: &str = "{ me { id name } }";
const WAITING: &str = "subscription { todosChanged { count } }";

/// A service that takes the city's tokens too, and the key that the city signs with.
struct City {
    app: TestApp,
    ring: Ring,
    _folder: tempfile::TempDir,
}

async fn tell(database: Database, story: impl AsyncFn(&City)) {
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
    fn knows(&self, subject: &str) -> Actor {
        let saying = Saying { issuer: CITY, audience: "tongxin", subject };
        self.app.bearer(sign(&self.ring, saying, self.app.clock.now(), TimeDelta::hours(1)).unwrap())
    }

    async fn link(&self, subject: &str, account: &str) -> Result<person_link::Model, sea_orm::DbErr> {
        let link = person_link::ActiveModel {
            id: Set(new_id("link", self.app.clock.now()).unwrap()),
            issuer: Set(CITY.into()),
            subject: Set(subject.into()),
            person_id: Set(self.app.id_of(account)),
            created_at: Set(self.app.clock.now()),
        };
        link.insert(&self.app.db).await
    }

    /// Waits until whoever comes with this login is called so, or is nobody.
    async fn is_called(&self, subject: &str, name: Option<&str>) {
        let caller = self.knows(subject);
        let called = async { while caller.query(ME, json!({})).await.body["data"]["me"]["name"].as_str() != name {} };
        timeout(PATIENCE, called).await.unwrap_or_else(|_| panic!("{subject} is not called {name:?}"));
    }
}

async fn a_login_is_the_person_that_it_is_linked_to(city: &City) {
    let (wang, other) = (city.knows("wang"), city.knows("wang2"));
    // Good, and nobody's: what a stranger may read, and no more.
    let as_stranger = wang.query(ME, json!({})).await;
    assert_eq!((as_stranger.status.as_u16(), &as_stranger.body["data"]["me"]), (200, &json!(null)), "{as_stranger}");
    city.link("wang", "resident").await.unwrap();
    city.is_called("wang", Some("何示范")).await;
    assert_eq!(wang.read(ME, json!({})).await["me"]["id"], city.app.id_of("resident"));
    assert_eq!(other.query(ME, json!({})).await.body["data"]["me"], json!(null), "another login is another");
    // A person may have several; a login is one person's.
    city.link("wang2", "resident").await.unwrap();
    city.is_called("wang2", Some("何示范")).await;
    let twice = city.link("wang", "neighbour").await.unwrap_err();
    assert!(matches!(twice.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))), "{twice}");
}

async fn an_act_may_read_the_login_of_a_stranger(city: &City) {
    let login = Subject::login(CITY, "wang");
    let actor = city.app.authority.actor(Some(&login)).await.unwrap();
    let carried = actor.login.clone().unwrap();
    assert_eq!((carried.issuer.as_str(), carried.subject.as_str(), actor.person_id()), (CITY, "wang", None));
    assert!(!format!("{actor:?}").contains("wang"), "it is written out nowhere");
    assert!(city.app.authority.actor(None).await.unwrap().login.is_none());
    let by_id = Subject::id(city.app.id_of("resident"));
    assert!(city.app.authority.actor(Some(&by_id)).await.unwrap().login.is_none());
}

async fn the_id_of_a_person_is_no_login_of_theirs(city: &City) {
    // An issuer whose subjects are linked cannot name people by their ids here.
    let id = city.app.id_of("street-secretary");
    assert_eq!(city.knows(&id).query(ME, json!({})).await.body["data"]["me"], json!(null));
}

async fn a_session_ends_with_its_link(city: &City) {
    let link = city.link("wang", "community-secretary").await.unwrap();
    city.is_called("wang", Some("吴示范")).await;
    let mut listener = city.app.listen(&city.knows("wang"), WAITING, json!({})).await;
    listener.event().await;
    link.delete(&city.app.db).await.unwrap();
    let ended = loop {
        let heard = listener.hear().await.expect("it is told before the socket closes");
        if heard["type"] != "next" || heard["payload"].get("errors").is_some() {
            break heard;
        }
    };
    assert!(ended.to_string().contains("UNAUTHENTICATED"), "{ended}");
    city.is_called("wang", None).await;
    assert!(person_link::Entity::find().one(&city.app.db).await.unwrap().is_none());
}

macro_rules! on_each_database {
    ($($story:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $story() {
                super::tell(tongxin_tests::Database::Sqlite, super::$story).await;
            })+
        }

        mod on_postgres {
            $(#[tokio::test]
            #[cfg_attr(not(postgres_told), ignore = "TONGXIN_TEST_POSTGRES is not set")]
            async fn $story() {
                super::tell(tongxin_tests::Database::Postgres, super::$story).await;
            })+
        }
    };
}

on_each_database![
    a_login_is_the_person_that_it_is_linked_to,
    an_act_may_read_the_login_of_a_stranger,
    the_id_of_a_person_is_no_login_of_theirs,
    a_session_ends_with_its_link,
];
