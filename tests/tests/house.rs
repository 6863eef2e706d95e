//! The rules of the house that a compiler does not hold: where things may stand, and how large they may be.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A source file, by its path from the root of the repository.
struct Source {
    path: String,
    text: String,
}

impl Source {
    /// Its lines outside comments and tests, with their numbers.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let tests = self.text.find("#[cfg(test)]").map_or(usize::MAX, |at| self.text[..at].lines().count());
        let lines = self.text.lines().enumerate().take(tests);
        lines.map(|(at, line)| (at + 1, line)).filter(|(_, line)| !line.trim_start().starts_with("//"))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a workspace").to_owned()
}

/// Every file of the workspace whose name ends so.
fn files(ending: &str) -> Vec<Source> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            if path.is_dir() {
                if !["target", "node_modules", ".git", ".ci"].contains(&name.as_str()) {
                    walk(&path, ending, found);
                }
            } else if name.ends_with(ending) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root(), ending, &mut found);
    found.sort();
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a text");
        let path = path.strip_prefix(root()).expect("a path inside").to_string_lossy().into_owned();
        Source { path, text }
    };
    found.into_iter().map(read).collect()
}

fn sources() -> Vec<Source> {
    let sources = files(".rs");
    assert!(sources.len() > 150, "the sources are found");
    sources
}

/// Each line of code that breaks a rule, as `path:line: text`.
fn offences(sources: &[Source], within: impl Fn(&str) -> bool, breaks: impl Fn(&str) -> bool) -> Vec<String> {
    let of = |source: &Source| {
        let lines = source.code().filter(|(_, line)| breaks(line));
        lines.map(|(at, line)| format!("{}:{at}: {}", source.path, line.trim())).collect::<Vec<_>>()
    };
    sources.iter().filter(|source| within(&source.path)).flat_map(of).collect()
}

#[track_caller]
fn assert_none(offences: &[String], rule: &str) {
    assert!(offences.is_empty(), "{rule}:\n{}", offences.join("\n"));
}

/// Whether a path is that of a test.
fn is_test(path: &str) -> bool {
    path.contains("/tests/") || path.ends_with("/tests.rs")
}

/// Whether a path is one of the places, or lies in one that ends with `/`.
fn is_in(path: &str, places: &[&str]) -> bool {
    places.iter().any(|place| path == *place || (place.ends_with('/') && path.starts_with(place)))
}

#[test]
fn no_file_is_longer_than_can_be_overlooked() {
    let long = sources().into_iter().map(|source| (source.text.lines().count(), source.path));
    let long = long.filter(|(lines, _)| *lines > 400).map(|(lines, path)| format!("{path}: {lines} lines"));
    assert_none(&long.collect::<Vec<_>>(), "a file has at most 400 lines");
}

#[test]
fn rights_are_asked_of_the_policies_and_never_of_a_role() {
    let roles = [
        "Role::parse",
        "PostRole::parse",
        "== Role::",
        "!= Role::",
        "role ==",
        "role !=",
        ".role() ==",
        "matches!(role",
        "Role::RESIDENT",
        "Role::CIVIC_APP",
    ];
    // Where actors are made of posts, where decisions are explained on the command line, and the facts of the demo.
    let may = ["api/kernel/src/who/", "api/src/cli/policy.rs", "api/src/demo/"];
    let within = |path: &str| path.starts_with("api/") && !is_test(path) && !is_in(path, &may);
    let found = offences(&sources(), within, |line| roles.iter().any(|role| line.contains(role)));
    assert_none(&found, "no code asks which role somebody has");
}

