//! The `Authorization` header and its answer, `WWW-Authenticate` (RFC 6750).

use crate::{
    error::{Code, Refusal, Result},
    say,
};

/// The token of a request: none for a stranger, a refusal for anything but one `Bearer` token.
pub fn token(header: Option<&str>) -> Result<Option<&str>> {
    header.map(|header| parse(header).ok_or_else(malformed)).transpose()
}

fn parse(header: &str) -> Option<&str> {
    let (scheme, token) = header.trim().split_once(' ')?;
    let token = token.trim_start_matches(' ');
    let text = token.trim_end_matches('=');
    let is_token = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b));
    (scheme.eq_ignore_ascii_case("bearer") && is_token).then_some(token)
}

fn malformed() -> Refusal {
    let message = say!(
        "Authorization 应只出现一次，内容为 “Bearer 令牌”",
        "the Authorization header must be `Bearer` and one token, and nothing else"
    );
    Refusal::unauthenticated(message)
}

/// The value of `WWW-Authenticate` for a 401; it says no more than the message does.
pub fn challenge(refusal: &Refusal) -> Option<String> {
    (refusal.code == Code::Unauthenticated).then(|| {
        let description = refusal.message.en.replace(['"', '\\'], "'");
        format!(r#"Bearer realm="tongxin", error="invalid_token", error_description="{description}""#)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_one_bearer_token() {
        assert_eq!(token(None).unwrap(), None);
        for (header, expected) in
            [("Bearer a.b.c", "a.b.c"), ("bearer  a.b-_~+/c==", "a.b-_~+/c=="), ("BEARER x ", "x")]
        {
            assert_eq!(token(Some(header)).unwrap(), Some(expected), "{header}");
        }
    }

    #[test]
    fn refuses_anything_else() {
        let bad =
            ["", "Bearer", "Bearer ", "Basic dTpw", "a.b.c", "Bearer a b", "Bearer ==", "Bearer 令牌", "Bearer a\tb"];
        for header in bad {
            let refusal = token(Some(header)).unwrap_err();
            assert_eq!(refusal.code, Code::Unauthenticated, "{header}");
            assert!(challenge(&refusal).unwrap().is_ascii());
        }
        assert_eq!(challenge(&Refusal::unavailable()), None);
    }
}
