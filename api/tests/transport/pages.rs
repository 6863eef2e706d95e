use tongxin_server::ServerSettings;

use crate::house::{House, Plan, code, json};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

#[tokio::test]
async fn a_browser_sees_the_explorer_where_the_schema_is_open() {
    for (open, title) in [(true, "GraphQL</title>"), (false, "<title>同心 Tongxin</title>")] {
        let house = House::with(Plan { open_schema: open, ..Plan::default() }).await;
        let response = house.client.get(house.url("/graphql")).header("accept", BROWSER).send().await.unwrap();
        assert_eq!(response.status(), 200);
        let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'") && policy.contains("'sha256-"), "{policy}");
        assert_eq!(response.headers()["x-content-type-options"], "nosniff");
        assert_eq!(response.headers()["referrer-policy"], "no-referrer");
        let page = response.text().await.unwrap();
        assert!(page.contains(title));
        let start = house.client.get(house.url("/")).send().await.unwrap().text().await.unwrap();
        assert!(start.contains("同心"));
    }
}

#[tokio::test]
async fn pages_come_in_the_language_that_is_preferred() {
    let house = House::open().await;
    for (path, preferred, lang) in [
        ("/graphql", None, "zh-CN"),
        ("/graphql", Some("en-GB,en;q=0.9,zh;q=0.5"), "en"),
        ("/", Some("fr"), "zh-CN"),
        ("/", Some("fr, en;q=0.1"), "en"),
    ] {
        let request = house.client.get(house.url(path)).header("accept", BROWSER);
        let request = preferred.into_iter().fold(request, |request, value| request.header("accept-language", value));
        let response = request.send().await.unwrap();
        assert_eq!(response.headers()["vary"], "Accept, Accept-Language");
        let page = response.text().await.unwrap();
        assert!(page.contains(&format!("<html lang=\"{lang}\">")), "{path} for {preferred:?}");
    }
}

#[tokio::test]
async fn the_schema_is_read_by_whoever_may_introspect() {
    for open in [true, false] {
        let house = House::with(Plan { open_schema: open, ..Plan::default() }).await;
        for (token, status) in [(None, if open { 200 } else { 403 }), (Some("someone"), 200), (Some("bad"), 401)] {
            let request = house.client.get(house.url("/schema.graphql")).header("accept-language", "en");
            let request = token.into_iter().fold(request, |request, token| request.bearer_auth(token));
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), status, "{token:?}, open: {open}");
            if status == 200 {
                assert_eq!(response.headers()["content-type"], "text/plain; charset=utf-8");
                let kept = response.headers()["cache-control"].to_str().unwrap().to_owned();
                assert_eq!(kept, if open { "public, no-cache" } else { "private, no-cache" });
                assert!(response.text().await.unwrap().contains("type Query {"));
            } else {
                assert_eq!(code(&json(response).await), if status == 403 { "FORBIDDEN" } else { "UNAUTHENTICATED" });
            }
        }
    }
}

#[tokio::test]
async fn a_schema_that_is_known_is_not_sent_again() {
    let house = House::open().await;
    let get = || house.client.get(house.url("/schema.graphql"));
    let first = get().send().await.unwrap();
    let tag = first.headers()["etag"].to_str().unwrap().to_owned();
    let text = first.text().await.unwrap();
    let zipped = get().header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(
        (&zipped.headers()["content-encoding"], zipped.headers()["etag"].to_str().unwrap()),
        (&"gzip".parse().unwrap(), &*tag)
    );
    assert_eq!(&zipped.bytes().await.unwrap()[..2], [0x1f, 0x8b]);
    let strong = tag.trim_start_matches("W/");
    for (known, status) in [
        (tag.clone(), 304),
        (strong.to_owned(), 304),
        (format!("\"other\", {tag}"), 304),
        ("*".to_owned(), 304),
        ("\"other\"".to_owned(), 200),
        ("not a tag".to_owned(), 200),
    ] {
        let response = get().header("if-none-match", &known).send().await.unwrap();
        assert_eq!(
            (response.status().as_u16(), response.headers()["etag"].to_str().unwrap()),
            (status, &*tag),
            "{known}"
        );
        assert_eq!(response.text().await.unwrap(), if status == 304 { "" } else { &text });
    }
}

#[tokio::test]
async fn the_small_endpoints() {
    let house = House::open().await;
    let get = async |path: &str| house.client.get(house.url(path)).send().await.unwrap();
    house.query("{ hello }").send().await.unwrap();
    assert_eq!(get("/healthz").await.status(), 200);
    assert_eq!(get("/readyz").await.status(), 200);
    assert_eq!(get("/metrics").await.status(), 200);
    let unready = House::with(Plan { ready: false, ..Plan::default() }).await;
    let response = unready.client.get(unready.url("/readyz")).send().await.unwrap();
    assert_eq!((response.status().as_u16(), response.headers().contains_key("retry-after")), (503, true));
    assert_eq!(unready.client.get(unready.url("/healthz")).send().await.unwrap().status(), 200);
}

#[tokio::test]
async fn the_small_endpoints_answer_head_and_nothing_else() {
    let house = House::open().await;
    for path in ["/", "/schema.graphql", "/healthz", "/readyz", "/metrics"] {
        let ask = async |method| house.client.request(method, house.url(path)).send().await.unwrap();
        let head = ask(reqwest::Method::HEAD).await;
        assert_eq!(head.status(), 200, "{path}");
        assert_eq!(head.headers()["content-type"], ask(reqwest::Method::GET).await.headers()["content-type"]);
        assert_eq!(head.bytes().await.unwrap().len(), 0);
        let post = ask(reqwest::Method::POST).await;
        assert_eq!((post.status().as_u16(), post.headers()["allow"].to_str().unwrap()), (405, "GET, HEAD"), "{path}");
        assert_eq!(code(&json(post).await), "INVALID_INPUT");
    }
}

#[tokio::test]
async fn every_request_has_an_id() {
    let house = House::open().await;
    for (given, kept) in [(Some("abc-1"), true), (Some("a b"), false), (None, false)] {
        let mut request = house.query("{ request }");
        if let Some(given) = given {
            request = request.header("x-request-id", given);
        }
        let response = request.send().await.unwrap();
        let id = response.headers()["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(given == Some(id.as_str()), kept);
        assert_eq!(json(response).await["data"]["request"], id);
    }
}

#[tokio::test]
async fn other_origins_only_where_they_are_named() {
    let origins = vec!["https://friend.example".to_owned()];
    let settings = ServerSettings { workers: 1, cors_origins: origins, ..ServerSettings::default() };
    let named = House::with(Plan { settings, ..Plan::default() }).await;
    let none = House::open().await;
    for (house, origin, allowed) in [
        (&named, "https://friend.example", true),
        (&named, "https://stranger.example", false),
        (&none, "https://friend.example", false),
    ] {
        let preflight = house
            .client
            .request(reqwest::Method::OPTIONS, house.url("/graphql"))
            .header("origin", origin)
            .header("access-control-request-method", "POST")
            .header("access-control-request-headers", "content-type,authorization")
            .send()
            .await
            .unwrap();
        assert_eq!(preflight.headers().contains_key("access-control-allow-origin"), allowed, "{origin}");
    }
}
