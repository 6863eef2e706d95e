//! The file of token keys, changed under a running process.

use std::{fs, path::Path};

use serde_json::{Value, json};

use crate::{
    client::Client,
    program::{PATIENCE, eventually},
    town::{COMMUNITY, account, figures, fill_file, serve, serving},
};

const ME: &str = "{ me { name } }";

fn write(path: &Path, text: &str) {
    let draft = path.with_extension("draft");
    fs::write(&draft, text).unwrap();
    fs::rename(draft, path).unwrap();
}

async fn status(client: &Client) -> u16 {
    client.ask(ME, Value::Null).await.status
}

#[tokio::test]
async fn a_key_that_is_taken_out_takes_tokens_and_open_sockets_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let db = fill_file(folder.path()).await;
    let (mut program, address) = serving(serve(folder.path())).await;
    let path = folder.path().join("signing-key.json");
    let key: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    let secretary = account(&db, folder.path(), &address, "community-secretary").await;
    let stranger = Client::new(&address, None);
    let subscriber = secretary.subscribe(COMMUNITY).await;
    let unsigned = stranger.subscribe(COMMUNITY).await;
    assert_eq!(status(&secretary).await, 200);

    let figures = figures(&mut program).await;
    // A file that cannot be read: the last set stays, and whoever keeps watch hears of it.
    write(&path, "{");
    program.logged("token keys cannot be read").await;
    assert_eq!(status(&secretary).await, 200);
    let told = async || {
        let metrics = figures.get("/metrics").await.1;
        let line = metrics.lines().find_map(|line| line.strip_prefix("tongxin_token_keys_unread_seconds{"));
        line.is_some_and(|figure| figure.rsplit(' ').next().unwrap().parse::<f64>().unwrap() > 0.0).then_some(())
    };
    eventually(PATIENCE, "the gauge says so", told).await;

    // An unusable key beside ours stands in nobody's way; without ours nothing is let in.
    let encrypts = json!({"kty": "RSA", "use": "enc", "kid": "other", "n": "AQAB", "e": "AQAB"});
    write(&path, &json!({"keys": [encrypts, key]}).to_string());
    program.logged("a token key is passed over").await;
    assert_eq!(status(&secretary).await, 200);
    write(&path, &json!({"keys": [encrypts]}).to_string());
    assert_eq!(subscriber.closed().await, 4403, "the open socket, too");
    assert_eq!(status(&secretary).await, 401, "a token known from before");
    write(&path, &json!({"keys": [key]}).to_string());
    eventually(PATIENCE, "the key is back", async || (status(&secretary).await == 200).then_some(())).await;
    write(&path, r#"{"keys": []}"#);
    eventually(PATIENCE, "an empty set is obeyed", async || (status(&secretary).await == 401).then_some(())).await;
    program.signal("TERM");
    assert_eq!(unsigned.closed().await, 1001, "a stranger's socket stayed throughout");
}
