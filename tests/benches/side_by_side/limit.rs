//! The bare handler: one prepared statement, PostgreSQL's own JSON passed on. Neither GraphQL nor tokens nor rules.

use std::{cell::Cell, io::Write as _, net::TcpListener, rc::Rc};

use actix_web::{App, HttpResponse, HttpServer, rt, web};
use chrono::Utc;
use tokio_postgres::{Client, NoTls, Row, Statement};

use crate::{
    Result,
    statements::{BOARD, CLAIM, ITEM, TREE},
};

/// As many as our own pool has by default, shared out over the workers.
const CONNECTIONS: usize = 32;

struct Ready {
    client: Client,
    item: Statement,
    board: Statement,
    tree: Statement,
    claim: Statement,
}

/// The connections of one worker, used in turn.
struct Pool {
    all: Vec<Ready>,
    next: Cell<usize>,
}

impl Pool {
    async fn open(database: String, size: usize) -> Result<Rc<Self>, tokio_postgres::Error> {
        let mut all = Vec::new();
        for _ in 0..size {
            let (client, connection) = tokio_postgres::connect(&database, NoTls).await?;
            rt::spawn(async move {
                if let Err(error) = connection.await {
                    eprintln!("limit: {error}");
                }
            });
            client.batch_execute("SET TimeZone = 'UTC'; SET application_name = 'limit'").await?;
            let (item, board) = (client.prepare(ITEM).await?, client.prepare(BOARD).await?);
            let (tree, claim) = (client.prepare(TREE).await?, client.prepare(CLAIM).await?);
            all.push(Ready { client, item, board, tree, claim });
        }
        Ok(Rc::new(Self { all, next: Cell::new(0) }))
    }

    fn pick(&self) -> &Ready {
        let at = self.next.get();
        self.next.set((at + 1) % self.all.len());
        &self.all[at]
    }
}

/// Serves until it is ended from outside; writes its address first.
pub fn serve(database: &str) -> Result<()> {
    let workers = std::thread::available_parallelism()?.get();
    let size = CONNECTIONS.div_ceil(workers);
    let database = database.to_owned();
    rt::System::new().block_on(async move {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        println!("{}", listener.local_addr()?);
        std::io::stdout().flush()?;
        let app = move || {
            let database = database.clone();
            App::new()
                .data_factory(move || Pool::open(database.clone(), size))
                .route("/item/{id}", web::get().to(item))
                .route("/board/{code}", web::get().to(board))
                .route("/tree/{code}", web::get().to(tree))
                .route("/claim/{item}/{claimant}/{person}", web::post().to(claim))
        };
        HttpServer::new(app).workers(workers).listen(listener)?.run().await
    })?;
    Ok(())
}

async fn item(pool: web::Data<Rc<Pool>>, id: web::Path<String>) -> HttpResponse {
    let ready = pool.pick();
    answer("serviceItem", ready.client.query_one(&ready.item, &[&*id]).await)
}

async fn board(pool: web::Data<Rc<Pool>>, code: web::Path<String>) -> HttpResponse {
    let ready = pool.pick();
    answer("serviceItems", ready.client.query_one(&ready.board, &[&*code]).await)
}

async fn tree(pool: web::Data<Rc<Pool>>, code: web::Path<String>) -> HttpResponse {
    let ready = pool.pick();
    answer("region", ready.client.query_one(&ready.tree, &[&*code]).await)
}

#[expect(clippy::disallowed_methods, reason = "the handler has no clock that anybody moves")]
async fn claim(pool: web::Data<Rc<Pool>>, path: web::Path<(String, String, String)>) -> HttpResponse {
    let (item, claimant, person) = &*path;
    let (ready, now) = (pool.pick(), Utc::now());
    let Ok(id) = tongxin_kernel::id::new_id("claim", now) else { return HttpResponse::InternalServerError().finish() };
    let today = tongxin_kernel::clock::shanghai_day(now);
    let claimed = ready.client.query_one(&ready.claim, &[item, claimant, person, &id, &now, &today]).await;
    answer("claimServiceItem", claimed)
}

fn answer(field: &str, row: Result<Row, tokio_postgres::Error>) -> HttpResponse {
    match row.and_then(|row| row.try_get::<_, String>(0)) {
        Ok(json) => {
            let mut body = String::with_capacity(json.len() + field.len() + 16);
            body.extend(["{\"data\":{\"", field, "\":", &json, "}}"]);
            HttpResponse::Ok().content_type("application/json").body(body)
        }
        Err(error) => HttpResponse::InternalServerError().body(error.to_string()),
    }
}
