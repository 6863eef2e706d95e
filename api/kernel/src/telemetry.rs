//! Logs to standard error and metrics for Prometheus. Neither carries personal data: no query text, no variables.

use std::{
    io::IsTerminal as _,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use metrics::{counter, gauge, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};
use serde::{Deserialize, Serialize};
use tracing_subscriber::{EnvFilter, fmt, prelude::*};

use crate::error::Code;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    Text,
    Json,
}

/// Sends logs to standard error. `level` is a level or a filter such as `info,tongxin=debug`; a second call does
/// nothing, so that tests may call it too.
pub fn init_logs(level: &str, format: LogFormat) -> Result<(), String> {
    let filter = EnvFilter::try_new(level).map_err(|e| e.to_string())?;
    let registry = tracing_subscriber::registry().with(filter);
    let layer = fmt::layer().with_writer(std::io::stderr);
    let set = match format {
        LogFormat::Text => registry.with(layer.with_ansi(std::io::stderr().is_terminal())).try_init(),
        LogFormat::Json => registry.with(layer.json().flatten_event(true).with_current_span(true)).try_init(),
    };
    drop(set);
    Ok(())
}

/// The figures of this process as Prometheus reads them.
#[derive(Clone)]
pub struct Metrics(PrometheusHandle);

/// Units of cost: from one object to the most that is run.
const COSTS: [f64; 8] = [10.0, 30.0, 100.0, 300.0, 1_000.0, 3_000.0, 5_000.0, 10_000.0];

/// Seconds: from a cached answer to the deadline.
const BUCKETS: [f64; 11] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

impl Metrics {
    /// Installs the recorder; the first call of a process counts, later ones get figures that stay empty.
    pub fn install() -> Result<Self, BuildError> {
        let recorder = PrometheusBuilder::new()
            .set_buckets_for_metric(Matcher::Full(SECONDS.to_owned()), &BUCKETS)?
            .set_buckets_for_metric(Matcher::Full(COST.to_owned()), &COSTS)?
            .build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::debug!("a metrics recorder is installed already");
        }
        Ok(Self(handle))
    }

    /// Folds what was recorded since the last time; without it memory would grow until somebody reads.
    pub fn keep_up(&self) {
        self.0.run_upkeep();
    }

    /// The text that `/metrics` answers.
    pub fn render(&self) -> String {
        self.0.render()
    }
}

const OPERATIONS: &str = "tongxin_operations_total";
const SECONDS: &str = "tongxin_operation_seconds";
const COST: &str = "tongxin_operation_cost";
const TOO_COMPLEX: &str = "tongxin_refused_too_complex_total";
const GIVEN_UP: &str = "tongxin_statements_given_up_total";
const IN_FLIGHT: &str = "tongxin_operations_in_flight";
const DOCUMENTS: &str = "tongxin_documents_total";
const SHED: &str = "tongxin_shed_total";
const HTTP: &str = "tongxin_http_responses_total";
const SOCKETS: &str = "tongxin_sockets";
const SUBSCRIPTIONS: &str = "tongxin_subscriptions";
const CONNECTIONS: &str = "tongxin_connections";
const REFUSED: &str = "tongxin_connections_refused_total";
const KEYS: &str = "tongxin_token_keys";
const KEYS_UNREAD: &str = "tongxin_token_keys_unread_seconds";

/// A bound on connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    Connections,
    Sockets,
    SocketsOfAddress,
    SocketsOfPerson,
}

impl Bound {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Connections => "connections",
            Self::Sockets => "sockets",
            Self::SocketsOfAddress => "sockets_per_address",
            Self::SocketsOfPerson => "sockets_per_person",
        }
    }
}
const TAKES_WRITES: &str = "tongxin_store_takes_writes";
const REFUSED_WRITES: &str = "tongxin_store_refused_writes_total";
const IN_DOUBT: &str = "tongxin_connections_in_doubt_total";

/// An operation was answered; the outcome is its first error's code, or `OK`.
pub fn answered(kind: &'static str, code: Option<Code>, took: Duration) {
    let outcome = code.map_or("OK", Code::as_str);
    counter!(OPERATIONS, "kind" => kind, "outcome" => outcome).increment(1);
    histogram!(SECONDS, "kind" => kind).record(took);
    tracing::debug!(kind, outcome, micros = took.as_micros() as u64, "answered");
}

