use jsonwebtoken::Algorithm;
use rstest::rstest;

use super::*;

#[rstest]
#[case::edwards("ed", "EdDSA")]
#[case::p256("ec", "ES256")]
#[case::rsa("rsa", "RS256")]
#[case::pss("pss", "PS256")]
#[case::secret("oct", "HS256")]
fn each_kind_of_key_verifies_its_own_algorithm(#[case] kid: &str, #[case] alg: &str) {
    let s = Setting::new();
    let token = s.sign(kid, &json!({"typ": "at+jwt", "alg": alg, "kid": kid}), &claims());
    assert_eq!(s.said(&token), "valid");
    for other in ["EdDSA", "ES256", "ES384", "RS256", "RS512", "PS256", "HS256", "HS512", "none", "eddsa", ""] {
        if other != alg {
            let token = s.sign(kid, &json!({"typ": "at+jwt", "alg": other, "kid": kid}), &claims());
            assert_eq!(s.said(&token), INVALID, "{kid} under {other}");
        }
    }
}

#[test]
fn what_was_tampered_with_is_refused() {
    let s = Setting::new();
    let token = s.sign("ed", &header(), &claims());
    let [head, body, signature]: [&str; 3] = token.split('.').collect::<Vec<_>>().try_into().unwrap();
    let other = URL_SAFE_NO_PAD.encode(with(claims(), &json!({"sub": "street-secretary"})).to_string());
    let nothing = URL_SAFE_NO_PAD.encode(r#"{"typ":"at+jwt","alg":"none","kid":"ed"}"#);
    let short = &signature[..signature.len() - 2];
    for forged in [
        format!("{head}.{other}.{signature}"),
        format!("{head}.{body}."),
        format!("{head}.{body}.{short}"),
        format!("{head}.{body}.{signature}="),
        format!("{nothing}.{body}."),
        format!("{head}.{body}"),
        format!("{token}.x"),
        format!("{token} "),
        String::new(),
        "..".to_owned(),
        "a.b.c".to_owned(),
    ] {
        assert_eq!(s.said(&forged), INVALID, "{forged}");
    }
    // The public key of an asymmetric key as the secret of an HMAC: the classic confusion.
    let set: Value = serde_json::from_str(KEYS).unwrap();
    let public = URL_SAFE_NO_PAD.decode(set["keys"][0]["x"].as_str().unwrap()).unwrap();
    let confused = URL_SAFE_NO_PAD.encode(with(header(), &json!({"alg": "HS256"})).to_string());
    let message = format!("{confused}.{body}");
    let secret = jsonwebtoken::EncodingKey::from_secret(&public);
    let mac = crypto::sign(message.as_bytes(), &secret, Algorithm::HS256).unwrap();
    assert_eq!(s.said(&format!("{message}.{mac}")), INVALID);
}
