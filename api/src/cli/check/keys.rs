//! The keys in the data folder, and those of the issuers.

use std::{fs, io, path::Path, sync::Arc};

use futures_util::future::join_all;
use sea_orm::{
    ColumnTrait as _, DatabaseConnection, DbErr, EntityTrait as _, Order, QueryFilter as _, QueryOrder as _,
};
use tongxin_entity::person;
use tongxin_kernel::{
    clock::Clock,
    privacy::{Sealed, SealingKeys},
    say, secret_file,
    who::{keys::KeyFault, token::Trusted},
};

use super::findings::{Area, Findings};
use crate::{
    app::{StartError, must_be_some, own_keys, sealing_file, sealing_keys, signing_key, trusted, trusted_own},
    config::Config,
};

/// The keys that seal personal data: where they are missing the start makes new ones, which open nothing of before.
pub async fn sealing(config: &Config, db: Option<&DatabaseConnection>, findings: &mut Findings) {
    let file = sealing_file(config);
    let keys = if file.exists() {
        let Some(keys) = findings.step(Area::Keys, sealing_keys(config)) else { return };
        findings.right(Area::Keys, say!("加密密钥可用", "the sealing keys are there"));
        tell_if_open(&file, findings);
        Some(keys)
    } else {
        if findings.step(Area::Keys, may_be_made(&config.data_dir)).is_none() {
            return;
        }
        let file = file.display();
        findings.worth(Area::Keys, say!("尚无 {file}，启动时新建", "there is no {file} yet: the start makes it"));
        None
    };
    let Some(db) = db else { return };
    match opens(db, keys.as_ref()).await {
        Ok(true) => {}
        Ok(false) => findings.worth(
            Area::Keys,
            say!(
                "数据库中有手机号不能用这里的密钥打开：启动之前请先把原来的 {} 放回",
                "phone numbers of the database do not open by the keys here: put its own {} back before the start",
                file.display()
            ),
        ),
        Err(error) => findings.worth(
            Area::Keys,
            say!("未能核对已加密的手机号：{error}", "sealed phone numbers could not be tried: {error}"),
        ),
    }
}

/// Whether the oldest and the newest number that is kept opens.
async fn opens(db: &DatabaseConnection, keys: Option<&SealingKeys>) -> Result<bool, DbErr> {
    for order in [Order::Asc, Order::Desc] {
        let sealed = person::Entity::find().filter(person::Column::PhoneSealed.is_not_null());
        let Some(person) = sealed.order_by(person::Column::Id, order).one(db).await? else { return Ok(true) };
        let sealed = Sealed::from_stored(person.phone_sealed.unwrap_or_default());
        if !keys.is_some_and(|keys| keys.opens(&person.id, &sealed)) {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the data folder, or what it will be made in, takes a file. The trial leaves nothing behind.
fn may_be_made(folder: &Path) -> Result<(), StartError> {
    let here = fs::canonicalize(".")?;
    let there = folder.ancestors().find(|path| path.exists()).unwrap_or(&here);
    tempfile::tempfile_in(there).map(drop).map_err(|error| {
        let folder = folder.display();
        let error: io::Error = error;
        StartError::Told(say!("数据目录 {folder} 不可写：{error}", "the data folder {folder} takes no files: {error}"))
    })
}

fn tell_if_open(file: &Path, findings: &mut Findings) {
    if secret_file::is_open(file) {
        let file = file.display();
        findings
            .worth(Area::Keys, say!("他人可读取 {file}：请改为 0600", "others can read {file}: make its mode 0600"));
    }
}

/// Whose tokens would be accepted, by how many keys. Those at a URL are fetched, which the start does not wait for.
pub async fn issuers(config: &Config, clock: &Clock, findings: &mut Findings) {
    findings.step(Area::Issuers, must_be_some(config));
    let mut all = Vec::new();
    if config.has_own_issuer() {
        all.extend(own(config, clock, findings));
    }
    for issuer in &config.issuers {
        all.extend(findings.step(Area::Issuers, trusted(issuer, config, clock)));
    }
    join_all(all.iter().map(|issuer| issuer.keys.read())).await;
    for issuer in &all {
        tell_keys(issuer, findings);
    }
}

fn own(config: &Config, clock: &Clock, findings: &mut Findings) -> Option<Trusted> {
    let file = signing_key(config);
    if config.jwt.keys.is_none() && !file.exists() {
        findings.step(Area::Issuers, may_be_made(&config.data_dir))?;
        let file = file.display();
        findings.worth(Area::Issuers, say!("尚无 {file}，启动时新建", "there is no {file} yet: the start makes it"));
        return None;
    }
    let keys = findings.step(Area::Issuers, own_keys(config, clock))??;
    if config.jwt.keys.is_none() {
        tell_if_open(&file, findings);
    }
    Some(trusted_own(config, Arc::clone(&keys)))
}

fn tell_keys(Trusted { rules, keys }: &Trusted, findings: &mut Findings) {
    let (iss, source, count) = (&rules.issuer, keys.name(), keys.count());
    if let Some(KeyFault(why)) = keys.fault() {
        let (zh, en) = (why.zh, why.en);
        return findings.worth(
            Area::Issuers,
            say!(
                "{iss}：取不到 {source} 的公钥（{zh}）：取到之前其令牌答 503",
                "{iss}: the keys of {source} cannot be had ({en}): until they can, its tokens are answered 503"
            ),
        );
    }
    if count == 0 {
        let none = say!(
            "{iss}：{source} 中没有可用的公钥，其令牌一概不接受",
            "{iss}: {source} holds no usable key: no token of it is accepted"
        );
        return findings.worth(Area::Issuers, none);
    }
    let s = if count == 1 { "" } else { "s" };
    findings.right(Area::Issuers, say!("{iss}：{count} 个公钥，取自 {source}", "{iss}: {count} key{s} from {source}"));
}
