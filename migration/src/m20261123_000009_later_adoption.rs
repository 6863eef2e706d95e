//! A community that is asked later than the others has a last day to adopt of its own.

const UP: &str = r"
ALTER TABLE implementation ADD COLUMN adopt_by {date};
";

const DOWN: &str = "
ALTER TABLE implementation DROP COLUMN adopt_by;
";

crate::dialect::ddl_migration!(UP, DOWN);
