//! Wrong input, answered well: one table of what is sent, as whom, and what comes back.

use reqwest::StatusCode;
use serde_json::{Value, json};
use tongxin_tests::{
    TestApp, on_each_database,
    places::{FAR, FAR_STREET, HERE, STREET},
    text, with,
};

on_each_database![
    every_wrong_input_is_refused_by_its_code,
    every_bad_field_is_named_at_once,
    odd_text_is_kept_as_it_was_written,
    permission_is_told_before_input_and_input_before_state,
    what_is_no_request_is_told_as_such,
    reading_what_is_not_there_is_null_with_one_error,
    a_nul_is_found_nowhere,
    lists_and_texts_of_a_question_are_bounded,
    the_empty_operation_name_is_none_on_every_way_in,
    a_field_of_an_input_stands_once,
];

async fn every_wrong_input_is_refused_by_its_code(app: &TestApp) {
    let item = app.item(json!({})).await;
    let closed = app.item_called("垃圾分类宣传周").await;
    let overdue = app.item(json!({"dueOn": app.day(0)})).await;
    app.clock.advance(chrono::TimeDelta::hours(13));
    let (company, unit) = (app.claimant("property-manager").await, app.claimant("unit-liaison").await);
    let claim = |item: &str, by: &str| json!({"serviceItemId": item, "claimantId": by});
    let publish = |other: Value| with(app.content(), other);
    let plan = |other: Value| with(app.plan(), other);
    let gone = format!("item_{}", "0".repeat(26));
    let long = "长".repeat(10_000);
    let (item_of, claim_of, plan_of) = ("serviceItem { id }", "claim { id }", "priority { id }");
    let (secretary, manager, officer) = ("community-secretary", "property-manager", "street-officer");
    let invalid = |path, code| ("INVALID_INPUT", Some((path, code)));
    let code = |code| (code, None::<(&str, &str)>);

    #[rustfmt::skip]
    let table = [
        // Ids.
        ("unknown id", manager, "claimServiceItem", claim(&gone, &company), claim_of, code("NOT_FOUND")),
        ("no id", manager, "claimServiceItem", claim("", &company), claim_of, code("NOT_FOUND")),
        ("id of another type", manager, "claimServiceItem", claim(&company, &company), claim_of, code("NOT_FOUND")),
        ("long id", manager, "claimServiceItem", claim(&long, &company), claim_of, invalid("input.serviceItemId", "TOO_LONG")),
        ("id with a quote", manager, "claimServiceItem", claim("item_' OR 1=1 --", &company), claim_of, code("NOT_FOUND")),
        ("unknown claimant", manager, "claimServiceItem", claim(&item, "company_x"), claim_of, code("NOT_FOUND")),
        ("a number as id", manager, "startClaim", json!({"claimId": 7}), claim_of, code("NOT_FOUND")),
        ("null as id", manager, "startClaim", json!({"claimId": null}), claim_of, code("INVALID_INPUT")),
        ("no such field", manager, "startClaim", json!({"claimId": "x", "y": 1}), claim_of, code("INVALID_INPUT")),
        // Places.
        ("foreign community", secretary, "publishServiceItem", publish(json!({"communityCode": FAR})), item_of, code("FORBIDDEN")),
        ("no community", secretary, "publishServiceItem", publish(json!({"communityCode": ""})), item_of, code("FORBIDDEN")),
        ("foreign street", officer, "createPriority", plan(json!({"streetCode": FAR_STREET})), plan_of, code("FORBIDDEN")),
        ("community as street", officer, "createPriority", plan(json!({"streetCode": HERE})), plan_of, code("FORBIDDEN")),
        ("community of another street", officer, "createPriority", plan(json!({"communityCodes": [FAR]})), plan_of, code("FORBIDDEN")),
        ("too many communities", officer, "createPriority", plan(json!({"communityCodes": vec![HERE; 201]})), plan_of, invalid("input.communityCodes", "TOO_MANY")),
        ("street as community", officer, "createPriority", plan(json!({"communityCodes": [STREET]})), plan_of, invalid("input.communityCodes.0", "NOT_OF_THE_STREET")),
        // State.
        ("closed item", "unit-liaison", "claimServiceItem", claim(&closed, &unit), claim_of, code("CONFLICT")),
        ("past due date", manager, "claimServiceItem", claim(&overdue, &company), claim_of, code("CONFLICT")),
        // Text.
        ("empty title", secretary, "publishServiceItem", publish(json!({"title": ""})), item_of, invalid("input.title", "TOO_SHORT")),
        ("blank title", secretary, "publishServiceItem", publish(json!({"title": " \u{3000}\n "})), item_of, invalid("input.title", "TOO_SHORT")),
        ("long title", secretary, "publishServiceItem", publish(json!({"title": long})), item_of, invalid("input.title", "TOO_LONG")),
        ("control character", secretary, "publishServiceItem", publish(json!({"title": "a\u{7}"})), item_of, invalid("input.title", "CONTROL_CHARACTER")),
        ("NUL", secretary, "publishServiceItem", publish(json!({"description": "a\0b"})), item_of, invalid("input.description", "CONTROL_CHARACTER")),
        ("a title that shows nothing", secretary, "publishServiceItem", publish(json!({"title": "\u{3164}"})), item_of, invalid("input.title", "TOO_SHORT")),
        ("a title of braille without dots", secretary, "publishServiceItem", publish(json!({"title": "\u{2800}\u{2800}"})), item_of, invalid("input.title", "TOO_SHORT")),
        ("an audience that shows nothing", secretary, "publishServiceItem", publish(json!({"audience": "\u{fe0f}\u{e0041}"})), item_of, invalid("input.audience", "INVISIBLE")),
        ("a title that is turned", secretary, "publishServiceItem", publish(json!({"title": "\u{202e}从右到左"})), item_of, invalid("input.title", "DIRECTION")),
        ("a garbled title", secretary, "publishServiceItem", publish(json!({"title": "麦锟斤拷镇"})), item_of, invalid("input.title", "GARBLED")),
        ("a title with what was lost", secretary, "publishServiceItem", publish(json!({"title": "麦\u{fffd}镇"})), item_of, invalid("input.title", "GARBLED")),
        ("null title", secretary, "publishServiceItem", publish(json!({"title": null})), item_of, code("INVALID_INPUT")),
        ("a list as title", secretary, "publishServiceItem", publish(json!({"title": ["甲"]})), item_of, code("INVALID_INPUT")),
        // Numbers, days, words.
        ("negative quota", secretary, "publishServiceItem", publish(json!({"quota": -1})), item_of, invalid("input.quota", "OUT_OF_RANGE")),
        ("no quota", secretary, "publishServiceItem", publish(json!({"quota": 0})), item_of, invalid("input.quota", "OUT_OF_RANGE")),
        ("huge quota", secretary, "publishServiceItem", publish(json!({"quota": 1001})), item_of, invalid("input.quota", "OUT_OF_RANGE")),
        ("quota beyond 32 bits", secretary, "publishServiceItem", publish(json!({"quota": 3_000_000_000_u32})), item_of, code("INVALID_INPUT")),
        ("half a quota", secretary, "publishServiceItem", publish(json!({"quota": 1.5})), item_of, code("INVALID_INPUT")),
        ("quota in words", secretary, "publishServiceItem", publish(json!({"quota": "1"})), item_of, code("INVALID_INPUT")),
        ("yesterday", secretary, "publishServiceItem", publish(json!({"dueOn": app.day(-1)})), item_of, invalid("input.dueOn", "PAST")),
        ("no day", secretary, "publishServiceItem", publish(json!({"dueOn": "2026-02-30"})), item_of, code("INVALID_INPUT")),
        ("another way to write a day", secretary, "publishServiceItem", publish(json!({"dueOn": "2027-1-1"})), item_of, code("INVALID_INPUT")),
        ("a day of the year 99999", secretary, "publishServiceItem", publish(json!({"dueOn": "99999-01-01"})), item_of, code("INVALID_INPUT")),
        ("a day with a blank", secretary, "publishServiceItem", publish(json!({"dueOn": "2030-03- 1"})), item_of, invalid("variables.input.dueOn", "WRONG_TYPE")),
        ("a day with a sign", secretary, "publishServiceItem", publish(json!({"dueOn": "+10000-1-1"})), item_of, invalid("variables.input.dueOn", "WRONG_TYPE")),
        ("a day of the year 3000", secretary, "publishServiceItem", publish(json!({"dueOn": "3000-01-01"})), item_of, invalid("variables.input.dueOn", "WRONG_TYPE")),
        ("kinds again and again", secretary, "publishServiceItem", publish(json!({"claimableBy": ["UNIT", "UNIT", "UNIT", "UNIT", "UNIT"]})), item_of, invalid("input.claimableBy", "TOO_MANY")),
        ("nobody may claim", secretary, "publishServiceItem", publish(json!({"claimableBy": []})), item_of, invalid("input.claimableBy", "EMPTY")),
        ("unknown kind", secretary, "publishServiceItem", publish(json!({"claimableBy": ["CITY"]})), item_of, code("INVALID_INPUT")),
        ("weight 0", officer, "createPriority", plan(json!({"weight": 0})), plan_of, invalid("input.weight", "OUT_OF_RANGE")),
        ("adopted after it is due", officer, "createPriority", plan(json!({"adoptBy": app.day(130)})), plan_of, invalid("input.adoptBy", "AFTER_DUE_DATE")),
        // People.
        ("an expired post", "lapsed-member", "publishServiceItem", publish(json!({})), item_of, code("FORBIDDEN")),
        ("an expired contract", "expired-property-manager", "claimServiceItem", claim(&item, &app.claimant("expired-property-manager").await), claim_of, code("FORBIDDEN")),
    ];
    for (what, account, act, input, selection, (code, fault)) in table {
        let answer = app.actor(account).act(act, input, selection).await;
        assert_eq!(answer.code(), Some(code), "{what}: {answer}");
        if let Some(fault) = fault {
            assert_eq!(answer.bad_fields(), [fault], "{what}");
        }
        assert!(!answer.message().is_empty(), "{what}");
        assert!(
            text(&json!(answer.body.to_string())).len() < 4000,
            "{what}: an answer does not repeat all it was sent"
        );
    }
}

