//! Several issuers, each by its own rules.

use rstest::rstest;

use super::*;
use crate::who::token::{Fault, SubjectIs};

const CITY: &str = "https://id.city.example/realms/a";

/// An issuer whose tokens are not of RFC 9068.
fn citys() -> Rules {
    let rules = Rules::new(CITY, "street-app");
    Rules { typ: "JWT".into(), jti: false, nbf: false, subject: SubjectIs::Linked, ..rules }
}

fn token() -> (Value, Value) {
    let header = json!({"typ": "JWT", "alg": "ES256", "kid": "ec"});
    let claims =
        json!({"iss": CITY, "aud": ["account", "street-app"], "sub": "f:1:wang", "iat": NOW, "exp": NOW + 300});
    (header, claims)
}

#[rstest]
#[case::as_it_comes(json!({}), json!({}), "valid")]
#[case::with_more_than_is_wanted(json!({}), json!({"jti": "j", "nbf": NOW, "typ": "Bearer", "azp": "mini"}), "valid")]
#[case::other_case(json!({"typ": "jwt"}), json!({}), "valid")]
#[case::access_token(json!({"typ": "at+jwt"}), json!({}), "typ is \"at+jwt\", not \"JWT\"")]
#[case::no_type(json!({"typ": null}), json!({}), "typ is –")]
#[case::other_issuer(json!({}), json!({"iss": "https://id.city.example/realms/b"}), "which is none of")]
#[case::slash_too_many(json!({}), json!({"iss": format!("{CITY}/")}), "which is none of")]
#[case::issuers_as_list(json!({}), json!({"iss": [CITY]}), "iss must be a text")]
#[case::no_issuer(json!({}), json!({"iss": null}), "iss is missing")]
#[case::other_audience(json!({}), json!({"aud": ["account", "tongxin"]}), "not \"street-app\"")]
#[case::no_audience(json!({}), json!({"aud": null}), "aud is missing")]
#[case::audience_of_numbers(json!({}), json!({"aud": ["street-app", 7]}), "aud must be a text")]
#[case::nbf_ahead(json!({}), json!({"nbf": NOW + 6}), "not valid yet")]
#[case::nbf_as_text(json!({}), json!({"nbf": "now"}), "nbf must be a number")]
#[case::jti_as_number(json!({}), json!({"jti": 7}), "jti must be a text")]
#[case::too_long_a_life(json!({}), json!({"exp": NOW + 86_401}), "lives for 86401 s, and 86400 s is the longest")]
#[case::no_life(json!({}), json!({"exp": NOW}), "exp is not after iat")]
#[case::no_iat(json!({}), json!({"iat": null}), "iat is missing")]
#[case::no_sub(json!({}), json!({"sub": null}), "sub is missing")]
#[case::expired(json!({}), json!({"iat": NOW - 600, "exp": NOW - 300}), "expired at")]
#[case::no_algorithm(json!({"alg": "none"}), json!({}), "its alg is \"none\"")]
#[case::other_algorithm(json!({"alg": "HS256"}), json!({}), "alg is HS256, and the key ec is for ES256")]
#[case::other_key(json!({"kid": "rsa"}), json!({}), "alg is ES256, and the key rsa is for RS256")]
#[case::unknown_key(json!({"kid": "x"}), json!({}), "there is no key \"x\"; there are: ed EdDSA")]
#[case::no_key(json!({"kid": null}), json!({}), "the header has no kid")]
#[case::critical(json!({"crit": ["b64"]}), json!({}), "crit, enc and zip are not supported")]
fn what_is_wrong_has_a_name(#[case] of_header: Value, #[case] of_claims: Value, #[case] expected: &str) {
    let s = Setting::under(citys());
    let (header, claims) = token();
    let token = s.sign("ec", &with(header, &of_header), &with(claims, &of_claims));
    let outcome = s.verifier.explain(&token).now_or_never().unwrap().outcome;
    let found = outcome.map_or_else(|fault| fault.reason().en, |_| "valid".to_owned());
    assert!(found.contains(expected), "{found}");
    // Whoever sent it learns no more than before.
    let said = s.said(&token);
    assert!(["valid", INVALID, EXPIRED].contains(&&*said), "{said}");
    assert_eq!(said == "valid", expected == "valid");
}