#[test]
fn the_database_is_reached_through_permits() {
    let handles = ["DatabaseConnection", "DatabaseTransaction", "Database::connect"];
    // The keeper of the database, and what runs before there is anybody to permit: opening, migrating, importing, filling.
    let may = [
        "api/kernel/src/act/work.rs",
        "api/kernel/src/see/reading.rs",
        "api/kernel/src/store/",
        "api/kernel/src/who/authority.rs",
        "api/kernel/src/who/bundle.rs",
        "api/kernel/src/who/load.rs",
        "api/kernel/src/who/standing.rs",
        "api/src/app.rs",
        "api/src/cli/",
        "api/src/demo/",
        "api/src/divisions/",
        "api/src/imports/",
    ];
    let within = |path: &str| path.starts_with("api/") && !is_test(path) && !is_in(path, &may);
    let found = offences(&sources(), within, |line| handles.iter().any(|handle| line.contains(handle)));
    assert_none(&found, "only permits hold the database");
}

#[test]
fn transactions_begin_in_one_way() {
    // Others would be left open where nobody waits for their beginning, or be refused as busy.
    let begins = [".begin()", ".begin_with", ".transaction(", ".transaction_with"];
    let within = |path: &str| path.starts_with("api/") && !is_test(path) && path != "api/kernel/src/store/mod.rs";
    let found = offences(&sources(), within, |line| begins.iter().any(|begin| line.contains(begin)));
    assert_none(&found, "what writes begins by store::begin");
}

#[test]
fn the_leaves_know_nothing_of_the_service() {
    for leaf in ["entity", "migration", "policies"] {
        let manifest = fs::read_to_string(root().join(leaf).join("Cargo.toml")).expect("a manifest");
        let knows = manifest.lines().filter(|line| line.trim_start().starts_with("tongxin"));
        assert_eq!(knows.collect::<Vec<_>>(), [""; 0], "{leaf} is a leaf");
    }
    let history = |path: &str| path.starts_with("migration/src/");
    let found = offences(&sources(), history, |line| line.contains("tongxin_entity"));
    assert_none(&found, "migrations are frozen: they do not follow the entities");
}

#[test]
fn crates_point_one_way() {
    let may: [(&str, &[&str]); 4] = [
        ("api/kernel", &["entity", "migration", "policies"]),
        ("api/server", &["kernel"]),
        ("api/capabilities", &["entity", "kernel", "policies"]),
        ("api", &["capabilities", "entity", "kernel", "migration", "policies", "server"]),
    ];
    for (member, may) in may {
        let manifest = fs::read_to_string(root().join(member).join("Cargo.toml")).expect("a manifest");
        let built_with = manifest.split("[dev-dependencies]").next().unwrap_or_default();
        let knows =
            built_with.lines().filter_map(|line| line.strip_prefix("tongxin-")?.strip_suffix(".workspace = true"));
        let mut knows = knows.collect::<Vec<_>>();
        knows.sort_unstable();
        assert_eq!(knows, may, "what {member} depends on");
    }
}

#[test]
fn the_rooms_of_the_kernel_stand_on_each_other_in_one_order() {
    // Each may use those before it.
    const ORDER: [&str; 7] = ["store", "who", "execute", "see", "act", "events", "catalogue"];
    let rank = |room: &str| ORDER.iter().position(|one| *one == room);
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| !is_test(&source.path)) {
        let Some(path) = source.path.strip_prefix("api/kernel/src/") else { continue };
        let own = path.split(['/', '.']).next().and_then(rank);
        let used = used_of_crate(&source.text);
        // What stands beside the rooms belongs to all of them and uses none.
        let wrong = used.into_iter().filter(|room| rank(room).is_some_and(|room| own.is_none_or(|own| room > own)));
        found.extend(wrong.map(|room| format!("{} uses {room}", source.path)));
    }
    assert_none(&found, "who, see, do: never back");
}

/// The modules of its own crate that a text names, by the first word after `crate::`.
fn used_of_crate(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let mut used = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => used.push(rest),
            Some(tree) => {
                // The names at the outermost level of the braces.
                let mut depth = 0_usize;
                let mut fresh = true;
                for (at, sign) in tree.char_indices() {
                    match sign {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => fresh = true,
                        sign if fresh && depth == 0 && !sign.is_whitespace() => {
                            used.push(&tree[at..]);
                            fresh = false;
                        }
                        _ => {}
                    }
                }
            }
        }
    }
    let word = |text: &str| text.split(|sign: char| !sign.is_alphanumeric() && sign != '_').next().map(str::to_owned);
    used.into_iter().filter_map(word).collect()
}

