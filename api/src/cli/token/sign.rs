//! `tongxin token sign` and `tongxin token key`

use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    os::unix::fs::OpenOptionsExt as _,
    path::{Path, PathBuf},
};

use chrono::TimeDelta;
use clap::{Args, builder::NonEmptyStringValueParser};
use secrecy::ExposeSecret as _;
use tongxin_kernel::{
    clock::Clock,
    secret_file,
    who::{
        issuer::{self, Saying},
        keys::{self, Ring},
    },
};

use crate::{app::StartError, config::IssuerConfig};

#[derive(Debug, Args)]
pub struct SignArgs {
    /// The private key, a JWK that only you may read; `token key` makes one
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Who issues it: the `iss` of an issuer in the configuration
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    iss: String,
    /// Whom it names: the id of a person, or what is linked to one
    #[arg(long, value_parser = NonEmptyStringValueParser::new())]
    sub: String,
    /// Whom it is for
    #[arg(long, default_value = "tongxin", value_parser = NonEmptyStringValueParser::new())]
    aud: String,
    /// How many hours it holds
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=8760))]
    hours: u32,
}

#[derive(Debug, Args)]
pub struct KeyArgs {
    /// Where the private key goes, for you alone
    #[arg(long, value_name = "FILE")]
    private: PathBuf,
    /// Where the JWKS with its public part goes, for everybody
    #[arg(long, value_name = "FILE")]
    public: PathBuf,
}

/// Prints a token.
pub fn sign(args: &SignArgs) -> Result<(), StartError> {
    let refused = |why: String| StartError::Refused(format!("{}: {why}", args.key.display()));
    let text = secret_file::read_closed(&args.key).map_err(|error| refused(error.to_string()))?;
    let (ring, unusable) = Ring::parse(text.expose_secret()).map_err(|fault| refused(fault.to_string()))?;
    if !ring.can_sign() {
        let why = unusable.first().map_or("it holds no private key".to_owned(), ToString::to_string);
        return Err(refused(why));
    }
    let usual = IssuerConfig::default().longest_hours;
    if args.hours > usual {
        eprintln!(
            "accepted only where longest_hours of the issuer is {} or more ({usual} unless it is set)",
            args.hours
        );
    }
    let saying = Saying { issuer: &args.iss, audience: &args.aud, subject: &args.sub };
    println!("{}", issuer::sign(&ring, saying, Clock::system().now(), TimeDelta::hours(args.hours.into()))?);
    Ok(())
}

/// Makes a key pair: both files, or none.
pub fn key(args: &KeyArgs) -> Result<(), StartError> {
    let refused = |path: &Path, error: std::io::Error| StartError::Refused(format!("{}: {error}", path.display()));
    let (private, public) = keys::generate_pair();
    let mut file = OpenOptions::new();
    let file = file.write(true).create_new(true).mode(0o644).open(&args.public);
    let mut file = file.map_err(|error| refused(&args.public, error))?;
    if let Err(error) = secret_file::make(&args.private, private) {
        fs::remove_file(&args.public)?;
        return Err(refused(&args.private, error));
    }
    file.write_all(&public)?;
    file.sync_all()?;
    let (private, public) = (args.private.display(), args.public.display());
    println!("{private}: 私钥，只留给签发者本人 · the private key, for whoever signs and nobody else");
    println!("{public}: 公钥，写入配置的 keys · the public key, for `keys` of the configuration");
    Ok(())
}
