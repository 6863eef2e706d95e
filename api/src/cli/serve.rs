//! `tongxin serve`

use std::net::TcpListener;

use super::{hold::Hold, init_logs};
use crate::{
    app::{App, StartError},
    clock::Clock,
    config::{Config, Env},
    database,
    server::signalled,
    telemetry::Metrics,
};

pub async fn run(config: Config) -> Result<(), StartError> {
    init_logs(&config)?;
    std::fs::create_dir_all(&config.data_dir)?;
    // Without a file of its own it needs no more than to read the folder.
    let in_file = config.database_url.is_none();
    let _hold = if in_file { Some(Hold::beside_others(&config.data_dir)?) } else { None };
    let db = database::open_to_serve(&config).await?;
    if !database::is_current(&db).await? {
        if config.env == Env::Production {
            let message = "the database schema is not current: run `tongxin migrate up` first";
            return Err(StartError::Refused(message.into()));
        }
        database::migrate(&db).await?;
    }
    let listener = TcpListener::bind(config.address())?;
    let metrics = Metrics::install().map_err(|error| StartError::Refused(error.to_string()))?;
    let app = App::new(config, db, Clock::system()).await?;
    tracing::info!(address = %listener.local_addr()?, "serving");
    app.serve(listener, metrics, None, signalled()).await?;
    Ok(())
}