#[test]
fn slices_meet_only_at_their_doors() {
    let private = |line: &str| {
        let Some((_, rest)) = line.split_once("crate::") else { return false };
        ["::graphql", "::service::", "::shape::", "::rules::", "::board::", "::sweep::"]
            .iter()
            .any(|p| rest.contains(p))
    };
    let mut found = Vec::new();
    for source in sources().iter().filter(|source| source.path.starts_with("api/capabilities/src/")) {
        let own = source.path.split('/').nth(3).unwrap_or_default().to_owned();
        let lines = source.code().filter(|(_, line)| private(line) && !line.contains(&format!("crate::{own}")));
        found.extend(lines.map(|(at, line)| format!("{}:{at}: {}", source.path, line.trim())));
    }
    assert_none(&found, "a slice uses another through its mod.rs alone");
}

#[test]
fn time_is_passed_in() {
    // Measuring and deadlines are by the machine's monotonic clock; days, terms and expiry never are.
    let within = |path: &str| path.starts_with("api/") && path != "api/kernel/src/clock.rs";
    let clocks = ["Utc::now()", "Local::now()", "SystemTime::now()"];
    let found = offences(&sources(), within, |line| clocks.iter().any(|clock| line.contains(clock)));
    assert_none(&found, "the time comes from a Clock");
}

#[test]
fn nothing_is_left_for_later() {
    let words = ["TODO", "FIXME", "XXX", "HACK", "todo!(", "unimplemented!("];
    // This file names them.
    let found = sources().into_iter().filter(|source| source.path != "tests/tests/house.rs").flat_map(|source| {
        let lines = source.text.lines().enumerate().filter(|(_, line)| words.iter().any(|word| line.contains(word)));
        lines.map(|(at, line)| format!("{}:{}: {}", source.path, at + 1, line.trim())).collect::<Vec<_>>()
    });
    assert_none(&found.collect::<Vec<_>>(), "what is begun is finished");
}

#[test]
fn nothing_is_called_utils() {
    let vague = ["utils", "util", "helpers", "helper", "common", "misc"];
    let found = sources()
        .into_iter()
        .map(|source| source.path)
        .filter(|path| path.split(['/', '.']).any(|part| vague.contains(&part)));
    assert_none(&found.collect::<Vec<_>>(), "a file is named after what is in it");
}

#[test]
fn every_policy_stands_beside_its_cases() {
    let names = files(".csv").into_iter().map(|source| source.path).filter(|path| path.starts_with("policies/"));
    let (cases, policies): (Vec<_>, Vec<_>) = names.partition(|path| path.ends_with(".test.csv"));
    // Those that give no right: who inherits, which role is held where, what is proved of all the others.
    let no_right = ["roles.csv", "seats.csv", "foundings.csv", "invariants.csv"];
    let without = policies.iter().filter(|path| !no_right.iter().any(|name| path.ends_with(name)));
    let without = without.filter(|path| !cases.contains(&path.replace(".csv", ".test.csv"))).cloned();
    assert_none(&without.collect::<Vec<_>>(), "a policy file has a file of cases beside it");
    assert!(cases.len() > 5);
}

