//! `tongxin import`

mod district;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use tongxin_kernel::clock::Clock;

use super::{
    hint, of_folder,
    operator::ByWhom,
    place::{self, Place},
};
use crate::{
    app::StartError,
    config::Config,
    divisions::{self, Fault, ImportError},
};

#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Regions from a CSV with the columns code, level, name, parent; all of it or nothing
    Divisions(DivisionsArgs),
    /// Facts of a district from CSV files, each all of it or nothing: compounds, organisations, people, posts, contracts,
    /// checkins, logins; a folder is taken in that order
    District(district::DistrictArgs),
}

#[derive(Debug, Args)]
pub struct DivisionsArgs {
    /// The CSV file
    file: PathBuf,
    #[command(flatten)]
    by: ByWhom,
    #[command(flatten)]
    place: Place,
}

/// Lines listed at most, of refusals or of warnings; the rest is counted.
const LISTED: usize = 1000;

pub async fn run(
    command: ImportCommand,
    load: impl Fn(Config) -> Result<Config, StartError>,
) -> Result<(), StartError> {
    match command {
        ImportCommand::Divisions(args) => import_divisions(args, load).await,
        ImportCommand::District(args) => district::run(args, load).await,
    }
}

async fn import_divisions(
    args: DivisionsArgs,
    load: impl Fn(Config) -> Result<Config, StartError>,
) -> Result<(), StartError> {
    let config = args.place.of(load(of_folder(None))?);
    let csv =
        std::fs::read(&args.file).map_err(|error| StartError::Refused(format!("{}: {error}", args.file.display())))?;
    let operator = args.by.begins("import divisions", &config)?;
    let db = place::open(&config).await?;
    let bar = divisions::bar(&csv);
    let progress = |rows| bar.set_position(rows as u64);
    let imported = divisions::import_by(&operator, &db, &csv, progress, Clock::system().now()).await;
    bar.finish_and_clear();
    match imported {
        Ok(report) => {
            if !report.warnings.is_empty() {
                let list = list(&args.file, "warning: ", &report.warnings);
                eprintln!("{list}{} taken with a warning", rows(report.warnings.len()));
            }
            println!("read {}, new {}, changed {}", report.read, report.new, report.changed);
            Ok(())
        }
        Err(ImportError::Refused(faults)) => Err(StartError::Refused(refusal(&args.file, &faults))),
        Err(ImportError::Database(error)) => Err(error.into()),
    }
}

fn rows(count: usize) -> String {
    if count == 1 { "1 row".to_owned() } else { format!("{count} rows") }
}

/// Why nothing of a file was kept: every row, and how many.
fn refusal(file: &Path, faults: &[Fault]) -> String {
    let list = list(file, "", faults);
    let refused = if faults.iter().any(Fault::is_of_header) {
        "no row was read".to_owned()
    } else {
        format!("{} refused", rows(faults.len()))
    };
    format!("{list}{refused}; nothing was kept")
}

/// A line for each row, `file:line: what is wrong with it`, and how many more there are.
fn list(file: &Path, kind: &str, faults: &[Fault]) -> String {
    let file = file.display();
    let mut list = String::new();
    for fault in &faults[..faults.len().min(LISTED)] {
        list += &format!("{file}:{}: {kind}{}\n", fault.line, fault.what());
    }
    if faults.len() > LISTED {
        list += &format!("{file}: and {} more\n", faults.len() - LISTED);
    }
    list
}
