//! `tongxin token check`

use std::{
    io::{self, Read as _},
    sync::Arc,
};

use sea_orm::{ColumnTrait as _, DatabaseConnection, EntityTrait as _, QueryFilter as _};
use tongxin_entity::{client_application, person, person_link};
use tongxin_kernel::{
    clock::Clock,
    error::Message,
    say,
    who::{
        Subject,
        token::{Fault, Trusted, Verifier},
    },
};

use super::{
    super::place::{self, Place},
    beside,
};
use crate::{
    app::{StartError, issuers, own_keys},
    config::{Config, Env},
};

/// More than any token has.
const MOST: u64 = 64 * 1024;

/// Reads a token, and says what this configuration makes of it, step by step; the token itself is shown nowhere.
pub async fn run(place: Place, load: impl Fn(Config) -> Result<Config, StartError>) -> Result<(), StartError> {
    let config = config(place, load)?;
    let token = read(io::stdin().lock())?;
    let clock = Clock::system();
    let trusted = issuers(&config, own_keys(&config, &clock)?, &clock)?;
    let verifier = Arc::new(Verifier::new(trusted.clone(), clock));
    // Keys at a URL are fetched as they are for requests.
    let keys = tokio::spawn(verifier.clone().keep_up());
    let explained = verifier.explain(&token).await;
    keys.abort();
    for right in &explained.right {
        println!("✓ {} · {}", right.zh, right.en);
    }
    let verified = explained.outcome.map_err(|fault| wrong(&fault.reason(), &unread(&fault, &trusted)))?;
    let db = place::open(&config).await?;
    let who = who(&db, &verified.subject).await?;
    let who = who.map_err(|nobody| wrong(&nobody, ""))?;
    println!("✓ {} · {}", who.zh, who.en);
    Ok(())
}

/// What serves by configuration, where that says whose tokens count; else what runs in a folder.
fn config(place: Place, load: impl Fn(Config) -> Result<Config, StartError>) -> Result<Config, StartError> {
    let serving = load(Config::default())?;
    if serving.env == Env::Production && (serving.has_own_issuer() || !serving.issuers.is_empty()) {
        return Ok(place.of(serving));
    }
    beside(place, load)
}

fn read(from: impl io::Read) -> Result<String, StartError> {
    let mut text = String::new();
    from.take(MOST).read_to_string(&mut text)?;
    let text = text.trim();
    let bare = text.get(..7).filter(|scheme| scheme.eq_ignore_ascii_case("bearer ")).map_or(text, |_| text[7..].trim());
    if bare.is_empty() {
        return Err(StartError::Refused("standard input holds no token: tongxin token check < FILE".into()));
    }
    Ok(bare.to_owned())
}

/// Which keys cannot be had, where that is what is wrong.
fn unread(fault: &Fault, issuers: &[Trusted]) -> String {
    if !matches!(fault, Fault::Unread(_)) {
        return String::new();
    }
    let faults = issuers.iter().filter_map(|issuer| Some((issuer.keys.name(), issuer.keys.fault()?.0)));
    faults.map(|(source, fault)| format!("\n  {source}: {} · {}", fault.zh, fault.en)).collect()
}

fn wrong(Message { zh, en }: &Message, more: &str) -> StartError {
    StartError::Refused(format!("✗ {zh} · {en}{more}"))
}

/// Who comes with such a token, or why nobody does.
async fn who(db: &DatabaseConnection, subject: &Subject) -> Result<Result<Message, Message>, StartError> {
    let (id, linked) = match subject {
        Subject::Id(id) => (id.to_string(), false),
        Subject::Login(login) => {
            let link = person_link::Entity::find()
                .filter(person_link::Column::Issuer.eq(&login.issuer))
                .filter(person_link::Column::Subject.eq(&login.subject));
            match link.one(db).await? {
                Some(link) => (link.person_id, true),
                None => {
                    return Ok(Ok(say!(
                        "此登录身份未关联到任何人员：令牌有效，调用者按陌生人对待",
                        "this login is linked to nobody: the token is good, and whoever sends it is a stranger"
                    )));
                }
            }
        }
    };
    if let Some(person::Model { name, .. }) = person::Entity::find_by_id(&id).one(db).await? {
        return Ok(Ok(if linked {
            say!("所关联的人员：{name}（{id}）", "linked to the person {name} ({id})")
        } else {
            say!("人员：{name}（{id}）", "person: {name} ({id})")
        }));
    }
    Ok(match client_application::Entity::find_by_id(&id).one(db).await? {
        Some(client) if client.active => {
            let name = client.name;
            Ok(say!("应用：{name}（{id}）", "client application: {name} ({id})"))
        }
        Some(_) => Err(say!("应用 {id} 已停用", "the client application {id} is switched off")),
        None => Err(say!(
            "没有编号为 {id:?} 的人员或应用；主体若是签发者自己的编号，应设 subject = \"linked\"",
            "there is no person and no client application {id:?}; for an issuer's own ids set subject = \"linked\""
        )),
    })
}
