//! What a person sees while the demonstration runs, and at its end.

use std::fmt::Write as _;
use std::io::Write;

use billing::money::Money;
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
    energy_wh: i64,
    billed: Option<Money>,
    bills: usize,
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
                self.bills += 1;
                self.energy_wh += energy_wh;
                // A site has one currency.
                self.billed = match (self.billed, *total) {
                    (Some(sum), Some(total)) => sum.plus(total),
                    (sum, total) => sum.or(total),
                };
            }
            Fact::Payment { state, .. } => self.paid += usize::from(*state == "succeeded"),
            Fact::Alert { .. } => self.alerts += 1,
            Fact::Hold { .. } | Fact::Card { .. } | Fact::SessionHeld { .. } | Fact::StationDone { .. } => {}
        }
    }

    fn line(&self, clock: &SiteClock) -> String {
        let running = self.started.saturating_sub(self.bills);
        let billed = self.billed.map(|sum| format!(", {sum}")).unwrap_or_default();
        format!(
            "{} ── {running} charging, {} billed, {}{billed}, {} paid, {} messages to people",
            clock.time(),
            self.bills,
            kwh(self.energy_wh),
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
            Some(format!("{now} session {session}: {}, {cost}", kwh(*energy_wh)))
        }
        Fact::Payment { session, state, amount }
            if matches!(*state, "succeeded" | "not_billable" | "uncollectible") =>
        {
            Some(format!("{now} payment {session}: {amount} {state}"))
        }
        Fact::SessionHeld { session } => Some(format!("{now} session {session} waits for a person")),
        Fact::Payment { .. }
        | Fact::Hold { .. }
        | Fact::Card { .. }
        | Fact::SessionStarted { .. }
        | Fact::StationDone { .. } => None,
    }
}

fn kwh(energy_wh: i64) -> String {
    format!("{}.{:03} kWh", energy_wh / 1_000, energy_wh % 1_000)
}

/// The summary for people.
pub(super) fn table(summary: &Summary) -> String {
    let money = |minor: i64| match summary.currency {
        Some(currency) => Money { minor, currency }.to_string(),
        None => minor.to_string(),
    };
    let rows = [
        ("stations", summary.stations.to_string()),
        (
            "sessions",
            format!(
                "{} ({} without energy, {} sent twice, {} out of order)",
                summary.sessions, summary.zero_energy_sessions, summary.duplicated_sessions, summary.reordered_sessions
            ),
        ),
        ("energy", kwh(summary.energy_wh)),
        ("registers", format!("{} of {} EVSEs counted what was billed", summary.evses_as_counted, summary.evses)),
        ("bills", format!("{}, {} of them priced again to the same cent", summary.cdrs, summary.cdrs_repriced_alike)),
        ("receipts", format!("{}, numbered by site", summary.receipts)),
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
        [] => text.push_str("\n  Every session is over, the money adds up, and no receipt number is missing.\n"),
        failed => {
            for check in failed {
                let _ = write!(text, "\n  FAILED: {check}");
            }
            text.push('\n');
        }
    }
    text
}
