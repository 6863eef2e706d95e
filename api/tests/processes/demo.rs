//! The demo: what it prints, what survives its end, and what works beside it.

use std::{collections::HashMap, fs, path::Path, process::Command};

use sea_orm::ConnectionTrait as _;
use serde_json::{Value, json};
use tongxin::config::Config;
use tongxin_kernel::store::{connect, file_url};

use crate::{
    client::Client,
    program::{PATIENCE, Program, after, eventually, quiet, run, text, tongxin},
    town::{DRAFT, item},
};

pub struct Demo {
    pub program: Program,
    address: String,
    tokens: HashMap<String, String>,
}

impl Demo {
    async fn start(folder: &Path, more: &[&str]) -> Self {
        Self::of(tongxin(&[&["demo", "--data-dir", text(folder), "--port", "0"], more].concat())).await
    }

    pub async fn of(command: Command) -> Self {
        let mut program = Program::start(command);
        let address = after(&program.said("http://").await, "http://").to_owned();
        let all = tongxin::demo::ACCOUNTS.len();
        let printed = async || {
            let out = program.out();
            let lines: Vec<&str> = out.lines().collect();
            let named = lines.windows(2).filter_map(|pair| {
                let (name, _) = pair[0].strip_prefix("# ")?.split_once(':')?;
                Some((name.to_owned(), pair[1].strip_prefix("TOKEN=")?.to_owned()))
            });
            let tokens = named.collect::<HashMap<_, _>>();
            (tokens.len() == all && out.matches("\ncurl ").count() == all).then_some(tokens)
        };
        let (tokens, _) = eventually(PATIENCE, "a token and a request for each account", printed).await;
        Self { address, tokens, program }
    }

    /// A client with another token.
    pub fn with(&self, token: &str) -> Client {
        Client::new(&self.address, Some(token))
    }

    pub fn client(&self, account: &str) -> Client {
        Client::new(&self.address, Some(&self.tokens[account]))
    }
}

pub async fn name_of(client: &Client) -> String {
    client.ask("{ me { name } }", Value::Null).await.data()["me"]["name"].as_str().unwrap().to_owned()
}

/// How many drafts of the community the secretary sees.
async fn drafts(demo: &Demo) -> u64 {
    let query = "{ serviceItems(filter: {communityCode: \"120106001002\", status: DRAFT}) { totalCount } }";
    let answer = demo.client("community-secretary").ask(query, Value::Null).await;
    answer.data()["serviceItems"]["totalCount"].as_u64().unwrap()
}

#[tokio::test]
async fn results_go_to_standard_output_and_logs_to_standard_error() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]).await;
    let accounts = tongxin::demo::ACCOUNTS.iter().map(|account| account.name);
    for account in accounts {
        assert!(demo.tokens.contains_key(account), "{account} in\n{}", demo.program.out());
    }
    for line in demo.program.out().lines() {
        let known = line.is_empty() || ["# ", "TOKEN=ey", "curl "].iter().any(|start| line.starts_with(start));
        assert!(known, "{line:?} on standard output");
    }
    assert!(demo.program.err().contains("filling the demo city"), "{}", demo.program.err());
    for (account, token) in &demo.tokens {
        assert!(!demo.program.err().contains(token.as_str()), "the token of {account} is in the log");
    }
    let written = fs::read_to_string(folder.path().join("tokens.txt")).unwrap();
    let written = written.lines().filter_map(|line| line.split_once(' '));
    let written: HashMap<_, _> = written.map(|(name, token)| (name.to_owned(), token.to_owned())).collect();
    assert_eq!(written, demo.tokens);
    for key in ["signing-key.json", "sealing-keys.json", "tokens.txt"] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::metadata(folder.path().join(key)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{key}");
    }
    for account in ["street-secretary", "resident", "civic-app"] {
        assert!(!name_of(&demo.client(account)).await.is_empty(), "{account}");
    }
}

#[tokio::test]
async fn the_terminal_shows_the_address_last() {
    let folder = tempfile::tempdir().unwrap();
    let quoted = tongxin(&["demo", "--data-dir", text(folder.path()), "--port", "0"]);
    let mut both = Command::new("sh");
    both.args(["-c", "exec \"$0\" \"$@\" 2>&1"]).arg(quoted.get_program()).args(quoted.get_args());
    quiet(&mut both);
    let demo = Demo::of(both).await;
    assert!(!name_of(&demo.client("resident")).await.is_empty(), "it serves");
    let out = demo.program.out();
    assert!(out.contains("filling the demo city"), "the log is on this terminal, too: {out}");
    assert_eq!(out.lines().last(), Some(format!("# 开始页 start page  http://{}/", demo.address).as_str()));
}

