//! A copy of the database while it serves, and a service that is started from it.

use std::{fs, os::unix::fs::PermissionsExt as _};

use sea_orm::{EntityTrait as _, PaginatorTrait as _};
use tongxin_entity::person;

use crate::{
    client::Client,
    commands::{done, on, refused},
    program::text,
    town::{fill_file, open_file, serve, serving},
};

#[tokio::test]
async fn what_is_backed_up_while_it_serves_is_served_again() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let db = fill_file(folder.path()).await;
    let (service, address) = serving(serve(folder.path())).await;
    assert_eq!(Client::new(&address, None).get("/readyz").await.0, 200);
    let file = other.path().join("tongxin.sqlite");
    let said = done(on(folder.path(), &["backup", text(&file)])).await;
    assert!(said.ends_with("bytes, whole\n"), "{said}");
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(refused(on(folder.path(), &["backup", text(&file)])).await.contains("exists"));
    let nowhere = other.path().join("no/such/folder.sqlite");
    assert!(refused(on(folder.path(), &["backup", text(&nowhere)])).await.contains("No such file"));
    service.kill().await;
    // Restored: the file and, kept apart from it, the sealing keys.
    fs::copy(folder.path().join("sealing-keys.json"), other.path().join("sealing-keys.json")).unwrap();
    let (service, address) = serving(serve(other.path())).await;
    assert_eq!(Client::new(&address, None).get("/readyz").await.0, 200);
    let (was, is) =
        (person::Entity::find().count(&db).await, person::Entity::find().count(&open_file(other.path()).await).await);
    assert_eq!(was.unwrap(), is.unwrap());
    service.kill().await;
}
