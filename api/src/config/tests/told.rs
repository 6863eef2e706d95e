//! Variables that pages and the compose file name are settings that there are.

use std::{collections::BTreeSet, fs, path::PathBuf};

use super::{super::environment::variable_name, *};

/// What has the prefix and is no setting of the service.
const OTHERS: [&str; 5] = ["CONFIG", "JWKS_FILE", "BENCH_POSTGRES", "TEST_POSTGRES", "TEST_ROUNDS"];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn text(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// The variables that a text names, without the prefix.
fn named(text: &str) -> BTreeSet<String> {
    let of = |rest: &str| {
        let end = rest.find(|c: char| !c.is_ascii_uppercase() && c != '_').unwrap_or(rest.len());
        rest[..end].to_owned()
    };
    text.split("TONGXIN_").skip(1).map(of).filter(|name| !name.is_empty()).collect()
}

#[test]
fn every_variable_that_is_told_of_is_a_setting() {
    let known = keys(&Config::default()).into_iter().map(|(key, _)| variable_name(&key)).collect::<BTreeSet<_>>();
    let mut pages =
        ["README.md", "README.zh-CN.md", "CONTRIBUTING.md", "Dockerfile", "compose.yaml"].map(str::to_owned).to_vec();
    pages.push("compose.env.example".to_owned());
    let docs = fs::read_dir(root().join("docs")).unwrap().map(|entry| entry.unwrap().path());
    let docs = docs.filter(|path| path.is_file()).map(|path| format!("docs/{}", path.file_name().unwrap().display()));
    pages.extend(docs);
    for page in pages {
        for name in named(&text(&page)) {
            assert!(known.contains(&name) || OTHERS.contains(&&*name), "{page}: there is no setting TONGXIN_{name}");
        }
    }
}

#[test]
fn the_compose_file_passes_on_what_its_example_tells_of_and_changes_nothing_else() {
    let compose = text("compose.yaml");
    let passed = named(&compose);
    for name in named(&text("compose.env.example")) {
        assert!(passed.contains(&name), "compose.yaml does not pass on TONGXIN_{name}");
    }
    // What nobody sets comes in empty.
    let empty = compose.lines().filter_map(|line| {
        let (name, value) = line.trim().split_once(": ")?;
        (value == format!("${{{name}:-}}")).then(|| (name.to_owned(), String::new()))
    });
    let empty = empty.collect::<Vec<_>>();
    assert!(empty.len() > 15, "{empty:?}");
    assert_eq!(Config::read(Config::default(), None, empty).unwrap(), Config::default());
}

/// The example's own lines, as they are once nothing is left out by a `#`.
#[test]
fn the_example_of_the_compose_file_is_readable_with_all_that_it_offers() {
    let lines = text("compose.env.example");
    let set = lines.lines().filter_map(|line| line.trim_start_matches("# ").split_once('='));
    let set =
        set.filter(|(name, _)| name.starts_with("TONGXIN_") && !name.contains(' ') && *name != "TONGXIN_JWKS_FILE");
    let set = set.map(|(name, value)| (name.to_owned(), value.to_owned())).collect::<Vec<_>>();
    let config = Config::read(Config::default(), None, set).unwrap();
    assert_eq!((config.server.proxies, config.issuers.len()), (1, 1));
    let as_told = Config {
        server: tongxin_server::ServerSettings { proxies: 0, cors_origins: Vec::new(), ..config.server.clone() },
        metrics_listen: Config::default().metrics_listen,
        issuers: Vec::new(),
        ..config
    };
    assert_eq!(as_told, Config::default(), "each limit stands there with its default");
}
