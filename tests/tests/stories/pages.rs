//! Pages: a walk through a list neither skips nor repeats, whatever is added meanwhile.

use std::collections::BTreeSet;

use proptest::{collection::vec, prelude::Strategy as _, strategy::ValueTree as _, test_runner::TestRunner};
use serde_json::{Value, json};
use tongxin_tests::{Actor, TestApp, ids, on_each_database, places::HERE, text};

on_each_database![
    a_walk_neither_skips_nor_repeats_while_items_are_added,
    a_walk_through_what_a_filter_leaves_does_not_either,
    a_list_is_the_same_forwards_and_backwards,
    pages_inside_pages_are_walked_by_themselves,
    a_page_says_what_lies_before_and_behind_it,
    sizes_out_of_bounds_are_refused,
    a_cursor_is_for_the_list_that_gave_it,
];

const LIST: &str = "query($filter: ServiceItemFilter = {communityCode: \"120106001002\"}, $order: ServiceItemOrder,
    $first: Int, $after: String, $last: Int, $before: String) {
    list: serviceItems(filter: $filter, orderBy: $order, first: $first, after: $after, last: $last, before: $before) {
        totalCount nodes { id dueOn } edges { cursor node { id } }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

async fn page(actor: &Actor, document: &str, variables: Value) -> Value {
    actor.read(document, variables).await["list"].clone()
}

/// Walks from one end to the other by pages of these sizes, adding an item after each of so many of them.
async fn walk(app: &TestApp, order: &str, sizes: &[i32], backwards: bool, add: usize) -> Vec<String> {
    walk_through(app, &json!({"communityCode": HERE}), order, sizes, backwards, add).await
}

async fn walk_through(
    app: &TestApp,
    filter: &Value,
    order: &str,
    sizes: &[i32],
    backwards: bool,
    mut add: usize,
) -> Vec<String> {
    let actor = app.actor("community-worker");
    let (size, from, end, more) = match backwards {
        false => ("first", "after", "endCursor", "hasNextPage"),
        true => ("last", "before", "startCursor", "hasPreviousPage"),
    };
    let (mut walked, mut cursor) = (Vec::new(), Value::Null);
    for count in sizes.iter().cycle() {
        let page = page(&actor, LIST, json!({"filter": filter, "order": order, size: count, from: cursor})).await;
        let mut part = ids(&page).into_iter().map(str::to_owned).collect::<Vec<_>>();
        assert!(part.len() <= *count as usize);
        let edges = page["edges"].as_array().unwrap();
        assert_eq!(part, edges.iter().map(|edge| text(&edge["node"]["id"])).collect::<Vec<_>>());
        if backwards {
            part.reverse();
        }
        walked.extend(part);
        if page["pageInfo"][more] == false {
            break;
        }
        cursor = page["pageInfo"][end].clone();
        if add > 0 {
            add -= 1;
            // Sooner and later than what is there, by every order.
            app.clock.advance(chrono::TimeDelta::milliseconds(3));
            app.item(json!({"dueOn": app.day(i64::from(*count) % 7 * 9)})).await;
        }
    }
    if backwards {
        walked.reverse();
    }
    walked
}

async fn whole(app: &TestApp, order: &str) -> Vec<String> {
    walk(app, order, &[100], false, 0).await
}

async fn a_walk_neither_skips_nor_repeats_while_items_are_added(app: &TestApp) {
    for order in ["NEWEST", "OLDEST", "DUE_FIRST", "DUE_LAST"] {
        check_walks(app, &json!({"communityCode": HERE}), order).await;
    }
}

async fn a_walk_through_what_a_filter_leaves_does_not_either(app: &TestApp) {
    app.draft(json!({})).await;
    let since = (app.clock.now() - chrono::TimeDelta::days(40)).to_rfc3339();
    let filters = [
        json!({"regionCode": "120106001"}),
        json!({"regionCode": HERE, "overdue": false}),
        json!({"updatedSince": since}),
        json!({"mine": false, "statusIn": ["OPEN", "DONE", "DRAFT"], "dueBy": app.day(60)}),
    ];
    for (filter, order) in filters.iter().zip(["NEWEST", "DUE_FIRST", "OLDEST", "DUE_LAST"]) {
        check_walks(app, filter, order).await;
    }
}

/// Walks both ways while items are added that the filter leaves, against the whole list before and after.
async fn check_walks(app: &TestApp, filter: &Value, order: &str) {
    let mut runner = TestRunner::deterministic();
    let sizes = vec(1..9_i32, 1..6);
    for backwards in [false, true] {
        let sizes = sizes.new_tree(&mut runner).unwrap().current();
        let whole = async || walk_through(app, filter, order, &[100], false, 0).await;
        let before = whole().await;
        let walked = walk_through(app, filter, order, &sizes, backwards, 6).await;
        let after = whole().await;
        let told = format!("{filter}, {order}, backwards {backwards}, pages of {sizes:?}");
        assert!(before.len() > 10 && after.len() > before.len(), "{told}: there is something to walk through");
        assert_eq!(walked.iter().collect::<BTreeSet<_>>().len(), walked.len(), "{told}: something came twice");
        let old = walked.iter().filter(|id| before.contains(id)).collect::<Vec<_>>();
        assert_eq!(old, before.iter().collect::<Vec<_>>(), "{told}: what was there comes once, in order");
        let places = walked.iter().map(|id| after.iter().position(|other| other == id).unwrap());
        assert!(places.is_sorted(), "{told}: what is new comes in its place");
    }
}

async fn a_list_is_the_same_forwards_and_backwards(app: &TestApp) {
    for order in ["NEWEST", "OLDEST", "DUE_FIRST", "DUE_LAST"] {
        let all = whole(app, order).await;
        for size in [1, 2, 7, 99] {
            assert_eq!(walk(app, order, &[size], false, 0).await, all, "{order} by {size}");
            assert_eq!(walk(app, order, &[size], true, 0).await, all, "{order} backwards by {size}");
        }
    }
    let mut newest = whole(app, "NEWEST").await;
    newest.reverse();
    assert_eq!(whole(app, "OLDEST").await, newest);
}

async fn pages_inside_pages_are_walked_by_themselves(app: &TestApp) {
    let stranger = app.stranger();
    let document = "query($after: String, $items: String) { list: region(code: \"120106\") {
        children(first: 1, after: $after) { nodes { code serviceItems(first: 3, after: $items) { totalCount
        nodes { id } pageInfo { endCursor hasNextPage } } } pageInfo { endCursor hasNextPage } } } }";
    let (mut streets, mut after) = (Vec::new(), Value::Null);
    let mut items = 0;
    loop {
        let read = stranger.read(document, json!({"after": after})).await["list"]["children"].clone();
        let street = &read["nodes"][0];
        streets.push(text(&street["code"]));
        let total = street["serviceItems"]["totalCount"].as_u64().unwrap();
        let mut seen = ids(&street["serviceItems"]).len() as u64;
        let mut inner = street["serviceItems"]["pageInfo"].clone();
        while inner["hasNextPage"] == true {
            let read = stranger.read(document, json!({"after": after, "items": inner["endCursor"]})).await;
            let page = read["list"]["children"]["nodes"][0]["serviceItems"].clone();
            seen += ids(&page).len() as u64;
            inner = page["pageInfo"].clone();
        }
        assert_eq!(seen, total, "{street}");
        items += seen;
        if read["pageInfo"]["hasNextPage"] == false {
            break;
        }
        after = read["pageInfo"]["endCursor"].clone();
    }
    assert_eq!(streets.len(), 9);
    assert!(streets.is_sorted());
    let all = stranger.read("{ serviceItems(first: 0) { totalCount nodes { id } } }", json!({})).await;
    assert_eq!(all["serviceItems"], json!({"totalCount": items, "nodes": []}));
}

