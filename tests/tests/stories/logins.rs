//! How a login becomes somebody's: by the code that was given out for that person, by nothing else, and not twice.

use chrono::TimeDelta;
use futures_util::future::join_all;
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, Statement};
use serde_json::{Value, json};
use tongxin_entity::{audit_entry, invitation, person_link};
use tongxin_tests::{
    Actor, Answer, TestApp,
    city::{CITY, City, ME, tell_of_logins},
    on_each_database, text,
};

on_each_database![
    by tell_of_logins:
    a_code_makes_a_login_somebodys,
    a_code_that_is_not_good_is_refused_in_words,
    of_many_who_redeem_at_once_one_does,
    only_a_login_that_is_nobodys_redeems,
    the_persons_others_are_told,
    a_login_is_let_go_of,
    whoever_is_erased_leaves_an_id,
];

async fn invited(app: &TestApp, account: &str) -> String {
    // Who holds a post comes in by whoever appointed.
    let me = app.actor(account).read("{ me { id posts { id } } }", json!({})).await["me"].clone();
    let on = me["posts"].get(0).unwrap_or(&me)["id"].clone();
    let input = json!({"on": on});
    let given = app.actor("community-secretary").act("giveInvitation", input, "code").await;
    text(&given.done()["code"])
}

async fn redeem(who: &Actor, code: &str) -> Answer {
    who.act("redeemInvitation", json!({"code": code}), "personId").await
}

async fn a_code_makes_a_login_somebodys(city: &City) {
    let (app, wang) = (&city.app, city.knows("wang"));
    let code = invited(app, "resident").await;
    let item = app.item(json!({})).await;
    let refused = wang.act("rateServiceItem", json!({"serviceItemId": item, "stars": 5}), "rating { id }").await;
    refused.refused("FORBIDDEN");
    assert!(refused.message().contains("redeemInvitation"), "{refused}");
    let typed = code.to_uppercase().replace('-', " ");
    assert_eq!(redeem(&wang, &typed).await.done()["personId"], app.id_of("resident"));
    let me = wang.read("{ me { id logins { issuer } } }", json!({})).await["me"].clone();
    assert_eq!(me, json!({"id": app.id_of("resident"), "logins": [{"issuer": CITY}]}));
    // It stands in the trail as the person's own doing, and names no login.
    let entries = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("redeemInvitation"));
    let [entry] = &entries.all(&app.db).await.unwrap()[..] else { panic!("one entry") };
    assert_eq!((&entry.actor_id, &entry.role), (&app.id_of("resident"), &"anonymous".to_owned()));
    assert!(entry.rule.is_some(), "{entry:?}");
    assert!(!format!("{entry:?}").contains("wang"), "{entry:?}");
    assert_eq!(redeem(&wang, &code).await.code(), Some("FORBIDDEN"), "it is somebody's now");
}

async fn a_code_that_is_not_good_is_refused_in_words(city: &City) {
    let (app, wang) = (&city.app, city.knows("wang"));
    for guess in ["", "12345", "猜", &"0".repeat(32), "0000-0000-0000-0000-0000-0000-0000-0000", &"f".repeat(900)] {
        assert_eq!(redeem(&wang, guess).await.bad_fields(), [("input.code", "UNKNOWN_CODE")], "{guess}");
    }
    let (first, second) = (invited(app, "resident").await, invited(app, "resident").await);
    assert_eq!(redeem(&wang, &first).await.refused("CONFLICT")["current"], "ENDED", "another took its place");
    app.clock.advance(TimeDelta::hours(72));
    let wang = city.knows("wang");
    assert_eq!(redeem(&wang, &second).await.refused("CONFLICT")["current"], "EXPIRED");
    let third = invited(app, "resident").await;
    redeem(&wang, &third).await.done();
    assert_eq!(redeem(&city.knows("li"), &third).await.refused("CONFLICT")["current"], "REDEEMED");
    assert_eq!(person_link::Entity::find().all(&app.db).await.unwrap().len(), 1);
}

async fn of_many_who_redeem_at_once_one_does(city: &City) {
    let code = invited(&city.app, "resident").await;
    let many = ["a", "b", "c", "d", "e", "f", "g", "h"].map(|subject| city.knows(subject));
    let outcomes = join_all(many.iter().map(|who| redeem(who, &code))).await;
    let done = outcomes.iter().filter(|outcome| outcome.code().is_none()).count();
    assert_eq!(done, 1);
    assert!(outcomes.iter().filter_map(Answer::code).all(|code| code == "CONFLICT"));
    // And one login that redeems for two persons at once is one person's.
    let (mine, theirs) = (invited(&city.app, "resident").await, invited(&city.app, "community-worker").await);
    let wang = city.knows("wang");
    let outcomes = join_all([redeem(&wang, &mine), redeem(&wang, &theirs)]).await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.code().is_none()).count(), 1);
    let links = person_link::Entity::find().filter(person_link::Column::Subject.eq("wang"));
    assert_eq!(links.all(&city.app.db).await.unwrap().len(), 1);
    let open = invitation::Entity::find().filter(invitation::Column::RedeemedAt.is_null()).all(&city.app.db).await;
    assert_eq!(open.unwrap().len(), 1, "the code of the other is still good");
}

