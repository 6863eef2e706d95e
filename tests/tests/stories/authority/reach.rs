//! Nobody acts outside their reach: what is permitted, at random, is what the policies and the seats say.

use std::collections::HashMap;

use proptest::{prelude::Strategy as _, strategy::ValueTree as _, test_runner::TestRunner};
use tongxin_tests::{
    TestApp, on_each_database,
    places::{FAR, HERE, SIBLING},
};

use super::{
    attempts::{self, Outcome},
    seats::{ACCOUNTS, held},
};

on_each_database![nobody_acts_outside_their_reach];

/// Of some 2,400 combinations, as many as take a few seconds; the same ones every time.
const CASES: usize = 500;

async fn nobody_acts_outside_their_reach(app: &TestApp) {
    let policy = app.authority.policy();
    let mut all = Vec::new();
    for code in [HERE, SIBLING, FAR] {
        all.extend(attempts::aimed_at(app, code).await);
    }
    let mut claimants = HashMap::new();
    for (account, roles) in ACCOUNTS {
        let claims = ["property_manager", "owners_chair", "unit_liaison"];
        if roles.iter().any(|(role, _)| claims.contains(role)) {
            claimants.insert(*account, app.claimant(account).await);
        }
    }
    // A committee's members belong to it, and so have a hand in what it claimed.
    claimants.insert("many-hats", app.called("ownersCommittees", "演示家园三区").await);

    let mut runner = TestRunner::deterministic();
    let pick = (0..ACCOUNTS.len(), 0..all.len());
    let (mut permitted, mut refused) = (0, 0);
    for _ in 0..CASES {
        let (account, attempt) = pick.new_tree(&mut runner).expect("a case").current();
        let ((account, _), attempt) = (ACCOUNTS[account], &all[attempt]);
        let actor = if account == "stranger" { app.stranger() } else { app.actor(account) };
        let outcome = attempt.as_actor(app, &actor).await;
        let claimant = claimants.get(account).map(String::as_str);
        let held = held(app, account, claimant, &attempt.place);
        let decision = policy.decide(policy.action(attempt.act).expect("an action"), &held);
        let told = format!("{account} {} at {:?}: {outcome:?}, {decision:?}", attempt.act, attempt.place);
        assert_eq!(outcome == Outcome::May, decision.is_allowed(), "{told}");
        *if decision.is_allowed() { &mut permitted } else { &mut refused } += 1;
    }
    assert!(permitted > 10 && refused > 100, "{permitted} permitted, {refused} refused: the cases try both");
}
