//! Why a token is refused. The reason is for the log and for `token check`: the caller learns only whether it has expired.

use chrono::{DateTime, Utc};

use crate::{
    error::{Code, Message, Refusal},
    say,
    telemetry::Allowance,
};

/// What is wrong with a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// It was good until then.
    Expired(DateTime<Utc>),
    /// Nobody can say for now: the keys of its issuer cannot be had, for so many seconds at least.
    Unread(u32),
    Invalid(Message),
}

impl Fault {
    /// Why, in words. They hold nothing that says whose token it is, and nothing that makes one.
    pub fn reason(&self) -> Message {
        match self {
            Self::Expired(at) => say!("已于 {at} 过期", "expired at {at}"),
            Self::Unread(seconds) => say!(
                "取不到签发者的公钥，其中是否有该密钥不得而知；{seconds} 秒后再试",
                "the keys of its issuer cannot be had, and whether its key is among them is not known; try again in {seconds} s"
            ),
            Self::Invalid(reason) => reason.clone(),
        }
    }
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Expired(_) => {
                Self::unauthenticated(say!("令牌已过期，请重新取得", "The token has expired; obtain a new one"))
            }
            Fault::Unread(seconds) => Self::new(
                Code::Unavailable,
                say!(
                    "暂时无法验证此令牌，请稍后重试",
                    "This token cannot be verified for the moment; try again shortly"
                ),
            )
            .with("retryAfter", seconds),
            Fault::Invalid(_) => Self::unauthenticated(say!("令牌无效", "The token is not valid")),
        }
    }
}

/// Writes into the log why a token was refused. Anybody can bring that about, so that a flood is counted rather than written.
pub(super) fn tell(lines: &Allowance, issuer: Option<&str>, fault: &Fault) {
    let (may, unwritten) = lines.take();
    if unwritten > 0 {
        tracing::info!(unwritten, "more tokens were refused than the log says");
    }
    if may {
        let (issuer, reason) = (issuer.unwrap_or("none of ours"), fault.reason().en);
        tracing::info!(issuer, reason, "token refused");
    }
}
