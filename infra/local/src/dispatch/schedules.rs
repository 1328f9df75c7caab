//! Schedules: a function at a fixed rate.

use super::Parts;
use crate::template::Schedule;

/// Runs the function once per period, for ever; a run that takes longer than a period delays the next.
pub(crate) async fn serve(schedule: Schedule, parts: Parts) {
    let mut next = parts.clock.now();
    loop {
        next = next.max(parts.clock.now()).saturating_add(schedule.every).unwrap_or(next);
        parts.clock.sleep_until(next).await;
        if let Err(error) = parts.functions.on_schedule(&schedule.function).await {
            tracing::error!(error = &error as &dyn std::error::Error, "a scheduled run failed");
        }
    }
}
