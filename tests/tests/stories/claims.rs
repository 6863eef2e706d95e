//! Claims 认领: who may claim what where, and what may follow what.

use serde_json::{Value, json};
use tongxin_entity::post::PostRole;
use tongxin_tests::{Actor, Answer, TestApp, on_each_database, text};

on_each_database![
    every_step_is_refused_but_those_that_may_follow,
    a_withdrawn_claim_opens_the_item_again,
    one_claims_only_where_one_serves,
    an_item_of_a_compound_is_for_those_of_the_compound,
    only_the_kinds_named_may_claim,
    one_claims_only_for_an_organisation_of_ones_own,
    nothing_is_claimed_past_its_day,
    a_rival_has_no_hand_in_a_claim,
    what_the_community_itself_claims_is_judged_by_the_street,
    nobody_judges_what_an_organisation_of_theirs_claimed,
    every_place_is_one_claim_and_all_accepted_is_done,
];

async fn claim_as(app: &TestApp, account: &str, item: &str) -> Answer {
    let input = json!({"serviceItemId": item, "claimantId": app.claimant(account).await});
    app.actor(account).act("claimServiceItem", input, "claim { id } serviceItem { status }").await
}

async fn every_step_is_refused_but_those_that_may_follow(app: &TestApp) {
    let (manager, secretary) = (app.actor("property-manager"), app.actor("community-secretary"));
    let item = app.item(json!({})).await;
    let claim = app.claim("property-manager", &item).await;
    let acts: [(&Actor, &str, Value); 5] = [
        (&manager, "startClaim", json!({"claimId": claim})),
        (&manager, "submitClaim", json!({"claimId": claim, "summary": "已完成"})),
        (&secretary, "acceptClaim", json!({"claimId": claim})),
        (&secretary, "returnClaim", json!({"claimId": claim, "reason": "缺照片"})),
        (&manager, "withdrawClaim", json!({"claimId": claim, "reason": "人手不足"})),
    ];
    let walk = [
        ("CLAIMED", vec!["startClaim", "withdrawClaim"], "startClaim"),
        ("IN_PROGRESS", vec!["submitClaim", "withdrawClaim"], "submitClaim"),
        ("SUBMITTED", vec!["acceptClaim", "returnClaim"], "returnClaim"),
        ("RETURNED", vec!["submitClaim", "withdrawClaim"], "submitClaim"),
        ("SUBMITTED", vec!["acceptClaim", "returnClaim"], "acceptClaim"),
        ("ACCEPTED", vec![], ""),
    ];
    for (state, allowed, next) in walk {
        assert_eq!(app.field(&claim, "Claim", "status").await, state);
        for (actor, act, input) in acts.iter().filter(|(_, act, _)| !allowed.contains(act)) {
            let refused = actor.act(act, input.clone(), "claim { id }").await;
            let facts = refused.refused("CONFLICT");
            assert_eq!((&facts["current"], &facts["allowed"]), (&json!(state), &json!(allowed)), "{act}");
            assert!(refused.message().contains(state), "{refused}");
        }
        if let Some((actor, act, input)) = acts.iter().find(|(_, act, _)| *act == next) {
            actor.act(act, input.clone(), "claim { id }").await.done();
        }
    }
}

async fn a_withdrawn_claim_opens_the_item_again(app: &TestApp) {
    let item = app.item(json!({})).await;
    let claim = app.started("property-manager", &item).await;
    let conflict = claim_as(app, "rival-property-manager", &item).await;
    assert_eq!(conflict.refused("CONFLICT")["current"], "IN_PROGRESS");

    let withdraw = json!({"claimId": claim, "reason": "人手不足"});
    let selection = "claim { status reason endedAt } serviceItem { status claimCount }";
    let withdrawn = app.actor("property-manager").act("withdrawClaim", withdraw, selection).await;
    assert_eq!(withdrawn.done()["serviceItem"], json!({"status": "OPEN", "claimCount": 0}));
    assert_eq!(withdrawn.done()["claim"]["reason"], "人手不足");
    assert!(withdrawn.done()["claim"]["endedAt"].is_string());

    assert_eq!(claim_as(app, "rival-property-manager", &item).await.done()["serviceItem"]["status"], "IN_PROGRESS");
    assert_eq!(app.field(&item, "ServiceItem", "claims { totalCount }").await["totalCount"], 2);
}

