//! `tongxin migrate`

use clap::Subcommand;
use tongxin_migration::{Migrator, MigratorTrait as _};

use crate::{app::StartError, config::Config, database};

#[derive(Debug, Subcommand)]
pub enum MigrateCommand {
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

pub async fn run(
    command: MigrateCommand,
    load: impl Fn(Config) -> Result<Config, StartError>,
) -> Result<(), StartError> {
    let config = load(Config::default())?;
    std::fs::create_dir_all(&config.data_dir)?;
    let db = database::open(&config).await?;
    match command {
        MigrateCommand::Up => Migrator::up(&db, None).await?,
        MigrateCommand::Down { steps } => Migrator::down(&db, Some(steps)).await?,
        MigrateCommand::Status => {}
    }
    let pending = Migrator::get_pending_migrations(&db).await?;
    for migration in Migrator::migrations() {
        let waits = pending.iter().any(|pending| pending.name() == migration.name());
        println!("{}\t{}", if waits { "pending" } else { "applied" }, migration.name());
    }
    Ok(())
}
