//! How many rows of a shape stand in each state, as the database keeps it at each place in the transaction of whatever changes
//! them (`tally_state`). Read under the gates of the shape, so that nobody is told of more than a list would show.

use std::sync::LazyLock;

use tongxin_entity::Word;

use super::{
    field::{Field, On, Rows},
    label::labels,
    scope::{Clause, Gates, Owner, column, push_sight, sight},
    shape::{Shape, Shaped},
    sql::Sql,
};

/// The most that are counted of one state where the database keeps no count.
const COUNTED: i64 = 10_000;

/// The states of a shape, and where its rows are.
pub struct Tally {
    /// The column with the code of the place, in SQL of the row.
    pub place: &'static str,
    pub words: &'static [Word],
}

impl Tally {
    /// The columns by which rows are counted.
    pub(super) fn columns(&self) -> [&'static str; 2] {
        [self.place, "{c}.status"]
    }

    /// The place's column by its name.
    fn named(&self) -> &'static str {
        self.place.trim_start_matches("{c}.")
    }

    /// Whether what the actor sees of the shape goes by place alone, so that the counts tell how much it is.
    pub(super) fn tells(&self, sql: &Sql<'_>, shape: &Shape) -> bool {
        shape.gates.all().iter().all(|gate| {
            let (allowed, denied) = sight(sql.actor, sql.policy, gate.action);
            gate.is_plain() && allowed.iter().chain(&denied).all(|clause| goes_by_place(clause, &shape.owner))
        })
    }

    /// Writes the states with their counts as rows of a table, of the counts that meet a condition.
    pub fn push_kept(&self, sql: &mut Sql<'_>, shape: &Shape, also: impl FnOnce(&mut Sql<'_>, &str)) {
        let row = sql.alias();
        // One table of values: a SELECT a word costs PostgreSQL more than the counting.
        sql.push("(SELECT w.place, w.state, w.zh, w.en, c.n AS count, 1=1 AS exact FROM (WITH word (place, state, zh, en) AS (VALUES ");
        for (at, Word { code, zh, en }) in self.words.iter().enumerate() {
            sql.push(if at > 0 { ", " } else { "" });
            sql.push(&format!("({at}, '{code}', ")).text(zh).push(", ").text(en).push(")");
        }
        sql.push(") SELECT * FROM word) w JOIN ");
        push_sums(sql, shape, self, &row, also);
        sql.push(" c ON c.status = w.state WHERE c.n > 0)");
    }

    /// The same where each state is counted, `rows` being a query of those in one state.
    pub(super) fn push_counted(&self, sql: &mut Sql<'_>, rows: impl Fn(&mut Sql<'_>, &'static str)) {
        sql.push("(SELECT place, state, zh, en, CASE WHEN n > ").bind(COUNTED).push(" THEN ").bind(COUNTED);
        sql.push(" ELSE n END AS count, n <= ").bind(COUNTED).push(" AS exact FROM (");
        for (at, word) in self.words.iter().enumerate() {
            let Word { code, zh, en } = word;
            sql.push(if at > 0 { " UNION ALL SELECT " } else { "SELECT " });
            sql.push(&format!("{at} AS place, '{code}' AS state, ")).text(zh).push(" AS zh, ").text(en);
            sql.push(" AS en, (SELECT count(*) FROM (");
            rows(sql, word.code);
            sql.push(" LIMIT ").bind(COUNTED + 1).push(") found) AS n");
        }
        sql.push(") w WHERE n > 0)");
    }

    /// A query of the places and states of which the database keeps a count that is not that of the rows, and by how much it is too high.
    pub fn recounted(&self, shape: &Shape) -> String {
        let (kind, place) = (shape.table, self.named());
        let mut gate = "CASE".to_owned();
        for (at, one) in shape.gates.all().iter().enumerate() {
            let when = if one.when.is_empty() { "1=1".to_owned() } else { one.when.replace("{c}", "r") };
            gate += &format!(" WHEN {when} THEN {at}");
        }
        format!(
            "SELECT place, status, CAST(sum(n) AS bigint) FROM (
                 SELECT place, status, gate, n FROM tally_state WHERE kind = '{kind}'
                 UNION ALL SELECT r.{place}, r.status, {gate} ELSE -1 END, -1 FROM {kind} r
             ) every GROUP BY place, status, gate HAVING sum(n) <> 0 ORDER BY place, status"
        )
    }
}

