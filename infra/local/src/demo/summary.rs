//! The outcome of the demonstration, read back from the tables, and the checks it must pass.

use std::collections::{BTreeMap, BTreeSet};

use alerts::{Alert, Fact, State, Telling};
use billing::cdr::Cdr;
use billing::money::Currency;
use billing::payment::{Debt, PaymentState};
use billing::receipt::Issued;
use billing::session::{Head, SessionState};
use messages::{SessionId, StationId};
use ports::Payment;
use serde::Serialize;

use super::bills::{self, Counted};

/// What is in the tables when the last session is over.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Every head.
    pub sessions: Vec<Head>,
    /// Every CDR.
    pub cdrs: Vec<Cdr>,
    /// Every receipt of every site.
    pub receipts: Vec<Issued>,
    /// Every debt.
    pub debts: Vec<Debt>,
    /// Every payment.
    pub payments: Vec<Payment>,
    /// Every alert.
    pub alerts: Vec<Alert>,
    /// Inputs in quarantine; copies of one count once.
    pub quarantined: usize,
}

/// What must have come of it, known from the other side.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expected {
    /// Sessions that the stations ran.
    pub sessions: usize,
    /// Energy that the stations' registers show, Wh.
    pub energy_wh: i64,
    /// The same by EVSE, with the readings.
    pub registers: Vec<Counted>,
    /// Money that the Stripe double has captured, minor units.
    pub captured_minor: i64,
    /// Requests that Stripe's published API would not have taken.
    pub violations: Vec<String>,
    /// Messages that the stations were told are refused.
    pub refused: usize,
    /// Messages in dead-letter queues.
    pub dead_letters: usize,
    /// Sessions whose every message was sent twice.
    pub duplicated_sessions: usize,
    /// Sessions whose messages were sent out of order.
    pub reordered_sessions: usize,
}

/// The figures of the demonstration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Stations that ran a session.
    pub stations: usize,
    /// Sessions.
    pub sessions: usize,
    /// Of these, without energy.
    pub zero_energy_sessions: usize,
    /// Of these, with every message sent twice.
    pub duplicated_sessions: usize,
    /// Of these, with messages out of order.
    pub reordered_sessions: usize,
    /// Stations on which two vehicles charged at once.
    pub shared_stations: usize,
    /// Energy of all sessions, Wh.
    pub energy_wh: i64,
    /// EVSEs.
    pub evses: usize,
    /// Of these, whose CDRs are of what their register counted, from its first reading to its last.
    pub evses_as_counted: usize,
    /// Sessions with a CDR.
    pub cdrs: usize,
    /// Of these, which cost the same when they are priced again.
    pub cdrs_repriced_alike: usize,
    /// Receipts, numbered by site.
    pub receipts: usize,
    /// The currency of all amounts; none while nothing is billed.
    pub currency: Option<Currency>,
    /// What all sessions cost, minor units.
    pub billed_minor: i64,
    /// What was paid, minor units.
    pub captured_minor: i64,
    /// What was not: declined or not billable, minor units.
    pub unpaid_minor: i64,
    /// Sessions whose payment was declined.
    pub declined: usize,
    /// Faults that opened.
    pub faults_opened: usize,
    /// Of these, cleared.
    pub faults_cleared: usize,
    /// Alerts that spare parts run low.
    pub stock_alerts: usize,
    /// Messages to people that went out.
    pub alerts_published: usize,
    /// Inputs in quarantine.
    pub quarantined: usize,
    /// Checks that failed; empty when all is well.
    pub failed_checks: Vec<String>,
}

/// Whether nothing more will happen to a session: one that is billed has its receipt, and its payment has come to an end.
#[must_use]
pub fn is_terminal(head: &Head, debt: Option<&Debt>) -> bool {
    match head.state {
        SessionState::Open | SessionState::Ended => false,
        SessionState::Review => true,
        SessionState::Billed if head.lacks_receipt() => false,
        SessionState::Billed => debt.is_none_or(|debt| match &debt.state {
            PaymentState::NotBillable
            | PaymentState::Succeeded { .. }
            | PaymentState::Settled { .. }
            | PaymentState::Uncollectible { .. } => true,
            PaymentState::Computed
            | PaymentState::Creating { .. }
            | PaymentState::Created { .. }
            | PaymentState::Confirming { .. }
            | PaymentState::Unknown { .. }
            | PaymentState::Processing { .. }
            | PaymentState::RequiresAction { .. }
            | PaymentState::Declined { .. } => false,
        }),
    }
}

