//! Rows as they become, for as long as the subscriber may see them.

use std::sync::Arc;

use async_graphql::Context;
use futures_util::{Stream, StreamExt as _};

use super::{Bus, changes_of};
use crate::{
    error::{Refusal, Result},
    see::{Live, Reading, Shaped, is_visible},
    who::{Authority, TokenInfo},
};

/// The rows of which something of a kind happens from now on, of one place and everything under it, or everywhere.
///
/// # Errors
/// None that can come about: what it goes by stands in every request.
pub fn live<T: Shaped>(
    ctx: &Context<'_>,
    kind: &'static str,
    place: Option<String>,
) -> Result<impl Stream<Item = Result<Live<T, Reading>>> + use<T>> {
    let missing = |error: async_graphql::Error| Refusal::internal(error.message);
    let authority = ctx.data::<Arc<Authority>>().map_err(missing)?.clone();
    let bus = ctx.data::<Bus>().map_err(missing)?;
    let token = ctx.data::<TokenInfo>().map_err(missing)?.clone();
    let changes = changes_of(Some(kind), authority, bus, token.subject, token.expires_at, place);
    // What the subscriber may not see is left out, as it is from every list.
    Ok(changes.filter_map(async |change| match change {
        Err(refusal) => Some(Err(refusal)),
        Ok((reading, id)) => match is_visible::<T>(&reading, &id).await {
            Ok(true) => Some(Ok(Live::new(reading, id))),
            Ok(false) => None,
            Err(refusal) => Some(Err(refusal)),
        },
    }))
}
