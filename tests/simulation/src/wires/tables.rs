//! The tables, which are throttled at times and whose replies get lost.

use std::collections::BTreeSet;

use alerts::{Alert, AlertChange, AlertId};
use billing::assignment::AssignedTariff;
use billing::payment::{CardRequest, Debt, Hold, Returns};
use billing::receipt::Issued;
use billing::session::{Head, StoredMessage};
use faults::FaultId;
use jiff::Timestamp;
use messages::{ConnectorKey, DriverId, HoldId, IdToken, SessionId, SiteId, StationId};
use ports::{
    ConnectorRow, DisturbanceRow, Driver, Due, FindDue, HealthRow, KeepAlerts, KeepCards, KeepConnectors, KeepDebts,
    KeepDisturbances, KeepHolds, KeepOutages, KeepPresence, KeepQuarantine, KeepReceipts, KeepReturns, KeepSessions,
    ListStations, MarkCards, MarkDebts, MarkHolds, MarkReturns, OutageRow, Payment, PortError, PresenceRow, Put,
    Quarantined, Raised, ReadDrivers, ReadHealth, ReadPayments, ReadStations, ReadTariffs, ReadUnpaid, RememberEvents,
    Remembered, Saved, SavedCard, Settled, Site, Station, StoreMessages, WithHold,
};

use super::{Reply, Wires, unheard};
use crate::points::Side;

/// One call: `read` has no effect; a `put` that is sent again meets what it wrote itself; a `commit` is known by its token and answers
/// as it did the first time.
macro_rules! call {
    (read $self:ident.$method:ident($($argument:ident),*)) => {{
        $self.give_way(stringify!($method), Side::Before).await;
        $self.taken(stringify!($method))?;
        let output = $self.tables.$method($($argument),*).await;
        $self.give_way(stringify!($method), Side::After).await;
        output
    }};
    (put $self:ident.$method:ident($($argument:ident),*)) => {{
        $self.give_way(stringify!($method), Side::Before).await;
        $self.taken(stringify!($method))?;
        let mut output = $self.tables.$method($($argument),*).await;
        let reply = $self.reply();
        if reply == Reply::AskedAgain {
            output = $self.tables.$method($($argument),*).await;
        }
        $self.give_way(stringify!($method), Side::After).await;
        if reply == Reply::Lost { Err(unheard(stringify!($method))) } else { output }
    }};
    (commit $self:ident.$method:ident($($argument:ident),*)) => {{
        $self.give_way(stringify!($method), Side::Before).await;
        $self.taken(stringify!($method))?;
        let output = $self.tables.$method($($argument),*).await;
        let reply = $self.reply();
        $self.give_way(stringify!($method), Side::After).await;
        if reply == Reply::Lost { Err(unheard(stringify!($method))) } else { output }
    }};
}

macro_rules! wired {
    ($($trait:ident { $($kind:ident fn $method:ident($($argument:ident: $type:ty),*) -> $output:ty;)* })*) => {
        $(impl $trait for Wires {
            $(async fn $method(&self, $($argument: $type),*) -> Result<$output, PortError> {
                call!($kind self.$method($($argument),*))
            })*
        })*
    };
}