#[test]
fn every_description_of_the_schema_begins_in_chinese() {
    let schema = fs::read_to_string(root().join("schema.graphql")).expect("schema.graphql");
    let mut lines = schema.lines();
    let mut found = Vec::new();
    let mut described = 0;
    let mut words_alone = false;
    let is_chinese = |sign: char| ('\u{4e00}'..='\u{9fff}').contains(&sign);
    while let Some(line) = lines.next() {
        if line.trim() != "\"\"\"" {
            continue;
        }
        let text = lines.next().unwrap_or_default().trim();
        described += 1;
        lines.by_ref().find(|line| line.trim() == "\"\"\"");
        let of = lines.next().unwrap_or_default();
        if !of.starts_with(char::is_whitespace) {
            // Values of enums, and the enums themselves, are words: a term and what it means.
            words_alone = of.starts_with("enum ") || of.starts_with("directive ");
        }
        let parts = text.split(" · ").collect::<Vec<_>>();
        let is_sentence = |zh: &str| zh.chars().filter(|sign| is_chinese(*sign)).count() >= 4;
        let whole = match parts[..] {
            [_, zh, _, ..] => words_alone || is_sentence(zh),
            _ => words_alone && parts.len() == 2,
        };
        if !(text.starts_with(is_chinese) && whole) {
            found.push(text.to_owned());
        }
    }
    assert!(described > 300, "{described} descriptions");
    // What the specification itself says of its own directives.
    found.retain(|text| !text.starts_with("Directs the executor") && !text.starts_with("Provides a scalar"));
    assert_none(&found, "a description is `术语 · 中文整句 · English`");
}

#[test]
fn every_scalar_of_the_schema_says_where_it_is_specified() {
    let schema = fs::read_to_string(root().join("schema.graphql")).expect("schema.graphql");
    let scalars = schema.lines().filter(|line| line.starts_with("scalar ")).map(str::to_owned);
    let (told, silent): (Vec<_>, Vec<_>) = scalars.partition(|line| line.contains("@specifiedBy(url: "));
    assert_none(&silent, "a scalar is specified somewhere");
    assert!(told.len() >= 5, "{told:?}");
}

#[test]
fn every_step_that_a_change_must_pass_is_told() {
    let script = fs::read_to_string(root().join(".ci/run")).expect(".ci/run");
    let steps = script.lines().find_map(|line| line.strip_prefix("steps=(")?.strip_suffix(')')).expect("the steps");
    let told = fs::read_to_string(root().join("CONTRIBUTING.md")).expect("CONTRIBUTING.md");
    let told = told.lines().filter(|line| line.starts_with("| `")).collect::<String>();
    let missing = steps.split(' ').filter(|step| !told.contains(&format!("`{step}`"))).map(str::to_owned);
    assert_none(&missing.collect::<Vec<_>>(), "CONTRIBUTING.md names every step of .ci/run");
}

/// Words in capitals that stand in these calls are codes that clients read.
const WHERE_CODES_STAND: [&str; 5] = [".fault(", "Refusal::invalid(", "code: \"", "Refusal::conflict(", ".with(\""];

#[test]
fn every_code_and_fact_of_an_error_is_documented() {
    let documented = fs::read_to_string(root().join("docs/errors.md")).expect("docs/errors.md");
    let mut missing = Vec::new();
    for source in sources().into_iter().filter(|source| source.path.starts_with("api/") && !is_test(&source.path)) {
        let code = source.text.split("#[cfg(test)]").next().unwrap_or_default();
        for start in WHERE_CODES_STAND {
            for call in code.split(start).skip(1) {
                let fact = start.ends_with('"').then(|| call.split('"').next()).flatten();
                let words = call.split(';').next().unwrap_or_default().split('"').skip(1).step_by(2);
                let shouted = words.filter(|word| is_shouted(word)).chain(fact.filter(|_| start == ".with(\""));
                let unknown = shouted.filter(|word| !documented.contains(&format!("`{word}`")));
                missing.extend(unknown.map(|word| format!("{}: {word}", source.path)));
            }
        }
    }
    let rules = fs::read_to_string(root().join("api/kernel/src/execute/said/table.rs")).expect("the table of rules");
    let rules =
        rules.split('"').filter(|word| is_shouted(word)).filter(|word| !documented.contains(&format!("`{word}`")));
    missing.extend(rules.map(str::to_owned));
    assert_none(&missing, "docs/errors.md tells of every code, and of every fact beside it");
}

fn is_shouted(word: &str) -> bool {
    word.len() > 2 && word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}
