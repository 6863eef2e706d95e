use std::pin::pin;

use chrono::TimeDelta;
use futures_util::StreamExt as _;

use super::{
    database::{CHANGED, NEVER, PATIENCE, POLL, noon, on_each, within},
    stories::{COMMUNITY, client, end_post, secretary, switch_off},
};
use crate::{
    error::Code,
    events::{Change, bus::INBOX, changes_of},
    see::Reader as _,
    who::Subject,
};

#[tokio::test]
async fn each_change_comes_with_the_rights_of_that_moment() {
    on_each(async |world| {
        let (person, post) = secretary(&world.db).await;
        let process = world.process(None, POLL).await;
        let (authority, street) = (process.authority.clone(), Some("120106001".to_owned()));
        let mut items =
            pin!(changes_of(Some(CHANGED), authority, &process.bus, Some(Subject::id(person)), None, street));
        world.change(&process, "item_a", COMMUNITY).await;
        let (reading, item) = within(PATIENCE, "a change", items.next()).await.unwrap().unwrap();
        assert_eq!((item.as_str(), reading.actor().posts.len()), ("item_a", 2));
        end_post(&world.db, &post).await;
        process.authority.forget_rights();
        world.change(&process, "item_elsewhere", "120106003002").await;
        world.change(&process, "item_b", COMMUNITY).await;
        let (reading, item) = within(PATIENCE, "the next change", items.next()).await.unwrap().unwrap();
        assert_eq!((item.as_str(), reading.actor().posts.len()), ("item_b", 1));
    })
    .await;
}

#[tokio::test]
async fn an_account_that_is_switched_off_hears_no_more() {
    on_each(async |world| {
        let client = client(&world.db).await;
        let process = world.process(None, POLL).await;
        let authority = process.authority.clone();
        let mut items =
            pin!(changes_of(Some(CHANGED), authority, &process.bus, Some(Subject::id(&*client)), None, None));
        world.change(&process, "item_a", COMMUNITY).await;
        assert!(within(PATIENCE, "a change", items.next()).await.unwrap().is_ok());
        switch_off(&world.db, &client).await;
        let end = within(PATIENCE, "the end, without any change", items.next()).await.unwrap();
        assert_eq!(end.err().unwrap().code, Code::Unauthenticated);
        assert!(items.next().await.is_none());
        assert_eq!(process.bus.open(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_token_ends_its_subscription_when_it_expires() {
    on_each(async |world| {
        let process = world.process(None, NEVER).await;
        let (authority, expires) = (process.authority.clone(), Some(noon() + TimeDelta::seconds(3600)));
        let mut items = pin!(changes_of(Some(CHANGED), authority, &process.bus, None, expires, None));
        world.change(&process, "item_a", COMMUNITY).await;
        assert!(within(PATIENCE, "a change before it", items.next()).await.unwrap().is_ok());
        let end = async {
            let next = items.next();
            process.clock.advance(TimeDelta::seconds(3600));
            next.await
        };
        let end = within(PATIENCE, "the expiry", end).await.unwrap();
        assert_eq!(end.err().unwrap().code, Code::Unauthenticated);
        assert!(items.next().await.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_subscriber_that_takes_nothing_is_told_that_it_missed_something() {
    on_each(async |world| {
        let process = world.process(None, NEVER).await;
        let mut items = pin!(changes_of(Some(CHANGED), process.authority.clone(), &process.bus, None, None, None));
        for item in 0..=INBOX {
            let (kind, region_code) = (CHANGED.to_owned(), COMMUNITY.to_owned());
            process.bus.publish(&Change { kind, subject_id: format!("item_{item}"), region_code });
        }
        let end = within(PATIENCE, "the end", items.next()).await.unwrap();
        assert_eq!(end.err().unwrap().code, Code::Unavailable);
        assert!(items.next().await.is_none());
    })
    .await;
}
