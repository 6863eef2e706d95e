//! The text of one statement with its bound values, and the few words in which SQLite and PostgreSQL differ.

use chrono::{DateTime, NaiveDate, Utc};
use indexmap::IndexSet;
use sea_orm::{DbBackend, Statement, Value};
use tongxin_policies::Table;

use super::named::NamedPlaces;
use crate::{clock::shanghai_day, lang::Lang, rules::Rules, who::actor::Actor};

/// A PostgreSQL function takes at most 100 arguments; larger objects are put together from chunks. (SQLite takes 1,000.)
const KEYS_PER_CALL: usize = 45;

/// A statement being written for one actor at one moment. Every value is bound, never written into the text.
pub struct Sql<'a> {
    pub actor: &'a Actor,
    pub policy: &'a Table,
    pub now: DateTime<Utc>,
    /// Today in China, for what holds only for a term.
    pub today: NaiveDate,
    pub rules: &'a Rules,
    /// The language of whatever is said in words.
    pub lang: Lang,
    backend: DbBackend,
    text: String,
    values: Vec<Value>,
    aliases: usize,
    named: NamedPlaces,
}

impl<'a> Sql<'a> {
    pub fn new(backend: DbBackend, actor: &'a Actor, policy: &'a Table, now: DateTime<Utc>, rules: &'a Rules) -> Self {
        let (today, text) = (shanghai_day(now), String::with_capacity(1024));
        Self {
            actor,
            policy,
            now,
            today,
            rules,
            lang: Lang::Zh,
            backend,
            text,
            values: Vec::new(),
            aliases: 0,
            named: NamedPlaces::default(),
        }
    }

    /// Appends SQL text. Only literals of the code and checked GraphQL names may come here.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Appends a template of a shape with its row aliases: `{c}` the row itself (the child), `{p}` its parent.
    pub fn push_template(&mut self, template: &str, parent: &str, child: &str) -> &mut Self {
        let mut rest = template;
        while let Some(at) = rest.find('{') {
            self.text.push_str(&rest[..at]);
            let name = match &rest[at..] {
                s if s.starts_with("{c}") => child,
                s if s.starts_with("{p}") => parent,
                _ => {
                    self.text.push('{');
                    rest = &rest[at + 1..];
                    continue;
                }
            };
            self.text.push_str(name);
            rest = &rest[at + 3..];
        }
        self.text.push_str(rest);
        self
    }

    /// Appends a placeholder for a value. PostgreSQL knows no text with a NUL and SQLite stops at one: such a text is
    /// looked for with the sign for the unknown in its place, and so found nowhere.
    /// Binds a text; PostgreSQL wants to know of it that it is one.
    pub fn text(&mut self, text: &str) -> &mut Self {
        self.push("CAST(").bind(text).push(" AS text)")
    }

    pub fn bind(&mut self, value: impl Into<Value>) -> &mut Self {
        let mut value = value.into();
        if let Value::String(Some(text)) = &mut value
            && text.contains('\0')
        {
            *text = text.replace('\0', "\u{fffd}");
        }
        self.values.push(value);
        self.text.push('$');
        self.text.push_str(&self.values.len().to_string());
        self
    }

    /// Appends `(…, …)` for an `IN`: equal values once, padded to the next power of two so that few distinct statements
    /// are prepared.
    pub fn bind_list(&mut self, values: &[String]) -> &mut Self {
        self.push("(");
        let values = values.iter().collect::<IndexSet<_>>();
        let Some(last) = values.last() else {
            return self.push("NULL)");
        };
        for at in 0..values.len().next_power_of_two() {
            if at > 0 {
                self.push(", ");
            }
            self.bind((*values.get_index(at).unwrap_or(last)).clone());
        }
        self.push(")")
    }

    /// Appends the condition that a column holds a text somewhere, to the letter and to the byte: what else should be
    /// alike is folded on both sides before.
    pub fn contains(&mut self, column: &str, text: &str) -> &mut Self {
        let call = if self.is_postgres() { "strpos(" } else { "instr(" };
        self.push(call).push(column).push(", ").bind(text).push(") > 0")
    }

    /// Appends how many days lie between two instants, as a number with fractions.
    pub fn days_between(&mut self, from: &str, to: impl FnOnce(&mut Self)) -> &mut Self {
        let postgres = self.is_postgres();
        self.push(if postgres { "(extract(epoch FROM (" } else { "(julianday(" });
        to(self);
        self.push(if postgres { ") - (" } else { ") - julianday(" }).push(from);
        self.push(if postgres { ")) / 86400.0)" } else { "))" })
    }

    /// Appends how many whole days lie between two days.
    pub fn whole_days(&mut self, from: &dyn Fn(&mut Self), to: &dyn Fn(&mut Self)) -> &mut Self {
        let postgres = self.is_postgres();
        self.push(if postgres { "(" } else { "CAST(julianday(" });
        to(self);
        self.push(if postgres { " - " } else { ") - julianday(" });
        from(self);
        self.push(if postgres { ")" } else { ") AS integer)" })
    }

