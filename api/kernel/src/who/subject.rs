//! Whom a verified token names.

use std::{fmt, sync::Arc};

/// Whom a token names, in the terms of its issuer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A person or client application, by the id that it has here.
    Id(Arc<str>),
    /// Somebody whom the issuer knows: a person here once the two are linked, a stranger until then.
    Login(Arc<Login>),
}

/// What an issuer calls somebody. It is personal, so that it is never written out, by `{:?}` neither.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Login {
    /// `iss`, as it is configured.
    pub issuer: String,
    /// `sub`.
    pub subject: String,
}

impl Subject {
    pub fn id(id: impl Into<Arc<str>>) -> Self {
        Self::Id(id.into())
    }

    pub fn login(issuer: impl Into<String>, subject: impl Into<String>) -> Self {
        Self::Login(Arc::new(Login { issuer: issuer.into(), subject: subject.into() }))
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Login(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_issuer_calls_somebody_is_not_written_out() {
        let told = format!("{:?}", Subject::login("https://id.example", "zhang.san@example.cn"));
        assert_eq!(told, "Login(Login(…))");
    }
}