#[tokio::test]
async fn accounts_stand_in_the_pages_as_they_are_served() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]).await;
    for path in ["/", "/graphql"] {
        let url = format!("http://{}{path}", demo.address);
        let page =
            reqwest::Client::new().get(url).header("accept", "text/html").send().await.unwrap().text().await.unwrap();
        let (_, data) = page.split_once("id=\"data\">").unwrap();
        let data: Value = serde_json::from_str(data.split_once("</script>").unwrap().0).unwrap();
        let accounts = data["accounts"].as_array().unwrap().iter();
        let accounts = accounts.map(|account| ["name", "token"].map(|key| account[key].as_str().unwrap().to_owned()));
        let accounts = accounts.map(|[name, token]| (name, token)).collect::<HashMap<_, _>>();
        assert_eq!(accounts, demo.tokens, "{path}");
    }
}

#[tokio::test]
async fn what_is_printed_works_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]).await;
    let (mut account, mut refused) = (String::new(), Vec::new());
    for line in demo.program.out().lines() {
        if let Some((name, _)) = line.strip_prefix("# ").and_then(|line| line.split_once(':')) {
            account = name.to_owned();
        }
        let Some((head, rest)) = line.split_once(" -d '") else { continue };
        assert!(head.contains(&format!("curl -s http://{}/graphql ", demo.address)), "{head}");
        let body: Value = serde_json::from_str(rest.strip_suffix("'; echo").unwrap()).unwrap();
        let answer = demo.client(&account).ask(body["query"].as_str().unwrap(), Value::Null).await;
        match answer.code() {
            "" => assert!(answer.data().is_object(), "{account}: {answer:?}"),
            code => refused.push((account.clone(), code.to_owned())),
        }
    }
    // They are there to be refused, and say so.
    let meant = ["far-property-manager", "expired-property-manager", "far-resident"];
    assert_eq!(refused, meant.map(|account| (account.to_owned(), "FORBIDDEN".to_owned())));
}

#[tokio::test]
async fn what_is_not_a_demo_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    Demo::start(folder.path(), &[]).await.program.kill().await;
    let arguments =
        |more: &[&'static str]| [&["demo", "--data-dir", text(folder.path()), "--port", "0"], more].concat();
    let change = async |sql: &str| {
        let db = connect(&file_url(&folder.path().join("tongxin.sqlite")), &Config::default().pool).await.unwrap();
        db.execute_unprepared(sql).await.unwrap();
        db.close().await.unwrap();
    };

    change("UPDATE person SET account = 'zhang.san' WHERE account = 'neighbour'").await;
    let fresh = run(tongxin(&arguments(&["--fresh"]))).await;
    assert_eq!((fresh.code, fresh.out.as_str()), (Some(1), ""), "{fresh:?}");
    assert!(fresh.err.contains("nothing was touched"), "{fresh:?}");
    let found = run(tongxin(&["token", "--account", "zhang.san", "--data-dir", text(folder.path())])).await;
    assert_eq!(found.code, Some(0), "still there: {found:?}");

    change("UPDATE person SET account = NULL").await;
    for more in [&[][..], &["--fresh"]] {
        let other = run(tongxin(&arguments(more))).await;
        assert_eq!((other.code, other.out.as_str()), (Some(1), ""), "{other:?}");
    }
}

#[tokio::test]
async fn nothing_begins_anew_under_a_running_demo() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]).await;
    demo.client("community-worker").ask(DRAFT, item("演示仍在运行", 1)).await.data();
    let before = drafts(&demo).await;
    let arguments = ["demo", "--data-dir", text(folder.path()), "--port", "0"];
    let fresh = run(tongxin(&[&arguments[..], &["--fresh"]].concat())).await;
    assert_eq!((fresh.code, fresh.out.as_str()), (Some(1), ""), "{fresh:?}");
    assert!(fresh.err.contains("is in use"), "{fresh:?}");
    assert_eq!(drafts(&demo).await, before);
    // Beside it another may look at the same city, and a serving one too is not thrown away.
    let beside = Demo::start(folder.path(), &[]).await;
    assert_eq!(drafts(&beside).await, before);
    demo.program.kill().await;
    let fresh = run(tongxin(&[&arguments[..], &["--fresh"]].concat())).await;
    assert!(fresh.code == Some(1) && fresh.err.contains("is in use"), "{fresh:?}");
    beside.program.kill().await;
    let anew = Demo::start(folder.path(), &["--fresh"]).await;
    assert_eq!(drafts(&anew).await, before - 1);
}

