//! The city that is measured: filled once into a database of its own, copied for each run, and in the copy the claimants
//! and the open items that the claims need.

use chrono::{DateTime, Utc};
use tokio_postgres::{Client, NoTls};
use tongxin::{demo, divisions};
use tongxin_kernel::{
    clock::Clock,
    id::new_id,
    store::{self, Pool},
};

use crate::Result;

const SERVER: &str = "postgres://root@127.0.0.1:5432/postgres";
const CITY: &str = "tongxin_bench_city";
/// The same city every time.
const SEED: u64 = 120_106;
/// Where the claimants of the bench serve.
const PLACE: &str = "120106003001";

/// A copy of the city for one run; dropped by [`Copy::drop`].
pub struct Copy {
    admin: Client,
    name: String,
    keep: bool,
    pub url: String,
    pub client: Client,
}

/// What the reads ask for.
pub struct Keys {
    pub items: Vec<String>,
    pub communities: Vec<String>,
    pub streets: Vec<String>,
}

/// An organisation that claims, and the person who does it.
#[derive(Clone)]
pub struct Claimant {
    pub organisation: String,
    pub person: String,
}

/// Makes the city where it is missing, and a copy of it.
pub async fn copy(keep: bool) -> Result<Copy> {
    let server = std::env::var("TONGXIN_BENCH_POSTGRES").unwrap_or_else(|_| SERVER.to_owned());
    let admin = connect(&server).await?;
    let known = admin.query_opt("SELECT 1 FROM pg_database WHERE datname = $1", &[&CITY]).await?.is_some();
    if !known || !is_filled(&of(&server, CITY)).await? {
        admin.batch_execute(&format!("DROP DATABASE IF EXISTS {CITY}")).await?;
        admin.batch_execute(&format!("CREATE DATABASE {CITY}")).await?;
        fill(&of(&server, CITY)).await?;
    }
    let name = format!("tongxin_bench_{}", std::process::id());
    admin.batch_execute(&format!("CREATE DATABASE {name} TEMPLATE {CITY} STRATEGY file_copy")).await?;
    let url = of(&server, &name);
    Ok(Copy { client: connect(&url).await?, admin, name, keep, url })
}

/// A database of the server, by connections that are not encrypted: on one machine that would be measured, too.
fn of(server: &str, name: &str) -> String {
    let at = server.rfind('/').unwrap_or(server.len());
    format!("{}/{name}?sslmode=disable", &server[..at])
}

async fn connect(url: &str) -> Result<Client> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(async move { drop(connection.await) });
    Ok(client)
}

fn one() -> Pool {
    Pool { max_connections: 1, ..tongxin::config::Config::default().pool }
}

async fn is_filled(url: &str) -> Result<bool> {
    let db = store::connect(url, &one()).await?;
    let filled = store::standing(&db).await? == store::Standing::Current && demo::is_city_filled(&db).await?;
    db.close().await?;
    Ok(filled)
}

async fn fill(url: &str) -> Result<()> {
    eprintln!("filling the city; this takes a minute or two");
    let db = store::connect(url, &one()).await?;
    store::migrate(&db).await?;
    for name in ["hongqiao", "hantai", "jinghai", "zhifu-laishan"] {
        let csv = divisions::embedded(name).ok_or("no such divisions")?;
        divisions::import(&db, csv, |_| {}).await?;
    }
    let now = Clock::system().now();
    demo::fill(&db, now, |_, _| ("-".to_owned(), "-".to_owned())).await?;
    demo::fill_city(&db, now, SEED).await?;
    db.close().await?;
    Ok(())
}

