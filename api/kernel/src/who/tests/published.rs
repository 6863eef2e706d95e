//! Keys at a URL, by the clock of the test and an issuer that says what the test wants.

use std::{sync::Mutex, time::Duration};

use tokio::sync::{Semaphore, watch};

use super::*;
use crate::who::{
    keys::KeyFault,
    published::{APART, Published},
};

/// An issuer that is asked for its keys.
#[derive(Default)]
struct Publisher {
    /// What it answers; nothing when it is down.
    text: Mutex<Option<String>>,
    /// How often it was asked.
    asked: watch::Sender<usize>,
    /// What an answer waits for, where the test holds it back.
    held: Option<Semaphore>,
}

struct Town {
    publisher: Arc<Publisher>,
    published: Arc<Published>,
    verifier: Arc<Verifier>,
    /// All keys, to sign with.
    signing: Setting,
}

impl Town {
    /// An issuer with these keys, which are asked for from now on.
    async fn new(text: Option<String>, held: Option<Semaphore>) -> Self {
        Self::with_patience(text, held, Duration::from_secs(60)).await
    }

    async fn with_patience(text: Option<String>, held: Option<Semaphore>, patience: Duration) -> Self {
        let signing = Setting::new();
        let publisher = Arc::new(Publisher { text: Mutex::new(text), held, ..Publisher::default() });
        let asked = publisher.clone();
        let fetch = Box::new(move || {
            let publisher = asked.clone();
            async move {
                publisher.asked.send_modify(|asked| *asked += 1);
                if let Some(held) = &publisher.held {
                    held.acquire().await.unwrap().forget();
                }
                let text = publisher.text.lock().unwrap().clone();
                text.map(String::into_bytes).ok_or_else(|| KeyFault(crate::say!("不在", "down")))
            }
            .boxed()
        });
        let clock = signing.clock.clone();
        let published = Published::new("https://id.example/jwks", fetch, clock.clone(), TimeDelta::hours(KEPT));
        let published = Arc::new(published.with_patience(patience));
        let rules = Rules::new(ISSUER, "tongxin");
        let theirs = Trusted { rules, keys: Source::Url(published.clone()) };
        let ours =
            Trusted { rules: Rules::new("https://ours.example", "t"), keys: Source::File(signing.keyring.clone()) };
        let verifier = Arc::new(Verifier::new(vec![theirs, ours], clock));
        tokio::spawn(verifier.clone().keep_up());
        let town = Self { publisher, published, verifier, signing };
        town.publisher.asked.subscribe().wait_for(|asked| *asked == 1).await.unwrap();
        town
    }

    fn asked(&self) -> usize {
        *self.publisher.asked.borrow()
    }

    fn says(&self, text: Option<String>) {
        *self.publisher.text.lock().unwrap() = text;
    }

    fn passes(&self, seconds: i64) {
        self.signing.clock.advance(TimeDelta::seconds(seconds));
    }

    /// What is said of a token signed by a key.
    async fn said(&self, kid: &str, alg: &str) -> (Code, String, Option<u64>) {
        let now = self.signing.clock.now().timestamp();
        let claims = with(claims(), &json!({"iat": now, "nbf": now, "exp": now + 3600}));
        let token = self.signing.sign(
            if kid == "ec" { "ec" } else { "ed" },
            &json!({"typ": "at+jwt", "alg": alg, "kid": kid}),
            &claims,
        );
        match self.verifier.verify(&token).await {
            Ok(_) => (Code::Internal, "valid".into(), None),
            Err(refusal) => {
                let after = refusal.facts.get("retryAfter").and_then(Value::as_u64);
                (refusal.code, refusal.message.en, after)
            }
        }
    }

    async fn is_valid(&self, kid: &str, alg: &str) -> bool {
        self.said(kid, alg).await.1 == "valid"
    }
}

/// The public parts of keys of the tests.
fn open(kids: &[&str]) -> String {
    let set: Value = serde_json::from_str(KEYS).unwrap();
    let named = |key: &&Value| kids.contains(&key["kid"].as_str().unwrap());
    let keys = set["keys"].as_array().unwrap().iter().filter(named);
    let keys = keys
        .map(|key| with(key.clone(), &json!({"d": null, "p": null, "q": null, "dp": null, "dq": null, "qi": null})));
    json!({ "keys": keys.collect::<Vec<_>>() }).to_string()
}