async fn a_page_says_what_lies_before_and_behind_it(app: &TestApp) {
    let actor = app.actor("community-worker");
    let all = page(&actor, LIST, json!({"first": 100})).await;
    let cursors = all["edges"].as_array().unwrap().iter().map(|edge| edge["cursor"].clone()).collect::<Vec<_>>();
    let count = cursors.len();
    for (variables, range, previous, next) in [
        (json!({"first": 3}), 0..3, false, true),
        (json!({"first": 3, "after": cursors[2]}), 3..6, true, true),
        (json!({"first": 100, "after": cursors[2]}), 3..count, true, false),
        (json!({"last": 3}), count - 3..count, true, false),
        (json!({"last": 3, "before": cursors[5]}), 2..5, true, true),
        (json!({"last": 100, "before": cursors[5]}), 0..5, false, true),
        (json!({"after": cursors[1], "before": cursors[4], "first": 10}), 2..4, true, false),
        (json!({"first": 0}), 0..0, false, true),
        (json!({"after": cursors[count - 1]}), 0..0, true, false),
    ] {
        let read = page(&actor, LIST, variables.clone()).await;
        assert_eq!(ids(&read), ids(&all)[range.clone()], "{variables}");
        let info = &read["pageInfo"];
        let at = |at: usize| cursors.get(at).filter(|_| !range.is_empty()).cloned().unwrap_or_default();
        let (start, end) = (at(range.start), at(range.end.wrapping_sub(1)));
        assert_eq!((&info["startCursor"], &info["endCursor"]), (&start, &end), "{variables}");
        assert_eq!((&info["hasPreviousPage"], &info["hasNextPage"]), (&json!(previous), &json!(next)), "{variables}");
        assert_eq!(read["totalCount"], count, "{variables}");
    }
}

