//! What loading and deciding cost. `cargo test --release -p tongxin-policies --test speed -- --nocapture` gives the figures
//! that count (loading within 300 ms, a decision within 1 µs); the bounds asserted here only catch a change of kind.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use tongxin_policies::{PolicySource, ReachSet, Role, Table};

#[tokio::test]
async fn loading_and_deciding_are_quick() {
    let source = PolicySource::embedded();
    let mut loads = Vec::new();
    for _ in 0..5 {
        let start = Instant::now();
        Table::compile(&source).await.unwrap();
        loads.push(start.elapsed());
    }
    loads.sort();
    println!("loading: {:?} (median of {})", loads[loads.len() / 2], loads.len());
    assert!(loads[0] < Duration::from_secs(3), "loading takes {:?}", loads[0]);

    let table = Table::compile(&source).await.unwrap();
    let accept = table.action("acceptClaim").unwrap();
    let held = |name: &str, reaches| (Role::parse(name).unwrap(), reaches);
    let (worker, secretary) = (held("community_worker", ReachSet::OWN), held("community_secretary", ReachSet::OWN));
    let cases = [
        ("allowed, one post", vec![secretary]),
        (
            "allowed, the fourth post",
            vec![held("resident", ReachSet::HOME), held("party_member", ReachSet::HOME), worker, secretary],
        ),
        ("denied", vec![held("community_secretary", ReachSet::OWN | ReachSet::INVOLVED)]),
        ("refused, with who may", vec![worker]),
    ];
    for (name, posts) in cases {
        const TIMES: u32 = 100_000;
        let start = Instant::now();
        for _ in 0..TIMES {
            black_box(table.decide(black_box(accept), black_box(&posts)));
        }
        let each = start.elapsed() / TIMES;
        println!("{name}: {} ns", each.as_nanos());
        assert!(each < Duration::from_micros(50), "{name} takes {each:?}");
    }
}
