//! What a person sees while the demonstration runs, and at its end.

use std::fmt::Write as _;
use std::io::Write;

use jiff::SignedDuration;
use jiff::tz::TimeZone;
use tokio::sync::{broadcast, oneshot};
use tokio::task::JoinHandle;

use super::Summary;
use crate::facts::Fact;

/// The display while the system runs.
pub(super) struct Progress {
    task: JoinHandle<()>,
    stop: oneshot::Sender<()>,
}

/// The system's clock, read as people at the site do.
#[derive(Debug, Clone)]
pub(super) struct SiteClock {
    pub(super) clock: station::Clock,
    pub(super) zone: TimeZone,
}

/// Running totals of what was announced.
#[derive(Debug, Default)]
struct Totals {
    started: usize,
    billed: usize,
    energy_wh: i64,
    billed_minor: i64,
    paid: usize,
    alerts: usize,
}

/// Shows facts until it is stopped: alerts as the person reads them, and a line of totals now and then. For people on standard output;
/// with `--json` a line of totals on standard error.
pub(super) fn show(mut facts: broadcast::Receiver<Fact>, clock: SiteClock, json: bool) -> Progress {
    let (stop, mut stopped) = oneshot::channel();
    let task = tokio::spawn(async move {
        let mut totals = Totals::default();
        let mut next_line = clock.clock.now();
        loop {
            tokio::select! {
                biased;
                fact = facts.recv() => match fact {
                    Ok(fact) => {
                        totals.count(&fact);
                        if !json {
                            say(&mut std::io::stdout(), fact_line(&fact, &clock));
                        }
                    }
                    Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => return,
                },
                () = clock.clock.sleep_until(next_line) => {
                    next_line = clock.clock.now().saturating_add(SignedDuration::from_mins(10)).unwrap_or(next_line);
                    let line = Some(totals.line(&clock));
                    if json { say(&mut std::io::stderr(), line) } else { say(&mut std::io::stdout(), line) }
                }
                _ = &mut stopped => return,
            }
        }
    });
    Progress { task, stop }
}

impl Progress {
    /// Shows what is left and stops.
    pub(super) async fn finish(self) {
        let _ = self.stop.send(());
        let _ = self.task.await;
    }
}

/// Whoever reads may have gone (`demo | head`): that stops the display, not the system.
fn say(out: &mut impl Write, line: Option<String>) {
    if let Some(line) = line {
        let _ = writeln!(out, "{line}");
    }
}

impl Totals {
    fn count(&mut self, fact: &Fact) {
        match fact {
            Fact::SessionStarted { .. } => self.started += 1,
            Fact::SessionBilled { energy_wh, total, .. } => {
                self.billed += 1;
                self.energy_wh += energy_wh;
                self.billed_minor += total.map_or(0, |total| total.minor);
            }
            Fact::Payment { state, .. } => self.paid += usize::from(*state == "succeeded"),
            Fact::Alert { .. } => self.alerts += 1,
            Fact::SessionHeld { .. } | Fact::StationDone { .. } => {}
        }
    }

    fn line(&self, clock: &SiteClock) -> String {
        let running = self.started.saturating_sub(self.billed);
        format!(
            "{} ── {running} charging, {} billed, {}.{:03} kWh, {}.{:02} EUR, {} paid, {} messages to people",
            clock.time(),
            self.billed,
            self.energy_wh / 1_000,
            self.energy_wh % 1_000,
            self.billed_minor / 100,
            self.billed_minor % 100,
            self.paid,
            self.alerts,
        )
    }
}

impl SiteClock {
    fn time(&self) -> String {
        self.clock.now().to_zoned(self.zone.clone()).strftime("%H:%M").to_string()
    }
}

fn fact_line(fact: &Fact, clock: &SiteClock) -> Option<String> {
    let now = clock.time();
    match fact {
        Fact::Alert { to, channel, subject, text, .. } => {
            let text = text.trim_end().replace('\n', "\n      │ ");
            Some(format!("{now} {channel} to {to}: {subject}\n      │ {text}"))
        }
        Fact::SessionBilled { session, energy_wh, total } => {
            let cost = total.map(|total| total.to_string()).unwrap_or_default();
            Some(format!("{now} session {session}: {}.{:03} kWh, {cost}", energy_wh / 1_000, energy_wh % 1_000))
        }
        Fact::Payment { session, state, amount }
            if matches!(*state, "succeeded" | "not_billable" | "uncollectible") =>
        {
            Some(format!("{now} payment {session}: {amount} {state}"))
        }
        Fact::SessionHeld { session } => Some(format!("{now} session {session} waits for a person")),
        Fact::Payment { .. } | Fact::SessionStarted { .. } | Fact::StationDone { .. } => None,
    }
}

/// The summary for people.
pub(super) fn table(summary: &Summary) -> String {
    let money = |minor: i64| format!("{}.{:02} EUR", minor / 100, minor % 100);
    let rows = [
        ("stations", summary.stations.to_string()),
        ("sessions", format!("{} ({} without energy)", summary.sessions, summary.zero_energy_sessions)),
        ("energy", format!("{}.{:03} kWh", summary.energy_wh / 1_000, summary.energy_wh % 1_000)),
        ("billed", money(summary.billed_minor)),
        ("captured", money(summary.captured_minor)),
        ("unpaid", format!("{} ({} declined)", money(summary.unpaid_minor), summary.declined)),
        ("faults", format!("{} opened, {} cleared", summary.faults_opened, summary.faults_cleared)),
        ("messages to people", summary.alerts_published.to_string()),
        ("in quarantine", summary.quarantined.to_string()),
    ];
    let mut text = String::from("\n");
    for (name, value) in rows {
        // Writing to a `String` cannot fail.
        let _ = writeln!(text, "  {name:<20}{value}");
    }
    match summary.failed_checks.as_slice() {
        [] => text.push_str("\n  Every session is over, and the money adds up.\n"),
        failed => {
            for check in failed {
                let _ = write!(text, "\n  FAILED: {check}");
            }
            text.push('\n');
        }
    }
    text
}
