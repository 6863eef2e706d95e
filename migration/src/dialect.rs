//! One DDL text for two databases: what they name differently is a placeholder in braces.
//!
//! Released migrations lean on these texts, so a line here may be added but never changed.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend},
};

/// Placeholder, PostgreSQL, SQLite. SQLite tables are strict: a column holds the type that it declares.
const PLACEHOLDERS: &[(&str, &str, &str)] = &[
    // Ids and codes sort and compare by bytes, whatever the locale of the database.
    ("{id}", "text COLLATE \"C\"", "text"),
    ("{code}", "text COLLATE \"C\"", "text"),
    ("{timestamp}", "timestamp with time zone", "text"),
    ("{date}", "date", "text"),
    ("{bool}", "boolean", "integer"),
    ("{smallint}", "smallint", "integer"),
    ("{bigint}", "bigint", "integer"),
    ("{json}", "jsonb", "text"),
    ("{strict}", "", " STRICT"),
    // Both clamp 29 February to the 28th.
    (
        "{five_years_after_elected_on}",
        "(elected_on + interval '5 years')",
        "min(date(elected_on, '+5 years'), date(elected_on, 'start of month', '+61 months', '-1 day'))",
    ),
    // The day in China of the moment at which something was ended.
    ("{day_of_ended_at}", "((ended_at AT TIME ZONE 'Asia/Shanghai')::date)", "date(ended_at, '+8 hours')"),
];

/// Runs the DDL with the placeholders of the connected database.
pub(crate) async fn run(manager: &SchemaManager<'_>, ddl: &str) -> Result<(), DbErr> {
    let postgres = is_postgres(manager)?;
    let mut text = ddl.to_owned();
    for (placeholder, on_postgres, on_sqlite) in PLACEHOLDERS {
        text = text.replace(placeholder, if postgres { on_postgres } else { on_sqlite });
    }
    manager.get_connection().execute_unprepared(&text).await.map(|_| ())
}

/// Runs DDL of which the databases share nothing.
pub(crate) async fn run_either(manager: &SchemaManager<'_>, postgres: &str, sqlite: &str) -> Result<(), DbErr> {
    run(manager, if is_postgres(manager)? { postgres } else { sqlite }).await
}

pub(crate) fn is_postgres(manager: &SchemaManager<'_>) -> Result<bool, DbErr> {
    match manager.get_database_backend() {
        DbBackend::Postgres => Ok(true),
        DbBackend::Sqlite => Ok(false),
        other => Err(DbErr::Migration(format!("no schema for {other:?}"))),
    }
}

/// The two methods of a migration that is nothing but DDL, and rules of terms and words on its tables. A failed step leaves nothing
/// behind, on SQLite too.
macro_rules! ddl_migration {
    ($up:expr, $down:expr) => {
        $crate::dialect::ddl_migration!($up, $down, [], []);
    };
    ($up:expr, $down:expr, $terms:expr, $words:expr) => {
        #[derive(sea_orm_migration::prelude::DeriveMigrationName)]
        pub struct Migration;

        #[sea_orm_migration::prelude::async_trait::async_trait]
        impl sea_orm_migration::prelude::MigrationTrait for Migration {
            async fn up(
                &self,
                manager: &sea_orm_migration::prelude::SchemaManager,
            ) -> Result<(), sea_orm_migration::prelude::DbErr> {
                $crate::dialect::run(manager, $up).await?;
                let all: &[$crate::terms::Terms] = &$terms;
                for terms in all {
                    $crate::terms::keep_apart(manager, terms).await?;
                }
                let all: &[$crate::words::Words] = &$words;
                for words in all {
                    $crate::words::keep(manager, words).await?;
                }
                Ok(())
            }

            async fn down(
                &self,
                manager: &sea_orm_migration::prelude::SchemaManager,
            ) -> Result<(), sea_orm_migration::prelude::DbErr> {
                $crate::dialect::run(manager, $down).await
            }

            fn use_transaction(&self) -> Option<bool> {
                Some(true)
            }
        }
    };
}

pub(crate) use ddl_migration;
