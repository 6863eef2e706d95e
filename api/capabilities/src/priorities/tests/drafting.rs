//! From a draft to a published priority.

use serde_json::{Value, json};

use super::town::{FAR, FIRST, SECOND, STREET, THIRD, Town, states};

#[tokio::test]
async fn a_draft_is_seen_by_those_who_prepare_it_until_it_is_published() {
    Town::on_each(async |town| {
        let id = town.draft(&[]).await;
        let look =
            "query($id: ID!) { priority(id: $id) { status adoptBy progress communities { code } createdBy { id } } }";
        for stranger in ["", "far-officer", "first"] {
            let answer = town.ask(stranger, look, json!({"id": id})).await;
            assert_eq!(answer["errors"][0]["extensions"]["code"], "NOT_FOUND", "{stranger}");
        }
        let draft = town.ask("officer", look, json!({"id": id})).await["data"]["priority"].clone();
        let communities = json!([{"code": FIRST}, {"code": SECOND}, {"code": THIRD}]);
        assert_eq!(draft["communities"], communities, "[] means all communities of the street");
        assert_eq!((&draft["status"], &draft["adoptBy"]), (&json!("DRAFT"), &Value::Null));
        assert_eq!(draft["progress"].as_f64(), Some(0.0));

        // The officer prepares, the secretary decides.
        assert_eq!(town.refused("officer", "publishPriority", json!({"priorityId": id})).await["code"], "FORBIDDEN");
        town.must("secretary", "publishPriority", json!({"priorityId": id}), "priority { id }").await;
        let public = town.priority(&id, "status adoptBy publishedAt street { code } createdBy { id } version").await;
        assert_eq!((&public["status"], &public["adoptBy"]), (&json!("PUBLISHED"), &json!(town.day(10))));
        assert_eq!((&public["street"]["code"], &public["version"]), (&json!(STREET), &json!(2)));
        assert_eq!(public["createdBy"], Value::Null, "who drafted it is not public");
        assert_eq!(states(&town.implementations(&id).await), ["PENDING"; 3]);

        let again = town.refused("secretary", "publishPriority", json!({"priorityId": id})).await;
        assert_eq!((&again["code"], &again["current"]), (&json!("CONFLICT"), &json!("PUBLISHED")));
        assert_eq!(again["allowed"], json!(["amendPriority", "closePriority", "withdrawPriority"]));
    })
    .await;
}

#[tokio::test]
async fn wrong_drafts_are_refused_with_every_fault() {
    Town::on_each(async |town| {
        let proposal = |key: &str, value: Value| {
            let mut input = town.proposal(&[]);
            input[key] = value;
            input
        };
        let table = [
            (proposal("title", json!("  ")), "INVALID_INPUT", "input.title"),
            (proposal("title", json!("字".repeat(201))), "INVALID_INPUT", "input.title"),
            (proposal("target", json!("")), "INVALID_INPUT", "input.target"),
            (proposal("description", json!("a\u{7}")), "INVALID_INPUT", "input.description"),
            (proposal("dueOn", json!(town.day(-1))), "INVALID_INPUT", "input.dueOn"),
            (proposal("adoptBy", json!(town.day(61))), "INVALID_INPUT", "input.adoptBy"),
            (proposal("weight", json!(0)), "INVALID_INPUT", "input.weight"),
            (proposal("communityCodes", json!([FIRST, "120106001999"])), "INVALID_INPUT", "input.communityCodes.1"),
            (proposal("communityCodes", json!(["nowhere"])), "INVALID_INPUT", "input.communityCodes.0"),
            (proposal("communityCodes", json!([STREET])), "INVALID_INPUT", "input.communityCodes.0"),
            // A place outside the actor's reach is forbidden, whatever else is wrong.
            (proposal("communityCodes", json!([FIRST, FAR, "nowhere"])), "FORBIDDEN", ""),
            (proposal("communityCodes", json!(["120106"])), "FORBIDDEN", ""),
            (proposal("streetCode", json!("120106003")), "FORBIDDEN", ""),
            (proposal("streetCode", json!("\0")), "FORBIDDEN", ""),
        ];
        for (input, code, path) in table {
            let refusal = town.refused("officer", "createPriority", input.clone()).await;
            assert_eq!(refusal["code"], code, "{input}");
            assert_eq!(refusal["fields"][0]["path"].as_str().unwrap_or_default(), path, "{input}");
        }
        let mut wrong = proposal("weight", json!(101));
        wrong["title"] = json!("");
        let refusal = town.refused("officer", "createPriority", wrong).await;
        assert_eq!(refusal["fields"].as_array().map(Vec::len), Some(2), "every fault at once");
        for account in ["", "first"] {
            let refusal = town.refused(account, "createPriority", town.proposal(&[])).await;
            assert_eq!(refusal["code"], "FORBIDDEN", "{account}");
        }
        let none = town.ask("officer", "{ priorities { totalCount } }", json!({})).await;
        assert_eq!(none["data"]["priorities"]["totalCount"], 0);
    })
    .await;
}

