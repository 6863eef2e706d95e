//! `tongxin policy`

use std::path::PathBuf;

use clap::Subcommand;
use tongxin_capabilities::lines_without_effect;
use tongxin_kernel::{
    clock::Clock,
    who::{apply_policy, load_policy},
};
use tongxin_policies::{Action, CaseFile, PolicyError, PolicySource, Reach, Role, Table, check, run_cases};

use super::{
    hint,
    operator::ByWhom,
    place::{self, Place},
};
use crate::{app::StartError, config::Config, schema};

#[derive(Debug, Subcommand)]
pub enum PolicyCommand {
    /// Check policy files and run the cases beside them; every problem by file and line
    Check {
        /// The folder; the policies built in unless given
        dir: Option<PathBuf>,
    },
    /// Print role × action × reach as Markdown
    Matrix {
        /// The folder; the policies built in unless given
        dir: Option<PathBuf>,
    },
    /// Say who gains and who loses what, heirs included, when one policy takes the place of another
    Diff {
        /// The folder of the new policy
        to: PathBuf,
        /// The folder of the old one; what is in force on the database unless given
        from: Option<PathBuf>,
        #[command(flatten)]
        place: Place,
    },
    /// Put policies in force for every process on the database, without a restart; the audit keeps who did
    Apply {
        /// The folder; the policies built in unless given
        dir: Option<PathBuf>,
        #[command(flatten)]
        by: ByWhom,
        #[command(flatten)]
        place: Place,
    },
    /// Explain one decision
    Explain {
        /// The role, such as community_secretary
        role: String,
        /// The action, such as acceptClaim
        action: String,
        /// How the role stands to the object, such as own
        reach: String,
    },
}

pub async fn run(
    command: PolicyCommand,
    load: impl Fn(Config) -> Result<Config, StartError>,
) -> Result<(), StartError> {
    match command {
        PolicyCommand::Check { dir } => check_policy(dir).await,
        PolicyCommand::Matrix { dir } => {
            print!("{}", Table::compile(&source(dir)?).await?.matrix());
            Ok(())
        }
        PolicyCommand::Diff { to, from, place } => {
            let was = match from {
                Some(dir) => Table::compile(&source(Some(dir))?).await?,
                None => load_policy(&place::open(&place.of(load(Config::default())?)).await?).await?.0,
            };
            let changes = was.diff(&Table::compile(&source(Some(to))?).await?);
            changes.iter().for_each(|change| println!("{change}"));
            if changes.is_empty() {
                println!("nobody gains or loses anything");
            }
            Ok(())
        }
        PolicyCommand::Apply { dir, by, place } => {
            let config = place.of(load(Config::default())?);
            let source = source(dir)?;
            let table = Table::compile(&source).await?;
            schema::check_lines(&table)?;
            let broken = table.prove(&source);
            if !broken.is_empty() {
                return Err(PolicyError::Invalid(broken).into());
            }
            let operator = by.begins("policy apply", &config)?;
            let db = place::open(&config).await?;
            let bundle = apply_policy(&db, &source, &operator, Clock::system().now()).await?;
            println!("version {} is in force", bundle.version);
            hint(&config).await;
            Ok(())
        }
        PolicyCommand::Explain { role, action, reach } => {
            let unknown = |what: &str, word: &str| StartError::Refused(format!("there is no {what} {word:?}"));
            let role = Role::parse(&role).ok_or_else(|| unknown("role", &role))?;
            let action = Action::parse(&action).ok_or_else(|| unknown("action", &action))?;
            let reach = reach.parse::<Reach>().map_err(|()| unknown("reach", &reach))?;
            let text = Table::compile(&PolicySource::embedded()).await?.explain(role, action, reach).text;
            println!("{}\n{}", text.zh, text.en);
            Ok(())
        }
    }
}

fn source(dir: Option<PathBuf>) -> Result<PolicySource, StartError> {
    Ok(match dir {
        Some(dir) => PolicySource::from_dir(dir)?,
        None => PolicySource::embedded(),
    })
}

async fn check_policy(dir: Option<PathBuf>) -> Result<(), StartError> {
    let policy = source(dir.clone())?;
    let mut problems = check(&policy).await;
    if problems.is_empty() {
        let table = Table::compile(&policy).await?;
        problems = lines_without_effect(&table);
        problems.extend(table.prove(&policy));
        if let Some(dir) = dir {
            problems.extend(run_cases(&table, &CaseFile::from_dir(dir)?));
        }
    }
    if problems.is_empty() {
        println!("ok");
        return Ok(());
    }
    let lines = problems.iter().map(ToString::to_string).collect::<Vec<_>>();
    Err(StartError::Refused(lines.join("\n")))
}