async fn sizes_out_of_bounds_are_refused(app: &TestApp) {
    let stranger = app.stranger();
    for (variables, fault) in [
        (json!({"first": 101}), ("first", "OUT_OF_RANGE")),
        (json!({"first": -1}), ("first", "OUT_OF_RANGE")),
        (json!({"last": 101}), ("last", "OUT_OF_RANGE")),
        (json!({"first": 1, "last": 1}), ("last", "EXCLUSIVE")),
    ] {
        assert_eq!(stranger.query(LIST, variables.clone()).await.bad_fields(), [fault], "{variables}");
    }
    // Inside an answer the rest stands.
    let inside =
        "query($first: Int) { region(code: \"120106\") { name children(first: $first) { nodes { code } } } me { id } }";
    let answer = stranger.query(inside, json!({"first": 101})).await;
    assert_eq!(answer.bad_fields(), [("first", "OUT_OF_RANGE")], "{answer}");
    assert_eq!(answer.body["errors"][0]["path"][0], "region");
    let default = stranger.read("{ serviceItems { nodes { id } } }", json!({})).await;
    assert_eq!(ids(&default["serviceItems"]).len(), 20);
}

async fn a_cursor_is_for_the_list_that_gave_it(app: &TestApp) {
    let stranger = app.stranger();
    let cursors = "{ p: priorities { pageInfo { endCursor } } i: serviceItems(orderBy: DUE_FIRST) { pageInfo { endCursor } }
        r: region(code: \"120106\") { children { pageInfo { endCursor } } } n: serviceItems { pageInfo { endCursor } } }";
    let given = stranger.read(cursors, json!({})).await;
    let cursor = |pointer: &str| text(given.pointer(pointer).unwrap());
    let foreign = [
        cursor("/p/pageInfo/endCursor"),
        cursor("/i/pageInfo/endCursor"),
        cursor("/r/children/pageInfo/endCursor"),
        String::new(),
        "abc".into(),
        "zz".into(),
        "null".into(),
        app.item(json!({})).await,
        "00".repeat(250),
        "🙂".into(),
    ];
    for cursor in foreign {
        for side in ["after", "before"] {
            let answer = stranger.query(LIST, json!({"order": "NEWEST", side: cursor})).await;
            assert_eq!(answer.bad_fields(), [(side, "BAD_CURSOR")], "{cursor}");
        }
    }
    // One that names what the reader may not see, or what is gone, is a place in the list like any other.
    let own = cursor("/n/pageInfo/endCursor");
    assert_eq!(page(&stranger, LIST, json!({"after": own})).await["pageInfo"]["hasPreviousPage"], true);
}