impl Copy {
    /// Ends the run's copy, and the city too unless it is kept.
    pub async fn drop(self) -> Result<()> {
        let Self { admin, name, keep, client, .. } = self;
        drop(client);
        admin.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).await?;
        if !keep {
            admin.batch_execute(&format!("DROP DATABASE {CITY}")).await?;
        }
        Ok(())
    }

    /// What there is to read: claimed items, the communities with most open items, the streets with communities.
    pub async fn keys(&self) -> Result<Keys> {
        Ok(Keys {
            items: self
                .texts(
                    "SELECT id FROM service_item WHERE opened_at IS NOT NULL AND live_claims > 0 ORDER BY md5(id) LIMIT 2000",
                )
                .await?,
            communities: self
                .texts(
                    "SELECT community_code FROM service_item WHERE status = 'OPEN' GROUP BY 1
                    ORDER BY count(*) DESC, 1 LIMIT 100",
                )
                .await?,
            streets: self
                .texts("SELECT DISTINCT substr(community_code, 1, 9) FROM service_item ORDER BY 1 LIMIT 100")
                .await?,
        })
    }

    async fn texts(&self, query: &str) -> Result<Vec<String>> {
        Ok(self.client.query(query, &[]).await?.iter().map(|row| row.get(0)).collect())
    }

    /// The person behind an account of the demo.
    pub async fn person(&self, account: &str) -> Result<String> {
        Ok(self.client.query_one("SELECT id FROM person WHERE account = $1", &[&account]).await?.get(0))
    }

    /// How large things are.
    pub async fn size(&self) -> Result<String> {
        let row = self.client.query_one(
            "SELECT format('%s streets, %s communities with items, %s items, %s claims, %s ratings, %s audit entries',
                (SELECT count(DISTINCT substr(community_code, 1, 9)) FROM service_item),
                (SELECT count(DISTINCT community_code) FROM service_item), (SELECT count(*) FROM service_item),
                (SELECT count(*) FROM claim), (SELECT count(*) FROM rating), (SELECT count(*) FROM audit_entry))",
            &[],
        );
        Ok(row.await?.get(0))
    }

    /// Units with liaisons, all checked in to one community.
    pub async fn add_claimants(&self, count: usize) -> Result<Vec<Claimant>> {
        let now = Clock::system().now();
        let ids = |prefix: &str| ids(prefix, now, count);
        let (units, people) = (ids("unit")?, ids("person")?);
        let (check_ins, posts) = (ids("checkin")?, ids("post")?);
        let today = tongxin_kernel::clock::shanghai_day(now);
        let statements: [(&str, &[&(dyn tokio_postgres::types::ToSql + Sync)]); 5] = [
            (
                "INSERT INTO organisation (id, kind, name, name_folded, region_code, created_at, version)
                SELECT id, 'UNIT', 'Unit ' || id, 'unit ' || id, $2, $3, 1 FROM unnest($1::text[]) id",
                &[&units, &PLACE, &now],
            ),
            ("INSERT INTO unit (id, category) SELECT id, 'ENTERPRISE' FROM unnest($1::text[]) id", &[&units]),
            (
                "INSERT INTO check_in (id, unit_id, community_code, starts_on, created_at)
                SELECT id, unit_id, $3, $4, $5 FROM unnest($1::text[], $2::text[]) t (id, unit_id)",
                &[&check_ins, &units, &PLACE, &today, &now],
            ),
            (
                "INSERT INTO person (id, name, created_at, version)
                SELECT id, 'Liaison', $2, 1 FROM unnest($1::text[]) id",
                &[&people, &now],
            ),
            (
                "INSERT INTO post (id, person_id, role, organisation_id, starts_on, created_at)
                SELECT id, person_id, 'unit_liaison', unit_id, $4, $5
                FROM unnest($1::text[], $2::text[], $3::text[]) t (id, person_id, unit_id)",
                &[&posts, &people, &units, &today, &now],
            ),
        ];
        for (statement, values) in statements {
            self.client.execute(statement, values).await?;
        }
        let both = units.into_iter().zip(people);
        Ok(both.map(|(organisation, person)| Claimant { organisation, person }).collect())
    }

    /// Open items for any unit, of the community where the claimants serve, each with this many places.
    pub async fn add_items(&self, count: usize, quota: i32, by: &str) -> Result<Vec<String>> {
        let now = Clock::system().now();
        let ids = ids("item", now, count)?;
        self.client
            .execute(
                "INSERT INTO service_item (id, community_code, kind, title, description, due_on, claimable_by, quota,
                    status, created_by, created_at, updated_at, opened_at)
                SELECT id, $2, 'SERVICE', '路灯检修', '请按约定时间完成。', $4::timestamptz::date + 30, 15, $3, 'OPEN',
                    $5, $4, $4, $4 FROM unnest($1::text[]) id",
                &[&ids, &PLACE, &quota, &now, &by],
            )
            .await?;
        Ok(ids)
    }

    /// The processes of the database that work for connections of this name.
    pub async fn backends(&self, application: &str) -> Result<Vec<u32>> {
        let query = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1";
        let rows = self.client.query(query, &[&application]).await?;
        Ok(rows.iter().map(|row| row.get::<_, i32>(0).unsigned_abs()).collect())
    }

    /// Leaves nothing for the database to tidy up in the middle of a slice.
    pub async fn settle(&self) -> Result<()> {
        for statement in ["VACUUM ANALYZE service_item", "VACUUM ANALYZE claim", "CHECKPOINT"] {
            self.client.batch_execute(statement).await?;
        }
        Ok(())
    }
}

fn ids(prefix: &str, now: DateTime<Utc>, count: usize) -> Result<Vec<String>> {
    (0..count).map(|_| new_id(prefix, now).map_err(|refusal| refusal.to_string().into())).collect()
}
