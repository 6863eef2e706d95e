use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _, Set};
use tongxin_entity::person;

use super::{on_each_city, today};
use crate::{
    demo::{ACCOUNTS, Ticket, is_disposable, sample, start_page, story},
    divisions::{embedded, import, tests::database::on_each},
};

#[tokio::test]
async fn the_page_holds_all_and_needs_no_other_host() {
    on_each_city(async |db| {
        let mut tickets = Vec::new();
        for account in ACCOUNTS {
            let sample = sample(db, account.name, today()).await.unwrap().expect(account.name);
            tickets.push(Ticket { account, token: format!("token-{}", account.name), sample });
        }
        let story = story(db, today()).await.unwrap();
        let page = start_page(&tickets, &story);
        let html = page.html();
        for forbidden in ["http://", "https://", "//cdn", " onclick=", " style=", "javascript:"] {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
        let data = html.split_once(r#"id="data">"#).unwrap().1.split_once("</script>").unwrap().0;
        assert!(!data.contains('<'), "nothing in the data ends its element");
        let data: serde_json::Value = serde_json::from_str(data).unwrap();
        assert_eq!(data["accounts"].as_array().unwrap().len(), ACCOUNTS.len());
        assert_eq!(data["accounts"][3]["token"], "token-street-secretary");
        assert_eq!(data["story"].as_array().unwrap().len(), story.len());
        assert_eq!(story.iter().filter(|step| step.refused.is_none()).count(), 10);
    })
    .await;
}

#[tokio::test]
async fn a_request_only_waits_for_what_came_before() {
    on_each_city(async |db| {
        let mut known: Vec<&str> = Vec::new();
        for step in story(db, today()).await.unwrap() {
            let waits = step.request.split('<').skip(1).map(|rest| rest.split_once('>').unwrap().0);
            for name in waits {
                assert!(known.contains(&name), "{}: {name}", step.en);
            }
            known.extend(step.takes.iter().map(|(name, _)| name));
        }
    })
    .await;
}

#[tokio::test]
async fn only_a_demo_is_thrown_away() {
    on_each_city(async |db| {
        assert!(is_disposable(db).await.unwrap());
        let somebody = person::Entity::find().one(db).await.unwrap().unwrap();
        let guest = |id: &str, account: Option<&str>| {
            let (id, account) = (Set(id.to_owned()), Set(account.map(str::to_owned)));
            person::ActiveModel { id, account, ..somebody.clone().into_active_model() }
        };
        guest("person_01jzvzwkpme0j8td1vhzwrcy01", None).insert(db).await.unwrap();
        assert!(is_disposable(db).await.unwrap(), "who has no account lives in the demo");
        guest("person_01jzvzwkpme0j8td1vhzwrcy02", Some("zhang.san")).insert(db).await.unwrap();
        assert!(!is_disposable(db).await.unwrap());
    })
    .await;
}

#[tokio::test]
async fn a_database_of_divisions_alone_is_free() {
    on_each(async |db| {
        assert!(is_disposable(db).await.unwrap());
        import(db, embedded("hongqiao").unwrap(), |_| ()).await.unwrap();
        assert!(is_disposable(db).await.unwrap());
        let person = person::ActiveModel {
            id: Set("person_01jzvzwkpme0j8td1vhzwrcy01".to_owned()),
            name: Set("张三".to_owned()),
            account: Set(None),
            home_community_code: Set(None),
            home_compound_id: Set(None),
            phone_sealed: Set(None),
            phone_masked: Set(None),
            registered_code: Set(None),
            registered_by: Set(None),
            erased_at: Set(None),
            created_at: Set(super::now()),
            version: Set(1),
        };
        person.insert(db).await.unwrap();
        assert!(!is_disposable(db).await.unwrap(), "somebody lives here");
    })
    .await;
}