wired! {
    ReadStations {
        read fn station(id: &StationId) -> Option<Station>;
        read fn site(id: &SiteId) -> Option<Site>;
    }
    ListStations { read fn stations_of(site: &SiteId) -> Vec<Station>; }
    ReadTariffs { read fn tariffs(site: &SiteId) -> Vec<AssignedTariff>; }
    ReadDrivers { read fn driver_of(token: &IdToken) -> Option<Driver>; }
    StoreMessages {
        put fn put_message(session: &SessionId, message: &StoredMessage) -> Put;
        read fn messages(session: &SessionId) -> Vec<StoredMessage>;
    }
    KeepSessions {
        read fn head(session: &SessionId) -> Option<Head>;
        put fn save_head(head: &Head) -> Saved;
        commit fn settle(settled: &Settled) -> Saved;
    }
    ReadHealth { read fn health(station: &StationId, key: ConnectorKey) -> Option<HealthRow>; }
    KeepReceipts {
        read fn last_receipt(series: &SiteId) -> Option<Issued>;
        read fn receipts(series: &SiteId) -> Vec<Issued>;
        commit fn issue(receipt: &Issued, head: &Head) -> Saved;
    }
    KeepDebts {
        read fn debt(session: &SessionId) -> Option<Debt>;
        commit fn save_debt(debt: &Debt, payment: Option<&Payment>, alerts: &[AlertChange]) -> Saved;
    }
    ReadPayments {
        read fn payments_of(session: &SessionId) -> Vec<Payment>;
        read fn payment_by(intent: &str) -> Option<Payment>;
    }
    KeepReturns {
        read fn returns(session: &SessionId) -> Vec<Returns>;
        commit fn ask_returns(returns: &Returns) -> Saved;
        commit fn save_returns(returns: &Returns, alerts: &[AlertChange]) -> Saved;
    }
    MarkReturns { put fn mark_returns_due(session: &SessionId, payment: u32, now: Timestamp) -> bool; }
    MarkDebts { put fn mark_debt_due(session: &SessionId, now: Timestamp) -> bool; }
    KeepHolds {
        read fn hold(id: &HoldId) -> Option<Hold>;
        commit fn save_hold(hold: &Hold, with: &WithHold) -> Saved;
    }
    MarkHolds { put fn mark_hold_due(id: &HoldId, now: Timestamp) -> bool; }
    KeepCards {
        read fn card_request(driver: &DriverId) -> Option<CardRequest>;
        put fn ask_card(request: &CardRequest) -> Saved;
        commit fn save_card_request(request: &CardRequest, card: Option<&SavedCard>) -> Saved;
    }
    MarkCards { put fn mark_card_due(driver: &DriverId, now: Timestamp) -> bool; }
    ReadUnpaid { read fn unpaid_of(driver: &DriverId) -> Vec<SessionId>; }
    RememberEvents { put fn remember_event(id: &str, now: Timestamp) -> Remembered; }
    KeepPresence {
        read fn presence(station: &StationId) -> Option<PresenceRow>;
        put fn save_presence(row: &PresenceRow) -> Saved;
    }
    KeepOutages {
        read fn outage(site: &SiteId) -> Option<OutageRow>;
        read fn gone(site: &SiteId) -> BTreeSet<StationId>;
        commit fn save_watch(row: &PresenceRow, outage: Option<&OutageRow>, alerts: &[AlertChange]) -> Saved;
    }
    KeepConnectors {
        read fn connectors(station: &StationId) -> Vec<ConnectorRow>;
        put fn save_connector(row: &ConnectorRow, alerts: &[AlertChange]) -> Saved;
    }
    KeepDisturbances {
        read fn disturbance(site: &SiteId, fault: &FaultId) -> Option<DisturbanceRow>;
        commit fn save_disturbed(
            row: Option<&ConnectorRow>, disturbances: &[DisturbanceRow], alerts: &[AlertChange]
        ) -> Saved;
    }
    KeepQuarantine { put fn quarantine(input: &Quarantined) -> (); }
}

impl KeepAlerts for Wires {
    async fn alert(&self, id: &AlertId) -> Result<Option<Alert>, PortError> {
        call!(read self.alert(id))
    }

    async fn raise(&self, alert: &Alert) -> Result<Raised, PortError> {
        call!(put self.raise(alert))
    }

    async fn save_alert(&self, alert: &Alert) -> Result<Saved, PortError> {
        self.give_way("save_alert", Side::Before).await;
        self.taken("save_alert")?;
        let mut output = self.tables.save_alert(alert).await;
        if matches!(output, Ok(Saved::Done)) {
            self.people.recorded(&alert.id, &self.unrecorded);
        }
        let reply = self.reply();
        if reply == Reply::AskedAgain {
            output = self.tables.save_alert(alert).await;
        }
        self.give_way("save_alert", Side::After).await;
        if reply == Reply::Lost { Err(unheard("save_alert")) } else { output }
    }

    async fn mark_alert_due(&self, id: &AlertId, now: Timestamp) -> Result<(), PortError> {
        call!(put self.mark_alert_due(id, now))
    }
}

impl FindDue for Wires {
    async fn find_due(&self, before: Timestamp, limit: usize) -> Result<Vec<Due>, PortError> {
        let found = call!(read self.find_due(before, limit))?;
        self.air.put(|air| air.swept.push(found.clone()));
        Ok(found)
    }
}
