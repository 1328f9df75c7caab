//! Talking back to stations.

use std::future::Future;

use messages::{Ack, Command, StationId};

use crate::PortError;

/// Answering messages.
pub trait AnswerStations {
    /// Publishes an ack; a station that misses it sends its message again.
    fn ack(&self, station: &StationId, ack: &Ack) -> impl Future<Output = Result<(), PortError>> + Send;
}

/// Asking stations to do something.
pub trait CommandStations {
    /// Publishes a command.
    fn command(&self, station: &StationId, command: &Command) -> impl Future<Output = Result<(), PortError>> + Send;
}