async fn one_claims_only_where_one_serves(app: &TestApp) {
    let item = app.item(json!({"quota": 9})).await;
    for account in ["property-manager", "rival-property-manager", "owners-chair", "unit-liaison", "social-liaison"] {
        claim_as(app, account, &item).await.done();
    }
    for account in ["far-property-manager", "expired-property-manager"] {
        let refused = claim_as(app, account, &item).await;
        let reason = text(&refused.refused("FORBIDDEN")["reason"]);
        assert!(reason.contains("where it serves"), "{account}: {reason}");
    }
    let company = app.claimant("property-manager").await;
    for account in
        ["resident", "party-member", "part-time-member", "community-secretary", "street-officer", "many-hats"]
    {
        let input = json!({"serviceItemId": item, "claimantId": company});
        app.actor(account).act("claimServiceItem", input, "claim { id }").await.refused("FORBIDDEN");
    }
    let far = app.item_called("新村健身器材维护").await;
    claim_as(app, "property-manager", &far).await.refused("FORBIDDEN");
    claim_as(app, "far-property-manager", &far).await.done();
}

async fn an_item_of_a_compound_is_for_those_of_the_compound(app: &TestApp) {
    let of_one = app.item_called("一区门禁维修").await;
    for account in ["rival-property-manager", "owners-chair", "unit-liaison", "social-liaison"] {
        claim_as(app, account, &of_one).await.refused("FORBIDDEN");
    }
    claim_as(app, "property-manager", &of_one).await.done();

    let of_three = app.item_called("三区公共座椅更换").await;
    for account in ["property-manager", "rival-property-manager"] {
        claim_as(app, account, &of_three).await.refused("FORBIDDEN");
    }
    claim_as(app, "owners-chair", &of_three).await.done();

    // The company that served compound four until its contract ran out.
    claim_as(app, "expired-property-manager", &app.item_called("四区垃圾桶站清洁").await).await.refused("FORBIDDEN");
}

async fn only_the_kinds_named_may_claim(app: &TestApp) {
    let kinds = [
        ("PROPERTY_COMPANY", "property-manager"),
        ("OWNERS_COMMITTEE", "owners-chair"),
        ("UNIT", "unit-liaison"),
        ("SOCIAL_ORGANISATION", "social-liaison"),
    ];
    for (kind, _) in kinds {
        let item = app.item(json!({"claimableBy": [kind], "quota": 4})).await;
        for (other, account) in kinds {
            let answer = claim_as(app, account, &item).await;
            assert_eq!(answer.code(), (other != kind).then_some("FORBIDDEN"), "{account} claims for {kind}: {answer}");
        }
    }
}

async fn one_claims_only_for_an_organisation_of_ones_own(app: &TestApp) {
    let item = app.item(json!({})).await;
    let manager = app.actor("property-manager");
    let claim = |claimant: String| {
        let input = json!({"serviceItemId": item, "claimantId": claimant});
        async { manager.act("claimServiceItem", input, "claim { id }").await }
    };
    claim(app.claimant("rival-property-manager").await).await.refused("FORBIDDEN");
    claim(app.claimant("unit-liaison").await).await.refused("FORBIDDEN");
    // The committee of the community is an organisation, but none that claims.
    claim(app.called("partyOrganisations", "增产里社区党委").await).await.refused("NOT_FOUND");
    claim(format!("company_{}", "0".repeat(26))).await.refused("NOT_FOUND");
    claim(item.clone()).await.refused("NOT_FOUND");
    claim("x".to_owned()).await.refused("NOT_FOUND");
}

async fn nothing_is_claimed_past_its_day(app: &TestApp) {
    let item = app.item(json!({"dueOn": app.day(0), "quota": 2})).await;
    claim_as(app, "property-manager", &item).await.done();
    let due = app.day(0);
    app.clock.advance(chrono::TimeDelta::hours(12));
    assert_ne!(app.day(0), due, "midnight in China has passed");
    let refused = claim_as(app, "unit-liaison", &item).await;
    assert_eq!(refused.refused("CONFLICT")["dueOn"], due);
}

