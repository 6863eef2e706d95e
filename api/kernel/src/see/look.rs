//! Looking objects up under the actor's scope: only what the caller may see is ever decided upon.

use std::marker::PhantomData;

use sea_orm::{EntityTrait, FromQueryResult as _, IdenStatic as _, Iterable as _, QueryResult, Statement, TryGetable};

use crate::{
    error::{Code, Message, Refusal, Result},
    say,
    see::{Shape, ShapedInterface, Sql, Stored, by_id, push_rest, reading::Reader},
};

/// The row with this id, if the actor may see it.
///
/// # Errors
/// `NOT_FOUND`, also for an id of another type.
pub async fn see<T: Stored>(reader: &impl Reader, id: &str) -> Result<<T::Entity as EntityTrait>::Model> {
    see_shape::<T::Entity>(reader, T::shape(), id).await
}

/// The same where the id may be of any member of an interface, all of them rows of one entity.
///
/// # Errors
/// `NOT_FOUND`, also for an id of another type.
pub async fn see_member<T: ShapedInterface, E: EntityTrait>(reader: &impl Reader, id: &str) -> Result<E::Model> {
    let interface = T::interface();
    match interface.member_of(id) {
        Some(shape) => see_shape::<E>(reader, shape, id).await,
        None => Err(not_an_id_of(id, interface.called())),
    }
}

/// The rows of a shape that meet a condition and that the actor may see.
///
/// # Errors
/// Those of the database.
pub async fn see_where<T: Stored>(
    reader: &impl Reader,
    on: impl Fn(&mut Sql<'_>, &str) + Send,
) -> Result<Vec<<T::Entity as EntityTrait>::Model>> {
    let statement = select(reader, T::shape(), on);
    reader.models::<T::Entity>(statement).await
}

async fn see_shape<E: EntityTrait>(reader: &impl Reader, shape: &'static Shape, id: &str) -> Result<E::Model> {
    check_id(reader, shape, id)?;
    let statement = select(reader, shape, by_id(id));
    reader.models::<E>(statement).await?.pop().ok_or_else(|| Refusal::not_found(shape.called()))
}

pub(crate) fn check_id(reader: &impl Reader, shape: &Shape, id: &str) -> Result<()> {
    reader.looking_at(id);
    if shape.prefix.is_some_and(|prefix| id.split_once('_').is_none_or(|(p, _)| p != prefix)) {
        return Err(not_an_id_of(id, shape.called()));
    }
    Ok(())
}

fn select(reader: &impl Reader, shape: &Shape, on: impl Fn(&mut Sql<'_>, &str)) -> Statement {
    let mut sql = reader.sql();
    push_select(&mut sql, shape, on);
    sql.into_statement()
}

fn push_select(sql: &mut Sql<'_>, shape: &Shape, on: impl Fn(&mut Sql<'_>, &str)) {
    sql.push("SELECT t0.* FROM ").push(shape.table).push(" t0 WHERE ");
    on(sql, "t0");
    sql.push(" AND ");
    push_rest(sql, shape, "t0");
}

/// Several look-ups in one statement: rows that the actor may see, and facts that the act goes by.
pub struct Look<'r, R> {
    reader: &'r R,
    sql: Sql<'r>,
    columns: Vec<String>,
    rows: usize,
}

/// A row that a [`Look`] was asked for.
pub struct Sought<E> {
    name: String,
    shape: &'static Shape,
    entity: PhantomData<fn() -> E>,
}

/// What a [`Look`] found.
pub struct Found(QueryResult);

impl<'r, R: Reader> Look<'r, R> {
    pub fn new(reader: &'r R) -> Self {
        Self { reader, sql: reader.sql(), columns: Vec::new(), rows: 0 }
    }

    /// The row with this id.
    ///
    /// # Errors
    /// `NOT_FOUND` for an id of another type.
    pub fn row<T: Stored>(&mut self, id: &str) -> Result<Sought<T::Entity>> {
        self.add(T::shape(), id)
    }

    /// The same where the id may be of any member of an interface, all of them rows of one entity.
    ///
    /// # Errors
    /// `NOT_FOUND` for an id of another type.
    pub fn member<T: ShapedInterface, E: EntityTrait>(&mut self, id: &str) -> Result<Sought<E>> {
        let interface = T::interface();
        let shape = interface.member_of(id).ok_or_else(|| not_an_id_of(id, interface.called()))?;
        self.add(shape, id)
    }

    fn add<E: EntityTrait>(&mut self, shape: &'static Shape, id: &str) -> Result<Sought<E>> {
        check_id(self.reader, shape, id)?;
        let name = format!("r{}", self.rows);
        self.sql.push(if self.rows == 0 { "WITH " } else { ", " }).push(&name).push(" AS (");
        push_select(&mut self.sql, shape, by_id(id));
        self.sql.push(")");
        self.rows += 1;
        let sought = Sought { name, shape, entity: PhantomData };
        let (name, prefix) = (sought.name(), sought.prefix());
        self.columns.extend(E::Column::iter().map(|column| {
            let column = column.as_str();
            format!("{name}.{column} AS {prefix}{column}")
        }));
        Ok(sought)
    }

    /// Runs it, with further columns that `facts` writes, each beginning with a comma.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn run(self, facts: impl FnOnce(&mut Sql<'_>) + Send) -> Result<Found> {
        let Self { reader, mut sql, columns, rows } = self;
        sql.push(" SELECT ").push(&columns.join(", "));
        facts(&mut sql);
        sql.push(" FROM (SELECT 1) one");
        for row in 0..rows {
            sql.push(&format!(" LEFT JOIN r{row} ON 1=1"));
        }
        let found = reader.row(sql.into_statement()).await?;
        found.map(Found).ok_or_else(|| Refusal::internal("a look came back empty"))
    }
}

impl<E> Sought<E> {
    /// What the row is called in the statement, for facts that hang on it.
    pub fn name(&self) -> &str {
        &self.name
    }

    fn prefix(&self) -> String {
        format!("{}_", self.name)
    }
}

impl Found {
    /// # Errors
    /// `NOT_FOUND`, where there is no such row for the actor.
    pub fn row<E: EntityTrait>(&self, sought: &Sought<E>) -> Result<E::Model> {
        let found = Option::<E::Model>::from_query_result(&self.0, &sought.prefix())?;
        found.ok_or_else(|| Refusal::not_found(sought.shape.called()))
    }

    /// A fact by the name of its column.
    ///
    /// # Errors
    /// `INTERNAL` when it is of another type.
    pub fn fact<T: TryGetable>(&self, name: &str) -> Result<T> {
        Ok(self.0.try_get("", name)?)
    }
}

pub(crate) fn not_an_id_of(id: &str, what: Message) -> Refusal {
    let Message { zh, en } = what;
    let id = id.chars().take(100).collect::<String>();
    Refusal::new(Code::NotFound, say!("“{id}”不是{zh}的编号", "\"{id}\" is not the id of a {en}"))
}
