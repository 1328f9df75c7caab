//! What alerts are about: everything their texts need, so that an alert is complete in itself.

use billing::money::Money;
use faults::{Change, Episode, FaultId, Remedy, Severity};
use jiff::Timestamp;
use messages::{ConnectorKey, IdToken, ItemId, SessionId, SiteId, StationId};
use serde::{Deserialize, Serialize};

use crate::{AlertId, Contact};

/// Something that happened and that somebody must hear of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Fact {
    /// A fault opened.
    Fault(FaultFact),
    /// The same fault opened on much of a site.
    SiteFault(SiteFaultFact),
    /// A session was completed and priced.
    SessionCompleted(SessionFact),
    /// A payment failed.
    PaymentFailed(PaymentFact),
    /// A refund did not come about.
    RefundFailed(RefundFact),
    /// A bank asks for the money of a payment back.
    PaymentDisputed(DisputeFact),
    /// The books disagree.
    BooksDisagree(BooksFact),
    /// A spare part fell below its threshold.
    StockLow(StockFact),
    /// A session cannot be billed without a person.
    SessionReview(ReviewFact),
    /// Nobody is known who pays for a session.
    NoPayer(NoPayerFact),
    /// A station talks to us without being registered.
    UnregisteredStation(UnregisteredFact),
    /// A client spoke in the name of another station.
    IdentityMismatch(IdentityFact),
    /// Somebody asked for the certificate of a station that has claimed its own.
    ClaimReused(CertificateClaimFact),
}

/// One episode of a fault.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FaultFact {
    /// The station.
    pub station: StationId,
    /// Its connector; none when the fault is the station's as a whole.
    pub connector: Option<ConnectorKey>,
    /// Which fault.
    pub fault: FaultId,
    /// How bad it is.
    pub severity: Severity,
    /// What was measured, in `unit`.
    pub value: f64,
    /// The limit that was broken, in `unit`.
    pub limit: f64,
    /// The unit of both, e.g. `V`.
    pub unit: String,
    /// What was seen, in the detector's own words (English).
    pub evidence: String,
    /// What usually helps.
    pub remedy: Remedy,
    /// When the episode opened, by the station's clock.
    pub since: Timestamp,
}

impl FaultFact {
    /// The episode that this change opened.
    #[must_use]
    pub fn opened(station: &StationId, change: &Change) -> Self {
        Self {
            station: station.clone(),
            connector: Some(change.connector),
            fault: change.fault.clone(),
            severity: change.severity,
            value: change.value,
            limit: change.limit,
            unit: change.unit.to_owned(),
            evidence: change.evidence.clone(),
            remedy: change.remedy,
            since: change.opened_at,
        }
    }

    /// An episode of a connector, or of its station as a whole.
    #[must_use]
    pub fn of_episode(station: &StationId, connector: Option<ConnectorKey>, episode: &Episode) -> Self {
        Self {
            station: station.clone(),
            connector,
            fault: episode.fault.clone(),
            severity: episode.severity,
            value: episode.value,
            limit: episode.limit,
            unit: episode.unit.clone(),
            evidence: episode.evidence.clone(),
            remedy: Remedy::against(&episode.fault, episode.severity),
            since: episode.opened_at,
        }
    }
}

/// One fault of much of a site, told once: of its stations, or of its connectors where it is their voltage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteFaultFact {
    /// The site.
    pub site: SiteId,
    /// Which fault.
    pub fault: FaultId,
    /// How bad it is.
    pub severity: Severity,
    /// So many have it.
    pub affected: usize,
    /// Of so many.
    pub of: usize,
    /// What usually helps.
    pub remedy: Remedy,
    /// Since when.
    pub since: Timestamp,
}

/// A session that ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionFact {
    /// Which.
    pub session: SessionId,
    /// Where.
    pub connector: Option<ConnectorKey>,
    /// Who charged.
    pub driver: Contact,
    /// What was charged, Wh.
    pub energy_wh: i64,
    /// What it costs, VAT included.
    pub total: Money,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Timestamp,
}

/// A payment that did not go through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentFact {
    /// For which session.
    pub session: SessionId,
    /// Who owes it.
    pub driver: Contact,
    /// What is owed.
    pub amount: Money,
    /// Why, as Stripe's decline code, e.g. `insufficient_funds`.
    pub reason: String,
    /// What happens now.
    pub after: AfterFailure,
}

