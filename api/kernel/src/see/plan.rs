//! From a selection to the text of one statement.

use std::cell::RefCell;

use async_graphql::{
    Context, PathSegment, Positioned, ServerError,
    parser::types::{Field as AstField, SelectionSet},
};
use indexmap::IndexMap;

use super::{
    fetch::{push_is_of, push_rest},
    field::{Field, Kind, On, Scalar},
    scope::sight,
    selection::{collect, is_common, sub_selections},
    shape::{InterfaceShape, Shape},
    sql::Sql,
};
use crate::{
    error::{Refusal, Result},
    execute::RequestInfo,
    say,
};

/// Writes the condition under which a row belongs to what is asked.
pub(super) type Way<'w> = &'w dyn Fn(&mut Sql<'_>, &str);

/// What the planner knows of the request while it writes one statement.
pub(super) struct Planner<'a> {
    pub(super) ctx: &'a Context<'a>,
    /// The ids that a mutation hands to the fields of its payload.
    given: &'a IndexMap<&'static str, String>,
    path: RefCell<Vec<PathSegment>>,
    errors: RefCell<Vec<ServerError>>,
}

impl<'a> Planner<'a> {
    pub(super) fn new(ctx: &'a Context<'a>, given: &'a IndexMap<&'static str, String>) -> Self {
        let path = vec![PathSegment::Field(ctx.item.node.response_key().node.to_string())];
        Self { ctx, given, path: RefCell::new(path), errors: RefCell::default() }
    }

    /// Fields that are null because no post of the caller gives them; each with its path.
    pub(super) fn into_errors(self) -> Vec<ServerError> {
        self.errors.into_inner()
    }

