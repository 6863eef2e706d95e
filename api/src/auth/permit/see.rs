//! Looking objects up under the actor's scope: only what the caller may see is ever decided upon.

use sea_orm::{EntityTrait, Statement};

use super::{reading::Reader, work::Stored};
use crate::{
    error::{Code, Refusal, Result},
    read::{Shape, ShapedInterface, Sql, by_id, push_rest},
    say,
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
        None => Err(not_an_id_of(id, interface.name)),
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
    reader.looking_at(id);
    if shape.prefix.is_some_and(|prefix| id.split_once('_').is_none_or(|(p, _)| p != prefix)) {
        return Err(not_an_id_of(id, shape.name));
    }
    let statement = select(reader, shape, by_id(id));
    reader.models::<E>(statement).await?.pop().ok_or_else(|| Refusal::not_found(shape.name))
}

fn select(reader: &impl Reader, shape: &Shape, on: impl Fn(&mut Sql<'_>, &str)) -> Statement {
    let mut sql = reader.sql();
    sql.push("SELECT t0.* FROM ").push(shape.table).push(" t0 WHERE ");
    on(&mut sql, "t0");
    sql.push(" AND ");
    push_rest(&mut sql, shape, "t0");
    sql.into_statement()
}

fn not_an_id_of(id: &str, name: &str) -> Refusal {
    let id = id.chars().take(100).collect::<String>();
    Refusal::new(Code::NotFound, say!("“{id}”不是 {name} 的编号", "\"{id}\" is not the id of a {name}"))
}
