//! Who runs a command that changes something: named to the log and to the audit, for every command alike.

use clap::{Args, builder::NonEmptyStringValueParser};
use tongxin_kernel::{input::clean, who::Operator};

use super::init_logs;
use crate::{app::StartError, config::Config};

#[derive(Debug, Default, Args)]
pub struct ByWhom {
    /// Who does this, for log and audit, which keep the account and the machine beside it
    #[arg(long, value_name = "NAME", global = true, value_parser = NonEmptyStringValueParser::new())]
    by: Option<String>,
}

/// Characters of a name.
const LONGEST: usize = 100;

impl ByWhom {
    /// Begins what changes something: the log is told of it.
    pub fn begins(&self, command: &str, config: &Config) -> Result<Operator, StartError> {
        init_logs(config)?;
        let operator = self.operator(&account())?;
        tracing::info!(%operator, command, "a command by an operator");
        Ok(operator)
    }

    /// The name that was given cannot be verified; the account that the command runs under stands beside it.
    fn operator(&self, account: &str) -> Result<Operator, StartError> {
        let Some(name) = self.by.as_deref().map(clean) else { return Ok(Operator::new(account)) };
        if !(1..=LONGEST).contains(&name.chars().count()) {
            return Err(StartError::Refused(format!("--by: a name has 1 to {LONGEST} characters")));
        }
        Ok(Operator::new(format!("{name} ({account})")))
    }
}

/// The account of the operating system and the machine. In a container nobody may have given the account a name.
fn account() -> String {
    let number = || std::os::unix::fs::MetadataExt::uid(&std::fs::metadata("/proc/self").ok()?).to_string().into();
    let user = whoami::username().ok().or_else(number).unwrap_or_else(|| "unknown".to_owned());
    let host = whoami::hostname().unwrap_or_else(|_| "unknown".to_owned());
    format!("{user}@{host}")
}

#[cfg(test)]
mod tests {
    use super::{ByWhom, account};

    #[test]
    fn the_account_is_named_with_and_without_a_name() {
        let named = |by: Option<&str>| ByWhom { by: by.map(str::to_owned) }.operator("ops@db-1").map(|who| who.actor());
        assert_eq!(named(None).unwrap(), "operator:ops@db-1");
        assert_eq!(named(Some(" 王运维 ")).unwrap(), "operator:王运维 (ops@db-1)");
        assert!(named(Some(" ")).is_err() && named(Some(&"长".repeat(101))).is_err());
        let (user, host) = account().split_once('@').map(|(user, host)| (user.to_owned(), host.to_owned())).unwrap();
        assert!(!user.is_empty() && !host.is_empty());
    }
}
