//! Whether a unit works, from how its sessions end: one that fails session after session is malfunctioning, whatever it measures.
//!
//! [`Health`] is what is remembered of one connector. A fault opens when at least four sessions in a row were aborted, by at least two
//! drivers (one alone may have a vehicle that does not fit), and the mean of late says so too; one good session clears it. A session that
//! is neither aborted nor good ends the row and clears nothing.
//!
//! Sessions may be told in any order: a station that was offline delivers its backlog as it likes. The row is that of the ends, not of the
//! arrivals, so a late session takes its place in it. What ended before the row began is history and changes nothing, and a late
//! session never clears: it ended before the unit failed. The mean takes sessions as they arrive.

mod driver;
mod outcome;
#[cfg(test)]
mod tests;

use jiff::Timestamp;
use messages::{ConnectorKey, TransactionMessage};
use serde::{Deserialize, Deserializer, Serialize};

use crate::{Change, ChangeKind, Episode, FaultId, Remedy, Severity};
use driver::DriverMark;
use outcome::{ABORTED_BELOW_WH, ABORTED_WITHIN, Verdict};
pub use outcome::{FaultStop, SessionOutcome};

/// The only version so far.
const VERSION: u8 = 1;

/// This many aborted sessions in a row open the fault.
const RUN: u32 = 4;

/// As many aborted sessions are remembered one by one: enough to put a late one in its place, and to count drivers.
const KEPT: usize = 4;

/// By fewer drivers it may be the vehicle.
const DRIVERS: usize = 2;

/// The weight of the latest session in the mean.
const WEIGHT: f64 = 0.2;

/// The mean must say that more than this share of the sessions was aborted.
const SHARE: f64 = 0.5;

/// What is remembered of the sessions of a connector. Version 1; a version that is not known is not read.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Health {
    #[serde(deserialize_with = "known_version")]
    version: u8,
    /// The share of aborted sessions, 0 to 1: a mean in which the latest weighs most.
    aborted: f64,
    /// The end of the latest session that was not aborted; what ended until then is not part of the row.
    row_since: Option<Timestamp>,
    /// Aborted sessions of the row that are older than the kept ones.
    older: u32,
    /// The latest aborted sessions of the row, at most four, by when they ended.
    kept: Vec<Aborted>,
}

/// One aborted session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Aborted {
    ended_at: Timestamp,
    driver: Option<DriverMark>,
    by_fault: Option<FaultStop>,
}

impl Default for Health {
    /// Nothing is known.
    fn default() -> Self {
        Self { version: VERSION, aborted: 0.0, row_since: None, older: 0, kept: Vec::new() }
    }
}

impl Health {
    /// What is known after one more session of `connector`, and what that changes. `open` are the episodes that are open; each session is
    /// to be told once.
    #[must_use]
    pub fn after(&self, connector: ConnectorKey, open: &[Episode], outcome: &SessionOutcome) -> (Self, Vec<Change>) {
        let verdict = outcome.verdict();
        let health = match verdict {
            Verdict::NoEvidence => return (self.clone(), Vec::new()),
            Verdict::Aborted(by_fault) => self.aborted(outcome, by_fault),
            Verdict::Between | Verdict::Good => self.ended_by(outcome.ended_at),
        };
        let open = open.iter().find(|episode| episode.fault == FaultId::MalfunctioningUnit);
        let change = match (open, verdict) {
            (None, Verdict::Aborted(_)) => health.opened(connector),
            (Some(episode), Verdict::Good) if self.is_later(outcome.ended_at, episode) => {
                Some(cleared(connector, episode, outcome))
            }
            (None | Some(_), _) => None,
        };
        (health, change.into_iter().collect())
    }

    /// After an aborted session, which takes its place in the row if it is part of it.
    fn aborted(&self, outcome: &SessionOutcome, by_fault: Option<FaultStop>) -> Self {
        let mut health = self.counting(1.0);
        if self.row_since.is_some_and(|since| outcome.ended_at <= since) {
            return health;
        }
        let driver = outcome.id_token.as_ref().map(DriverMark::of);
        health.kept.push(Aborted { ended_at: outcome.ended_at, driver, by_fault });
        health.kept.sort();
        if health.kept.len() > KEPT {
            health.kept.remove(0);
            health.older = health.older.saturating_add(1);
        }
        health
    }

    /// After a session that was not aborted and ended `at`: the row begins anew. How many of the older ones were later is not known; they
    /// are taken for earlier, so that a fault opens late rather than wrongly.
    fn ended_by(&self, at: Timestamp) -> Self {
        let mut health = self.counting(0.0);
        if self.row_since.is_none_or(|since| since < at) {
            health.row_since = Some(at);
            health.older = 0;
            health.kept.retain(|aborted| aborted.ended_at > at);
        }
        health
    }

