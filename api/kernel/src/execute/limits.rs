//! How much one request may ask for. The figures are ours unless a comment says otherwise.

use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Bounds on documents, answers and concurrency, all checked before a resolver runs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Levels of fields in a data query, leaves included.
    pub depth: usize,
    /// The same under `__schema` and `__type`; the standard introspection query is 15 deep.
    pub introspection_depth: usize,
    /// Units of cost of an operation; one is at most 0.1 ms of work and 5 kB of memory, server and database together.
    pub cost: u64,
    /// Aliases in the text of a document.
    pub aliases: usize,
    /// Root fields of an operation, fragments expanded, before equal ones are merged.
    pub root_fields: usize,
    /// Operations in a document.
    pub operations: usize,
    /// Errors in an answer; further ones are left out.
    pub errors: usize,
    /// Seconds until an operation is given up.
    pub deadline_secs: u64,
    /// Operations that run at the same time.
    pub concurrent: usize,
    /// Operations that wait for their turn; further ones are turned away at once.
    pub waiting: usize,
    /// Milliseconds an operation waits for its turn before it is turned away.
    pub waiting_ms: u64,
    /// Bytes of memory for parsed documents, estimated from their text.
    pub document_cache_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 12,
            introspection_depth: 15,
            cost: 10_000,
            aliases: 50,
            root_fields: 20,
            operations: 10,
            errors: 10,
            deadline_secs: 10,
            concurrent: 128,
            waiting: 256,
            waiting_ms: 1_000,
            document_cache_bytes: 16 * 1024 * 1024,
        }
    }
}

impl Limits {
    pub(super) fn deadline(&self) -> Duration {
        Duration::from_secs(self.deadline_secs)
    }
}

/// Brackets open at the same time anywhere in a document: keeps the recursive parser off the end of its stack.
pub(super) const BRACKETS: usize = 64;
/// Fields, spreads and inline fragments around one another; the GraphQL library stops at the same number.
pub(super) const NESTING: usize = 32;
/// Selections with every fragment expanded, summed over all definitions: what the library's own walks cost at most.
pub(super) const SELECTIONS: usize = 10_000;
/// Variables declared in a document.
pub(super) const VARIABLES: usize = 100;
/// Arguments of one field or directive.
pub(super) const ARGUMENTS: usize = 100;
/// Directives in a document.
pub(super) const DIRECTIVES: usize = 100;
/// Bytes that variables may grow to when they are put in at each of their uses.
pub(super) const SUBSTITUTED: usize = 1024 * 1024;
/// Values in a list of an argument, as they are sent; a town has 126 communities. One of an enum holds as many as that has.
pub(super) const LIST: usize = 200;
/// The same for ids.
pub(super) const ID_LIST: usize = 100;
/// Characters of an id; ours have 40.
pub(super) const ID_TEXT: usize = 100;
/// Characters of a text by which something is looked for.
pub(super) const TEXT: usize = 200;
/// Characters of a cursor; ours have 200.
pub(super) const CURSOR: usize = 500;
/// Characters of any text that an act is told, its white space included; each has a narrower bound of its own.
pub(super) const ACT_TEXT: usize = 10_000;
/// How far an unknown list of objects counts.
pub(super) const PLAIN_LIST: u64 = 10;
/// The page size when a query names none, and the largest that is served (others are refused later).
pub(super) const PAGE: u64 = 20;
pub(super) const PAGE_MAX: u64 = 100;
/// Objects for each type of the schema that an introspection may name; the standard one needs about 1,000.
pub(super) const INTROSPECTION: u64 = 1_200;
/// Lists that lead from types to types, around one another; the standard introspection has one.
pub(super) const INTROSPECTION_LISTS: u8 = 2;
