//! A released migration never changes: whoever ran it has what it said then.

use std::{fmt::Write as _, fs, path::Path};

use sea_orm_migration::sea_orm::{ConnectionTrait, Database, DbBackend, Statement};
use sha2::{Digest as _, Sha256};
use tongxin_migration::{Migrator, MigratorTrait as _};

/// What SQLite holds of the schema, in one text.
async fn schema(db: &impl ConnectionTrait) -> String {
    let all = "SELECT coalesce(group_concat(sql, ';'), '') FROM (SELECT sql FROM sqlite_master WHERE name NOT LIKE 'seaql%' ORDER BY name)";
    let row = db.query_one_raw(Statement::from_string(DbBackend::Sqlite, all)).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

fn digest(of: &str) -> String {
    let mut hex = String::new();
    for byte in &Sha256::digest(of)[..8] {
        write!(hex, "{byte:02x}").unwrap();
    }
    hex
}

/// Each line of `history.txt`: a migration, the digest of its file, and of the schema that it left on SQLite.
#[tokio::test]
async fn what_ran_once_stays_as_it_was() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let db = Database::connect("sqlite::memory:").await.unwrap();
    let mut now = String::new();
    for migration in Migrator::migrations() {
        Migrator::up(&db, Some(1)).await.unwrap();
        let file = fs::read_to_string(folder.join("src").join(format!("{}.rs", migration.name()))).unwrap();
        writeln!(now, "{} {} {}", migration.name(), digest(&file), digest(&schema(&db).await)).unwrap();
    }
    let history = fs::read_to_string(folder.join("history.txt")).unwrap();
    for (was, is) in history.lines().zip(now.lines()) {
        assert_eq!(was, is, "a migration of history.txt has changed, or one before it: undo that and write a new one");
    }
    assert_eq!(
        history, now,
        "append the last lines to migration/history.txt: from then on those migrations stay as they are"
    );
}