#[tokio::test]
async fn a_token_is_not_looked_for_where_nothing_ran() {
    let folder = tempfile::tempdir().unwrap();
    let ended = run(tongxin(&["token", "--account", "resident", "--data-dir", text(folder.path())])).await;
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{ended:?}");
    assert!(ended.err.contains("tongxin demo"), "{ended:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made there");
}

#[tokio::test]
async fn data_and_tokens_survive_a_kill_until_all_begins_anew() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]).await;
    let before = drafts(&demo).await;
    let input = item("演示重启", 1);
    demo.client("community-secretary").ask(DRAFT, json!(input)).await.data();
    let old = demo.tokens.clone();
    demo.program.kill().await;

    let again = Demo::start(folder.path(), &[]).await;
    assert_eq!(drafts(&again).await, before + 1, "the second start keeps the data");
    assert!(!again.program.err().contains("filling the demo city"), "it is filled once");
    for (account, token) in &old {
        let at_first = Client::new(&again.address, Some(token));
        assert_eq!(name_of(&at_first).await, name_of(&again.client(account)).await, "{account}");
    }
    again.program.kill().await;

    let anew = Demo::start(folder.path(), &["--fresh"]).await;
    assert_eq!(drafts(&anew).await, before, "nothing is left of before");
    let gone = Client::new(&anew.address, Some(&old["resident"])).ask("{ me { name } }", Value::Null).await;
    assert_eq!((gone.status, gone.code()), (401, "UNAUTHENTICATED"), "that person is gone");
}

#[tokio::test]
async fn tokens_and_imports_beside_a_running_demo() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Demo::start(folder.path(), &[]).await;
    let ended = run(tongxin(&["token", "--account", "street-officer", "--data-dir", text(folder.path())])).await;
    assert_eq!((ended.code, ended.out.lines().count()), (Some(0), 1), "{ended:?}");
    let with_token = Client::new(&demo.address, Some(ended.out.trim_end_matches('\n')));
    assert_eq!(name_of(&with_token).await, name_of(&demo.client("street-officer")).await);

    let unknown = run(tongxin(&["token", "--account", "mayor", "--data-dir", text(folder.path())])).await;
    assert_eq!((unknown.code, unknown.out.as_str()), (Some(1), ""), "{unknown:?}");
    assert!(unknown.err.contains("mayor"), "{unknown:?}");

    let file = format!("{}/data/divisions/jinghai.csv", env!("CARGO_MANIFEST_DIR"));
    let stranger = Client::new(&demo.address, None);
    let jinghai = "{ region(code: \"120118\") { name } }";
    assert!(stranger.ask(jinghai, Value::Null).await.body["data"]["region"].is_null());

    let bad = folder.path().join("bad.csv");
    let rows = fs::read_to_string(&file).unwrap();
    fs::write(&bad, format!("{rows}12011899,street,短街道,120118\n")).unwrap();
    let ended = run(tongxin(&["import", "divisions", text(&bad), "--data-dir", text(folder.path())])).await;
    assert_eq!((ended.code, ended.out.as_str()), (Some(1), ""), "{ended:?}");
    assert!(ended.err.contains(&format!("bad.csv:{}:", rows.lines().count() + 1)), "{ended:?}");
    assert!(stranger.ask(jinghai, Value::Null).await.body["data"]["region"].is_null(), "nothing of it is kept");

    let ended = run(tongxin(&["import", "divisions", &file, "--data-dir", text(folder.path())])).await;
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert!(ended.out.starts_with("read ") && ended.out.ends_with(", changed 0\n"), "{ended:?}");
    assert!(!stranger.ask(jinghai, Value::Null).await.data()["region"]["name"].is_null());
    let ended = run(tongxin(&["import", "divisions", &file, "--data-dir", text(folder.path())])).await;
    assert!(ended.out.contains(", new 0, changed 0"), "{ended:?}");
}
