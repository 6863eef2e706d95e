use rstest::rstest;
use serde_json::json;
use tongxin_server::{RateLimit, ServerSettings};

use crate::house::{House, Plan, code, json};

const RESPONSE: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

#[rstest]
#[case::good(r#"{"query":"{ hello }"}"#, 200, 200, "-")]
#[case::partial(r#"{"query":"{ hello maybeGone }"}"#, 200, 200, "UNAVAILABLE")]
#[case::syntax(r#"{"query":"{"}"#, 400, 200, "INVALID_INPUT")]
#[case::validation(r#"{"query":"{ nope }"}"#, 400, 200, "INVALID_INPUT")]
#[case::variables(r#"{"query":"query($m: Int!) { slow(ms: $m) }"}"#, 400, 200, "INVALID_INPUT")]
#[case::complex(
    r#"{"query":"{node{node{node{node{node{node{node{node{node{node{node{node{hello}}}}}}}}}}}}}"}"#,
    400,
    200,
    "QUERY_TOO_COMPLEX"
)]
#[case::subscription(r#"{"query":"subscription { ticks(to: 1) }"}"#, 400, 200, "INVALID_INPUT")]
#[case::gone(r#"{"query":"{ gone }"}"#, 503, 503, "UNAVAILABLE")]
#[case::panic(r#"{"query":"{ panics }"}"#, 500, 500, "INTERNAL")]
#[case::not_json(r#"{"query":"{ hello }""#, 400, 400, "INVALID_INPUT")]
#[case::empty("", 400, 400, "INVALID_INPUT")]
#[case::batch(r#"[{"query":"{ hello }"}]"#, 400, 400, "INVALID_INPUT")]
#[case::list_as_request(r#"["{ hello }"]"#, 400, 400, "INVALID_INPUT")]
#[case::text(r#""{ hello }""#, 400, 400, "INVALID_INPUT")]
#[case::wrong_variables(r#"{"query":"{ hello }","variables":[1]}"#, 400, 400, "INVALID_INPUT")]
#[case::deep_json(format!(r#"{{"query":"{{ hello }}","variables":{{"a":{}"#, "[".repeat(50_000)), 400, 400, "INVALID_INPUT")]
#[tokio::test]
async fn each_outcome_has_its_status(
    #[case] body: impl Into<String>,
    #[case] newer: u16,
    #[case] older: u16,
    #[case] expected: &str,
) {
    let (house, body) = (House::open().await, body.into());
    for (accept, media, status) in [(RESPONSE, RESPONSE, newer), (JSON, JSON, older), ("*/*", JSON, older)] {
        let request = house.client.post(house.url("/graphql")).header("content-type", JSON).header("accept", accept);
        let response = request.body(body.clone()).send().await.unwrap();
        assert_eq!(response.status(), status, "{accept}");
        assert!(response.headers()["content-type"].to_str().unwrap().starts_with(media), "{accept}");
        let retry = response.headers().contains_key("retry-after");
        assert_eq!(retry, status == 503);
        let answer = json(response).await;
        assert_eq!(code(&answer), expected);
        assert_eq!(answer.get("data").is_some(), expected == "-" || body.contains("hello maybeGone"), "{answer}");
    }
}

#[tokio::test]
async fn a_panic_leaves_the_connection_and_tells_nothing() {
    let house = House::open().await;
    let response = house.query("{ panics }").header("x-request-id", "mine-1").send().await.unwrap();
    assert_eq!(response.headers()["x-request-id"], "mine-1");
    let answer = json(response).await;
    assert_eq!(answer["errors"][0]["extensions"], json!({"code": "INTERNAL", "requestId": "mine-1"}));
    assert!(!answer.to_string().contains("42"));
    assert_eq!(json(house.query("{ hello }").send().await.unwrap()).await["data"]["hello"], "你好");
}

#[tokio::test]
async fn get_reads_and_never_writes() {
    let house = House::open().await;
    let get = |query: &[(&str, &str)]| {
        let query = query.iter().map(|(k, v)| format!("{k}={}", urlencode(v))).collect::<Vec<_>>().join("&");
        house.client.get(house.url(&format!("/graphql?{query}"))).header("accept", RESPONSE).send()
    };
    let answer =
        json(get(&[("query", "query A { hello } query B { me }"), ("operationName", "B")]).await.unwrap()).await;
    assert_eq!(answer, json!({"data": {"me": "anonymous"}}));
    let answer =
        json(get(&[("query", "query($m: Int!) { slow(ms: $m) }"), ("variables", "{\"m\": 1}")]).await.unwrap()).await;
    assert_eq!(answer, json!({"data": {"slow": 1}}));
    for (query, status) in [
        (&[("query", "mutation { act }")][..], 405),
        (&[("query", "{ hello } mutation M { act }")], 400),
        (&[("query", "query A { hello } mutation M { act }"), ("operationName", "M")], 405),
        (&[("query", "{ hello }"), ("variables", "[1]")], 400),
        (&[("query", "{ hello }"), ("variables", "{")], 400),
        (&[("q", "{ hello }")], 400),
    ] {
        let response = get(query).await.unwrap();
        assert_eq!(response.status(), status, "{query:?}");
        assert_eq!(response.headers().get("allow").is_some_and(|a| a == "POST"), status == 405);
        assert_eq!(code(&json(response).await), "INVALID_INPUT");
    }
}

