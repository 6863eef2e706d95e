//! The kinds of condition that filters are made of, and those that every list has under one name.

use async_graphql::{ID, InputType};
use sea_orm::Value;
use tongxin_entity::Words;

use super::{filter::Condition, scope::push_within, sql::Sql, word::Spelt};
use crate::{
    input::folded,
    scalars::{Date, DateTime},
};

/// An input that is compared with a column.
pub trait Bound: InputType + 'static {
    fn bound(&self) -> Value;
}

impl Bound for ID {
    fn bound(&self) -> Value {
        self.0.clone().into()
    }
}

impl Bound for String {
    fn bound(&self) -> Value {
        self.clone().into()
    }
}

impl Bound for Date {
    fn bound(&self) -> Value {
        self.0.into()
    }
}

impl Bound for DateTime {
    fn bound(&self) -> Value {
        self.0.into()
    }
}

impl<E: Words> Bound for Spelt<E> {
    fn bound(&self) -> Value {
        self.0.word().code.into()
    }
}

impl Condition {
    /// A column is what is asked.
    pub fn equal<T: Bound>(name: &'static str, column: &'static str, description: &'static str) -> Self {
        Self::compared::<T>(name, column, " = ", description)
    }

    /// A column is at most what is asked.
    pub fn until<T: Bound>(name: &'static str, column: &'static str, description: &'static str) -> Self {
        Self::compared::<T>(name, column, " <= ", description)
    }

    /// A column is at least what is asked.
    pub fn since<T: Bound>(name: &'static str, column: &'static str, description: &'static str) -> Self {
        Self::compared::<T>(name, column, " >= ", description)
    }

    fn compared<T: Bound>(name: &'static str, column: &'static str, by: &'static str, about: &'static str) -> Self {
        Self::new(name, about, move |sql, row, asked: &T| {
            sql.push_template(column, row, row).push(by).bind(asked.bound());
        })
        .of(column)
    }

    /// A column is one of these words.
    pub fn one_of<E: Words>(name: &'static str, column: &'static str, description: &'static str) -> Self {
        Self::new(name, description, move |sql, row, asked: &Vec<Spelt<E>>| {
            let words = asked.iter().map(|word| word.0.word().code.to_owned()).collect::<Vec<_>>();
            sql.push_template(column, row, row).push(" IN ").bind_list(&words);
        })
        .of(column)
    }

    /// A place is this one, or lies under it.
    pub fn within(name: &'static str, column: &'static str, description: &'static str) -> Self {
        Self::of_place(name, description, move |sql, row, code| {
            push_within(sql, column, row, code);
        })
        .of(column)
    }

