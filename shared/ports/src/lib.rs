//! What the functions need from the outside, by capability: one small trait each, no AWS type in any signature.
//!
//! A trait is as small as the permission that allows it. Every write that can be repeated is safe to repeat: it is conditional on
//! the `version` that was read (0: not stored yet) or on absence, and says so in its outcome ([`Saved`], [`Put`], …).

mod admissions;
mod alerts;
mod assets;
mod books;
mod cards;
mod clock;
mod connectors;
mod debts;
mod disturbances;
mod due;
mod error;
mod health;
mod holds;
pub mod intake;
mod joined;
mod payments;
mod presence;
mod quarantine;
mod readings;
mod receipts;
mod record;
mod returns;
mod secrets;
mod sessions;
mod stations;
mod stock;

pub use admissions::{Allowed, Claimed, Identity, IssueIdentities, KeepAdmissions};
pub use alerts::{KeepAlerts, PublishAlerts, PublishError, Raised};
pub use assets::{
    Current, Driver, KeepAssets, Language, ListStations, Operator, ReadDrivers, ReadStations, ReadTariffs,
    RemoveStations, Site, Station, StationConnector,
};
pub use books::{ReadBills, ReadStripeBooks, StripeBooks};
pub use cards::{CardOrder, KeepCards, MarkCards, PageState, ReadUnpaid, SaveCards, SavedCard};
pub use clock::Clock;
pub use connectors::{ConnectorRow, KeepConnectors, Live};
pub use debts::{KeepDebts, MarkDebts, Payment, RememberEvents, Remembered};
pub use disturbances::{DisturbanceRow, KeepDisturbances};
pub use due::{Due, FindDue};
pub use error::{BoxError, PortError};
pub use health::{HealthRow, ReadHealth};
pub use holds::{HeldIntent, HoldRequest, KeepHolds, MarkHolds, OpenHolds, Payable, TakeHolds, WithHold};
pub use joined::{AnswersAndKeys, AnswersAndPayments, Ports};
pub use payments::{Intent, IntentRequest, IntentStatus, PaymentError, TakePayments};
pub use presence::{KeepOutages, KeepPresence, OutageRow, PresenceRow};
pub use quarantine::{KeepQuarantine, Quarantined};
pub use readings::{Check, Doubt, Mark, SignedReading, VerifyReadings};
pub use receipts::KeepReceipts;
pub use record::{FailedRecord, Record};
pub use returns::{
    GiveBack, KeepReturns, MarkReturns, ReadPayments, RefundRequest, RefundStatus, ShownDispute, ShownRefund,
};
pub use secrets::{ReadSecret, Secret};
pub use sessions::{KeepSessions, Put, Settled, StoreMessages};
pub use stations::{AnswerStations, CommandStations};
pub use stock::{KeepStock, StockMove, StockSaved};

/// How a conditional write ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Saved {
    /// It is stored.
    Done,
    /// Somebody else wrote first: read again and decide again.
    Conflict,
}
