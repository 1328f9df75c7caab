//! `wattwarden demo`: the whole system with simulated stations over real MQTT, until every session is over; then the checks.

mod bills;
mod progress;
mod script;
mod summary;

use std::time::Duration;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use messages::StationId;
use station::{RegisterSpan, StationConfig, Summary as StationSummary};
use tokio::task::JoinSet;

use crate::cli::Demo;
use crate::exit::Failure;
use crate::facts::Fact;
use crate::seed::Seed;
use crate::system::{Config, Failed, System};

pub use bills::Counted;
pub use script::evses;
pub use summary::{Expected, Snapshot, Summary, is_terminal};

/// The script begins this long after the system, so that every station is connected.
const LEAD: SignedDuration = SignedDuration::from_secs(60);

/// After this much of the system's time what is not over never will be.
const PATIENCE: SignedDuration = SignedDuration::from_mins(200);

/// Nor is it given up before this much real time, s.
const LEAST_S: f64 = 600.0;

/// How often the tables are looked at once the stations are done, in real time.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Runs the demonstration.
///
/// # Errors
/// [`Failure::Failed`] when a part of the system stopped or a check failed.
pub async fn run(options: &Demo) -> Result<(), Failure> {
    let failed = |error: Failed| Failure::failed(&error);
    let stations = usize::from(options.stations);
    let seed = Seed::default_system().map_err(|error| Failure::failed(&error))?;
    let seed = script::seed(seed, stations);
    let config = Config { data: None, seed: Some(seed.clone()), speed: options.speed, mqtt_port: 0, http_port: 0 };
    let mut system = System::start(config).await.map_err(failed)?;
    let start = system.clock.now().saturating_add(LEAD).unwrap_or_default();
    // However fast the clock runs, the machine gets its time.
    let least = SignedDuration::try_from_secs_f64(LEAST_S * options.speed).unwrap_or(PATIENCE);
    let deadline = start.saturating_add(PATIENCE.max(least)).unwrap_or_default();
    if !options.json {
        let (mqtt, pace) = (system.mqtt, options.speed);
        crate::print_lines(&format!("{stations} simulated stations on MQTT {mqtt}; {pace} seconds pass in one.\n"))?;
    }
    let zone = seed.sites.first().and_then(|site| TimeZone::get(&site.time_zone).ok()).unwrap_or(TimeZone::UTC);
    let site_clock = progress::SiteClock { clock: system.clock.clone(), zone };
    let progress = progress::show(system.facts.watch(), site_clock, options.json);

    let plans = script::plans(&seed.stations, start, options.seed);
    let expected = script::delivered(plans.iter().map(|(_, plan)| plan));
    let mut running = JoinSet::new();
    for (id, plan) in plans {
        let (host, port) = (system.mqtt.ip().to_string(), system.mqtt.port());
        let station = StationConfig::new(id.to_string(), host, port, system.clock.clone(), plan);
        let facts = std::sync::Arc::clone(&system.facts);
        running.spawn(async move {
            let summary = station::run(station, std::future::pending()).await;
            facts.announce(Fact::StationDone { station: id.clone() });
            (id, summary)
        });
    }
    let outcome = play(&mut system, running, expected, deadline, options).await;
    progress.finish().await;
    let summary = outcome.map_err(failed)?;
    print(&summary, options)?;
    if summary.failed_checks.is_empty() {
        Ok(())
    } else {
        Err(Failure::Failed(format!("checks failed: {}", summary.failed_checks.join("; "))))
    }
}

/// Waits for the stations, then for the system to come to rest, and reads the outcome back. At the deadline the outcome is what is in
/// the tables: its checks tell what did not come to an end.
async fn play(
    system: &mut System,
    mut running: JoinSet<(StationId, Result<StationSummary, station::ConfigError>)>,
    mut expected: Expected,
    deadline: Timestamp,
    options: &Demo,
) -> Result<Summary, Failed> {
    let clock = system.clock.clone();
    let mut facts = system.facts.watch();
    let mut to_stop = options.stop;
    while !running.is_empty() {
        tokio::select! {
            failure = system.failure() => return Err(failure),
            () = clock.sleep_until(deadline) => break,
            Ok(fact) = facts.recv(), if to_stop.is_some() => {
                // Halfway: sessions run, some are paid.
                if let (Fact::SessionBilled { .. }, Some(component)) = (fact, to_stop) {
                    system.stop(component).await;
                    to_stop = None;
                }
            }
            Some(done) = running.join_next() => match done {
                Ok((station, Ok(summary))) => count(&mut expected, &station, &summary),
                Ok((_, Err(error))) => return Err(Failed { part: "station", why: crate::exit::chain(&error) }),
                Err(error) => return Err(Failed { part: "station", why: error.to_string() }),
            },
        }
    }
    loop {
        let snapshot = system
            .store
            .snapshot()
            .await
            .map_err(|error| Failed { part: "tables", why: crate::exit::chain(&error) })?;
        let is_over = snapshot.sessions.len() >= expected.sessions
            && snapshot.terminal() == snapshot.sessions.len()
            && snapshot.is_everything_told();
        if is_over || clock.now() >= deadline {
            expected.captured_minor = system.captured_at_stripe();
            expected.violations = system.violations_at_stripe();
            expected.dead_letters = system.queues().iter().map(|queue| queue.dead).sum();
            return Ok(snapshot.summary(&expected));
        }
        tokio::select! {
            failure = system.failure() => return Err(failure),
            () = tokio::time::sleep(LOOK_EVERY) => {}
        }
    }
}

fn count(expected: &mut Expected, id: &StationId, station: &StationSummary) {
    let whole = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    expected.sessions += whole(station.sessions);
    expected.energy_wh += i64::try_from(station.energy_wh).unwrap_or(i64::MAX);
    expected.refused += whole(station.refused);
    let counted = |register: &RegisterSpan| Counted { station: id.clone(), register: *register };
    expected.registers.extend(station.registers.iter().map(counted));
}

/// The summary goes to standard output; with `--json` nothing else does.
fn print(summary: &Summary, options: &Demo) -> Result<(), Failure> {
    let text = if options.json {
        serde_json::to_string(summary).map_err(|error| Failure::failed(&error))?
    } else {
        progress::table(summary)
    };
    crate::print_lines(&format!("{text}\n"))
}
