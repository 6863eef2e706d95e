//! Goes through the start, step by step as `serve` does and by the same functions, and makes nothing.

use tongxin_kernel::{clock::Clock, events, say, who::load_policy};
use tongxin_policies::{PolicySource, Table};

use super::{
    database::{self, Database},
    findings::{Area, Findings},
    health, keys,
    serve::{bind, is_default},
};
use crate::{
    app::{App, StartError, calendar, executor, sealing_file, signing_key},
    config::{Config, Env},
};

/// Looks at everything that the start needs.
pub async fn look(config: &Config, clock: &Clock, findings: &mut Findings) {
    let env = match config.env {
        Env::Production => "production",
        Env::Development => "development",
        Env::Demo => "demo",
    };
    let folder = config.data_dir.display();
    findings.right(Area::Configuration, say!("{env}，数据目录 {folder}", "{env}, the data folder is {folder}"));
    let database = database::look(config, findings).await;
    if let Database::Ready(db) = &database {
        database::clock(db, clock, findings).await;
    }
    let policy = policy(config, &database, findings).await;
    keys::sealing(config, if let Database::Ready(db) = &database { Some(db) } else { None }, findings).await;
    keys::issuers(config, clock, findings).await;
    if config.calendar_file.is_some() && findings.step(Area::Calendar, calendar(config)).is_some() {
        findings.right(Area::Calendar, say!("配置中的文件可用", "the file of the configuration is one"));
    }
    redis(config, findings).await;
    listening(config, findings);
    if let (Database::Ready(db), Some(policy), true) = (database, policy, findings.are_clear()) {
        let put_together = rehearse(config, db, clock, policy);
        if findings.step(Area::Start, put_together).is_some() {
            findings.right(
                Area::Start,
                say!("照启动的做法装配了一遍，没有阻碍", "put together as the start does, with nothing in the way"),
            );
        }
    }
}

/// The policies in force, with their version, if the schema of this build goes by them.
async fn policy(config: &Config, database: &Database, findings: &mut Findings) -> Option<(Table, i64)> {
    let loaded = match database {
        Database::Ready(db) => load_policy(db).await.map_err(StartError::from),
        Database::ToBeMade => {
            Table::compile(&PolicySource::embedded()).await.map(|table| (table, 0)).map_err(StartError::from)
        }
        Database::Closed => {
            findings.worth(
                Area::Policies,
                say!("未能检查：数据库尚不可用", "not looked at: the database cannot be used yet"),
            );
            return None;
        }
    };
    let (table, version) = findings.step(Area::Policies, loaded)?;
    findings.step(Area::Policies, executor(config, &table))?;
    let told = if version == 0 {
        say!("程序自带的规则", "those that come with the program")
    } else {
        say!("数据库中的第 {version} 版", "version {version} of the database")
    };
    findings.right(Area::Policies, told);
    Some((table, version))
}

async fn redis(config: &Config, findings: &mut Findings) {
    let Some(url) = &config.redis_url else { return };
    let reached = events::reach_redis(url.expose()).await.map_err(StartError::from);
    match findings.step(Area::Redis, reached) {
        Some(Ok(())) => findings.right(Area::Redis, say!("有应答", "it answers")),
        Some(Err(error)) => findings.worth(
            Area::Redis,
            say!(
                "没有应答（{error}）：各进程至多晚半秒得知彼此的变更",
                "it does not answer ({error}): processes learn of each other's changes up to half a second later"
            ),
        ),
        None => {}
    }
}

/// A service that runs by this configuration stands in nobody's way: it is what will be started anew. It has both addresses.
fn listening(config: &Config, findings: &mut Findings) {
    let listens = [("listen", &config.listen), ("metrics_listen", &config.metrics_listen)];
    let bound = listens.map(|(key, address)| bind(address, key).map(drop));
    let is_ours = bound.iter().all(Result::is_err)
        && health::status(health::reachable(config.address())).is_ok_and(|status| status == "200");
    for ((key, address), bound) in listens.into_iter().zip(bound) {
        match bound {
            Ok(()) => findings.right(Area::Listening, say!("{key} 可在 {address}", "{key} may be at {address}")),
            Err(_) if is_ours => findings.worth(
                Area::Listening,
                say!(
                    "{key}：已有服务在 {address} 运行，须先停止",
                    "{key}: a service runs at {address} already, which must be stopped first"
                ),
            ),
            Err(_) if key == "metrics_listen" && is_default(address) => findings.worth(
                Area::Listening,
                say!(
                    "{key}：{address} 已被占用，指标将使用空闲端口",
                    "{key}: {address} is taken, figures will be at a port that is free"
                ),
            ),
            Err(error) => findings.wrong(Area::Listening, &error),
        }
    }
}

/// Puts the service together and drops it. Keys that the start would make are made where nobody keeps them.
fn rehearse(
    config: &Config,
    db: sea_orm::DatabaseConnection,
    clock: &Clock,
    policy: (Table, i64),
) -> Result<(), StartError> {
    let scratch = tempfile::tempdir()?;
    let makes_own = config.env != Env::Production && config.jwt.keys.is_none();
    let makes = !sealing_file(config).exists() || (makes_own && !signing_key(config).exists());
    let data_dir = if makes { scratch.path().to_owned() } else { config.data_dir.clone() };
    App::with_policy(Config { data_dir, ..config.clone() }, db, clock.clone(), policy).map(drop)
}
