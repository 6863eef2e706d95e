//! What must never come about is proved over whatever posts could be given, and shown where it breaks.

use tongxin_policies::{PolicySource, Table};

/// The shipped policy with one text in place of another.
fn with(was: &str, is: &str) -> PolicySource {
    let bundle = PolicySource::embedded().to_bundle();
    assert!(bundle.contains(was), "{was}");
    PolicySource::from_bundle(&bundle.replace(was, is)).unwrap()
}

async fn broken(source: &PolicySource) -> Vec<String> {
    Table::compile(source).await.unwrap().prove(source).iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn the_shipped_policy_keeps_its_invariants() {
    let source = PolicySource::embedded();
    assert_eq!(broken(&source).await, [""; 0]);
    let lines = source.files().find(|(name, _)| *name == "invariants.csv").unwrap().1.lines();
    assert!(lines.filter(|line| line.starts_with("never") || line.starts_with("not")).count() > 10);
}

#[tokio::test]
async fn a_chain_of_appointments_is_found_and_shown() {
    // Neither line alone lets a community come to set priorities.
    let given = "h, street_officer, STREET_COMMITTEE, street, street";
    let above = "p, community_secretary, post, appointPost, own, allow";
    let more = format!("{above}\np, community_secretary, post, appointPost, above, allow");
    let seat = "h, street_secretary, STREET_COMMITTEE, street, own";
    let nobody = "h, street_secretary, STREET_COMMITTEE, street, district";
    assert_eq!(broken(&with(nobody, seat)).await, [""; 0]);
    let source = with(above, &more);
    let found = broken(&source).await;
    assert!(
        found.iter().any(|line| line.contains("community_secretary appoints street_officer, who may")),
        "{found:?}"
    );
    let office = "h, street_officer, STREET_OFFICE, street, street";
    let source = source.to_bundle().replace(nobody, seat).replace(given, "").replace(office, "");
    let source = PolicySource::from_bundle(&source).unwrap();
    let found = broken(&source).await;
    let chain = "community_secretary appoints street_secretary, who may createPriority";
    assert!(found.iter().any(|line| line.starts_with("invariants.csv:") && line.contains(chain)), "{found:?}");
}

#[tokio::test]
async fn a_recusal_that_is_taken_away_is_missed() {
    let found = broken(&with("p, anonymous, *, judges, involved, deny", "")).await;
    assert!(found.iter().any(|line| line.contains("acceptClaim") || line.contains("decideObjection")), "{found:?}");
    let found = broken(&with("p, anonymous, rating, rateServiceItem, involved, deny", "")).await;
    assert!(found.iter().any(|line| line.contains("rateServiceItem")), "{found:?}");
}

#[tokio::test]
async fn a_line_that_names_nothing_is_told() {
    for (line, fault) in [
        ("never, king, publishPriority, -", "there is no role king"),
        ("never, resident, rule, -", "there is no action rule"),
        ("never, resident, publishPriority, near", "there is no reach near"),
        ("always, resident, publishPriority, -", "neither never nor not: always"),
        ("never, resident, publishPriority", "should be never|not, roles, actions, reach|-"),
    ] {
        let first = "never, *, judges, involved";
        let found = broken(&with(first, line)).await;
        assert!(found.len() == 1 && found[0].contains(fault), "{line}: {found:?}");
    }
}

#[tokio::test]
async fn a_difference_says_who_gains_and_who_loses() {
    let was = Table::compile(&PolicySource::embedded()).await.unwrap();
    let line = "p, community_worker, claim, returnClaim, own, allow";
    let is = Table::compile(&with(line, "p, community_secretary, claim, returnClaim, own, allow")).await.unwrap();
    let told = was.diff(&is).iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(told, ["community_worker 社区工作者 · returnClaim 退回认领: loses 失 own"]);
    assert_eq!(is.diff(&was).len(), 1);
    assert_eq!(was.diff(&was), []);
}
