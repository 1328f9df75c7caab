//! The ports on AWS: DynamoDB, SNS, the IoT data plane and Secrets Manager; and what queues and streams bring, decoded.
//!
//! [`Dynamo`] implements every port that is kept in a table, one file per port; each function uses the few it may. Every write is
//! conditional on a version or on absence. What must happen together is one transaction: see [`Dynamo`].

mod admissions;
mod alerts;
mod answers;
mod assets;
mod books;
mod cards;
mod change;
mod clients;
mod connectors;
mod debts;
pub mod decode;
mod disturbances;
mod due;
mod dynamo;
mod error;
mod everything;
mod health;
mod holds;
mod item;
mod keys;
mod marks;
mod presence;
mod publish;
mod quarantine;
mod receipts;
mod returns;
mod secrets;
mod sessions;
mod settings;
mod stock;
pub mod tables;
#[cfg(test)]
mod wire;
mod write;

pub use answers::Answers;
pub use clients::Clients;
pub use dynamo::{Dynamo, Tables};
pub use publish::Publisher;
pub use secrets::Secrets;
pub use settings::{Credentials, Settings, Timeouts};