async fn a_rival_has_no_hand_in_a_claim(app: &TestApp) {
    let item = app.item(json!({})).await;
    let claim = app.claim("property-manager", &item).await;
    for account in ["rival-property-manager", "community-secretary", "street-secretary", "resident"] {
        let actor = app.actor(account);
        for (act, input) in [
            ("startClaim", json!({"claimId": claim})),
            ("submitClaim", json!({"claimId": claim, "summary": ""})),
            ("withdrawClaim", json!({"claimId": claim, "reason": ""})),
        ] {
            actor.act(act, input, "claim { id }").await.refused("FORBIDDEN");
        }
    }
    app.actor("property-manager").act("startClaim", json!({"claimId": claim}), "claim { id }").await.done();
    for account in ["property-manager", "rival-property-manager", "other-community-secretary", "street-secretary"] {
        app.actor(account).act("acceptClaim", json!({"claimId": claim}), "claim { id }").await.refused("FORBIDDEN");
    }
}

async fn what_the_community_itself_claims_is_judged_by_the_street(app: &TestApp) {
    let (secretary, worker) = (app.actor("community-secretary"), app.actor("community-worker"));
    let (street, officer) = (app.actor("street-secretary"), app.actor("street-officer"));
    let item = app.item_called("老楼院院墙修补").await;
    let claims = app.field(&item, "ServiceItem", "claims { nodes { id status claimant { name } } }").await;
    let claim = &claims["nodes"][0];
    assert_eq!(
        (&claim["status"], &claim["claimant"]["name"]),
        (&json!("SUBMITTED"), &json!("增产里社区兜底物业服务队（演示）"))
    );
    let back = json!({"claimId": claim["id"], "reason": "墙顶未修"});
    let (claim, id) = (json!({"claimId": claim["id"]}), text(&claim["id"]));

    secretary.act("acceptClaim", claim.clone(), "claim { id }").await.refused("FORBIDDEN");
    worker.act("returnClaim", back.clone(), "claim { id }").await.refused("FORBIDDEN");
    officer.act("acceptClaim", claim.clone(), "claim { id }").await.refused("FORBIDDEN");
    officer.act("returnClaim", back, "claim { status }").await.done();
    let leader = app.person_called("谢样例").await;
    leader.act("submitClaim", json!({"claimId": id, "summary": "墙顶已修"}), "claim { id }").await.done();
    let accepted = street.act("acceptClaim", claim, "claim { status } serviceItem { status }").await;
    assert_eq!(accepted.done(), &json!({"claim": {"status": "ACCEPTED"}, "serviceItem": {"status": "DONE"}}));
}

async fn nobody_judges_what_an_organisation_of_theirs_claimed(app: &TestApp) {
    let secretary = app.actor("community-secretary");
    let item = app.item(json!({"quota": 2})).await;
    let company = app.submitted("property-manager", &item).await;
    let unit = app.submitted("unit-liaison", &item).await;
    // The secretary now also belongs to the company, as no more than a manager beside the one who claimed.
    let claimant = app.claimant("property-manager").await;
    app.give_post(&app.id_of("community-secretary"), PostRole::PropertyManager, &claimant).await;

    let refused = secretary.act("acceptClaim", json!({"claimId": company}), "claim { id }").await;
    let facts = refused.refused("FORBIDDEN");
    assert!(text(&facts["rule"]).starts_with("recusal.csv:"), "{facts}");
    assert!(text(&facts["reason"]).contains("involved"), "{facts}");
    let back = json!({"claimId": company, "reason": "缺照片"});
    secretary.act("returnClaim", back, "claim { id }").await.refused("FORBIDDEN");
    secretary.act("acceptClaim", json!({"claimId": unit}), "claim { id }").await.done();
}

async fn every_place_is_one_claim_and_all_accepted_is_done(app: &TestApp) {
    let item = app.item(json!({"quota": 2})).await;
    let state = async || {
        let mut all = Vec::new();
        for field in ["status", "claimCount", "acceptedCount"] {
            all.push(app.field(&item, "ServiceItem", field).await);
        }
        Value::from(all)
    };
    let first = app.submitted("property-manager", &item).await;
    assert_eq!(state().await, json!(["OPEN", 1, 0]));
    let again = claim_as(app, "property-manager", &item).await;
    assert!(again.refused("CONFLICT")["current"].is_string(), "{again}");
    let second = app.submitted("unit-liaison", &item).await;
    assert_eq!(state().await, json!(["IN_PROGRESS", 2, 0]));
    for (claim, after) in [(first, json!(["IN_PROGRESS", 2, 1])), (second, json!(["DONE", 2, 2]))] {
        app.actor("community-secretary").act("acceptClaim", json!({"claimId": claim}), "claim { id }").await.done();
        assert_eq!(state().await, after);
    }
    assert!(app.field(&item, "ServiceItem", "doneAt").await.is_string());
}