async fn every_bad_field_is_named_at_once(app: &TestApp) {
    let bad = json!({
        "title": "", "description": "\u{1}", "dueOn": app.day(-1), "claimableBy": [], "quota": 0,
        "audience": "长".repeat(1001),
    });
    let secretary = app.actor("community-secretary");
    let answer = secretary.act("publishServiceItem", with(app.content(), bad), "serviceItem { id }").await;
    let mut faults = answer.bad_fields();
    faults.sort_unstable();
    let expected = [
        ("input.audience", "TOO_LONG"),
        ("input.claimableBy", "EMPTY"),
        ("input.description", "CONTROL_CHARACTER"),
        ("input.dueOn", "PAST"),
        ("input.quota", "OUT_OF_RANGE"),
        ("input.title", "TOO_SHORT"),
    ];
    assert_eq!(faults, expected);
}

async fn odd_text_is_kept_as_it_was_written(app: &TestApp) {
    for (sent, kept) in [
        ("👨‍👩‍👧‍👦 邻里节", "👨‍👩‍👧‍👦 邻里节"),
        ("  前后空白\t", "前后空白"),
        ("e\u{301}", "é"),
        ("'; DROP TABLE claim; --", "'; DROP TABLE claim; --"),
        ("\"引号\" \\ 反斜杠", "\"引号\" \\ 反斜杠"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("ئۇيغۇرچە\u{200f} 3", "ئۇيغۇرچە\u{200f} 3"),
        ("麦?镇", "麦?镇"),
        ("𠮷野家", "𠮷野家"),
        (&"长".repeat(200), &"长".repeat(200)),
    ] {
        let item = app.item(json!({"title": sent})).await;
        assert_eq!(app.field(&item, "ServiceItem", "title").await, kept);
    }
}

async fn permission_is_told_before_input_and_input_before_state(app: &TestApp) {
    let item = app.item(json!({})).await;
    let cancel = |reason: &str| json!({"serviceItemId": item, "reason": reason});
    let act = async |account: &str, reason: &str| {
        app.actor(account).act("cancelServiceItem", cancel(reason), "serviceItem { id }").await
    };
    act("community-secretary", "不再需要").await.done();
    // Now the state refuses it too. Everything is wrong; what is told first is what comes first.
    act("community-worker", "").await.refused("FORBIDDEN");
    act("community-secretary", "").await.refused("INVALID_INPUT");
    act("community-secretary", "不再需要").await.refused("CONFLICT");
    let hidden = json!({"serviceItemId": app.draft(json!({})).await, "reason": ""});
    for account in ["street-secretary", "resident", "other-community-secretary"] {
        app.actor(account).act("cancelServiceItem", hidden.clone(), "serviceItem { id }").await.refused("NOT_FOUND");
    }
    app.stranger().act("cancelServiceItem", hidden.clone(), "serviceItem { id }").await.refused("NOT_FOUND");
    app.bearer("x").act("cancelServiceItem", hidden, "serviceItem { id }").await.refused("UNAUTHENTICATED");
}

async fn what_is_no_request_is_told_as_such(app: &TestApp) {
    let client = reqwest::Client::new();
    let send = async |content_type: &str, body: &str| {
        let request = client.post(format!("http://{}/graphql", app.address)).header("content-type", content_type);
        let response = request.body(body.to_owned()).send().await.unwrap();
        let status = response.status();
        let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        assert!(body.get("data").is_none(), "{body}");
        (status, text(&body["errors"][0]["extensions"]["code"]))
    };
    let json = "application/json";
    for body in ["", "{", "[]", "null", "\"{ me { id } }\"", "{\"query\": 1}", "{\"query\": null}", "{}", "\u{feff}{}"]
    {
        assert_eq!(send(json, body).await, (StatusCode::BAD_REQUEST, "INVALID_INPUT".into()), "{body:?}");
    }
    for variables in ["1", "[]", "\"x\""] {
        let body = format!("{{\"query\": \"{{ me {{ id }} }}\", \"variables\": {variables}}}");
        assert_eq!(send(json, &body).await.0, StatusCode::BAD_REQUEST, "{variables}");
    }
    let query = r#"{"query": "{ me { id } }"}"#;
    for other in ["text/plain", "application/x-www-form-urlencoded", "application/xml"] {
        assert_eq!(send(other, query).await, (StatusCode::UNSUPPORTED_MEDIA_TYPE, "INVALID_INPUT".into()), "{other}");
    }
    let huge = format!("{{\"query\": \"{{ me {{ id }} }} # {}\"}}", "x".repeat(200_000));
    assert_eq!(send(json, &huge).await.0, StatusCode::PAYLOAD_TOO_LARGE);
}

async fn reading_what_is_not_there_is_null_with_one_error(app: &TestApp) {
    let stranger = app.stranger();
    let draft = app.draft(json!({})).await;
    let document = "query($id: ID!) { serviceItem(id: $id) { title } me { id } region(code: \"120106\") { name } }";
    for id in [draft.as_str(), "item_x", "", "🙂", &"x".repeat(100)] {
        let answer = stranger.query(document, json!({"id": id})).await;
        answer.refused("NOT_FOUND");
        assert_eq!(answer.body["data"], json!({"serviceItem": null, "me": null, "region": {"name": "红桥区"}}));
        let errors = answer.body["errors"].as_array().unwrap();
        assert_eq!((errors.len(), &errors[0]["path"]), (1, &json!(["serviceItem"])), "{answer}");
    }
}

async fn a_nul_is_found_nowhere(app: &TestApp) {
    let manager = app.actor("property-manager");
    let input = json!({"serviceItemId": "item_\0", "claimantId": app.claimant("property-manager").await});
    manager.act("claimServiceItem", input, "claim { id }").await.refused("NOT_FOUND");
    let one = "query($id: ID!) { serviceItem(id: $id) { id } }";
    manager.query(one, json!({"id": "item_\0"})).await.refused("NOT_FOUND");
    let list = "query($filter: UnitFilter) { units(filter: $filter) { totalCount } }";
    let found = manager.read(list, json!({"filter": {"nameContains": "\0"}})).await;
    assert_eq!(found["units"]["totalCount"], 0);
}

async fn lists_and_texts_of_a_question_are_bounded(app: &TestApp) {
    let stranger = app.stranger();
    let items = "query($f: ServiceItemFilter) { serviceItems(filter: $f) { totalCount } }";
    let all = ["DRAFT", "OPEN", "IN_PROGRESS", "DONE", "CLOSED", "EXPIRED", "CANCELLED"];
    let counted = stranger.read(items, json!({"f": {"statusIn": all}})).await;
    assert!(counted["serviceItems"]["totalCount"].as_u64() > Some(0));
    let units = "query($f: UnitFilter) { units(filter: $f) { totalCount } }";
    let pages = "query($c: String) { serviceItems(after: $c) { totalCount } }";
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }";
    let node = "query($id: ID!) { node(id: $id) { id } }";
    let region = "query($code: String!) { region(code: $code) { id } }";
    let can = "query($a: String!) { can(action: $a, on: \"x\") { allowed } }";
    for (document, variables, fault) in [
        (items, json!({"f": {"statusIn": vec!["OPEN"; 8193]}}), ("filter.statusIn", "TOO_MANY")),
        (items, json!({"f": {"statusIn": vec!["OPEN"; 8]}}), ("filter.statusIn", "TOO_MANY")),
        (items, json!({"f": {"communityCode": "1".repeat(201)}}), ("filter.communityCode", "TOO_LONG")),
        (units, json!({"f": {"nameContains": "x".repeat(50_001)}}), ("filter.nameContains", "TOO_LONG")),
        (units, json!({"f": {"nameContains": "长".repeat(201)}}), ("filter.nameContains", "TOO_LONG")),
        (pages, json!({"c": "0".repeat(501)}), ("after", "TOO_LONG")),
        (nodes, json!({"ids": vec!["x"; 101]}), ("ids", "TOO_MANY")),
        (nodes, json!({"ids": ["x", "x".repeat(101)]}), ("ids.1", "TOO_LONG")),
        (node, json!({"id": "x".repeat(101)}), ("id", "TOO_LONG")),
        (region, json!({"code": "1".repeat(201)}), ("code", "TOO_LONG")),
        (can, json!({"a": "a".repeat(201)}), ("action", "TOO_LONG")),
    ] {
        let answer = stranger.query(document, variables).await;
        assert_eq!(answer.code(), Some("INVALID_INPUT"), "{document}: {answer}");
        assert_eq!(answer.bad_fields(), [fault], "{document}");
    }
    let longest = stranger.read(units, json!({"f": {"nameContains": "长".repeat(200)}})).await;
    assert_eq!(longest["units"]["totalCount"], 0);
}

