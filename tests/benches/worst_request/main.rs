//! Looks for the worst request within the limits, by what it takes of a running service and of its database, and prints
//! the worst that it found: `cargo bench -p tongxin-tests --bench worst_request -- --help`.

use std::collections::HashSet;

use clap::Parser;
use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend, Statement};
use serde_json::{Value, json};
use tongxin_tests::worst::{Candidate, Found, Known, Meter, Search, Taken, UNIT_KB, UNIT_MS};

/// A search for the worst request within the limits. Start the service first, on the city of measuring size and without
/// anything else to do: `tongxin demo --scale city`, built for release.
#[derive(Parser)]
struct Arguments {
    /// Where the service listens.
    #[arg(long, default_value = "127.0.0.1:8080")]
    address: String,
    /// The process of the service.
    #[arg(long)]
    pid: u32,
    /// Its database, where that is PostgreSQL on this machine.
    #[arg(long)]
    postgres: Option<String>,
    #[arg(long, default_value_t = 2_000)]
    candidates: usize,
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Requests that cost less are not tried.
    #[arg(long, default_value_t = 300)]
    from: u64,
    /// Given by `cargo bench`.
    #[arg(long, hide = true)]
    bench: bool,
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

struct Bench {
    address: String,
    client: reqwest::Client,
    pid: u32,
    database: Option<DatabaseConnection>,
}

#[tokio::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let database = match &arguments.postgres {
        Some(url) => Some(sea_orm::Database::connect(url).await?),
        None => None,
    };
    let Arguments { address, pid, .. } = arguments;
    let bench = Bench { address, client: reqwest::Client::new(), pid, database };
    let mut search = Search::new(arguments.seed, bench.known().await?);
    search.from = arguments.from;
    let mut dearest: Vec<Found> = Vec::new();
    for number in 1..=arguments.candidates {
        let (candidate, cost) = search.propose();
        let taken = bench.take(&candidate).await?;
        let found = Found { candidate: candidate.clone(), cost, taken };
        if search.worst().first().is_none_or(|worst| found.share() > worst.share()) {
            println!("{number}: {}\n  {}", line(&found), candidate.text());
        }
        dearest.push(found);
        dearest.sort_by(|a, b| b.taken.units().total_cmp(&a.taken.units()));
        dearest.truncate(5);
        search.learn(candidate, cost, taken);
    }
    println!("\nThe most for its cost, from fresh sessions:");
    for found in search.worst().iter().take(5) {
        let again = bench.again(found).await?;
        println!("{}\n  {}", line(&again), again.candidate.text());
    }
    println!("\nThe most of all:");
    for found in &dearest {
        let again = bench.again(found).await?;
        println!("{}\n  {}", line(&again), again.candidate.text());
    }
    Ok(())
}

fn line(found: &Found) -> String {
    let Taken { cpu_ms, peak_kb, kept_kb } = found.taken;
    format!(
        "{:.2} of its cost {}: {cpu_ms:.0} ms ({:.2} a unit, at most {UNIT_MS}), {peak_kb:.0} kB ({:.2} a unit, at most {UNIT_KB}), {kept_kb:.0} kB kept; {} bytes",
        found.share(),
        found.cost,
        cpu_ms / found.cost as f64,
        peak_kb / found.cost as f64,
        found.candidate.text().len(),
    )
}

impl Bench {
    async fn ask(&self, query: &str) -> Result<Value> {
        let request = self.client.post(format!("http://{}/graphql", self.address));
        let body = json!({"query": query}).to_string();
        let answer = request.header("content-type", "application/json").body(body).send().await?.text().await?;
        Ok(serde_json::from_str(&answer)?)
    }

    /// Ids and codes to ask by.
    async fn known(&self) -> Result<Known> {
        let lists = [
            "serviceItems",
            "priorities",
            "implementations",
            "claims",
            "partyOrganisations",
            "units",
            "propertyCompanies",
        ];
        let mut known = Known::default();
        for list in lists {
            let answer = self.ask(&format!("{{ {list}(first: 100) {{ nodes {{ id }} }} }}")).await?;
            let nodes = answer["data"][list]["nodes"].as_array().cloned().unwrap_or_default();
            known.ids.extend(nodes.iter().filter_map(|node| Some(node["id"].as_str()?.to_owned())));
        }
        let places =
            "{ serviceItems(first: 100) { nodes { community { id code parent { id code parent { id code } } } } } }";
        let answer = self.ask(places).await?.to_string();
        let texts = answer.split('"').map(str::to_owned).collect::<HashSet<_>>();
        known.codes = texts.iter().filter(|t| t.len() >= 4 && t.bytes().all(|b| b.is_ascii_digit())).cloned().collect();
        known.codes.sort();
        let mut places = texts.into_iter().filter(|text| text.starts_with("region_")).collect::<Vec<_>>();
        places.sort();
        known.ids.extend(places);
        Ok(known)
    }

    /// The sessions of the service on PostgreSQL.
    async fn sessions(&self) -> Result<Vec<u32>> {
        let Some(database) = &self.database else { return Ok(Vec::new()) };
        let text =
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'tongxin'";
        let rows = database.query_all_raw(Statement::from_string(DbBackend::Postgres, text)).await?;
        Ok(rows
            .iter()
            .map(|row| row.try_get_by_index::<i32>(0))
            .collect::<std::result::Result<Vec<_>, _>>()?
            .into_iter()
            .filter_map(|pid| u32::try_from(pid).ok())
            .collect())
    }

    async fn take(&self, candidate: &Candidate) -> Result<Taken> {
        let mut pids = self.sessions().await?;
        pids.push(self.pid);
        let meter = Meter::begin(pids);
        let answer = self.ask(&candidate.text()).await;
        let taken = meter.end();
        let code = answer?["errors"][0]["extensions"]["code"].as_str().unwrap_or_default().to_owned();
        if ["QUERY_TOO_COMPLEX", "INTERNAL", "UNAVAILABLE"].contains(&code.as_str()) {
            println!("{code}: {}", candidate.text());
        }
        Ok(taken)
    }

    /// The same once more, from sessions that have kept nothing.
    async fn again(&self, found: &Found) -> Result<Found> {
        if let Some(database) = &self.database {
            let end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'tongxin'";
            database.execute_unprepared(end).await?;
            for _ in 0..5 {
                self.ask("{ serviceItems(first: 1) { nodes { id } totalCount } }").await?;
            }
        }
        Ok(Found { taken: self.take(&found.candidate).await?, ..found.clone() })
    }
}
