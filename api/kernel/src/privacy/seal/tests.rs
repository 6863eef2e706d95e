use rstest::rstest;
use serde_json::Value;

use super::*;

const OLD: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
const NEW: &str = "HwABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4";

fn keys(listed: &[(&str, &str)]) -> SealingKeys {
    let keys: Vec<Value> = listed.iter().map(|(kid, k)| json!({"kty": "oct", "kid": kid, "k": k})).collect();
    SealingKeys::parse(json!({ "keys": keys }).to_string().as_bytes()).unwrap()
}

#[test]
fn what_is_sealed_opens_for_its_owner_alone() {
    let keys = keys(&[("old", OLD)]);
    let sealed = keys.seal("person_1", "13812345678");
    assert!(sealed.as_str().starts_with("old.") && !sealed.as_str().contains("138"));
    let stored = Sealed::from_stored(sealed.as_str());
    assert_eq!(keys.unseal("person_1", &stored).unwrap().expose_secret(), "13812345678");
    assert!(keys.unseal("person_2", &stored).is_err(), "copied to another person's row");
    assert_ne!(sealed, keys.seal("person_1", "13812345678"), "equal numbers do not show");
}

#[test]
fn keys_rotate() {
    let sealed = keys(&[("old", OLD)]).seal("person_1", "13812345678");
    let both = keys(&[("new", NEW), ("old", OLD)]);
    assert_eq!(both.unseal("person_1", &sealed).unwrap().expose_secret(), "13812345678");
    assert!(both.is_outdated(&sealed));
    let again = both.seal("person_1", "13812345678");
    assert!(again.as_str().starts_with("new.") && !both.is_outdated(&again));
    assert!(keys(&[("new", NEW)]).unseal("person_1", &sealed).is_err(), "the old key is gone");
    assert!(keys(&[("old", NEW)]).unseal("person_1", &sealed).is_err(), "another key under its id");
}

#[test]
fn what_was_changed_does_not_open() {
    let keys = keys(&[("old", OLD)]);
    let sealed = keys.seal("person_1", "13812345678");
    let (id, content) = sealed.as_str().split_once('.').unwrap();
    let bytes = URL_SAFE_NO_PAD.decode(content).unwrap();
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1;
        let changed = Sealed(format!("{id}.{}", URL_SAFE_NO_PAD.encode(changed)));
        assert!(keys.unseal("person_1", &changed).is_err(), "byte {at}");
    }
    for odd in ["", "old", "old.", "old.AAAA", "old.*", "none.AAAA", content] {
        assert!(keys.unseal("person_1", &Sealed::from_stored(odd)).is_err(), "{odd}");
    }
}

#[rstest]
#[case::no_key(json!({"keys": []}))]
#[case::no_set(json!({"kty": "oct", "kid": "a", "k": OLD}))]
#[case::short(json!({"keys": [{"kty": "oct", "kid": "a", "k": "AAAA"}]}))]
#[case::no_secret(json!({"keys": [{"kty": "oct", "kid": "a"}]}))]
#[case::other_kind(json!({"keys": [{"kty": "OKP", "kid": "a", "k": OLD}]}))]
#[case::dotted_id(json!({"keys": [{"kty": "oct", "kid": "a.b", "k": OLD}]}))]
#[case::twice(json!({"keys": [{"kty": "oct", "kid": "a", "k": OLD}, {"kty": "oct", "kid": "a", "k": NEW}]}))]
#[case::secret_elsewhere(json!({"keys": OLD}))]
fn refuses_a_bad_file(#[case] file: Value) {
    let fault = SealingKeys::parse(file.to_string().as_bytes()).unwrap_err();
    assert!(!format!("{fault:?}").contains(OLD), "{fault}");
}

#[test]
fn the_file_is_made_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sealing-key.json");
    assert!(SealingKeys::open(&path).unwrap_err().en.contains("sealing-key.json"));
    let sealed = SealingKeys::open_or_create(&path).unwrap().seal("person_1", "13812345678");
    let later = SealingKeys::open_or_create(&path).unwrap();
    assert_eq!(later.unseal("person_1", &sealed).unwrap().expose_secret(), "13812345678");
    assert!(SealingKeys::open(&path).is_ok());
}

#[test]
fn debug_shows_ids_alone() {
    let keys = keys(&[("old", OLD)]);
    assert_eq!(format!("{keys:?}"), "SealingKeys([old])");
    assert_eq!(format!("{:?}", keys.seal("person_1", "13812345678")), r#"Sealed(by "old")"#);
}
