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

fn parse(document: &Value) -> Result<(Ring, Vec<KeyFault>), KeyFault> {
    Ring::parse(document.to_string().as_bytes())
}

/// A set of which every key can be used.
fn ring(document: &Value) -> Ring {
    let (ring, faults) = parse(document).unwrap();
    assert_eq!(faults, []);
    ring
}

#[test]
fn reads_a_set_of_every_kind_in_its_order() {
    let ring = ring(&samples());
    assert_eq!(ring.to_string(), "ed EdDSA, ec ES256, rsa RS256, pss PS256, oct HS256");
    assert_eq!(ring.signer().unwrap().0.id, "ed");
    assert!(ring.find("weak").is_none());
}

#[test]
fn the_first_private_key_signs_and_public_ones_only_verify() {
    let mut set = samples();
    set["keys"][0].as_object_mut().unwrap().remove("d");
    let ring = ring(&set);
    assert_eq!(ring.signer().unwrap().0.id, "ec");
    assert!(ring.find("ed").unwrap().signing.is_none());
}

#[test]
fn a_generated_key_is_a_key_of_its_own() {
    let (first, second) = (generate(), generate());
    assert_ne!(first, second);
    let ring = Ring::parse(&first).unwrap().0;
    let (key, _) = ring.signer().unwrap();
    assert_eq!((key.algorithm, key.id.len()), (Algorithm::EdDSA, 43));
}

#[rstest]
#[case::no_kid("ed", json!({"kid": null}), "`kid` is missing")]
#[case::empty_kid("ed", json!({"kid": ""}), "`kid` is missing")]
#[case::no_alg("oct", json!({"alg": null}), "`alg` is missing")]
#[case::for_a_key("rsa", json!({"alg": "RSA-OAEP"}), "not supported")]
#[case::unknown_kind("ed", json!({"kty": "AKP"}), "not supported")]
#[case::unknown_kind_without_alg("ed", json!({"kty": "AKP", "alg": null}), "`alg` is missing")]
#[case::other_curve_without_alg("ec", json!({"crv": "P-384", "alg": null}), "`crv` must be P-256")]
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
fn passes_over_a_bad_key(#[case] kid: &str, #[case] change: Value, #[case] expected: &str) {
    let mut key = sample(kid);
    for (name, value) in change.as_object().unwrap() {
        match value {
            Value::Null => drop(key.as_object_mut().unwrap().remove(name)),
            value => key[name] = value.clone(),
        }
    }
    // The others of the set serve as before.
    let (ring, faults) = parse(&json!({ "keys": [key, with_kid(sample("pss"), "other")] })).unwrap();
    assert_eq!((ring.count(), faults.len()), (1, 1));
    let said = faults[0].to_string();
    assert!(said.starts_with("key 1") && said.contains(expected), "{said}");
}

fn with_kid(mut key: Value, kid: &str) -> Value {
    key["kid"] = json!(kid);
    key
}

#[rstest]
#[case("ed", Algorithm::EdDSA)]
#[case("ec", Algorithm::ES256)]
#[case("rsa", Algorithm::RS256)]
fn a_key_without_alg_has_the_usual_one(#[case] kid: &str, #[case] algorithm: Algorithm) {
    let mut key = sample(kid);
    key.as_object_mut().unwrap().remove("alg");
    assert_eq!(ring(&json!({ "keys": [key] })).find(kid).unwrap().algorithm, algorithm);
}

#[test]
fn of_two_keys_with_one_kid_the_first_counts() {
    let (ring, faults) = parse(&json!({"keys": [sample("ec"), with_kid(sample("ed"), "ec")]})).unwrap();
    assert_eq!((ring.to_string().as_str(), faults.len()), ("ec ES256", 1));
    assert!(faults[0].to_string().contains("an earlier key has the kid"), "{faults:?}");
    // One that cannot be used stands in nobody's way.
    let mut encrypts = with_kid(sample("ed"), "ec");
    encrypts["use"] = json!("enc");
    let (ring, _) = parse(&json!({"keys": [encrypts, sample("ec")]})).unwrap();
    assert_eq!(ring.to_string(), "ec ES256");
}

#[test]
fn an_empty_set_is_a_set_and_anything_else_is_none() {
    assert_eq!(ring(&json!({"keys": []})).count(), 0);
    let (weak, faults) = parse(&samples()["weak"]).unwrap();
    assert!(weak.count() == 0 && faults[0].to_string().contains("1024 bits"), "{faults:?}");
    let (nothing, faults) = parse(&json!({"keys": [7, "x", null]})).unwrap();
    assert_eq!((nothing.count(), faults.len()), (0, 3));
    for (document, expected) in [
        (json!({"keys": "x"}), "array"),
        (json!({"error": "not found"}), "not a JWK set"),
        (json!({}), "not a JWK set"),
        (json!([]), "not a JWK set"),
        (json!("x"), "not a JWK set"),
    ] {
        let said = parse(&document).unwrap_err().to_string();
        assert!(said.contains(expected), "{said}");
    }
}

#[test]
fn says_nothing_of_what_is_secret() {
    let secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlYw";
    let cut = format!(r#"{{"kty": "oct", "k": "{secret}", "kid": 7 "#);
    let odd = json!({"kty": "oct", "kid": "a", "alg": "HS256", "k": [secret]}).to_string();
    for text in [cut, odd] {
        let said = format!("{:?}", Ring::parse(text.as_bytes()));
        assert!(!said.contains(secret), "{said}");
    }
    let debug = format!("{:?}", ring(&samples()));
    for private in ["d", "k"] {
        let all = samples();
        for value in all["keys"].as_array().unwrap().iter().filter_map(|key| key[private].as_str()) {
            assert!(!debug.contains(value));
        }
    }
}
