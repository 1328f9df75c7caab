//! What the signatures of a meter's readings are worth.

use serde::{Deserialize, Serialize};

/// What the signatures of a session's readings are worth to whoever pays for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignedReadings {
    /// The station sent none.
    #[default]
    None,
    /// They could not be verified: the meter's key is not known, or the first or the last reading is not signed.
    Unverified,
    /// The first and the last reading carry the meter's genuine signature, and say what is billed.
    Verified,
    /// A signature does not belong to its reading or to its meter, or says another value than is billed.
    Invalid,
}
