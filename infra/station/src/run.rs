//! Running a station against a broker.

use crate::clock::Clock;
use crate::event::{Report, Summary};
use crate::link::{self, LinkEvent};
use crate::outbox::Backoff;
use crate::plan::{Plan, PlanError};
use crate::station::{Handed, Station};
use jiff::{SignedDuration, Timestamp};
use rumqttc::{AsyncClient, QoS};
use std::pin::pin;
use std::time::Duration;
use tokio::sync::mpsc;

/// Link events that wait for the station.
const LINK_EVENTS_MAX: usize = 64;
/// The shortest real time between two looks at the clock.
const LOOK_EVERY_S: f64 = 0.01;
/// Real time for what has been handed over to be written before the connection is closed.
const CLOSING: Duration = Duration::from_secs(5);

/// Everything a station needs to run.
#[derive(Debug, Clone)]
pub struct StationConfig {
    /// Station id = MQTT client id, `[A-Za-z0-9_-]{1,64}`.
    pub id: String,
    /// Where the broker is.
    pub broker_host: String,
    /// Its port, plain TCP.
    pub broker_port: u16,
    /// In real time, 1 to 40 s.
    pub keep_alive: Duration,
    /// The time the station lives in.
    pub clock: Clock,
    /// What it does.
    pub plan: Plan,
    /// When it sends again what has not been acknowledged.
    pub backoff: Backoff,
    /// Where it tells what happens. A watcher that does not keep up misses reports; the summary misses nothing.
    pub reports: Option<mpsc::Sender<Report>>,
}

impl StationConfig {
    /// A station with a keep-alive of 30 s and the usual backoff, watched by nobody.
    #[must_use]
    pub fn new(id: String, broker_host: String, broker_port: u16, clock: Clock, plan: Plan) -> Self {
        let (keep_alive, backoff) = (Duration::from_secs(30), Backoff::default());
        Self { id, broker_host, broker_port, keep_alive, clock, plan, backoff, reports: None }
    }

    /// Whether a station can run with this.
    pub fn check(&self) -> Result<(), ConfigError> {
        let is_id_character = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
        if !(1..=64).contains(&self.id.len()) || !self.id.bytes().all(is_id_character) {
            return Err(ConfigError::Id(self.id.clone()));
        }
        if !(1..=40).contains(&self.keep_alive.as_secs()) {
            return Err(ConfigError::KeepAlive(self.keep_alive));
        }
        self.plan.check().map_err(ConfigError::Plan)
    }
}

/// A configuration no station can run with.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The id cannot be part of a topic.
    #[error("{0:?} is not a station id: 1 to 64 letters, digits, - or _")]
    Id(String),
    /// The contract wants 40 s at most, the protocol whole seconds.
    #[error("the keep-alive must be 1 to 40 s and is {0:?}")]
    KeepAlive(Duration),
    /// The plan contradicts itself.
    #[error("the plan cannot be carried out")]
    Plan(#[source] PlanError),
}

/// Runs a station until its plan is finished and everything is acknowledged, or until `shutdown` completes.
///
/// A broker that cannot be reached is no error: the station goes on with its plan and tries again, as a real one would. Dropping the
/// future stops everything; nothing runs on in the background.
pub async fn run(config: StationConfig, shutdown: impl Future<Output = ()>) -> Result<Summary, ConfigError> {
    config.check()?;
    let (sender, events) = mpsc::channel(LINK_EVENTS_MAX);
    let options = link::options(&config.id, &config.broker_host, config.broker_port, config.keep_alive);
    let runner = Runner {
        station: Station::new(config.id, config.plan, config.backoff),
        clock: config.clock,
        reports: config.reports,
        client: None,
        events,
    };
    tokio::select! {
        summary = runner.run(shutdown) => Ok(summary),
        never = link::keep_connected(options, sender) => match never {},
    }
}

struct Runner {
    station: Station,
    clock: Clock,
    reports: Option<mpsc::Sender<Report>>,
    client: Option<AsyncClient>,
    events: mpsc::Receiver<LinkEvent>,
}

impl Runner {
    async fn run(mut self, shutdown: impl Future<Output = ()>) -> Summary {
        let mut shutdown = pin!(shutdown);
        loop {
            let now = self.clock.now();
            self.station.advance(now);
            self.publish_due(now);
            self.pass_reports_on();
            if self.station.is_finished() {
                break;
            }
            let next_look = next_look(now, self.clock.speed());
            tokio::select! {
                () = &mut shutdown => break,
                () = self.clock.sleep_until(next_look) => {}
                Some(event) = self.events.recv() => self.take(event),
            }
        }
        self.close().await;
        self.pass_reports_on();
        self.station.summary()
    }

