//! Deadlines: by when something is to be done about an object. They are derived from the object's own columns, so that nothing
//! has to be kept in step with it. One that is over climbs: the place above becomes a supervisor, half its period later the next
//! one, up to the district. Whoever was to do it still is.

use sea_orm::{ActiveEnum, IdenStatic as _};
use tongxin_entity::Word;

use super::life::Living;
use crate::{
    calendar::Period,
    rules::Rules,
    scalars::{Date, DateTime},
    see::{Field, On, Rows, Shape, Shaped, Sql, Stored, labels, push_under},
};

/// A deadline as a capability declares it, in SQL of the row `{c}`.
pub struct DeclaredDeadline {
    pub shape: fn() -> &'static Shape,
    /// What is to be done: a word of the API, with what people call it.
    pub kind: Word,
    /// The states in which it runs; any where there are none.
    states: Option<(&'static str, Vec<String>)>,
    /// The states in which it stands still.
    paused: Vec<String>,
    /// What must hold besides while it runs.
    runs: Option<On>,
    /// The last day.
    due: On,
    /// When it was met; null while it was not.
    met: On,
    /// Where: the code of the place.
    pub region: &'static str,
    /// When its period began, where it climbs.
    since: Option<&'static str>,
    /// How its last day was counted, where that was by the working calendar.
    pub counted: Option<Counted>,
}

/// A last day that the act which sets it counts by the working calendar, and that is kept: columns of the row.
#[derive(Clone, Copy)]
pub struct Counted {
    /// The moment from which it is counted.
    pub since: &'static str,
    /// The last day.
    pub due: &'static str,
    /// Whether it was counted through days of which the calendar knew nothing. Only such a day moves with another calendar.
    pub provisional: &'static str,
    pub period: fn(&Rules) -> Period,
}

impl DeclaredDeadline {
    /// Of objects of a shape, where they stand.
    pub fn of<T: Stored>(kind: Word, due: impl Into<On>, met: impl Into<On>) -> Self {
        let (due, met, region) = (due.into(), met.into(), T::shape().owner.region);
        let (states, paused) = (None, Vec::new());
        Self { shape: T::shape, kind, states, paused, runs: None, due, met, region, since: None, counted: None }
    }

    /// By a day that was counted by the working calendar. It climbs.
    pub fn counted<T: Stored>(kind: Word, counted: Counted, met: impl Into<On>) -> Self {
        // Once for each deadline and process.
        let column = |name: &str| -> &'static str { Box::leak(format!("{{c}}.{name}").into_boxed_str()) };
        let of = Self::of::<T>(kind, column(counted.due), met);
        Self { counted: Some(counted), ..of.climbs(column(counted.since)) }
    }

    /// While they are in one of these states.
    #[must_use]
    pub fn within<T: Living>(self, states: &[T::State]) -> Self {
        let words = states.iter().map(ActiveEnum::to_value).collect();
        Self { states: Some((T::STATE.as_str(), words)), ..self }
    }

    /// Standing still while they are in one of these: it is neither over nor met then.
    #[must_use]
    pub fn paused_in<T: Living>(self, states: &[T::State]) -> Self {
        Self { paused: states.iter().map(ActiveEnum::to_value).collect(), ..self }
    }

    /// Once over, to the places above, half the period from that moment on at a time.
    #[must_use]
    pub fn climbs(self, since: &'static str) -> Self {
        Self { since: Some(since), ..self }
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
        let running = self.states.iter().flat_map(|(_, words)| words.iter().cloned()).collect::<Vec<_>>();
        self.push_in(sql, row, &running);
    }

    /// Writes whether it runs or stands still.
    pub fn push_unmet(&self, sql: &mut Sql<'_>, row: &str) {
        let running = self.states.iter().flat_map(|(_, words)| words);
        let unmet = running.chain(&self.paused).cloned().collect::<Vec<_>>();
        self.push_in(sql, row, &unmet);
    }

    fn push_in(&self, sql: &mut Sql<'_>, row: &str, words: &[String]) {
        sql.push("(");
        match &self.states {
            Some((column, _)) => sql.push(row).push(".").push(column).push(" IN ").bind_list(words),
            None => sql.push("1=1"),
        };
        if let Some(runs) = self.runs {
            sql.push(" AND (");
            runs.push(sql, row, row);
            sql.push(")");
        }
        sql.push(")");
    }

    /// Writes whether it has climbed to one of these places.
    pub fn push_supervised(&self, sql: &mut Sql<'_>, row: &str, places: &[String]) {
        let today = sql.today;
        let places = places.iter().filter(|code| SUPERVISORS.contains(&code.len())).collect::<Vec<_>>();
        let (Some(since), false) = (self.since, places.is_empty()) else {
            sql.push("1=0");
            return;
        };
        self.push_runs(sql, row);
        sql.push(" AND ");
        self.push_due(sql, row);
        sql.push(" < ").bind(today).push(" AND (");
        for (at, code) in places.into_iter().enumerate() {
            sql.push(if at > 0 { " OR (" } else { "(" });
            push_under(sql, self.region, row, code);
            sql.push(" AND (length(")
                .push_template(self.region, row, row)
                .push(&format!(") - {}) / 3 <= ", code.len()));
            let begun = |sql: &mut Sql<'_>| {
                sql.day_of(since, row, 0);
            };
            push_steps(sql, &|sql| self.push_due(sql, row), &begun);
            sql.push(")");
        }
        sql.push(")");
    }
}

