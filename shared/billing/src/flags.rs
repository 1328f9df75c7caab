//! Remarks on a session: flags travel with the bill, diagnostics tell only of its delivery.

use serde::{Deserialize, Serialize};

/// Something about a session that whoever reads the bill must know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// The register passed its highest value.
    Rollover,
    /// The register jumped; what lies between is not billed.
    Reset,
    /// The first reading could not be and the next one took its place.
    ImplausibleStartReplaced,
    /// The end came without a reading; the last one before it counts.
    StopValueMissing,
    /// The register ended below its start.
    NegativeEnergy,
    /// Less energy than the meter can tell from none.
    BelowMinEnergy,
    /// The station's clock was off by a constant time, which was corrected.
    ClockSkew,
    /// The station's clock jumped within the session.
    ClockStep,
    /// Messages were still missing when the session was billed.
    Incomplete,
    /// A message arrived after the bill.
    AfterBill,
    /// A signed reading did not verify.
    SignatureInvalid,
    /// No tariff applied at the start.
    NoTariff,
    /// Nobody is known by the id token.
    NoPayer,
}

/// How the messages of a session were delivered; never part of a CDR.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Diagnostic {
    /// A message came more than once.
    Duplicate,
    /// A message came before an earlier one.
    OutOfOrder,
    /// A message came more than 24 hours after it happened.
    Late,
}
