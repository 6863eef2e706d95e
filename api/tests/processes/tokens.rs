//! Tokens on the command line, and what a running service says of those that it refuses.

use std::{fs, os::unix::fs::PermissionsExt as _, path::Path, process::Command};

use sea_orm::{ColumnTrait as _, DatabaseConnection, EntityTrait as _, QueryFilter as _};
use serde_json::Value;
use tongxin_entity::person;

use crate::{
    client::Client,
    program::{Ended, PATIENCE, Program, run, text, tongxin},
    town::{fill_file, serve, serving, token_of},
};

const CITY: &str = "https://id.city.example";

/// A pair of keys: the private one, and the set.
async fn pair(folder: &Path) -> (String, String) {
    let [private, public] = ["signer.jwk", "jwks.json"].map(|name| text(&folder.join(name)).to_owned());
    let made = run(tongxin(&["token", "key", "--private", &private, "--public", &public])).await;
    assert_eq!(made.code, Some(0), "{made:?}");
    (private, public)
}

async fn sign(private: &str, more: &[&str]) -> Ended {
    run(tongxin(&[&["token", "sign", "--key", private, "--iss", CITY, "--sub", "wang"], more].concat())).await
}

/// The issuers as the environment says them.
fn citys(keys: &str, more: &str) -> String {
    format!(r#"[{{iss="{CITY}",keys="{keys}",subject="linked"{more}}}]"#)
}

/// `token check` of a token, by the configuration of a command.
async fn check(mut command: Command, token: &str) -> Ended {
    command.args(["token", "check"]);
    Program::start_with(command, token).ended(PATIENCE).await
}

fn beside(folder: &Path, issuers: &str) -> Command {
    let mut command = tongxin(&[]);
    command.env("TONGXIN_ENV", "development").env("TONGXIN_DATA_DIR", text(folder)).env("TONGXIN_ISSUERS", issuers);
    command
}

#[tokio::test]
async fn a_pair_is_made_once_and_signs_for_its_owner_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (private, public) = pair(folder.path()).await;
    let read = |path: &str| serde_json::from_slice::<Value>(&fs::read(path).unwrap()).unwrap();
    let mode = |path: &str| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&private), read(&private)["kid"].clone()), (0o600, read(&public)["keys"][0]["kid"].clone()));
    assert!(read(&private)["d"].is_string() && read(&public)["keys"][0].get("d").is_none());

    let kept = fs::read(&private).unwrap();
    let other = text(&folder.path().join("other.json")).to_owned();
    for (one, two) in [(&private, &public), (&private, &other)] {
        let again = run(tongxin(&["token", "key", "--private", one, "--public", two])).await;
        assert_eq!(again.code, Some(1), "{again:?}");
    }
    assert!(!Path::new(&other).exists() && fs::read(&private).unwrap() == kept, "both files, or none");

    let signed = sign(&private, &[]).await;
    assert_eq!(
        (signed.code, signed.out.trim().split('.').count(), signed.err.as_str()),
        (Some(0), 3, ""),
        "{signed:?}"
    );
    let long = sign(&private, &["--hours", "48"]).await;
    assert!(long.code == Some(0) && long.err.contains("longest_hours of the issuer is 48 or more"), "{long:?}");
    assert_eq!(sign(&private, &["--hours", "0"]).await.code, Some(2));
    let by_public = sign(&public, &[]).await;
    assert!(by_public.code == Some(1) && by_public.err.contains("others can read it"), "{by_public:?}");
    fs::set_permissions(&public, fs::Permissions::from_mode(0o600)).unwrap();
    let by_public = sign(&public, &[]).await;
    assert!(by_public.code == Some(1) && by_public.err.contains("holds no private key"), "{by_public:?}");
    for open in [0o640, 0o604] {
        fs::set_permissions(&private, fs::Permissions::from_mode(open)).unwrap();
        let refused = sign(&private, &[]).await;
        assert!(refused.code == Some(1) && refused.err.contains("make its mode 0600"), "{refused:?}");
        assert_eq!(refused.out, "");
    }
}

