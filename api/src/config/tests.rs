mod told;

use std::path::PathBuf;

use figment::providers::{Format as _, Toml};
use rstest::rstest;

use super::{Config, Env, IssuerConfig, LogFormat, Secret, SubjectConfig, environment::keys};

fn documented() -> String {
    std::fs::read_to_string(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../tongxin.example.toml")).unwrap()
}

fn file(name: &str, text: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("tongxin-config-{}-{name}.toml", std::process::id()));
    std::fs::write(&path, text).unwrap();
    path
}

fn vars(vars: &[(&str, &str)]) -> Vec<(String, String)> {
    vars.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
}

fn read(vars_: &[(&str, &str)]) -> Result<Config, String> {
    Config::read(Config::default(), None, vars(vars_)).map_err(|e| e.to_string())
}

#[test]
fn the_documented_file_is_the_defaults() {
    let path = file("documented", &documented());
    // From a base that differs in everything the file sets.
    let mut base = Config { env: Env::Demo, listen: "0.0.0.0:1".into(), ..Config::default() };
    base.limits.depth = 1;
    base.rules.claim_start_days = 1;
    base.log.level = "trace".into();
    assert_eq!(Config::read(base, Some(&path), []).unwrap(), Config::default());
}

#[test]
fn every_key_is_documented_with_its_default() {
    let text = documented();
    let mut section = String::new();
    let mut found = Vec::new();
    let mut lines_before = 0;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("# [[").or(line.strip_prefix('[')).map(|l| l.trim_end_matches(']')) {
            section = format!("{name}.");
        } else if let Some((key, _)) = line.trim_start_matches("# ").split_once(" = ")
            && key.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
        {
            assert!(lines_before > 0, "{section}{key} has no comment");
            found.push(format!("{section}{key}"));
            lines_before = 0;
            continue;
        }
        lines_before = if line.starts_with('#') { lines_before + 1 } else { 0 };
    }
    found.sort();
    let one_issuer = Config { issuers: vec![IssuerConfig::default()], ..Config::default() };
    let of_issuer = serde_json::to_value(&one_issuer.issuers[0]).unwrap();
    let of_issuer = of_issuer.as_object().unwrap().keys().map(|key| format!("issuers.{key}"));
    let mut all: Vec<_> = keys(&one_issuer).into_iter().map(|(key, _)| key).filter(|key| key != "issuers").collect();
    all.extend(of_issuer);
    all.sort();
    assert_eq!(found, all);
}

#[test]
fn the_documented_issuer_is_one_by_default() {
    let text = documented();
    let part = text.split("# [[issuers]]\n").nth(1).unwrap().split("\n\n").next().unwrap();
    let lines = part.lines().filter_map(|line| line.strip_prefix("# ")).filter(|line| line.contains(" = "));
    let issuer: IssuerConfig =
        figment::Figment::from(Toml::string(&lines.collect::<Vec<_>>().join("\n"))).extract().unwrap();
    assert_eq!(issuer, IssuerConfig::default());
}

const CITY: &str = r#"
[[issuers]]
iss = "https://id.city.example"
keys = "https://id.city.example/jwks"
"#;

#[test]
fn issuers_are_listed_in_the_file_or_in_the_environment() {
    let whole = format!(
        "{CITY}{}",
        r#"
[[issuers]]
iss = "https://id.other.example"
aud = "street-app"
keys = "other.json"
typ = "any"
jti = false
nbf = false
longest_hours = 168
subject = "linked"
keep_hours = 0
"#
    );
    let issuers = Config::read(Config::default(), Some(&file("issuers", &whole)), []).unwrap().issuers;
    let city = IssuerConfig {
        iss: "https://id.city.example".into(),
        keys: "https://id.city.example/jwks".into(),
        ..IssuerConfig::default()
    };
    let other = IssuerConfig {
        iss: "https://id.other.example".into(),
        aud: "street-app".into(),
        keys: "other.json".into(),
        typ: "any".into(),
        jti: false,
        nbf: false,
        longest_hours: 168,
        subject: SubjectConfig::Linked,
        keep_hours: 0,
    };
    assert_eq!(issuers, [city.clone(), other]);
    let variable =
        r#"[{iss="https://id.city.example",keys="https://id.city.example/jwks",subject="linked",nbf=false}]"#;
    let linked = IssuerConfig { subject: SubjectConfig::Linked, nbf: false, ..city };
    assert_eq!(read(&[("TONGXIN_ISSUERS", variable)]).unwrap().issuers, [linked]);
    assert!(read(&[("TONGXIN_ISSUERS", "")]).unwrap().issuers.is_empty());
}

