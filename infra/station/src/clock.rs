//! The scaled clock: the only place that looks at the time of the machine.

use jiff::{SignedDuration, Timestamp};
use std::time::Duration;
use tokio::time::Instant;

/// A clock that starts at a chosen moment and runs a chosen number of times faster than life.
///
/// It never goes back, whatever happens to the time of the machine. All clones show the same time, so one clock can drive every part
/// of a system: the parts see ordinary seconds, and a day passes in twelve minutes at a speed of 120.
#[derive(Debug, Clone)]
pub struct Clock {
    scale: Scale,
    started: Instant,
}

impl Clock {
    /// A clock that shows `origin` now and then passes `speed` seconds in each real second.
    ///
    /// The speed is held within 0.001 and 100 000; what is not a number counts as 1.
    #[must_use]
    pub fn new(origin: Timestamp, speed: f64) -> Self {
        Self { scale: Scale::new(origin, speed), started: Instant::now() }
    }

    /// A clock that starts at the present moment.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place where the time of the machine enters")]
    pub fn starting_now(speed: f64) -> Self {
        Self::new(Timestamp::now(), speed)
    }

    /// The time this clock shows.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.scale.at(self.started.elapsed())
    }

    /// How many of its seconds pass in a real one.
    #[must_use]
    pub fn speed(&self) -> f64 {
        self.scale.speed
    }

    /// Waits until the clock shows at least `time`; returns at once when it already does.
    pub async fn sleep_until(&self, time: Timestamp) {
        while let Some(wait) = self.scale.wait_until(time, self.started.elapsed()) {
            tokio::time::sleep(wait).await;
        }
    }

    /// Waits for a span of this clock's time.
    pub async fn sleep(&self, span: SignedDuration) {
        self.sleep_until(self.now().checked_add(span).unwrap_or(Timestamp::MAX)).await;
    }
}

/// The relation between real time that has passed and the time shown.
#[derive(Debug, Clone, Copy)]
struct Scale {
    origin: Timestamp,
    speed: f64,
}

impl Scale {
    fn new(origin: Timestamp, speed: f64) -> Self {
        Self { origin, speed: if speed.is_nan() { 1.0 } else { speed.clamp(0.001, 100_000.0) } }
    }

    fn at(self, passed: Duration) -> Timestamp {
        SignedDuration::try_from_secs_f64(passed.as_secs_f64() * self.speed)
            .ok()
            .and_then(|shown| self.origin.checked_add(shown).ok())
            .unwrap_or(Timestamp::MAX)
    }

    /// The real time left until `time` is shown; nothing when it has come.
    fn wait_until(self, time: Timestamp, passed: Duration) -> Option<Duration> {
        let left_s = time.duration_since(self.at(passed)).as_secs_f64() / self.speed;
        // A timer has a resolution of a millisecond; a shorter wait would only spin.
        (left_s > 0.0)
            .then(|| Duration::try_from_secs_f64(left_s).unwrap_or(Duration::MAX).max(Duration::from_millis(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn real_time_is_multiplied() {
        let origin = time("2026-06-01T10:00:00Z");
        for (speed, passed_ms, shown) in [
            (1.0, 0, "2026-06-01T10:00:00Z"),
            (1.0, 1500, "2026-06-01T10:00:01.5Z"),
            (120.0, 30_000, "2026-06-01T11:00:00Z"),
            (0.5, 4000, "2026-06-01T10:00:02Z"),
            (f64::NAN, 2000, "2026-06-01T10:00:02Z"),
            (-4.0, 1_000_000, "2026-06-01T10:00:01Z"),
        ] {
            let scale = Scale::new(origin, speed);
            assert_eq!(scale.at(Duration::from_millis(passed_ms)), time(shown), "{speed} × {passed_ms} ms");
        }
    }

    #[test]
    fn a_wait_is_as_long_as_it_takes_to_show_the_time() {
        let scale = Scale::new(time("2026-06-01T10:00:00Z"), 120.0);
        let an_hour_on = time("2026-06-01T11:00:00Z");
        for (passed_ms, wait_ms) in [(0, Some(30_000)), (29_000, Some(1000)), (30_000, None), (31_000, None)] {
            let wait = scale.wait_until(an_hour_on, Duration::from_millis(passed_ms));
            assert_eq!(wait.map(|wait| wait.as_millis()), wait_ms, "after {passed_ms} ms");
        }
    }

    #[tokio::test]
    async fn a_moment_that_has_passed_is_not_waited_for() {
        let clock = Clock::new(time("2026-06-01T10:00:00Z"), 1.0);
        clock.sleep_until(time("2026-06-01T09:59:59Z")).await;
        clock.sleep(SignedDuration::from_secs(-1)).await;
        assert!(clock.now() >= time("2026-06-01T10:00:00Z"));
    }
}
