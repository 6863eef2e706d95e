//! One run: servers up, answers compared, slices in turn, the table.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

use chrono::TimeDelta;
use serde_json::Value;
use tongxin::config::Config;
use tongxin_kernel::{
    clock::Clock,
    who::{issuer::Issuer, keyring::Keyring, token::Rules},
};

use crate::{
    Args, Result,
    city::{self, Claimant, Copy, Keys},
    figures::{self, Row, Slice, percentile},
    load::{self, Connection, Feed},
    processes::{Cores, Server, cpu},
    requests::{Claiming, Request},
};

/// Claimants that want the same item at the same time; each gets a place, but the row decides their order.
const RIVALS: usize = 8;
/// More claims than any server makes in a second here.
const CLAIMS_PER_SECOND: f64 = 8_000.0;
/// How long a server is asked before each slice, unmeasured.
const WARM_UP: Duration = Duration::from_millis(500);
/// Whose rights the reads go by: one with a post, so that there is a scope to keep.
const READER: &str = "property-manager";

pub fn run(args: &Args) -> Result<()> {
    let cores = Cores::part();
    match &cores {
        Some(cores) => println!("servers on cores {}; database and load on {}", cores.serve, cores.rest),
        None => println!("too few cores (or no taskset) to part them: servers, database and load share all"),
    }
    let program = args.server.clone().map_or_else(build, Ok)?;
    if let Some(cores) = &cores {
        cores.move_to_rest(std::process::id());
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(async {
        let copy = city::copy(args.keep).await?;
        let measured = Bench::open(args, &program, &copy, cores).await;
        let measured = match measured {
            Ok(mut bench) => bench.measure().await,
            Err(error) => Err(error),
        };
        copy.drop().await?;
        measured
    })
}

/// Builds the server that belongs to this bench, with the same settings.
fn build() -> Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built =
        Command::new(cargo).args(["build", "--release", "--package", "tongxin", "--bin", "tongxin"]).status()?;
    let here = std::env::current_exe()?;
    let folder = here.parent().and_then(Path::parent).ok_or("no target folder")?;
    if built.success() { Ok(folder.join("tongxin")) } else { Err("the server could not be built".into()) }
}

struct Bench<'a> {
    args: &'a Args,
    copy: &'a Copy,
    cores: Option<Cores>,
    servers: Vec<Server>,
    keys: Keys,
    claimants: Vec<Claimant>,
    reader: String,
    issuer: Issuer,
    _folder: tempfile::TempDir,
}

