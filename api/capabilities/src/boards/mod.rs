//! Boards 看板: how much stands where at a place, and in which proportion. Read from what the database counts itself, so that
//! a board costs the same however much there is.

mod shape;

use tongxin_kernel::see::{Field, Rows};

pub use self::shape::PlaceBoard;

/// The field of a place that tells its board.
pub fn board() -> Field {
    let rows: Rows = |sql, place, _| {
        sql.push_template("(SELECT {p}.code AS code)", place, "");
        Ok(())
    };
    let about = "看板 · 此地及其下级各类事项各有多少、进展如何，只含调用者看得见的 · how much stands where here and in all that lies under it, and in which proportion; of what the caller may see";
    Field::made_one::<PlaceBoard>("board", rows, about)
}
