//! The ports that no mutant touches.

use std::collections::BTreeSet;
use std::future::Future;

use alerts::{AlertChange, Publication};
use billing::assignment::AssignedTariff;
use billing::money::Money;
use billing::payment::{CardRequest, Hold, Returns};
use billing::receipt::Issued;
use billing::session::Head;
use faults::FaultId;
use jiff::Timestamp;
use messages::{Ack, Command, ConnectorKey, DriverId, HoldId, IdToken, SessionId, SiteId, StationId};
use ports::{
    AnswerStations, CardOrder, Check, CommandStations, ConnectorRow, DisturbanceRow, Driver, Due, FindDue, HealthRow,
    HeldIntent, HoldRequest, KeepCards, KeepConnectors, KeepDisturbances, KeepHolds, KeepOutages, KeepPresence,
    KeepQuarantine, KeepReceipts, KeepReturns, ListStations, MarkCards, MarkHolds, MarkReturns, OutageRow, PageState,
    Payment, PaymentError, PortError, PresenceRow, PublishAlerts, PublishError, Quarantined, ReadDrivers, ReadHealth,
    ReadPayments, ReadSecret, ReadStations, ReadTariffs, ReadUnpaid, RememberEvents, Remembered, SaveCards, Saved,
    SavedCard, Secret, Site, Station, TakeHolds, VerifyReadings, WithHold,
};

use super::Sabotaged;

macro_rules! passed_on {
    ($($trait:ident { $(fn $method:ident($($argument:ident: $type:ty),*) -> $output:ty;)* })*) => {
        $(impl $trait for Sabotaged {
            $(fn $method(&self, $($argument: $type),*) -> impl Future<Output = $output> + Send {
                self.wires.$method($($argument),*)
            })*
        })*
    };
}

passed_on! {
    ReadStations {
        fn station(id: &StationId) -> Result<Option<Station>, PortError>;
        fn site(id: &SiteId) -> Result<Option<Site>, PortError>;
    }
    ListStations { fn stations_of(site: &SiteId) -> Result<Vec<Station>, PortError>; }
    ReadTariffs { fn tariffs(site: &SiteId) -> Result<Vec<AssignedTariff>, PortError>; }
    ReadDrivers { fn driver_of(token: &IdToken) -> Result<Option<Driver>, PortError>; }
    ReadHealth { fn health(station: &StationId, key: ConnectorKey) -> Result<Option<HealthRow>, PortError>; }
    KeepReceipts {
        fn last_receipt(series: &SiteId) -> Result<Option<Issued>, PortError>;
        fn receipts(series: &SiteId) -> Result<Vec<Issued>, PortError>;
        fn issue(receipt: &Issued, head: &Head) -> Result<Saved, PortError>;
    }
    KeepHolds {
        fn hold(id: &HoldId) -> Result<Option<Hold>, PortError>;
        fn save_hold(hold: &Hold, with: &WithHold) -> Result<Saved, PortError>;
    }
    MarkHolds { fn mark_hold_due(id: &HoldId, now: Timestamp) -> Result<bool, PortError>; }
    TakeHolds {
        fn create_hold(key: &str, request: &HoldRequest) -> Result<HeldIntent, PaymentError>;
        fn confirm_hold(key: &str, intent: &str, payment_method: &str) -> Result<HeldIntent, PaymentError>;
        fn read_hold(intent: &str) -> Result<HeldIntent, PaymentError>;
        fn capture_hold(key: &str, intent: &str, amount: Money) -> Result<HeldIntent, PaymentError>;
        fn release_hold(key: &str, intent: &str) -> Result<HeldIntent, PaymentError>;
        fn find_hold(request: &HoldRequest, since: Timestamp) -> Result<Option<HeldIntent>, PaymentError>;
    }
    ReadPayments {
        fn payments_of(session: &SessionId) -> Result<Vec<Payment>, PortError>;
        fn payment_by(intent: &str) -> Result<Option<Payment>, PortError>;
    }
    KeepReturns {
        fn returns(session: &SessionId) -> Result<Vec<Returns>, PortError>;
        fn ask_returns(returns: &Returns) -> Result<Saved, PortError>;
        fn save_returns(returns: &Returns, alerts: &[AlertChange]) -> Result<Saved, PortError>;
    }
    MarkReturns {
        fn mark_returns_due(session: &SessionId, payment: u32, now: Timestamp) -> Result<bool, PortError>;
    }
    KeepCards {
        fn card_request(driver: &DriverId) -> Result<Option<CardRequest>, PortError>;
        fn ask_card(request: &CardRequest) -> Result<Saved, PortError>;
        fn save_card_request(request: &CardRequest, card: Option<&SavedCard>) -> Result<Saved, PortError>;
    }
    MarkCards { fn mark_card_due(driver: &DriverId, now: Timestamp) -> Result<bool, PortError>; }
    ReadUnpaid { fn unpaid_of(driver: &DriverId) -> Result<Vec<SessionId>, PortError>; }
    SaveCards {
        fn open_card_page(key: &str, order: &CardOrder) -> Result<PageState, PaymentError>;
        fn read_card_page(page: &str) -> Result<PageState, PaymentError>;
    }
    RememberEvents { fn remember_event(id: &str, now: Timestamp) -> Result<Remembered, PortError>; }
    KeepPresence {
        fn presence(station: &StationId) -> Result<Option<PresenceRow>, PortError>;
        fn save_presence(row: &PresenceRow) -> Result<Saved, PortError>;
    }
    KeepOutages {
        fn outage(site: &SiteId) -> Result<Option<OutageRow>, PortError>;
        fn gone(site: &SiteId) -> Result<BTreeSet<StationId>, PortError>;
        fn save_watch(row: &PresenceRow, outage: Option<&OutageRow>, alerts: &[AlertChange]) -> Result<Saved, PortError>;
    }
    KeepConnectors {
        fn connectors(station: &StationId) -> Result<Vec<ConnectorRow>, PortError>;
        fn save_connector(row: &ConnectorRow, alerts: &[AlertChange]) -> Result<Saved, PortError>;
    }
    KeepDisturbances {
        fn disturbance(site: &SiteId, fault: &FaultId) -> Result<Option<DisturbanceRow>, PortError>;
        fn save_disturbed(
            row: Option<&ConnectorRow>, disturbances: &[DisturbanceRow], alerts: &[AlertChange]
        ) -> Result<Saved, PortError>;
    }
    KeepQuarantine { fn quarantine(input: &Quarantined) -> Result<(), PortError>; }
    FindDue { fn find_due(before: Timestamp, limit: usize) -> Result<Vec<Due>, PortError>; }
    AnswerStations { fn ack(station: &StationId, ack: &Ack) -> Result<(), PortError>; }
    CommandStations { fn command(station: &StationId, command: &Command) -> Result<(), PortError>; }
    PublishAlerts { fn publish(publication: &Publication) -> Result<(), PublishError>; }
    ReadSecret { fn secret(fresh: bool) -> Result<Option<Secret<String>>, PortError>; }
}

impl VerifyReadings for Sabotaged {
    fn verify_reading(&self, signed: &str, meter_key: Option<&str>) -> Check {
        self.wires.verify_reading(signed, meter_key)
    }
}
