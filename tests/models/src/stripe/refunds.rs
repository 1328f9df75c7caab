//! What Stripe gives back (`docs.stripe.com/api/refunds`): never more than was taken, and at once. Nobody disputes anything here.

use jiff::{SignedDuration, Timestamp};
use ports::{GiveBack, PaymentError, RefundRequest, RefundStatus, ShownDispute, ShownRefund};

use super::{Mishap, Stripe};

/// How long a key is remembered after its first use.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24);

/// A refund with what was asked for.
#[derive(Debug, Clone)]
pub(super) struct Refund {
    request: RefundRequest,
    made_at: Timestamp,
    id: String,
}

impl GiveBack for Stripe {
    async fn create_refund(&self, request: &RefundRequest) -> Result<ShownRefund, PaymentError> {
        let now = self.now();
        self.give_back(|stripe| stripe.make(request, now))
    }

    async fn find_refund(&self, request: &RefundRequest) -> Result<Option<ShownRefund>, PaymentError> {
        self.give_back(|stripe| {
            let shop = stripe.shop();
            Ok(shop.refunds.iter().find(|refund| refund.request.key == request.key).map(Refund::shown))
        })
    }

    async fn read_refund(&self, refund: &str) -> Result<ShownRefund, PaymentError> {
        self.give_back(|stripe| {
            let found = stripe.shop().refunds.iter().find(|kept| kept.id == refund).map(Refund::shown);
            found.ok_or_else(|| PaymentError::Refused("there is no such refund".into()))
        })
    }

    async fn disputes_of(&self, _intent: &str) -> Result<Vec<ShownDispute>, PaymentError> {
        self.give_back(|_| Ok(Vec::new()))
    }
}

impl Stripe {
    /// One call, with what goes wrong with it.
    fn give_back<T>(&self, effect: impl FnOnce(&Self) -> Result<T, PaymentError>) -> Result<T, PaymentError> {
        let mishap = std::mem::take(&mut self.shop().mishap);
        match mishap {
            Mishap::None => effect(self),
            Mishap::NotTaken => Err(PaymentError::Later("status 429".into())),
            Mishap::Lost | Mishap::FailedBefore => Err(PaymentError::Unknown("no reply in time".into())),
            Mishap::ReplyLost | Mishap::FailedAfter => {
                effect(self).and_then(|_| Err(PaymentError::Unknown("no reply in time".into())))
            }
        }
    }

    fn make(&self, request: &RefundRequest, now: Timestamp) -> Result<ShownRefund, PaymentError> {
        let mut shop = self.shop();
        let is_remembered =
            |kept: &&Refund| kept.request.key == request.key && now.duration_since(kept.made_at) < REMEMBERED;
        if let Some(kept) = shop.refunds.iter().find(is_remembered) {
            return Ok(kept.shown());
        }
        let of_intent = shop.refunds.iter().filter(|kept| kept.request.intent == request.intent);
        let gone: i64 = of_intent.map(|kept| kept.request.amount.minor).sum();
        let taken = shop.charged.iter().filter(|charged| charged.intent == request.intent);
        let taken: i64 = taken.map(|charged| charged.minor).sum();
        if request.amount.minor <= 0 || gone + request.amount.minor > taken {
            return Err(PaymentError::Refused("there is not so much to give back".into()));
        }
        let id = format!("re_{:06}", shop.refunds.len() + 1);
        let made = Refund { request: request.clone(), made_at: now, id };
        let shown = made.shown();
        shop.refunds.push(made);
        Ok(shown)
    }
}

impl Refund {
    fn shown(&self) -> ShownRefund {
        ShownRefund { id: self.id.clone(), status: RefundStatus::Succeeded }
    }
}
