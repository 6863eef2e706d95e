//! A schema with one of each: lists, connections, failures, ready JSON, panics.

use std::{
    sync::{
        Arc,
        atomic::{AtomicI32, Ordering},
    },
    time::Duration,
};

use async_graphql::{
    Context, Enum, Error, ErrorExtensions as _, ID, InputObject, InputValueError, InputValueResult, Object,
    OneofObject, Result, Scalar, ScalarType, Schema, SchemaBuilder, SimpleObject, Subscription, Value,
};
use futures_util::{Stream, StreamExt as _, stream};

use crate::{
    error::{Code, Refusal},
    execute::RequestInfo,
    say,
};

pub fn build() -> SchemaBuilder<Query, Mutation, Subscriptions> {
    Schema::build(Query, Mutation, Subscriptions)
}

pub struct Day(String);

pub fn is_day(value: &Value) -> bool {
    matches!(value, Value::String(day) if day.len() == 10)
}

#[Scalar]
impl ScalarType for Day {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(day) => Ok(Self(day)),
            other => Err(InputValueError::expected_type(other)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

#[derive(Enum, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    Red,
    Green,
}

#[derive(InputObject)]
pub struct Filter {
    colour: Option<Colour>,
    tags: Option<Vec<String>>,
    #[graphql(default = 3)]
    most: i32,
    name: String,
    both: Option<Box<Filter>>,
}

#[derive(OneofObject)]
pub enum Which {
    Name(String),
    Number(i32),
}

#[derive(SimpleObject)]
pub struct PageInfo {
    has_next_page: bool,
}

#[derive(SimpleObject)]
pub struct Edge {
    cursor: String,
    node: Thing,
}

pub struct ThingConnection;

#[Object]
impl ThingConnection {
    async fn edges(&self) -> Vec<Edge> {
        vec![Edge { cursor: "c".into(), node: Thing(1) }]
    }
    async fn nodes(&self) -> Vec<Thing> {
        vec![Thing(1), Thing(2)]
    }
    async fn page_info(&self) -> PageInfo {
        PageInfo { has_next_page: false }
    }
}

pub struct Thing(pub i32);

#[Object]
impl Thing {
    async fn id(&self) -> i32 {
        self.0
    }
    async fn again(&self) -> Thing {
        Thing(self.0)
    }
    async fn maybe(&self) -> Option<Thing> {
        Some(Thing(self.0))
    }
    async fn parts(&self) -> Vec<Thing> {
        vec![Thing(3)]
    }
    async fn loose(&self) -> Vec<Option<Thing>> {
        vec![Some(Thing(1)), Some(Thing(2))]
    }
    async fn things(&self, first: Option<i32>, last: Option<i32>) -> ThingConnection {
        let _ = (first, last);
        ThingConnection
    }
    async fn secret(&self) -> Result<Option<String>> {
        Err(Refusal::forbidden(say!("不可", "not yours")).into())
    }
    async fn needed(&self) -> Result<String> {
        Err(Refusal::not_found(say!("它", "it")).into())
    }
}

/// Panics where the compiler cannot know it.
fn panicking() -> Option<i32> {
    assert!(std::env::args().count() == 0, "the secret is 42");
    None
}

pub struct Query;

#[Object]
impl Query {
    async fn thing(&self) -> Thing {
        Thing(1)
    }
    async fn maybe(&self) -> Option<Thing> {
        Some(Thing(1))
    }
    async fn things(&self, first: Option<i32>, after: Option<String>) -> ThingConnection {
        let _ = (first, after);
        ThingConnection
    }
    async fn by_ids(&self, ids: Vec<ID>) -> usize {
        ids.len()
    }
    async fn colours(&self, colours: Option<Vec<Colour>>, words: Option<Vec<Vec<String>>>) -> usize {
        colours.map_or(0, |c| c.len()) + words.map_or(0, |w| w.len())
    }
    async fn nodes(&self, ids: Vec<i32>) -> Vec<Option<Thing>> {
        ids.into_iter().map(|id| Some(Thing(id))).collect()
    }
    async fn slow(&self) -> i32 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        1
    }
    #[graphql(directive = crate::directive::needs::apply("public".to_owned()))]
    async fn quick(&self) -> i32 {
        2
    }
    async fn ready(&self) -> Ready {
        Ready
    }
    async fn search(&self, filter: Option<Filter>, day: Option<Day>, #[graphql(default)] flag: bool) -> String {
        let filter = filter.map_or("-".into(), |f| {
            format!("{}:{}:{}:{}", f.name, f.most, f.tags.map_or(0, |t| t.len()), f.both.is_some())
        });
        format!("{filter} {} {flag}", day.map_or("-".into(), |d| d.0))
    }
    async fn choose(&self, flag: Option<bool>) -> Option<bool> {
        flag
    }
    async fn pick(&self, which: Which) -> String {
        match which {
            Which::Name(name) => name,
            Which::Number(number) => number.to_string(),
        }
    }
    async fn colour(&self, colour: Colour) -> Colour {
        colour
    }
    async fn panics(&self) -> Option<i32> {
        panicking()
    }
    async fn leaks(&self) -> Result<Option<i32>> {
        Err(Error::new("password=42"))
    }
    async fn broken(&self) -> Result<Option<i32>> {
        Err(Refusal::internal("disk").with("detail", "secret").into())
    }
    async fn gone(&self) -> Result<i32> {
        Err(Refusal::unavailable().into())
    }
    async fn maybe_gone(&self) -> Result<Option<i32>> {
        Err(Refusal::unavailable().into())
    }
    async fn stale(&self) -> Result<Option<i32>> {
        Err(Error::new("x").extend_with(|_, e| e.set("code", Code::Conflict.as_str())))
    }
    async fn info(&self, ctx: &Context<'_>) -> String {
        let info = ctx.data_unchecked::<RequestInfo>();
        format!("{} {:?} {}", info.request_id, info.lang, info.root_fields)
    }
    async fn hangs(&self) -> i32 {
        std::future::pending().await
    }
}