/// Lengths of the codes of districts and streets.
const SUPERVISORS: [usize; 2] = [6, 9];

/// Writes by how many levels a deadline has climbed that is over: one, and another when half the period is over too.
fn push_steps(sql: &mut Sql<'_>, due: &dyn Fn(&mut Sql<'_>), since: &dyn Fn(&mut Sql<'_>)) {
    let now = |sql: &mut Sql<'_>| {
        let today = sql.today;
        sql.bind(today);
    };
    sql.push("CASE WHEN ").whole_days(due, &now).push(" > (");
    sql.whole_days(since, due).push(" + 1) / 2 THEN 2 ELSE 1 END");
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
        Field::boolean(
            "provisional",
            On::Sql("{c}.provisional"),
            "待定 · 是否跨入尚无日历的日子，日历公布后可能变动 · whether it was counted through days of which the working calendar knows nothing yet; it may move when that is known",
        ),
        Field::scalar::<DateTime>(
            "metAt",
            "{c}.met_at",
            "完成时间 · 办理完成的时间，未办理时为空 · when it was done; none while it is still to be done",
        )
        .nullable(),
        Field::boolean(
            "running",
            On::Sql("{c}.runs"),
            "进行中 · 是否仍待办理且正在计算 · whether it is still to be done, and the time runs",
        ),
        Field::boolean(
            "paused",
            On::Sql("{c}.paused"),
            "已暂停 · 是否仍待办理而因他方决定暂停计算 · whether it is still to be done, and the time stands still while others decide",
        ),
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
    push_told(sql, |sql| {
        for (at, deadline) in of.iter().enumerate() {
            sql.push(if at > 0 { " UNION ALL SELECT " } else { "SELECT " });
            push_columns(sql, deadline, row);
        }
    });
    sql.push(" WHERE one.due_on IS NOT NULL AND (one.runs OR one.paused OR one.met_at IS NOT NULL))");
}

/// Writes `(SELECT …` of deadlines whose columns `rows` writes, with what follows from these on the day; the rest is the caller's.
pub fn push_told(sql: &mut Sql<'_>, rows: impl FnOnce(&mut Sql<'_>)) {
    let today = sql.today;
    sql.push("(SELECT one.subject_id, one.kind, one.zh, one.en, one.due_on, one.provisional, one.place, one.runs, one.paused, ");
    sql.push("CASE WHEN one.runs OR one.paused THEN NULL ELSE one.met_at END AS met_at, one.runs AND one.due_on < ");
    sql.bind(today).push(" AS overdue, CASE WHEN NOT one.runs OR one.since IS NULL OR one.due_on >= ").bind(today);
    sql.push(" THEN 0 ELSE ");
    let column = |name: &'static str| {
        move |sql: &mut Sql<'_>| {
            sql.push(name);
        }
    };
    push_steps(sql, &column("one.due_on"), &column("one.since"));
    sql.push(" END AS climbed FROM (");
    rows(sql);
    sql.push(") one");
}

/// Writes the columns of one deadline of the object `row`, for [`push_told`].
pub fn push_columns(sql: &mut Sql<'_>, deadline: &DeclaredDeadline, row: &str) {
    let Word { code, zh, en } = deadline.kind;
    sql.push(row).push(&format!(".id AS subject_id, '{code}' AS kind, "));
    sql.text(zh).push(" AS zh, ");
    sql.text(en).push(" AS en, ");
    deadline.push_due(sql, row);
    sql.push(" AS due_on, ");
    match deadline.counted {
        Some(Counted { provisional, .. }) => sql.push(row).push(".").push(provisional),
        None => sql.push("false"),
    };
    sql.push(" AS provisional, ");
    deadline.met.push(sql, row, row);
    sql.push(" AS met_at, ");
    deadline.push_runs(sql, row);
    sql.push(" AS runs, ");
    if deadline.paused.is_empty() {
        sql.push("false");
    } else {
        deadline.push_in(sql, row, &deadline.paused);
    }
    let place = if deadline.region.is_empty() { "CAST(NULL AS text)" } else { deadline.region };
    sql.push(" AS paused, ").push_template(place, row, row).push(" AS place, ");
    match deadline.since {
        Some(since) => sql.day_of(since, row, 0),
        None => sql.push(if sql.is_postgres() { "CAST(NULL AS date)" } else { "NULL" }),
    };
    sql.push(" AS since");
}
