//! Whether the database is there, is that of this build, takes writes, and goes by the same time.

use chrono::TimeDelta;
use sea_orm::{DatabaseConnection, DbBackend};
use tongxin_kernel::{
    clock::Clock,
    say,
    store::{self, Standing},
    who::{takes_writes, token::LEEWAY},
};

use super::{
    findings::{Area, Findings},
    hold::Hold,
    place,
};
use crate::{app::StartError, config::Config};

/// What there is to look into.
pub enum Database {
    Ready(DatabaseConnection),
    /// The start makes it.
    ToBeMade,
    /// None that can be looked into, which was told.
    Closed,
}

/// Looks at the database, and neither makes nor migrates it.
pub async fn look(config: &Config, findings: &mut Findings) -> Database {
    if config.store().missing_file().is_some() {
        if !config.makes_its_database() {
            findings.step(Area::Database, place::must_exist(config));
            return Database::Closed;
        }
        let made = say!("尚无 SQLite 文件，启动时建立", "there is no SQLite file yet: the start makes it");
        findings.worth(Area::Database, made);
        return Database::ToBeMade;
    }
    if config.database_url.is_none() && findings.step(Area::Database, Hold::is_possible(&config.data_dir)).is_none() {
        return Database::Closed;
    }
    let opened = config.store().open_to_serve().await.map_err(StartError::from);
    let Some(db) = findings.step(Area::Database, opened) else { return Database::Closed };
    match store::standing(&db).await {
        Ok(Standing::Behind) if config.makes_its_database() => {
            let migrated = say!("数据库结构不是最新，启动时更新", "the schema is not current: the start migrates it");
            findings.worth(Area::Database, migrated);
            return Database::Closed;
        }
        _ if findings.step(Area::Database, place::must_be_current(config, &db).await).is_none() => {
            return Database::Closed;
        }
        _ => {}
    }
    let name = if db.get_database_backend() == DbBackend::Sqlite { "SQLite" } else { "PostgreSQL" };
    findings.right(Area::Database, say!("{name}，结构为最新", "{name}, the schema is current"));
    writes(&db, findings).await;
    Database::Ready(db)
}

/// A service whose store takes no writes starts, and is not ready.
async fn writes(db: &DatabaseConnection, findings: &mut Findings) {
    if takes_writes(db).await.is_err() {
        let only_read = say!(
            "只可读取：写入会被拒绝，/readyz 为 503",
            "it is only read: writes would be refused, and /readyz is 503"
        );
        return findings.worth(Area::Database, only_read);
    }
    let begun = async { store::begin(db, None).await?.rollback().await };
    if let Err(error) = begun.await {
        findings.worth(Area::Database, say!("不接受写入：{error}", "it takes no writes: {error}"));
    }
}

/// Terms and tokens go by our clock, and what the database dates by its own.
pub async fn clock(db: &DatabaseConnection, clock: &Clock, findings: &mut Findings) {
    let began = clock.now();
    let theirs = store::time(db).await;
    // It was read somewhere between asking and hearing.
    let ours = began + (clock.now() - began) / 2;
    match theirs {
        Ok(None) => {
            findings.right(Area::Clock, say!("数据库即用本机时钟", "the database goes by the clock of this machine"))
        }
        Err(error) => findings.worth(
            Area::Clock,
            say!("无法读取数据库的时钟：{error}", "the clock of the database cannot be read: {error}"),
        ),
        Ok(Some(theirs)) => tell_apart(theirs - ours, findings),
    }
}

fn tell_apart(apart: TimeDelta, findings: &mut Findings) {
    let (bound, seconds) = (LEEWAY.num_seconds(), apart.abs().num_seconds());
    if apart.abs() <= LEEWAY {
        let near = say!("数据库与本机相差不到 {bound} 秒", "that of the database and ours lie within {bound} s");
        return findings.right(Area::Clock, near);
    }
    let (zh, en) = if apart > TimeDelta::zero() { ("快", "ahead of") } else { ("慢", "behind") };
    findings.worth(
        Area::Clock,
        say!(
            "数据库的时钟比本机{zh} {seconds} 秒：请对时，以免令牌和期限判断有误",
            "the clock of the database is {seconds} s {en} ours: set them right, or tokens and terms are judged by a wrong time"
        ),
    );
}
