//! The command line. Results go to stdout alone, logs to stderr; exit 0 done, 1 refused, 2 wrong usage.

mod backup;
pub mod check;
mod demo;
mod health;
mod hold;
mod import;
mod migrate;
mod operator;
mod place;
mod policy;
mod serve;
mod setup;
mod token;

use std::{path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};
use tongxin_kernel::{events, telemetry};

use crate::{
    app::StartError,
    config::{Config, Env},
    lifecycles, schema,
};

/// 同心 Tongxin: a GraphQL service for party-led urban governance
#[derive(Debug, Parser)]
#[command(name = "tongxin", version, about, arg_required_else_help = true)]
pub struct Cli {
    /// Configuration file (TOML); every key is in tongxin.example.toml
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Show the main job with nothing installed: a demo city on a SQLite file, tokens, a start page
    Demo(demo::DemoArgs),
    /// Serve by configuration
    Serve,
    /// Bring the schema of the database up, down, or tell where it stands
    Migrate(migrate::MigrateArgs),
    /// Make the first post of a district, its secretary, and print the invitation by which that person comes in
    Setup(setup::SetupArgs),
    /// Copy the SQLite database into a file, also while it serves; of PostgreSQL it tells how
    Backup(backup::BackupArgs),
    /// Say before the start what stops it, or check what the database keeps
    Check(check::CheckArgs),
    /// Import facts from files
    #[command(subcommand)]
    Import(import::ImportCommand),
    /// Print the GraphQL schema
    Schema,
    /// Print the lives of all objects as Markdown
    Lifecycles,
    /// Check, show, explain or apply the policies
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Tell whether the service that listens on this machine is alive: exit 0 or 1
    Health,
    /// Print a token for a demo account
    Token(token::TokenArgs),
}

/// Runs the command of this process.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    if let Err(error) = survive_full_files() {
        eprintln!("{error}");
        return ExitCode::FAILURE;
    }
    match dispatch(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// A file that may not grow further is then told by the write that fails, not by a signal that kills the process. Catching
/// the signal once is enough: it stays caught.
fn survive_full_files() -> std::io::Result<()> {
    #[cfg(unix)]
    drop(tokio::signal::unix::signal(tokio::signal::unix::SignalKind::from_raw(libc::SIGXFSZ))?);
    Ok(())
}

async fn dispatch(cli: Cli) -> Result<(), StartError> {
    let file = cli.config.as_deref();
    let load = |base: Config| Config::load(base, file).map_err(StartError::from);
    match cli.command {
        Command::Demo(args) => demo::run(args, load).await,
        Command::Serve => serve::run(load(Config::default())?).await,
        Command::Migrate(args) => migrate::run(args, load).await,
        Command::Setup(args) => setup::run(args, load).await,
        Command::Backup(args) => backup::run(args, load).await,
        Command::Check(args) => check::run(args, load).await,
        Command::Import(command) => import::run(command, load).await,
        Command::Schema => {
            print!("{}", schema::sdl());
            Ok(())
        }
        Command::Lifecycles => {
            print!("{}", lifecycles::document());
            Ok(())
        }
        Command::Policy(command) => policy::run(command, load).await,
        Command::Health => health::run(&load(Config::default())?),
        Command::Token(args) => token::run(args, load).await,
    }
}

/// The configuration of commands that work on a data folder beside a running demo.
fn of_folder(data_dir: Option<PathBuf>) -> Config {
    let base = Config::default();
    Config { env: Env::Demo, data_dir: data_dir.unwrap_or(base.data_dir.clone()), ..base }
}

/// Tells running processes to look for what has changed now.
async fn hint(config: &Config) {
    if let Some(url) = &config.redis_url
        && let Err(error) = events::hint(url.expose()).await
    {
        eprintln!("Redis took no hint ({error}): running processes learn of it when they look next");
    }
}

fn init_logs(config: &Config) -> Result<(), StartError> {
    telemetry::init_logs(&config.log.level, config.log_format()).map_err(StartError::Refused)
}