fn urlencode(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}

#[rstest]
#[case(Some("text/plain"), 415)]
#[case(Some("application/x-www-form-urlencoded"), 415)]
#[case(Some("multipart/form-data; boundary=x"), 415)]
#[case(Some("application/json; charset=gb18030"), 415)]
#[case(None, 415)]
#[case(Some("application/json;charset=utf-8"), 200)]
#[tokio::test]
async fn json_only(#[case] content_type: Option<&str>, #[case] status: u16) {
    let house = House::open().await;
    let mut request = house.client.post(house.url("/graphql")).body(r#"{"query":"{ hello }"}"#);
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), status);
    assert_eq!(code(&json(response).await), if status == 200 { "-" } else { "INVALID_INPUT" });
}

#[tokio::test]
async fn methods_media_and_paths_that_are_not_served() {
    let house = House::open().await;
    let client = &house.client;
    for (request, status) in [
        (client.put(house.url("/graphql")), 405),
        (client.delete(house.url("/graphql")), 405),
        (house.client.post(house.url("/graphql")).header("accept", "text/html").header("content-type", JSON), 406),
        (client.get(house.url("/nowhere")), 404),
        (client.get(house.url("/graphql/ws")), 426),
    ] {
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), status);
        assert_eq!(response.headers().contains_key("allow"), status == 405);
        assert_ne!(code(&json(response).await), "-");
    }
}

#[tokio::test]
async fn a_bad_token_is_401_and_none_is_a_stranger() {
    let house = House::open().await;
    let me = async |token: Option<&str>| {
        let mut request = house.query("{ me }");
        if let Some(token) = token {
            request = request.header("authorization", token);
        }
        request.send().await.unwrap()
    };
    assert_eq!(json(me(None).await).await["data"]["me"], "anonymous");
    assert_eq!(json(me(Some("Bearer ann")).await).await["data"]["me"], "ann");
    for token in ["Bearer bad", "Basic YTpi", ""] {
        let response = me(Some(token)).await;
        assert_eq!(response.status(), 401, "{token}");
        assert_eq!(response.headers()["www-authenticate"], "Bearer error=\"invalid_token\"");
        let answer = json(response).await;
        assert_eq!(code(&answer), "UNAUTHENTICATED");
        assert!(answer.get("data").is_none());
    }
}

/// A header that decides something comes once: nobody can tell which of two was meant.
#[rstest]
#[case::two_tokens("authorization", "Bearer ann", "Bearer bob", 401)]
#[case::good_before_bad("authorization", "Bearer ann", "Bearer bad", 401)]
#[case::one_token_twice("authorization", "Bearer ann", "Bearer ann", 401)]
#[case::no_token_after("authorization", "Bearer ann", "", 401)]
#[case::two_keys("idempotency-key", "a", "b", 400)]
#[case::one_key_twice("idempotency-key", "a", "a", 400)]
#[case::two_types("content-type", JSON, "text/plain", 415)]
#[case::one_type_twice("content-type", JSON, JSON, 415)]
#[case::two_codings("content-encoding", "identity", "gzip", 415)]
#[tokio::test]
async fn what_decides_comes_once(#[case] name: &str, #[case] one: &str, #[case] other: &str, #[case] status: u16) {
    let house = House::open().await;
    for query in ["mutation { act }", "{ me }"] {
        let mut request = house.client.post(house.url("/graphql")).body(json!({"query": query}).to_string());
        if name != "content-type" {
            request = request.header("content-type", JSON);
        }
        let response = request.header("accept", RESPONSE).header(name, one).header(name, other).send().await.unwrap();
        assert_eq!(response.status(), status, "{query}");
        let answer = json(response).await;
        assert_eq!(code(&answer), if status == 401 { "UNAUTHENTICATED" } else { "INVALID_INPUT" });
        assert!(answer.get("data").is_none(), "nothing was done: {answer}");
    }
}

