//! `tongxin migrate`

use clap::{Args, Subcommand};
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbErr};
use serde_json::json;
use tongxin_kernel::{
    clock::Clock,
    secret_file,
    store::{self, Standing},
    who::{Deed, Operator},
};
use tongxin_migration::{Migrator, MigratorTrait as _};

use super::{
    operator::ByWhom,
    place::{self, Place},
};
use crate::{app::StartError, config::Config};

#[derive(Debug, Args)]
pub struct MigrateArgs {
    #[command(flatten)]
    by: ByWhom,
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: MigrateCommand,
}

#[derive(Debug, Subcommand)]
enum MigrateCommand {
    /// Run every migration that has not run yet
    Up,
    /// Undo the newest migrations
    Down {
        /// How many
        #[arg(long, default_value_t = 1)]
        steps: u32,
    },
    /// Tell which have run
    Status,
}

pub async fn run(args: MigrateArgs, load: impl Fn(Config) -> Result<Config, StartError>) -> Result<(), StartError> {
    let config = args.place.of(load(Config::default())?);
    let makes = matches!(args.command, MigrateCommand::Up);
    if !makes && config.store().missing_file().is_some() {
        show(|_| true);
        return Ok(());
    }
    if makes && config.database_url.is_none() {
        secret_file::make_folder(&config.data_dir)?;
    }
    let db = config.store().open().await?;
    if matches!(store::standing(&db).await?, Standing::Before | Standing::Ahead) {
        return place::must_be_current(&config, &db).await;
    }
    match args.command {
        MigrateCommand::Up => {
            let operator = args.by.begins("migrate up", &config)?;
            changes(&db, &operator, "migrateUp", store::migrate(&db)).await?;
        }
        MigrateCommand::Down { steps } => {
            let operator = args.by.begins("migrate down", &config)?;
            changes(&db, &operator, "migrateDown", Migrator::down(&db, Some(steps))).await?;
        }
        MigrateCommand::Status => {}
    }
    let pending = pending(&db).await?;
    show(|name| pending.iter().any(|pending| pending == name));
    Ok(())
}

/// Changes the schema, and tells the audit of it where there is one after that.
async fn changes(
    db: &DatabaseConnection,
    operator: &Operator,
    action: &'static str,
    change: impl Future<Output = Result<(), DbErr>>,
) -> Result<(), DbErr> {
    let was = pending(db).await?;
    change.await?;
    let is = pending(db).await?;
    if was != is && db.execute_unprepared("SELECT id FROM audit_entry LIMIT 0").await.is_ok() {
        let [before, after] = [was, is].map(|pending| Some(json!({"pending": pending})));
        let deed = Deed { action, subject: "schema", before, after, ..Deed::default() };
        operator.audit(db, Clock::system().now(), deed).await?;
    }
    Ok(())
}

/// The migrations that have not run.
async fn pending(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let pending = Migrator::get_pending_migrations_read_only(db).await?;
    Ok(pending.iter().map(|migration| migration.name().to_owned()).collect())
}

fn show(is_pending: impl Fn(&str) -> bool) {
    for migration in Migrator::migrations() {
        println!("{}\t{}", if is_pending(migration.name()) { "pending" } else { "applied" }, migration.name());
    }
}
