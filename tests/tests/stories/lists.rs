//! Lists speak alike: by place of any level, by states, by day, by what is one's own.

use serde_json::{Value, json};
use tongxin_tests::{
    Actor, TestApp, ids, on_each_database,
    places::{FAR, HERE, SIBLING, STREET},
};

on_each_database![a_place_of_any_level_holds_what_is_under_it, states_days_and_what_is_ones_own];

async fn listed(actor: &Actor, list: &str, filter: Value) -> Vec<String> {
    let ty = match list {
        "serviceItems" => "ServiceItemFilter",
        "implementations" => "ImplementationFilter",
        "priorities" => "PriorityFilter",
        _ => "ClaimFilter",
    };
    let document = format!(
        "query($filter: {ty}, $after: String) {{ found: {list}(filter: $filter, first: 100, after: $after) {{
            nodes {{ id }} pageInfo {{ hasNextPage endCursor }} }} }}"
    );
    let (mut all, mut after) = (Vec::new(), Value::Null);
    loop {
        let page = actor.read(&document, json!({"filter": filter, "after": after})).await["found"].clone();
        all.extend(ids(&page).iter().map(ToString::to_string));
        if page["pageInfo"]["hasNextPage"] == false {
            return all;
        }
        after = page["pageInfo"]["endCursor"].clone();
    }
}

async fn a_place_of_any_level_holds_what_is_under_it(app: &TestApp) {
    app.priority(json!({"communityCodes": [HERE, SIBLING]})).await;
    let reader = app.stranger();
    for list in ["serviceItems", "implementations"] {
        let by = async |code: &str| listed(&reader, list, json!({"regionCode": code})).await;
        let (here, sibling, street) = (by(HERE).await, by(SIBLING).await, by(STREET).await);
        assert!(!here.is_empty() && !sibling.is_empty(), "{list}");
        assert!(here.iter().chain(&sibling).all(|id| street.contains(id)), "{list}");
        assert!(by(FAR).await.iter().all(|id| !street.contains(id)), "{list}");
        let district = by(&STREET[..6]).await;
        assert!(street.iter().all(|id| district.contains(id)), "{list}");
        let unknown = format!("query {{ {list}(filter: {{regionCode: \"120106999\"}}) {{ nodes {{ id }} }} }}");
        let refused = reader.query(&unknown, json!({})).await;
        assert_eq!(refused.bad_fields(), [("filter.regionCode", "UNKNOWN_PLACE")], "{list}");
        assert_eq!(listed(&reader, list, json!({"communityCode": HERE})).await, here, "the narrower name stays");
    }
    let of_street = listed(&reader, "priorities", json!({"regionCode": STREET})).await;
    assert_eq!(listed(&reader, "priorities", json!({"streetCode": STREET})).await, of_street);
    assert!(listed(&reader, "priorities", json!({"regionCode": HERE})).await.is_empty());
}

async fn states_days_and_what_is_ones_own(app: &TestApp) {
    let item = app.item(json!({"dueOn": app.day(3)})).await;
    let claim = app.claim("unit-liaison", &item).await;
    let liaison = app.actor("unit-liaison");
    let mine = listed(&liaison, "claims", json!({"mine": true})).await;
    assert!(mine.contains(&claim));
    let others = listed(&liaison, "claims", json!({"mine": false})).await;
    assert!(!others.is_empty() && mine.iter().all(|id| !others.contains(id)));
    let all = listed(&liaison, "claims", json!({})).await;
    assert_eq!(mine.len() + others.len(), all.len());
    assert!(listed(&liaison, "serviceItems", json!({"mine": true})).await.contains(&item));
    assert!(listed(&app.stranger(), "claims", json!({"mine": true})).await.is_empty());

    let open = listed(&liaison, "claims", json!({"statusIn": ["CLAIMED", "SUBMITTED"]})).await;
    let claimed = listed(&liaison, "claims", json!({"status": "CLAIMED"})).await;
    let submitted = listed(&liaison, "claims", json!({"status": "SUBMITTED"})).await;
    assert_eq!(open.len(), claimed.len() + submitted.len());
    let late = json!({"regionCode": HERE, "overdue": true});
    assert!(!listed(&liaison, "serviceItems", late.clone()).await.contains(&item));
    app.clock.advance(chrono::TimeDelta::days(4));
    assert!(listed(&liaison, "serviceItems", late).await.contains(&item));
}
