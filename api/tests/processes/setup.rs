//! The first post of a district, made at the command line.

use std::path::Path;

use sea_orm::{ColumnTrait as _, DatabaseConnection, EntityTrait as _, QueryFilter as _, QueryOrder as _};
use serde_json::json;
use tongxin_entity::{audit_entry, invitation, organisation, person, post};
use tongxin_kernel::{
    privacy::hash_of_code,
    store::{self, Pool},
};

use crate::{
    commands::{done, on, refused},
    program::{run, text},
};

const DISTRICT: &str = "610702";

async fn database(folder: &Path) -> DatabaseConnection {
    let pool = Pool { max_connections: 1, min_connections: 0, acquire_secs: 30 };
    store::connect(&store::file_url(&folder.join("tongxin.sqlite")), &pool).await.unwrap()
}

#[tokio::test]
async fn a_district_gets_its_secretary_by_one_command() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let set_up = |more: &[&str]| {
        let mut arguments = vec!["setup", DISTRICT, "--secretary", "张示范", "--by", "王运维"];
        arguments.extend(more);
        on(folder, &arguments)
    };
    assert!(refused(set_up(&[])).await.contains("tongxin migrate up"));
    done(on(folder, &["migrate", "up"])).await;
    assert!(refused(set_up(&[])).await.contains("there is no district"));
    let divisions = format!("{}/data/divisions/hantai.csv", env!("CARGO_MANIFEST_DIR"));
    done(on(folder, &["import", "divisions", &divisions])).await;
    for wrong in ["6107", "610702001", "nowhere"] {
        let err = refused(on(folder, &["setup", wrong, "--secretary", "张示范"])).await;
        assert!(err.contains("there is no district"), "{wrong}: {err}");
    }
    assert!(refused(on(folder, &["setup", DISTRICT, "--secretary", " "])).await.contains("a name has"));
    assert_eq!(run(set_up(&["--again"])).await.code, Some(2), "not without a reason");

    let code = done(set_up(&[])).await;
    let db = database(folder).await;
    let people = person::Entity::find().all(&db).await.unwrap();
    let posts = post::Entity::find().all(&db).await.unwrap();
    assert_eq!((people.len(), posts.len()), (1, 1));
    assert_eq!((posts[0].role.as_str(), &posts[0].person_id), ("district_secretary", &people[0].id));
    assert_eq!(people[0].registered_code.as_deref(), Some(DISTRICT));
    let committees = organisation::Entity::find().all(&db).await.unwrap();
    assert_eq!(committees.len(), 1);
    assert!(committees[0].name.starts_with("中共") && committees[0].name.ends_with("委员会"), "{}", committees[0].name);
    let kept = invitation::Entity::find().all(&db).await.unwrap();
    assert_eq!(hash_of_code(&code).as_ref(), Some(&kept[0].code_hash));
    assert_eq!((kept[0].expires_at - kept[0].created_at).num_hours(), 72);
    // Every row names who made it.
    let entries = audit_entry::Entity::find().filter(audit_entry::Column::Action.eq("setUp"));
    let entries = entries.order_by_asc(audit_entry::Column::Id).all(&db).await.unwrap();
    let subjects = entries.iter().map(|entry| entry.subject_id.clone().unwrap()).collect::<Vec<_>>();
    assert_eq!(subjects, [&committees[0].id, &people[0].id, &posts[0].id, &kept[0].id].map(Clone::clone));
    assert!(entries.iter().all(|entry| entry.actor_id.starts_with("operator:王运维 (")));
    assert!(!format!("{entries:?}").contains("张示范"), "the audit holds ids, never names");

    assert!(refused(set_up(&[])).await.contains("--again"));
    done(set_up(&["--again", "--reason", "前任离任，无人可登录"])).await;
    let posts = post::Entity::find().all(&db).await.unwrap();
    assert!(posts.len() == 2 && posts.iter().all(|post| post.ended_at.is_none()), "it ends none");
    assert_eq!(organisation::Entity::find().all(&db).await.unwrap().len(), 1);
    let last = audit_entry::Entity::find().order_by_desc(audit_entry::Column::Id).one(&db).await.unwrap().unwrap();
    assert_eq!(
        (last.reason.as_deref(), &last.after),
        (Some("前任离任，无人可登录"), &Some(json!({"postId": posts[1].id})))
    );
}

/// Two operators at once: one secretary, and one who is told.
#[tokio::test]
async fn of_two_at_once_one_sets_up() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    done(on(folder, &["migrate", "up"])).await;
    let divisions = format!("{}/data/divisions/hantai.csv", env!("CARGO_MANIFEST_DIR"));
    done(on(folder, &["import", "divisions", text(Path::new(&divisions))])).await;
    let one = |name: &'static str| run(on(folder, &["setup", DISTRICT, "--secretary", name]));
    let both = futures_util::future::join(one("张示范"), one("李示范")).await;
    let done = [both.0.code, both.1.code].into_iter().filter(|code| *code == Some(0)).count();
    assert_eq!(done, 1, "{both:?}");
    assert_eq!(post::Entity::find().all(&database(folder).await).await.unwrap().len(), 1);
}
