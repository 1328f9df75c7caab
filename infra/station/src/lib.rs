//! The simulated charging station.
//!
//! It speaks to the system only as a real one would: over MQTT, with the messages of the contract and nothing else. What it does is
//! a [`Plan`], a plain value that is written by hand or drawn from a seed. A [`StationModel`] steps through the plan in whole seconds
//! and knows neither network nor clock; a [`Station`] keeps what the model says until it has been acknowledged; [`run`] connects
//! both to a broker and to the one [`Clock`].

mod clock;
mod command;
pub mod contract;
mod demand;
mod draw;
mod electrics;
mod event;
mod evse;
mod fault;
mod link;
mod meter;
mod model;
mod outbox;
mod plan;
mod quantity;
mod run;
mod session;
mod station;
mod telemetry;
mod upload;
mod vehicle;

pub use clock::Clock;
pub use demand::Demand;
pub use event::{RegisterSpan, Report, StationEvent, Summary};
pub use fault::{FaultKind, ScriptedFault};
pub use model::{Output, StationModel};
pub use outbox::{Acknowledgement, Backoff, Outbox};
pub use plan::{Arrival, EvsePlan, EvseSpec, Plan, PlanError, RawMessage, StockEvent, Upload};
pub use run::{ConfigError, StationConfig, run};
pub use station::{Handed, Outgoing, Station};
pub use vehicle::{Current, Vehicle};