impl<'a> Bench<'a> {
    async fn open(args: &'a Args, program: &Path, copy: &'a Copy, cores: Option<Cores>) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let claimants = copy.add_claimants(args.connections).await?;
        let clock = Clock::system();
        let keyring =
            Keyring::open_or_create(folder.path().join("signing-key.json"), clock.clone(), TimeDelta::hours(24));
        let keyring = Arc::new(keyring.map_err(|fault| fault.to_string())?);
        let jwt = Config::default().jwt;
        let issuer = Issuer::new(keyring, Rules::new(jwt.issuer, jwt.audience), clock);
        let mut servers = vec![
            Server::limit(&copy.url, cores.as_ref())?,
            Server::ours("ours", program, &copy.url, folder.path(), cores.as_ref()).await?,
        ];
        if let Some(other) = &args.other {
            servers.push(Server::ours("other", other, &copy.url, folder.path(), cores.as_ref()).await?);
        }
        println!("{}", copy.size().await?);
        let (keys, reader) = (copy.keys().await?, copy.person(READER).await?);
        Ok(Self { args, copy, cores, servers, keys, claimants, reader, issuer, _folder: folder })
    }

    async fn measure(&mut self) -> Result<()> {
        let asked = Request::ALL.into_iter().filter(|request| request.name().contains(&self.args.only));
        let mut rows = Vec::new();
        for request in asked {
            rows.extend(self.measure_one(request).await?);
        }
        figures::print(&rows);
        for server in &self.servers {
            println!("{}: at most {:.0} MB", server.name, server.memory()?.1);
        }
        Ok(())
    }

    async fn measure_one(&self, request: Request) -> Result<Vec<Row>> {
        let mut feeds = Vec::new();
        for server in &self.servers {
            feeds.push(self.feeds(request, server.name).await?);
        }
        self.compare(request, &mut feeds).await?;
        self.copy.settle().await?;
        let mut slices: Vec<Vec<Slice>> = self.servers.iter().map(|_| Vec::new()).collect();
        for _ in 0..self.args.slices {
            for (at, server) in self.servers.iter().enumerate() {
                let slice;
                (slice, feeds[at]) = self.slice(server, std::mem::take(&mut feeds[at])).await?;
                slices[at].push(slice);
            }
        }
        let rows = self
            .servers
            .iter()
            .zip(slices)
            .map(|(server, slices)| Ok(Row { request, server: server.name, slices, memory: server.memory()?.0 }));
        rows.collect()
    }

    async fn slice(&self, server: &Server, feeds: Vec<Feed>) -> Result<(Slice, Vec<Feed>)> {
        let (_, feeds) = load::run(server.address, feeds, WARM_UP).await?;
        let backends = self.copy.backends(if server.name == "limit" { "limit" } else { "tongxin" }).await?;
        if let Some(cores) = &self.cores {
            for pid in &backends {
                // A backend may have ended meanwhile; it then uses no core either.
                let _ = cores.move_to_rest(*pid);
            }
        }
        let database = || backends.iter().map(|pid| cpu(*pid)).sum::<Result<f64>>().ok();
        let (before, database_before) = (server.cpu()?, database());
        let (heard, feeds) = load::run(server.address, feeds, Duration::from_secs_f64(self.args.seconds)).await?;
        let (after, database_after) = (server.cpu()?, database());
        let answers = heard.answers as f64;
        let slice = Slice {
            cpu: (after - before) / answers,
            database: database_before.zip(database_after).map(|(before, after)| (after - before) / answers),
            per_second: answers / heard.took.as_secs_f64(),
            p50: percentile(&heard.latencies, 0.5),
            p99: percentile(&heard.latencies, 0.99),
        };
        Ok((slice, feeds))
    }

    /// The requests of each connection to a server.
    async fn feeds(&self, request: Request, server: &str) -> Result<Vec<Feed>> {
        let bare = server == "limit";
        if request == Request::Claim {
            return self.claims(bare).await;
        }
        let keys = match request {
            Request::Item => &self.keys.items,
            Request::Board => &self.keys.communities,
            _ => &self.keys.streets,
        };
        let token = self.token(&self.reader)?;
        let written = |key: &String| if bare { request.bare(key) } else { request.graphql(key, &token) };
        let written: Arc<[Vec<u8>]> = keys.iter().map(written).collect();
        let feed = |number: usize| {
            let written = written.clone();
            // Each connection goes its own way through the keys, the same for every server.
            let mut at = number * 7919;
            Box::new(move || {
                at += 31;
                Some(written[at % written.len()].clone())
            }) as Feed
        };
        Ok((0..self.args.connections).map(feed).collect())
    }

    /// Claims: groups of rivals go through items of their own, each rival takes a place of each item.
    async fn claims(&self, bare: bool) -> Result<Vec<Feed>> {
        let seconds = (self.args.seconds + WARM_UP.as_secs_f64()) * self.args.slices as f64;
        let each = (seconds * CLAIMS_PER_SECOND / self.claimants.len() as f64).ceil() as usize;
        let mut feeds = Vec::new();
        for rivals in self.claimants.chunks(RIVALS) {
            let quota = i32::try_from(rivals.len())?;
            let items: Arc<[String]> = self.copy.add_items(each, quota, &self.reader).await?.into();
            for claimant in rivals {
                let (items, token) = (items.clone(), self.token(&claimant.person)?);
                let Claimant { organisation, person } = claimant.clone();
                let mut next = 0;
                feeds.push(Box::new(move || {
                    let claiming = Claiming { item: items.get(next)?, claimant: &organisation, person: &person };
                    next += 1;
                    Some(if bare { claiming.bare() } else { claiming.graphql(&token) })
                }) as Feed);
            }
        }
        Ok(feeds)
    }

    fn token(&self, person: &str) -> Result<String> {
        self.issuer.issue(person, TimeDelta::hours(12)).map_err(|refusal| refusal.to_string().into())
    }

    /// Every server gives the same answers, or there is nothing to compare.
    async fn compare(&self, request: Request, feeds: &mut [Vec<Feed>]) -> Result<()> {
        let mut connections = Vec::new();
        for server in &self.servers {
            connections.push(Connection::open(server.address).await?);
        }
        let rounds = feeds[0].len().min(50);
        let mut objects = 0;
        #[expect(clippy::needless_range_loop, reason = "the same place in the feed of each server")]
        for number in 0..rounds {
            let mut first = None;
            for (at, connection) in connections.iter_mut().enumerate() {
                let asked = feeds[at][number]().ok_or("nothing to ask")?;
                let answer: Value = serde_json::from_slice(connection.ask(&asked).await?)?;
                objects += answer.to_string().matches("\"id\":").count();
                let answer = if request == Request::Claim { without_ids(answer) } else { answer };
                match &first {
                    None => first = Some(answer),
                    Some(expected) if *expected == answer => {}
                    Some(expected) => {
                        let name = self.servers[at].name;
                        return Err(format!("{name} answers {request:?} otherwise:\n{expected}\n{answer}").into());
                    }
                }
            }
        }
        let objects = objects as f64 / (rounds * self.servers.len()) as f64;
        println!("{}: {rounds} answers alike, {objects:.1} objects with ids in each", request.name());
        Ok(())
    }
}

/// Two claims never have the same ids or times.
fn without_ids(mut answer: Value) -> Value {
    for (object, key) in [("claim", "id"), ("claim", "claimedAt"), ("serviceItem", "id")] {
        if let Some(value) = answer.pointer_mut(&format!("/data/claimServiceItem/{object}/{key}")) {
            *value = value.is_string().into();
        }
    }
    answer
}
