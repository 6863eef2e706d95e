//! Why the service cannot start, or a command does nothing, in words for whoever runs it.

use std::io;

use tongxin_kernel::{
    error::{Message, Refusal},
    say,
};
use tongxin_policies::PolicyError;

use crate::config::ConfigError;

#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("the database cannot be used: {0}")]
    Database(#[from] sea_orm::DbErr),
    #[error("{0}")]
    Policy(#[from] PolicyError),
    #[error("{0}")]
    Refusal(#[from] Refusal),
    #[error("the schema and the policies differ: {0}")]
    Schema(String),
    #[error("{0}")]
    Io(#[from] io::Error),
    #[error("{0}")]
    Config(#[from] ConfigError),
    /// What stops the start.
    #[error("{0}")]
    Told(Message),
    #[error("{0}")]
    Refused(String),
}

impl StartError {
    /// The same in both languages, each fault alone. What comes from the system, the database or a library stands in both as
    /// it is.
    pub fn told(&self) -> Vec<Message> {
        let as_it_is = |text: String| Message { zh: text.clone(), en: text };
        let message = match self {
            Self::Config(error) => return error.messages().to_vec(),
            Self::Database(error) => say!("数据库不可用：{error}", "the database cannot be used: {error}"),
            Self::Policy(PolicyError::Invalid(problems)) => {
                return problems.iter().map(|one| Message { zh: one.zh(), en: one.to_string() }).collect();
            }
            Self::Policy(error) => as_it_is(error.to_string()),
            Self::Refusal(refusal) => refusal.message.clone(),
            Self::Schema(text) => say!("接口与权限规则不符：{text}", "the schema and the policies differ: {text}"),
            Self::Io(error) => as_it_is(error.to_string()),
            Self::Told(message) => message.clone(),
            Self::Refused(text) => as_it_is(text.clone()),
        };
        vec![message]
    }
}
