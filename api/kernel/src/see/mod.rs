//! How everything is read: a capability declares once what it looks like and who sees it ([`Shape`]), the planner turns
//! a GraphQL selection into one SQL statement whose result is the JSON of the answer, and that text goes to the client
//! unparsed. Every relation carries the scope of its target, so rows, counts, filters, orders and `node(id)` pass the
//! same gate; nothing is filtered in memory.

mod condition;
mod connection;
mod fetch;
mod field;
mod filter;
mod label;
mod look;
mod named;
mod page;
mod plan;
mod reading;
mod registry;
mod request;
mod scope;
mod selection;
mod shape;
mod sql;
mod tally;
mod word;

pub use condition::{Bound, USE_REGION};
pub(crate) use fetch::push_payload;
pub use fetch::push_rest;
pub use fetch::{
    Live, LiveMade, by_id, connection, is_visible, made, node, nodes, one, push_exists, push_is_of, push_seen,
};
pub use field::{Field, Kind, On, Rows, Scalar};
pub use filter::{Condition, Conditions, Filter, NoFilter};
pub use label::{Label, labels};
pub use look::{Found, Look, Sought, see, see_member, see_where};
pub(crate) use look::{check_id, not_an_id_of};
pub(crate) use named::ensure_known;
pub(crate) use page::page_arguments;
pub use page::{ByCode, Key, Keys, Newest, Order, PageArgs, Window, parameter, required};
pub(crate) use reading::named;
pub use reading::{Reader, Reading};
pub use registry::{Any, Connection, Many, Spliced, argument};
pub(crate) use registry::{meta_field, meta_fields, meta_object};
pub use request::{Caller, Request};
pub(crate) use scope::push_sight;
pub use scope::{Clause, Gate, Gates, Owner, push_may, push_term, push_under, push_within, sight};
pub use shape::{InterfaceShape, Member, Row, Shape, Shaped, ShapedInterface, Stored, not_found};
pub use sql::Sql;
pub use tally::{Rate, StateCount, Tally, push_sums, rate, state_fields};
pub use word::{Spelt, meta_enum, spelt};
