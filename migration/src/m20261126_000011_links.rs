//! Which person an issuer's subject is. Rights follow from it, so that it raises the authority epoch.

use sea_orm_migration::prelude::*;

use crate::dialect::{run, run_either};

const UP: &str = r"
CREATE TABLE person_link (
    id         {id} PRIMARY KEY,
    issuer     {code} NOT NULL,
    subject    {code} NOT NULL,
    person_id  {id} NOT NULL REFERENCES person (id),
    created_at {timestamp} NOT NULL,
    CONSTRAINT person_link_login_key UNIQUE (issuer, subject),
    CONSTRAINT person_link_issuer_length CHECK (length(issuer) BETWEEN 1 AND 200),
    CONSTRAINT person_link_subject_length CHECK (length(subject) BETWEEN 1 AND 200)
){strict};
CREATE INDEX person_link_person_idx ON person_link (person_id, id);
";

const TRIGGER_POSTGRES: &str = "
CREATE TRIGGER person_link_authority AFTER INSERT OR UPDATE OR DELETE ON person_link
    FOR EACH STATEMENT EXECUTE FUNCTION raise_authority_epoch();
";

fn triggers_sqlite() -> String {
    let trigger = |event: &str| {
        format!(
            "CREATE TRIGGER person_link_authority_{} AFTER {event} ON person_link
            BEGIN
                UPDATE authority_epoch SET version = version + 1;
            END;",
            event.to_lowercase()
        )
    };
    ["INSERT", "UPDATE", "DELETE"].map(trigger).concat()
}

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, UP).await?;
        run_either(manager, TRIGGER_POSTGRES, &triggers_sqlite()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, "DROP TABLE person_link;").await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
