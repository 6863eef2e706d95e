//! `tongxin token`

mod check;
mod sign;

use std::sync::Arc;

use chrono::TimeDelta;
use clap::{Args, Subcommand};
use sea_orm::{ColumnTrait as _, DatabaseConnection, EntityTrait as _, QueryFilter as _};
use tongxin_entity::{client_application, person};
use tongxin_kernel::{clock::Clock, who::issuer::Issuer};

use super::{
    demo::{FOLDER, keep_apart},
    of_folder,
    place::{self, Place},
};
use crate::{
    app::{StartError, keyring, token_rules},
    config::{Config, Env},
};

/// How long a demo token lasts.
pub const LIFETIME: TimeDelta = TimeDelta::days(30);

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct TokenArgs {
    #[command(subcommand)]
    command: Option<TokenCommand>,
    /// The account, such as community-secretary
    #[arg(long, required = true)]
    account: Option<String>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Subcommand)]
enum TokenCommand {
    /// Read a token from standard input and explain it step by step: exit 0 where it lets in, 1 where not
    Check,
    /// Sign a token with a key that you hold: for trying, and for places without an issuer
    Sign(sign::SignArgs),
    /// Make a key pair: a private key for `token sign`, and the JWKS file by which its tokens are believed
    Key(sign::KeyArgs),
}

pub async fn run(args: TokenArgs, load: impl Fn(Config) -> Result<Config, StartError>) -> Result<(), StartError> {
    match args.command {
        None => issue(args.account.as_deref().unwrap_or_default(), args.place, load).await,
        Some(TokenCommand::Check) => check::run(args.place, load).await,
        Some(TokenCommand::Sign(args)) => sign::sign(&args),
        Some(TokenCommand::Key(args)) => sign::key(&args),
    }
}

async fn issue(
    account: &str,
    place: Place,
    load: impl Fn(Config) -> Result<Config, StartError>,
) -> Result<(), StartError> {
    let config = beside(place, load)?;
    if config.env == Env::Production {
        return Err(StartError::Refused("tokens are issued only in demo and development".into()));
    }
    let db = place::open(&config).await?;
    let subject = subject(&db, account).await?;
    let subject = subject.ok_or_else(|| StartError::Refused(format!("there is no account {account:?} here")))?;
    let issuer = Issuer::new(Arc::new(keyring(&config, Clock::system())?), token_rules(&config), Clock::system());
    let lifetime = if config.env == Env::Demo { LIFETIME } else { TimeDelta::hours(24) };
    println!("{}", issuer.issue(&subject, lifetime).map_err(|refusal| StartError::Refused(refusal.to_string()))?);
    Ok(())
}

/// The configuration of what runs, or has run, there.
fn beside(place: Place, load: impl Fn(Config) -> Result<Config, StartError>) -> Result<Config, StartError> {
    let mut config = load(of_folder(Some(FOLDER.into())))?;
    match config.env {
        Env::Production => return Ok(place.of(config)),
        Env::Development => config = load(of_folder(None))?,
        // Where nothing says what it is for, it is for what `tongxin demo` runs; else for what serves by configuration.
        Env::Demo if load(Config::default())?.env == Env::Production => {
            config.redis_url = None;
            let ignored = keep_apart(&mut config);
            if !ignored.is_empty() {
                eprintln!("ignored, as in the demo: {ignored}; --database names another database");
            }
        }
        Env::Demo => {}
    }
    let config = place.of(config);
    let folder = &config.data_dir;
    if !folder.join("signing-key.json").exists() && config.jwt.keys.is_none() {
        let message = format!("nothing has run in {}: start `tongxin demo`, or name its --data-dir", folder.display());
        return Err(StartError::Refused(message));
    }
    Ok(config)
}

/// The person or application behind an account name.
pub async fn subject(db: &DatabaseConnection, account: &str) -> Result<Option<String>, StartError> {
    let person = person::Entity::find().filter(person::Column::Account.eq(account)).one(db).await?;
    if let Some(person) = person {
        return Ok(Some(person.id));
    }
    let client = client_application::Entity::find().filter(client_application::Column::Account.eq(account));
    Ok(client.one(db).await?.map(|client| client.id))
}
