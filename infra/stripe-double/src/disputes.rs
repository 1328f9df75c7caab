//! Disputes: a holder takes a payment back through the issuer (`docs.stripe.com/disputes`, `docs.stripe.com/api/disputes`).
//!
//! `needs_response` → `under_review` → `won` or `lost`. While a dispute is open, and for good when it is lost, the amount
//! and a fee are gone from the balance; a dispute that is won brings the amount back. The double opens disputes on
//! demand ([`crate::Handle::open_dispute`]) and, as soon as the money is captured, for the test cards that stand for it;
//! inquiries, whose statuses begin with `warning_`, it does not know.

use std::collections::BTreeMap;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::cards::Behavior;
use crate::charges::Charge;
use crate::errors::Refusal;
use crate::form::Params;
use crate::ledger::Resource;
use crate::payment_methods::PaymentMethod;
use crate::work::Work;
use crate::{balance, lists};

/// How long the account has to answer; the page gives 7 to 21 days, depending on the card network.
const ANSWER_WITHIN: SignedDuration = SignedDuration::from_hours(20 * 24);

/// The evidence an account may send, all of it text or ids of files (`docs.stripe.com/api/disputes/evidence_object`).
const EVIDENCE: [&str; 27] = [
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
];

/// A dispute; the amount is minor units.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Dispute {
    pub(crate) id: String,
    pub(crate) amount: i64,
    /// None, one that took the money, or two: the other brought it back.
    pub(crate) balance_transactions: Vec<Value>,
    pub(crate) charge: String,
    pub(crate) created: i64,
    pub(crate) currency: String,
    pub(crate) enhanced_eligibility_types: Vec<String>,
    pub(crate) evidence: Value,
    pub(crate) evidence_details: EvidenceDetails,
    pub(crate) is_charge_refundable: bool,
    pub(crate) metadata: BTreeMap<String, String>,
    pub(crate) network_reason_code: Option<String>,
    pub(crate) payment_intent: Option<String>,
    pub(crate) payment_method_details: Value,
    pub(crate) reason: String,
    pub(crate) status: Status,
}

/// What became of the evidence.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct EvidenceDetails {
    pub(crate) due_by: i64,
    pub(crate) enhanced_eligibility: Value,
    pub(crate) has_evidence: bool,
    pub(crate) past_due: bool,
    pub(crate) submission_count: u64,
}

/// Where a dispute stands (`docs.stripe.com/api/disputes/object`, `status`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Status {
    NeedsResponse,
    UnderReview,
    Won,
    Lost,
}

/// How a dispute ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// For the account: the amount comes back.
    Won,
    /// For the holder of the card: the amount stays gone.
    Lost,
}

impl Resource for Dispute {
    const OBJECT: &'static str = "dispute";
}

impl Dispute {
    pub(crate) fn is_open(&self) -> bool {
        match self.status {
            Status::NeedsResponse | Status::UnderReview => true,
            Status::Won | Status::Lost => false,
        }
    }
}

/// Opens a dispute if the payment was made with a test card that stands for one.
pub(crate) fn open_if_the_card_says(work: &mut Work<'_>, charge: &Charge) -> Result<(), Refusal> {
    let method: Option<PaymentMethod> = work.find(charge.payment_method.as_deref().unwrap_or_default())?;
    if let Some(Behavior::Disputed(reason)) = method.map(|method| method.behavior()) {
        open(work, charge.clone(), reason)?;
    }
    Ok(())
}

