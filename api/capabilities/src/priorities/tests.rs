//! Priorities and implementations through GraphQL, on real databases: SQLite always, PostgreSQL where
//! `TONGXIN_TEST_POSTGRES` names one.

mod amending;
mod answering;
mod drafting;
mod town;
