//! Tokens: who is let in, and how the others are turned away.

use std::sync::Arc;

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use reqwest::StatusCode;
use sea_orm::{ActiveModelTrait as _, ActiveValue::Set, EntityTrait as _, IntoActiveModel as _};
use serde_json::{Value, json};
use tongxin::app::{keyring, token_rules};
use tongxin_entity::client_application;
use tongxin_kernel::who::{issuer::Issuer, keyring::Keyring, token::Rules};
use tongxin_tests::{Answer, TestApp, on_each_database, text};

on_each_database![
    a_token_lets_in_until_it_expires,
    a_token_of_another_issuer_or_for_another_audience_is_refused,
    a_token_that_was_altered_is_refused,
    a_token_of_an_account_that_is_gone_is_refused,
    a_key_that_is_taken_away_takes_its_tokens_with_it,
    what_is_no_bearer_token_is_refused,
    a_refused_token_says_so_in_the_standard_way,
];

const ME: &str = "{ me { name } }";

#[track_caller]
fn turned_away(answer: &Answer) {
    answer.refused("UNAUTHENTICATED");
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED);
    assert!(answer.body.get("data").is_none(), "{answer}");
}

fn issuer(app: &TestApp, rules: Rules) -> Issuer {
    Issuer::new(Arc::new(keyring(&app.config, app.clock.clone()).unwrap()), rules, app.clock.clone())
}

async fn a_token_lets_in_until_it_expires(app: &TestApp) {
    let issuer = issuer(app, token_rules(&app.config));
    let resident = app.bearer(issuer.issue(&app.id_of("resident"), TimeDelta::hours(1)).unwrap());
    assert_eq!(resident.read(ME, json!({})).await["me"]["name"], "何示范");
    app.clock.advance(TimeDelta::hours(1) + TimeDelta::seconds(4));
    resident.query(ME, json!({})).await.data();
    app.clock.advance(TimeDelta::seconds(1));
    let expired = resident.query(ME, json!({})).await;
    turned_away(&expired);
    assert!(expired.message().contains("expired"), "{expired}");
    // A clock that runs behind the issuer's by more than a few seconds believes it not yet.
    let fresh = app.bearer(issuer.issue(&app.id_of("resident"), TimeDelta::hours(1)).unwrap());
    app.clock.advance(TimeDelta::seconds(-6));
    turned_away(&fresh.query(ME, json!({})).await);
    app.clock.advance(TimeDelta::seconds(1));
    fresh.query(ME, json!({})).await.data();
}

async fn a_token_of_another_issuer_or_for_another_audience_is_refused(app: &TestApp) {
    let (iss, aud) = (app.config.jwt.issuer.as_str(), app.config.jwt.audience.as_str());
    let subject = app.id_of("resident");
    for (iss, aud, longest, lets_in) in [
        (iss, aud, TimeDelta::days(30), true),
        ("https://elsewhere.example", aud, TimeDelta::days(30), false),
        (iss, "another", TimeDelta::days(30), false),
        (iss, aud, TimeDelta::days(31), false),
    ] {
        let rules = Rules { longest, ..Rules::new(iss, aud) };
        let answer = app.bearer(issuer(app, rules).issue(&subject, longest).unwrap()).query(ME, json!({})).await;
        if lets_in { drop(answer.data().clone()) } else { turned_away(&answer) }
    }
}

async fn a_token_that_was_altered_is_refused(app: &TestApp) {
    let token = app.actor("resident").token.unwrap();
    let parts = token.split('.').collect::<Vec<_>>();
    let read = |part: &str| -> Value { serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap() };
    let write = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let (header, claims) = (read(parts[0]), read(parts[1]));
    let altered = |of: &Value, field: &str, value: Value| {
        let mut altered = of.clone();
        altered[field] = value;
        write(&altered)
    };
    let mut forged = Vec::new();
    for (field, value) in [
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("alg", json!("RS256")),
        ("kid", json!("another")),
        ("kid", Value::Null),
        ("typ", json!("JWT")),
        ("crit", json!(["exp"])),
    ] {
        let header = altered(&header, field, value);
        forged.push(format!("{header}.{}.{}", parts[1], parts[2]));
        forged.push(format!("{header}.{}.", parts[1]));
    }
    for (field, value) in [
        ("sub", json!(app.id_of("street-secretary"))),
        ("exp", json!(claims["exp"].as_i64().unwrap() + 1)),
        ("aud", json!(["tongxin", "another"])),
    ] {
        forged.push(format!("{}.{}.{}", parts[0], altered(&claims, field, value), parts[2]));
    }
    let other = app.actor("neighbour").token.unwrap();
    forged.push(format!("{}.{}.{}", parts[0], parts[1], other.rsplit('.').next().unwrap()));
    forged.push(format!("{token}x"));
    forged.push(token[..token.len() - 4].to_owned());
    for token in forged {
        turned_away(&app.bearer(token).query(ME, json!({})).await);
    }
    app.bearer(token).query(ME, json!({})).await.data();
}

