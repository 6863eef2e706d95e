//! `/metrics` at a listener of its own: for whoever operates the service, whatever becomes of the one that faces the world.

use tongxin_server::ServerSettings;

use crate::house::{House, PATIENCE, Plan, code, json};

async fn apart(settings: ServerSettings) -> House {
    House::with(Plan { settings, figures_apart: true, ..Plan::default() }).await
}

fn settings() -> ServerSettings {
    ServerSettings { workers: 2, drain_secs: 0, ..ServerSettings::default() }
}

/// Reads the figures. What they say is told by one server of a process alone.
async fn figures(house: &House) -> reqwest::Result<()> {
    let answer = house.client.get(format!("http://{}/metrics", house.figures)).send().await?;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.headers()["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    assert!(answer.headers().contains_key("x-request-id"));
    answer.text().await.map(drop)
}

#[tokio::test]
async fn figures_are_read_at_their_own_listener_alone() {
    let house = apart(settings()).await;
    assert_ne!(house.figures, house.address);
    figures(&house).await.unwrap();
    let at = |address: &str, path: &str| house.client.get(format!("http://{address}{path}")).send();
    let hidden = at(&house.address, "/metrics").await.unwrap();
    assert_eq!(hidden.status(), 404);
    assert_eq!(code(&json(hidden).await), "NOT_FOUND");
    for path in ["/", "/graphql", "/graphql?query={hello}", "/healthz", "/readyz", "/schema.graphql"] {
        assert_eq!(at(&house.figures, path).await.unwrap().status(), 404, "{path}");
    }
    let url = format!("http://{}/metrics", house.figures);
    let head = house.client.head(&url).send().await.unwrap();
    assert_eq!((head.status().as_u16(), head.text().await.unwrap().as_str()), (200, ""));
    let posted = house.client.post(&url).send().await.unwrap();
    assert_eq!((posted.status().as_u16(), posted.headers()["allow"].to_str().unwrap()), (405, "GET, HEAD"));
}

#[tokio::test]
async fn figures_are_read_when_no_place_is_left_and_until_all_is_over() {
    let mut house = apart(ServerSettings { connections: 1, ..settings() }).await;
    let held = tokio::spawn(house.query("{ held }").send());
    house.begun.acquire().await.unwrap().forget();
    let refused = house.query("{ hello }").send().await.unwrap();
    assert_eq!(refused.status(), 503, "there is no place");
    figures(&house).await.unwrap();
    house.tell_to_stop();
    // Nobody is let in any more, and what runs goes on.
    let turned_away = async { while house.query("{ hello }").send().await.is_ok() {} };
    tokio::time::timeout(PATIENCE, turned_away).await.expect("the door is closed");
    figures(&house).await.unwrap();
    house.released.add_permits(1);
    assert_eq!(json(held.await.unwrap().unwrap()).await["data"]["held"], true);
    let (client, address) = (house.client.clone(), house.figures.clone());
    house.stopped().await;
    assert!(client.get(format!("http://{address}/metrics")).send().await.is_err(), "over with the service");
}
