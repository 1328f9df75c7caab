//! What stations and the cloud say to each other over MQTT: one file per message, parsed strictly, limited in size.
//!
//! Unknown fields are ignored and unknown enum values are kept as text, so that a newer station still talks to an older cloud.
//! Pure: bytes in, values or a [`Refusal`] out.

mod ack;
mod command;
mod envelope;
mod fields;
mod ids;
mod language;
mod lifecycle;
mod refusal;
mod stock;
mod telemetry;
mod transaction;

pub use ack::{Ack, AckResult, IdTokenStatus};
pub use command::{Command, CommandKind, CommandOutcome, CommandResult};
pub use envelope::{Address, Envelope, Kind};
pub use ids::{
    BadId, ConnectorKey, DriverId, HoldId, IdToken, ItemId, SessionId, SiteId, StationId, TariffId, TransactionId,
};
pub use language::Language;
pub use lifecycle::{Connection, LifecycleEvent};
pub use refusal::{Reason, Refusal};
pub use stock::{StockChange, StockMessage};
pub use telemetry::{Sample, Status, parse_telemetry};
pub use transaction::{ChargingState, EventType, RefusedTransaction, TransactionMessage};

/// The highest register reading that is believed, Wh. Above it a reading is refused: no meter reaches it in its life.
pub const MAX_REGISTER_WH: i64 = 10_000_000_000;
