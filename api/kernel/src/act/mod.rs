//! How everything is done: a change gets at the database only through the permit of its own act, in one transaction that
//! decides, saves, records and answers. Nothing outside this crate holds a connection.
//!
//! A function that changes something takes a [`Permit`] of its own action, which only [`Work::permit`] makes:
//!
//! ```compile_fail
//! use tongxin_kernel::act::{Act, Permit};
//!
//! fn start<A: Act>(_: &Permit<'_, A>) {}
//! struct Looking; // reading is no act
//! fn trick(permit: &Permit<'_, Looking>) {
//!     start(permit);
//! }
//! ```

mod attempt;
mod chore;
mod deadline;
mod find;
mod judge;
mod life;
mod payload;
mod possible;
mod rate;
mod record;
mod secrecy;
mod take;
mod todo;
mod way;
mod work;

#[cfg(test)]
mod tests;

pub(crate) use attempt::act;
pub use chore::Chore;
pub use deadline::{Counted, DeclaredDeadline, deadlines_of, own_fields, push_columns, push_deadlines, push_told};
pub use judge::{Verdict, judge};
pub use life::{DeclaredLife, DeclaredStep, Life, Living, Step};
pub(crate) use payload::{Payload, payload_shape};
pub use possible::{ActsOn, DeclaredAct, PossibleAct, possible_acts, push_possible};
pub use rate::DeclaredRate;
pub use take::Seen;
pub use todo::{Awaited, TodoFilter, push_todos};
pub use way::{Way, Ways};
pub use work::{Act, Done, Event, Permit, Record, Work};