#[tokio::test]
async fn lists_may_come_in_several_lines() {
    let house = House::open().await;
    let request = house.client.post(house.url("/graphql")).header("content-type", JSON).body(r#"{"query":"{ nope }"}"#);
    let request = request.header("accept", "text/html").header("accept", RESPONSE).header("accept-encoding", "br");
    let request = request.header("accept-encoding", "gzip").header("x-request-id", "a").header("x-request-id", "b");
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 400, "the second media type was seen");
    assert_eq!(response.headers()["x-request-id"].len(), 32, "of two ids neither is taken");
    let long = house.query("{ long }").header("accept-encoding", "br").header("accept-encoding", "gzip");
    assert_eq!(long.send().await.unwrap().headers()["content-encoding"], "gzip");
    let request =
        house.client.post(house.url("/graphql")).header("content-type", JSON).body(r#"{"query":"{ invalid }"}"#);
    let request = request.header("accept-language", "fr").header("accept-language", "en");
    assert!(json(request.send().await.unwrap()).await.to_string().contains("too long"));
}

#[tokio::test]
async fn introspection_and_suggestions_where_the_schema_is_open() {
    let schema = "{ __schema { queryType { name } } }";
    for (open, token, status) in [(true, None, 200), (false, None, 403), (false, Some("Bearer ann"), 200)] {
        let house = House::with(Plan { open_schema: open, ..Plan::default() }).await;
        let mut request = house.query(schema);
        if let Some(token) = token {
            request = request.header("authorization", token);
        }
        assert_eq!(request.send().await.unwrap().status(), status);
        let answer = json(house.query("{ helo }").send().await.unwrap()).await;
        assert_eq!(answer.to_string().contains("Did you mean"), open);
    }
}

#[tokio::test]
async fn too_many_requests_are_429() {
    let rate_limit = RateLimit { enabled: true, per_minute: 1, burst: 2, ..RateLimit::default() };
    let house = House::with(Plan { rate_limit, ..Plan::default() }).await;
    for status in [200, 200, 429] {
        assert_eq!(house.query("{ hello }").send().await.unwrap().status(), status);
    }
    let response = house.query("{ hello }").send().await.unwrap();
    let wait: u64 = response.headers()["retry-after"].to_str().unwrap().parse().unwrap();
    let answer = json(response).await;
    assert_eq!((code(&answer), answer["errors"][0]["extensions"]["retryAfter"].as_u64()), ("RATE_LIMITED", Some(wait)));
    let other = house.query("{ hello }").header("authorization", "Bearer ann").send().await.unwrap();
    assert_eq!(other.status(), 200, "another caller is counted alone");
    let bad = house.query("{ hello }").header("authorization", "Bearer bad").send().await.unwrap();
    assert_eq!(bad.status(), 429, "tokens are not tried without end");
}

#[tokio::test]
async fn a_request_counts_as_much_as_it_costs() {
    // `{ hello }` costs 11, and 10 count as one.
    let rate_limit = RateLimit { enabled: true, per_minute: 1, burst: 5, cost: 10 };
    let house = House::with(Plan { rate_limit, ..Plan::default() }).await;
    for status in [200, 200, 429] {
        let response = house.query("{ hello }").send().await.unwrap();
        assert_eq!(response.status(), status);
        let wait = response.headers().get("retry-after").map(|wait| wait.to_str().unwrap().to_owned());
        let answer = json(response).await;
        let told = answer["errors"][0]["extensions"]["retryAfter"].as_u64().map(|wait| wait.to_string());
        assert_eq!(wait, told);
    }
}

#[tokio::test]
async fn behind_a_proxy_the_client_is_the_one_it_names() {
    let rate_limit = RateLimit { enabled: true, per_minute: 1, burst: 1, ..RateLimit::default() };
    let settings = ServerSettings { workers: 1, proxies: 1, ..ServerSettings::default() };
    let house = House::with(Plan { rate_limit, settings, ..Plan::default() }).await;
    for (forwarded, status) in
        [("1.1.1.1", 200), ("9.9.9.9, 1.1.1.1", 429), ("1.1.1.1, 2.2.2.2", 200), ("2.2.2.2", 429)]
    {
        let response = house.query("{ hello }").header("x-forwarded-for", forwarded).send().await.unwrap();
        assert_eq!(response.status(), status, "{forwarded}");
    }
}

#[tokio::test]
async fn large_answers_are_compressed_for_those_who_take_it() {
    let house = House::open().await;
    for (query, accept, zipped) in [
        ("{ long }", "gzip, br", true),
        ("{ long }", "br", false),
        ("{ long }", "gzip;q=0", false),
        ("{ hello }", "gzip", false),
    ] {
        let response = house.query(query).header("accept-encoding", accept).send().await.unwrap();
        let encoding = response.headers().get("content-encoding").map(|v| v.to_str().unwrap().to_owned());
        assert_eq!(encoding.as_deref() == Some("gzip"), zipped, "{query} {accept}");
        let bytes = response.bytes().await.unwrap();
        assert_eq!(bytes.starts_with(&[0x1f, 0x8b]), zipped);
        assert!(!zipped || bytes.len() < 2_000);
    }
}
