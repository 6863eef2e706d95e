//! What the street may still do once a priority is published.

use serde_json::{Value, json};

use super::town::{FAR, FIRST, SECOND, THIRD, Town, states};

fn adopt(priority_id: &str, community: &str) -> Value {
    json!({"priorityId": priority_id, "communityCode": community, "plan": "逐栋排查"})
}

#[tokio::test]
async fn each_change_is_kept_with_its_reason() {
    Town::on_each(async |town| {
        let id = town.published(&[FIRST, SECOND]).await;
        let amend = json!({
            "priorityId": id, "version": 2, "dueOn": town.day(90), "communityCodes": [SECOND, THIRD], "reason": "进度调整",
        });
        let show = "priority { version dueOn communities { code } changes { nodes { what before after reason changedAt } } }";
        let amended = town.must("secretary", "amendPriority", amend.clone(), show).await["priority"].clone();
        assert_eq!((&amended["version"], &amended["dueOn"]), (&json!(3), &json!(town.day(90))));
        let mut changes = amended["changes"]["nodes"].as_array().unwrap().clone();
        changes.sort_by_key(|change| change["what"].as_str().unwrap().to_owned());
        let said = changes.iter().map(|change| json!([change["what"], change["before"], change["after"], change["reason"]]));
        let expected = [
            json!(["COMMUNITIES", format!("{FIRST},{SECOND}"), format!("{SECOND},{THIRD}"), "进度调整"]),
            json!(["DUE_ON", town.day(60), town.day(90), "进度调整"]),
        ];
        assert_eq!(said.collect::<Vec<_>>(), expected);
        assert_eq!(states(&town.implementations(&id).await), ["RELEASED", "PENDING", "PENDING"]);
        let stale = town.refused("secretary", "amendPriority", amend).await;
        assert_eq!((&stale["code"], &stale["current"]), (&json!("CONFLICT"), &json!(3)));

        let all = json!({"priorityId": id, "version": 3, "communityCodes": [], "reason": "全街道推进"});
        town.must("secretary", "amendPriority", all, "priority { id }").await;
        assert_eq!(states(&town.implementations(&id).await), ["PENDING"; 3], "who was released is asked anew");
    })
    .await;
}

#[tokio::test]
async fn who_adopted_is_not_left_out() {
    Town::on_each(async |town| {
        let id = town.published(&[FIRST, SECOND]).await;
        town.must("first", "adoptPriority", adopt(&id, FIRST), "implementation { id }").await;
        let amend = json!({"priorityId": id, "version": 2, "communityCodes": [THIRD], "reason": "调整"});
        let refusal = town.refused("secretary", "amendPriority", amend).await;
        assert_eq!((&refusal["code"], &refusal["current"]), (&json!("CONFLICT"), &json!("ADOPTED")));
        assert_eq!(refusal["communityCodes"], json!([FIRST]));
        assert_eq!(states(&town.implementations(&id).await), ["ADOPTED", "PENDING"], "nothing of it was kept");
        assert_eq!(town.priority(&id, "version").await["version"], 2);
    })
    .await;
}

#[tokio::test]
async fn wrong_amendments_are_refused() {
    Town::on_each(async |town| {
        let id = town.published(&[FIRST]).await;
        let amend = |key: &str, value: Value| {
            let mut input = json!({"priorityId": id, "version": 2, "dueOn": town.day(70), "reason": "调整"});
            input[key] = value;
            input
        };
        for (account, input, code) in [
            ("officer", amend("reason", json!("r")), "FORBIDDEN"),
            ("first", amend("reason", json!("r")), "FORBIDDEN"),
            ("secretary", amend("communityCodes", json!([FAR])), "FORBIDDEN"),
            ("secretary", amend("communityCodes", json!(["120106001999"])), "INVALID_INPUT"),
            ("secretary", amend("reason", json!("")), "INVALID_INPUT"),
            ("secretary", amend("dueOn", json!(town.day(-1))), "INVALID_INPUT"),
            ("secretary", amend("dueOn", json!(town.day(9))), "INVALID_INPUT"),
            ("secretary", amend("dueOn", json!(town.day(60))), "INVALID_INPUT"),
            ("secretary", amend("version", json!(1)), "CONFLICT"),
        ] {
            assert_eq!(town.refused(account, "amendPriority", input.clone()).await["code"], code, "{account} {input}");
        }
        assert_eq!(
            town.priority(&id, "version changes { totalCount }").await,
            json!({"version": 2, "changes": {"totalCount": 0}})
        );
    })
    .await;
}

#[tokio::test]
async fn withdrawing_takes_back_what_is_open() {
    Town::on_each(async |town| {
        let id = town.published(&[FIRST, SECOND]).await;
        town.must("first", "adoptPriority", adopt(&id, FIRST), "implementation { id }").await;
        let withdraw = json!({"priorityId": id, "reason": "任务合并"});
        assert_eq!(town.refused("officer", "withdrawPriority", withdraw.clone()).await["code"], "FORBIDDEN");
        let show = "priority { status withdrawReason endedAt }";
        let withdrawn = town.must("secretary", "withdrawPriority", withdraw.clone(), show).await["priority"].clone();
        assert_eq!((&withdrawn["status"], &withdrawn["withdrawReason"]), (&json!("WITHDRAWN"), &json!("任务合并")));
        assert_eq!(states(&town.implementations(&id).await), ["WITHDRAWN"; 2]);
        for (account, mutation, input) in [
            ("second", "adoptPriority", adopt(&id, SECOND)),
            ("secretary", "withdrawPriority", withdraw),
            ("secretary", "closePriority", json!({"priorityId": id})),
        ] {
            let refusal = town.refused(account, mutation, input).await;
            assert_eq!((&refusal["current"], &refusal["allowed"]), (&json!("WITHDRAWN"), &json!([])), "{mutation}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_closed_priority_stays_as_far_as_it_came() {
    Town::on_each(async |town| {
        let id = town.published(&[FIRST, SECOND]).await;
        town.must("first", "adoptPriority", adopt(&id, FIRST), "implementation { id }").await;
        town.must("secretary", "closePriority", json!({"priorityId": id}), "priority { id }").await;
        let rows = town.implementations(&id).await;
        assert_eq!(states(&rows), ["ADOPTED", "PENDING"]);
        let submit = json!({"implementationId": rows[0]["id"], "result": "完成"});
        for (account, mutation, input) in
            [("second", "adoptPriority", adopt(&id, SECOND)), ("first", "submitImplementation", submit)]
        {
            let refusal = town.refused(account, mutation, input).await;
            assert_eq!((&refusal["code"], &refusal["current"]), (&json!("CONFLICT"), &json!("CLOSED")), "{mutation}");
        }
    })
    .await;
}
