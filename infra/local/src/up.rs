//! `wattwarden up`: the system until it is interrupted.

use std::path::Path;

use serde::{Deserialize, Serialize};
use station::{Demand, StationConfig};
use tokio::task::JoinSet;

use crate::cli::Up;
use crate::exit::Failure;
use crate::seed::Seed;
use crate::system::{Config, Failed, System};

/// Sessions that each simulated station runs before it falls silent.
const SESSIONS: usize = 1_000;

/// The first line on standard output, and `endpoint.json` in the data directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// `host:port` for stations.
    pub mqtt: String,
    /// Base URL of `show`, `load`, `export` and the webhook.
    pub http: String,
    /// Base URL of the Stripe double.
    pub stripe: String,
    /// Bearer token for `show`, `load` and `export`.
    pub token: String,
}

impl Endpoint {
    /// Where a running system says how it is reached.
    #[must_use]
    pub fn file(data: &Path) -> std::path::PathBuf {
        data.join("endpoint.json")
    }
}

/// Runs the system.
///
/// # Errors
/// [`Failure::Unusable`] for a seed file or directory that cannot be used, [`Failure::Failed`] when a part stops.
pub async fn run(options: &Up) -> Result<(), Failure> {
    let seed = options.seed_file.as_deref().map(Seed::read).transpose();
    let seed = seed.map_err(|error| Failure::Unusable(error.to_string()))?;
    let config = Config {
        data: options.data.clone(),
        seed,
        speed: options.speed,
        mqtt_port: options.mqtt_port,
        http_port: options.http_port,
    };
    let mut system = System::start(config).await.map_err(|error: Failed| Failure::failed(&error))?;
    let mut facts = system.facts.watch();
    announce(&system, options.data.as_deref())?;
    let mut stations = start_stations(&system, usize::from(options.stations));
    let outcome = loop {
        tokio::select! {
            failure = system.failure() => break Err(Failure::failed(&failure)),
            _ = tokio::signal::ctrl_c() => break Ok(()),
            () = terminated() => break Ok(()),
            fact = facts.recv() => match fact {
                Ok(fact) => if let Err(failure) = print_line(&fact) { break Err(failure) },
                Err(tokio::sync::broadcast::error::RecvError::Lagged(missed)) => {
                    tracing::warn!(missed, "facts were not shown: they came faster than they could be written");
                }
                Err(tokio::sync::broadcast::error::RecvError::Closed) => break Ok(()),
            },
            Some(done) = stations.join_next() => {
                if let Ok(Err(error)) = done {
                    break Err(Failure::failed(&error));
                }
            }
        }
    };
    if let Some(data) = &options.data {
        let _ = std::fs::remove_file(Endpoint::file(data));
    }
    outcome
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut signal) => {
            signal.recv().await;
        }
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending::<()>().await;
}

fn announce(system: &System, data: Option<&Path>) -> Result<(), Failure> {
    let endpoint = Endpoint {
        mqtt: system.mqtt.to_string(),
        http: format!("http://{}", system.http),
        stripe: format!("http://{}", system.stripe),
        token: system.token.clone(),
    };
    if let Some(data) = data {
        let text = serde_json::to_vec(&endpoint).map_err(|error| Failure::failed(&error))?;
        std::fs::write(Endpoint::file(data), text).map_err(|error| Failure::failed(&error))?;
    }
    print_line(&endpoint)
}

fn print_line(line: &impl Serialize) -> Result<(), Failure> {
    let line = serde_json::to_string(line).map_err(|error| Failure::failed(&error))?;
    crate::print_lines(&format!("{line}\n"))
}

fn start_stations(system: &System, wanted: usize) -> JoinSet<Result<station::Summary, station::ConfigError>> {
    let mut running = JoinSet::new();
    let tokens: Vec<String> =
        system.seed.drivers.iter().flat_map(|driver| &driver.tokens).map(|token| token.as_str().to_owned()).collect();
    for (number, station) in (0..).zip(&system.seed.stations).take(wanted) {
        let demand = Demand { sessions: SESSIONS, id_tokens: tokens.clone(), ..Demand::default() };
        let plan = station::Plan::generate(number, system.clock.now(), &crate::demo::evses(station), &demand);
        let (host, port) = (system.mqtt.ip().to_string(), system.mqtt.port());
        let config = StationConfig::new(station.id.to_string(), host, port, system.clock.clone(), plan);
        running.spawn(station::run(config, std::future::pending()));
    }
    running
}
