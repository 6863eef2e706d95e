//! `tongxin demo`

use std::{
    fs,
    io::{self, Write as _},
    mem,
    path::{Path, PathBuf},
};

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use sea_orm::DatabaseConnection;
use tongxin_kernel::{
    clock::Clock,
    secret_file,
    store::{self, Standing},
    telemetry::Metrics,
};
use tongxin_migration::{Migrator, MigratorTrait as _};
use tongxin_server::{Front, Page, signalled};

use super::{
    hold::Hold,
    init_logs,
    place::{self, Place},
    serve::bind,
    token,
};
use crate::{
    app::{App, StartError},
    config::{Config, Env},
    demo::{self, Ticket},
    divisions,
};

/// The data folder unless another is named.
pub const FOLDER: &str = "tongxin-demo";

/// The seed of the measuring city: the same city every time.
const SEED: u64 = 120_106;

#[derive(Debug, Args)]
pub struct DemoArgs {
    #[command(flatten)]
    place: Place,
    /// The port to listen on, on this machine only
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// How much there is: a small city to play in, or one of full size to measure
    #[arg(long, value_enum, default_value_t = Scale::Small)]
    scale: Scale,
    /// Throw away what an earlier demo left in the data folder; refused while one runs there
    #[arg(long)]
    fresh: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Scale {
    Small,
    City,
}

pub async fn run(args: DemoArgs, load: impl Fn(Config) -> Result<Config, StartError>) -> Result<(), StartError> {
    let listen = format!("127.0.0.1:{}", args.port);
    // The command line says where; the environment says the rest.
    let mut config = load(Config { env: Env::Demo, listen: listen.clone(), ..Config::default() })?;
    let ignored = keep_apart(&mut config);
    let place = Place { data_dir: Some(args.place.data_dir.unwrap_or(FOLDER.into())), ..args.place };
    let config = Config { env: Env::Demo, listen, ..place.of(config) };
    init_logs(&config)?;
    if !ignored.is_empty() {
        tracing::warn!("ignored: {ignored}; the demo keeps to itself, and uses another database only by --database");
    }
    let listener = bind(&config.listen, "--port")?;
    secret_file::make_folder(&config.data_dir)?;
    // A fresh file is made where nobody stands on the old one.
    let file_goes = args.fresh && config.database_url.is_none();
    let hold = if file_goes { Hold::alone(&config.data_dir)? } else { Hold::beside_others(&config.data_dir)? };
    let db = open(&config, args.fresh).await?;
    hold.share(&config.data_dir)?;
    if store::standing(&db).await? == Standing::Behind {
        store::migrate(&db).await?;
    }
    place::must_be_current(&config, &db).await?;
    let (clock, data_dir) = (Clock::system(), config.data_dir.clone());
    let app = App::new(config, db.clone(), clock.clone()).await?;
    fill(&db, &app, &clock, args.scale).await?;

    let today = clock.today();
    let (tickets, story) = (tickets(&db, &app, today).await?, demo::story(&db, today).await?);
    let file = write_tokens(&data_dir, &tickets)?;
    let (address, metrics) = (listener.local_addr()?.to_string(), Metrics::install());
    let metrics = metrics.map_err(|error| StartError::Refused(error.to_string()))?;
    let (start, explorer) = (demo::start_page(&tickets, &story), Page::explorer(&tickets));
    let listening = Box::new(move || announce(&address, &file, &tickets));
    app.serve(listener, metrics, Some(Front { start, explorer, listening }), signalled()).await?;
    Ok(())
}

/// Takes out what the environment and the configuration file say of a real installation: its database, its Redis, its
/// keys. Named for whoever is told so; empty where there was nothing.
pub fn keep_apart(config: &mut Config) -> String {
    let taken = [
        ("database_url (DATABASE_URL)", config.database_url.take().is_some()),
        ("redis_url (REDIS_URL)", config.redis_url.take().is_some()),
        ("jwt.keys (TONGXIN_JWT_KEYS)", config.jwt.keys.take().is_some()),
        ("issuers (TONGXIN_ISSUERS)", !mem::take(&mut config.issuers).is_empty()),
    ];
    taken.iter().filter(|(_, was)| *was).map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
}

/// Opens the database of the demo, emptied first if it shall begin anew. One that is not a demo's is left as it is.
async fn open(config: &Config, fresh: bool) -> Result<DatabaseConnection, StartError> {
    let db = config.store().open().await?;
    if !demo::is_disposable(&db).await? && (fresh || !demo::is_filled(&db).await?) {
        let message = "the database holds people or work that is not the demo's; nothing was touched";
        return Err(StartError::Refused(message.into()));
    }
    if !fresh {
        return Ok(db);
    }
    if config.database_url.is_some() {
        if store::standing(&db).await? != Standing::Behind {
            place::must_be_current(config, &db).await?;
        }
        Migrator::down(&db, None).await?;
        return Ok(db);
    }
    db.close().await?;
    for name in ["tongxin.sqlite", "tongxin.sqlite-wal", "tongxin.sqlite-shm"] {
        match fs::remove_file(config.data_dir.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(config.store().open().await?)
}

async fn fill(db: &DatabaseConnection, app: &App, clock: &Clock, scale: Scale) -> Result<(), StartError> {
    let seal = |owner: &str, phone: &str| app.authority.seal(owner, phone);
    if !demo::is_filled(db).await? {
        tracing::info!("filling the demo city");
        import(db, "hongqiao").await?;
        demo::fill(db, clock.now(), seal).await?;
    }
    if scale == Scale::City && !demo::is_city_filled(db).await? {
        tracing::info!("filling the city of measuring size");
        import(db, "hantai").await?;
        import(db, "jinghai").await?;
        import(db, "zhifu-laishan").await?;
        demo::fill_city(db, clock.now(), SEED).await?;
    }
    Ok(())
}

async fn import(db: &DatabaseConnection, name: &str) -> Result<(), StartError> {
    let csv = divisions::embedded(name).ok_or_else(|| StartError::Refused(format!("no divisions of {name}")))?;
    let imported = divisions::import(db, csv, |_| {}).await;
    imported.map(drop).map_err(|error| StartError::Refused(error.to_string()))
}

async fn tickets(db: &DatabaseConnection, app: &App, today: NaiveDate) -> Result<Vec<Ticket>, StartError> {
    let issuer = app.issuer()?;
    let mut all = Vec::new();
    for account in demo::ACCOUNTS {
        let subject = token::subject(db, account.name).await?;
        let sample = demo::sample(db, account.name, today).await?;
        let (Some(subject), Some(sample)) = (subject, sample) else { continue };
        let token = issuer.issue(&subject, token::LIFETIME);
        let token = token.map_err(|refusal| StartError::Refused(refusal.to_string()))?;
        all.push(Ticket { account, token, sample });
    }
    Ok(all)
}

/// Writes `account token` lines for scripts, readable by the owner alone.
fn write_tokens(data_dir: &Path, tickets: &[Ticket]) -> io::Result<PathBuf> {
    let lines = tickets.iter().map(|ticket| format!("{} {}\n", ticket.account.name, ticket.token));
    let path = std::path::absolute(data_dir)?.join("tokens.txt");
    secret_file::replace(&path, lines.collect::<String>().into_bytes())?;
    Ok(path)
}

/// For each account its token and a request to try, as lines for a shell to be pasted as they are; then, where a terminal
/// stands still, the addresses.
fn announce(address: &str, tokens: &Path, tickets: &[Ticket]) -> io::Result<()> {
    let mut text = String::from("# 以下各段可直接粘贴到终端 · each part below can be pasted into a shell\n");
    for Ticket { account, token, sample } in tickets {
        let demo::Account { name, zh, en, .. } = account;
        let body = serde_json::json!({"query": sample.request}).to_string().replace('\'', "'\\''");
        text += &format!(
            "\n# {name}: {zh}；{} · {en}; {}\nTOKEN={token}\ncurl -s http://{address}/graphql \
             -H \"Authorization: Bearer $TOKEN\" -H 'Content-Type: application/json' -d '{body}'; echo\n",
            sample.zh, sample.en
        );
    }
    text += &format!(
        "\n# 同心 Tongxin\n# 令牌   tokens      {}\n# 接口   API         http://{address}/graphql\n\
         # 契约   schema      http://{address}/schema.graphql\n# 开始页 start page  http://{address}/\n",
        tokens.display()
    );
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        // Who reads no further does not stop the service.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error),
        _ => Ok(()),
    }
}
