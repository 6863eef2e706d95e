//! What the stories stand on: the real service on a database of its own, a clock that they move, and actors that use
//! only the public API.

mod actor;
mod answer;
mod app;
pub mod city;
mod database;
mod facts;
mod listener;
pub mod places;
mod scenes;
mod template;
pub mod worst;

pub use actor::Actor;
pub use answer::{Answer, ids};
pub use app::TestApp;
pub use database::Database;
pub use facts::Partner;
pub use listener::Listener;
pub use scenes::{text, with};

use std::panic::{AssertUnwindSafe, resume_unwind};

use futures_util::FutureExt as _;

/// Tells a story on a fresh demo city in the given database.
///
/// # Panics
/// When the story does not go as it says.
pub async fn tell(database: Database, story: impl AsyncFn(&TestApp)) {
    let app = TestApp::start(database).await;
    let outcome = AssertUnwindSafe(story(&app)).catch_unwind().await;
    app.stop().await;
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// Makes tests of stories, each on SQLite and, where `TONGXIN_TEST_POSTGRES` names a server, on PostgreSQL:
/// `on_each_database![a_claim_is_accepted, …];`
#[macro_export]
macro_rules! on_each_database {
    ($($story:ident),+ $(,)?) => { $crate::on_each_database![@ $crate::tell: $($story),+]; };
    (by $teller:ident: $($story:ident),+ $(,)?) => { $crate::on_each_database![@ super::$teller: $($story),+]; };
    (@ $teller:path: $($story:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test]
            async fn $story() {
                $teller($crate::Database::Sqlite, super::$story).await;
            })+
        }

        mod on_postgres {
            $(#[tokio::test]
            #[cfg_attr(not(postgres_told), ignore = "TONGXIN_TEST_POSTGRES is not set")]
            async fn $story() {
                $teller($crate::Database::Postgres, super::$story).await;
            })+
        }
    };
}
