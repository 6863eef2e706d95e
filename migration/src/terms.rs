//! Terms of the same holder follow one another and never overlap: an exclusion constraint on PostgreSQL, triggers on SQLite.
//!
//! A term runs from its first day up to, and not including, the earliest of the days that end it; one that is ended before
//! it begins is empty and in nobody's way. A term that would overlap is refused under the name of its rule.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};

use crate::dialect::{is_postgres, run_either};

/// What ends a term.
pub(crate) enum End {
    /// A column with its last day.
    LastDay(&'static str),
    /// A column with the first day that is no longer part of it.
    Day(&'static str),
    /// A column with the moment at which it was ended; that day, in China, is open to the next.
    Moment(&'static str),
}

/// The rows of one table that are terms of the same holder.
pub(crate) struct Terms {
    pub table: &'static str,
    /// The name under which the database refuses an overlap.
    pub name: &'static str,
    /// What two rows have in common that are terms of the same holder: columns, or `coalesce` of columns.
    pub same: &'static [&'static str],
    /// The column with the first day.
    pub first: &'static str,
    pub ends: &'static [End],
}

/// Lets PostgreSQL compare texts within an exclusion constraint. The extension comes with the server and is trusted: the owner
/// of a database may create it. It stays when a migration goes down, for it may have been there before.
async fn enable(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let known = "SELECT 1 FROM pg_extension WHERE extname = 'btree_gist'";
    let known = Statement::from_string(DbBackend::Postgres, known);
    if !is_postgres(manager)? || manager.get_connection().query_one_raw(known).await?.is_some() {
        return Ok(());
    }
    manager.get_connection().execute_unprepared("CREATE EXTENSION btree_gist").await.map(|_| ()).map_err(|error| {
        DbErr::Migration(format!(
            "PostgreSQL must have the extension btree_gist, which keeps terms from overlapping: install the server's contrib \
             package, and let the role create it or create it beforehand ({error})"
        ))
    })
}

/// Adds the rule to a table that is there.
pub(crate) async fn keep_apart(manager: &SchemaManager<'_>, terms: &Terms) -> Result<(), DbErr> {
    keep_apart_of(manager, terms, None).await
}

/// The same for the rows alone of which the column holds one of the words.
pub(crate) async fn keep_apart_of(
    manager: &SchemaManager<'_>,
    terms: &Terms,
    of: Option<(&str, &[&str])>,
) -> Result<(), DbErr> {
    enable(manager).await?;
    let of = of.map(|(column, words)| {
        let words = words.iter().map(|word| format!("'{word}'")).collect::<Vec<_>>().join(", ");
        format!("{column} IN ({words})")
    });
    run_either(manager, &terms.exclusion(of.as_deref()), "").await?;
    for event in ["INSERT", "UPDATE"] {
        run_either(manager, "", &terms.trigger(event, of.as_deref())).await?;
    }
    // Looked up by the trigger; on PostgreSQL the constraint has an index of its own.
    let Terms { table, name, same, first, .. } = terms;
    run_either(manager, "", &format!("CREATE INDEX {name}_idx ON {table} ({}, {first});", same.join(", "))).await
}

impl Terms {
    fn exclusion(&self, of: Option<&str>) -> String {
        let Self { table, name, first, .. } = self;
        let same = self.same.iter().map(|column| format!("({column}) WITH =")).collect::<Vec<_>>().join(", ");
        let ends = self.ends.iter().map(|end| match end {
            End::LastDay(column) => format!("{column} + 1"),
            End::Day(column) => (*column).to_owned(),
            End::Moment(column) => format!("({column} AT TIME ZONE 'Asia/Shanghai')::date"),
        });
        let ends = ends.collect::<Vec<_>>().join(", ");
        let of = of.map(|of| format!(" WHERE ({of})")).unwrap_or_default();
        format!(
            "ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist ({same}, \
             daterange({first}, greatest({first}, coalesce(least({ends}), 'infinity'::date))) WITH &&){of};"
        )
    }

    fn trigger(&self, event: &str, of: Option<&str>) -> String {
        let Self { table, name, first, .. } = self;
        let same = self.same.iter().map(|same| format!("{} = {}", on_row(same, "o"), on_row(same, "NEW")));
        let same = same.collect::<Vec<_>>().join(" AND ");
        let of = of.map(|of| format!("NEW.{of} AND ")).unwrap_or_default();
        let (theirs, mine) = (self.end_on_sqlite("o"), self.end_on_sqlite("NEW"));
        format!(
            "CREATE TRIGGER {name}_{} BEFORE {event} ON {table}
            WHEN {of}NEW.{first} < {mine} AND EXISTS (
                SELECT 1 FROM {table} o WHERE {same} AND o.id <> NEW.id
                AND o.{first} < {theirs} AND o.{first} < {mine} AND NEW.{first} < {theirs}
            )
            BEGIN
                SELECT RAISE(ABORT, '{name}');
            END;",
            event.to_lowercase()
        )
    }

    /// The first day after the term; what is open ends after every date.
    fn end_on_sqlite(&self, row: &str) -> String {
        let ends = self.ends.iter().map(|end| match end {
            End::LastDay(column) => format!("date({row}.{column}, '+1 day')"),
            End::Day(column) => format!("{row}.{column}"),
            End::Moment(column) => format!("date({row}.{column}, '+8 hours')"),
        });
        let ends = ends.map(|end| format!("coalesce({end}, '9999-99-99')")).collect::<Vec<_>>().join(", ");
        // The least of one is not what `min` of one argument is.
        let end = if self.ends.len() > 1 { format!("min({ends})") } else { ends };
        format!("max({row}.{first}, {end})", first = self.first)
    }
}

/// A column, or `coalesce` of columns, of a row.
fn on_row(same: &str, row: &str) -> String {
    let Some(columns) = same.strip_prefix("coalesce(").and_then(|rest| rest.strip_suffix(')')) else {
        return format!("{row}.{same}");
    };
    let columns = columns.split(", ").map(|column| format!("{row}.{column}")).collect::<Vec<_>>();
    format!("coalesce({})", columns.join(", "))
}
