//! Which database a command works on: what its arguments name goes before the environment and the configuration file.

use std::path::{Path, PathBuf};

use clap::{Args, builder::NonEmptyStringValueParser};
use sea_orm::DatabaseConnection;
use tongxin_kernel::{
    say,
    store::{self, Standing},
};

use crate::{
    app::StartError,
    config::{Config, Secret},
};

#[derive(Debug, Default, Args)]
pub struct Place {
    /// The data folder; its SQLite file is the database, whatever DATABASE_URL says
    #[arg(long, value_name = "DIR", global = true)]
    pub data_dir: Option<PathBuf>,
    /// The database, whatever DATABASE_URL says: postgres://… or sqlite://…
    #[arg(long, value_name = "URL", global = true, value_parser = NonEmptyStringValueParser::new())]
    pub database: Option<String>,
}

impl Place {
    /// The configuration for this place. What is left aside for it is said on standard error.
    pub fn of(self, mut config: Config) -> Config {
        if let Some(data_dir) = self.data_dir {
            if config.database_url.take().is_some() && self.database.is_none() {
                eprintln!("database_url (DATABASE_URL) is ignored: --data-dir names the SQLite file in that folder");
            }
            config.data_dir = data_dir;
        }
        if let Some(url) = self.database {
            config.database_url = Some(Secret::new(url));
        }
        config
    }
}

/// Opens the database of a command that works on what is there. It is neither made nor migrated for that.
pub async fn open(config: &Config) -> Result<DatabaseConnection, StartError> {
    must_exist(config)?;
    let db = config.store().open().await?;
    must_be_current(config, &db).await?;
    Ok(db)
}

/// Refuses where the database is yet to be made.
pub fn must_exist(config: &Config) -> Result<(), StartError> {
    let Some(file) = config.store().missing_file() else { return Ok(()) };
    let (migrate, file) = (to_migrate(config), file.display());
    Err(StartError::Told(say!(
        "尚无数据库 {file}：先运行 {migrate}",
        "there is no database {file} yet: run {migrate} first"
    )))
}

/// Refuses a database whose schema is not that of this program.
pub async fn must_be_current(config: &Config, db: &DatabaseConnection) -> Result<(), StartError> {
    let message = match store::standing(db).await? {
        Standing::Current => return Ok(()),
        Standing::Behind => {
            let migrate = to_migrate(config);
            say!(
                "数据库结构不是最新：先运行 {migrate}",
                "the schema of the database is not current: run {migrate} first"
            )
        }
        Standing::Before => say!(
            "数据库建于首个版本之前，其结构已另起：任何命令都不能使之更新，未作任何改动；请改用别的数据库或数据目录（演示用 `--fresh`）",
            "the database was made before the first release, whose schema begins anew: no command brings it up to date, and \
             nothing was touched. Take another database or data folder (the demo: `--fresh`)"
        ),
        Standing::Ahead => say!(
            "数据库结构比本程序新：请用建立它的那个版本",
            "the schema of the database is newer than this program: run the release that made it"
        ),
    };
    Err(StartError::Told(message))
}

/// The command that brings the schema of this database up to date, as it is typed here.
fn to_migrate(config: &Config) -> String {
    let usual = Config::default().data_dir;
    match &config.database_url {
        // The address may hold a password.
        Some(_) => "`tongxin migrate up`".into(),
        None if config.data_dir == usual => "`tongxin migrate up`".into(),
        None => format!("`tongxin migrate up --data-dir {}`", shown(&config.data_dir)),
    }
}

fn shown(folder: &Path) -> String {
    let text = folder.display().to_string();
    let plain = text.chars().all(|c| c.is_alphanumeric() || "/._-".contains(c));
    if plain { text } else { format!("'{}'", text.replace('\'', r"'\''")) }
}
