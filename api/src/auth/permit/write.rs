//! Writes that decide a race and record it in as few statements as the database allows.

use sea_orm::{
    ActiveModelTrait, ActiveValue, ColumnTrait as _, ConnectionTrait as _, DbBackend, EntityTrait,
    FromQueryResult as _, Iterable as _, QueryTrait as _, UpdateMany,
    sea_query::{Asterisk, CommonTableExpression, Expr, OnConflict, Query},
};

use super::work::Permit;
use crate::error::{Refusal, Result};

impl<A> Permit<'_, A> {
    /// Updates one row and, if it was as the update wants it, inserts another that was not there yet; on PostgreSQL in one
    /// statement. Answers the updated row, if there was one, and whether the other was inserted.
    ///
    /// # Errors
    /// Those of the database.
    pub async fn update_and_insert<U: EntityTrait, I: ActiveModelTrait>(
        &self,
        update: UpdateMany<U>,
        row: I,
    ) -> Result<Option<(U::Model, bool)>> {
        let once = OnConflict::new().do_nothing().to_owned();
        if self.db().get_database_backend() != DbBackend::Postgres {
            let Some(updated) = update.exec_with_returning(self.db()).await?.pop() else { return Ok(None) };
            let insert = <I::Entity as EntityTrait>::insert(row).on_conflict(once);
            return Ok(Some((updated, insert.exec_without_returning(self.db()).await? > 0)));
        }
        let mut values = Query::select();
        let mut columns = Vec::new();
        for column in <I::Entity as EntityTrait>::Column::iter() {
            if let ActiveValue::Set(value) = row.get(column) {
                columns.push(column);
                values.expr(column.save_as(Expr::val(value)));
            }
        }
        let insert = Query::insert()
            .into_table(I::Entity::default())
            .columns(columns)
            .select_from(values.from("updated").to_owned())
            .map_err(Refusal::internal)?
            .on_conflict(once)
            .returning(Query::returning().expr(Expr::val(1)))
            .to_owned();
        let both = Query::with()
            .cte(
                CommonTableExpression::new()
                    .query(update.into_query().returning_all().to_owned())
                    .table_name("updated")
                    .to_owned(),
            )
            .cte(CommonTableExpression::new().query(insert).table_name("inserted").to_owned())
            .to_owned();
        let found = Query::select()
            .column(("updated", Asterisk))
            .expr_as(Expr::exists(Query::select().expr(Expr::val(1)).from("inserted").to_owned()), "is_inserted")
            .from("updated")
            .to_owned();
        let Some(found) = self.db().query_one(&found.with(both)).await? else { return Ok(None) };
        Ok(Some((U::Model::from_query_result(&found, "")?, found.try_get("", "is_inserted")?)))
    }
}