#[tokio::test]
async fn a_draft_is_edited_by_its_version() {
    Town::on_each(async |town| {
        let id = town.draft(&[FIRST]).await;
        let edit = json!({
            "priorityId": id, "version": 1, "title": "路灯", "communityCodes": [SECOND], "adoptBy": town.day(5),
        });
        let show = "priority { title target adoptBy communities { code } version }";
        let edited = town.must("officer", "updatePriority", edit.clone(), show).await;
        let expected = json!({
            "title": "路灯", "target": "修复率 95%", "adoptBy": town.day(5), "communities": [{"code": SECOND}], "version": 2,
        });
        assert_eq!(edited["priority"], expected);
        let stale = town.refused("officer", "updatePriority", edit).await;
        assert_eq!((&stale["code"], &stale["current"]), (&json!("CONFLICT"), &json!(2)));

        let clear = json!({"priorityId": id, "version": 2, "adoptBy": null});
        let edited = town.must("officer", "updatePriority", clear, "priority { adoptBy title }").await;
        assert_eq!(edited["priority"], json!({"adoptBy": null, "title": "路灯"}));

        let far = town.refused("far-officer", "updatePriority", json!({"priorityId": id, "version": 3})).await;
        assert_eq!(far["code"], "NOT_FOUND", "a draft of another street is not seen at all");
        town.must("secretary", "publishPriority", json!({"priorityId": id}), "priority { id }").await;
        let far = town.refused("far-officer", "updatePriority", json!({"priorityId": id, "version": 4})).await;
        assert_eq!(far["code"], "FORBIDDEN");
        let late = town.refused("officer", "updatePriority", json!({"priorityId": id, "version": 4})).await;
        assert_eq!((&late["code"], &late["current"]), (&json!("CONFLICT"), &json!("PUBLISHED")));
    })
    .await;
}

#[tokio::test]
async fn a_draft_whose_day_has_passed_is_updated_first() {
    Town::on_each(async |town| {
        let id = town.draft(&[]).await;
        town.clock.advance(chrono::TimeDelta::days(61));
        let refusal = town.refused("secretary", "publishPriority", json!({"priorityId": id})).await;
        assert_eq!(refusal, json!({"code": "CONFLICT", "current": "DRAFT", "allowed": ["updatePriority"]}));
    })
    .await;
}

#[tokio::test]
async fn lists_are_filtered_and_ordered() {
    Town::on_each(async |town| {
        let first = town.published(&[FIRST]).await;
        town.clock.advance(chrono::TimeDelta::seconds(1));
        let second = town.published(&[SECOND]).await;
        let sooner = json!({"priorityId": second, "version": 2, "dueOn": town.day(30), "reason": "上级要求"});
        town.must("secretary", "amendPriority", sooner, "priority { id }").await;
        for (arguments, expected) in [
            ("", vec![&second, &first]),
            ("(orderBy: OLDEST)", vec![&first, &second]),
            ("(orderBy: DUE_FIRST)", vec![&second, &first]),
            (r#"(filter: {communityCode: "120106001001"})"#, vec![&first]),
            (r#"(filter: {streetCode: "120106003"})"#, vec![]),
            ("(filter: {status: DRAFT})", vec![]),
        ] {
            let answer = town.ask("", &format!("{{ priorities{arguments} {{ nodes {{ id }} }} }}"), json!({})).await;
            let ids = answer["data"]["priorities"]["nodes"].as_array().unwrap().iter().map(|node| &node["id"]);
            assert_eq!(ids.collect::<Vec<_>>(), expected, "{arguments}");
        }
        for (show, expected) in [
            ("totalCount", json!({"totalCount": 2})),
            ("__typename", json!({"__typename": "PriorityConnection"})),
            ("pageInfo { hasPreviousPage }", json!({"pageInfo": {"hasPreviousPage": false}})),
            ("pageInfo { __typename }", json!({"pageInfo": {"__typename": "PageInfo"}})),
        ] {
            let answer = town.ask("", &format!("{{ priorities {{ {show} }} }}"), json!({})).await;
            assert_eq!(answer["data"]["priorities"], expected, "alone, {show} is of the whole list: {answer}");
        }
        let page = "query($after: String) { priorities(first: 1, orderBy: DUE_FIRST, after: $after) {
            nodes { id } pageInfo { endCursor hasNextPage } } }";
        let one = town.ask("", page, json!({})).await["data"]["priorities"].clone();
        let two =
            town.ask("", page, json!({"after": one["pageInfo"]["endCursor"]})).await["data"]["priorities"].clone();
        assert_eq!((&one["nodes"][0]["id"], &two["nodes"][0]["id"]), (&json!(second), &json!(first)));
        assert_eq!((&one["pageInfo"]["hasNextPage"], &two["pageInfo"]["hasNextPage"]), (&json!(true), &json!(false)));
    })
    .await;
}