/// Schema of a [`Thing`], value of ready JSON.
pub struct Ready;

#[Object(name = "Spliced")]
impl Ready {
    async fn json(&self) -> Splice {
        Splice
    }
}

pub struct Splice;

#[Scalar(name = "Json")]
impl ScalarType for Splice {
    fn parse(_: Value) -> InputValueResult<Self> {
        Ok(Self)
    }

    fn to_value(&self) -> Value {
        Value::Binary(bytes::Bytes::from_static(br#"{"z":1,"a":[true,null]}"#))
    }
}

pub struct Mutation;

#[Object]
impl Mutation {
    async fn act(&self, ctx: &Context<'_>) -> String {
        let key = &ctx.data_unchecked::<RequestInfo>().idempotency;
        key.as_ref().map_or("-".into(), |i| format!("{} {}", i.key, i.body_hash.len()))
    }
    /// Counts how often it happens.
    async fn happen(&self, ctx: &Context<'_>, by: Option<i32>) -> Thing {
        let happened = ctx.data_unchecked::<Arc<AtomicI32>>();
        Thing(happened.fetch_add(by.unwrap_or(1), Ordering::SeqCst) + 1)
    }
    async fn write(&self, text: String) -> usize {
        text.len()
    }
    async fn gone(&self) -> Result<i32> {
        Err(Refusal::unavailable().into())
    }
    async fn fail(&self) -> Result<Thing> {
        Err(Refusal::conflict(say!("不行", "no"), "DONE").into())
    }
}

pub struct Subscriptions;

#[Subscription]
impl Subscriptions {
    async fn ticks(&self, to: i32) -> impl Stream<Item = i32> {
        stream::iter(0..to)
    }
    async fn refused(&self) -> Result<stream::Empty<i32>> {
        Err(Refusal::forbidden(say!("不可", "not yours")).into())
    }
    async fn bursts(&self) -> impl Stream<Item = i32> {
        stream::iter(0..3).map(|n| if n < 2 { n } else { panic!("burst") })
    }
}