async fn only_a_login_that_is_nobodys_redeems(city: &City) {
    let (app, code) = (&city.app, invited(&city.app, "resident").await);
    for account in ["neighbour", "street-secretary", "civic-app", "resident"] {
        redeem(&app.actor(account), &code).await.refused("FORBIDDEN");
    }
    redeem(&app.stranger(), &code).await.refused("FORBIDDEN");
    city.link("li", "neighbour").await.unwrap();
    city.is_called("li", Some("吕示范")).await;
    redeem(&city.knows("li"), &code).await.refused("FORBIDDEN");
    redeem(&city.knows("wang"), &code).await.done();
}

async fn the_persons_others_are_told(city: &City) {
    let app = &city.app;
    let heard = "subscription { loginLinked { issuer createdAt } }";
    let mut own = app.listen(&app.actor("resident"), heard, json!({})).await;
    redeem(&city.knows("li"), &invited(app, "community-worker").await).await.done();
    // Until it listens, nothing is heard: they come in until it does.
    let come_in = async {
        for number in 0.. {
            redeem(&city.knows(&format!("wang{number}")), &invited(app, "resident").await).await.done();
        }
    };
    let told = tokio::select! { told = own.event() => told, () = come_in => unreachable!() };
    assert_eq!(told["loginLinked"]["issuer"], CITY, "{told}");
    let logins = app.actor("resident").read("{ me { logins { id } } }", json!({})).await["me"]["logins"].clone();
    // Nobody else sees them.
    let login = json!({"id": logins[0]["id"]});
    for account in ["community-secretary", "neighbour", "civic-app"] {
        let seen = app.actor(account).query("query($id: ID!) { node(id: $id) { id } }", login.clone()).await;
        seen.refused("NOT_FOUND");
    }
}

async fn a_login_is_let_go_of(city: &City) {
    let (app, wang) = (&city.app, city.knows("wang"));
    let unlink = async |who: &Actor, on: &str, other: Value| {
        let input = tongxin_tests::with(json!({"on": on}), other);
        who.act("unlinkLogins", input, "person { id }").await
    };
    let resident = app.id_of("resident");
    redeem(&wang, &invited(app, "resident").await).await.done();
    redeem(&city.knows("wang2"), &invited(app, "resident").await).await.done();
    let logins = wang.read("{ me { logins { id } } }", json!({})).await["me"]["logins"].clone();
    assert_eq!(logins.as_array().unwrap().len(), 2);
    let one = json!({"loginId": logins[1]["id"]});
    for account in ["neighbour", "other-community-secretary", "district-secretary"] {
        unlink(&app.actor(account), &resident, json!({})).await.refused("NOT_FOUND");
    }
    unlink(&app.actor("street-secretary"), &resident, json!({})).await.refused("FORBIDDEN");
    unlink(&wang, &app.id_of("neighbour"), json!({})).await.refused("NOT_FOUND");
    assert_eq!(unlink(&wang, &resident, one.clone()).await.done()["person"]["id"], resident);
    unlink(&wang, &resident, one).await.refused("CONFLICT");
    city.is_called("wang2", None).await;
    // A lost phone: the community lets go of it, and the person comes in anew.
    unlink(&app.actor("community-worker"), &resident, json!({})).await.done();
    city.is_called("wang", None).await;
    redeem(&wang, &invited(app, "resident").await).await.done();
    assert_eq!(wang.read(ME, json!({})).await["me"]["id"], resident);
}

async fn whoever_is_erased_leaves_an_id(city: &City) {
    let app = &city.app;
    let resident = app.id_of("resident");
    city.link("wang", "resident").await.unwrap();
    city.is_called("wang", Some("何示范")).await;
    let wang = city.knows("wang");
    let erase = async |who: &Actor, version: i32| {
        who.act("erasePerson", json!({"personId": resident, "version": version}), "personId").await
    };
    erase(&app.actor("community-secretary"), 1).await.refused("FORBIDDEN");
    erase(&app.actor("neighbour"), 1).await.refused("NOT_FOUND");
    erase(&wang, 7).await.refused("CONFLICT");
    // Not as long as a post is held.
    let committee = app.called("partyOrganisations", "增产里社区党委").await;
    let appoint =
        json!({"personId": resident, "role": "community_worker", "organisationId": committee, "startsOn": app.day(1)});
    let post = app.actor("community-secretary").act("appointPost", appoint, "post { id }").await;
    let post = text(&post.done()["post"]["id"]);
    assert_eq!(erase(&wang, 1).await.refused("CONFLICT")["current"], "IN_OFFICE");
    wang.act("endPost", json!({"postId": post, "reason": "辞任"}), "post { id }").await.done();
    let own = app.actor("resident");
    assert_eq!(erase(&wang, 1).await.done()["personId"], resident);
    city.is_called("wang", None).await;
    own.query(ME, json!({})).await.refused("UNAUTHENTICATED");
    // Nothing of the person is left, in any table; the post that was held stays.
    for name in ["何示范", "wang"] {
        for table in ["person", "person_link", "audit_entry", "event", "idempotency_key", "invitation"] {
            let all = Statement::from_string(app.db.get_database_backend(), format!("SELECT * FROM {table}"));
            let rows = app.db.query_all_raw(all).await.unwrap();
            let rows = rows.iter().map(|row| format!("{row:?}")).collect::<String>();
            assert!(!rows.contains(name), "{table} holds {name}");
        }
    }
    let seen = "query($id: ID!) { node(id: $id) { ... on Post { personName } } }";
    let seen = app.actor("community-secretary").read(seen, json!({"id": post})).await;
    assert_eq!(seen["node"]["personName"], "已注销");
}
