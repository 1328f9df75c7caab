//! Tables and the outside world as one set of ports.

use std::collections::BTreeSet;
use std::future::Future;

use alerts::{Alert, AlertChange, AlertId, Publication, stock::Stock};
use billing::{
    assignment::AssignedTariff,
    cdr::Cdr,
    money::Money,
    payment::{CardRequest, Debt, Hold, Returns},
    receipt::Issued,
    session::{Head, StoredMessage},
};
use faults::FaultId;
use jiff::Timestamp;
use messages::{Ack, Command, ConnectorKey, DriverId, HoldId, IdToken, ItemId, SessionId, SiteId, StationId};

use crate::{
    Allowed, AnswerStations, CardOrder, Check, Claimed, CommandStations, ConnectorRow, DisturbanceRow, Driver, Due,
    FindDue, GiveBack, HealthRow, HeldIntent, HoldRequest, Identity, Intent, IntentRequest, IssueIdentities,
    KeepAdmissions, KeepAlerts, KeepCards, KeepConnectors, KeepDebts, KeepDisturbances, KeepHolds, KeepOutages,
    KeepPresence, KeepQuarantine, KeepReceipts, KeepReturns, KeepSessions, KeepStock, ListStations, MarkCards,
    MarkDebts, MarkHolds, MarkReturns, OpenHolds, OutageRow, PageState, Payment, PaymentError, PortError, PresenceRow,
    PublishAlerts, PublishError, Put, Quarantined, Raised, ReadBills, ReadDrivers, ReadHealth, ReadPayments,
    ReadSecret, ReadStations, ReadStripeBooks, ReadTariffs, ReadUnpaid, RefundRequest, RememberEvents, Remembered,
    RemoveStations, SaveCards, Saved, SavedCard, Secret, Settled, ShownDispute, ShownRefund, Site, Station, StockMove,
    StockSaved, StoreMessages, StripeBooks, TakeHolds, TakePayments, VerifyReadings, WithHold,
};

/// What handlers are given: one half keeps state, the other reaches people, stations and Stripe. Both halves stay exchangeable by
/// themselves: the same tables serve the cloud and this machine, the same outside serves a test and a demonstration.
#[derive(Debug, Clone)]
pub struct Ports<T, O> {
    /// What keeps state.
    pub tables: T,
    /// What reaches the world.
    pub outside: O,
}

/// Two things outside as one: what reaches stations, and what knows how meters sign.
#[derive(Debug, Clone)]
pub struct AnswersAndKeys<A, K> {
    /// To stations.
    pub answers: A,
    /// To the keys of meters.
    pub keys: K,
}

/// Two things outside as one: what reaches stations, and what takes money.
#[derive(Debug, Clone)]
pub struct AnswersAndPayments<A, P> {
    /// To stations.
    pub answers: A,
    /// To Stripe.
    pub payments: P,
}

macro_rules! tables {
    ($trait:ident { $(fn $method:ident($($argument:ident: $type:ty),*) -> $output:ty;)* }) => {
        impl<T: $trait, O> $trait for Ports<T, O> {
            $(fn $method(&self, $($argument: $type),*) -> impl Future<Output = $output> + Send {
                self.tables.$method($($argument),*)
            })*
        }
    };
}

macro_rules! outside {
    ($trait:ident { $(fn $method:ident($($argument:ident: $type:ty),*) -> $output:ty;)* }) => {
        impl<T, O: $trait> $trait for Ports<T, O> {
            $(fn $method(&self, $($argument: $type),*) -> impl Future<Output = $output> + Send {
                self.outside.$method($($argument),*)
            })*
        }
    };
}

