//! What the tokens of an issuer must say.

use chrono::TimeDelta;

/// The word for a `typ` that may be anything, and missing too.
const ANY_TYPE: &str = "any";

/// Whose tokens are taken, for whom, and how long they may live.
#[derive(Debug, Clone)]
pub struct Rules {
    /// `iss`, to the letter.
    pub issuer: String,
    /// `aud`, or one of them.
    pub audience: String,
    /// `typ` of the header, in letters of either case and with or without `application/`; `any` takes whatever it is.
    pub typ: String,
    /// Whether `jti` must be there.
    pub jti: bool,
    /// Whether `nbf` must be there; without it the token holds from `iat` on.
    pub nbf: bool,
    /// The most that `exp` may be after `iat`.
    pub longest: TimeDelta,
    pub subject: SubjectIs,
}

/// What `sub` means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectIs {
    /// The id of a person or client application here.
    Id,
    /// What the issuer calls somebody, who is a person here once the two are linked.
    Linked,
}

impl Rules {
    /// Those of RFC 9068, for an issuer that knows people by their ids here.
    pub fn new(issuer: impl Into<String>, audience: impl Into<String>) -> Self {
        Self {
            issuer: issuer.into(),
            audience: audience.into(),
            typ: "at+jwt".into(),
            jti: true,
            nbf: true,
            longest: TimeDelta::hours(24),
            subject: SubjectIs::Id,
        }
    }

    /// For the demo, whose tokens are pasted into sample requests: they live for up to 30 days.
    #[must_use]
    pub fn for_demo(self) -> Self {
        Self { longest: TimeDelta::days(30), ..self }
    }

    /// Whether the header's `typ` is taken.
    pub(super) fn takes_type(&self, typ: Option<&str>) -> bool {
        let plain = |typ: &str| {
            let typ = typ.to_ascii_lowercase();
            typ.strip_prefix("application/").map(str::to_owned).unwrap_or(typ)
        };
        self.typ == ANY_TYPE || typ.is_some_and(|typ| plain(typ) == plain(&self.typ))
    }
}