async fn the_empty_operation_name_is_none_on_every_way_in(app: &TestApp) {
    let client = reqwest::Client::new();
    let address = format!("http://{}/graphql", app.address);
    let body = json!({"query": "query A { __typename }", "operationName": ""});
    let post = client.post(&address).header("content-type", "application/json").body(body.to_string());
    let get = client.get(format!("{address}?query=query%20A%20%7B%20__typename%20%7D&operationName="));
    for request in [post, get] {
        let response = request.header("accept", "application/json").send().await.unwrap();
        let answer: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        assert_eq!(answer, json!({"data": {"__typename": "Query"}}));
    }
    let mut socket = app.call(&app.stranger()).await;
    assert_eq!(socket.hear().await, Ok(json!({"type": "connection_ack"})));
    socket.say(json!({"type": "subscribe", "id": "1", "payload": body})).await;
    assert_eq!(socket.event().await, json!({"__typename": "Query"}));
}

async fn a_field_of_an_input_stands_once(app: &TestApp) {
    for document in [
        "{ serviceItems(filter: {status: OPEN, status: CLOSED}) { totalCount } }",
        "{ serviceItems(filter: {status: OPEN}, filter: {status: OPEN}) { totalCount } }",
        "{ me @skip(if: null) { id } }",
    ] {
        app.stranger().query(document, json!({})).await.refused("INVALID_INPUT");
    }
}