impl Snapshot {
    fn debts_by_session(&self) -> BTreeMap<&SessionId, &Debt> {
        self.debts.iter().map(|debt| (&debt.session, debt)).collect()
    }

    /// How many sessions are over for good.
    #[must_use]
    pub fn terminal(&self) -> usize {
        let debts = self.debts_by_session();
        self.sessions.iter().filter(|head| is_terminal(head, debts.get(&head.session).copied())).count()
    }

    /// Whether every alert has been told to everybody, and every fault and its end.
    #[must_use]
    pub fn is_everything_told(&self) -> bool {
        self.alerts.iter().all(|alert| {
            let is_fault = matches!(alert.fact, Fact::Fault(_));
            let is_resolved = alert.state() == State::Resolved;
            let done = |telling: &Telling| !matches!(telling, Telling::Pending { .. });
            (!is_fault || is_resolved)
                && alert
                    .deliveries
                    .iter()
                    .all(|delivery| done(&delivery.opening) && (!is_resolved || done(&delivery.resolution)))
        })
    }

    fn published(&self) -> usize {
        let told = |telling: &Telling| usize::from(matches!(telling, Telling::Told { .. }));
        let deliveries = self.alerts.iter().flat_map(|alert| &alert.deliveries);
        deliveries.map(|delivery| told(&delivery.opening) + told(&delivery.resolution)).sum()
    }

    fn shared_stations(&self) -> usize {
        let mut shared = BTreeSet::<&StationId>::new();
        for (number, one) in self.sessions.iter().enumerate() {
            for other in &self.sessions[number + 1..] {
                if one.session.station == other.session.station && overlap(one, other) {
                    shared.insert(&one.session.station);
                }
            }
        }
        shared.len()
    }

    /// The figures, and what is wrong with them.
    #[must_use]
    pub fn summary(&self, expected: &Expected) -> Summary {
        let debts = self.debts_by_session();
        let minor = |head: &Head| head.total.map_or(0, |total| total.minor);
        let billed_minor = self.sessions.iter().map(minor).sum();
        let captured_minor = self.payments.iter().map(|payment| payment.captured.minor).sum();
        let is_unpaid = |head: &&Head| {
            debts.get(&head.session).is_none_or(|debt| !matches!(debt.state, PaymentState::Succeeded { .. }))
        };
        let declined =
            |debt: &&Debt| matches!(debt.state, PaymentState::Declined { .. } | PaymentState::Uncollectible { .. });
        let faults = || self.alerts.iter().filter(|alert| matches!(alert.fact, Fact::Fault(_)));
        let mut summary = Summary {
            stations: self.sessions.iter().map(|head| &head.session.station).collect::<BTreeSet<_>>().len(),
            sessions: self.sessions.len(),
            zero_energy_sessions: self.sessions.iter().filter(|head| head.energy_wh == Some(0)).count(),
            duplicated_sessions: expected.duplicated_sessions,
            reordered_sessions: expected.reordered_sessions,
            shared_stations: self.shared_stations(),
            energy_wh: self.sessions.iter().filter_map(|head| head.energy_wh).sum(),
            evses: expected.registers.len(),
            evses_as_counted: expected
                .registers
                .iter()
                .filter(|counted| bills::is_as_counted(counted, &self.cdrs))
                .count(),
            cdrs: self.cdrs.len(),
            cdrs_repriced_alike: self.cdrs.iter().filter(|cdr| bills::is_repeatable(cdr)).count(),
            receipts: self.receipts.len(),
            currency: self.sessions.iter().find_map(|head| head.total).map(|total| total.currency),
            billed_minor,
            captured_minor,
            unpaid_minor: self.sessions.iter().filter(is_unpaid).map(minor).sum(),
            declined: self.debts.iter().filter(declined).count(),
            faults_opened: faults().count(),
            faults_cleared: faults().filter(|alert| alert.state() == State::Resolved).count(),
            stock_alerts: self.alerts.iter().filter(|alert| matches!(alert.fact, Fact::StockLow(_))).count(),
            alerts_published: self.published(),
            quarantined: self.quarantined,
            failed_checks: Vec::new(),
        };
        summary.failed_checks = self.failed_checks(&summary, expected);
        summary
    }