/// What follows a failed payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AfterFailure {
    /// It will be tried again.
    Retry {
        /// When.
        at: Timestamp,
    },
    /// The driver must confirm it, or give another card.
    DriverActs,
    /// It was given up.
    GivenUp,
}

/// A refund that did not come about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefundFact {
    /// Of which session.
    pub session: SessionId,
    /// Of which payment of it, from 1.
    pub payment: u32,
    /// Which refund of that payment, from 1.
    pub number: u32,
    /// What was to go back.
    pub amount: Money,
    /// Why it did not, as a word: `refused`, `canceled`, or Stripe's failure reason, e.g. `lost_or_stolen_card`.
    pub reason: String,
}

/// A payment that a bank asks back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputeFact {
    /// Of which session.
    pub session: SessionId,
    /// Stripe's id of the dispute.
    pub dispute: String,
    /// What is asked back.
    pub amount: Money,
    /// The bank's reason, in Stripe's words, e.g. `fraudulent`.
    pub reason: String,
}

/// Books that disagree, found on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BooksFact {
    /// When they were compared.
    pub at: Timestamp,
    /// In how many places they disagree.
    pub places: usize,
    /// The first of these, a line each.
    pub first: Vec<String>,
}

/// A spare part below its threshold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockFact {
    /// The site that keeps it.
    pub site: SiteId,
    /// The part.
    pub item: ItemId,
    /// Pieces that are left.
    pub on_hand: i64,
    /// Fewer than this are too few.
    pub threshold: i64,
    /// The station that reported the change.
    pub station: StationId,
    /// That station's connectors which use the part.
    pub used_by: Vec<ConnectorKey>,
    /// The how manyth shortage of this part at this site it is, from 1.
    pub shortage: u32,
    /// Since when it has been low.
    pub since: Timestamp,
}

/// A session that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewFact {
    /// Which.
    pub session: SessionId,
    /// Where.
    pub connector: Option<ConnectorKey>,
    /// Why.
    pub reason: ReviewReason,
    /// When the session began or, without a beginning, the time of its first message.
    pub since: Timestamp,
}

/// Why a session waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewReason {
    /// Its first message never came.
    NoStart,
    /// Its last message never came.
    NoEnd,
    /// It has no usable meter reading.
    NoReading,
    /// Its last meter reading is below its first.
    NegativeEnergy,
    /// No tariff applies to it.
    NoTariff,
    /// Its tariff cannot price it.
    UnusableTariff,
    /// Something came after the bill and would change the amount.
    AfterBill,
    /// It is billed, but what its meter is said to have signed is not genuine, or says something else.
    SignatureInvalid,
    /// Something else, in one line.
    Other(String),
}

/// A session without anybody who pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoPayerFact {
    /// Which.
    pub session: SessionId,
    /// Where.
    pub connector: Option<ConnectorKey>,
    /// The last four characters of the id token, enough to find it and too little to use it; see [`NoPayerFact::token_ending`].
    pub token_ending: Option<String>,
    /// When the session began.
    pub since: Timestamp,
}

impl NoPayerFact {
    /// The last four characters of an id token.
    #[must_use]
    pub fn token_ending(token: &IdToken) -> String {
        let text = token.as_str();
        // Id tokens are ASCII.
        text.get(text.len().saturating_sub(4)..).unwrap_or_default().to_owned()
    }
}

/// A station that nobody has registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnregisteredFact {
    /// Its id.
    pub station: StationId,
    /// When its message was received.
    pub at: Timestamp,
}

/// A message whose sender and topic disagree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IdentityFact {
    /// The MQTT client id it came from; at most 128 characters, none of them control characters.
    pub client: String,
    /// The topic it was published to; at most 128 characters, none of them control characters.
    pub topic: String,
    /// When it was received.
    pub at: Timestamp,
}

/// A request for a certificate that its station had claimed before; not to be taken for the claim of a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CertificateClaimFact {
    /// Whose certificate it would have been.
    pub station: StationId,
    /// When it was asked for.
    pub at: Timestamp,
}