/// An operation of so many units of cost is run.
pub fn costs(kind: &'static str, units: u64) {
    histogram!(COST, "kind" => kind).record(units as f64);
}

/// An operation was refused because it asks for too much; `measure` says of what.
pub fn too_complex(measure: &'static str, found: u64, limit: u64) {
    counter!(TOO_COMPLEX, "measure" => measure).increment(1);
    tracing::warn!(measure, found, limit, "refused as too complex");
}

/// The database gave a statement up because it took too long. What it was for had passed its count of cost: either the
/// database is overloaded, or the count is wrong.
pub fn given_up() {
    counter!(GIVEN_UP).increment(1);
    tracing::warn!("a statement took too long and was given up");
}

/// A document was found parsed, or not.
pub fn document_cached(hit: bool) {
    counter!(DOCUMENTS, "cache" => if hit { "hit" } else { "miss" }).increment(1);
}

/// An operation was turned away because too many were running.
pub fn shed() {
    counter!(SHED).increment(1);
}

/// Open HTTP connections became more, or fewer.
pub fn connections(by: f64) {
    gauge!(CONNECTIONS).increment(by);
}

/// A connection or a socket was refused because a bound was reached.
pub fn refused_connection(bound: Bound) {
    counter!(REFUSED, "bound" => bound.as_str()).increment(1);
}

/// How many keys of a source verify tokens now, and for how many seconds it has been unreadable.
pub fn token_keys(source: &str, count: usize, unread_seconds: i64) {
    gauge!(KEYS, "source" => source.to_owned()).set(count as f64);
    gauge!(KEYS_UNREAD, "source" => source.to_owned()).set(unread_seconds as f64);
}

/// A response was sent.
pub fn responded(status: u16) {
    counter!(HTTP, "status" => status.to_string()).increment(1);
}

/// Whether the store takes writes, as far as is known: 1 or 0.
pub fn store_takes_writes(takes: bool) {
    gauge!(TAKES_WRITES).set(if takes { 1.0 } else { 0.0 });
}

/// The store refused a write, or left a commit in doubt.
pub fn store_refused_write() {
    counter!(REFUSED_WRITES).increment(1);
}

/// A database connection was thrown away, whose transaction ended in doubt.
pub fn connection_in_doubt() {
    counter!(IN_DOUBT).increment(1);
}

/// Counts a running operation until it is dropped.
pub struct InFlight(&'static str);

impl InFlight {
    pub fn start() -> Self {
        Self::count(IN_FLIGHT)
    }

    pub fn socket() -> Self {
        Self::count(SOCKETS)
    }

    pub fn subscription() -> Self {
        Self::count(SUBSCRIPTIONS)
    }

    fn count(name: &'static str) -> Self {
        gauge!(name).increment(1);
        Self(name)
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        gauge!(self.0).decrement(1);
    }
}

/// A cause for a line of the log that may come very often: it is written once in a while.
#[derive(Debug, Default)]
pub struct Alarm(Mutex<Option<Instant>>);

impl Alarm {
    const QUIET: Duration = Duration::from_secs(10);

    /// Whether the line is due.
    pub fn rings(&self) -> bool {
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = last.is_none_or(|last| last.elapsed() >= Self::QUIET);
        if due {
            *last = Some(Instant::now());
        }
        due
    }
}

/// Lines of the log that anybody can bring about: so many in a while are written, the others counted.
#[derive(Debug, Default)]
pub struct Allowance(Mutex<(Option<Instant>, u64)>);

impl Allowance {
    const WHILE: Duration = Duration::from_secs(60);
    const LINES: u64 = 100;

    /// Whether one more line may be written, and how many were not in the while before.
    pub fn take(&self) -> (bool, u64) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (since, asked) = &mut *now;
        let mut unwritten = 0;
        if since.is_none_or(|since| since.elapsed() >= Self::WHILE) {
            unwritten = asked.saturating_sub(Self::LINES);
            (*since, *asked) = (Some(Instant::now()), 0);
        }
        *asked += 1;
        (*asked <= Self::LINES, unwritten)
    }
}

#[cfg(test)]
mod tests {
    use super::Allowance;

    #[test]
    fn of_many_lines_so_many_are_written() {
        let lines = Allowance::default();
        let written = (0..1_000).filter(|_| lines.take().0).count();
        assert_eq!(written, 100);
    }
}
