//! `todosChanged`: how much waits for the subscriber, whenever that becomes another number.

use std::{sync::Arc, time::Duration};

use async_graphql::{Context, ID, Subscription};
use futures_util::{
    Stream, StreamExt as _,
    stream::{self, BoxStream},
};
use tokio::time::{Instant, sleep_until};
use tongxin_kernel::{
    act::TodoFilter,
    directive::{cost, needs},
    error::{Refusal, Result},
    events::{self, Bus},
    see::{LiveMade, Reader as _, Reading},
    who::{Authority, TokenInfo},
};

use super::shape::{BY_KIND, TodoCount, counts_of, post_of, push_counts};

/// The numbers are sent at most so often.
const AT_MOST_EVERY: Duration = Duration::from_secs(1);

#[derive(Default)]
pub struct TodoSubscription;

#[Subscription]
impl TodoSubscription {
    /// 待办数变动 · 各类待办的数量，先告知现有数量，此后每有变化再告知，每秒至多一次 · how many of each sort wait for the caller: now, and whenever the numbers change, at most once a second
    #[graphql(directive = needs::apply("public".into()), directive = cost::apply(150, 0, 100))]
    async fn todos_changed(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "地点 · 在此地或其下辖各地，填统计代码，最多 20 位 · of this place or anything under it, by statistical code; up to 20 characters"
        )]
        region_code: Option<String>,
        #[graphql(desc = "岗位 · 只取调用者以此岗位可以办理的 · only what may be done by this post of the caller")]
        post_id: Option<ID>,
    ) -> Result<impl Stream<Item = Result<LiveMade<TodoCount, Reading>>> + use<>> {
        let missing = |error: async_graphql::Error| Refusal::internal(error.message);
        let authority = ctx.data::<Arc<Authority>>().map_err(missing)?.clone();
        let bus = ctx.data::<Bus>().map_err(missing)?;
        let token = ctx.data::<TokenInfo>().map_err(missing)?.clone();
        let actor = authority.actor(token.subject.as_ref()).await?;
        let filter = TodoFilter { kind: None, region_code, post_id: post_of(&actor, post_id)? };
        let reading = authority.reading(actor);
        let place = filter.region_code.clone();
        let changes = events::changes_of(None, authority, bus, token.subject, token.expires_at, place);
        let changes = stream::once(async { Ok((reading, String::new())) }).chain(changes).boxed();
        Ok(stream::unfold(Some(Waiting { changes, filter, told: None }), async |waiting| {
            let mut waiting = waiting?;
            let next = waiting.next().await?;
            let going_on = next.is_ok().then_some(waiting);
            Some((next.map(|reading| LiveMade::new(reading, counts_of, BY_KIND)), going_on))
        }))
    }
}

/// One subscriber, and what it was told last.
struct Waiting {
    changes: BoxStream<'static, Result<(Reading, String)>>,
    filter: TodoFilter,
    told: Option<(Instant, Vec<(String, i32)>)>,
}

impl Waiting {
    /// The reading under which the numbers are others than those told.
    async fn next(&mut self) -> Option<Result<Reading>> {
        loop {
            let reading = match self.changes.next().await? {
                Ok((reading, _)) => reading,
                Err(refusal) => return Some(Err(refusal)),
            };
            if let Some((at, _)) = &self.told {
                sleep_until(*at + AT_MOST_EVERY).await;
            }
            let counts = match counts(&reading, &self.filter).await {
                Ok(counts) => counts,
                Err(refusal) => return Some(Err(refusal)),
            };
            if self.told.as_ref().is_none_or(|(_, told)| *told != counts) {
                self.told = Some((Instant::now(), counts));
                return Some(Ok(reading));
            }
        }
    }
}

async fn counts(reading: &Reading, filter: &TodoFilter) -> Result<Vec<(String, i32)>> {
    let statement = {
        let mut sql = reading.sql();
        sql.push("SELECT kind, count FROM ");
        push_counts(&mut sql, filter);
        sql.push(" counted ORDER BY kind");
        sql.into_statement()
    };
    let rows = reading.rows(statement).await?;
    rows.iter().map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?))).collect()
}
