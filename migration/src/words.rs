//! The words that a column may hold, as a rule that grows by a line: a check constraint on PostgreSQL, triggers on SQLite, which
//! cannot alter a constraint. Both refuse under the same name, `<table>_<column>_known`.

use sea_orm_migration::prelude::*;

use crate::dialect::run_either;

/// A column of a table, and all the words that it may hold.
pub(crate) struct Words {
    pub table: &'static str,
    pub column: &'static str,
    pub words: &'static [&'static str],
}

/// Lets the column hold these words and no others, whatever it could before. A later migration names all of them anew.
pub(crate) async fn keep(manager: &SchemaManager<'_>, Words { table, column, words }: &Words) -> Result<(), DbErr> {
    let name = format!("{table}_{column}_known");
    let list = words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ");
    let check = format!(
        "ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name};
         ALTER TABLE {table} ADD CONSTRAINT {name} CHECK ({column} IN ({list}));"
    );
    let trigger = |when: &str, event: &str| {
        format!(
            "DROP TRIGGER IF EXISTS {name}_{when};
             CREATE TRIGGER {name}_{when} BEFORE {event} ON {table} WHEN NEW.{column} NOT IN ({list})
             BEGIN
                 SELECT RAISE(ABORT, 'CHECK constraint failed: {name}');
             END;"
        )
    };
    let triggers = trigger("insert", "INSERT") + &trigger("update", &format!("UPDATE OF {column}"));
    run_either(manager, &check, &triggers).await
}