#[rstest]
#[case::unnamed("iss = \"\"", "issuers[0].iss: must be given")]
#[case::for_nobody("aud = \" \"", "issuers[0].aud: must be given")]
#[case::without_keys("keys = \"\"", "issuers[0].keys: must be given")]
#[case::plain_http("keys = \"http://id.city.example/jwks\"", "issuers[0].keys: must be https")]
#[case::own_machine_in_production("keys = \"http://127.0.0.1/jwks\"", "issuers[0].keys: must be https")]
#[case::with_a_password("keys = \"https://a:b@id.city.example/jwks\"", "issuers[0].keys: a URL without a user")]
#[case::dead_at_once("longest_hours = 0", "issuers[0].longest_hours: must be above 0")]
#[case::other_word("subject = \"name\"", "subject")]
#[case::misspelt("audience = \"x\"", "audience")]
fn what_is_wrong_with_an_issuer_is_said_by_name(#[case] line: &str, #[case] expected: &str) {
    let key = line.split(" = ").next().unwrap();
    let others = CITY.lines().filter(|other| !other.starts_with(&format!("{key} =")));
    let text = format!("{}\n{line}\n", others.collect::<Vec<_>>().join("\n"));
    let path = file(&format!("issuer-{}", expected.replace(|sign: char| !sign.is_alphanumeric(), "-")), &text);
    let error = Config::read(Config::default(), Some(&path), []).unwrap_err().to_string();
    assert!(error.contains(expected), "{error}");
}