#[test]
fn each_issuer_is_held_to_its_own_rules_and_its_own_keys() {
    let s = Setting::new();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("city.json");
    let set: Value = serde_json::from_str(KEYS).unwrap();
    fs::write(&path, json!({"keys": [set["keys"][1]]}).to_string()).unwrap();
    let citys_keys = Arc::new(Keyring::open(path, s.clock.clone(), TimeDelta::hours(KEPT)).unwrap());
    let ours = Trusted { rules: Rules::new(ISSUER, "tongxin"), keys: Source::File(s.keyring.clone()) };
    let theirs = Trusted { rules: citys(), keys: Source::File(citys_keys) };
    let verifier = Verifier::new(vec![ours, theirs], s.clock.clone());
    let verify = |token: String| verifier.verify(&token).now_or_never().unwrap();

    let (theirs, claims) = token();
    let subject = verify(s.sign("ec", &theirs, &claims)).unwrap().subject.clone();
    assert_eq!(subject, Subject::login(CITY, "f:1:wang"), "what its issuer calls it");
    let subject = verify(s.sign("ed", &header(), &super::claims())).unwrap().subject.clone();
    assert_eq!(subject, Subject::id("resident"));
    // A key of ours under their name, their rules under ours, and theirs for an id of ours.
    assert!(verify(s.sign("ed", &with(header(), &json!({"typ": "JWT"})), &claims)).is_err());
    assert!(verify(s.sign("ed", &with(header(), &json!({"typ": "JWT"})), &super::claims())).is_err());
    assert!(verify(s.sign("ec", &theirs, &with(claims, &json!({"iss": ISSUER, "aud": "tongxin"})))).is_err());
}

#[test]
fn any_type_is_taken_where_it_is_said_so() {
    let s = Setting::under(Rules { typ: "any".into(), ..citys() });
    let (header, claims) = token();
    for typ in [json!("JWT"), json!("at+jwt"), json!("secevent+jwt"), Value::Null] {
        assert_eq!(s.said(&s.sign("ec", &with(header.clone(), &json!({ "typ": typ })), &claims)), "valid", "{typ}");
    }
}

#[test]
fn an_explanation_goes_as_far_as_what_is_right() {
    let s = Setting::under(citys());
    let (header, claims) = token();
    let explain = |token: &str| s.verifier.explain(token).now_or_never().unwrap();
    let whole = explain(&s.sign("ec", &header, &claims));
    assert!(whole.outcome.is_ok());
    let wrong = explain(&s.sign("ec", &header, &with(claims.clone(), &json!({"aud": "x"}))));
    assert_eq!(wrong.right[..], whole.right[..3], "issuer, type and signature");
    assert_eq!(wrong.outcome.unwrap_err().reason().zh, r#"aud 为 "\"x\""，应为 "street-app""#);
    let cut = s.sign("ec", &header, &claims);
    for cut in [&cut[..cut.len() - 4], &cut[..cut.len() - 1], cut.rsplit_once('.').unwrap().0.to_owned().as_str()] {
        let reason = explain(cut).outcome.unwrap_err().reason().en;
        assert!(reason.contains("signature") || reason.contains("not a JWT"), "{reason}");
    }
    let expired = explain(&s.sign("ec", &header, &with(claims, &json!({"iat": NOW - 20, "exp": NOW - 10}))));
    assert!(
        expired.right.len() == 5 && matches!(expired.outcome, Err(Fault::Expired(_))),
        "all else is looked at before"
    );
    for nothing in ["", "a", "a.b", "a.b.c", "eyJ9.e30.x"] {
        let explained = explain(nothing);
        assert!(explained.right.is_empty() && explained.outcome.is_err(), "{nothing}");
    }
}
