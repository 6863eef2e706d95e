//! The policies in force, and the epoch that rises in the very transaction that changes anything rights come from: a
//! replica that sees a new epoch drops the rights it cached.

use sea_orm_migration::prelude::*;

use crate::dialect::{run, run_either};

const TABLES: &str = r"
CREATE TABLE policy_bundle (
    version    {bigint} PRIMARY KEY,
    digest     text NOT NULL,
    body       text NOT NULL,
    applied_at {timestamp} NOT NULL,
    applied_by text NOT NULL
){strict};

CREATE TABLE authority_epoch (
    id      integer PRIMARY KEY,
    version {bigint} NOT NULL,
    CONSTRAINT authority_epoch_one_row CHECK (id = 1)
){strict};
INSERT INTO authority_epoch (id, version) VALUES (1, 1);
";

const FUNCTION_POSTGRES: &str = "
CREATE FUNCTION raise_authority_epoch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE authority_epoch SET version = version + 1;
    RETURN NULL;
END $$;
";

/// The tables rights are derived from, and which of their columns matter (none named: all).
const SOURCES: &[(&str, &str)] = &[
    ("post", ""),
    ("property_contract", ""),
    ("entrusted_compound", ""),
    ("check_in", ""),
    ("person", "OF home_community_code, home_compound_id"),
    ("organisation", ""),
    ("owners_committee", ""),
    ("client_application", ""),
    ("policy_bundle", ""),
];

fn triggers_postgres() -> String {
    let trigger = |(table, columns): &(&str, &str)| {
        format!(
            "CREATE TRIGGER {table}_authority AFTER INSERT OR UPDATE {columns} OR DELETE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION raise_authority_epoch();"
        )
    };
    SOURCES.iter().map(trigger).collect()
}

fn triggers_sqlite() -> String {
    let trigger = |(table, columns): &(&str, &str)| {
        ["INSERT", "UPDATE", "DELETE"].map(|event| {
            let columns = if event == "UPDATE" { columns } else { "" };
            format!(
                "CREATE TRIGGER {table}_authority_{} AFTER {event} {columns} ON {table}
                BEGIN
                    UPDATE authority_epoch SET version = version + 1;
                END;",
                event.to_lowercase()
            )
        })
    };
    SOURCES.iter().flat_map(trigger).collect()
}

fn drop_triggers_postgres() -> String {
    SOURCES.iter().map(|(table, _)| format!("DROP TRIGGER {table}_authority ON {table};")).collect()
}

fn drop_triggers_sqlite() -> String {
    let drop = |(table, _): &(&str, &str)| {
        ["insert", "update", "delete"].map(|event| format!("DROP TRIGGER {table}_authority_{event};"))
    };
    SOURCES.iter().flat_map(drop).collect()
}

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        run_either(manager, FUNCTION_POSTGRES, "").await?;
        run_either(manager, &triggers_postgres(), &triggers_sqlite()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run_either(manager, &drop_triggers_postgres(), &drop_triggers_sqlite()).await?;
        run_either(manager, "DROP FUNCTION raise_authority_epoch();", "").await?;
        run(manager, "DROP TABLE authority_epoch; DROP TABLE policy_bundle;").await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