    fn counting(&self, aborted: f64) -> Self {
        Self { aborted: self.aborted + WEIGHT * (aborted - self.aborted), ..self.clone() }
    }

    /// Whether a session that ended `at` is later than everything that speaks for the fault.
    fn is_later(&self, at: Timestamp, episode: &Episode) -> bool {
        at > episode.opened_at && self.kept.last().is_none_or(|aborted| at > aborted.ended_at)
    }

    /// Aborted sessions in a row.
    fn run(&self) -> u32 {
        self.older.saturating_add(u32::try_from(self.kept.len()).unwrap_or(u32::MAX))
    }

    fn drivers(&self) -> usize {
        let mut drivers: Vec<DriverMark> = self.kept.iter().filter_map(|aborted| aborted.driver).collect();
        drivers.sort_unstable();
        drivers.dedup();
        drivers.len()
    }

    fn opened(&self, connector: ConnectorKey) -> Option<Change> {
        let last = self.kept.last()?;
        let speaks = self.run() >= RUN && self.drivers() >= DRIVERS && self.aborted > SHARE;
        let evidence = || {
            let how = self.how();
            format!(
                "{} sessions in a row by {} drivers {how}, the last at {}",
                self.run(),
                self.drivers(),
                last.ended_at
            )
        };
        speaks.then(|| change(connector, ChangeKind::Opened, (last.ended_at, last.ended_at), (self.run(), evidence())))
    }

    /// How the sessions of the row ended.
    fn how(&self) -> String {
        let (wh, minutes) = (ABORTED_BELOW_WH, ABORTED_WITHIN.as_mins());
        let (whole, tenth) = (wh / 1_000, wh % 1_000 / 100);
        let short = format!("ended within {minutes} min and {whole}.{tenth} kWh");
        let mut faults: Vec<FaultStop> = self.kept.iter().filter_map(|aborted| aborted.by_fault).collect();
        if faults.is_empty() {
            return short;
        }
        faults.sort_unstable();
        faults.dedup();
        let faults: Vec<&str> = faults.into_iter().map(FaultStop::as_str).collect();
        format!("{short} or were stopped by a fault ({})", faults.join(", "))
    }
}

/// Looks at the finished sessions among `transaction` messages of one station, in the order in which they ended. The messages may come
/// in any order and more than once.
#[must_use]
pub fn check_sessions<'a>(messages: impl IntoIterator<Item = &'a TransactionMessage>) -> Vec<Change> {
    use std::collections::BTreeMap;
    let mut by_transaction: BTreeMap<_, Vec<&TransactionMessage>> = BTreeMap::new();
    for message in messages {
        by_transaction.entry(&message.transaction_id).or_default().push(message);
    }
    let mut outcomes: Vec<_> = by_transaction.into_values().filter_map(SessionOutcome::of).collect();
    outcomes.sort_by_key(|(connector, outcome)| (outcome.ended_at, *connector));
    let mut known: BTreeMap<ConnectorKey, (Health, Vec<Episode>)> = BTreeMap::new();
    let mut changes = Vec::new();
    for (connector, outcome) in outcomes {
        let (health, episodes) = known.entry(connector).or_default();
        let (next, more) = health.after(connector, episodes, &outcome);
        *health = next;
        for change in more {
            change.apply(episodes);
            changes.push(change);
        }
    }
    changes
}

/// The end of the fault by a good session.
fn cleared(connector: ConnectorKey, episode: &Episode, outcome: &SessionOutcome) -> Change {
    let wh = outcome.energy_wh.unwrap_or_default();
    let evidence = format!("a session of {}.{} kWh ended at {}", wh / 1_000, wh % 1_000 / 100, outcome.ended_at);
    change(connector, ChangeKind::Cleared, (outcome.ended_at, episode.opened_at), (0, evidence))
}

fn change(
    connector: ConnectorKey,
    kind: ChangeKind,
    (at, opened_at): (Timestamp, Timestamp),
    (run, evidence): (u32, String),
) -> Change {
    let (fault, severity) = (FaultId::MalfunctioningUnit, Severity::P2);
    let remedy = Remedy::against(&fault, severity);
    let (value, limit) = (f64::from(run), f64::from(RUN));
    Change { at, connector, fault, severity, kind, value, limit, unit: "sessions", evidence, remedy, opened_at }
}

fn known_version<'de, D: Deserializer<'de>>(input: D) -> Result<u8, D::Error> {
    match u8::deserialize(input)? {
        VERSION => Ok(VERSION),
        other => Err(serde::de::Error::custom(format!("version {other} is not known"))),
    }
}
