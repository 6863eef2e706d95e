//! Logins of somebody else's issuer: a person is whoever it is linked to, and nobody else.

use sea_orm::{EntityTrait as _, ModelTrait as _, SqlErr};
use serde_json::json;
use tongxin_entity::person_link;
use tongxin_kernel::who::Subject;
use tongxin_tests::{
    city::{CITY, City, ME, tell_of_logins},
    on_each_database,
};

const WAITING: &str = "subscription { todosChanged { count } }";

on_each_database![
    by tell_of_logins:
    a_login_is_the_person_that_it_is_linked_to,
    an_act_may_read_the_login_of_a_stranger,
    the_id_of_a_person_is_no_login_of_theirs,
    a_session_ends_with_its_link,
];

async fn a_login_is_the_person_that_it_is_linked_to(city: &City) {
    let (wang, other) = (city.knows("wang"), city.knows("wang2"));
    // Good, and nobody's: what a stranger may read, and no more.
    let as_stranger = wang.query(ME, json!({})).await;
    assert_eq!((as_stranger.status.as_u16(), &as_stranger.body["data"]["me"]), (200, &json!(null)), "{as_stranger}");
    city.link("wang", "resident").await.unwrap();
    city.is_called("wang", Some("何示范")).await;
    assert_eq!(wang.read(ME, json!({})).await["me"]["id"], city.app.id_of("resident"));
    assert_eq!(other.query(ME, json!({})).await.body["data"]["me"], json!(null), "another login is another");
    // A person may have several; a login is one person's.
    city.link("wang2", "resident").await.unwrap();
    city.is_called("wang2", Some("何示范")).await;
    let twice = city.link("wang", "neighbour").await.unwrap_err();
    assert!(matches!(twice.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))), "{twice}");
}

async fn an_act_may_read_the_login_of_a_stranger(city: &City) {
    let login = Subject::login(CITY, "wang");
    let actor = city.app.authority.actor(Some(&login)).await.unwrap();
    let carried = actor.login.clone().unwrap();
    assert_eq!((carried.issuer.as_str(), carried.subject.as_str(), actor.person_id()), (CITY, "wang", None));
    assert!(!format!("{actor:?}").contains("wang"), "it is written out nowhere");
    assert!(city.app.authority.actor(None).await.unwrap().login.is_none());
    let by_id = Subject::id(city.app.id_of("resident"));
    assert!(city.app.authority.actor(Some(&by_id)).await.unwrap().login.is_none());
}

async fn the_id_of_a_person_is_no_login_of_theirs(city: &City) {
    // An issuer whose subjects are linked cannot name people by their ids here.
    let id = city.app.id_of("street-secretary");
    assert_eq!(city.knows(&id).query(ME, json!({})).await.body["data"]["me"], json!(null));
}

async fn a_session_ends_with_its_link(city: &City) {
    let link = city.link("wang", "community-secretary").await.unwrap();
    city.is_called("wang", Some("吴示范")).await;
    let mut listener = city.app.listen(&city.knows("wang"), WAITING, json!({})).await;
    listener.event().await;
    link.delete(&city.app.db).await.unwrap();
    let ended = loop {
        let heard = listener.hear().await.expect("it is told before the socket closes");
        if heard["type"] != "next" || heard["payload"].get("errors").is_some() {
            break heard;
        }
    };
    assert!(ended.to_string().contains("UNAUTHENTICATED"), "{ended}");
    city.is_called("wang", None).await;
    assert!(person_link::Entity::find().one(&city.app.db).await.unwrap().is_none());
}