#[test]
fn an_issuer_is_listed_once() {
    let error = |text: &str, vars: &[(&str, &str)]| {
        let path = file(&format!("once-{}", vars.len()), text);
        Config::read(Config::default(), Some(&path), self::vars(vars)).map_err(|error| error.to_string())
    };
    assert!(
        error(&[CITY, CITY].concat(), &[])
            .unwrap_err()
            .contains("issuers[1].iss: https://id.city.example is there already")
    );
    // The one of [jwt] counts where it has keys.
    let own = [("TONGXIN_JWT_ISSUER", "https://id.city.example")];
    assert!(error(CITY, &own).is_ok());
    let own = [own[0], ("TONGXIN_JWT_KEYS", "keys.json")];
    assert!(error(CITY, &own).unwrap_err().contains("is there already"));
    // What was meant for another place says which.
    let url = read(&[("TONGXIN_JWT_KEYS", "https://id.city.example/jwks")]).unwrap_err();
    assert!(url.contains("write an issuer of [[issuers]]"), "{url}");
    let development = [("TONGXIN_ENV", "development"), ("TONGXIN_ISSUERS", r#"[{iss="a",keys="http://127.0.0.1/k"}]"#)];
    assert!(read(&development).is_ok());
}

#[test]
fn the_environment_goes_before_the_file_and_the_file_before_the_defaults() {
    let path = file("order", "listen = \"127.0.0.1:1\"\n[limits]\ndepth = 5\ncost = 7\n");
    let environment = [
        ("TONGXIN_LIMITS_DEPTH", "6"),
        ("TONGXIN_ENV", "demo"),
        ("TONGXIN_JWT_ISSUER", "123"),
        ("TONGXIN_SERVER_CORS_ORIGINS", "[\"https://a.example\"]"),
        ("TONGXIN_RATE_LIMIT_ENABLED", "true"),
        ("TONGXIN_DATABASE_URL", "postgres://ours"),
        ("DATABASE_URL", "postgres://theirs"),
        ("REDIS_URL", ""),
        ("TONGXIN_TEST_ANYTHING", "x"),
        ("PATH", "/bin"),
    ];
    let config = Config::read(Config::default(), Some(&path), vars(&environment)).unwrap();
    assert_eq!((config.limits.depth, config.limits.cost, config.limits.aliases), (6, 7, 50));
    assert_eq!((config.env, config.listen.as_str(), config.jwt.issuer.as_str()), (Env::Demo, "127.0.0.1:1", "123"));
    assert_eq!(config.server.cors_origins, ["https://a.example"]);
    assert_eq!((config.database_url, config.redis_url.clone()), (Some(Secret::new("postgres://ours")), None));
    let config = Config::read(Config::default(), None, vars(&environment)).unwrap();
    assert!(!config.rate_limit().enabled && config.open_schema(), "demo");
    let by_variable = [("TONGXIN_CONFIG", path.to_str().unwrap())];
    assert_eq!(read(&by_variable).unwrap().limits.depth, 5);
}

#[test]
fn a_service_drains_in_production_and_wherever_it_is_told_to() {
    let drain = |vars: &[(&str, &str)]| read(vars).unwrap().server.drain_secs;
    assert_eq!((drain(&[]), drain(&[("TONGXIN_ENV", "demo")]), drain(&[("TONGXIN_ENV", "development")])), (3, 0, 0));
    assert_eq!(drain(&[("TONGXIN_ENV", "demo"), ("TONGXIN_SERVER_DRAIN_SECS", "2")]), 2);
    assert_eq!(drain(&[("TONGXIN_SERVER_DRAIN_SECS", "0")]), 0);
    let path = file("drain", "env = \"development\"\n");
    let in_demo = Config { env: Env::Demo, ..Config::default() };
    assert_eq!(Config::read(in_demo, None, []).unwrap().server.drain_secs, 0);
    assert_eq!(Config::read(Config::default(), Some(&path), []).unwrap().server.drain_secs, 0);
    let path = file("drain-told", "env = \"development\"\n[server]\ndrain_secs = 5\n");
    assert_eq!(Config::read(Config::default(), Some(&path), []).unwrap().server.drain_secs, 5);
}

#[test]
fn an_empty_variable_says_nothing() {
    let path = file("beside-empty", "listen = \"127.0.0.1:1\"\n");
    let all = keys(&Config::default()).into_iter().map(|(key, _)| key.replace('.', "_").to_uppercase());
    let empty = all.map(|name| (format!("TONGXIN_{name}"), String::new())).chain(vars(&[("TONGXIN_CONFIG", "")]));
    let config = Config::read(Config::default(), Some(&path), empty).unwrap();
    assert_eq!(config, Config { listen: "127.0.0.1:1".into(), ..Config::default() });
    assert!(read(&[("TONGXIN_LIMITS_DEPHT", "")]).unwrap_err().contains("TONGXIN_LIMITS_DEPHT"), "a name that is none");
}

#[rstest]
#[case(&[("TONGXIN_LIMITS_DEPHT", "1")], "TONGXIN_LIMITS_DEPHT")]
#[case(&[("TONGXIN_LIMITS_DEPTH", "deep")], "TONGXIN_LIMITS_DEPTH")]
#[case(&[("TONGXIN_LIMITS_DEPTH", "-1")], "TONGXIN_LIMITS_DEPTH")]
#[case(&[("TONGXIN_LIMITS_DEPTH", "0")], "limits.depth")]
#[case(&[("TONGXIN_ENV", "prod")], "TONGXIN_ENV")]
#[case(&[("TONGXIN_LISTEN", "8080")], "listen")]
#[case(&[("TONGXIN_METRICS_LISTEN", "9464")], "metrics_listen")]
#[case(&[("TONGXIN_LOG_LEVEL", "info,=,")], "log.level")]
#[case(&[("TONGXIN_SERVER_CORS_ORIGINS", "[\"*\"]")], "server.cors_origins")]
#[case(&[("TONGXIN_POOL_MIN_CONNECTIONS", "33")], "pool.min_connections")]
#[case(&[("TONGXIN_CONFIG", "/nowhere.toml")], "/nowhere.toml")]
fn bad_variables_are_refused_by_name(#[case] vars: &[(&str, &str)], #[case] name: &str) {
    let error = read(vars).unwrap_err();
    assert!(error.contains(name) && !error.contains('\n'), "{error}");
}

#[rstest]
#[case("lissten = \"x\"", "lissten")]
#[case("[limits]\ndepht = 3", "depht")]
#[case("[limits]\ndepth = \"3\"", "limits.depth")]
#[case("[rules]\nclaim_start_days = 1.5", "rules.claim_start_days")]
#[case("not toml", "toml")]
fn bad_keys_are_refused_by_name(#[case] text: &str, #[case] name: &str) {
    let path = file(&format!("bad-{}", name.replace('.', "-")), text);
    let error = Config::read(Config::default(), Some(&path), []).unwrap_err().to_string();
    assert!(error.contains(name), "{error}");
}

#[test]
fn production_logs_json_and_hides_its_schema() {
    let config = Config::default();
    assert_eq!(
        (config.log_format(), config.open_schema(), config.rate_limit().enabled),
        (LogFormat::Json, false, true)
    );
    let config = Config { env: Env::Development, database_url: Some(Secret::new("postgres://u:pass@h")), ..config };
    assert_eq!((config.log_format(), config.open_schema()), (LogFormat::Text, true));
    assert!(!format!("{config:?}").contains("pass@"));
}