impl Fact {
    /// The id of the alert about this fact.
    #[must_use]
    pub fn cause(&self) -> AlertId {
        match self {
            Self::Fault(fault) => AlertId::fault(&fault.station, fault.connector, &fault.fault, fault.since),
            Self::SiteFault(fault) => AlertId::site_fault(&fault.site, &fault.fault, fault.since),
            Self::SessionCompleted(session) => AlertId::session_completed(&session.session),
            Self::PaymentFailed(payment) => match payment.after {
                AfterFailure::Retry { .. } | AfterFailure::DriverActs => AlertId::payment_failed(&payment.session),
                AfterFailure::GivenUp => AlertId::payment_uncollectible(&payment.session),
            },
            Self::RefundFailed(refund) => AlertId::refund_failed(&refund.session, refund.payment, refund.number),
            Self::PaymentDisputed(dispute) => AlertId::payment_disputed(&dispute.session, &dispute.dispute),
            Self::BooksDisagree(books) => AlertId::books_disagree(books.at),
            Self::StockLow(stock) => AlertId::stock_low(&stock.site, &stock.item, stock.shortage, stock.since),
            Self::SessionReview(review) => match review.reason {
                ReviewReason::SignatureInvalid => AlertId::signature_invalid(&review.session),
                ReviewReason::NoStart
                | ReviewReason::NoEnd
                | ReviewReason::NoReading
                | ReviewReason::NegativeEnergy
                | ReviewReason::NoTariff
                | ReviewReason::UnusableTariff
                | ReviewReason::AfterBill
                | ReviewReason::Other(_) => AlertId::session_review(&review.session),
            },
            Self::NoPayer(no_payer) => AlertId::no_payer(&no_payer.session),
            Self::UnregisteredStation(unregistered) => AlertId::unregistered(&unregistered.station),
            Self::IdentityMismatch(identity) => AlertId::identity(&identity.client, identity.at),
            Self::ClaimReused(claim) => AlertId::claim_reused(&claim.station, claim.at),
        }
    }

    /// The kind as a word: the message attribute `kind`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Fault(_) | Self::SiteFault(_) => "fault",
            Self::SessionCompleted(_) => "session_completed",
            Self::PaymentFailed(_) => "payment_failed",
            Self::RefundFailed(_) => "refund_failed",
            Self::PaymentDisputed(_) => "payment_disputed",
            Self::BooksDisagree(_) => "books_disagree",
            Self::StockLow(_) => "stock_low",
            Self::SessionReview(_) => "session_review",
            Self::NoPayer(_) => "no_payer",
            Self::UnregisteredStation(_) => "unregistered_station",
            Self::IdentityMismatch(_) => "identity_mismatch",
            Self::ClaimReused(_) => "claim_reused",
        }
    }

    /// The fault it is about, if it is about one.
    #[must_use]
    pub fn fault(&self) -> Option<&FaultId> {
        match self {
            Self::Fault(fault) => Some(&fault.fault),
            Self::SiteFault(fault) => Some(&fault.fault),
            Self::SessionCompleted(_)
            | Self::PaymentFailed(_)
            | Self::RefundFailed(_)
            | Self::PaymentDisputed(_)
            | Self::BooksDisagree(_)
            | Self::StockLow(_)
            | Self::SessionReview(_)
            | Self::NoPayer(_)
            | Self::UnregisteredStation(_)
            | Self::IdentityMismatch(_)
            | Self::ClaimReused(_) => None,
        }
    }

    /// How bad it is: P1 danger, P2 unusable, P3 degraded, P4 information or on the driver's side.
    #[must_use]
    pub fn severity(&self) -> Severity {
        match self {
            Self::Fault(fault) => fault.severity,
            Self::SiteFault(fault) => fault.severity,
            Self::IdentityMismatch(_) | Self::ClaimReused(_) => Severity::P2,
            Self::StockLow(_)
            | Self::SessionReview(_)
            | Self::NoPayer(_)
            | Self::RefundFailed(_)
            | Self::PaymentDisputed(_)
            | Self::BooksDisagree(_)
            | Self::UnregisteredStation(_) => Severity::P3,
            Self::PaymentFailed(payment) => match payment.after {
                AfterFailure::GivenUp => Severity::P3,
                AfterFailure::Retry { .. } | AfterFailure::DriverActs => Severity::P4,
            },
            Self::SessionCompleted(_) => Severity::P4,
        }
    }
}
