use rstest::rstest;
use serde_json::{Value, json};

use super::*;

fn samples() -> Value {
    serde_json::from_str(include_str!("../testdata/keys.json")).unwrap()
}

fn sample(kid: &str) -> Value {
    let all = samples();
    all["keys"].as_array().unwrap().iter().find(|key| key["kid"] == kid).unwrap().clone()
}

fn fault(document: &Value) -> String {
    Ring::parse(document.to_string().as_bytes()).unwrap_err().to_string()
}

#[test]
fn reads_a_set_of_every_kind_in_its_order() {
    let ring = Ring::parse(samples().to_string().as_bytes()).unwrap();
    assert_eq!(ring.to_string(), "ed EdDSA, ec ES256, rsa RS256, pss PS256, oct HS256");
    assert_eq!(ring.signer().unwrap().0.id, "ed");
    assert!(ring.find("weak").is_none());
}

#[test]
fn the_first_private_key_signs_and_public_ones_only_verify() {
    let mut set = samples();
    set["keys"][0].as_object_mut().unwrap().remove("d");
    let ring = Ring::parse(set.to_string().as_bytes()).unwrap();
    assert_eq!(ring.signer().unwrap().0.id, "ec");
    assert!(ring.find("ed").unwrap().signing.is_none());
}

#[test]
fn a_generated_key_is_a_key_of_its_own() {
    let (first, second) = (generate(), generate());
    assert_ne!(first, second);
    let ring = Ring::parse(&first).unwrap();
    let (key, _) = ring.signer().unwrap();
    assert_eq!((key.algorithm, key.id.len()), (Algorithm::EdDSA, 43));
}

#[rstest]
#[case::no_kid("ed", json!({"kid": null}), "`kid` is missing")]
#[case::empty_kid("ed", json!({"kid": ""}), "`kid` is missing")]
#[case::no_alg("ed", json!({"alg": null}), "`alg` is missing")]
#[case::no_kty("ed", json!({"kty": null}), "not a JWK")]
#[case::none("ed", json!({"alg": "none"}), "not supported")]
#[case::rsa_key_for_a_secret("rsa", json!({"alg": "HS256"}), "not supported")]
#[case::secret_for_rsa("oct", json!({"alg": "RS256"}), "not supported")]
#[case::other_curve("ec", json!({"crv": "P-384"}), "`crv` must be P-256")]
#[case::edwards_on_other_curve("ed", json!({"crv": "Ed448"}), "`crv` must be Ed25519")]
#[case::for_encryption("ec", json!({"use": "enc"}), "not meant for signatures")]
#[case::for_wrapping("ec", json!({"key_ops": ["wrapKey"]}), "not meant for signatures")]
#[case::short_public("ed", json!({"x": "AAAA"}), "`x` must have 32 bytes")]
#[case::padded("ed", json!({"x": "AAA="}), "`x` is not base64url")]
#[case::off_the_curve("ec", json!({"x": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE", "d": null}), "not valid")]
#[case::strange_private("ed", json!({"d": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}), "does not belong")]
#[case::strange_private_p256("ec", json!({"d": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}), "does not belong")]
#[case::half_private("rsa", json!({"qi": null}), "`qi` is missing")]
#[case::tiny_exponent("rsa", json!({"e": "AQ"}), "exponent")]
#[case::even_exponent("rsa", json!({"e": "AQAC"}), "exponent")]
#[case::short_secret("oct", json!({"k": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg"}), "at least 32 bytes")]
#[case::secret_short_for_its_hash("oct", json!({"alg": "HS512"}), "at least 64 bytes")]
fn refuses_a_bad_key(#[case] kid: &str, #[case] change: Value, #[case] expected: &str) {
    let mut key = sample(kid);
    for (name, value) in change.as_object().unwrap() {
        match value {
            Value::Null => drop(key.as_object_mut().unwrap().remove(name)),
            value => key[name] = value.clone(),
        }
    }
    let said = fault(&json!({ "keys": [key] }));
    assert!(said.starts_with("key 1") && said.contains(expected), "{said}");
}

#[test]
fn refuses_a_bad_set() {
    assert!(fault(&samples()["weak"]).contains("1024 bits"));
    assert!(fault(&json!({"keys": [sample("ed"), sample("ed")]})).contains("two keys have the kid"));
    assert!(fault(&json!({"keys": []})).contains("no key"));
    assert!(fault(&json!({"keys": "x"})).contains("array"));
    assert!(fault(&json!("x")).contains("not a JWK"));
}

#[test]
fn says_nothing_of_what_is_secret() {
    let secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlYw";
    let cut = format!(r#"{{"kty": "oct", "k": "{secret}", "kid": 7 "#);
    let odd = json!({"kty": "oct", "kid": "a", "alg": "HS256", "k": [secret]}).to_string();
    for text in [cut, odd] {
        let fault = Ring::parse(text.as_bytes()).unwrap_err();
        assert!(!format!("{fault:?}").contains(secret), "{fault}");
    }
    let debug = format!("{:?}", Ring::parse(samples().to_string().as_bytes()).unwrap());
    for private in ["d", "k"] {
        let all = samples();
        for value in all["keys"].as_array().unwrap().iter().filter_map(|key| key[private].as_str()) {
            assert!(!debug.contains(value));
        }
    }
}