/// Disputes what is left of a captured charge: the money is withdrawn.
pub(crate) fn open(work: &mut Work<'_>, mut charge: Charge, reason: &str) -> Result<Dispute, Refusal> {
    let amount = charge.amount_captured - charge.amount_refunded;
    let id = work.mint("du");
    let network_reason_code = match reason {
        "fraudulent" => Some("10.4"),
        "product_not_received" => Some("13.1"),
        _ => None,
    };
    let card = &charge.payment_method_details["card"];
    let payment_method_details = json!({
        "card": {
            "brand": card["brand"],
            "case_type": "chargeback",
            "network": card["network"],
            "network_reason_code": network_reason_code,
        },
        "type": "card",
    });
    let dispute = Dispute {
        amount,
        balance_transactions: vec![balance::book_dispute(work, amount, &charge.currency, &id)?],
        charge: charge.id.clone(),
        created: work.now().as_second(),
        currency: charge.currency.clone(),
        enhanced_eligibility_types: Vec::new(),
        evidence: no_evidence(),
        evidence_details: EvidenceDetails {
            due_by: work.now().as_second().saturating_add(ANSWER_WITHIN.as_secs()),
            enhanced_eligibility: json!({}),
            has_evidence: false,
            past_due: false,
            submission_count: 0,
        },
        is_charge_refundable: false,
        metadata: BTreeMap::new(),
        network_reason_code: network_reason_code.map(str::to_owned),
        payment_intent: charge.payment_intent.clone(),
        payment_method_details,
        reason: reason.to_owned(),
        status: Status::NeedsResponse,
        id,
    };
    charge.disputed = true;
    work.put(&charge)?;
    let document = work.put(&dispute)?;
    work.announce("charge.dispute.created", &document)?;
    work.announce("charge.dispute.funds_withdrawn", &document)?;
    Ok(dispute)
}

/// The account sends its evidence; the issuer looks at it.
pub(crate) fn answer(work: &mut Work<'_>, mut dispute: Dispute) -> Result<Dispute, Refusal> {
    dispute.status = Status::UnderReview;
    dispute.evidence_details.has_evidence = true;
    dispute.evidence_details.submission_count += 1;
    let document = work.put(&dispute)?;
    work.announce("charge.dispute.updated", &document)?;
    Ok(dispute)
}

/// The issuer decides. Nothing is won without an answer.
pub(crate) fn close(work: &mut Work<'_>, mut dispute: Dispute, verdict: Verdict) -> Result<(), Refusal> {
    match verdict {
        Verdict::Lost => dispute.status = Status::Lost,
        Verdict::Won => {
            if dispute.status == Status::NeedsResponse {
                dispute = answer(work, dispute)?;
            }
            let back = balance::book_dispute_reversal(work, dispute.amount, &dispute.currency, &dispute.id)?;
            dispute.balance_transactions.push(back);
            dispute.is_charge_refundable = true;
            dispute.status = Status::Won;
        }
    }
    let document = work.put(&dispute)?;
    if verdict == Verdict::Won {
        work.announce("charge.dispute.funds_reinstated", &document)?;
    }
    work.announce("charge.dispute.closed", &document)
}

/// Refuses a refund of what a dispute has taken already: `charge_disputed` (`docs.stripe.com/error-codes`).
pub(crate) fn check_refundable(work: &Work<'_>, charge: &Charge) -> Result<(), Refusal> {
    let disputed = charge.disputed
        && work
            .ledger()
            .newest_first(Dispute::OBJECT)
            .into_iter()
            .any(|dispute| dispute["charge"] == *charge.id && dispute["is_charge_refundable"] == false);
    if disputed {
        let message = format!("Charge {} is disputed and cannot be refunded.", charge.id);
        return Err(Refusal::by_state(Some("charge_disputed"), message));
    }
    Ok(())
}

/// `GET /v1/disputes/{id}`.
pub(crate) fn retrieve(work: &Work<'_>, id: &str) -> Result<Value, Refusal> {
    lists::retrieve(work, Dispute::OBJECT, id, "id")
}

/// `GET /v1/disputes`, by `payment_intent`, `charge` and `created`.
pub(crate) fn list(work: &Work<'_>, params: &Params) -> Result<Value, Refusal> {
    let (intent, charge) = (params.owned("payment_intent")?, params.owned("charge")?);
    lists::list(work, params, Dispute::OBJECT, "/v1/disputes", |dispute| {
        intent.as_deref().is_none_or(|intent| dispute["payment_intent"] == intent)
            && charge.as_deref().is_none_or(|charge| dispute["charge"] == charge)
    })
}

fn no_evidence() -> Value {
    let mut evidence: Value = EVIDENCE.into_iter().map(|name| (name.to_owned(), Value::Null)).collect();
    evidence["enhanced_evidence"] = json!({});
    evidence
}
