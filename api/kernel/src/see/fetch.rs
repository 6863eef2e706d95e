//! Runs what the planner wrote and hands over the JSON.

use std::{borrow::Cow, collections::HashMap, marker::PhantomData};

use async_graphql::{
    Context, ContextSelectionSet, OutputType, Positioned, ServerError, ServerResult, Value, parser::types::Field,
    registry::Registry,
};
use bytes::Bytes;
use indexmap::{IndexMap, IndexSet};

use super::{
    field::Rows,
    named::ensure_known,
    page::Window,
    plan::Planner,
    registry::{Any, Connection, Many, Spliced},
    scope::push_scope,
    shape::{Shape, Shaped, ShapedInterface, not_found},
    sql::Sql,
};
use crate::{
    error::{Refusal, Result},
    see::Reader,
};

/// The one row of a shape that meets a condition, if the actor may see it.
pub async fn one<T: Shaped>(
    ctx: &Context<'_>,
    reader: &impl Reader,
    on: impl Fn(&mut Sql<'_>, &str) + Send,
) -> Result<Option<Spliced<T>>> {
    Ok(object(ctx, reader, T::shape(), on).await?.map(Spliced::from))
}

/// Whatever object has the id, if the actor may see it.
pub async fn node<T: ShapedInterface>(ctx: &Context<'_>, reader: &impl Reader, id: &str) -> Result<Option<Any<T>>> {
    let Some(shape) = T::interface().member_of(id) else { return Ok(None) };
    Ok(object(ctx, reader, shape, by_id(id)).await?.map(Any::from))
}

/// The same for many ids, in one statement that says each selection once for each type; those not found are null.
pub async fn nodes<T: ShapedInterface>(
    ctx: &Context<'_>,
    reader: &impl Reader,
    ids: &[String],
) -> Result<Vec<Option<Any<T>>>> {
    let mut sought: Vec<(&'static Shape, Vec<String>)> = Vec::new();
    for id in ids.iter().collect::<IndexSet<_>>() {
        let Some(shape) = T::interface().member_of(id) else { continue };
        match sought.iter_mut().find(|(known, _)| std::ptr::eq(*known, shape)) {
            Some((_, ids)) => ids.push(id.clone()),
            None => sought.push((shape, vec![id.clone()])),
        }
    }
    if sought.is_empty() {
        return Ok(ids.iter().map(|_| None).collect());
    }
    let none = IndexMap::new();
    let (statement, errors, named) = {
        let planner = Planner::new(ctx, &none);
        let mut sql = reader.sql();
        let sets = [&ctx.item.node.selection_set.node];
        for (at, (shape, ids)) in sought.iter().enumerate() {
            sql.push(if at > 0 { " UNION ALL SELECT t0.id, CAST(" } else { "SELECT t0.id, CAST(" });
            planner.object(&mut sql, shape, "t0", &sets)?;
            sql.push(" AS TEXT) FROM ").push(shape.table).push(" t0 WHERE t0.id IN ").bind_list(ids).push(" AND ");
            push_rest(&mut sql, shape, "t0");
        }
        let named = sql.take_named();
        (sql.into_statement(), planner.into_errors(), named)
    };
    errors.into_iter().for_each(|error| ctx.add_error(error));
    ensure_known(reader, named).await?;
    let found = reader.texts(statement).await?.into_iter();
    let found: HashMap<_, _> = found.filter_map(|(id, text)| Some((id, Bytes::from(text?)))).collect();
    Ok(ids.iter().map(|id| found.get(id).cloned().map(Any::from)).collect())
}

/// One page of a list.
pub async fn connection<T: Shaped>(
    ctx: &Context<'_>,
    reader: &impl Reader,
    window: Result<Window>,
    on: impl Fn(&mut Sql<'_>, &str) + Send,
) -> Result<Connection<T>> {
    let none = IndexMap::new();
    let (statement, errors, named) = {
        let planner = Planner::new(ctx, &none);
        let mut sql = reader.sql();
        sql.push("SELECT CAST(");
        planner.page(&mut sql, T::shape(), &[&on], &window?, &[&ctx.item.node.selection_set.node])?;
        sql.push(" AS TEXT)");
        let named = sql.take_named();
        (sql.into_statement(), planner.into_errors(), named)
    };
    errors.into_iter().for_each(|error| ctx.add_error(error));
    ensure_known(reader, named).await?;
    let text = reader.text(statement).await?.ok_or_else(|| Refusal::internal("a page came back empty"))?;
    Ok(Bytes::from(text).into())
}

/// Objects that are made: `rows` writes the table that they stand in.
///
/// # Errors
/// Those of `rows`, and of the arguments in the selection.
pub async fn made<T: Shaped>(
    ctx: &Context<'_>,
    reader: &impl Reader,
    rows: Rows,
    order: &'static str,
) -> Result<Many<T>> {
    let none = IndexMap::new();
    let (statement, errors, named) = {
        let planner = Planner::new(ctx, &none);
        let mut sql = reader.sql();
        sql.push("SELECT CAST(");
        let sets = [&ctx.item.node.selection_set.node];
        planner.made(&mut sql, T::shape(), &|sql| rows(sql, "", ctx), Some(order), &sets)?;
        sql.push(" AS TEXT)");
        let named = sql.take_named();
        (sql.into_statement(), planner.into_errors(), named)
    };
    errors.into_iter().for_each(|error| ctx.add_error(error));
    ensure_known(reader, named).await?;
    let text = reader.text(statement).await?.ok_or_else(|| Refusal::internal("a list came back empty"))?;
    Ok(Bytes::from(text).into())
}

/// Writes the query of a payload as JSON, under the actor's own scope: the objects that a mutation changed, by the names of
/// the payload's fields.
///
/// What of it the caller may not read is told by the errors that come back, for the answer.
///
/// # Errors
/// Those of the arguments in the selection.
pub(crate) fn push_payload(
    ctx: &Context<'_>,
    sql: &mut Sql<'_>,
    shape: &'static Shape,
    given: &IndexMap<&'static str, String>,
) -> Result<Vec<ServerError>> {
    let planner = Planner::new(ctx, given);
    sql.push("SELECT CAST(");
    planner.object(sql, shape, "", &[&ctx.item.node.selection_set.node])?;
    sql.push(" AS TEXT)");
    Ok(planner.into_errors())
}

async fn object(
    ctx: &Context<'_>,
    reader: &impl Reader,
    shape: &'static Shape,
    on: impl Fn(&mut Sql<'_>, &str) + Send,
) -> Result<Option<Bytes>> {
    let none = IndexMap::new();
    let (statement, errors, named) = {
        let planner = Planner::new(ctx, &none);
        let mut sql = reader.sql();
        sql.push("SELECT CAST(");
        planner.object(&mut sql, shape, "t0", &[&ctx.item.node.selection_set.node])?;
        sql.push(" AS TEXT) FROM ").push(shape.table).push(" t0 WHERE ");
        on(&mut sql, "t0");
        sql.push(" AND ");
        push_rest(&mut sql, shape, "t0");
        let named = sql.take_named();
        (sql.into_statement(), planner.into_errors(), named)
    };
    errors.into_iter().for_each(|error| ctx.add_error(error));
    ensure_known(reader, named).await?;
    Ok(reader.text(statement).await?.map(Bytes::from))
}

/// Whether the actor may see the object.
///
/// # Errors
/// Those of the database.
pub async fn is_visible<T: Shaped>(reader: &impl Reader, id: &str) -> Result<bool> {
    let statement = {
        let mut sql = reader.sql();
        sql.push("SELECT '' FROM ").push(T::shape().table).push(" t0 WHERE ");
        by_id(id)(&mut sql, "t0");
        sql.push(" AND ");
        push_rest(&mut sql, T::shape(), "t0");
        sql.into_statement()
    };
    Ok(reader.text(statement).await?.is_some())
}

/// What a row must meet beside the condition it was asked by: the shape's own limit and its scope.
pub fn push_rest(sql: &mut Sql<'_>, shape: &Shape, row: &str) {
    if !shape.only.is_empty() {
        sql.push_template(shape.only, row, row).push(" AND ");
    }
    push_scope(sql, shape, row);
}

/// Writes the condition that the actor sees whatever has the id that the template `id` gives, each of the shapes by its own
/// limit and scope. What is of none of them, or is not there, nobody sees.
pub fn push_seen(sql: &mut Sql<'_>, shapes: impl IntoIterator<Item = &'static Shape>, id: &str, row: &str) {
    sql.push("CASE");
    for shape in shapes {
        sql.push(" WHEN ");
        push_is_of(sql, shape, id, row);
        sql.push(" THEN ");
        push_exists(sql, shape, id, row, |sql, object| push_rest(sql, shape, object));
    }
    sql.push(" ELSE 1=0 END");
}

/// Writes the condition that an id is one of the shape's, by its prefix.
pub fn push_is_of(sql: &mut Sql<'_>, shape: &Shape, id: &str, row: &str) {
    let prefix = shape.prefix.unwrap_or_default();
    sql.push("substr(").push_template(id, row, row).push(&format!(", 1, {}) = '{prefix}_'", prefix.len() + 1));
}

/// Writes the condition that an object of the shape has this id and meets `on`.
pub fn push_exists(sql: &mut Sql<'_>, shape: &Shape, id: &str, row: &str, on: impl FnOnce(&mut Sql<'_>, &str)) {
    let object = sql.alias();
    sql.push("EXISTS (SELECT 1 FROM ").push(shape.table).push(" ").push(&object).push(" WHERE ");
    sql.push(&object).push(".id = ").push_template(id, row, row).push(" AND ");
    on(sql, &object);
    sql.push(")");
}

/// The condition that a row has this id.
pub fn by_id(id: &str) -> impl Fn(&mut Sql<'_>, &str) + Send + '_ {
    move |sql, row| {
        sql.push(row).push(".id = ").bind(id.to_owned());
    }
}

/// An object that is read when the answer is written: what a subscription yields, each time as it is then.
pub struct Live<T, R> {
    reader: R,
    id: String,
    shape: PhantomData<fn() -> T>,
}

impl<T, R> Live<T, R> {
    pub fn new(reader: R, id: String) -> Self {
        Self { reader, id, shape: PhantomData }
    }
}

impl<T: Shaped, R: Reader> OutputType for Live<T, R> {
    fn type_name() -> Cow<'static, str> {
        T::shape().name.into()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Spliced::<T>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let ctx = ctx.with_field(field);
        let refuse = |refusal: Refusal| async_graphql::Error::from(refusal).into_server_error(field.pos);
        let found = object(&ctx, &self.reader, T::shape(), by_id(&self.id)).await.map_err(refuse)?;
        found.map(Value::Binary).ok_or_else(|| refuse(not_found::<T>()))
    }
}

/// Made objects that are read when the answer is written: what a subscription yields, each time as they are then.
pub struct LiveMade<T, R> {
    reader: R,
    rows: Rows,
    order: &'static str,
    shape: PhantomData<fn() -> T>,
}

impl<T, R> LiveMade<T, R> {
    pub fn new(reader: R, rows: Rows, order: &'static str) -> Self {
        Self { reader, rows, order, shape: PhantomData }
    }
}

impl<T: Shaped, R: Reader> OutputType for LiveMade<T, R> {
    fn type_name() -> Cow<'static, str> {
        Many::<T>::type_name()
    }

    fn qualified_type_name() -> String {
        Many::<T>::qualified_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Many::<T>::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        let ctx = ctx.with_field(field);
        match made::<T>(&ctx, &self.reader, self.rows, self.order).await {
            Ok(all) => all.resolve(&ctx.with_selection_set(&field.node.selection_set), field).await,
            Err(refusal) => Err(async_graphql::Error::from(refusal).into_server_error(field.pos)),
        }
    }
}