    /// The JSON object of the row `row`.
    pub(super) fn object(&self, sql: &mut Sql<'_>, shape: &Shape, row: &str, sets: &[&'a SelectionSet]) -> Result<()> {
        let selected = collect(self.ctx, shape.name, shape.interfaces, sets);
        let keys = selected.keys().copied().collect::<Vec<_>>();
        sql.object(&keys, |sql, at| {
            let fields = &selected[at];
            self.path.borrow_mut().push(PathSegment::Field(keys[at].to_owned()));
            let done = self.field(sql, shape, row, fields);
            self.path.borrow_mut().pop();
            done
        })
    }

    fn field(&self, sql: &mut Sql<'_>, shape: &Shape, row: &str, asked: &[&'a Positioned<AstField>]) -> Result<()> {
        let name = asked[0].node.name.node.as_str();
        if name == "__typename" {
            sql.push("'").push(shape.name).push("'");
            return Ok(());
        }
        let field = shape.fields.iter().find(|field| field.name == name);
        let field = field.ok_or_else(|| Refusal::internal(format!("{}.{name} is not declared", shape.name)))?;
        if self.is_out_of_reach(sql, field, asked[0]) {
            sql.push("NULL");
            return Ok(());
        }
        let sets = sub_selections(asked);
        match &field.kind {
            Kind::Scalar(scalar, on) => self.scalar(sql, *scalar, *on, row),
            Kind::One { target, on, order } => self.one(sql, target(), *on, order, row, &sets)?,
            Kind::Many { target, on, order } => self.many(sql, target(), *on, order, row, &sets)?,
            Kind::OneOf { target, on } => self.one_of(sql, target(), *on, row, &sets)?,
            Kind::ManyOf { target, on } => self.many_of(sql, target(), *on, row, &sets)?,
            Kind::Made { target, rows, order } => {
                sql.lang = self.ctx.data::<RequestInfo>().map_or(sql.lang, |info| info.lang);
                let set = self.ctx.with_selection_set(&self.ctx.item.node.selection_set);
                let at = set.with_field(asked[0]);
                self.made(sql, target(), &|sql| rows(sql, row, &at), *order, &sets)?;
            }
            Kind::ById { target, id } => self.by_id(sql, target(), id, row, &sets)?,
            Kind::Page { target, ways, window } => {
                // The arguments are read from the document by a context that stands at the field.
                let set = self.ctx.with_selection_set(&self.ctx.item.node.selection_set);
                let window = window(&set.with_field(asked[0]))?;
                let ways = ways.iter().map(|on| move |sql: &mut Sql<'_>, child: &str| on.push(sql, row, child));
                let ways = ways.collect::<Vec<_>>();
                let ways = ways.iter().map(|way| way as Way<'_>).collect::<Vec<_>>();
                self.page(sql, target(), &ways, &window, &sets)?;
            }
            Kind::GivenText => match self.given.get(field.name) {
                Some(text) => {
                    sql.push("CAST(").bind(text.clone()).push(" AS TEXT)");
                }
                None => {
                    sql.push("NULL");
                }
            },
            Kind::Given { target } => self.given(sql, target(), field.name, &sets)?,
            Kind::GivenOf { target } => self.given_of(sql, target(), field.name, &sets)?,
        }
        Ok(())
    }

    fn is_out_of_reach(&self, sql: &Sql<'_>, field: &Field, asked: &Positioned<AstField>) -> bool {
        let Some(action) = field.needs else { return false };
        if !sight(sql.actor, sql.policy, action).0.is_empty() {
            return false;
        }
        let (zh, en) = (field.description.split(' ').next().unwrap_or_default(), field.name);
        let refusal = Refusal::forbidden(say!("您的任职都不能查看“{zh}”", "none of your posts may read {en}"));
        let mut error = async_graphql::Error::from(refusal).into_server_error(asked.pos);
        error.path = self.path.borrow().clone();
        self.errors.borrow_mut().push(error);
        true
    }

    fn scalar(&self, sql: &mut Sql<'_>, scalar: Scalar, on: On, row: &str) {
        match scalar {
            Scalar::Plain => on.push(sql, row, row),
            Scalar::Boolean => {
                sql.boolean(|sql| on.push(sql, row, row));
            }
            Scalar::Json => {
                sql.json(|sql| on.push(sql, row, row));
            }
        }
    }

    fn one(
        &self,
        sql: &mut Sql<'_>,
        shape: &Shape,
        on: On,
        order: &str,
        row: &str,
        sets: &[&'a SelectionSet],
    ) -> Result<()> {
        sql.json_subquery(|sql| {
            let child = sql.alias();
            sql.push("SELECT ");
            self.object(sql, shape, &child, sets)?;
            self.from(sql, shape, &child, &|sql, child| on.push(sql, row, child));
            if !order.is_empty() {
                sql.push(" ORDER BY ").push_template(order, row, &child);
            }
            sql.push(" LIMIT 1");
            Ok(())
        })
    }

    fn many(
        &self,
        sql: &mut Sql<'_>,
        shape: &Shape,
        on: On,
        order: &str,
        row: &str,
        sets: &[&'a SelectionSet],
    ) -> Result<()> {
        sql.json_subquery(|sql| {
            let child = sql.alias();
            sql.push("SELECT ");
            sql.array(&order.replace("{c}", &child), "", |sql| self.object(sql, shape, &child, sets))?;
            self.from(sql, shape, &child, &|sql, child| on.push(sql, row, child));
            Ok(())
        })
    }

    pub(super) fn made(
        &self,
        sql: &mut Sql<'_>,
        shape: &Shape,
        rows: &dyn Fn(&mut Sql<'_>) -> Result<()>,
        order: Option<&str>,
        sets: &[&'a SelectionSet],
    ) -> Result<()> {
        sql.json_subquery(|sql| {
            let child = sql.alias();
            sql.push("SELECT ");
            match order {
                Some(order) => {
                    sql.array(&order.replace("{c}", &child), "", |sql| self.object(sql, shape, &child, sets))?;
                }
                None => self.object(sql, shape, &child, sets)?,
            }
            sql.push(" FROM ");
            rows(sql)?;
            sql.push(" ").push(&child);
            Ok(())
        })
    }

    fn by_id(
        &self,
        sql: &mut Sql<'_>,
        target: &InterfaceShape,
        id: &str,
        row: &str,
        sets: &[&'a SelectionSet],
    ) -> Result<()> {
        sql.push("CASE");
        for shape in target.members.iter().map(|member| (member.shape)()) {
            sql.push(" WHEN ");
            push_is_of(sql, shape, id, row);
            sql.push(" THEN ");
            sql.json_subquery(|sql| -> Result<()> {
                let child = sql.alias();
                sql.push("SELECT ");
                self.object(sql, shape, &child, sets)?;
                self.from(sql, shape, &child, &|sql, child| {
                    sql.push(child).push(".id = ").push_template(id, row, row);
                });
                Ok(())
            })?;
        }
        sql.push(" END");
        Ok(())
    }

    /// ` FROM table child WHERE …`: the relation, what the shape is limited to, and its scope.
    pub(super) fn from(&self, sql: &mut Sql<'_>, shape: &Shape, child: &str, on: Way<'_>) {
        sql.push(" FROM ").push(shape.table).push(" ").push(child).push(" WHERE ");
        on(sql, child);
        self.limit_to_scope(sql, shape, child);
    }

    fn limit_to_scope(&self, sql: &mut Sql<'_>, shape: &Shape, child: &str) {
        sql.push(" AND ");
        push_rest(sql, shape, child);
    }

    fn one_of(
        &self,
        sql: &mut Sql<'_>,
        target: &InterfaceShape,
        on: On,
        row: &str,
        sets: &[&'a SelectionSet],
    ) -> Result<()> {
        sql.json_subquery(|sql| {
            let child = sql.alias();
            sql.push("SELECT ");
            self.member(sql, target, &child, sets)?;
            sql.push(" FROM ").push(target.table).push(" ").push(&child).push(" WHERE ");
            on.push(sql, row, &child);
            sql.push(" LIMIT 1");
            Ok(())
        })
    }

    fn many_of(
        &self,
        sql: &mut Sql<'_>,
        target: &InterfaceShape,
        on: On,
        row: &str,
        sets: &[&'a SelectionSet],
    ) -> Result<()> {
        sql.json_subquery(|sql| {
            let child = sql.alias();
            sql.push("SELECT ");
            sql.array(&format!("{child}.id"), "", |sql| self.member(sql, target, &child, sets))?;
            sql.push(" FROM ").push(target.table).push(" ").push(&child).push(" WHERE ");
            on.push(sql, row, &child);
            Ok(())
        })
    }

    /// The object of whichever member the row is; each member under its own scope.
    fn member(&self, sql: &mut Sql<'_>, target: &InterfaceShape, row: &str, sets: &[&'a SelectionSet]) -> Result<()> {
        let members = target.members.iter().map(|member| (member.shape)());
        let common = is_common(sets);
        sql.push("CASE");
        for (at, shape) in members.clone().enumerate() {
            let last = at + 1 == target.members.len();
            // Members that read the same share one branch.
            if !common || at == 0 {
                sql.push(" WHEN (");
            } else {
                sql.push(" OR (");
            }
            sql.push("1=1");
            self.limit_to_scope(sql, shape, row);
            sql.push(")");
            if !common || last {
                sql.push(" THEN ");
                self.object(sql, shape, row, sets)?;
            }
        }
        sql.push(" END");
        Ok(())
    }

    fn given(&self, sql: &mut Sql<'_>, shape: &Shape, name: &str, sets: &[&'a SelectionSet]) -> Result<()> {
        let Some(id) = self.given.get(name) else {
            sql.push("NULL");
            return Ok(());
        };
        sql.json_subquery(|sql| {
            let child = sql.alias();
            sql.push("SELECT ");
            self.object(sql, shape, &child, sets)?;
            self.from(sql, shape, &child, &|sql, child| {
                sql.push(child).push(".id = ").bind(id.clone());
            });
            Ok(())
        })
    }

    fn given_of(
        &self,
        sql: &mut Sql<'_>,
        target: &InterfaceShape,
        name: &str,
        sets: &[&'a SelectionSet],
    ) -> Result<()> {
        let Some(id) = self.given.get(name) else {
            sql.push("NULL");
            return Ok(());
        };
        sql.json_subquery(|sql| {
            let child = sql.alias();
            sql.push("SELECT ");
            self.member(sql, target, &child, sets)?;
            sql.push(" FROM ").push(target.table).push(" ").push(&child).push(" WHERE ").push(&child).push(".id = ");
            sql.bind(id.clone());
            Ok(())
        })
    }
}
