//! When somebody had the own record erased: the row stays under its id, and tells no more than that.

const UP: &str = r"
ALTER TABLE person ADD COLUMN erased_at {timestamp};
";

const DOWN: &str = "
ALTER TABLE person DROP COLUMN erased_at;
";

crate::dialect::ddl_migration!(UP, DOWN);