    /// A condition of its own on a place.
    pub fn of_place(
        name: &'static str,
        description: &'static str,
        write: impl Fn(&mut Sql<'_>, &str, &str) + Copy + Send + Sync + 'static,
    ) -> Self {
        Self::new(name, description, move |sql, row, code: &String| {
            sql.names_place(format!("filter.{name}"), code);
            write(sql, row, code);
        })
    }

    /// A column, folded by whoever wrote it, holds a text; letters of either case are alike.
    pub fn holding(name: &'static str, column: &'static str, description: &'static str) -> Self {
        Self::new(name, description, move |sql, row, asked: &String| {
            let text = folded(asked);
            if text.is_empty() {
                sql.push("1=1");
            } else {
                sql.contains(&column.replace("{c}", row), &text);
            }
        })
    }

    /// Something holds of a row, or does not.
    pub fn holds(
        name: &'static str,
        description: &'static str,
        write: impl Fn(&mut Sql<'_>, &str) + Copy + Send + Sync + 'static,
    ) -> Self {
        Self::new(name, description, move |sql, row, asked| push_holds(sql, row, *asked, write))
    }

    /// The same where it holds of few.
    pub fn seldom(
        name: &'static str,
        description: &'static str,
        write: impl Fn(&mut Sql<'_>, &str) + Copy + Send + Sync + 'static,
    ) -> Self {
        let write = move |sql: &mut Sql<'_>, row: &str, asked: &bool| push_holds(sql, row, *asked, write);
        Self::leaving(name, description, |asked| *asked, write)
    }
}

/// What is unknown does not hold.
fn push_holds(sql: &mut Sql<'_>, row: &str, asked: bool, write: impl Fn(&mut Sql<'_>, &str)) {
    sql.push("(");
    write(sql, row);
    sql.push(if asked { ")" } else { ") IS NOT TRUE" });
}

/// What every list that can be asked it is asked by the same name.
impl Condition {
    /// `regionCode`.
    pub fn region(column: &'static str) -> Self {
        Self::within("regionCode", column, REGION)
    }

    /// `regionCode`, where it takes more than a column to say what lies in a place.
    pub fn region_by(write: impl Fn(&mut Sql<'_>, &str, &str) + Copy + Send + Sync + 'static) -> Self {
        Self::of_place("regionCode", REGION, write)
    }

    /// `communityCode`, as lists had it before every level could be named.
    pub fn community(column: &'static str) -> Self {
        let about = "社区 · 属于此社区，填 12 位统计代码 · of this community, by its 12-digit code";
        Self::of_place("communityCode", about, move |sql, row, code| {
            sql.push_template(column, row, row).push(" = ").bind(code);
        })
        .of(column)
        .deprecated(USE_REGION)
    }

    /// `streetCode`, as lists had it before every level could be named.
    pub fn street(column: &'static str) -> Self {
        let about =
            "街道 · 属于此街道下辖的社区，填 9 位统计代码 · of the communities of this street, by its 9-digit code";
        Self::within("streetCode", column, about).deprecated(USE_REGION)
    }

    /// `status`.
    pub fn status<S: Words>(column: &'static str) -> Self {
        Self::equal::<Spelt<S>>("status", column, "状态 · 处于此状态 · in this state")
    }

    /// `statusIn`.
    pub fn status_in<S: Words>(column: &'static str) -> Self {
        Self::one_of::<S>(
            "statusIn",
            column,
            "状态之一 · 处于其中任一状态，个数不超过状态总数 · in one of these states; up to as many as there are",
        )
    }

    /// `dueBy`.
    pub fn due_by(column: &'static str) -> Self {
        Self::until::<Date>("dueBy", column, "截止不晚于 · 期限在这一天或之前 · due on or before this day")
    }

    /// `overdue`: past the day, and not finished.
    pub fn overdue(write: impl Fn(&mut Sql<'_>, &str) + Copy + Send + Sync + 'static) -> Self {
        Self::seldom(
            "overdue",
            "逾期 · 已过期限而未完成；填 false 则取其余 · past its day and not finished; or, with false, all others",
            write,
        )
    }

    /// `mine`.
    pub fn mine(write: impl Fn(&mut Sql<'_>, &str) + Copy + Send + Sync + 'static) -> Self {
        let about = "与我有关 · 由调用者或其可代表的组织制定、承担或认领；填 false 则取其余 · made by, assigned to or claimed by the caller or an organisation of `me.claimants`; or, with \
                     false, all others";
        Self::holds("mine", about, write)
    }

    /// `updatedSince`.
    pub fn updated_since(column: &'static str) -> Self {
        let about = "更新不早于 · 按更新时间在此时刻或之后有变更，用于显示新内容，不可用于同步：调用者已看不到的不会列出 · last changed at this moment or later, by `updatedAt`; for showing what is new, not for \
                     synchronising: what the caller sees no longer is not told";
        Self::since::<DateTime>("updatedSince", column, about)
    }
}

const REGION: &str = "所在地 · 在此地或其下辖各地，填任一级统计代码 · of this place or anything under it, by statistical code of any level";

/// Why the narrower names of a place are used no more.
pub const USE_REGION: &str =
    "自 2026-11-26 起改用 regionCode，任何层级均可 · since 2026-11-26: use regionCode, which takes any level";
