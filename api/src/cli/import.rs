//! `tongxin import`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::of_folder;
use crate::{
    app::StartError,
    config::Config,
    database,
    divisions::{self, ImportError},
};

#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Regions from a CSV with the columns code, level, name, parent; all of it or nothing
    Divisions(DivisionsArgs),
}

#[derive(Debug, Args)]
pub struct DivisionsArgs {
    /// The CSV file
    file: PathBuf,
    /// The data folder whose SQLite file is written, unless DATABASE_URL names another database
    #[arg(long, value_name = "DIR")]
    data_dir: Option<PathBuf>,
}

pub async fn run(
    ImportCommand::Divisions(args): ImportCommand,
    load: impl Fn(Config) -> Result<Config, StartError>,
) -> Result<(), StartError> {
    let given = args.data_dir.clone();
    let config = load(of_folder(args.data_dir))?;
    let config = Config { data_dir: given.unwrap_or(config.data_dir.clone()), ..config };
    let csv =
        std::fs::read(&args.file).map_err(|error| StartError::Refused(format!("{}: {error}", args.file.display())))?;
    std::fs::create_dir_all(&config.data_dir)?;
    let db = database::open(&config).await?;
    database::migrate(&db).await?;
    let bar = divisions::bar(&csv);
    let imported = divisions::import(&db, &csv, |rows| bar.set_position(rows as u64)).await;
    bar.finish_and_clear();
    match imported {
        Ok(report) => {
            println!("read {}, new {}, changed {}", report.read, report.new, report.changed);
            Ok(())
        }
        Err(ImportError::Refused(faults)) => {
            let count = faults.len();
            let lines = faults.iter().map(|fault| format!("{}:{}: {}", args.file.display(), fault.line, fault.message));
            let lines = lines.collect::<Vec<_>>().join("\n");
            Err(StartError::Refused(format!("{lines}\n{count} rows refused; nothing was kept")))
        }
        Err(ImportError::Database(error)) => Err(error.into()),
    }
}
