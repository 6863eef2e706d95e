//! `tongxin serve`

use std::net::TcpListener;

use tongxin_kernel::{
    clock::Clock,
    say, secret_file,
    store::{self, Standing},
    telemetry::Metrics,
};
use tongxin_server::{Figures, signalled};

use super::{hold::Hold, init_logs, place};
use crate::{
    app::{App, StartError},
    config::Config,
};

pub async fn run(config: Config) -> Result<(), StartError> {
    init_logs(&config)?;
    let in_file = config.database_url.is_none();
    // All else is made and migrated when somebody says so.
    let migrates = config.makes_its_database();
    if !migrates {
        place::must_exist(&config)?;
    }
    secret_file::make_folder(&config.data_dir)?;
    // Without a file of its own it needs no more than to read the folder.
    let _hold = if in_file { Some(Hold::beside_others(&config.data_dir)?) } else { None };
    let db = config.store().open_to_serve().await?;
    if migrates && store::standing(&db).await? == Standing::Behind {
        tracing::info!("bringing the schema of the SQLite file in the data folder up to date");
        store::migrate(&db).await?;
    }
    place::must_be_current(&config, &db).await?;
    let listener = bind(&config.listen, "listen")?;
    let figures = bind_figures(&config.metrics_listen)?;
    let metrics = Metrics::install().map_err(|error| StartError::Refused(error.to_string()))?;
    let app = App::new(config, db, Clock::system()).await?;
    tracing::info!(address = %listener.local_addr()?, metrics = %figures.local_addr()?, "serving");
    app.serve(listener, Figures { metrics, listener: Some(figures) }, None, signalled()).await?;
    Ok(())
}

/// Where nobody says where figures are answered, a second process of the machine does not fail for them.
fn bind_figures(address: &str) -> Result<TcpListener, StartError> {
    match bind(address, "metrics_listen") {
        Err(error) if is_default(address) => {
            tracing::warn!(%error, "figures are answered at a port that was free; set metrics_listen for each process of this machine");
            bind("127.0.0.1:0", "metrics_listen")
        }
        bound => bound,
    }
}

/// Whether figures are answered where they are unless somebody says another place.
pub fn is_default(metrics_listen: &str) -> bool {
    metrics_listen == Config::default().metrics_listen
}

/// Listens at an address of the configuration.
pub fn bind(address: &str, key: &str) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).map_err(|error| {
        StartError::Told(say!("{key}：无法在 {address} 监听：{error}", "{key}: cannot listen on {address}: {error}"))
    })
}