tables!(ReadStations {
    fn station(id: &StationId) -> Result<Option<Station>, PortError>;
    fn site(id: &SiteId) -> Result<Option<Site>, PortError>;
});
tables!(RemoveStations { fn remove_station(id: &StationId) -> Result<(), PortError>; });
tables!(KeepAdmissions {
    fn allow_claim(station: &StationId, until: Timestamp) -> Result<Allowed, PortError>;
    fn forbid_claim(station: &StationId) -> Result<(), PortError>;
    fn claim(station: &StationId, certificate_id: &str, now: Timestamp) -> Result<Claimed, PortError>;
});
tables!(KeepPresence {
    fn presence(station: &StationId) -> Result<Option<PresenceRow>, PortError>;
    fn save_presence(row: &PresenceRow) -> Result<Saved, PortError>;
});
tables!(KeepOutages {
    fn outage(site: &SiteId) -> Result<Option<OutageRow>, PortError>;
    fn gone(site: &SiteId) -> Result<BTreeSet<StationId>, PortError>;
    fn save_watch(row: &PresenceRow, outage: Option<&OutageRow>, alerts: &[AlertChange]) -> Result<Saved, PortError>;
});
tables!(ListStations { fn stations_of(site: &SiteId) -> Result<Vec<Station>, PortError>; });
tables!(ReadTariffs { fn tariffs(site: &SiteId) -> Result<Vec<AssignedTariff>, PortError>; });
tables!(ReadDrivers { fn driver_of(token: &IdToken) -> Result<Option<Driver>, PortError>; });
tables!(KeepConnectors {
    fn connectors(station: &StationId) -> Result<Vec<ConnectorRow>, PortError>;
    fn save_connector(row: &ConnectorRow, alerts: &[AlertChange]) -> Result<Saved, PortError>;
});
tables!(KeepDisturbances {
    fn disturbance(site: &SiteId, fault: &FaultId) -> Result<Option<DisturbanceRow>, PortError>;
    fn save_disturbed(
        row: Option<&ConnectorRow>, disturbances: &[DisturbanceRow], alerts: &[AlertChange]
    ) -> Result<Saved, PortError>;
});
tables!(StoreMessages {
    fn put_message(session: &SessionId, message: &StoredMessage) -> Result<Put, PortError>;
    fn messages(session: &SessionId) -> Result<Vec<StoredMessage>, PortError>;
});
tables!(KeepSessions {
    fn head(session: &SessionId) -> Result<Option<Head>, PortError>;
    fn save_head(head: &Head) -> Result<Saved, PortError>;
    fn settle(settled: &Settled) -> Result<Saved, PortError>;
});
tables!(KeepReceipts {
    fn last_receipt(series: &SiteId) -> Result<Option<Issued>, PortError>;
    fn receipts(series: &SiteId) -> Result<Vec<Issued>, PortError>;
    fn issue(receipt: &Issued, head: &Head) -> Result<Saved, PortError>;
});
tables!(ReadHealth { fn health(station: &StationId, key: ConnectorKey) -> Result<Option<HealthRow>, PortError>; });
tables!(KeepDebts {
    fn debt(session: &SessionId) -> Result<Option<Debt>, PortError>;
    fn save_debt(debt: &Debt, payment: Option<&Payment>, alerts: &[AlertChange]) -> Result<Saved, PortError>;
});
tables!(MarkDebts { fn mark_debt_due(session: &SessionId, now: Timestamp) -> Result<bool, PortError>; });
tables!(OpenHolds { fn open_hold(hold: &Hold) -> Result<Saved, PortError>; });
tables!(KeepHolds {
    fn hold(id: &HoldId) -> Result<Option<Hold>, PortError>;
    fn save_hold(hold: &Hold, with: &WithHold) -> Result<Saved, PortError>;
});
tables!(MarkHolds { fn mark_hold_due(id: &HoldId, now: Timestamp) -> Result<bool, PortError>; });
tables!(ReadPayments {
    fn payments_of(session: &SessionId) -> Result<Vec<Payment>, PortError>;
    fn payment_by(intent: &str) -> Result<Option<Payment>, PortError>;
});
tables!(KeepReturns {
    fn returns(session: &SessionId) -> Result<Vec<Returns>, PortError>;
    fn ask_returns(returns: &Returns) -> Result<Saved, PortError>;
    fn save_returns(returns: &Returns, alerts: &[AlertChange]) -> Result<Saved, PortError>;
});
tables!(MarkReturns {
    fn mark_returns_due(session: &SessionId, payment: u32, now: Timestamp) -> Result<bool, PortError>;
});
tables!(KeepCards {
    fn card_request(driver: &DriverId) -> Result<Option<CardRequest>, PortError>;
    fn ask_card(request: &CardRequest) -> Result<Saved, PortError>;
    fn save_card_request(request: &CardRequest, card: Option<&SavedCard>) -> Result<Saved, PortError>;
});
tables!(MarkCards { fn mark_card_due(driver: &DriverId, now: Timestamp) -> Result<bool, PortError>; });
tables!(ReadUnpaid { fn unpaid_of(driver: &DriverId) -> Result<Vec<SessionId>, PortError>; });
tables!(ReadBills { fn bills_since(since: Timestamp) -> Result<Vec<Cdr>, PortError>; });
tables!(RememberEvents { fn remember_event(id: &str, now: Timestamp) -> Result<Remembered, PortError>; });
tables!(KeepAlerts {
    fn alert(id: &AlertId) -> Result<Option<Alert>, PortError>;
    fn raise(alert: &Alert) -> Result<Raised, PortError>;
    fn save_alert(alert: &Alert) -> Result<Saved, PortError>;
    fn mark_alert_due(id: &AlertId, now: Timestamp) -> Result<(), PortError>;
});
tables!(KeepStock {
    fn stock(site: &SiteId, item: &ItemId) -> Result<Option<Stock>, PortError>;
    fn save_stock(stock: &Stock, cause: &StockMove, alerts: &[AlertChange]) -> Result<StockSaved, PortError>;
});
tables!(KeepQuarantine { fn quarantine(input: &Quarantined) -> Result<(), PortError>; });
tables!(FindDue { fn find_due(before: Timestamp, limit: usize) -> Result<Vec<Due>, PortError>; });

