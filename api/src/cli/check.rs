//! `tongxin check`

mod database;
mod findings;
mod keys;
mod start;
mod tallies;

use clap::{Args, Subcommand};
use tongxin_kernel::clock::Clock;

use super::{
    health, hold, init_logs,
    place::{self, Place},
    serve,
};
use crate::{app::StartError, config::Config};

use self::findings::Area;
pub use self::{
    database::clock as compare_clocks,
    findings::{Finding, Findings, Weight},
    tallies::{Difference, recount},
};

/// Without a subcommand: says before the start what stops it, and what else is worth knowing
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    place: Place,
    #[command(subcommand)]
    command: Option<CheckCommand>,
}

#[derive(Debug, Subcommand)]
enum CheckCommand {
    /// Count everything anew and compare with what the database keeps in count: exit 1 where they differ
    Tallies,
}

pub async fn run(args: CheckArgs, load: impl Fn(Config) -> Result<Config, StartError>) -> Result<(), StartError> {
    let config = load(Config::default()).map(|config| args.place.of(config));
    if let Some(CheckCommand::Tallies) = args.command {
        return tallies::run(&config?).await;
    }
    let mut findings = Findings::told_by(|finding| println!("{finding}"));
    match config {
        Ok(config) => {
            init_logs(&config)?;
            start::look(&config, &Clock::system(), &mut findings).await;
        }
        // Nothing else can be looked at by a configuration that is none.
        Err(error) => findings.wrong(Area::Configuration, &error),
    }
    findings.conclude()
}
