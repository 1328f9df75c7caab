//! Receipts: a CDR on paper, with a number of its own.

mod number;

use jiff::Timestamp;
use messages::SessionId;
use serde::{Deserialize, Serialize};

pub use number::ReceiptNumber;

/// That a CDR has its receipt; it never changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Issued {
    /// Its number.
    pub number: ReceiptNumber,
    /// The session.
    pub session: SessionId,
    /// The CDR, by its id.
    pub cdr: String,
    /// When it was issued.
    pub issued_at: Timestamp,
}
