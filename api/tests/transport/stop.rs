use std::time::{Duration, Instant};

use futures_util::StreamExt as _;

use crate::{
    house::{House, json},
    socket::{Client, close_code},
};

#[tokio::test]
async fn requests_finish_and_sockets_are_told() {
    let mut house = House::open().await;
    let mut socket = Client::ready(&house).await;
    socket.say(r#"{"type":"subscribe","id":"1","payload":{"query":"subscription { forever }"}}"#).await;
    assert_eq!(socket.hear().await["type"], "next");
    let mut silent = Client::connect(&house).await;
    let running = tokio::spawn(house.query("{ slow(ms: 800) }").send());
    house.begun.acquire().await.unwrap().forget();
    let started = Instant::now();
    house.tell_to_stop();
    assert_eq!(close_code(socket.stream.by_ref()).await, 1001);
    assert_eq!(close_code(silent.stream.by_ref()).await, 1001);
    assert_eq!(json(running.await.unwrap().unwrap()).await["data"]["slow"], 800);
    let late = house.query("{ hello }").send().await;
    assert!(late.is_err() || late.is_ok_and(|r| r.status() == 200), "refused, or an open connection's last");
    house.stopped().await;
    println!("stopped after {} ms", started.elapsed().as_millis());
    assert!(started.elapsed() < Duration::from_secs(10));
}
