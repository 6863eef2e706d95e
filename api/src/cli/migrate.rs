//! `tongxin migrate`

use clap::{Args, Subcommand};
use tongxin_kernel::{
    secret_file,
    store::{self, Standing},
};
use tongxin_migration::{Migrator, MigratorTrait as _};

use super::place::{self, Place};
use crate::{app::StartError, config::Config};

#[derive(Debug, Args)]
pub struct MigrateArgs {
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
        MigrateCommand::Up => store::migrate(&db).await?,
        MigrateCommand::Down { steps } => Migrator::down(&db, Some(steps)).await?,
        MigrateCommand::Status => {}
    }
    let pending = Migrator::get_pending_migrations_read_only(&db).await?;
    show(|name| pending.iter().any(|pending| pending.name() == name));
    Ok(())
}

fn show(is_pending: impl Fn(&str) -> bool) {
    for migration in Migrator::migrations() {
        println!("{}\t{}", if is_pending(migration.name()) { "pending" } else { "applied" }, migration.name());
    }
}