    /// Appends the day in China on which an instant lies, some days later.
    pub fn day_of(&mut self, instant: &str, row: &str, days: u16) -> &mut Self {
        if self.is_postgres() {
            self.push("((").push_template(instant, row, row);
            return self.push(&format!(" AT TIME ZONE 'Asia/Shanghai')::date + {days})"));
        }
        self.push("date(").push_template(instant, row, row).push(&format!(", '+8 hours', '+{days} days')"))
    }

    /// Appends a day, some days later.
    pub fn day_after(&mut self, day: &str, row: &str, days: u16) -> &mut Self {
        if self.is_postgres() {
            return self.push("(").push_template(day, row, row).push(&format!(" + {days})"));
        }
        self.push("date(").push_template(day, row, row).push(&format!(", '+{days} days')"))
    }

    /// Notes that an argument at this path names a place.
    pub fn names_place(&mut self, path: impl Into<String>, code: &str) -> &mut Self {
        self.named.entry(code.to_owned()).or_insert_with(|| path.into());
        self
    }

    pub(crate) fn take_named(&mut self) -> NamedPlaces {
        std::mem::take(&mut self.named)
    }

    /// A fresh row alias.
    pub fn alias(&mut self) -> String {
        self.aliases += 1;
        format!("t{}", self.aliases)
    }

    pub fn is_postgres(&self) -> bool {
        self.backend == DbBackend::Postgres
    }

    /// Appends a JSON object; `entry` writes the value of the n-th key.
    pub fn object<E>(
        &mut self,
        keys: &[&str],
        mut entry: impl FnMut(&mut Self, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        let call = if self.is_postgres() { "json_build_object(" } else { "json_object(" };
        if !self.is_postgres() || keys.len() <= KEYS_PER_CALL {
            self.push(call);
            self.entries(keys, 0, &mut entry)?;
            self.push(")");
            return Ok(());
        }
        // {a…} and {b…} become {a…,b…}: the closing brace of one and the opening brace of the next give way to a comma.
        let chunks = keys.chunks(KEYS_PER_CALL).enumerate();
        let last = chunks.len() - 1;
        self.push("(");
        for (at, chunk) in chunks {
            self.push(if at > 0 { " || ',' || substr(" } else { "" })
                .push(if at < last { "left(" } else { "" })
                .push(call);
            self.entries(chunk, at * KEYS_PER_CALL, &mut entry)?;
            self.push(")::text").push(if at < last { ", -1)" } else { "" }).push(if at > 0 { ", 2)" } else { "" });
        }
        self.push(")::json");
        Ok(())
    }

    fn entries<E>(
        &mut self,
        keys: &[&str],
        from: usize,
        entry: &mut impl FnMut(&mut Self, usize) -> Result<(), E>,
    ) -> Result<(), E> {
        for (at, key) in keys.iter().enumerate() {
            self.push(if at > 0 { ", '" } else { "'" }).push(key).push("', ");
            entry(self, from + at)?;
        }
        Ok(())
    }

    /// Appends a JSON array of the rows of the enclosing `FROM`, `[]` when there are none.
    pub fn array<E>(
        &mut self,
        order: &str,
        only: &str,
        item: impl FnOnce(&mut Self) -> Result<(), E>,
    ) -> Result<(), E> {
        self.push(if self.is_postgres() { "coalesce(json_agg(" } else { "json(coalesce(json_group_array(" });
        item(self)?;
        if !order.is_empty() {
            self.push(" ORDER BY ").push(order);
        }
        self.push(")");
        if !only.is_empty() {
            self.push(" FILTER (WHERE ").push(only).push(")");
        }
        self.push(if self.is_postgres() { ", '[]'::json)" } else { ", '[]'))" });
        Ok(())
    }

    /// Wraps a scalar subquery so that its JSON stays JSON (SQLite forgets the subtype at a subquery's border).
    pub fn json_subquery<E>(&mut self, body: impl FnOnce(&mut Self) -> Result<(), E>) -> Result<(), E> {
        let postgres = self.is_postgres();
        self.push(if postgres { "(" } else { "json((" });
        body(self)?;
        self.push(if postgres { ")" } else { "))" });
        Ok(())
    }

    /// Appends an expression as a JSON boolean (SQLite has none of its own).
    pub fn boolean(&mut self, expression: impl FnOnce(&mut Self)) -> &mut Self {
        if self.is_postgres() {
            self.push("(");
            expression(self);
            return self.push(")");
        }
        self.push("json(CASE (");
        expression(self);
        self.push(") WHEN 1 THEN 'true' WHEN 0 THEN 'false' END)")
    }

    /// Appends text that holds JSON as JSON.
    pub fn json(&mut self, expression: impl FnOnce(&mut Self)) -> &mut Self {
        let postgres = self.is_postgres();
        self.push(if postgres { "(" } else { "json(" });
        expression(self);
        self.push(if postgres { ")::json" } else { ")" })
    }

    /// Appends an opaque cursor over a text expression.
    pub fn hex(&mut self, expression: impl FnOnce(&mut Self)) -> &mut Self {
        let postgres = self.is_postgres();
        self.push(if postgres { "encode(convert_to(" } else { "lower(hex(" });
        expression(self);
        self.push(if postgres { ", 'UTF8'), 'hex')" } else { "))" })
    }

    /// The statement; the one column holds JSON text on both databases.
    pub fn into_statement(self) -> Statement {
        Statement::from_sql_and_values(self.backend, self.text, self.values)
    }
}
