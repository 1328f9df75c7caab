//! Whatever is due and not done.

use std::future::Future;

use alerts::AlertId;
use faults::FaultId;
use jiff::Timestamp;
use messages::{DriverId, HoldId, SessionId, SiteId, StationId};

use crate::PortError;

/// One thing that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// A session: it has ended and messages are missing, nothing was heard of it for long, or it is billed and has no receipt.
    Session {
        /// Which.
        id: SessionId,
        /// Since when.
        due_at: Timestamp,
    },
    /// A debt that nobody has finished.
    Debt {
        /// Of which session.
        id: SessionId,
        /// Since when.
        due_at: Timestamp,
    },
    /// A hold that nobody has finished, or that waits to be captured or released.
    Hold {
        /// Which.
        id: HoldId,
        /// Since when.
        due_at: Timestamp,
    },
    /// What goes back of a payment and nobody has finished.
    Returns {
        /// Of which session.
        id: SessionId,
        /// Of which payment of it.
        payment: u32,
        /// Since when.
        due_at: Timestamp,
    },
    /// A driver who is asked for a card.
    Card {
        /// Who.
        id: DriverId,
        /// Since when.
        due_at: Timestamp,
    },
    /// An alert that nobody has finished.
    Alert {
        /// Which.
        id: AlertId,
        /// Since when.
        due_at: Timestamp,
    },
    /// A station whose connection somebody must look at.
    Presence {
        /// Which.
        id: StationId,
        /// Since when.
        due_at: Timestamp,
    },
    /// A disturbance of a site that may be over.
    Disturbance {
        /// Where.
        site: SiteId,
        /// By which fault.
        fault: FaultId,
        /// Since when.
        due_at: Timestamp,
    },
}

impl Due {
    /// Since when it has been due.
    #[must_use]
    pub fn due_at(&self) -> Timestamp {
        match self {
            Self::Session { due_at, .. }
            | Self::Debt { due_at, .. }
            | Self::Hold { due_at, .. }
            | Self::Returns { due_at, .. }
            | Self::Card { due_at, .. }
            | Self::Alert { due_at, .. }
            | Self::Presence { due_at, .. }
            | Self::Disturbance { due_at, .. } => *due_at,
        }
    }
}

/// Finding what is due.
pub trait FindDue {
    /// What has been due since `before` or longer, the oldest of each partition first, at most `limit` in all.
    fn find_due(&self, before: Timestamp, limit: usize) -> impl Future<Output = Result<Vec<Due>, PortError>> + Send;
}
