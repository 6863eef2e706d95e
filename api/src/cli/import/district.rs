//! `tongxin import district`

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::{Args, builder::NonEmptyStringValueParser};
use tongxin_kernel::{clock::Clock, secret_file, who::load_policy};

use super::{ByWhom, Place, hint, place, refusal};
use crate::{
    app::{StartError, sealing_keys},
    config::Config,
    imports::{self, BYTES, By, Counts, ImportError, KINDS, Kind},
};

#[derive(Debug, Args)]
pub struct DistrictArgs {
    /// A folder with any of the files, or one of them; what a file holds is told by its name, such as people.csv
    path: PathBuf,
    /// Whose external ids the files carry
    #[arg(long, value_name = "NAME", default_value = "district", value_parser = NonEmptyStringValueParser::new())]
    source: String,
    /// Do everything and keep nothing: say what would be new, changed, unchanged
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    by: ByWhom,
    #[command(flatten)]
    place: Place,
}

pub async fn run(
    mut args: DistrictArgs,
    load: impl Fn(Config) -> Result<Config, StartError>,
) -> Result<(), StartError> {
    let config = std::mem::take(&mut args.place).of(load(Config::default())?);
    let command = if args.dry_run { "import district --dry-run" } else { "import district" };
    let operator = args.by.begins(command, &config)?;
    let files = files(&args.path)?;
    let db = place::open(&config).await?;
    let (policy, _) = load_policy(&db).await.map_err(|refusal| StartError::Refused(refusal.to_string()))?;
    secret_file::make_folder(&config.data_dir)?;
    let sealing = sealing_keys(&config)?;
    let clock = Clock::system();
    let by = By { policy: &policy, sealing: &sealing, clock: &clock, source: &args.source, operator: &operator };
    let mut sheets = Vec::new();
    for (file, kind) in &files {
        sheets.push((*kind, read(file)?));
    }
    if args.dry_run {
        let all = imports::rehearse(&db, &sheets, &by).await.map_err(|(at, error)| told(&files[at].0, error))?;
        for ((kind, _), counts) in sheets.iter().zip(all) {
            say(kind, counts, " (nothing was kept)");
        }
        return Ok(());
    }
    for ((file, kind), (_, bytes)) in files.iter().zip(&sheets) {
        let counts = imports::import(&db, kind, bytes, &by).await.map_err(|error| told(file, error))?;
        say(kind, counts, "");
    }
    hint(&config).await;
    Ok(())
}

fn say(kind: &Kind, Counts { new, changed, unchanged }: Counts, how: &str) {
    println!("{}: new {new}, changed {changed}, unchanged {unchanged}{how}", kind.name);
}

fn told(file: &Path, error: ImportError) -> StartError {
    match error {
        ImportError::Refused(faults) => StartError::Refused(refusal(file, &faults)),
        ImportError::Unable(why) => StartError::Refused(why),
        ImportError::Database(error) => error.into(),
    }
}

/// The files, in the order in which they rest on each other.
fn files(path: &Path) -> Result<Vec<(PathBuf, &'static Kind)>, StartError> {
    let known = || KINDS.iter().map(|kind| format!("{}.csv", kind.name)).collect::<Vec<_>>().join(", ");
    let found = if path.is_dir() {
        let each = KINDS.iter().map(|kind| (path.join(format!("{}.csv", kind.name)), kind));
        each.filter(|(file, _)| file.exists()).collect::<Vec<_>>()
    } else {
        let named = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let kind = KINDS.iter().find(|kind| named == kind.name);
        kind.map(|kind| (path.to_owned(), kind)).into_iter().collect()
    };
    if found.is_empty() {
        let message = format!("{}: there is none of {} here", path.display(), known());
        return Err(StartError::Refused(message));
    }
    Ok(found)
}

fn read(file: &Path) -> Result<Vec<u8>, StartError> {
    let unable = |error: std::io::Error| StartError::Refused(format!("{}: {error}", file.display()));
    let size = fs::metadata(file).map_err(unable)?.len();
    if size > BYTES {
        let most = BYTES >> 20;
        return Err(StartError::Refused(format!("{}: a file has at most {most} MB: divide it", file.display())));
    }
    fs::read(file).map_err(unable)
}
