//! Tries again where the connection at hand proved to be broken: a database that is back answers at once, whatever the
//! pool still holds from before.

use std::future::Future;

use sea_orm::DatabaseConnection;

use super::drop_broken;
use crate::error::Result;

/// Makes an attempt, and another one on a whole connection if the first one's broke with nothing committed. An attempt
/// that found no connection at all is not repeated: it has waited for one already.
pub(crate) async fn afresh<T, F>(db: &DatabaseConnection, attempt: impl Fn() -> F) -> Result<T>
where
    F: Future<Output = Result<T>>,
{
    match attempt().await {
        Err(refusal) if refusal.broken => {
            // The others of the pool may well have broken with it.
            drop_broken(db).await;
            attempt().await
        }
        outcome => outcome,
    }
}
