//! The only way to the database: nothing outside this module holds a connection, and what it hands out is bound to an
//! actor and, for a change, to the action that was allowed.
//!
//! A function that changes something takes a [`Permit`] of its own action, which only [`Work::permit`] makes:
//!
//! ```compile_fail
//! use tongxin::auth::permit::{Act, Permit};
//!
//! fn start<A: Act>(_: &Permit<'_, A>) {}
//! struct Looking; // reading is no act
//! fn trick(permit: &Permit<'_, Looking>) {
//!     start(permit);
//! }
//! ```

mod act;
mod afresh;
mod authority;
mod bundle;
mod chore;
mod reading;
mod record;
mod see;
mod standing;
mod watch;
mod work;

pub use act::act;
pub use authority::{Authority, Parts};
pub use bundle::{BUILT_IN, PolicyBundle, apply_policy, load_policy};
pub use chore::Chore;
pub use reading::{Reader, Reading};
pub use see::{Look, see, see_member, see_where};
pub use work::{Act, Done, Event, Permit, Record, Stored, Work};
