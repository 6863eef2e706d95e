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

    s.change_keys(&json!({ "keys": [ec] }).to_string());
    assert_eq!(
        (s.said(&old), s.said(&new)),
        (INVALID.to_owned(), "valid".to_owned()),
        "the old key is gone, cached or not"
    );
}

#[test]
fn the_newest_set_is_the_truth_whatever_else_is_in_it() {
    let s = Setting::new();
    let set: Value = serde_json::from_str(KEYS).unwrap();
    let (ed, ec) = (&set["keys"][0], &set["keys"][1]);
    let token = s.issuer.issue("resident", TimeDelta::hours(1)).unwrap();
    let changes = s.keyring.changes();
    for unusable in [with(ec.clone(), &json!({"use": "enc"})), json!({"kty": "AKP", "kid": "x"}), json!(7)] {
        s.change_keys(&json!({"keys": [unusable, ed]}).to_string());
        assert_eq!(s.said(&token), "valid", "what is unusable stands in nobody's way");
        s.change_keys(&json!({"keys": [unusable]}).to_string());
        assert_eq!(s.said(&token), INVALID, "the key is out at once, its token known or not");
        assert!(changes.has_changed().unwrap(), "those who came with it are asked again");
    }
    s.change_keys(KEYS);
    assert_eq!(s.said(&token), "valid");
    s.change_keys(r#"{"keys": []}"#);
    assert_eq!(s.said(&token), INVALID, "an empty set is a set");
    s.clock.advance(TimeDelta::days(30));
    assert!(s.keyring.current().find("ed").is_none());
}

#[test]
fn without_a_readable_file_the_last_set_stays_for_a_while() {
    let s = Setting::new();
    let (ed, ec) = ("ed", "ec");
    let known = |kid: &str| s.keyring.current().find(kid).is_some();
    let wait = |delta: TimeDelta| s.clock.advance(delta);
    for lost in ["{", "", r#"{"message": "moved"}"#] {
        s.change_keys(lost);
        assert!(known(ed) && known(ec), "{lost}");
        wait(TimeDelta::hours(KEPT) - TimeDelta::seconds(1));
        fs::remove_file(s.path()).unwrap();
        assert!(known(ed), "{lost}: it is still away, if otherwise");
        wait(TimeDelta::seconds(2));
        assert!(!known(ed) && !known(ec), "{lost}: for too long");
        s.change_keys(KEYS);
        assert!(known(ed), "{lost}: it is back, and the time begins anew");
    }
}

#[test]
fn a_file_that_cannot_be_read_is_tried_again_though_it_looks_the_same() {
    let s = Setting::new();
    let path = s.path();
    let aside = s.folder.path().join("aside");
    fs::rename(&path, &aside).unwrap();
    fs::create_dir(&path).unwrap();
    s.clock.advance(TimeDelta::seconds(2));
    assert!(s.keyring.current().find("ed").is_some());
    fs::remove_dir(&path).unwrap();
    fs::rename(&aside, &path).unwrap();
    s.clock.advance(TimeDelta::hours(KEPT * 2));
    assert!(s.keyring.current().find("ed").is_some(), "it is there again");
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
    let rules = Rules::new(ISSUER, "tongxin");
    let open = || {
        Arc::new(
            Keyring::open_or_create(folder.path().join("signing-key.json"), clock.clone(), TimeDelta::hours(KEPT))
                .unwrap(),
        )
    };
    let token = Issuer::new(open(), rules.clone(), clock.clone()).issue("resident", TimeDelta::hours(1)).unwrap();
    assert!(verifier(&open(), rules, &clock).verify(&token).now_or_never().unwrap().is_ok());
    let missing = Keyring::open(folder.path().join("none.json"), clock, TimeDelta::hours(KEPT)).err().unwrap();
    assert!(missing.to_string().contains("none.json"), "{missing}");
}
