//! Issuers of tokens beside the one of `[jwt]`.

use serde::{Deserialize, Serialize};
use tongxin_kernel::{
    error::Message,
    say,
    who::{fetch, keys::KeyFault},
};

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

/// What is wrong with the issuers, by the names of the keys; of each the first.
pub(super) fn faults(config: &Config) -> Vec<Message> {
    // Whoever has an issuer of their own in `[jwt]` may not name it again with other rules.
    let own = config.has_own_issuer().then_some(&*config.jwt.issuer);
    let mut known = own.into_iter().collect::<Vec<_>>();
    let mut faults = Vec::new();
    for (at, issuer) in config.issuers.iter().enumerate() {
        if let Some((name, Message { zh, en })) = fault(issuer, &known, config.env) {
            faults.push(say!("issuers[{at}].{name}：{zh}", "issuers[{at}].{name}: {en}"));
        }
        known.push(&issuer.iss);
    }
    faults
}

fn fault(issuer: &IssuerConfig, known: &[&str], env: Env) -> Option<(&'static str, Message)> {
    let IssuerConfig { iss, aud, keys, typ, .. } = issuer;
    let texts = [("iss", iss), ("aud", aud), ("keys", keys), ("typ", typ)];
    if let Some((name, _)) = texts.iter().find(|(_, text)| text.trim().is_empty()) {
        return Some((name, say!("必须填写", "must be given")));
    }
    if iss.chars().count() > 200 {
        return Some(("iss", say!("最多 200 字", "has at most 200 characters")));
    }
    if known.contains(&&**iss) {
        return Some((
            "iss",
            say!(
                "{iss} 已经有了：每个签发者只写一次，[jwt] 中的也算",
                "{iss} is there already: each issuer once, the one of [jwt] included"
            ),
        ));
    }
    if issuer.is_remote()
        && let Err(KeyFault(message)) = fetch::address(keys, env != Env::Production)
    {
        return Some(("keys", message));
    }
    (issuer.longest_hours == 0).then(|| ("longest_hours", say!("必须大于 0", "must be above 0")))
}
