//! Issuers of tokens beside the one of `[jwt]`.

use serde::{Deserialize, Serialize};
use tongxin_kernel::who::fetch;

use super::{Config, Env};

/// An issuer whose tokens are accepted. What is not said is as it is for the issuer of `[jwt]`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IssuerConfig {
    /// `iss`, to the letter.
    pub iss: String,
    /// `aud`, or one of them.
    pub aud: String,
    /// A JWKS file, or the URL of one: https, or http on this machine outside production.
    pub keys: String,
    /// `typ` of the header; `any` takes whatever it is.
    pub typ: String,
    /// Whether `jti` must be there.
    pub jti: bool,
    /// Whether `nbf` must be there.
    pub nbf: bool,
    /// Hours that a token may live at most.
    pub longest_hours: u32,
    pub subject: SubjectConfig,
    /// Hours for which the last keys stay in force while they cannot be had; 0 keeps none.
    pub keep_hours: u32,
}

/// What `sub` means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectConfig {
    /// The id of a person or client application here.
    PersonId,
    /// What the issuer calls somebody; the person that it is linked to here, else a stranger.
    Linked,
}

impl Default for IssuerConfig {
    fn default() -> Self {
        Self {
            iss: String::new(),
            aud: "tongxin".into(),
            keys: String::new(),
            typ: "at+jwt".into(),
            jti: true,
            nbf: true,
            longest_hours: 24,
            subject: SubjectConfig::PersonId,
            keep_hours: 24,
        }
    }
}

impl IssuerConfig {
    /// Whether its keys are at a URL rather than in a file.
    pub fn is_remote(&self) -> bool {
        self.keys.contains("://")
    }
}

/// What is wrong with the issuers, by the name of the key.
pub(super) fn fault(config: &Config) -> Option<(String, String)> {
    // Whoever has an issuer of their own in `[jwt]` may not name it again with other rules.
    let own = config.has_own_issuer().then_some(&*config.jwt.issuer);
    let mut known = own.into_iter().collect::<Vec<_>>();
    for (at, issuer) in config.issuers.iter().enumerate() {
        let key = |name: &str| format!("issuers[{at}].{name}");
        let texts = [("iss", &issuer.iss), ("aud", &issuer.aud), ("keys", &issuer.keys), ("typ", &issuer.typ)];
        if let Some((name, _)) = texts.iter().find(|(_, text)| text.trim().is_empty()) {
            return Some((key(name), "must be given".into()));
        }
        if issuer.iss.chars().count() > 200 {
            return Some((key("iss"), "has at most 200 characters".into()));
        }
        if known.contains(&&*issuer.iss) {
            let why = format!("{} is there already: each issuer once, the one of [jwt] included", issuer.iss);
            return Some((key("iss"), why));
        }
        if issuer.is_remote()
            && let Err(fault) = fetch::address(&issuer.keys, config.env != Env::Production)
        {
            return Some((key("keys"), fault.to_string()));
        }
        if issuer.longest_hours == 0 {
            return Some((key("longest_hours"), "must be above 0".into()));
        }
        known.push(&issuer.iss);
    }
    None
}
