//! What the caller may do with an object: the same facts by which the acts themselves are allowed and refused, as SQL beside
//! the object that is read.

use std::sync::LazyLock;

use tongxin_policies::Action;

use super::{
    way::{Guise, Through, Way},
    work::Act,
};
use crate::{
    error::Message,
    say,
    see::{self, Clause, Field, Gates, On, Owner, Rows, Shape, Shaped, Sql, labels, push_rest, push_sight},
    who::{actor::Place, grounds::Judged},
};

/// An act as it is declared: its name, and how it can be done.
pub struct DeclaredAct {
    pub name: &'static str,
    pub ways: Vec<Way>,
}

impl DeclaredAct {
    pub fn of<A: Act>() -> Self {
        Self { name: A::ACTION, ways: A::ways() }
    }
}

/// The acts that may be done to objects of one shape, each with its ways on that.
pub type ActsOn = Vec<(&'static DeclaredAct, Vec<&'static Way>)>;

/// 可办事项.
pub struct PossibleAct;

impl Shaped for PossibleAct {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| Shape {
            name: "PossibleAct",
            description: "可办事项 · 对此类对象办理的一种事项，以及调用者现在能否办理 · an act that is done to this sort of object, and whether the caller may do it now",
            prefix: None,
            table: "",
            only: "",
            gates: Gates::by_way_of_the_actor(),
            owner: Owner::default(),
            interfaces: &[],
            fields: vec![
                Field::text(
                    "act",
                    "{c}.act",
                    "行为 · 变更的名称，如 `claimServiceItem` · the mutation's name, such as `claimServiceItem`",
                ),
                labels(),
                Field::boolean(
                    "allowed",
                    On::Sql("{c}.allowed"),
                    "是否可办 · 调用者现在是否有某种填写方式可以办成，依据权限、状态及此事项的其他限制，不判断文字和数值 · whether some input exists with which it would pass now: by authority, by the state, and by whatever else it refuses; texts and numbers are not judged",
                ),
                Field::text("reason", "{c}.reason", "理由 · 能办或不能办的理由 · why, in words"),
                Field::json::<Vec<String>>(
                    "missing",
                    "{c}.missing",
                    "所缺 · 所缺的岗位和关系，写作 `role:reach`，具备其一即可；不缺权限时为空 · the roles and reaches of which one would do, as `role:reach`; empty where authority is not what is missing",
                ),
                Field::scalar::<i32>(
                    "version",
                    "{c}.version",
                    "版本 · 此事项须填写版本时应填的版本 · the version to name, where the act takes one",
                )
                .nullable(),
            ],
        });
        &SHAPE
    }
}

/// The field of an object that tells what may be done with it; `acts` finds those of its shape.
pub fn possible_acts(rows: Rows) -> Field {
    let about = "可办事项 · 对此类对象可以办理的事项，以及调用者现在能否办理 · what is done to this sort of object, and whether the caller may do it now";
    Field::made::<PossibleAct>("possibleActs", rows, "{c}.place", about).costs(40, 3, 0)
}

/// Writes the acts on the object `row` as rows of a table.
pub fn push_possible(sql: &mut Sql<'_>, acts: &ActsOn, row: &str) {
    sql.push("(");
    for (at, (act, ways)) in acts.iter().enumerate() {
        sql.push(if at > 0 { " UNION ALL SELECT " } else { "SELECT " });
        push_act(sql, at, act.name, ways, row);
    }
    if acts.is_empty() {
        sql.push("SELECT 0 AS place, '' AS act, '' AS zh, '' AS en, 1=0 AS allowed, '' AS reason, '[]' AS missing, ");
        sql.push("0 AS version WHERE 1=0");
    }
    sql.push(")");
}

fn push_act(sql: &mut Sql<'_>, at: usize, name: &str, ways: &[&Way], row: &str) {
    let Some(action) = sql.policy.action(name) else {
        sql.push("0 WHERE 1=0");
        return;
    };
    let names = action.name();
    sql.push(&format!("{at} AS place, '{name}' AS act, "));
    sql.text(names.zh).push(" AS zh, ");
    sql.text(names.en).push(" AS en, ");
    let nowhere = Judged::new(sql.policy, action, sql.actor, &Place::default());
    let missing = serde_json::json!(nowhere.missing()).to_string();
    let options = options(sql, action, ways, None);
    if options.is_empty() {
        let reason = in_lang(sql, &nowhere.reason);
        sql.push("1=0 AS allowed, ");
        sql.text(&reason).push(" AS reason, ");
        sql.text(&missing).push(" AS missing, ");
    } else {
        push_possibly(sql, &options, row);
        sql.push(" AS allowed, ");
        push_reason(sql, action, &options, &nowhere, row);
        sql.push(" AS reason, CASE WHEN ");
        push_any(sql, &options, row, |sql, option, row| option.push_reach(sql, row));
        sql.push(" THEN '[]' ELSE ");
        sql.text(&missing).push(" END AS missing, ");
    }
    let versioned = ways.iter().any(|way| way.versioned);
    sql.push(if versioned { row } else { "CAST(NULL AS integer)" }).push(if versioned { ".version" } else { "" });
    sql.push(" AS version");
}

/// One way in one guise of the actor that reaches anything at all.
pub(crate) struct Choice<'w> {
    way: &'w Way,
    chosen: String,
    sight: (Vec<Clause>, Vec<Clause>),
}

