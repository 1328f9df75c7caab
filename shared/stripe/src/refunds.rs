//! Refunds and disputes: money that goes back.

use billing::money::{Currency, Money};
use billing::payment::DisputeState;
use ports::{BoxError, GiveBack, PaymentError, RefundRequest, RefundStatus, ShownDispute, ShownRefund};
use stripe_core::dispute::ListDispute;
use stripe_core::refund::{CreateRefund, ListRefund, RetrieveRefund};
use stripe_shared::{Dispute, DisputeStatus, Refund};

use crate::StripeClient;
use crate::amount::{from_api, to_api};
use crate::client::Repeat;

/// The key of the metadata that names the refund; it holds the idempotency key.
pub(crate) const REFUND: &str = "refund";

/// The most objects of a page, and the most pages that are looked through.
const PAGE: i64 = 100;
const PAGES: usize = 5;

impl GiveBack for StripeClient {
    async fn create_refund(&self, request: &RefundRequest) -> Result<ShownRefund, PaymentError> {
        let created = self.send(&create(request)?, Repeat::Under(&request.key));
        Ok(shown(&created.await?))
    }

    async fn find_refund(&self, request: &RefundRequest) -> Result<Option<ShownRefund>, PaymentError> {
        let mut list = ListRefund::new().payment_intent(request.intent.as_str()).limit(PAGE);
        let mut oldest = None;
        for _ in 0..PAGES {
            let page = self.send(&list, Repeat::Freely).await?;
            // The newest come first.
            let ours = page.data.iter().rfind(|refund| is_of(refund, request));
            oldest = ours.map(shown).or(oldest);
            match page.data.last() {
                Some(end) if page.has_more => list = list.starting_after(end.id.as_str()),
                Some(_) | None => return Ok(oldest),
            }
        }
        Err(PaymentError::Later("the intent has too many refunds to look through".into()))
    }

    async fn read_refund(&self, refund: &str) -> Result<ShownRefund, PaymentError> {
        let read = self.send(&RetrieveRefund::new(refund), Repeat::Freely);
        Ok(shown(&read.await?))
    }

    async fn disputes_of(&self, intent: &str) -> Result<Vec<ShownDispute>, PaymentError> {
        let list = ListDispute::new().payment_intent(intent).limit(PAGE);
        let page = self.send(&list, Repeat::Freely).await?;
        page.data.iter().rev().map(disputed).collect()
    }
}

/// The request as Stripe takes it.
fn create(request: &RefundRequest) -> Result<CreateRefund, PaymentError> {
    let amount = to_api(request.amount).map_err(|error| PaymentError::Refused(error.into()))?;
    Ok(CreateRefund::new()
        .payment_intent(request.intent.as_str())
        .amount(amount)
        // One entry: a map of several would be sent in another order each time.
        .metadata([(REFUND.to_owned(), request.key.clone())]))
}

fn is_of(refund: &Refund, request: &RefundRequest) -> bool {
    refund.metadata.as_ref().and_then(|metadata| metadata.get(REFUND)) == Some(&request.key)
}

pub(crate) fn shown(refund: &Refund) -> ShownRefund {
    let status = match refund.status.as_deref() {
        Some("succeeded") => RefundStatus::Succeeded,
        Some("failed") => RefundStatus::Failed(refund.failure_reason.clone().unwrap_or_else(|| "unknown".to_owned())),
        Some("canceled") => RefundStatus::Canceled,
        // Not decided yet, or a word of a later version: it is read again.
        Some(_) | None => RefundStatus::Pending,
    };
    ShownRefund { id: refund.id.to_string(), status }
}

/// A dispute as the domain knows it; what cannot be understood is asked again.
fn disputed(dispute: &Dispute) -> Result<ShownDispute, PaymentError> {
    let unknown = |error: BoxError| PaymentError::Unknown(error);
    let code = dispute.currency.to_string().to_uppercase();
    let currency: Currency = code.parse().map_err(|error: billing::money::UnknownCurrency| unknown(error.into()))?;
    let minor = from_api(dispute.amount, currency).map_err(|error| unknown(error.into()))?;
    let state = match &dispute.status {
        DisputeStatus::Won | DisputeStatus::WarningClosed => DisputeState::Won,
        // What is prevented is given back without asking.
        DisputeStatus::Lost | DisputeStatus::Prevented => DisputeState::Lost,
        // Not decided yet; the SDK's enum may grow.
        _ => DisputeState::Open,
    };
    Ok(ShownDispute {
        id: dispute.id.to_string(),
        amount: Money { minor, currency },
        reason: dispute.reason.clone(),
        state,
    })
}
