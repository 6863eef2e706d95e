//! Finding what an act is done to, and where that is, in one statement.

use sea_orm::{EntityTrait, FromQueryResult as _, QueryResult};

use super::{
    way::{By, Way},
    work::{Act, Work},
};
use crate::{
    error::{Refusal, Result},
    see::{Reader, Row, Shape, Sql, Stored, by_id, check_id, push_rest},
    who::actor::Place,
};

impl<A: Act> Work<A> {
    /// The object with this id that the act is done to, and where that takes place, by the act's way on its shape.
    ///
    /// # Errors
    /// `NOT_FOUND`, also for an id of another type.
    pub async fn find<T: Stored>(&self, id: &str) -> Result<(Row<T>, Place)> {
        let ways = A::ways();
        let way = ways.iter().find(|way| way.is_on(T::shape()));
        let way = way.ok_or_else(|| Refusal::internal(format!("{} has no way on {}", A::ACTION, T::shape().name)))?;
        self.find_by::<T>(way, id).await
    }

    /// The same by a way that is not declared as one of the act's.
    ///
    /// # Errors
    /// `NOT_FOUND`, also for an id of another type.
    pub async fn find_by<T: Stored>(&self, way: &Way, id: &str) -> Result<(Row<T>, Place)> {
        let shape = T::shape();
        check_id(self, shape, id)?;
        let statement = {
            let mut sql = self.sql();
            sql.push("SELECT t0.*");
            push_place(&mut sql, way, "t0", "", "at");
            sql.push(" FROM ").push(shape.table).push(" t0");
            push_found(&mut sql, shape, id);
            sql.into_statement()
        };
        let row = self.row(statement).await?.ok_or_else(|| Refusal::not_found(shape.name))?;
        let place = place(&row, way, "at", |by| by == By::Step)?;
        Ok((<T::Entity as EntityTrait>::Model::from_query_result(&row, "")?, place))
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
    if !owner.involved.is_empty() {
        sql.push(", CAST((SELECT ");
        let array = sql.array::<()>("", "", |sql| {
            sql.push("hand.id");
            Ok(())
        });
        debug_assert!(array.is_ok());
        sql.push(" FROM (")
            .push_template(owner.involved, row, row)
            .push(&format!(") hand) AS TEXT) AS {name}_involved"));
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
    let involved = text("involved", owner.involved)?;
    let involved: Vec<Option<String>> = match involved {
        Some(json) => serde_json::from_str(&json).map_err(Refusal::internal)?,
        None => Vec::new(),
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
        involved: involved.into_iter().flatten().collect(),
        bar: bar.filter(|bar| bar.by == By::Authority).map(|bar| (bar.say)()),
        hindrance,
        ..Place::default()
    })
}

/// Says in an act's `impl` that it is done to one object, which its input names by id, and how.
#[macro_export]
macro_rules! on {
    ($shape:ty, $id:ident, $($way:expr),+) => {
        type Seen = $crate::see::Row<$shape>;

        fn ways() -> Vec<$crate::act::Way> {
            vec![$($way),+]
        }

        async fn find(
            &self,
            work: &$crate::act::Work<Self>,
        ) -> $crate::error::Result<(Self::Seen, $crate::who::actor::Place)> {
            work.find::<$shape>(&self.$id).await
        }
    };
}
