//! How a board is read.

use std::sync::LazyLock;

use async_graphql::Context;
use tongxin_kernel::{
    act::{DeclaredLife, DeclaredRate},
    catalogue::Capability,
    error::Result,
    see::{Field, Gates, Owner, Shape, Shaped, Sql, labels, push_sums, rate, state_fields},
};

use crate::all;

fn shape(name: &'static str, description: &'static str, fields: Vec<Field>) -> Shape {
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

/// 看板.
pub struct PlaceBoard;

impl Shaped for PlaceBoard {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            let counts = "各类各状态数 · 各类对象在各状态下各有多少，没有的不列出 · how many objects of each sort stand in each state; where there is none, nothing is said";
            let rates = "比率 · 进展到什么程度 · in which proportion";
            let fields = vec![
                Field::made::<BoardCount>("counts", counts_of, "{c}.at, {c}.place", counts)
                    .costs(150, 20, 0)
                    .at_most(40),
                Field::made::<BoardRate>("rates", rates_of, "{c}.at", rates).costs(60, 10, 0),
            ];
            shape("PlaceBoard", "看板 · 一地各类事项进展如何 · what stands where at a place", fields)
        });
        &SHAPE
    }
}

/// 看板数.
pub struct BoardCount;

impl Shaped for BoardCount {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            let mut fields = vec![Field::text(
                "kind",
                "{c}.kind",
                "类别 · 对象的类型 · the type of the objects, such as `ServiceItem`",
            )];
            fields.extend(state_fields());
            shape(
                "BoardCount",
                "看板数 · 一类对象处于某一状态的有多少 · how many objects of one sort stand in one state",
                fields,
            )
        });
        &SHAPE
    }
}

/// 看板比率.
pub struct BoardRate;

impl Shaped for BoardRate {
    fn shape() -> &'static Shape {
        static SHAPE: LazyLock<Shape> = LazyLock::new(|| {
            let fields = vec![
                Field::text("kind", "{c}.kind", "比率类别 · 说明什么 · what it tells, such as `ITEMS_DONE`"),
                labels(),
                rate("rate", "比率 · 分子、分母与百分数 · part, whole and percent"),
            ];
            shape(
                "BoardRate",
                "看板比率 · 一类对象中有多少已到此步 · how many of the objects of one sort have come so far",
                fields,
            )
        });
        &SHAPE
    }
}

fn lives() -> impl Iterator<Item = &'static DeclaredLife> {
    all().iter().flat_map(Capability::lives)
}

/// Writes that a count is of the place `{p}.code` or lies under it.
fn push_here(sql: &mut Sql<'_>, place: &'static str, board: &str, row: &str) {
    sql.push(" AND ").push_template(place, row, row).push_template(" >= {p}.code AND ", board, row);
    sql.push_template(place, row, row).push_template(" < {p}.code || ':'", board, row);
}

fn counts_of(sql: &mut Sql<'_>, board: &str, _: &Context<'_>) -> Result<()> {
    sql.push("(");
    for (at, life) in lives().enumerate() {
        let shape = (life.shape)();
        let Some(tally) = shape.tally() else { continue };
        let name = sql.alias();
        sql.push(if at > 0 { " UNION ALL SELECT " } else { "SELECT " });
        sql.push(&format!("{at} AS at, '{}' AS kind, {name}.* FROM ", shape.name));
        tally.push_kept(sql, shape, |sql, row| push_here(sql, tally.place, board, row));
        sql.push(" ").push(&name);
    }
    sql.push(")");
    Ok(())
}

fn rates_of(sql: &mut Sql<'_>, board: &str, _: &Context<'_>) -> Result<()> {
    sql.push("(");
    for (at, DeclaredRate { shape, word, part, whole }) in all().iter().flat_map(Capability::rates).enumerate() {
        let shape = shape();
        let Some(tally) = shape.tally() else { continue };
        let row = sql.alias();
        sql.push(if at > 0 { " UNION ALL SELECT " } else { "SELECT " });
        sql.push(&format!("{at} AS at, '{}' AS kind, ", word.code))
            .text(word.zh)
            .push(" AS zh, ")
            .text(word.en)
            .push(" AS en");
        for (states, name) in [(part, "part"), (whole, "whole")] {
            sql.push(", CAST(coalesce(sum(CASE WHEN ").push(&row).push(".status IN ").bind_list(states).push(" THEN ");
            sql.push(&row).push(".n ELSE 0 END), 0) AS bigint) AS ").push(name);
        }
        sql.push(" FROM ");
        let counted = sql.alias();
        push_sums(sql, shape, tally, &counted, |sql, row| push_here(sql, tally.place, board, row));
        sql.push(" ").push(&row);
    }
    sql.push(")");
    Ok(())
}
