//! The main job from its beginning to its end: a street's priority becomes a rated piece of work.

use serde_json::json;
use tongxin_tests::{
    TestApp, on_each_database,
    places::{HERE, STREET},
};

on_each_database![a_priority_becomes_a_rated_piece_of_work];

async fn a_priority_becomes_a_rated_piece_of_work(app: &TestApp) {
    let (officer, street) = (app.actor("street-officer"), app.actor("street-secretary"));
    let (community, worker) = (app.actor("community-secretary"), app.actor("community-worker"));
    let (manager, resident) = (app.actor("property-manager"), app.actor("resident"));

    // The street sets a priority for one of its communities.
    let draft = json!({
        "title": "楼道照明改造", "description": "夜间楼道无灯", "target": "更换灯具 120 盏", "dueOn": app.day(120),
        "streetCode": STREET, "communityCodes": [HERE],
    });
    let drafted = officer.act("createPriority", draft, "priority { id status progress }").await;
    let priority = drafted.done()["priority"].clone();
    assert_eq!(priority["status"], "DRAFT");
    let priority = json!(priority["id"]);
    let published =
        street.act("publishPriority", json!({"priorityId": priority}), "priority { status progress }").await;
    assert_eq!(published.done()["priority"]["status"], "PUBLISHED");
    assert_eq!(published.done()["priority"]["progress"].as_f64(), Some(0.0));

    // The community adopts it, and breaks it into a service item.
    let adopt = json!({"priorityId": priority, "communityCode": HERE, "plan": "分三栋实施"});
    let adopted = community.act("adoptPriority", adopt, "implementation { id status }").await;
    assert_eq!(adopted.done()["implementation"]["status"], "ADOPTED");
    let item = json!({
        "implementationId": adopted.done()["implementation"]["id"], "communityCode": HERE, "title": "更换楼道灯",
        "description": "三栋共 120 盏", "dueOn": app.day(60), "claimableBy": ["PROPERTY_COMPANY"], "quota": 1,
    });
    let published = community.act("publishServiceItem", item, "serviceItem { id status priority { id } }").await;
    let item = published.done()["serviceItem"].clone();
    assert_eq!((&item["status"], &item["priority"]["id"]), (&json!("OPEN"), &priority));
    let item = json!(item["id"]);

    // A property company that serves there claims it, works and hands in.
    let me = manager.read("{ me { claimants { id name } } }", json!({})).await;
    let company = json!(me["me"]["claimants"][0]["id"]);
    let claim = json!({"serviceItemId": item, "claimantId": company});
    let claimed = manager.act("claimServiceItem", claim, "claim { id status } serviceItem { status claimCount }").await;
    assert_eq!(claimed.done()["serviceItem"], json!({"status": "IN_PROGRESS", "claimCount": 1}));
    let claim = json!(claimed.done()["claim"]["id"]);
    let started = manager.act("startClaim", json!({"claimId": claim}), "claim { status }").await;
    assert_eq!(started.done()["claim"]["status"], "IN_PROGRESS");
    let hand_in =
        |summary: &str| manager.act("submitClaim", json!({"claimId": claim, "summary": summary}), "claim { status }");
    assert_eq!(hand_in("已更换 118 盏").await.done()["claim"]["status"], "SUBMITTED");

    // The community returns it, then accepts it.
    let back = json!({"claimId": claim, "reason": "还有两盏不亮"});
    let returned = worker.act("returnClaim", back, "claim { status reason }").await;
    assert_eq!(returned.done()["claim"], json!({"status": "RETURNED", "reason": "还有两盏不亮"}));
    assert_eq!(hand_in("已更换 120 盏").await.done()["claim"]["status"], "SUBMITTED");
    let accepted =
        community.act("acceptClaim", json!({"claimId": claim}), "claim { status } serviceItem { status }").await;
    assert_eq!(accepted.done(), &json!({"claim": {"status": "ACCEPTED"}, "serviceItem": {"status": "DONE"}}));

    // A resident rates it, and the street sees the progress that follows from accepted work.
    let rating = json!({"serviceItemId": item, "stars": 5, "comment": "夜里回家亮堂了 👍"});
    let rated = resident
        .act("rateServiceItem", rating, "rating { id stars comment } serviceItem { latestRating { stars } }")
        .await;
    assert_eq!(rated.done()["serviceItem"]["latestRating"]["stars"], 5);
    let seen = street.read("query($id: ID!) { priority(id: $id) { progress } }", json!({"id": priority})).await;
    assert_eq!(seen["priority"]["progress"].as_f64(), Some(100.0));
}