#[tokio::test]
async fn a_token_is_explained_step_by_step_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    let db = fill_file(folder.path()).await;
    let (private, public) = pair(folder.path()).await;
    let issuers = citys(&public, "");
    let token = sign(&private, &[]).await.out;
    let of = |issuers: &str| beside(folder.path(), issuers);

    let stranger = check(of(&issuers), &format!("Bearer {token}\n")).await;
    assert_eq!(stranger.code, Some(0), "{stranger:?}");
    for step in [
        "签发者（iss）",
        "issuer (iss): https://id.city.example, number 2",
        "签名",
        "受众（aud）",
        "现在有效",
        "未关联到任何人员",
        "linked to nobody",
    ] {
        assert!(stranger.out.contains(step), "{step} in {}", stranger.out);
    }
    assert!(!stranger.out.contains(token.trim()) && stranger.out.lines().all(|line| line.starts_with("✓ ")));

    for (issuers, token, step) in [
        (citys(&public, r#",aud="other""#), token.as_str(), "✗ aud"),
        (citys(&public, r#",typ="JWT""#), &token, "✗ typ 为"),
        (citys(&public, ",longest_hours=1"), &token, "✗ exp 有效期"),
        (String::new(), &token, "which is none of"),
        (issuers.clone(), "a.b.c", "not a JWT"),
        (issuers.clone(), &token[..token.len() - 6], "the signature is not that of the key"),
        (issuers.clone(), "", "standard input holds no token"),
    ] {
        let refused = check(of(&issuers), token).await;
        assert!(refused.code == Some(1) && refused.err.contains(step), "{step}: {refused:?}");
    }
    // An issuer that is down.
    let down = check(of(&citys("http://127.0.0.1:9/jwks", "")), &token).await;
    assert!(down.code == Some(1) && down.err.contains("http://127.0.0.1:9/jwks: 无法连接"), "{down:?}");
    // One of the service's own, and one whose account is gone.
    let person = resident(&db).await;
    let own = check(of(""), &token_of(folder.path(), &person)).await;
    assert!(own.code == Some(0) && own.out.contains("person: 何示范"), "{own:?}");
    let gone = check(of(""), &token_of(folder.path(), "person_x")).await;
    assert!(
        gone.code == Some(1) && gone.err.contains("there is no person and no client application \"person_x\""),
        "{gone:?}"
    );
    // By a folder alone, as of a demo that has run there.
    let mut demo = tongxin(&["token", "check", "--data-dir", text(folder.path())]);
    demo.env("NO_COLOR", "1");
    let of_demo = Program::start_with(demo, &token_of(folder.path(), &person)).ended(PATIENCE).await;
    assert_eq!(of_demo.code, Some(0), "{of_demo:?}");
}

async fn resident(db: &DatabaseConnection) -> String {
    let found = person::Entity::find().filter(person::Column::Account.eq("resident")).one(db).await.unwrap();
    found.unwrap().id
}

#[tokio::test]
async fn why_a_token_was_refused_stands_in_the_log_without_the_token() {
    let folder = tempfile::tempdir().unwrap();
    fill_file(folder.path()).await;
    let (private, public) = pair(folder.path()).await;
    let mut command = serve(folder.path());
    // One issuer answers nothing: neither the start nor the others wait.
    let down = r#"{iss="https://down.example",keys="http://127.0.0.1:9/jwks"}"#;
    command.env("TONGXIN_ISSUERS", citys(&public, r#",aud="other""#).replace("}]", &format!("}},{down}]")));
    let (mut program, address) = serving(command).await;
    let token = sign(&private, &[]).await.out.trim().to_owned();
    let ask = async |token: &str| Client::new(&address, Some(token)).ask("{ me { name } }", Value::Null).await;
    assert_eq!(ask(&token).await.status, 401);
    let line = program.logged("token refused").await;
    assert!(line.contains("INFO") && line.contains(CITY) && line.contains("not \\\"other\\\""), "{line}");
    assert!(!program.err().contains(&token) && !program.err().contains("wang"), "{}", program.err());

    let of_down =
        run(tongxin(&["token", "sign", "--key", &private, "--iss", "https://down.example", "--sub", "x"])).await;
    ask(of_down.out.trim()).await.is_unavailable();
    program.logged("token keys cannot be read").await;
}
