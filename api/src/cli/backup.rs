//! `tongxin backup`

use std::{
    fs::{self, File},
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use clap::Args;
use sea_orm::{ConnectionTrait as _, Database, DatabaseConnection, DbBackend, Statement};
use serde_json::json;
use tongxin_kernel::{clock::Clock, who::Deed};

use super::{
    operator::ByWhom,
    place::{self, Place},
};
use crate::{
    app::{StartError, sealing_file},
    config::Config,
};

#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The file to make; one that is there is left as it is
    file: PathBuf,
    #[command(flatten)]
    by: ByWhom,
    #[command(flatten)]
    place: Place,
}

/// How PostgreSQL is backed up and restored.
const BY_ITS_OWN_TOOLS: &str = "a PostgreSQL database is backed up by its own tools, also while the service runs:\n  \
    pg_dump --format=custom --file=FILE \"$DATABASE_URL\"\n\
    and restored into an empty one:\n  \
    pg_restore --no-owner --exit-on-error --dbname=\"$DATABASE_URL\" FILE";

pub async fn run(mut args: BackupArgs, load: impl Fn(Config) -> Result<Config, StartError>) -> Result<(), StartError> {
    let config = std::mem::take(&mut args.place).of(load(Config::default())?);
    let operator = args.by.begins("backup", &config)?;
    let db = place::open(&config).await?;
    if db.get_database_backend() != DbBackend::Sqlite {
        return Err(StartError::Refused(BY_ITS_OWN_TOOLS.to_owned()));
    }
    // Made empty and closed to others before anything is written into it.
    let made = File::options().write(true).create_new(true).mode(0o600).open(&args.file);
    let file = made.map_err(|error| StartError::Refused(format!("{}: {error}", args.file.display())))?;
    let written = copy(&db, &args.file).await;
    if let Err(error) = written.and_then(|()| Ok(file.sync_all()?)) {
        fs::remove_file(&args.file).ok();
        return Err(error);
    }
    let bytes = file.metadata()?.len();
    println!("{}: {bytes} bytes, whole", args.file.display());
    let after = Some(json!({"file": args.file.display().to_string(), "bytes": bytes}));
    let deed = Deed { action: "backUp", subject: "backup", after, ..Deed::default() };
    if let Err(error) = operator.audit(&db, Clock::system().now(), deed).await {
        // A store that takes no writes is when a copy is needed most.
        tracing::error!(%operator, %error, "the copy is made, and the audit could not be told of it");
    }
    let keys = sealing_file(&config);
    eprintln!(
        "the keys that open personal data are not in it: keep {} apart from it. Whoever was erased since is in this file until you \
         delete it",
        keys.display()
    );
    Ok(())
}

/// A copy as of one moment, while others read and write; looked through before it counts.
async fn copy(db: &DatabaseConnection, file: &Path) -> Result<(), StartError> {
    let path = file.to_str().ok_or_else(|| StartError::Refused("the path is not UTF-8".to_owned()))?;
    db.execute_raw(Statement::from_sql_and_values(DbBackend::Sqlite, "VACUUM INTO ?", [path.into()])).await?;
    let copy = Database::connect(format!("sqlite://{path}?mode=ro&immutable=1")).await?;
    let look = Statement::from_string(DbBackend::Sqlite, "PRAGMA integrity_check");
    let found = copy.query_one_raw(look).await?.map(|row| row.try_get_by_index::<String>(0)).transpose()?;
    copy.close().await?;
    match found.as_deref() {
        Some("ok") => Ok(()),
        found => Err(StartError::Refused(format!("the copy is not whole: {}", found.unwrap_or_default()))),
    }
}