/// What the actor could choose among: none where no post of it gives the act any reach. Where it asks of one post, only by
/// that; what denies, denies by every post.
pub(crate) fn options<'w>(sql: &Sql<'_>, action: Action, ways: &[&'w Way], post_id: Option<&str>) -> Vec<Choice<'w>> {
    if sql.actor.person_id().is_none() {
        // Every change is somebody's.
        return Vec::new();
    }
    let mut all = Vec::new();
    for way in ways {
        for Guise { chosen, actor } in way.guises(sql.actor) {
            let mut sight = see::sight(&actor, sql.policy, action.as_str());
            if let Some(id) = post_id {
                sight.0 = see::sight(&actor.through_post(id), sql.policy, action.as_str()).0;
            }
            if !sight.0.is_empty() {
                all.push(Choice { way, chosen, sight });
            }
        }
    }
    all
}

/// Writes that one of the options is open on the row.
pub(crate) fn push_possibly(sql: &mut Sql<'_>, options: &[Choice<'_>], row: &str) {
    push_any(sql, options, row, |sql, option, row| option.push_open(sql, row, usize::MAX));
}

pub(super) fn push_any(
    sql: &mut Sql<'_>,
    options: &[Choice<'_>],
    row: &str,
    each: impl Fn(&mut Sql<'_>, &Choice<'_>, &str),
) {
    sql.push("(");
    for (at, option) in options.iter().enumerate() {
        sql.push(if at > 0 { " OR " } else { "" });
        each(sql, option, row);
    }
    sql.push(if options.is_empty() { "1=0)" } else { ")" });
}

impl Choice<'_> {
    fn push_reach(&self, sql: &mut Sql<'_>, row: &str) {
        self.push_on(sql, row, &|sql, way, row| {
            sql.push("(");
            push_sight(sql, &self.sight, &way.owner, row);
            sql.push(")");
        });
    }

    /// Writes that it is within reach, in its state, and that none of the first bars stands in its way.
    fn push_open(&self, sql: &mut Sql<'_>, row: &str, bars: usize) {
        if self.way.through.is_some() {
            sql.push("(");
            self.way.push_state(sql, row);
            sql.push(" AND ");
        }
        self.push_on(sql, row, &|sql, way, row| {
            sql.push("(");
            way.push_state(sql, row);
            sql.push(" AND ");
            push_sight(sql, &self.sight, &way.owner, row);
            for bar in way.bars().iter().take(bars) {
                sql.push(" AND NOT coalesce(");
                way.push_bar(sql, bar, row, &self.chosen);
                sql.push(", 1=0)");
            }
            sql.push(")");
        });
        sql.push(if self.way.through.is_some() { ")" } else { "" });
    }

    /// Writes a condition on the row, or on one of the rows by way of which it is done.
    fn push_on(&self, sql: &mut Sql<'_>, row: &str, on: &dyn Fn(&mut Sql<'_>, &Way, &str)) {
        let Some(Through { shape, on: hangs, way }) = &self.way.through else { return on(sql, self.way, row) };
        let child = sql.alias();
        sql.push("EXISTS (SELECT 1 FROM ").push(shape().table).push(" ").push(&child).push(" WHERE ");
        sql.push_template(hangs, row, &child).push(" AND ");
        push_rest(sql, shape(), &child);
        sql.push(" AND ");
        on(sql, way, &child);
        sql.push(")");
    }

    /// The way by which it is done in the end.
    fn last(&self) -> &Way {
        self.way.through.as_ref().map_or(self.way, |through| &through.way)
    }
}

/// Writes why the act may be done, or what of authority, state and bars stands in its way first.
fn push_reason(sql: &mut Sql<'_>, action: Action, options: &[Choice<'_>], nowhere: &Judged, row: &str) {
    let names = action.name();
    let (zh, en) = (names.zh, names.en);
    let bars = options.iter().map(|option| option.last().bars().len()).max().unwrap_or_default();
    let beyond = in_lang(sql, &nowhere.reason);
    let denied = in_lang(
        sql,
        &say!(
            "回避：此对象与您或您所在组织有关，不得{zh}",
            "you, or an organisation of yours, had a hand in this: you must not {en}"
        ),
    );
    let fine = in_lang(sql, &say!("可以{zh}", "you may {en}"));
    sql.push("CASE WHEN ");
    push_possibly(sql, options, row);
    sql.push(" THEN ");
    sql.text(&fine).push(" WHEN NOT ");
    push_any(sql, options, row, |sql, option, row| option.push_reach(sql, row));
    sql.push(" THEN CASE WHEN ");
    push_any(sql, options, row, |sql, option, row| {
        let (allowed, _) = &option.sight;
        option.push_on(sql, row, &|sql, way, row| {
            sql.push("(");
            push_sight(sql, &(allowed.clone(), Vec::new()), &way.owner, row);
            sql.push(")");
        });
    });
    sql.push(" THEN ");
    sql.text(&denied).push(" ELSE ");
    sql.text(&beyond).push(" END");
    for bar in 0..=bars {
        let told = match bar.checked_sub(1) {
            None => options.first().map(|option| option.last().out_of_state()),
            Some(bar) => options.iter().find_map(|option| option.last().bars().get(bar)).map(|bar| (bar.say)()),
        };
        let Some(told) = told else { continue };
        let told = in_lang(sql, &told);
        sql.push(" WHEN NOT ");
        push_any(sql, options, row, |sql, option, row| option.push_open(sql, row, bar));
        sql.push(" THEN ");
        sql.text(&told);
    }
    sql.push(" ELSE ");
    sql.text(&fine).push(" END");
}

fn in_lang(sql: &Sql<'_>, message: &Message) -> String {
    message.in_lang(sql.lang).to_owned()
}
