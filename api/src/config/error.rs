//! What is wrong with a configuration, by the names of the keys.

use std::fmt;

use tongxin_kernel::error::Message;

/// All that was found; at least one.
#[derive(Debug)]
pub struct ConfigError(pub(super) Vec<Message>);

impl ConfigError {
    pub(super) fn one(message: Message) -> Self {
        Self(vec![message])
    }

    pub fn messages(&self) -> &[Message] {
        &self.0
    }
}

/// What the reader of the sources says, which speaks English alone.
impl From<figment::Error> for ConfigError {
    fn from(errors: figment::Error) -> Self {
        let as_it_is = |error: figment::Error| {
            let text = error.to_string().replace("default.", "");
            Message { zh: text.clone(), en: text }
        };
        Self(errors.into_iter().map(as_it_is).collect())
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = self.0.iter().map(ToString::to_string).collect::<Vec<_>>();
        f.write_str(&lines.join("\n"))
    }
}

impl std::error::Error for ConfigError {}
