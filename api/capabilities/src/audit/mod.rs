//! Audit 审计: who did, or was refused, what, on whose authority. Entries are written with the change itself and never
//! altered; those who supervise a place read them, and everybody the own ones, as far as they see what the entries are about.

mod graphql;
mod shape;

pub use graphql::AuditQuery;
pub use shape::AuditEntry;
