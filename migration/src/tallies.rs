//! How many rows of a table stand in each state at each place, kept by the database in the transaction of whatever changes them.
//!
//! A change writes two rows: one fewer where it was, one more where it is. On PostgreSQL each place and state has eight rows,
//! of which a connection always takes the same, so that those who change things of one place at once do not wait for one another; SQLite has one writer.

use sea_orm_migration::prelude::*;

use crate::dialect::run_either;

/// A table whose rows are counted.
pub(crate) struct Tally {
    pub table: &'static str,
    /// The column with the code of the place.
    pub place: &'static str,
    /// Which gate of the reading lets a row through, counted from 0: SQL of the row `{r}`.
    pub gate: &'static str,
    /// The columns on which place, state and gate depend.
    pub columns: &'static str,
}

/// Counts the rows from now on; the table is empty.
pub(crate) async fn keep(manager: &SchemaManager<'_>, tally: &Tally) -> Result<(), DbErr> {
    run_either(manager, &tally.on_postgres(), &tally.on_sqlite()).await
}

/// Counts them no longer.
pub(crate) async fn forget(manager: &SchemaManager<'_>, Tally { table, .. }: &Tally) -> Result<(), DbErr> {
    let of = |when: &str| format!("DROP TRIGGER {table}_tally_{when} ON {table};");
    let on_postgres = of("insert") + &of("update") + &of("delete") + &format!("DROP FUNCTION {table}_tally();");
    let of = |when: &str| format!("DROP TRIGGER {table}_tally_{when};");
    run_either(manager, &on_postgres, &(of("insert") + &of("update") + &of("delete"))).await
}

impl Tally {
    /// The place, the state and the gate of a row.
    fn of(&self, row: &str) -> String {
        let Self { place, gate, .. } = self;
        format!("{row}.{place}, {row}.status, {}", gate.replace("{r}", row))
    }

    fn changes(&self) -> String {
        format!("({}) IS DISTINCT FROM ({})", self.of("OLD"), self.of("NEW"))
    }

    /// Adds to the count of a row.
    fn add(&self, row: &str, slot: &str, n: &str) -> String {
        let Self { table, .. } = self;
        format!(
            "INSERT INTO tally_state (kind, place, status, gate, slot, n) VALUES ('{table}', {}, {slot}, {n})
             ON CONFLICT (kind, place, status, gate, slot) DO UPDATE SET n = tally_state.n + excluded.n;",
            self.of(row)
        )
    }

    fn on_postgres(&self) -> String {
        let Self { table, columns, .. } = self;
        let slot = "pg_backend_pid() % 8";
        let (more, fewer) = (self.add("NEW", slot, "1"), self.add("OLD", slot, "-1"));
        let trigger = |when: &str, event: &str, only: &str| {
            format!(
                "CREATE TRIGGER {table}_tally_{when} AFTER {event} ON {table}
                     FOR EACH ROW {only} EXECUTE FUNCTION {table}_tally();"
            )
        };
        format!(
            "CREATE FUNCTION {table}_tally() RETURNS trigger LANGUAGE plpgsql AS $$
             BEGIN
                 IF TG_OP <> 'INSERT' THEN
                     {fewer}
                 END IF;
                 IF TG_OP <> 'DELETE' THEN
                     {more}
                 END IF;
                 RETURN NULL;
             END $$;"
        ) + &trigger("insert", "INSERT", "")
            + &trigger("update", &format!("UPDATE OF {columns}"), &format!("WHEN ({})", self.changes()))
            + &trigger("delete", "DELETE", "")
    }

    fn on_sqlite(&self) -> String {
        let Self { table, columns, .. } = self;
        let (more, fewer) = (self.add("NEW", "0", "1"), self.add("OLD", "0", "-1"));

        let changes = self.changes();
        format!(
            "CREATE TRIGGER {table}_tally_insert AFTER INSERT ON {table} BEGIN {more} END;
             CREATE TRIGGER {table}_tally_update AFTER UPDATE OF {columns} ON {table} WHEN {changes}
             BEGIN {fewer} {more} END;
             CREATE TRIGGER {table}_tally_delete AFTER DELETE ON {table} BEGIN {fewer} END;"
        )
    }
}
