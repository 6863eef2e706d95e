//! Deadlines: by when something is to be done about an object. They are derived from the object's own columns, so that nothing
//! has to be kept in step with it.

use sea_orm::{ActiveEnum, IdenStatic as _};
use tongxin_entity::Word;

use super::life::Living;
use crate::{
    scalars::{Date, DateTime},
    see::{Field, On, Rows, Shape, Shaped, Sql, Stored, labels},
};

/// A deadline as a capability declares it, in SQL of the row `{c}`.
pub struct DeclaredDeadline {
    pub shape: fn() -> &'static Shape,
    /// What is to be done: a word of the API, with what people call it.
    pub kind: Word,
    /// The states in which it runs; any where there are none.
    states: Option<(&'static str, Vec<String>)>,
    /// What must hold besides while it runs.
    runs: Option<On>,
    /// The last day.
    due: On,
    /// When it was met; null while it was not.
    met: On,
    /// Where: the code of the place.
    pub region: &'static str,
}

impl DeclaredDeadline {
    /// Of objects of a shape, where they stand.
    pub fn of<T: Stored>(kind: Word, due: impl Into<On>, met: impl Into<On>) -> Self {
        let (due, met, region) = (due.into(), met.into(), T::shape().owner.region);
        Self { shape: T::shape, kind, states: None, runs: None, due, met, region }
    }

    /// While they are in one of these states.
    #[must_use]
    pub fn within<T: Living>(self, states: &[T::State]) -> Self {
        let words = states.iter().map(ActiveEnum::to_value).collect();
        Self { states: Some((T::STATE.as_str(), words)), ..self }
    }

    /// While this holds.
    #[must_use]
    pub fn while_so(self, runs: impl Into<On>) -> Self {
        Self { runs: Some(runs.into()), ..self }
    }

    /// At the place whose code this SQL gives.
    #[must_use]
    pub fn at(self, region: &'static str) -> Self {
        Self { region, ..self }
    }

    /// Whether it runs in a state.
    pub fn runs_in(&self, state: &str) -> bool {
        self.states.as_ref().is_some_and(|(_, words)| words.iter().any(|word| word == state))
    }

    /// Writes its last day.
    pub fn push_due(&self, sql: &mut Sql<'_>, row: &str) {
        self.due.push(sql, row, row);
    }

    /// Writes whether it runs.
    pub fn push_runs(&self, sql: &mut Sql<'_>, row: &str) {
        sql.push("(");
        match &self.states {
            Some((column, words)) => sql.push(row).push(".").push(column).push(" IN ").bind_list(words),
            None => sql.push("1=1"),
        };
        if let Some(runs) = self.runs {
            sql.push(" AND (");
            runs.push(sql, row, row);
            sql.push(")");
        }
        sql.push(")");
    }
}

/// What every deadline shows.
pub fn own_fields() -> Vec<Field> {
    vec![
        Field::text(
            "kind",
            "{c}.kind",
            "类别 · 应办理的事项，如 `START_CLAIM` · what is to be done, such as `START_CLAIM`",
        ),
        labels(),
        Field::scalar::<Date>("dueOn", "{c}.due_on", "期限 · 办理的最后一天 · the last day to do it"),
        Field::scalar::<DateTime>(
            "metAt",
            "{c}.met_at",
            "完成时间 · 办理完成的时间，未办理时为空 · when it was done; none while it was not",
        )
        .nullable(),
        Field::boolean("running", On::Sql("{c}.runs"), "进行中 · 是否仍待办理 · whether it is still to be done"),
        Field::boolean(
            "overdue",
            On::Sql("{c}.overdue"),
            "逾期 · 仍待办理而已过最后一天 · still to be done, and the last day is over",
        ),
    ]
}

/// The field of an object that tells its deadlines, before and after they are met.
pub fn deadlines_of<T: Shaped>(rows: Rows) -> Field {
    let about = "期限 · 相关事项应于何时办理，已办理的也包括在内 · by when what is to be done about it; those that were met too";
    Field::made::<T>("deadlines", rows, "{c}.due_on, {c}.kind", about).costs(20, 1, 0)
}

/// Writes the deadlines of the object `row` as rows of a table; those without a day are none.
pub fn push_deadlines(sql: &mut Sql<'_>, of: &[&DeclaredDeadline], row: &str) {
    sql.push("(SELECT * FROM (");
    for (at, deadline) in of.iter().enumerate() {
        sql.push(if at > 0 { " UNION ALL SELECT " } else { "SELECT " });
        push_columns(sql, deadline, row);
    }
    sql.push(") every WHERE every.due_on IS NOT NULL AND (every.runs OR every.met_at IS NOT NULL))");
}

/// Writes the columns of one deadline of the object `row`.
pub fn push_columns(sql: &mut Sql<'_>, deadline: &DeclaredDeadline, row: &str) {
    let today = sql.today;
    let Word { code, zh, en } = deadline.kind;
    sql.push(row).push(&format!(".id AS subject_id, '{code}' AS kind, "));
    sql.text(zh).push(" AS zh, ");
    sql.text(en).push(" AS en, ");
    deadline.push_due(sql, row);
    sql.push(" AS due_on, ");
    deadline.met.push(sql, row, row);
    sql.push(" AS met_at, ");
    deadline.push_runs(sql, row);
    sql.push(" AS runs, ");
    deadline.push_runs(sql, row);
    sql.push(" AND ");
    deadline.push_due(sql, row);
    sql.push(" < ").bind(today).push(" AS overdue");
}