fn goes_by_place(clause: &Clause, owner: &Owner) -> bool {
    use Clause::{Everything, RegionBeside, RegionIs, RegionUnder};
    column(clause, owner).is_none() || matches!(clause, Everything | RegionIs(_) | RegionUnder(_) | RegionBeside(_))
}

/// Writes how many rows of a shape stand in each state (`status`, `n`) as a table, of the counts that meet a condition. What
/// is told in proportions is told of these few rows.
pub fn push_sums(sql: &mut Sql<'_>, shape: &Shape, tally: &Tally, row: &str, also: impl FnOnce(&mut Sql<'_>, &str)) {
    sql.push("(SELECT ").push(row).push(".status AS status, CAST(sum(").push(row).push(".n) AS bigint) AS n FROM ");
    push_tallied(sql, shape, tally, row);
    also(sql, row);
    sql.push(" GROUP BY ").push(row).push(".status)");
}

/// Writes the counts of a shape as a table with a condition: what the actor sees by place, gate by gate. What it sees by
/// anything else is left out.
fn push_tallied(sql: &mut Sql<'_>, shape: &Shape, tally: &Tally, row: &str) {
    sql.push(&format!(
        "(SELECT place AS {}, status, gate, n FROM tally_state WHERE kind = '{}') ",
        tally.named(),
        shape.table
    ));
    sql.push(row).push(" WHERE (");
    for (at, gate) in shape.gates.all().iter().enumerate() {
        let (mut allowed, denied) = sight(sql.actor, sql.policy, gate.action);
        allowed.retain(|clause| goes_by_place(clause, &shape.owner));
        let hidden = !gate.is_plain() || !denied.iter().all(|clause| goes_by_place(clause, &shape.owner));
        sql.push(if at > 0 { " OR " } else { "" });
        sql.push("(").push(row).push(&format!(".gate = {at} AND "));
        if hidden {
            sql.push("1=0");
        } else {
            push_sight(sql, &(allowed, denied), &shape.owner, row);
        }
        sql.push(")");
    }
    sql.push(")");
}

/// 状态数.
pub struct StateCount;

impl Shaped for StateCount {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            made(
                "StateCount",
                "状态数 · 处于某一状态的对象有多少 · how many objects stand in one state",
                state_fields(),
            )
        });
        &SHAPE
    }
}

/// What is told of the objects in one state.
pub fn state_fields() -> Vec<Field> {
    vec![
        Field::text("state", "{c}.state", "状态 · 与 `status` 的写法相同 · as `status` says it"),
        labels(),
        Field::scalar::<i32>("count", "{c}.count", "数目 · 共有多少个 · how many"),
        Field::boolean(
            "exact",
            On::Sql("{c}.exact"),
            "准确 · 是否已全部计入；否则多于一万，只计到一万 · whether that is all; without it there are more than 10,000, which is as far as was counted",
        ),
    ]
}

/// 比率.
pub struct Rate;

impl Shaped for Rate {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            let fields = vec![
                Field::scalar::<i32>("part", "{c}.part", "分子 · 已到此步的有多少 · how many have come so far"),
                Field::scalar::<i32>("whole", "{c}.whole", "分母 · 总共有多少 · of how many"),
                Field::scalar::<f64>(
                    "percent",
                    PERCENT,
                    "百分比 · 分子占分母的百分数，四舍五入到两位小数；分母为零时为空 · the part of the whole in percent, rounded half up to two decimals; none of nothing",
                )
                .nullable(),
            ];
            made("Rate", "比率 · 部分占总数的比例 · a part of a whole", fields)
        });
        &SHAPE
    }
}

/// In whole numbers, so that nothing is rounded twice.
const PERCENT: &str = "CASE WHEN {c}.whole > 0 THEN \
     CAST(({c}.part * 20000 + {c}.whole) / ({c}.whole * 2) AS double precision) / 100 END";

/// The rate that an object tells by its columns `part` and `whole`, whole numbers that are not negative.
pub fn rate(name: &'static str, description: &'static str) -> Field {
    let rows: Rows = |sql, parent, _| {
        sql.push_template("(SELECT {p}.part AS part, {p}.whole AS whole)", parent, "");
        Ok(())
    };
    Field::made_one::<Rate>(name, rows, description)
}

fn made(name: &'static str, description: &'static str, fields: Vec<Field>) -> Shape {
    let gates = Gates::by_way_of_the_actor();
    Shape {
        name,
        description,
        prefix: None,
        table: "",
        only: "",
        gates,
        owner: Owner::default(),
        interfaces: &[],
        fields,
    }
}
