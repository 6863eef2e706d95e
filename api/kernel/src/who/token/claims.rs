//! The claims of a token, each looked at by itself, so that what is wrong has a name.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value;

use super::{
    Fault, Verified,
    rules::{Rules, SubjectIs},
};
use crate::{error::Message, say, who::subject::Subject};

const LONGEST_ID: usize = 200;

/// As they stand. The same claim twice is no token.
#[derive(Deserialize)]
pub(super) struct Claims {
    pub iss: Option<Value>,
    pub aud: Option<Value>,
    sub: Option<Value>,
    jti: Option<Value>,
    exp: Option<Value>,
    nbf: Option<Value>,
    iat: Option<Value>,
}

type Result<T, E = Fault> = std::result::Result<T, E>;

impl Claims {
    /// Who issued it, as it says itself.
    pub fn issuer(&self) -> Result<&str> {
        let iss = self.iss.as_ref().ok_or_else(|| missing("iss"))?;
        iss.as_str().ok_or_else(|| wrong("iss", say!("应为文本", "must be a text")))
    }

    /// Whether it is for this audience, alone or among others.
    pub fn is_for(&self, audience: &str) -> Result<()> {
        let aud = self.aud.as_ref().ok_or_else(|| missing("aud"))?;
        let all = match aud {
            Value::Array(all) => all.iter().map(Value::as_str).collect::<Option<Vec<_>>>(),
            one => one.as_str().map(|one| vec![one]),
        };
        let all = all.ok_or_else(|| wrong("aud", say!("应为文本或文本列表", "must be a text or a list of texts")))?;
        if all.contains(&audience) {
            return Ok(());
        }
        let found = shown(&aud.to_string());
        Err(wrong("aud", say!("为 {found}，应为 {audience:?}", "is {found}, not {audience:?}")))
    }

    /// What it says by the rules, apart from whether it holds now.
    pub fn read(&self, rules: &Rules) -> Result<Verified> {
        let issued_at = instant("iat", self.iat.as_ref())?.ok_or_else(|| missing("iat"))?;
        let expires_at = instant("exp", self.exp.as_ref())?.ok_or_else(|| missing("exp"))?;
        let not_before = instant("nbf", self.nbf.as_ref())?;
        let not_before = if rules.nbf { Some(not_before.ok_or_else(|| missing("nbf"))?) } else { not_before };
        let jti = id("jti", self.jti.as_ref())?;
        if rules.jti && jti.is_none() {
            return Err(missing("jti"));
        }
        let subject = id("sub", self.sub.as_ref())?.ok_or_else(|| missing("sub"))?;
        if expires_at <= issued_at {
            return Err(wrong("exp", say!("不晚于 iat", "is not after iat")));
        }
        let (life, longest) = ((expires_at - issued_at).num_seconds(), rules.longest.num_seconds());
        if expires_at - issued_at > rules.longest {
            return Err(wrong(
                "exp",
                say!("有效期 {life} 秒，最长 {longest} 秒", "lives for {life} s, and {longest} s is the longest"),
            ));
        }
        let subject = match rules.subject {
            SubjectIs::Id => Subject::Id(Arc::from(subject)),
            SubjectIs::Linked => Subject::login(&*rules.issuer, subject),
        };
        let not_before = not_before.unwrap_or(issued_at);
        Ok(Verified { subject, jti: jti.map(str::to_owned), issued_at, not_before, expires_at })
    }
}

/// A `NumericDate`: seconds since 1970, perhaps with a fraction, at most up to the year 9999.
fn instant(name: &str, value: Option<&Value>) -> Result<Option<DateTime<Utc>>> {
    let Some(value) = value else { return Ok(None) };
    let seconds = value.as_f64().filter(|seconds| (0.0..253_402_300_800.0).contains(seconds));
    let instant = seconds.and_then(|seconds| DateTime::from_timestamp_millis((seconds * 1000.0) as i64));
    instant
        .map(Some)
        .ok_or_else(|| wrong(name, say!("应为 1970 年以来的秒数", "must be a number of seconds since 1970")))
}

/// A text that names something: not empty, not long, without control characters.
fn id<'v>(name: &str, value: Option<&'v Value>) -> Result<Option<&'v str>> {
    let Some(value) = value else { return Ok(None) };
    let is_id = |id: &&str| !id.is_empty() && id.len() <= LONGEST_ID && !id.chars().any(char::is_control);
    value.as_str().filter(is_id).map(Some).ok_or_else(|| {
        wrong(
            name,
            say!(
                "应为 1 至 {LONGEST_ID} 字节的文本，不含控制字符",
                "must be a text of 1 to {LONGEST_ID} bytes without control characters"
            ),
        )
    })
}

fn missing(name: &str) -> Fault {
    Fault::Invalid(say!("缺少 {name}", "{name} is missing"))
}

fn wrong(name: &str, Message { zh, en }: Message) -> Fault {
    Fault::Invalid(say!("{name} {zh}", "{name} {en}"))
}

/// What anybody may have written, for the log: on one line, and not much of it.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 120;
    let mut shown = text.chars().take(MOST).collect::<String>();
    if text.chars().nth(MOST).is_some() {
        shown.push('…');
    }
    format!("{shown:?}")
}
