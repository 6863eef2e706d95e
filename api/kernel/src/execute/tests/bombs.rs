//! Documents made to be dear: each is refused, or answered, within a time that its length explains.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use rstest::rstest;
use serde_json::json;

use super::*;

/// Debug builds are slow; the bombs they stand against took seconds to minutes.
const PATIENCE_MS: u128 = if cfg!(debug_assertions) { 1_500 } else { 150 };

/// Measures the time that this thread works, so that a busy machine does not count; time by the clock where no one tells.
struct Work {
    begun: Instant,
    before: Duration,
}

impl Work {
    fn begin() -> Self {
        Self { begun: Instant::now(), before: worked() }
    }

    fn took(&self) -> Duration {
        match worked() {
            Duration::ZERO => self.begun.elapsed(),
            // A young thread is told to have worked for nothing yet.
            now => now - self.before,
        }
    }
}

/// How long this thread has worked in all, or nothing.
fn worked() -> Duration {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    Duration::from_nanos(told.split(' ').next().and_then(|nanos| nanos.parse().ok()).unwrap_or_default())
}

/// Fragments that spread the next one twice: doubles with each.
fn fragments(count: usize) -> String {
    let mut text = String::from("{ thing { ...F0 } }");
    for n in 0..count {
        let _ = write!(text, " fragment F{n} on Thing {{ ...F{} ...F{} }}", n + 1, n + 1);
    }
    text.push_str(&format!(" fragment F{count} on Thing {{ id }}"));
    text
}

/// The same with fields between, so that depth grows too.
fn deep_fragments(count: usize) -> String {
    let mut text = String::from("{ thing { ...F0 } }");
    for n in 0..count {
        let _ = write!(text, " fragment F{n} on Thing {{ a: again {{ ...F{0} }} b: again {{ ...F{0} }} }}", n + 1);
    }
    text.push_str(&format!(" fragment F{count} on Thing {{ id }}"));
    text
}

fn cycle() -> String {
    "{ thing { ...A } } fragment A on Thing { ...B } fragment B on Thing { ...A ...A }".into()
}

fn chain(count: usize) -> String {
    let mut text = String::from("{ thing { ...F0 } }");
    for n in 0..count {
        let _ = write!(text, " fragment F{n} on Thing {{ id ...F{} }}", n + 1);
    }
    text.push_str(&format!(" fragment F{count} on Thing {{ id }}"));
    text
}

fn inline(levels: usize) -> String {
    format!("{{ thing {{ {} id {} }} }}", "... on Thing { ".repeat(levels), "}".repeat(levels))
}

fn wide_fragment() -> String {
    let spreads = "...F ".repeat(2_000);
    format!("{{ thing {{ {spreads} }} }} fragment F on Thing {{ {} }}", "id ".repeat(2_000))
}

/// One key, asked for over and over.
fn same_keys() -> String {
    format!("{{ thing {{ {} }} }}", "things(first: 1) { nodes { id } } ".repeat(3_000))
}

fn introspection() -> String {
    let mut text = String::from("{ __schema { types { ...F } } } fragment F on __Type { ");
    for _ in 0..5 {
        text += "fields { type { ";
    }
    format!("{text}name{} }}", " } }".repeat(5))
}

#[rstest]
#[case::fragments(fragments(20), "QUERY_TOO_COMPLEX")]
#[case::more_fragments(fragments(30), "QUERY_TOO_COMPLEX")]
#[case::deep_fragments(deep_fragments(8), "OK")]
#[case::dear_fragments(deep_fragments(9), "QUERY_TOO_COMPLEX")]
#[case::deeper_fragments(deep_fragments(29), "QUERY_TOO_COMPLEX")]
#[case::cycle(cycle(), "INVALID_INPUT")]
#[case::chain(chain(3_000), "QUERY_TOO_COMPLEX")]
#[case::inline(inline(5_000), "INVALID_INPUT")]
#[case::inline_within_brackets(inline(40), "QUERY_TOO_COMPLEX")]
#[case::wide_fragment(wide_fragment(), "QUERY_TOO_COMPLEX")]
#[case::same_keys(same_keys(), "OK")]
#[case::introspection(introspection(), "QUERY_TOO_COMPLEX")]
#[case::open_braces("{".repeat(100_000), "INVALID_INPUT")]
#[case::open_fields("{a".repeat(50_000), "INVALID_INPUT")]
#[case::lists(format!("{{ nodes(ids: {}", "[".repeat(100_000)), "INVALID_INPUT")]
#[case::list_types(format!("query($a: {}Int{}) {{ quick }}", "[".repeat(50_000), "]".repeat(50_000)), "INVALID_INPUT")]
#[case::objects(format!("{{ search(filter: {}", "{both:".repeat(20_000)), "INVALID_INPUT")]
#[case::within_brackets(format!("{{ nodes(ids: {}1{}) {{ id }} }}", "[".repeat(60), "]".repeat(60)), "INVALID_INPUT")]
#[case::directives(format!("{{ quick {} }}", "@skip(if: false) ".repeat(5_000)), "QUERY_TOO_COMPLEX")]
#[case::arguments(format!("{{ quick({}) }}", "a: 1 ".repeat(20_000)), "QUERY_TOO_COMPLEX")]
#[case::long_name(format!("{{ {} }}", "n".repeat(100_000)), "INVALID_INPUT")]
#[case::long_line(format!("{{ quick {} ! }}", "quick ".repeat(15_000)), "INVALID_INPUT")]
#[case::commas(",".repeat(120_000), "INVALID_INPUT")]
#[case::comments("#\n".repeat(60_000), "INVALID_INPUT")]
#[case::number("{ things(first: 1e999999) { nodes { id } } }", "INVALID_INPUT")]
#[case::unknown_list_type("query($a: [Nope] = [1]) { quick }", "INVALID_INPUT")]
#[case::nul("{ quick \u{0} }", "INVALID_INPUT")]
#[tokio::test]
async fn each_is_answered_at_once(#[case] query: impl Into<String>, #[case] code: &str) {
    let query = query.into();
    let executor = executor();
    let work = Work::begin();
    let answer = executor.run(request(&query, json!({})), context()).await;
    let took = work.took().as_millis();
    println!("{} bytes: {took} ms, {} bytes back", query.len(), answer.body.len());
    assert_eq!(codes(&read(&answer)).first().copied().unwrap_or("OK"), code, "{}", read(&answer));
    assert!(took < PATIENCE_MS, "{took} ms");
    assert!(answer.body.len() < 6_000 || code == "OK", "{} bytes", answer.body.len());
}

#[tokio::test]
async fn a_variable_is_not_copied_without_end() {
    let uses = "write(text: $s) ".repeat(19);
    let query = format!("mutation($s: String!) {{ {uses} }}");
    let answer = ask_with(&query, json!({"s": "x".repeat(10_000)})).await;
    assert!(answer.get("errors").is_none());
    let answer = ask_with(&query, json!({"s": "x".repeat(100_000)})).await;
    assert_eq!(codes(&answer), ["QUERY_TOO_COMPLEX"]);
    assert_eq!(answer["errors"][0]["extensions"]["measure"], "variables");
}