    fn take(&mut self, event: LinkEvent) {
        let now = self.clock.now();
        match event {
            LinkEvent::Connected(client) => {
                tracing::info!(station.id = self.station.id(), "station connected");
                self.client = Some(client);
                self.station.connect(now);
            }
            LinkEvent::Disconnected(reason) => {
                tracing::warn!(station.id = self.station.id(), reason, "station is not connected");
                self.client = None;
                self.station.disconnect(now, reason);
            }
            LinkEvent::Received { topic, payload } => match topic.rsplit('/').next() {
                Some("ack") => self.station.receive_ack(&payload, now),
                Some("command") => self.station.receive_command(&payload, now),
                _ => tracing::warn!(station.id = self.station.id(), topic, "station received what it did not ask for"),
            },
            LinkEvent::Confirmed | LinkEvent::Closed => {}
        }
    }

    fn publish_due(&mut self, now: Timestamp) {
        let Some(client) = &self.client else { return };
        let id = self.station.id().to_owned();
        self.station.publish_due(now, |message| {
            let sent = client.try_publish(message.kind.topic(&id), QoS::AtLeastOnce, false, message.payload.clone());
            if sent.is_ok() { Handed::Over } else { Handed::Back }
        });
    }

    fn pass_reports_on(&mut self) {
        for report in self.station.take_reports() {
            if let Some(reports) = &self.reports {
                // A watcher that has gone or does not keep up is no reason to stop charging.
                drop(reports.try_send(report));
            }
        }
    }

    /// Says goodbye, so that the broker does not take the end for a failure.
    async fn close(&mut self) {
        let Some(client) = self.client.take() else { return };
        let closed = async {
            if client.disconnect().await.is_ok() {
                while let Some(event) = self.events.recv().await {
                    if matches!(event, LinkEvent::Closed | LinkEvent::Disconnected(_)) {
                        break;
                    }
                }
            }
        };
        if tokio::time::timeout(CLOSING, closed).await.is_err() {
            tracing::warn!(station.id = self.station.id(), "station left without a goodbye");
        }
    }
}

/// The next second of the station's life, or a little later when its time flies.
fn next_look(now: Timestamp, speed: f64) -> Timestamp {
    let span =
        SignedDuration::try_from_secs_f64((LOOK_EVERY_S * speed).max(1.0)).unwrap_or(SignedDuration::from_secs(1));
    now.checked_add(span).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{EvsePlan, EvseSpec};

    fn config(id: &str, keep_alive_s: u64, evses: usize) -> StationConfig {
        let start: Timestamp = "2026-06-01T10:00:00Z".parse().unwrap();
        let evses = vec![EvsePlan { spec: EvseSpec::dc(1), arrivals: vec![] }; evses];
        let clock = Clock::new(start, 1.0);
        let mut config =
            StationConfig::new(id.to_owned(), "127.0.0.1".to_owned(), 1, clock, Plan::new(start, 1, evses));
        config.keep_alive = Duration::from_secs(keep_alive_s);
        config
    }

    #[tokio::test]
    async fn what_cannot_run_is_refused_before_anything_is_sent() {
        for (id, keep_alive_s, evses, expected) in [
            ("station/1", 30, 1, ConfigError::Id("station/1".to_owned())),
            ("", 30, 1, ConfigError::Id(String::new())),
            ("s", 41, 1, ConfigError::KeepAlive(Duration::from_secs(41))),
            ("s", 30, 0, ConfigError::Plan(PlanError::NoEvse)),
            ("s", 30, 2, ConfigError::Plan(PlanError::RepeatedEvse(1))),
        ] {
            let result = run(config(id, keep_alive_s, evses), std::future::pending()).await;
            assert_eq!(result, Err(expected));
        }
    }

    #[test]
    fn looks_are_a_second_apart_but_not_more_than_a_hundred_a_real_second() {
        let now: Timestamp = "2026-06-01T10:00:00Z".parse().unwrap();
        for (speed, span_ms) in [(1.0, 1000), (100.0, 1000), (3600.0, 36_000)] {
            assert_eq!(next_look(now, speed).duration_since(now).as_millis(), span_ms, "at speed {speed}");
        }
    }
}
