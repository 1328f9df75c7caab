//! Onboarding of stations: the operator's orders, and AWS IoT's question whether a station may claim a certificate.
//!
//! A station connects with a certificate of its own, attached to a thing of its name. It gets one in either of two ways: the operator
//! admits it and installs certificate and key, or the operator lets it claim one with a certificate that all new stations share (AWS IoT
//! fleet provisioning by claim). A claim needs a registered station on the allow-list and can be used once.

mod claim;
mod order;

pub use claim::{Claim, Decision};
pub use order::{Order, Outcome};

use jiff::Timestamp;
use ports::{IssueIdentities, KeepAdmissions, KeepAlerts, PortError, ReadStations, RemoveStations};
use serde::{Deserialize, Serialize};

/// What the client ids of stations that claim a certificate begin with, by the policy of the claim certificate. No station may be called
/// so: whoever holds that certificate could take its connection.
pub const CLAIMING: &str = "claim-";

/// What onboarding takes.
pub trait AdmitPorts: ReadStations + RemoveStations + KeepAdmissions + IssueIdentities + KeepAlerts + Sync {}

impl<P: ReadStations + RemoveStations + KeepAdmissions + IssueIdentities + KeepAlerts + Sync> AdmitPorts for P {}

/// What the function is invoked with. AWS IoT writes every field of a claim but its parameters, so a station cannot give orders.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub enum Request {
    /// By an operator, who may invoke the function.
    Order(Order),
    /// By AWS IoT, before it provisions a station.
    Claim(Claim),
}

/// What it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// To an operator.
    Order(Outcome),
    /// To AWS IoT.
    Claim(Decision),
}

/// Carries out an order, or decides a claim.
///
/// # Errors
/// [`PortError`]: something outside did not answer. It may be repeated: what was done by then is done once, or refused with its name.
pub async fn handle(ports: &impl AdmitPorts, now: Timestamp, request: Request) -> Result<Answer, PortError> {
    match request {
        Request::Order(order) => order::carry_out(ports, now, order).await.map(Answer::Order),
        Request::Claim(claim) => claim::decide(ports, now, claim).await.map(Answer::Claim),
    }
}