async fn a_token_of_an_account_that_is_gone_is_refused(app: &TestApp) {
    for subject in ["person_00000000000000000000000000", "client_x", "unit_x", "resident", "' OR 1=1"] {
        turned_away(&app.actor_of(subject).query(ME, json!({})).await);
    }
    let civic = app.actor("civic-app");
    civic.query(ME, json!({})).await.data();
    let client = client_application::Entity::find_by_id(app.id_of("civic-app")).one(&app.db).await.unwrap().unwrap();
    let switched = |active: bool| {
        let mut row = client.clone().into_active_model();
        row.active = Set(active);
        row.update(&app.db)
    };
    switched(false).await.unwrap();
    app.authority.forget_rights();
    turned_away(&civic.query(ME, json!({})).await);
    switched(true).await.unwrap();
    app.authority.forget_rights();
    civic.query(ME, json!({})).await.data();
}

async fn a_key_that_is_taken_away_takes_its_tokens_with_it(app: &TestApp) {
    let path = app.config.data_dir.join("signing-key.json");
    let old = app.actor("resident");
    old.query(ME, json!({})).await.data();
    // Rotation: a new key first, the old one behind it. Both let in.
    let kept: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let other = tempfile::tempdir().unwrap();
    Keyring::open_or_create(other.path().join("key.json"), app.clock.clone(), TimeDelta::hours(24)).unwrap();
    let fresh: Value = serde_json::from_slice(&std::fs::read(other.path().join("key.json")).unwrap()).unwrap();
    let write = |keys: Value| {
        std::fs::write(&path, json!({"keys": keys}).to_string()).unwrap();
        app.clock.advance(TimeDelta::seconds(3));
    };
    write(json!([fresh, kept]));
    let new = app.actor("resident");
    assert_ne!(text(&json!(new.token)).split('.').next(), text(&json!(old.token)).split('.').next());
    new.query(ME, json!({})).await.data();
    old.query(ME, json!({})).await.data();
    write(json!([fresh]));
    new.query(ME, json!({})).await.data();
    turned_away(&old.query(ME, json!({})).await);
    // A file that cannot be read leaves the keys as they are.
    std::fs::write(&path, "{").unwrap();
    app.clock.advance(TimeDelta::seconds(3));
    new.query(ME, json!({})).await.data();
}

async fn what_is_no_bearer_token_is_refused(app: &TestApp) {
    let token = app.actor("resident").token.unwrap();
    let client = reqwest::Client::new();
    let ask = async |headers: &[&str]| {
        let mut request =
            client.post(format!("http://{}/graphql", app.address)).header("content-type", "application/json");
        for header in headers {
            request = request.header("authorization", *header);
        }
        request.body(json!({"query": ME}).to_string()).send().await.unwrap().status()
    };
    let bearer = format!("Bearer {token}");
    assert_eq!(ask(&[&bearer]).await, StatusCode::OK);
    assert_eq!(ask(&[&format!("bearer   {token}")]).await, StatusCode::OK);
    for bad in ["", "Bearer", "Bearer ", &token, &format!("Basic {token}"), &format!("{bearer} x"), "Bearer a.b.c"] {
        assert_eq!(ask(&[bad]).await, StatusCode::UNAUTHORIZED, "{bad:?}");
    }
    assert_eq!(ask(&[&format!("Bearer {}", "a".repeat(5000))]).await, StatusCode::UNAUTHORIZED);
}

async fn a_refused_token_says_so_in_the_standard_way(app: &TestApp) {
    let request = reqwest::Client::new()
        .post(format!("http://{}/graphql", app.address))
        .header("content-type", "application/json")
        .bearer_auth("a.b.c")
        .body(json!({"query": ME}).to_string());
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), StatusCode::UNAUTHORIZED);
    let challenge = response.headers()["www-authenticate"].to_str().unwrap().to_owned();
    assert!(challenge.starts_with("Bearer ") && challenge.contains("error=\"invalid_token\""), "{challenge}");
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(body["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert_eq!(body["errors"][0]["message"], "令牌无效", "no more is said of why");
    assert!(body.get("data").is_none());
}
