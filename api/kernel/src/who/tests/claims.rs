use rstest::rstest;

use super::*;

#[rstest]
#[case::upper_case(json!({"typ": "AT+JWT"}), "valid")]
#[case::media_type(json!({"typ": "Application/at+JWT"}), "valid")]
#[case::plain_jwt(json!({"typ": "JWT"}), INVALID)]
#[case::no_type(json!({"typ": null}), INVALID)]
#[case::type_of_another_type(json!({"typ": 1}), INVALID)]
#[case::no_kid(json!({"kid": null}), INVALID)]
#[case::unknown_kid(json!({"kid": "other"}), INVALID)]
#[case::kid_of_another_key(json!({"kid": "ec"}), INVALID)]
#[case::no_alg(json!({"alg": null}), INVALID)]
#[case::critical_extension(json!({"crit": ["b64"], "b64": false}), INVALID)]
#[case::compressed(json!({"zip": "DEF"}), INVALID)]
fn headers(#[case] change: Value, #[case] expected: &str) {
    let s = Setting::new();
    assert_eq!(s.said(&s.sign("ed", &with(header(), &change), &claims())), expected);
}

#[rstest]
#[case::unchanged(json!({}), "valid")]
#[case::among_audiences(json!({"aud": ["other", "tongxin"]}), "valid")]
#[case::fraction(json!({"exp": NOW as f64 + 60.5}), "valid")]
#[case::a_little_early(json!({"iat": NOW + 5, "nbf": NOW + 5}), "valid")]
#[case::a_whole_day(json!({"exp": NOW + 86_400}), "valid")]
#[case::just_expired(json!({"iat": NOW - 60, "exp": NOW - 4}), "valid")]
#[case::expired(json!({"iat": NOW - 60, "exp": NOW - 5}), EXPIRED)]
#[case::too_long_a_life(json!({"exp": NOW + 86_401}), INVALID)]
#[case::ends_before_it_begins(json!({"iat": NOW, "exp": NOW}), INVALID)]
#[case::issued_later(json!({"iat": NOW + 6}), INVALID)]
#[case::not_yet(json!({"nbf": NOW + 6}), INVALID)]
#[case::other_issuer(json!({"iss": "https://other.example"}), INVALID)]
#[case::other_audience(json!({"aud": "other"}), INVALID)]
#[case::no_audience_in_the_list(json!({"aud": []}), INVALID)]
#[case::no_iss(json!({"iss": null}), INVALID)]
#[case::no_aud(json!({"aud": null}), INVALID)]
#[case::no_sub(json!({"sub": null}), INVALID)]
#[case::no_jti(json!({"jti": null}), INVALID)]
#[case::no_exp(json!({"exp": null}), INVALID)]
#[case::no_nbf(json!({"nbf": null}), INVALID)]
#[case::no_iat(json!({"iat": null}), INVALID)]
#[case::nbf_as_text(json!({"nbf": NOW.to_string()}), INVALID)]
#[case::exp_as_text(json!({"exp": (NOW + 60).to_string()}), INVALID)]
#[case::exp_without_end(json!({"exp": 1e300}), INVALID)]
#[case::iat_before_all_time(json!({"iat": -1}), INVALID)]
#[case::sub_as_number(json!({"sub": 7}), INVALID)]
#[case::empty_sub(json!({"sub": ""}), INVALID)]
#[case::sub_with_a_line_end(json!({"sub": "a\nb"}), INVALID)]
#[case::long_sub(json!({"sub": "a".repeat(201)}), INVALID)]
#[case::empty_jti(json!({"jti": ""}), INVALID)]
#[case::jti_as_number(json!({"jti": 7}), INVALID)]
#[case::aud_as_number(json!({"aud": 7}), INVALID)]
#[case::iss_as_list(json!({"iss": ["https://tongxin.example"]}), INVALID)]
#[case::too_large(json!({"padding": "a".repeat(4096)}), INVALID)]
fn claims_and_times(#[case] change: Value, #[case] expected: &str) {
    let s = Setting::new();
    assert_eq!(s.said(&s.sign("ed", &header(), &with(claims(), &change))), expected);
}