outside!(AnswerStations { fn ack(station: &StationId, ack: &Ack) -> Result<(), PortError>; });
outside!(CommandStations { fn command(station: &StationId, command: &Command) -> Result<(), PortError>; });
outside!(IssueIdentities {
    fn issue(station: &StationId) -> Result<Identity, PortError>;
    fn certificates(station: &StationId) -> Result<Vec<String>, PortError>;
    fn revoke(station: &StationId, certificate_id: &str) -> Result<(), PortError>;
    fn delete_thing(station: &StationId) -> Result<(), PortError>;
});
outside!(PublishAlerts { fn publish(publication: &Publication) -> Result<(), PublishError>; });
outside!(ReadSecret { fn secret(fresh: bool) -> Result<Option<Secret<String>>, PortError>; });
outside!(TakePayments {
    fn create_intent(key: &str, request: &IntentRequest) -> Result<Intent, PaymentError>;
    fn confirm_intent(key: &str, intent: &str, payment_method: &str) -> Result<Intent, PaymentError>;
    fn read_intent(intent: &str) -> Result<Intent, PaymentError>;
    fn cancel_intent(key: &str, intent: &str) -> Result<Intent, PaymentError>;
    fn find_intent(request: &IntentRequest, since: Timestamp) -> Result<Option<Intent>, PaymentError>;
});

outside!(TakeHolds {
    fn create_hold(key: &str, request: &HoldRequest) -> Result<HeldIntent, PaymentError>;
    fn confirm_hold(key: &str, intent: &str, payment_method: &str) -> Result<HeldIntent, PaymentError>;
    fn read_hold(intent: &str) -> Result<HeldIntent, PaymentError>;
    fn capture_hold(key: &str, intent: &str, amount: Money) -> Result<HeldIntent, PaymentError>;
    fn release_hold(key: &str, intent: &str) -> Result<HeldIntent, PaymentError>;
    fn find_hold(request: &HoldRequest, since: Timestamp) -> Result<Option<HeldIntent>, PaymentError>;
});

outside!(GiveBack {
    fn create_refund(request: &RefundRequest) -> Result<ShownRefund, PaymentError>;
    fn find_refund(request: &RefundRequest) -> Result<Option<ShownRefund>, PaymentError>;
    fn read_refund(refund: &str) -> Result<ShownRefund, PaymentError>;
    fn disputes_of(intent: &str) -> Result<Vec<ShownDispute>, PaymentError>;
});

