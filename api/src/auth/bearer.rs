//! The `Authorization` header and its answer, `WWW-Authenticate` (RFC 6750).

use crate::{
    error::{Code, Refusal, Result},
    say,
};

/// The token of a request: none for a stranger, a refusal for anything but one `Bearer` token.
///
/// Takes the values of all `Authorization` headers of the request.
pub fn token<'a>(headers: impl IntoIterator<Item = &'a [u8]>) -> Result<Option<&'a str>> {
    let mut headers = headers.into_iter();
    let Some(header) = headers.next() else { return Ok(None) };
    if headers.next().is_some() {
        return Err(malformed());
    }
    parse(header).map(Some).ok_or_else(malformed)
}

fn parse(header: &[u8]) -> Option<&str> {
    let (scheme, token) = std::str::from_utf8(header).ok()?.trim().split_once(' ')?;
    let token = token.trim_start_matches(' ');
    let text = token.trim_end_matches('=');
    let is_token = !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~+/".contains(&b));
    (scheme.eq_ignore_ascii_case("bearer") && is_token).then_some(token)
}

fn malformed() -> Refusal {
    let message = say!(
        "Authorization 应为 “Bearer 令牌”",
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
        assert_eq!(token([]).unwrap(), None);
        for (header, expected) in
            [("Bearer a.b.c", "a.b.c"), ("bearer  a.b-_~+/c==", "a.b-_~+/c=="), ("BEARER x ", "x")]
        {
            assert_eq!(token([header.as_bytes()]).unwrap(), Some(expected), "{header}");
        }
    }

    #[test]
    fn refuses_anything_else() {
        let bad =
            ["", "Bearer", "Bearer ", "Basic dTpw", "a.b.c", "Bearer a b", "Bearer ==", "Bearer 令牌", "Bearer a\tb"];
        for header in bad {
            let refusal = token([header.as_bytes()]).unwrap_err();
            assert_eq!(refusal.code, Code::Unauthenticated, "{header}");
            assert!(challenge(&refusal).unwrap().is_ascii());
        }
        assert!(token([&b"Bearer \xff"[..]]).is_err());
        assert!(token([&b"Bearer a"[..], b"Bearer b"]).is_err(), "two headers");
        assert_eq!(challenge(&Refusal::unavailable()), None);
    }
}
