//! Our server and a bare handler, side by side on one city: `cargo bench -p tongxin-tests --bench side_by_side`.
//!
//! The handler (`limit`) sends one prepared statement and passes PostgreSQL's own JSON on, without GraphQL, tokens or
//! rules: nothing can be faster. Both answer the same requests with the same JSON, which is checked first. Then they are
//! measured in turn, slice by slice, so that whatever else the machine does meets both. What counts are the ratios.

mod city;
mod figures;
mod limit;
mod load;
mod processes;
mod requests;
mod run;
mod statements;

use std::{error::Error, process::ExitCode};

use clap::Parser;

type Result<T, E = Box<dyn Error + Send + Sync>> = std::result::Result<T, E>;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures our server against a bare handler that gives the same answers.
#[derive(Debug, Clone, Parser)]
#[command(name = "side_by_side")]
pub struct Args {
    /// Seconds of one slice
    #[arg(long, default_value_t = 4.0)]
    seconds: f64,
    /// Slices of each request and server; the medians count
    #[arg(long, default_value_t = 4)]
    slices: usize,
    /// Connections that ask at the same time
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Only the requests whose names contain this: item, board, tree, claim
    #[arg(long, default_value = "")]
    only: String,
    /// Keep the city for the next run; filling it takes longer than measuring
    #[arg(long)]
    keep: bool,
    /// The server to measure; without it one is built
    #[arg(long, value_name = "FILE")]
    server: Option<std::path::PathBuf>,
    /// Another build of the server, measured in the same run
    #[arg(long, value_name = "FILE")]
    other: Option<std::path::PathBuf>,
    /// Serve as the bare handler (how the bench calls itself)
    #[arg(long, hide = true, value_name = "DATABASE")]
    limit: Option<String>,
    /// Passed by `cargo bench`
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    if cfg!(debug_assertions) {
        // `cargo test` builds and runs this too; figures of a debug build say nothing.
        eprintln!("side_by_side measures release builds: cargo bench -p tongxin-tests --bench side_by_side");
        return ExitCode::SUCCESS;
    }
    let outcome = match &args.limit {
        Some(database) => limit::serve(database),
        None => run::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