outside!(SaveCards {
    fn open_card_page(key: &str, order: &CardOrder) -> Result<PageState, PaymentError>;
    fn read_card_page(page: &str) -> Result<PageState, PaymentError>;
});

outside!(ReadStripeBooks { fn stripe_books(since: Timestamp) -> Result<StripeBooks, PaymentError>; });

impl<T, O: VerifyReadings> VerifyReadings for Ports<T, O> {
    fn verify_reading(&self, signed: &str, meter_key: Option<&str>) -> Check {
        self.outside.verify_reading(signed, meter_key)
    }
}

impl<A: AnswerStations, K> AnswerStations for AnswersAndKeys<A, K> {
    fn ack(&self, station: &StationId, ack: &Ack) -> impl Future<Output = Result<(), PortError>> + Send {
        self.answers.ack(station, ack)
    }
}

impl<A: CommandStations, K> CommandStations for AnswersAndKeys<A, K> {
    fn command(&self, station: &StationId, command: &Command) -> impl Future<Output = Result<(), PortError>> + Send {
        self.answers.command(station, command)
    }
}

impl<A, K: VerifyReadings> VerifyReadings for AnswersAndKeys<A, K> {
    fn verify_reading(&self, signed: &str, meter_key: Option<&str>) -> Check {
        self.keys.verify_reading(signed, meter_key)
    }
}

impl<A: CommandStations, P> CommandStations for AnswersAndPayments<A, P> {
    fn command(&self, station: &StationId, command: &Command) -> impl Future<Output = Result<(), PortError>> + Send {
        self.answers.command(station, command)
    }
}

macro_rules! payments {
    ($trait:ident { $(fn $method:ident($($argument:ident: $type:ty),*) -> $output:ty;)* }) => {
        impl<A, P: $trait> $trait for AnswersAndPayments<A, P> {
            $(fn $method(&self, $($argument: $type),*) -> impl Future<Output = $output> + Send {
                self.payments.$method($($argument),*)
            })*
        }
    };
}

payments!(GiveBack {
    fn create_refund(request: &RefundRequest) -> Result<ShownRefund, PaymentError>;
    fn find_refund(request: &RefundRequest) -> Result<Option<ShownRefund>, PaymentError>;
    fn read_refund(refund: &str) -> Result<ShownRefund, PaymentError>;
    fn disputes_of(intent: &str) -> Result<Vec<ShownDispute>, PaymentError>;
});
payments!(TakePayments {
    fn create_intent(key: &str, request: &IntentRequest) -> Result<Intent, PaymentError>;
    fn confirm_intent(key: &str, intent: &str, payment_method: &str) -> Result<Intent, PaymentError>;
    fn read_intent(intent: &str) -> Result<Intent, PaymentError>;
    fn cancel_intent(key: &str, intent: &str) -> Result<Intent, PaymentError>;
    fn find_intent(request: &IntentRequest, since: Timestamp) -> Result<Option<Intent>, PaymentError>;
});
payments!(TakeHolds {
    fn create_hold(key: &str, request: &HoldRequest) -> Result<HeldIntent, PaymentError>;
    fn confirm_hold(key: &str, intent: &str, payment_method: &str) -> Result<HeldIntent, PaymentError>;
    fn read_hold(intent: &str) -> Result<HeldIntent, PaymentError>;
    fn capture_hold(key: &str, intent: &str, amount: Money) -> Result<HeldIntent, PaymentError>;
    fn release_hold(key: &str, intent: &str) -> Result<HeldIntent, PaymentError>;
    fn find_hold(request: &HoldRequest, since: Timestamp) -> Result<Option<HeldIntent>, PaymentError>;
});
payments!(SaveCards {
    fn open_card_page(key: &str, order: &CardOrder) -> Result<PageState, PaymentError>;
    fn read_card_page(page: &str) -> Result<PageState, PaymentError>;
});
