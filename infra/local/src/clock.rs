//! One scaled clock for everything: handlers, schedules, delays, stations and Stripe.

use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

/// How often a system that is kept in a directory notes its time there, in real time.
const NOTE_EVERY: Duration = Duration::from_secs(1);

/// The clock of the local system, as every part asks for it.
#[derive(Debug, Clone)]
pub struct LocalClock(pub station::Clock);

impl ports::Clock for LocalClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

impl stripe_double::Clock for LocalClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
}

/// A clock for the system in this directory: it goes on from the present or, if an earlier run has lived faster, from where that ended.
/// Time must not go back: what is stored would lie in the future.
#[must_use]
pub fn resume(data: Option<&Path>, speed: f64) -> station::Clock {
    let present = station::Clock::starting_now(speed);
    let noted = data.and_then(|folder| std::fs::read_to_string(note(folder)).ok()?.trim().parse::<Timestamp>().ok());
    // What happened after the last note, twice over.
    let unnoted = SignedDuration::try_from(NOTE_EVERY.mul_f64(2.0 * speed)).unwrap_or(SignedDuration::ZERO);
    match noted.and_then(|noted| noted.checked_add(unnoted).ok()) {
        Some(noted) if noted > present.now() => station::Clock::new(noted, speed),
        Some(_) | None => present,
    }
}

/// Notes the time for the next run, for ever.
pub async fn keep_noting(data: PathBuf, clock: station::Clock) {
    loop {
        if let Err(error) = std::fs::write(note(&data), clock.now().to_string()) {
            tracing::warn!(error = &error as &dyn std::error::Error, "the time could not be noted for the next run");
        }
        tokio::time::sleep(NOTE_EVERY).await;
    }
}

fn note(data: &Path) -> PathBuf {
    data.join("clock")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_does_not_go_back_between_two_runs() {
        let data = tempfile::tempdir().unwrap();
        let ahead: Timestamp = "2100-01-01T00:00:00Z".parse().unwrap();
        std::fs::write(note(data.path()), ahead.to_string()).unwrap();
        assert!(resume(Some(data.path()), 60.0).now() > ahead);
        std::fs::write(note(data.path()), "2000-01-01T00:00:00Z").unwrap();
        assert!(resume(Some(data.path()), 60.0).now() < ahead);
        std::fs::write(note(data.path()), "torn").unwrap();
        assert!(resume(Some(data.path()), 60.0).now() < ahead);
    }
}
