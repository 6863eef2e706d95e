use super::*;

#[test]
fn keys_rotate_without_a_restart() {
    let s = Setting::new();
    let old = s.issuer.issue("resident", TimeDelta::hours(1)).unwrap();
    assert_eq!(s.said(&old), "valid");
    let set: Value = serde_json::from_str(KEYS).unwrap();
    let (ed, ec) = (&set["keys"][0], &set["keys"][1]);

    s.change_keys(&json!({"keys": [ec, with(ed.clone(), &json!({"d": null}))]}).to_string());
    let new = s.issuer.issue("resident", TimeDelta::hours(1)).unwrap();
    assert_eq!(jsonwebtoken::decode_header(&new).unwrap().kid.as_deref(), Some("ec"));
    assert_eq!((s.said(&old), s.said(&new)), ("valid".to_owned(), "valid".to_owned()), "both are valid at once");

    s.change_keys("{");
    assert_eq!(s.said(&old), "valid", "a broken file changes nothing");
    fs::remove_file(s.path()).unwrap();
    s.clock.advance(TimeDelta::seconds(2));
    assert_eq!(s.said(&new), "valid", "nor does a missing one");

    s.change_keys(&json!({ "keys": [ec] }).to_string());
    assert_eq!(
        (s.said(&old), s.said(&new)),
        (INVALID.to_owned(), "valid".to_owned()),
        "the old key is gone, cached or not"
    );
}

#[test]
fn a_ring_without_private_parts_issues_nothing() {
    let s = Setting::new();
    let set: Value = serde_json::from_str(KEYS).unwrap();
    let public = with(set["keys"][0].clone(), &json!({"d": null}));
    s.change_keys(&public.to_string());
    assert_eq!(s.issuer.issue("resident", TimeDelta::hours(1)).unwrap_err().code, Code::Internal);
}

#[test]
fn the_demo_key_survives_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Clock::manual(DateTime::from_timestamp(NOW, 0).unwrap());
    let rules = Rules::new("https://tongxin.example", "tongxin");
    let open = || Arc::new(Keyring::open_or_create(folder.path().join("signing-key.json"), clock.clone()).unwrap());
    let token = Issuer::new(open(), rules.clone(), clock.clone()).issue("resident", TimeDelta::hours(1)).unwrap();
    assert!(Verifier::new(open(), rules, clock.clone()).verify(&token).is_ok());
    let missing = Keyring::open(folder.path().join("none.json"), clock).err().unwrap();
    assert!(missing.to_string().contains("none.json"), "{missing}");
}
