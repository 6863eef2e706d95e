//! What waits for the caller: objects in a state that waits for an act which the caller may do now, by the very facts that the
//! objects tell.

use tongxin_entity::Word;

use super::{
    deadline::DeclaredDeadline,
    life::DeclaredLife,
    possible::{DeclaredAct, options, push_possibly},
    way::Way,
};
use crate::see::{Sql, push_rest, push_within};

/// A state of a life with the acts for which it waits.
pub struct Awaited {
    pub life: &'static DeclaredLife,
    pub state: Word,
    pub acts: Vec<(&'static DeclaredAct, Vec<&'static Way>)>,
    /// By when, where a deadline runs then.
    pub deadlines: Vec<&'static DeclaredDeadline>,
}

/// Which to-dos are asked for.
#[derive(Default)]
pub struct TodoFilter {
    /// The first act for which it waits.
    pub kind: Option<String>,
    /// A place and everything under it.
    pub region_code: Option<String>,
    /// One of the caller's posts, by which it is to be done.
    pub post_id: Option<String>,
}

/// Writes the to-dos as rows of a table, at most so many of each state, and in all.
pub fn push_todos(sql: &mut Sql<'_>, awaited: &[Awaited], filter: &TodoFilter, each: i64, all: Option<i64>) {
    sql.push("(SELECT * FROM (");
    let mut first = true;
    for one in awaited {
        push_awaited(sql, one, filter, each, &mut first);
    }
    if first {
        sql.push(
            "SELECT NULL AS subject_id, '' AS kind, '' AS zh, '' AS en, NULL AS due_on, NULL AS region_code WHERE 1=0",
        );
    }
    sql.push(") every");
    if let Some(all) = all {
        sql.push(" ORDER BY coalesce(CAST(due_on AS text), '9999'), subject_id LIMIT ").bind(all);
    }
    sql.push(")");
}

fn push_awaited(sql: &mut Sql<'_>, one: &Awaited, filter: &TodoFilter, limit: i64, first: &mut bool) {
    let shape = (one.life.shape)();
    let mut allowed = Vec::new();
    for (act, ways) in &one.acts {
        let Some(action) = sql.policy.action(act.name) else { continue };
        let options = options(sql, action, ways, filter.post_id.as_deref());
        if !options.is_empty() {
            allowed.push((action, options));
        }
    }
    let Some((kind, _)) = one.acts.first().filter(|_| !allowed.is_empty()) else { return };
    if filter.kind.as_deref().is_some_and(|asked| asked != kind.name) {
        return;
    }
    let region =
        one.acts.iter().flat_map(|(_, ways)| ways).map(|way| way.owner.region).find(|region| !region.is_empty());
    let row = sql.alias();
    let names = sql.policy.action(kind.name).map(tongxin_policies::Action::name);
    let (zh, en) = names.map_or((kind.name, kind.name), |name| (name.zh, name.en));
    sql.push(if std::mem::take(first) { "SELECT * FROM (SELECT " } else { " UNION ALL SELECT * FROM (SELECT " });
    sql.push(&row).push(&format!(".id AS subject_id, '{}' AS kind, ", kind.name));
    sql.text(zh).push(" AS zh, ");
    sql.text(en).push(" AS en, ");
    match one.deadlines.first() {
        Some(deadline) => deadline.push_due(sql, &row),
        None => {
            sql.push(if sql.is_postgres() { "CAST(NULL AS date)" } else { "NULL" });
        }
    }
    sql.push(" AS due_on, ").push_template(region.unwrap_or("NULL"), &row, &row).push(" AS region_code FROM ");
    sql.push(shape.table).push(" ").push(&row).push(" WHERE ").push(&row).push(".").push(one.life.column);
    sql.push(&format!(" = '{}' AND ", one.state.code));
    push_rest(sql, shape, &row);
    sql.push(" AND (");
    for (at, (_, options)) in allowed.iter().enumerate() {
        sql.push(if at > 0 { " OR " } else { "" });
        push_possibly(sql, options, &row);
    }
    sql.push(")");
    if let Some((code, region)) = filter.region_code.as_deref().zip(region) {
        sql.names_place("regionCode", code).push(" AND ");
        push_within(sql, region, &row, code);
    }
    sql.push(" ORDER BY ");
    match one.deadlines.first() {
        Some(deadline) => deadline.push_due(sql, &row),
        None => {
            sql.push(&row).push(".id");
        }
    }
    sql.push(", ").push(&row).push(".id LIMIT ").bind(limit);
    let name = sql.alias();
    sql.push(") ").push(&name);
}