    fn failed_checks(&self, summary: &Summary, expected: &Expected) -> Vec<String> {
        let open = self.sessions.len() - self.terminal();
        let billed = self.sessions.iter().filter(|head| head.state == SessionState::Billed).count();
        let review = self.sessions.iter().filter(|head| head.state == SessionState::Review).count();
        let checks = [
            (open == 0, format!("{open} sessions are not over")),
            (review == 0, format!("{review} sessions wait for a person")),
            (summary.stations >= 10, format!("only {} stations ran a session", summary.stations)),
            (summary.sessions >= 30, format!("only {} sessions", summary.sessions)),
            (
                summary.sessions == expected.sessions,
                format!("{} sessions in the tables, the stations ran {}", summary.sessions, expected.sessions),
            ),
            (
                summary.energy_wh == expected.energy_wh,
                format!("{} Wh billed, the registers show {} Wh", summary.energy_wh, expected.energy_wh),
            ),
            (
                summary.evses_as_counted == summary.evses,
                format!(
                    "the sessions of {} of {} EVSEs are what their registers counted",
                    summary.evses_as_counted, summary.evses
                ),
            ),
            (summary.cdrs == billed, format!("{} CDRs of {billed} billed sessions", summary.cdrs)),
            (
                summary.cdrs_repriced_alike == summary.cdrs,
                format!("{} of {} CDRs cost the same when priced again", summary.cdrs_repriced_alike, summary.cdrs),
            ),
            (
                summary.billed_minor == summary.captured_minor + summary.unpaid_minor,
                format!(
                    "billed {} is not captured {} + unpaid {}",
                    summary.billed_minor, summary.captured_minor, summary.unpaid_minor
                ),
            ),
            (
                summary.captured_minor == expected.captured_minor,
                format!("captured {} by our ledger, {} by Stripe's", summary.captured_minor, expected.captured_minor),
            ),
            (summary.captured_minor > 0, "nothing was paid".to_owned()),
            (summary.declined >= 1, "no card was declined".to_owned()),
            (summary.zero_energy_sessions >= 1, "no session without energy".to_owned()),
            (summary.duplicated_sessions >= 1, "no session was sent twice".to_owned()),
            (summary.reordered_sessions >= 1, "no session was sent out of order".to_owned()),
            (summary.shared_stations >= 1, "no two vehicles at once on one station".to_owned()),
            (summary.faults_opened >= 3, format!("only {} faults opened", summary.faults_opened)),
            (
                summary.faults_cleared == summary.faults_opened,
                format!("{} faults opened, {} cleared", summary.faults_opened, summary.faults_cleared),
            ),
            (summary.stock_alerts == 1, format!("{} low-stock alerts", summary.stock_alerts)),
            (self.is_everything_told(), "an alert has not been told to everybody".to_owned()),
            (
                summary.quarantined == expected.refused,
                format!("{} inputs in quarantine, {} were refused", summary.quarantined, expected.refused),
            ),
            (
                expected.violations.is_empty(),
                format!("requests outside of Stripe's published API: {}", expected.violations.join("; ")),
            ),
            (expected.dead_letters == 0, format!("{} messages in dead-letter queues", expected.dead_letters)),
        ];
        let failed = checks.into_iter().filter(|(holds, _)| !holds).map(|(_, text)| text);
        failed.chain(bills::misnumbered(&self.sessions, &self.cdrs, &self.receipts)).collect()
    }
}

fn overlap(one: &Head, other: &Head) -> bool {
    match (one.started_at, one.ended_at, other.started_at, other.ended_at) {
        (Some(start), Some(end), Some(other_start), Some(other_end)) => start < other_end && other_start < end,
        _ => false,
    }
}
