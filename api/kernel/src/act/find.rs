//! Finding what an act is done to, and where that is, in one statement.

use sea_orm::{EntityTrait, FromQueryResult as _, QueryResult};

use super::{
    way::{By, Way},
    work::{Act, Work},
};
use crate::{
    error::{Refusal, Result},
    see::{Reader, Row, Shape, ShapedInterface, Sql, Stored, by_id, check_id, not_an_id_of, push_rest},
    who::actor::Place,
};

impl<A: Act> Work<A> {
    /// The object with this id that the act is done to, and where that takes place: by the first of the act's ways on its shape
    /// that is meant for the object.
    ///
    /// # Errors
    /// `NOT_FOUND`, also for an id of another type.
    pub async fn find<T: Stored>(&self, id: &str) -> Result<(Row<T>, Place)> {
        self.find_shaped::<T::Entity>(T::shape(), id).await
    }

    /// The same where it is done to any member of an interface, all of them rows of one entity.
    ///
    /// # Errors
    /// `NOT_FOUND`, also for an id of another type.
    pub async fn find_any<T: ShapedInterface, E: EntityTrait>(&self, id: &str) -> Result<(E::Model, Place)> {
        let interface = T::interface();
        match interface.member_of(id) {
            Some(shape) => self.find_shaped::<E>(shape, id).await,
            None => Err(not_an_id_of(id, interface.called())),
        }
    }

    async fn find_shaped<E: EntityTrait>(&self, shape: &'static Shape, id: &str) -> Result<(E::Model, Place)> {
        let ways = A::ways();
        let ways = ways.iter().filter(|way| way.is_on(shape)).collect::<Vec<_>>();
        check_id(self, shape, id)?;
        let statement = {
            let mut sql = self.sql();
            sql.push("SELECT t0.*");
            for (at, way) in ways.iter().enumerate() {
                push_place(&mut sql, way, "t0", "", &format!("at{at}"));
            }
            sql.push(" FROM ").push(shape.table).push(" t0");
            push_found(&mut sql, shape, id);
            sql.into_statement()
        };
        let row = self.row(statement).await?.ok_or_else(|| Refusal::not_found(shape.called()))?;
        let place = |(at, way): (usize, &&Way)| place(&row, way, &format!("at{at}"), |by| by == By::Step);
        let mut places = ways.iter().enumerate().map(place).collect::<Result<Vec<_>>>()?;
        let meant = places.iter().position(|place| place.bar.is_none()).unwrap_or_default();
        if places.is_empty() {
            return Err(Refusal::internal(format!("{} has no way on {}", A::ACTION, shape.name)));
        }
        Ok((E::Model::from_query_result(&row, "")?, places.swap_remove(meant)))
    }
}

pub(crate) fn push_found(sql: &mut Sql<'_>, shape: &Shape, id: &str) {
    sql.push(" WHERE ");
    by_id(id)(sql, "t0");
    sql.push(" AND ");
    push_rest(sql, shape, "t0");
}

/// Writes the columns of a place, each beginning with a comma.
pub(crate) fn push_place(sql: &mut Sql<'_>, way: &Way, row: &str, chosen: &str, name: &str) {
    let owner = &way.owner;
    let parts = [
        ("region", owner.region),
        ("compound", owner.compound),
        ("organisation", owner.organisation),
        ("person", owner.person),
    ];
    for (part, column) in parts.into_iter().filter(|(_, column)| !column.is_empty()) {
        sql.push(", ").push_template(column, row, row).push(&format!(" AS {name}_{part}"));
    }
    for (part, query) in [("addressed", owner.addressed), ("involved", owner.involved)] {
        if query.is_empty() {
            continue;
        }
        sql.push(", CAST((SELECT ");
        let array = sql.array::<()>("", "", |sql| {
            sql.push("hand.id");
            Ok(())
        });
        debug_assert!(array.is_ok());
        sql.push(" FROM (").push_template(query, row, row).push(&format!(") hand) AS TEXT) AS {name}_{part}"));
    }
    sql.push(", ");
    way.push_standing(sql, row, chosen);
    sql.push(&format!(" AS {name}_standing"));
}

/// Reads what [`push_place`] wrote. What hinders is told where `tells` has it that this is whose to refuse.
pub(crate) fn place(row: &QueryResult, way: &Way, name: &str, tells: impl Fn(By) -> bool) -> Result<Place> {
    let text = |part: &str, column: &str| -> Result<Option<String>> {
        if column.is_empty() { Ok(None) } else { Ok(row.try_get("", &format!("{name}_{part}"))?) }
    };
    let owner = &way.owner;
    let ids = |part: &str, query: &str| -> Result<Vec<String>> {
        let Some(json) = text(part, query)? else { return Ok(Vec::new()) };
        let ids: Vec<Option<String>> = serde_json::from_str(&json).map_err(Refusal::internal)?;
        Ok(ids.into_iter().flatten().collect())
    };
    let standing: i32 = row.try_get("", &format!("{name}_standing"))?;
    let bar = usize::try_from(standing).ok().and_then(|at| at.checked_sub(2)).and_then(|at| way.bars().get(at));
    let hindrance = match bar {
        Some(bar) => Some((bar.say)()).filter(|_| bar.by != By::Authority && tells(bar.by)),
        None => Some(way.out_of_state()).filter(|_| standing == 1 && tells(By::Act)),
    };
    Ok(Place {
        region_code: text("region", owner.region)?,
        compound_id: text("compound", owner.compound)?,
        organisation_id: text("organisation", owner.organisation)?,
        person_id: text("person", owner.person)?,
        addressed: ids("addressed", owner.addressed)?,
        involved: ids("involved", owner.involved)?,
        bar: bar.filter(|bar| bar.by == By::Authority).map(|bar| (bar.say)()),
        hindrance,
        ..Place::default()
    })
}

/// Says in an act's `impl` that it is done to one object, which its input names by id, and how.
#[macro_export]
macro_rules! on {
    ($shape:ty, $id:ident, $ways:expr) => {
        type Seen = $crate::see::Row<$shape>;

        fn ways() -> Vec<$crate::act::Way> {
            $crate::act::Ways::from($ways).0
        }

        async fn find(
            &self,
            work: &$crate::act::Work<Self>,
        ) -> $crate::error::Result<(Self::Seen, $crate::who::actor::Place)> {
            work.find::<$shape>(&self.$id).await
        }
    };
}