#[tokio::test]
async fn a_storm_of_unknown_keys_asks_once_in_half_a_minute() {
    let town = Town::new(Some(open(&["ed"])), None).await;
    assert!(town.is_valid("ed", "EdDSA").await);
    for minute in 0..4 {
        for unknown in 0..50 {
            let (code, said, _) = town.said(&format!("k{minute}-{unknown}"), "EdDSA").await;
            assert_eq!((code, said.as_str()), (Code::Unauthenticated, INVALID));
        }
        assert_eq!(town.asked(), 1 + minute, "within half a minute of the last time nobody is asked");
        town.passes(APART.num_seconds() - 1);
        assert!(!town.is_valid("k", "EdDSA").await);
        assert_eq!(town.asked(), 1 + minute);
        town.passes(1);
        let storm = (0..50).map(|n| {
            let town = &town;
            async move { town.is_valid(&format!("n{n}"), "EdDSA").await }
        });
        assert!(!futures_util::future::join_all(storm).await.contains(&true));
        assert_eq!(town.asked(), 2 + minute, "of fifty at once one asks, and all learn");
    }
    assert!(town.is_valid("ed", "EdDSA").await, "who has a key that is known waits for nobody");
}

#[tokio::test]
async fn a_new_key_is_learnt_by_the_first_token_that_names_it() {
    let town = Town::new(Some(open(&["ed"])), None).await;
    assert!(town.is_valid("ed", "EdDSA").await && !town.is_valid("ec", "ES256").await);
    let changes = town.verifier.key_changes();
    town.says(Some(open(&["ec"])));
    assert!(!town.is_valid("ec", "ES256").await, "too early to ask again");
    town.passes(30);
    assert!(town.is_valid("ec", "ES256").await);
    assert!(!town.is_valid("ed", "EdDSA").await, "what is not in the newest set is out, known tokens too");
    tokio::task::yield_now().await;
    assert!(changes.has_changed().unwrap(), "open sockets are told");
}

#[tokio::test]
async fn the_last_keys_stay_while_their_issuer_is_down_and_no_longer_than_they_may() {
    let town = Town::new(Some(open(&["ed"])), None).await;
    assert!(town.is_valid("ed", "EdDSA").await);
    for answer in [None, Some("{".to_owned()), Some(r#"{"error": "moved"}"#.to_owned())] {
        town.says(answer);
        town.passes(60);
        let (code, _, after) = town.said("ec", "ES256").await;
        assert_eq!((code, after), (Code::Unavailable, Some(30)), "it may be a key of this issuer, or not");
        assert!(town.is_valid("ed", "EdDSA").await);
        town.passes(10);
        assert_eq!(town.said("ec", "ES256").await.2, Some(20), "by when it may be known");
    }
    town.passes(3600 * KEPT - 300);
    town.said("ec", "ES256").await;
    assert!(town.is_valid("ed", "EdDSA").await);
    town.passes(300);
    let mut changes = town.verifier.key_changes();
    assert_eq!(town.said("ec", "ES256").await.0, Code::Unauthenticated, "after so long nothing of it counts");
    changes.changed().await.unwrap();
    assert!(!town.is_valid("ed", "EdDSA").await, "the keys known until then neither");
    town.says(Some(open(&["ed"])));
    town.passes(30);
    assert!(town.is_valid("ed", "EdDSA").await, "it is back");
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_keeps_nobody_else_waiting() {
    let town = Town::new(Some(open(&["ed"])), Some(Semaphore::new(0))).await;
    // Ours, while theirs is being asked and does not answer.
    let (keyring, rules) = (town.signing.keyring.clone(), Rules::new("https://ours.example", "t"));
    let token = Issuer::new(keyring, rules, town.signing.clock.clone()).issue("resident", TimeDelta::hours(1)).unwrap();
    assert!(town.verifier.verify(&token).now_or_never().expect("it does not wait").is_ok());
    assert!(town.published.is_unread());
    // One of theirs waits for the answer that is under way, and asks no second time.
    let theirs = town.is_valid("ed", "EdDSA");
    tokio::pin!(theirs);
    assert!(futures_util::poll!(&mut theirs).is_pending());
    town.publisher.held.as_ref().unwrap().add_permits(1);
    assert!(theirs.await);
    assert_eq!(town.asked(), 1);
}

#[tokio::test]
async fn who_waits_for_an_issuer_that_never_answers_is_told_to_come_again() {
    let town = Town::with_patience(None, Some(Semaphore::new(0)), Duration::from_millis(10)).await;
    let (code, said, after) = town.said("ed", "EdDSA").await;
    assert_eq!((code, after), (Code::Unavailable, Some(30)), "{said}");
    assert_eq!(town.asked(), 1);
}

#[tokio::test]
async fn a_secret_that_is_published_is_none() {
    let set: Value = serde_json::from_str(KEYS).unwrap();
    let town = Town::new(Some(json!({"keys": set["keys"]}).to_string()), None).await;
    town.said("ed", "EdDSA").await;
    assert_eq!(
        town.published.looked_for("ed").await.count(),
        0,
        "private parts and shared secrets are not for everybody"
    );
    town.says(Some(open(&["ed", "ec", "oct"])));
    town.passes(30);
    assert!(town.is_valid("ed", "EdDSA").await && town.is_valid("ec", "ES256").await);
    assert!(town.published.looked_for("oct").await.find("oct").is_none());
}
