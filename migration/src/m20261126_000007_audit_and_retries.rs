//! The audit trail, which the database itself keeps append-only; answers kept for retries; the outbox of events;
//! what is written to see whether anything can be.

use sea_orm_migration::prelude::*;

use crate::{
    dialect::{run, run_either},
    words::{Words, keep},
};

const TABLES: &str = r"
CREATE TABLE audit_entry (
    id          {id} PRIMARY KEY,
    at          {timestamp} NOT NULL,
    actor_id    {id} NOT NULL,
    post_id     {id},
    role        text NOT NULL,
    action      text NOT NULL,
    outcome     text NOT NULL,
    subject_id  {id},
    region_code {code},
    priority_id {id},
    rule        text,
    reason      text,
    purpose     text,
    before      {json},
    after       {json},
    before_by   text,
    after_by    text,
    secrecy     text NOT NULL DEFAULT 'OPEN',
    request_id  text NOT NULL,
    once        text,
    CONSTRAINT audit_entry_reason_length CHECK (length(reason) <= 1000),
    CONSTRAINT audit_entry_purpose_length CHECK (length(purpose) <= 1000)
){strict};
CREATE INDEX audit_entry_subject_idx ON audit_entry (subject_id, id);
CREATE INDEX audit_entry_region_idx ON audit_entry (region_code, id);
CREATE UNIQUE INDEX audit_entry_once_idx ON audit_entry (once) WHERE once IS NOT NULL;

CREATE TABLE idempotency_key (
    actor      {id} NOT NULL,
    key        {code} NOT NULL,
    body_hash  text NOT NULL,
    answer     text,
    created_at {timestamp} NOT NULL,
    PRIMARY KEY (actor, key),
    CONSTRAINT idempotency_key_length CHECK (length(key) BETWEEN 1 AND 255)
){strict};
CREATE INDEX idempotency_key_created_idx ON idempotency_key (created_at);

CREATE TABLE event (
    id          {id} PRIMARY KEY,
    kind        text NOT NULL,
    subject_id  {id} NOT NULL,
    region_code {code} NOT NULL,
    created_at  {timestamp} NOT NULL
){strict};
CREATE INDEX event_created_idx ON event (created_at);

CREATE TABLE trial_write (
    id     {id} PRIMARY KEY,
    filler text NOT NULL
){strict};
";

const APPEND_ONLY_POSTGRES: &str = "
CREATE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit entries are never changed or deleted';
END $$;
CREATE TRIGGER audit_entry_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
";

const APPEND_ONLY_SQLITE: &str = "
CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_entry
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never changed or deleted');
END;
CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never changed or deleted');
END;
";

const WORDS: [Words; 2] = [
    Words { table: "audit_entry", column: "outcome", words: &["ALLOWED", "REFUSED"] },
    Words { table: "audit_entry", column: "secrecy", words: &["OPEN", "UNNAMED", "WITHOUT_CONTENT", "WITHOUT_PERSON"] },
];

const DROP_TABLES: &str = "
DROP TABLE trial_write;
DROP TABLE event;
DROP TABLE idempotency_key;
DROP TABLE audit_entry;
";

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, TABLES).await?;
        run_either(manager, APPEND_ONLY_POSTGRES, APPEND_ONLY_SQLITE).await?;
        for words in &WORDS {
            keep(manager, words).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        run(manager, DROP_TABLES).await?;
        // The triggers go with their table; the function of PostgreSQL does not.
        run_either(manager, "DROP FUNCTION refuse_audit_change();", "").await
    }

    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }
}
