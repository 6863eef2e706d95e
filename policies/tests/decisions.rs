//! Decisions over several posts, and their reasons in words.

use tongxin_policies::{Action, Decision, PolicySource, Reach, ReachSet, Role, Table};

async fn table() -> Table {
    Table::compile(&PolicySource::embedded()).await.expect("the embedded policy compiles")
}

fn role(name: &str) -> Role {
    Role::parse(name).unwrap()
}

fn action(name: &str) -> Action {
    Action::parse(name).unwrap()
}

#[tokio::test]
async fn a_deny_outweighs_every_other_post() {
    let (table, accept) = (table().await, action("acceptClaim"));
    let secretary = (role("community_secretary"), ReachSet::OWN);
    let claimant = (role("property_manager"), ReachSet::OWN | ReachSet::INVOLVED);
    assert!(table.decide(accept, &[secretary]).is_allowed());
    for held in [[secretary, claimant], [claimant, secretary]] {
        let decision = table.decide(accept, &held);
        let Decision::Denied { index, reach, rule } = &decision else { panic!("{decision:?}") };
        assert_eq!((held[*index], *reach), (claimant, Reach::Involved));
        assert_eq!((rule.file.as_str(), rule.role), ("recusal.csv", Role::ANONYMOUS));
    }
}

#[tokio::test]
async fn the_first_post_that_may_acts_in_its_closest_reach() {
    let (table, appoint) = (table().await, action("appointPost"));
    let held = [
        (role("resident"), ReachSet::HOME),
        (role("street_secretary"), ReachSet::BELOW | ReachSet::OWN),
        (role("community_secretary"), ReachSet::OWN),
    ];
    let decision = table.decide(appoint, &held);
    let Decision::Allowed { index: 1, reach: Reach::Own, rule } = &decision else { panic!("{decision:?}") };
    assert_eq!(rule.to_line(), "p, street_secretary, post, appointPost, own, allow");
}

#[tokio::test]
async fn whoever_has_no_post_reads_what_is_public_and_no_more() {
    let table = table().await;
    assert!(table.decide(action("readClaim"), &[(Role::ANONYMOUS, ReachSet::empty())]).is_allowed());
    let nobody = table.decide(action("readClaim"), &[]);
    assert!(matches!(nobody, Decision::Missing { .. }), "no post at all is not even anonymous");
    let decision = table.decide(action("adoptPriority"), &[(Role::ANONYMOUS, ReachSet::all())]);
    assert_eq!(decision, Decision::Missing { needed: vec![(role("community_secretary"), ReachSet::OWN)] });
}

#[tokio::test]
async fn who_may_names_neither_heirs_nor_the_barred() {
    let table = table().await;
    let worker = [(role("community_worker"), ReachSet::OWN)];
    assert_eq!(table.who_may(action("submitImplementation")), worker);
    let may = table.who_may(action("appointPost"));
    assert!(may.contains(&(role("street_secretary"), ReachSet::OWN | ReachSet::BELOW)));
    assert!(table.who_may(action("readPerson")).iter().all(|(role, _)| *role != Role::CIVIC_APP));
}

#[tokio::test]
async fn reasons_name_the_rule_the_missing_reach_and_who_may() {
    let table = table().await;
    let reason = |act: &str, held: &[(Role, ReachSet)]| {
        let (act, decision) = (action(act), table.decide(action(act), held));
        table.reason(act, held, &decision)
    };
    let peer = reason("publishServiceItem", &[(role("community_secretary"), ReachSet::PEER)]);
    assert_eq!(peer.zh, "社区党委书记只可在“本级”的关系下发布服务项目，此处为“同级”。可以者：社区党委书记（本级）。");
    assert_eq!(
        peer.en,
        "community secretary may publish a service item only where the reach is own; here it is peer. \
         Who may: community secretary (own)."
    );
    let residents =
        reason("publishServiceItem", &[(role("resident"), ReachSet::HOME), (role("party_member"), ReachSet::empty())]);
    assert_eq!(residents.zh, "居民、党员：均无权发布服务项目。可以者：社区党委书记（本级）。");
    assert_eq!(
        residents.en,
        "resident, party member: may not publish a service item. Who may: community secretary (own)."
    );

    let explained = table.explain(role("street_secretary"), action("createPriority"), Reach::Own);
    let rule = explained.decision.rule().unwrap();
    assert_eq!(rule.role, role("street_officer"), "inherited");
    let line = format!("{rule} [p, street_officer, priority, createPriority, own, allow]");
    assert_eq!(explained.text.zh, format!("街道党工委书记（本级）可起草重点任务：{line}"));
    assert_eq!(explained.text.en, format!("street secretary (own) may draft a priority: {line}"));
    let barred = table.explain(role("resident"), action("rateServiceItem"), Reach::Involved);
    assert!(barred.text.zh.starts_with("居民（利害关系）不得评价服务项目：ratings.csv:"), "{}", barred.text.zh);
}
