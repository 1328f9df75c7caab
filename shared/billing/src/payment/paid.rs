//! Money that was captured.

use jiff::Timestamp;
use messages::SessionId;
use serde::{Deserialize, Serialize};

use crate::money::Money;

/// Money that moved for a session; written once, together with the debt's final state.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The session that is paid.
    pub session: SessionId,
    /// Which payment of the session, from 1.
    pub number: u32,
    /// The Stripe `PaymentIntent`.
    pub intent: String,
    /// What was captured.
    pub captured: Money,
    /// When we learned of it.
    pub at: Timestamp,
}
